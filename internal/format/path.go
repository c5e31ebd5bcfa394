package format

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// SplitTable splits what stands in a File element into the path and the text
// behind |||: a table, sheet, range or query. Old documents have a single |,
// which no file name holds.
func SplitTable(written string) (path, table string) {
	path, table, _ = strings.Cut(written, "|")
	table = strings.TrimPrefix(table, "||")
	return strings.TrimSpace(path), strings.TrimSpace(table)
}

// Folder says where the inputs of a document are looked for and what may be
// read.
type Folder struct {
	// Dir is the folder of the document. Relative paths start here.
	Dir string
	// Roots are further folders that may be read.
	Roots []string
	// Top is the folder of the main document, where Dir is that of a macro, or
	// empty. What a macro does not find at its own folder is looked for from there.
	Top string
	// Wrote finds a file that the run itself has written in the place of the one
	// that a path means; nil where there is none. Such a file is the newer one.
	Wrote func(written string) (path string, ok bool)
	// Anywhere allows any path of the machine: for a user at her own prompt,
	// never for a server.
	Anywhere bool
}

// Found is one input file.
type Found struct {
	// Path is the file's absolute path.
	Path string
	// Note says what was done where the file is not the one that is written, for
	// the job's messages: `"C:\x\a.csv" is not there; "in/a.csv" was taken`. Else empty.
	Note string
}

// NotFoundError says that an input was not found.
type NotFoundError struct {
	Written string
	// Outside: the path leads out of the folders that may be read. Whether there is
	// such a file is not looked at, and not told.
	Outside bool
}

func (e *NotFoundError) Error() string {
	if e.Outside {
		return fmt.Sprintf("file %q is outside the folders that may be read, and no file of its name is below the workflow's folder", e.Written)
	}
	return fmt.Sprintf("file %q not found, neither as written nor by its name below the workflow's folder", e.Written)
}

// searchLimit bounds the search for a file by its name.
const searchLimit = 100_000

// Find finds the files that a path of a document means, sorted by path: one, or
// all matches where the path holds * or ?. \ is /, names are compared ignoring
// case. A path that does not exist as written is looked for by its name below Dir: the file
// whose last folders agree best with those written wins, then the one nearest to
// Dir, then the first by name. subdirs looks for the name in the folders below too.
//
// What is not found from the folder of a macro, or of a package's main document, is looked
// for from Top.
func (f Folder) Find(written string, subdirs bool) ([]Found, error) {
	found, err := f.find(written, subdirs)
	var missing *NotFoundError
	if f.Top == "" || f.Top == f.Dir || !errors.As(err, &missing) || missing.Outside {
		return found, err
	}
	top := f
	top.Dir, top.Roots = f.Top, append([]string{f.Dir}, f.Roots...)
	if found, top := top.find(written, subdirs); top == nil {
		for i := range found {
			if found[i].Note == "" {
				found[i].Note = fmt.Sprintf("%q is not at the document's folder; it was taken from that of the workflow or its package", written)
			}
		}
		return found, nil
	}
	return nil, err
}

func (f Folder) find(written string, subdirs bool) ([]Found, error) {
	p := cleanPath(written)
	if p == "" {
		return nil, errors.New("no file is given")
	}
	if f.Wrote != nil {
		if path, ok := f.Wrote(written); ok {
			return f.allowed(written, []string{path}, "")
		}
	}
	dir, pattern := splitLast(p)
	inside := f.mayRead(dir)
	if inside {
		if at, ok := f.folder(dir); ok {
			if paths := matches(at, pattern, subdirs); len(paths) > 0 {
				return f.allowed(written, paths, "")
			}
		}
	}
	paths := f.search(dir, pattern)
	if len(paths) == 0 {
		return nil, &NotFoundError{Written: written, Outside: !inside}
	}
	rel := paths[0]
	if r, err := filepath.Rel(f.Dir, rel); err == nil {
		rel = filepath.ToSlash(r)
	}
	return f.allowed(written, paths, fmt.Sprintf("%q is not there; %q was taken", written, rel))
}

// FindOne is Find for a path that must mean one file.
func (f Folder) FindOne(written string) (Found, error) {
	all, err := f.Find(written, false)
	if err != nil {
		return Found{}, err
	}
	return all[0], nil
}

func (f Folder) allowed(written string, paths []string, note string) ([]Found, error) {
	out := make([]Found, 0, len(paths))
	for _, p := range paths {
		if _, _, err := f.root(p); err != nil {
			return nil, &NotFoundError{Written: written, Outside: true}
		}
		out = append(out, Found{Path: p, Note: note})
	}
	return out, nil
}

// Open opens a file for reading. Links are followed only as far as they stay
// below the folders that may be read.
func (f Folder) Open(path string) (*os.File, error) {
	root, rel, err := f.root(path)
	if err != nil {
		return nil, err
	}
	if root == "" {
		return os.Open(path)
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.Open(rel)
}

// root returns the folder that allows a path to be read, and the path below it.
// An empty root means that no bound is set.
func (f Folder) root(path string) (root, rel string, err error) {
	if f.Anywhere {
		return "", "", nil
	}
	for _, r := range append([]string{f.Dir}, f.Roots...) {
		if rel, err := filepath.Rel(r, path); err == nil && filepath.IsLocal(rel) {
			return r, rel, nil
		}
	}
	return "", "", &NotFoundError{Written: path, Outside: true}
}

// tempPrefix begins a path in the temporary folder of a run. What a run writes
// there stands in its output folder, where it is found again by the rest of the path.
const tempPrefix = "%temp%"

// cleanPath turns a path of a document into one with slashes and without outer
// blanks and "./" in front.
func cleanPath(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), `\`, "/")
	if len(s) > len(tempPrefix) && strings.EqualFold(s[:len(tempPrefix)], tempPrefix) {
		s = strings.TrimLeft(s[len(tempPrefix):], "/")
	}
	for strings.HasPrefix(s, "./") {
		s = strings.TrimLeft(s[2:], "/")
	}
	return s
}

// WindowsForm writes a path of this machine as documents know paths: what they do
// with it in formulas, such as taking what stands behind the last backslash, was
// written for that. Find understands it.
func WindowsForm(path string) string {
	return strings.ReplaceAll(filepath.ToSlash(path), "/", `\`)
}

func splitLast(p string) (dir, name string) {
	k := strings.LastIndexByte(p, '/')
	if k < 0 {
		return "", p
	}
	if k == 0 {
		return "/", p[1:]
	}
	return p[:k], p[k+1:]
}

// isWindowsAbs reports a drive letter, a network path, or one that begins with a
// variable of the system, such as %USERPROFILE%.
func isWindowsAbs(p string) bool {
	if first, _, ok := strings.Cut(p, "/"); ok && len(first) > 2 && first[0] == '%' && first[len(first)-1] == '%' {
		return true
	}
	return len(p) >= 2 && p[1] == ':' && (p[0]|0x20 >= 'a' && p[0]|0x20 <= 'z') || strings.HasPrefix(p, "//")
}

// mayRead reports whether a folder as written is one that may be read, by its
// name alone. A path of another system counts as one: it is not there.
func (f Folder) mayRead(dir string) bool {
	if isWindowsAbs(dir) && os.PathSeparator != '\\' {
		return true
	}
	p := filepath.FromSlash(dir)
	if !filepath.IsAbs(p) {
		p = filepath.Join(f.Dir, p)
	}
	_, _, err := f.root(filepath.Join(p, "file"))
	return err == nil
}

// folder resolves a folder as written, name by name ignoring case.
func (f Folder) folder(dir string) (string, bool) {
	if isWindowsAbs(dir) && os.PathSeparator != '\\' {
		return "", false
	}
	at := f.Dir
	if filepath.IsAbs(filepath.FromSlash(dir)) {
		full := filepath.Clean(filepath.FromSlash(dir))
		if _, err := os.Stat(full); err != nil {
			return "", false
		}
		return full, true
	}
	for _, name := range strings.Split(dir, "/") {
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		next, ok := lookup(at, name)
		if !ok {
			return "", false
		}
		at = next
	}
	return at, true
}

// plainName is a name as names are compared: ignoring case, and whether an accent is
// a character of its own, as macOS writes it into archives, or one with its letter.
func plainName(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// lookup finds a name in a folder: as it is, else by its plain form.
func lookup(dir, name string) (string, bool) {
	if p := filepath.Join(dir, name); exists(p) {
		return p, true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", false
	}
	for _, e := range entries {
		if plainName(e.Name()) == plainName(name) {
			return filepath.Join(dir, e.Name()), true
		}
	}
	return "", false
}

func exists(p string) bool {
	_, err := os.Lstat(p)
	return err == nil
}

// matches lists the files of a folder that a name or pattern means.
func matches(dir, pattern string, subdirs bool) []string {
	if !hasWildcard(pattern) && !subdirs {
		if p, ok := lookup(dir, pattern); ok && isFile(p) {
			return []string{p}
		}
		return nil
	}
	var out []string
	seen := 0
	filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if seen++; err != nil || seen > searchLimit {
			return filepath.SkipDir
		}
		if e.IsDir() {
			if p != dir && !subdirs {
				return filepath.SkipDir
			}
			return nil
		}
		if matchName(pattern, e.Name()) && isFile(p) {
			out = append(out, p)
		}
		return nil
	})
	// The vendor's platform lists names without regard to case, and the first file
	// of a set gives the fields.
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
	return out
}

func isFile(p string) bool {
	st, err := os.Stat(p)
	return err == nil && st.Mode().IsRegular()
}

// search finds files by name below Dir. Without a wildcard it is one file: the
// best. With one, the matches of the folder of the best.
func (f Folder) search(dir, pattern string) []string {
	want := strings.Split(plainName(dir), "/")
	type candidate struct {
		path        string
		same, depth int
	}
	var all []candidate
	for _, p := range matches(f.Dir, pattern, true) {
		rel, _ := filepath.Rel(f.Dir, p)
		have := strings.Split(plainName(filepath.ToSlash(filepath.Dir(rel))), "/")
		same := 0
		for same < len(have) && same < len(want) && have[len(have)-1-same] == want[len(want)-1-same] {
			same++
		}
		all = append(all, candidate{p, same, len(have)})
	}
	if len(all) == 0 {
		return nil
	}
	best := slices.MinFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.same, a.same), cmp.Compare(a.depth, b.depth), strings.Compare(a.path, b.path))
	})
	if !hasWildcard(pattern) {
		return []string{best.path}
	}
	return matches(filepath.Dir(best.path), pattern, false)
}

func hasWildcard(s string) bool { return strings.ContainsAny(s, "*?") }

// matchName matches a file name with a pattern of * and ?, ignoring case. As on
// the vendor's platform *.* means every name.
func matchName(pattern, name string) bool {
	if pattern == "*.*" {
		return true
	}
	p, s := []rune(plainName(pattern)), []rune(plainName(name))
	star, mark, i, j := -1, 0, 0, 0
	for j < len(s) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == s[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
