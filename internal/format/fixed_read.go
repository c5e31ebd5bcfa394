package format

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"kickoff/record"
)

// FixedField is one column of a fixed width file.
type FixedField struct {
	Name   string
	Length int // in characters
	// Type is what the document makes of the text; the reader leaves it text.
	Type record.Type
}

// FixedOptions are the options of reading and writing fixed width text (format 21; the
// elements below FlatFileXML/flatfile).
type FixedOptions struct {
	CodePage CodePage
	Fields   []FixedField
	// NoLineEnds: records follow each other without line ends (eoltype "none").
	NoLineEnds bool
	// LineEnd is the last byte of a line; 0 is a line feed.
	LineEnd byte
	// EOL ends a line that is written.
	EOL string
	// AllowShort makes fields beyond the end of a line Null, AllowLong drops what
	// stands behind the last field; else such a line is an error.
	AllowShort, AllowLong bool
	// Trim removes blanks at both ends of each value.
	Trim        bool
	RecordLimit int64
	Limits      Limits
	Notify      func(Notice)
}

// OpenFixed reads fixed width text from f, which it closes. Every field is
// V_String, or V_WString where the code page is Unicode. A value of blanks only
// is Null where blanks are trimmed.
func OpenFixed(_ context.Context, f io.ReadCloser, name string, o FixedOptions) (record.Reader, error) {
	r, err := newFixedReader(f, name, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return r, nil
}

type fixedReader struct {
	name   string
	file   io.Closer
	opt    FixedOptions
	in     *bufio.Reader
	schema record.Schema
	fill   batchFiller
	width  int
	line   int64
	cp     CodePage
	buf    []byte
	told   bool // of bytes that are not UTF-8
}

func newFixedReader(f io.ReadCloser, name string, o FixedOptions) (*fixedReader, error) {
	o.Limits = o.Limits.withDefaults()
	if o.LineEnd == 0 {
		o.LineEnd = '\n'
	}
	r := &fixedReader{name: name, file: f, opt: o}
	text, cp, err := decodeText(f, o.CodePage)
	if err != nil {
		return nil, err
	}
	r.cp = cp
	r.in = bufio.NewReaderSize(text, 256<<10)
	if len(o.Fields) == 0 || len(o.Fields) > o.Limits.Fields {
		return nil, fmt.Errorf("%d fields are described", len(o.Fields))
	}
	names := make([]string, len(o.Fields))
	for i, x := range o.Fields {
		if x.Length <= 0 || x.Length > o.Limits.RecordBytes {
			return nil, fmt.Errorf("field %q has the length %d", x.Name, x.Length)
		}
		names[i] = x.Name
		r.width += x.Length
	}
	t := CSVOptions{CodePage: cp}.FieldType()
	for i, n := range uniqueNames(names, func(n int) string { return fmt.Sprintf("Field_%d", n) }) {
		r.schema = append(r.schema, record.New(n, t, o.Fields[i].Length))
	}
	r.fill = newBatchFiller(r.schema)
	return r, nil
}

// Schema implements record.Reader.
func (r *fixedReader) Schema() record.Schema { return r.schema }

// Close implements record.Reader.
func (r *fixedReader) Close() error { return r.file.Close() }

// Next implements record.Reader.
func (r *fixedReader) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.fill.reset()
	for r.fill.n < r.fill.max && (r.opt.RecordLimit <= 0 || r.line < r.opt.RecordLimit) {
		rec, err := r.record()
		if err == io.EOF {
			break
		}
		r.line++
		if r.cp == UTF8 && !utf8.ValidString(rec) {
			if !r.told && r.opt.Notify != nil {
				r.opt.Notify(mended(r.line, rec[badUTF8([]byte(rec))]))
			}
			r.told, rec = true, mend(rec)
		}
		if err == nil {
			err = r.split(rec)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: line %d: %w", r.name, r.line, err)
		}
	}
	if r.fill.n == 0 {
		return nil, io.EOF
	}
	return r.fill.done(), nil
}

// record reads the text of one record.
func (r *fixedReader) record() (string, error) {
	r.buf = r.buf[:0]
	if r.opt.NoLineEnds {
		for n := 0; n < r.width; n++ {
			c, _, err := r.in.ReadRune()
			if err == io.EOF && n > 0 {
				break
			}
			if err != nil {
				return "", err
			}
			r.buf = utf8.AppendRune(r.buf, c)
		}
		return string(r.buf), nil
	}
	for {
		part, err := r.in.ReadSlice(r.opt.LineEnd)
		r.buf = append(r.buf, part...)
		if len(r.buf) > r.opt.Limits.RecordBytes {
			return "", fmt.Errorf("longer than %d bytes", r.opt.Limits.RecordBytes)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && (err != io.EOF || len(r.buf) == 0) {
			return "", err
		}
		return string(bytes.TrimRight(r.buf, "\r\n")), nil
	}
}

// split stores the fields of a record.
func (r *fixedReader) split(s string) error {
	for i, f := range r.opt.Fields {
		if s == "" {
			if i == 0 || !r.opt.AllowShort {
				return fmt.Errorf("too short: it ends before field %q", f.Name)
			}
			r.fill.null(i)
			continue
		}
		v, _ := cutText(s, f.Length, false)
		if s = s[len(v):]; s == "" && utf8.RuneCountInString(v) < f.Length && !r.opt.AllowShort {
			return fmt.Errorf("too short: it ends within field %q", f.Name)
		}
		if r.opt.Trim {
			v = strings.TrimSpace(v)
		}
		if v == "" {
			r.fill.null(i)
			continue
		}
		r.fill.cols[i][r.fill.n] = v
	}
	if s != "" {
		if !r.opt.AllowLong {
			return fmt.Errorf("too long: %d characters where the fields have %d", r.width+utf8.RuneCountInString(s), r.width)
		}
		if r.opt.Notify != nil {
			r.opt.Notify(Notice{Line: r.line, Text: fmt.Sprintf("%d characters behind the last field were dropped", utf8.RuneCountInString(s))})
		}
	}
	r.fill.n++
	return nil
}
