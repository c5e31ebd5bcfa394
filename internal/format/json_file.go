package format

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kickoff/record"
)

// OpenJSON reads a json file, as UTF-8 or UTF-16 by its mark, as rows of
// JSON_Name and JSON_ValueString (tools reference, Input Data format 54). A file of
// several documents, one a line, is read as an array of them. It closes f.
func OpenJSON(ctx context.Context, f io.ReadCloser, name string, limit int64) (record.Reader, error) {
	text, _, err := decodeText(f, UTF8)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	s := record.Schema{record.New("JSON_Name", record.VWString, record.MaxVWString), record.New("JSON_ValueString", record.VWString, record.MaxVWString)}
	r := &jsonReader{name: name, file: f, batch: record.NewBatch(s, batchRecords), limit: limit}
	r.p = newJSONParser(bufio.NewReaderSize(text, 64<<10), func(v JSONValue) error { r.pending = append(r.pending, v); return nil })
	return r, nil
}

// jsonReader reads one member of the outermost array at a time.
type jsonReader struct {
	name    string
	file    io.Closer
	batch   *record.Batch
	p       *jsonParser
	pending []JSONValue
	state   byte // 0 not begun, '[' inside the outermost array, 'd' documents, 'e' at the end
	n       int  // members or documents so far
	count   int64
	limit   int64
}

// Schema implements record.Reader.
func (r *jsonReader) Schema() record.Schema { return r.batch.Schema }

// Close implements record.Reader.
func (r *jsonReader) Close() error { return r.file.Close() }

// Next implements record.Reader.
func (r *jsonReader) Next(ctx context.Context) (*record.Batch, error) {
	r.batch.Reset()
	for r.batch.Len < batchRecords && (r.limit <= 0 || r.count < r.limit) {
		if len(r.pending) == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			err := r.step()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", r.name, r.p.place(err))
			}
			continue
		}
		v := r.pending[0]
		r.pending = r.pending[1:]
		r.count++
		if v.Kind == JSONNull {
			r.batch.Append(v.Name, nil)
		} else {
			r.batch.Append(v.Name, v.Text)
		}
	}
	if r.batch.Len == 0 {
		return nil, io.EOF
	}
	return r.batch, nil
}

// step reads the next member or document into pending, or returns io.EOF.
func (r *jsonReader) step() error {
	r.pending = r.pending[:0]
	d := r.p.dec
	tok, err := d.Token()
	if err == io.EOF && r.state == 0 {
		return io.ErrUnexpectedEOF
	}
	if err != nil {
		if r.state == '[' && err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	delim := func(s string) bool { return fmt.Sprint(tok) == s }
	switch {
	case r.state == 0 && delim("["):
		r.state = '['
		return nil
	case r.state == '[' && delim("]"):
		r.state = 'e'
		if r.n == 0 {
			return r.p.scalar(nil)
		}
		return nil
	case r.state == 'e':
		return errors.New("text behind the end of the JSON")
	}
	r.p.path = r.p.path[:0]
	if r.state == '[' || r.n > 0 {
		r.p.path = strconv.AppendInt(r.p.path, int64(r.n), 10)
	}
	if err := r.p.value(tok, 0); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	if r.state == 0 {
		r.state = 'd'
		if d.More() {
			// The first of several documents: its paths begin with its position.
			for i, v := range r.pending {
				r.pending[i].Name = strings.TrimSuffix("0."+v.Name, ".")
			}
		}
	}
	r.n++
	return nil
}

// NewJSONWriter writes records to f as an array of objects, in UTF-8, and
// closes f. Null is null, dates are ISO text, blobs base64.
func NewJSONWriter(f io.WriteCloser, s record.Schema) record.Writer {
	w := &jsonWriter{out: bufio.NewWriterSize(f, 256<<10), file: f, schema: s}
	for _, x := range s {
		w.names = append(w.names, append(appendJSONString(nil, x.Name), ':'))
	}
	return w
}

type jsonWriter struct {
	out    *bufio.Writer
	file   io.Closer
	schema record.Schema
	names  [][]byte
	line   []byte
	n      int64
}

// Write implements record.Writer.
func (w *jsonWriter) Write(ctx context.Context, b *record.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for row := range b.Len {
		w.line = append(w.line[:0], "[\n"[min(w.n, 1):]...)
		if w.n > 0 {
			w.line = append(w.line[:0], ",\n"...)
		}
		w.n++
		w.line = append(w.line, '{')
		for i, f := range w.schema {
			if i > 0 {
				w.line = append(w.line, ',')
			}
			w.line = append(w.line, w.names[i]...)
			var err error
			if w.line, err = appendJSONCell(w.line, f.Type, &b.Cols[i], row); err != nil {
				return fmt.Errorf("record %d: field %q: %w", w.n, f.Name, err)
			}
		}
		w.line = append(w.line, '}')
		if _, err := w.out.Write(w.line); err != nil {
			return err
		}
	}
	return nil
}

func appendJSONCell(b []byte, t record.Type, c *record.Column, row int) ([]byte, error) {
	switch {
	case c.IsNull(row):
		return append(b, "null"...), nil
	case t == record.Bool:
		return strconv.AppendBool(b, c.Ints[row] != 0), nil
	case t == record.FixedDecimal:
		var f inference
		f.all = allCandidates
		if s := c.Strings[row]; s != "" && s[0] != '.' && f.fits(s)&(maybeInt|maybeDouble) != 0 {
			return append(b, s...), nil
		}
		return appendJSONString(b, c.Strings[row]), nil
	case t == record.SpatialObj:
		return appendJSONString(b, string(AppendValue(nil, t, c, row))), nil
	case t == record.Blob:
		return appendJSONString(b, base64.StdEncoding.EncodeToString(c.Bytes[row])), nil
	case t.Kind() == record.KindFloat:
		v := c.Floats[row]
		if v != v || v-v != 0 {
			return b, fmt.Errorf("%g is no number that json knows", v)
		}
		return AppendValue(b, t, c, row), nil
	case t.Kind() == record.KindString:
		return appendJSONString(b, c.Strings[row]), nil
	case t.IsDate():
		return appendJSONString(b, string(AppendValue(nil, t, c, row))), nil
	}
	return AppendValue(b, t, c, row), nil
}

// Close implements record.Writer.
func (w *jsonWriter) Close() error {
	end := "\n]\n"
	if w.n == 0 {
		end = "[]\n"
	}
	w.out.WriteString(end)
	err := w.out.Flush()
	if e := w.file.Close(); err == nil {
		err = e
	}
	return err
}
