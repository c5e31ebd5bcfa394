//go:build !unix

package datadir

import "os"

// flock does nothing: the server is built for Unix systems only so far.
func flock(*os.File) error { return nil }
