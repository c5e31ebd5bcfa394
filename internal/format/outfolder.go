package format

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// OutFolder is the one folder below which outputs are written. Links and ..
// do not lead out of it: the operating system is asked by os.Root.
type OutFolder struct {
	root *os.Root
	dir  string
	mu   sync.Mutex // held while a file of several tables is changed
}

// OpenOutFolder opens the folder dir, which is made where it is missing.
func OpenOutFolder(dir string) (*OutFolder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &OutFolder{root: r, dir: dir}, nil
}

// Close releases the folder.
func (o *OutFolder) Close() error { return o.root.Close() }

// OutputName turns the path of an Output Data tool into a path below the output
// folder, with slashes. A relative path stays as it is, without its ".." parts;
// of an absolute path of the author's machine the file name is left.
func OutputName(written string) (string, error) {
	p := cleanPath(written)
	if isWindowsAbs(p) || strings.HasPrefix(p, "/") {
		_, p = splitLast(strings.TrimRight(p, "/"))
		if len(p) >= 2 && p[1] == ':' {
			p = p[2:]
		}
	}
	var parts []string
	for _, s := range strings.Split(p, "/") {
		switch s {
		case "", ".", "..":
			continue
		}
		if strings.ContainsAny(s, "\x00") || len(s) > 255 {
			return "", fmt.Errorf("output path %q: a name in it cannot be one of a file", written)
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return "", fmt.Errorf("output path %q names no file", written)
	}
	name := filepath.FromSlash(strings.Join(parts, "/"))
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("output path %q is not below the output folder", written)
	}
	return strings.Join(parts, "/"), nil
}

// Path is the full path of a name that OutputName returned.
func (o *OutFolder) Path(name string) string { return filepath.Join(o.dir, filepath.FromSlash(name)) }

// Exists reports whether the file was written already.
func (o *OutFolder) Exists(name string) bool {
	st, err := o.root.Stat(filepath.FromSlash(name))
	return err == nil && st.Mode().IsRegular()
}

// Create makes or empties a file, and the folders above it.
func (o *OutFolder) Create(name string) (*os.File, error) {
	return o.open(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
}

// Open opens a file that was written before for reading.
func (o *OutFolder) Open(name string) (*os.File, error) {
	return o.root.Open(filepath.FromSlash(name))
}

// Rename puts a finished file in the place of another.
func (o *OutFolder) Rename(from, to string) error {
	return o.root.Rename(filepath.FromSlash(from), filepath.FromSlash(to))
}

// Remove deletes a file; a missing one is no error.
func (o *OutFolder) Remove(name string) error {
	err := o.root.Remove(filepath.FromSlash(name))
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

func (o *OutFolder) open(name string, flag int) (*os.File, error) {
	p := filepath.FromSlash(name)
	if dir := filepath.Dir(p); dir != "." {
		if err := o.root.MkdirAll(dir, 0o777); err != nil && !os.IsExist(err) {
			return nil, err
		}
	}
	return o.root.OpenFile(p, flag, fs.FileMode(0o666))
}
