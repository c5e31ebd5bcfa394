package main

// notes say why a workflow takes longer or more memory than the SQL written by
// hand, by the row's name.
var notes = map[string]string{}
