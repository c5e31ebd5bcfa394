//go:build !linux

package job

import "os/exec"

// isolate does nothing here: the server runs on Linux, other systems only get
// as far as its tests.
func isolate(*exec.Cmd) {}

func killGroup(c *exec.Cmd) { c.Process.Kill() }

// resident is unknown here; the engine's own limit is the only one.
func resident(int) int64 { return 0 }
