package format

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"kickoff/record"
)

// filesReader hands out the records of several files as one relation. The
// schema is that of the first; the others must have the same fields in the same
// order, but text may be of another size or width; a file that has not is left out, as
// is one without anything in it.
type filesReader struct {
	in     *Input
	next   int // file to open next
	r      record.Reader
	schema record.Schema // with FileName
	own    int           // fields without FileName
	label  string        // value of FileName
	batch  record.Batch
	names  []string
	count  int64
}

// fileNameSize is the size of the field FileName in cached schemas.
const fileNameSize = 254

func (f *filesReader) openNext(ctx context.Context) error {
	path := f.in.Files[f.next].Path
	r, err := f.in.open(ctx, path)
	if errors.Is(err, ErrEmpty) && len(f.in.Files) > 1 {
		return f.skip(path, "is empty", err)
	}
	if err != nil {
		return err
	}
	s := r.Schema()
	if f.schema == nil {
		f.own = len(s)
		f.schema = slices.Clone(s)
		if f.in.file.FileName != "" {
			f.schema = append(f.schema, record.New(s.Unique("FileName"), record.VWString, fileNameSize))
		}
	} else if err := sameFields(f.schema[:f.own], s); err != nil {
		r.Close()
		return f.skip(path, "has a different schema than the first file in the set", err)
	}
	f.r, f.label = r, WindowsForm(path)
	f.next++
	if f.in.file.FileName == "FileName" {
		f.label = filepath.Base(path)
	}
	if f.in.table != "" {
		f.label += "|||" + f.in.table
	}
	return nil
}

// skip leaves out a file that has no fields, or not those of the first, as the
// product does, and says so. Where nobody listens it is an error.
func (f *filesReader) skip(path, what string, why error) error {
	f.next++
	if f.in.file.Notify == nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), why)
	}
	f.in.file.Notify(Notice{Text: fmt.Sprintf("the file %q %s and was skipped: %v", filepath.Base(path), what, why)})
	return nil
}

// sameFields compares the fields of a file with those of the first.
func sameFields(first, s record.Schema) error {
	if len(first) != len(s) {
		return fmt.Errorf("it has %d fields, and the first file has %d", len(s), len(first))
	}
	for i, f := range first {
		if !strings.EqualFold(f.Name, s[i].Name) {
			return fmt.Errorf("field %d is %q, and in the first file %q", i+1, s[i].Name, f.Name)
		}
		if f.Type != s[i].Type && !(f.Type.IsString() && s[i].Type.IsString()) {
			return fmt.Errorf("field %q is %s, and in the first file %s", f.Name, s[i].Type, f.Type)
		}
	}
	return nil
}

// Schema implements record.Reader.
func (f *filesReader) Schema() record.Schema { return f.schema }

// Close implements record.Reader.
func (f *filesReader) Close() error {
	if f.r == nil {
		return nil
	}
	r := f.r
	f.r = nil
	return r.Close()
}

// Next implements record.Reader.
func (f *filesReader) Next(ctx context.Context) (*record.Batch, error) {
	limit := f.in.file.RecordLimit
	for limit <= 0 || f.count < limit {
		if f.r == nil {
			if f.next == len(f.in.Files) {
				break
			}
			if err := f.openNext(ctx); err != nil {
				return nil, err
			}
			continue
		}
		b, err := f.r.Next(ctx)
		if err == io.EOF {
			if err := f.Close(); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		n := b.Len
		if limit > 0 {
			n = int(min(int64(n), limit-f.count))
		}
		f.count += int64(n)
		return f.shape(b, n), nil
	}
	return nil, io.EOF
}

// shape gives a batch its own schema and length and the field FileName.
func (f *filesReader) shape(b *record.Batch, n int) *record.Batch {
	f.batch.Schema, f.batch.Len = f.schema, n
	f.batch.Cols = append(f.batch.Cols[:0], b.Cols...)
	if n < b.Len {
		for i := range f.batch.Cols {
			c := &f.batch.Cols[i]
			c.Null = c.Null[:min(n, len(c.Null))]
			c.Ints, c.Floats = c.Ints[:min(n, len(c.Ints))], c.Floats[:min(n, len(c.Floats))]
			c.Strings, c.Bytes = c.Strings[:min(n, len(c.Strings))], c.Bytes[:min(n, len(c.Bytes))]
		}
	}
	if len(f.schema) > f.own {
		f.names = f.names[:0]
		for range n {
			f.names = append(f.names, f.label)
		}
		f.batch.Cols = append(f.batch.Cols, record.Column{Strings: f.names})
	}
	return &f.batch
}
