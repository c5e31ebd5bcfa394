//go:build !unix

package noncemem

import (
	"os"
	"path/filepath"
)

// lockDir only opens the file: the systems this is for run the client, not the server.
func lockDir(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
}

func syncDir(string) error { return nil }
