package exec

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"kickoff/internal/diag"
	"kickoff/internal/format"
)

// files notices what the sinks write below the folder for outputs, so that no
// tool has to report it.
type files struct {
	dir     string
	seen    map[string]stamp // by path with slashes
	written []Output
	parts   []part // of them
	mu      sync.Mutex
	counts  map[string]int64  // records by path, of those writers that tell
	as      map[string]string // the path that the document has, by ours
}

// part is what one tool wrote of a file: all of it, unless it holds tables.
type part struct {
	file    string
	by      diag.Tool
	records int64
}

// count keeps how many records a file got, and for which path of the document. It
// returns another one for which the same tool wrote it, or any tool where it holds
// tables: those of a file that is replaced are told with the file.
func (f *files) count(name, written string, records int64) (other string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if was := f.as[name]; was != "" && place(was) != place(written) {
		other = was
	}
	f.as[name] = written
	if holdsTables(name) { // each of which a tool may have written
		records += f.counts[name]
	}
	f.counts[name] = records
	return other
}

// place is a path as far as two of them are compared.
func place(written string) string {
	return strings.ToLower(path.Clean(strings.ReplaceAll(written, `\`, "/")))
}

// stamp tells a file's states apart.
type stamp struct {
	size int64
	time time.Time
}

func watchFiles(dir string) (*files, error) {
	f := &files{dir: dir, counts: make(map[string]int64), as: make(map[string]string)}
	var err error
	f.seen, err = f.list()
	return f, err
}

func (f *files) list() (map[string]stamp, error) {
	all := make(map[string]stamp)
	err := filepath.WalkDir(f.dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(f.dir, p)
		if err != nil {
			return err
		}
		all[filepath.ToSlash(rel)] = stamp{info.Size(), info.ModTime()}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for written files: %w", err)
	}
	return all, nil
}

// changed notes the files that were written since the last call as a tool's. A
// file whose writer told no count gets that of the tool's records. before tells
// which tools had written files that hold one table, and were replaced: of paths of another
// machine only the name is left, so that two of them may mean one file here.
func (f *files) changed(t diag.Tool, records int64) (before map[string]diag.Tool, err error) {
	now, err := f.list()
	if err != nil {
		return nil, err
	}
	before = make(map[string]diag.Tool)
	var names []string
	for name, s := range now {
		if f.seen[name] != s {
			names = append(names, name)
		}
	}
	f.seen = now
	slices.Sort(names)
	for _, name := range names {
		o := Output{ToolID: t.ID, Name: filepath.Base(name), File: "files/" + name, Records: records}
		f.mu.Lock()
		if n, ok := f.counts[name]; ok {
			o.Records = n
			delete(f.counts, name)
		}
		if !holdsTables(name) {
			delete(f.as, name)
		}
		f.mu.Unlock()
		if i := slices.IndexFunc(f.written, func(w Output) bool { return w.File == o.File }); i >= 0 {
			f.written[i] = o
		} else {
			f.written = append(f.written, o)
		}
		p := part{name, t, o.Records}
		i := slices.IndexFunc(f.parts, func(q part) bool {
			return q.file == name && (!holdsTables(name) || q.by.String() == t.String())
		})
		if i < 0 {
			f.parts = append(f.parts, p)
			continue
		}
		if by := f.parts[i].by; by.String() != t.String() {
			before[name] = by
		}
		f.parts[i] = p
	}
	return before, nil
}

// holdsTables reports whether a file of this name holds a table beside others.
func holdsTables(name string) bool {
	kind, _ := format.FormatOf(name)
	return kind == format.FormatXLSX || kind == format.FormatSQLite
}

// wrote finds a file that this run has written, by the path of a document.
func (f *files) wrote(written string) (string, bool) {
	name, err := format.OutputName(written)
	if err != nil {
		return "", false
	}
	for _, w := range f.written {
		if strings.EqualFold(w.File, "files/"+name) {
			return filepath.Join(f.dir, filepath.FromSlash(strings.TrimPrefix(w.File, "files/"))), true
		}
	}
	return "", false
}
