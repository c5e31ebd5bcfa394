package workflow

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxWalk bounds how many files Find looks at below a folder.
const maxWalk = 200_000

// Find finds the file that a document means by a path, dir being the folder of
// the document: `\` is `/`, names are matched ignoring case, and relative paths
// start at dir. A path that leads nowhere, such as one of the author's disk, is
// looked for by its name below dir; asWritten is then false, and the caller says
// which file was taken. The error is fs.ErrNotExist where there is none.
func Find(dir, path string) (file string, asWritten bool, err error) {
	path = Slash(path)
	if path == "" {
		return "", false, fs.ErrNotExist
	}
	if !hasDrive(path) {
		start, rel := dir, path
		if strings.HasPrefix(path, "/") {
			start, rel = "/", strings.TrimLeft(path, "/")
		}
		if f, ok := follow(start, rel); ok {
			return f, true, nil
		}
	}
	if f := below(dir, path); f != "" {
		return f, false, nil
	}
	return "", false, fs.ErrNotExist
}

// Slash writes a document's path with slashes, without surrounding space and quotes.
func Slash(path string) string {
	return strings.ReplaceAll(strings.Trim(strings.TrimSpace(path), `"`), `\`, "/")
}

// hasDrive reports whether a path starts at a Windows drive or share.
func hasDrive(path string) bool {
	return len(path) >= 2 && path[1] == ':' || strings.HasPrefix(path, "//")
}

// follow walks a relative path from start, each part matched exactly or else
// ignoring case.
func follow(start, rel string) (string, bool) {
	at := start
	for _, part := range strings.Split(rel, "/") {
		switch part {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(filepath.Clean(at))
			continue
		}
		next := filepath.Join(at, part)
		if _, err := os.Lstat(next); err == nil {
			at = next
			continue
		}
		entries, err := os.ReadDir(at)
		if err != nil {
			return "", false
		}
		i := slices.IndexFunc(entries, func(e fs.DirEntry) bool { return strings.EqualFold(e.Name(), part) })
		if i < 0 {
			return "", false
		}
		at = filepath.Join(at, entries[i].Name())
	}
	return at, true
}

// below looks for a file by its name anywhere below dir. Of several, the one
// whose folders agree most with the path is taken, then the least deep, then the
// first by name.
func below(dir, path string) string {
	want := strings.Split(path, "/")
	base := want[len(want)-1]
	if base == "" {
		return ""
	}
	best, bestScore, bestDepth := "", -1, 0
	seen := 0
	_ = filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // a folder that cannot be read holds nothing for us
		}
		if seen++; seen > maxWalk {
			return errors.New("too many files")
		}
		if e.IsDir() || !strings.EqualFold(e.Name(), base) {
			return nil
		}
		rel, _ := filepath.Rel(dir, p)
		parts := strings.Split(filepath.ToSlash(rel), "/")
		score := agree(parts, want)
		if score > bestScore || score == bestScore && len(parts) < bestDepth {
			best, bestScore, bestDepth = p, score, len(parts)
		}
		return nil
	})
	return best
}

// agree counts the parts that two paths share at their end, ignoring case.
func agree(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && strings.EqualFold(a[len(a)-1-n], b[len(b)-1-n]) {
		n++
	}
	return n
}
