package workflow

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Package is a workflow package (.yxzp): a ZIP archive with a main document, and
// the macros and data that it needs beside it. It has been checked as a whole
// before it is handed out.
type Package struct {
	// Main is the path of the main document, with slashes.
	Main  string
	zip   *zip.Reader
	files []File
	index map[string]string // path in lower case -> name as zip.Reader knows it
	lim   Limits
}

// File is one file of a package.
type File struct {
	Name string // path with slashes, relative
	Size int64  // bytes, expanded
}

// documentKinds are the extensions of documents, the likeliest main one first.
var documentKinds = []string{".yxwz", ".yxmd", ".yxmc"}

// IsPackage reports whether data starts as a ZIP archive does.
func IsPackage(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

// Read reads an uploaded file of any kind: a document, or a package, which is
// then returned as well. Its errors are of type *Error.
func Read(r io.ReaderAt, size int64, lim Limits) (*Document, *Package, error) {
	lim = lim.orDefault()
	head := make([]byte, 4)
	if n, _ := r.ReadAt(head, 0); IsPackage(head[:n]) {
		p, err := OpenPackage(r, size, lim)
		if err != nil {
			return nil, nil, err
		}
		d, err := p.Document()
		return d, p, err
	}
	if size > lim.Document {
		return nil, nil, errorAt(0, "the document has %d bytes, more than the limit of %d", size, lim.Document)
	}
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, nil, fmt.Errorf("read document: %w", err)
	}
	d, err := ParseLimited(data, lim)
	return d, nil, err
}

// OpenPackage checks an archive and finds its main document: the first .yxwz at
// its root, else the first .yxmd there, else the only document that no other
// calls. Every document inside must parse, and no limit may be passed. The
// content is read from r as it is asked for.
func OpenPackage(r io.ReaderAt, size int64, lim Limits) (*Package, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, errorAt(0, "the package is no ZIP archive, or is cut off: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	p := &Package{zip: z, index: make(map[string]string), lim: lim.orDefault()}
	if err := p.check(size); err != nil {
		return nil, err
	}
	docs := make(map[string]*Document)
	for _, f := range p.files {
		if !isDocument(f.Name) {
			continue
		}
		if docs[f.Name], err = p.parse(f.Name); err != nil {
			return nil, err
		}
	}
	if p.Main, err = p.main(docs); err != nil {
		return nil, err
	}
	return p, nil
}

// isDocument reports whether a file of a package is a document by its name. What
// macOS keeps about a file stands in its archives beside it, as "._" and its name.
func isDocument(name string) bool {
	return slices.Contains(documentKinds, strings.ToLower(path.Ext(name))) && !strings.HasPrefix(path.Base(name), "._")
}

// check judges the archive by its directory, before anything is expanded.
func (p *Package) check(size int64) error {
	if len(p.zip.File) > p.lim.Entries {
		return errorAt(0, "the package has %d entries, more than the limit of %d", len(p.zip.File), p.lim.Entries)
	}
	var total uint64
	for _, f := range p.zip.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		bad := func(format string, args ...any) error {
			return &Error{File: f.Name, Msg: fmt.Sprintf(format, args...)}
		}
		isDir := strings.HasSuffix(name, "/")
		name = strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
		switch {
		case strings.ContainsRune(name, 0) || strings.HasPrefix(name, "/") || hasDrive(name):
			return bad("the path of an entry is not relative")
		case !fs.ValidPath(name) || name == ".":
			return bad("the path of an entry leads out of the package or is malformed")
		case f.Flags&1 != 0:
			return bad("the entry is encrypted")
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return bad("the entry is compressed in a way (method %d) that is not known", f.Method)
		case !isDir && f.Mode()&fs.ModeType != 0:
			return bad("links and special files are not accepted")
		}
		if isDir {
			continue
		}
		if total += f.UncompressedSize64; f.UncompressedSize64 > uint64(p.lim.Expanded) || total > uint64(p.lim.Expanded) {
			return errorAt(0, "the package expands to more than %d bytes", p.lim.Expanded)
		}
		key := strings.ToLower(name)
		if _, dup := p.index[key]; dup {
			return bad("two entries have this name")
		}
		p.index[key] = f.Name
		p.files = append(p.files, File{Name: name, Size: int64(f.UncompressedSize64)})
	}
	if total > 16<<20 && int64(total)/max(size, 1) > p.lim.Ratio {
		return errorAt(0, "the package expands to %d times its size, more than the limit of %d", int64(total)/max(size, 1), p.lim.Ratio)
	}
	// A file may not stand where another has its folder.
	for key := range p.index {
		for dir := path.Dir(key); dir != "."; dir = path.Dir(dir) {
			if name, ok := p.index[dir]; ok {
				return &Error{File: name, Msg: "the entry is a file and a folder"}
			}
		}
	}
	return nil
}

func (p *Package) parse(name string) (*Document, error) {
	data, err := p.ReadFile(name)
	if err != nil {
		return nil, err
	}
	d, err := ParseLimited(data, p.lim)
	var e *Error
	if errors.As(err, &e) {
		return nil, &Error{File: name, Line: e.Line, Msg: e.Msg}
	}
	return d, err
}

// main chooses the main document.
func (p *Package) main(docs map[string]*Document) (string, error) {
	for _, kind := range documentKinds[:2] {
		for _, f := range p.files {
			if docs[f.Name] != nil && !strings.Contains(f.Name, "/") && strings.EqualFold(path.Ext(f.Name), kind) {
				return f.Name, nil
			}
		}
	}
	called := make(map[string]bool)
	for _, d := range docs {
		d.Walk(func(n *Node, _ []*Node) {
			if n.Macro != "" {
				called[n.MacroBase()] = true
			}
		})
	}
	var free []string
	for _, f := range p.files {
		base := strings.ToLower(path.Base(f.Name))
		if docs[f.Name] != nil && !called[strings.TrimSuffix(base, ".yxmc")] {
			free = append(free, f.Name)
		}
	}
	switch len(free) {
	case 1:
		return free[0], nil
	case 0:
		return "", errorAt(0, "the package has no workflow document")
	}
	return "", errorAt(0, "the package has several documents and none at its root: %s", strings.Join(free, ", "))
}

// Document reads the main document.
func (p *Package) Document() (*Document, error) { return p.parse(p.Main) }

// Files lists the files, in the order of the archive.
func (p *Package) Files() []File { return slices.Clone(p.files) }

// Open opens a file by its path, ignoring case. It makes a Package an fs.FS.
func (p *Package) Open(name string) (fs.File, error) {
	if real, ok := p.index[strings.ToLower(Slash(name))]; ok {
		name = strings.ReplaceAll(real, `\`, "/")
	}
	return p.zip.Open(strings.TrimPrefix(name, "./"))
}

// ReadFile returns the content of a file, up to the limit for documents.
func (p *Package) ReadFile(name string) ([]byte, error) {
	f, err := p.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil { // its own header is not where the directory says, or no header
		return nil, &Error{File: name, Msg: "the entry is damaged"}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, p.lim.Document+1))
	if err != nil {
		return nil, &Error{File: name, Msg: "the entry cannot be expanded: " + strings.TrimPrefix(err.Error(), "zip: ")}
	}
	if int64(len(data)) > p.lim.Document {
		return nil, &Error{File: name, Msg: fmt.Sprintf("the document has more than %d bytes", p.lim.Document)}
	}
	return data, nil
}

// Extract writes all files below a folder, which must exist. A file that is
// already there is an error. What it writes before an error stays.
func (p *Package) Extract(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("extract package: %w", err)
	}
	defer root.Close()
	for _, f := range p.files {
		if err := p.extract(root, f); err != nil {
			return fmt.Errorf("extract package: %s: %w", f.Name, err)
		}
	}
	return nil
}

func (p *Package) extract(root *os.Root, f File) (err error) {
	in, err := p.Open(f.Name)
	if err != nil {
		return err
	}
	defer in.Close()
	if dir := path.Dir(f.Name); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	out, err := root.OpenFile(f.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := out.Close(); err == nil {
			err = cerr
		}
	}()
	// The size in the directory was checked against the limits; content that is
	// larger than it says is not written.
	n, err := io.Copy(out, io.LimitReader(in, f.Size+1))
	if err == nil && n != f.Size {
		err = errors.New("the entry is not as large as the archive says")
	}
	return err
}
