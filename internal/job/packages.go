package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/singleflight"
)

// Unpack writes the files of the package at path to the empty folder dir and
// returns the main document's path relative to it.
type Unpack func(path, fileName, dir string) (document string, err error)

// packages keeps unpacked packages by the reference of their blob, since a
// workflow is run more often than it is published.
type packages struct {
	dir    string
	unpack Unpack
	group  singleflight.Group
}

// open returns the folder that holds the package and its main document. The
// folder is shared between jobs; nothing writes to it.
func (p *packages) open(ctx context.Context, ref, fileName string, path func() (string, error)) (document string, err error) {
	dir := filepath.Join(p.dir, ref)
	marker := dir + ".main"
	if main, err := os.ReadFile(marker); err == nil {
		return filepath.Join(dir, string(main)), nil
	}
	v, err, _ := p.group.Do(ref, func() (any, error) {
		if main, err := os.ReadFile(marker); err == nil {
			return string(main), nil
		}
		from, err := path()
		if err != nil {
			return "", err
		}
		// Without its marker a folder is what a crash left behind.
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
			return "", err
		}
		main, err := p.unpack(from, fileName, dir)
		if err != nil {
			os.RemoveAll(dir)
			return "", err
		}
		tmp := marker + ".tmp"
		if err := os.WriteFile(tmp, []byte(main), 0o600); err != nil {
			return "", err
		}
		return main, os.Rename(tmp, marker)
	})
	if err != nil {
		return "", fmt.Errorf("unpack the workflow: %w", err)
	}
	return filepath.Join(dir, v.(string)), ctx.Err()
}
