package format

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Listed is a file of a folder.
type Listed struct {
	Path string // absolute
	Info fs.FileInfo
}

// List lists the files of a folder that a name with * and ? means, sorted by
// path: what the Directory tool gives. A folder that is not where it is written
// is looked for below Dir by its last names, and note says so. A folder of another
// machine that is not found like that either is the one whose files the pattern
// means, as for Find, unless it means any file. Files that lie outside the
// folders that may be read, also by a link, are left out.
func (f Folder) List(dir, pattern string, subdirs bool) (files []Listed, note string, err error) {
	p := strings.TrimRight(cleanPath(dir), "/")
	if p == "" && strings.TrimSpace(dir) == "" {
		return nil, "", errors.New("no folder is given")
	}
	if pattern = strings.TrimSpace(pattern); pattern == "" {
		pattern = "*"
	}
	at, ok := "", false
	if f.mayRead(p) {
		at, ok = f.folder(p)
	}
	rest := p
	for !ok {
		k := strings.IndexByte(rest, '/')
		if k < 0 {
			return f.listElsewhere(dir, p, pattern, subdirs)
		}
		if rest = rest[k+1:]; rest == "" || strings.HasPrefix(rest, "..") {
			continue
		}
		if at, ok = f.folder(rest); ok {
			note = fmt.Sprintf("the folder %q is not there; %q was taken", dir, rest)
		}
	}
	return f.listed(matches(at, pattern, subdirs)), note, nil
}

// listElsewhere lists the files of a folder that is nowhere by what they are called.
func (f Folder) listElsewhere(dir, p, pattern string, subdirs bool) ([]Listed, string, error) {
	missing := &NotFoundError{Written: dir, Outside: !f.mayRead(p)}
	if !isWindowsAbs(p) || strings.Trim(pattern, "*.?") == "" {
		return nil, "", missing
	}
	paths := f.search(p, pattern)
	if subdirs {
		paths = matches(f.Dir, pattern, true)
	}
	files := f.listed(paths)
	if len(files) == 0 {
		return nil, "", missing
	}
	return files, fmt.Sprintf("the folder %q is not there; the files %s below the workflow's folder were taken", dir, pattern), nil
}

func (f Folder) listed(paths []string) (files []Listed) {
	for _, path := range paths {
		if info, err := f.stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, Listed{path, info})
		}
	}
	return files
}

// stat is os.Stat as far as links stay below the folders that may be read.
func (f Folder) stat(path string) (fs.FileInfo, error) {
	root, rel, err := f.root(path)
	if err != nil {
		return nil, err
	}
	if root == "" {
		return os.Stat(path)
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.Stat(filepath.FromSlash(rel))
}
