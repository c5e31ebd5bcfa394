package format

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"kickoff/record"
)

// zipOpener reads a file inside a zip. The text behind ||| names it, with
// wildcards as in Find; empty means the only one. The option FileFormatInner gives the
// format of the file inside, the other options are that format's.
func (in *Input) zipOpener(o Options) (opener, error) {
	inner := formatNotGiven
	rest := Options{}
	for k, v := range o {
		if k != "FileFormatInner" {
			rest[k] = v
			continue
		}
		n, err := strconv.Atoi(v)
		if err != nil {
			return nil, &OptionError{k, v, "not a format number"}
		}
		inner = n
	}
	if _, ok := formatNames[inner]; inner != formatNotGiven && (!ok || inner == FormatZip) {
		return nil, &OptionError{"FileFormatInner", strconv.Itoa(inner), "not a format that can be read from a zip"}
	}
	pattern, table := SplitTable(in.table)
	return func(ctx context.Context, p string) (record.Reader, error) {
		r, err := in.openZip(ctx, p, pattern, table, inner, rest)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", filepath.Base(p), err)
		}
		return r, nil
	}, nil
}

// openZip expands one file of the archive to a temporary one, because most
// formats are read at places, and opens it.
func (in *Input) openZip(ctx context.Context, p, pattern, table string, inner int, o Options) (record.Reader, error) {
	f, size, err := in.sized(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, err
	}
	member, err := zipMember(z, pattern)
	if err != nil {
		return nil, err
	}
	if inner == formatNotGiven {
		n, ok := FormatOf(member.Name)
		if !ok {
			return nil, fmt.Errorf("the format of %s is not given", member.Name)
		}
		inner = n
	}
	dir, err := os.MkdirTemp("", "zip-")
	if err != nil {
		return nil, err
	}
	r, err := in.openMember(ctx, member, dir, table, inner, o)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return &closing{r, tempFolder{r, dir}}, nil
}

func (in *Input) openMember(ctx context.Context, m *zip.File, dir, table string, inner int, o Options) (record.Reader, error) {
	// The name inside the archive is not used as a path, only its last part.
	to := filepath.Join(dir, "member"+filepath.Ext(path.Base(m.Name)))
	if err := expandMember(m, to, in.file.Limits.withDefaults().ExpandedBytes); err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	sub := &Input{folder: Folder{Dir: dir}, file: in.file, table: table}
	open, err := sub.opener(inner, o)
	if err != nil {
		return nil, err
	}
	r, err := open(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	return r, nil
}

// zipMember finds the one file that a pattern means: by its path in the archive,
// or else by its name.
func zipMember(z *zip.Reader, pattern string) (*zip.File, error) {
	p := cleanPath(pattern)
	_, name := splitLast(p)
	var byPath, byName []*zip.File
	for _, f := range z.File {
		switch {
		case !f.Mode().IsRegular():
		case p == "" || matchName(p, f.Name):
			byPath = append(byPath, f)
		case matchName(name, path.Base(f.Name)):
			byName = append(byName, f)
		}
	}
	found := byPath
	if len(found) == 0 {
		found = byName
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("no file %q in the archive", pattern)
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%q means %d files of the archive, %s and %s among them; name one behind |||", pattern, len(found), found[0].Name, found[1].Name)
}

var errExpanded = errors.New("it is larger than the limit when it is expanded")

func expandMember(m *zip.File, to string, limit int64) error {
	if m.UncompressedSize64 > uint64(limit) {
		return errExpanded
	}
	r, err := m.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = errExpanded
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// tempFolder removes the folder of an expanded file when its reader is closed.
type tempFolder struct {
	r   io.Closer
	dir string
}

// Close implements io.Closer.
func (t tempFolder) Close() error {
	err := t.r.Close()
	if e := os.RemoveAll(t.dir); err == nil {
		err = e
	}
	return err
}
