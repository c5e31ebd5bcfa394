// Command kickoff connects to workflow galleries, is one, and runs workflows.
package main

func main() {}
