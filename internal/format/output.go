package format

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"kickoff/record"
	"kickoff/yxdb"
)

// OutFile is an output as an Output Data tool describes it.
type OutFile struct {
	// Written is the text of the File element, with the table behind |||.
	Written string
	// Format is File/@FileFormat; negative takes it from the extension.
	Format  int
	Options Options
	// MaxRecords is File/@MaxRecords, for who calls CreateOutput; 0 means none.
	MaxRecords int64
	// Existing opens the file that stands where the document writes, or gives nil.
	// May be nil.
	Existing func() (*os.File, error)
	Notify   func(Notice)
}

// Aborter is implemented by writers whose file appears as a whole (xlsx, yxdb):
// Abort, called instead of Close, gives up what was written and leaves the file
// that was there before.
type Aborter interface{ Abort() error }

var (
	_ Aborter = (*xlsxWriter)(nil)
	_ Aborter = (*yxdbWriter)(nil)
)

// CreateOutput makes the file of an output below the folder and returns its writer and
// its name there, with slashes. Formats that cannot be written are an
// *UnsupportedFormatError. A file appears complete or not at all where the format is
// not a stream of text.
func (o *OutFolder) CreateOutput(f OutFile, s record.Schema) (w record.Writer, name string, err error) {
	written, table := SplitTable(f.Written)
	if f.Format < 0 {
		n, ok := FormatOf(written)
		if !ok {
			return nil, "", fmt.Errorf("file %q: its extension tells no format", written)
		}
		f.Format = n
	}
	if name, err = OutputName(written); err != nil {
		return nil, "", err
	}
	switch f.Format {
	case FormatCSV:
		w, err = o.createCSV(name, f, s)
	case FormatFlat:
		w, err = o.createFixed(name, f, s)
	case FormatSQLite:
		var x SQLiteWriteOptions
		if x, err = DecodeSQLiteWrite(f.Options); err == nil {
			x.Table, x.Existing, x.Notify = table, f.Existing, f.Notify
			w, err = CreateSQLite(o, name, s, x)
		}
	case FormatXLSX:
		var x XLSXWriteOptions
		if x, err = DecodeXLSXWrite(f.Options); err == nil {
			x.Table, x.Existing, x.Notify = table, f.Existing, f.Notify
			w, err = CreateXLSX(o, name, s, x)
		}
	case FormatYXDB:
		w, err = o.createYXDB(name, f, s)
	case FormatJSON:
		r := newOptionReader(f.Options)
		r.ignore("CodePage")
		if err = r.done(); err == nil {
			var file *os.File
			if file, err = o.Create(name); err == nil {
				w = NewJSONWriter(file, s)
			}
		}
	default:
		err = &UnsupportedFormatError{f.Format}
	}
	if err != nil {
		return nil, "", err
	}
	return w, name, nil
}

func (o *OutFolder) createCSV(name string, f OutFile, s record.Schema) (record.Writer, error) {
	c, err := DecodeCSVWrite(f.Options)
	if err != nil {
		return nil, err
	}
	c.Notify = f.Notify
	return o.createText(name, func(file io.WriteCloser) (record.Writer, error) { return NewCSVWriter(file, s, c) })
}

func (o *OutFolder) createFixed(name string, f OutFile, s record.Schema) (record.Writer, error) {
	x, err := DecodeFixed(f.Options)
	if err != nil {
		return nil, err
	}
	x.Notify = f.Notify
	return o.createText(name, func(file io.WriteCloser) (record.Writer, error) { return NewFixedWriter(file, s, x) })
}

// createText opens a file that is a stream of text.
func (o *OutFolder) createText(name string, start func(io.WriteCloser) (record.Writer, error)) (record.Writer, error) {
	file, err := o.Create(name)
	if err != nil {
		return nil, err
	}
	w, err := start(file)
	if err != nil {
		file.Close()
		o.Remove(name)
		return nil, err
	}
	return w, nil
}

// createYXDB writes the classic variant, whatever WriteCompatibleVersion asks
// for: every version of the product reads it.
func (o *OutFolder) createYXDB(name string, f OutFile, s record.Schema) (record.Writer, error) {
	r := newOptionReader(f.Options)
	r.boolean("NoSpatialIndex", false)
	source := r.boolean("SaveSource", true)
	r.boolean("WriteCompatibleVersion", false)
	if err := r.done(); err != nil {
		return nil, err
	}
	if !source {
		s = append(record.Schema(nil), s...)
		for i := range s {
			s[i].Source, s[i].Description = "", ""
		}
	}
	part := name + ".part"
	file, err := o.Create(part)
	if err != nil {
		return nil, err
	}
	w, err := yxdb.NewWriter(file, s)
	if err != nil {
		file.Close()
		o.Remove(part)
		return nil, err
	}
	return &yxdbWriter{w: w, file: file, out: o, name: name, notify: f.Notify}, nil
}

type yxdbWriter struct {
	w      *yxdb.Writer
	file   io.Closer
	out    *OutFolder
	name   string
	notify func(Notice)
}

// Write implements record.Writer.
func (w *yxdbWriter) Write(ctx context.Context, b *record.Batch) error { return w.w.Write(ctx, b) }

// Close implements record.Writer.
func (w *yxdbWriter) Close() error {
	err := w.w.Close()
	if e := w.file.Close(); err == nil {
		err = e
	}
	part := w.name + ".part"
	if err == nil {
		err = w.out.Rename(part, w.name)
	}
	if err != nil {
		w.out.Remove(part)
		return err
	}
	if l := w.w.Losses(); w.notify != nil {
		if l.Replaced > 0 {
			w.notify(Notice{Text: fmt.Sprintf("%d characters beyond Latin-1 in String and V_String fields were written as ?", l.Replaced)})
		}
		if l.Cut > 0 {
			w.notify(Notice{Text: fmt.Sprintf("%d values were cut to the width of their field", l.Cut)})
		}
	}
	return nil
}

// Abort implements Aborter.
func (w *yxdbWriter) Abort() error {
	w.file.Close()
	return w.out.Remove(w.name + ".part")
}

// MultiFileName is the File text of one of several outputs, for a value of the
// field that tells them apart (Output Data, MultiFileType): Path replaces the
// whole path, FileName the name or, where there is a table, the table; Suffix and Prefix
// add to the name or the table.
func MultiFileName(written, kind, value string) (string, error) {
	file, table := SplitTable(written)
	change := func(old string) (string, error) {
		switch kind {
		case "FileName":
			return value, nil
		case "Suffix":
			return old + value, nil
		case "Prefix":
			return value + old, nil
		}
		return "", &OptionError{"MultiFileType", kind, "not Path, FileName, Suffix or Prefix"}
	}
	if kind == "Path" {
		return value, nil
	}
	if table != "" {
		// Behind the dollar sign of a sheet its range stands, which stays.
		sheet, area := unquoteTable(table), ""
		if k := strings.LastIndexByte(sheet, '$'); k >= 0 && kind != "FileName" {
			sheet, area = sheet[:k], sheet[k:]
		}
		t, err := change(sheet)
		return file + "|||" + t + area, err
	}
	p := cleanPath(file)
	dir, name := splitLast(p)
	ext := path.Ext(name)
	// A value is one name: it does not lead to another folder.
	value = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, value)
	n, err := change(strings.TrimSuffix(name, ext))
	if kind == "FileName" && strings.EqualFold(path.Ext(value), ext) {
		ext = ""
	}
	if dir != "" {
		n = strings.TrimSuffix(dir, "/") + "/" + n
	}
	return n + ext, err
}

// SuffixedName is the File text of a further file of one output: the suffix
// stands behind the file's name, before its extension. The table stays.
func SuffixedName(written, suffix string) (string, error) {
	file, table := SplitTable(written)
	file, err := MultiFileName(file, "Suffix", suffix)
	if table != "" {
		file += "|||" + table
	}
	return file, err
}
