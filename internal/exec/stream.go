package exec

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"kickoff/internal/compile"
	"kickoff/internal/engine"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// stream is the csv file of one output anchor.
type stream struct {
	compile.Stream
	file    string // relative to the output folder, with slashes
	records int64
	done    bool
}

// streamSinks makes a sink for each stream.
func (x *execution) streamSinks() []engine.Sink {
	var sinks []engine.Sink
	for _, s := range x.prog.Streams {
		if x.r.Browsed && !s.Browsed {
			// Computed all the same: what goes wrong there is told.
			sinks = append(sinks, engine.Sink{Tool: s.Tool, In: s.Node, Open: func(context.Context) (record.Writer, error) { return discard{}, nil }})
			continue
		}
		st := &stream{Stream: s, file: fmt.Sprintf("streams/%d-%s.csv", s.Tool.ID, fileName(s.Anchor))}
		x.streams = append(x.streams, st)
		sinks = append(sinks, engine.Sink{Tool: s.Tool, In: s.Node, Open: func(context.Context) (record.Writer, error) {
			path := filepath.Join(x.r.OutDir, filepath.FromSlash(st.file))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				return nil, fmt.Errorf("write stream: %w", err)
			}
			f, err := os.Create(path)
			if err != nil {
				return nil, fmt.Errorf("write stream: %w", err)
			}
			w := &streamWriter{s: st, f: f, w: bufio.NewWriterSize(f, 1<<16)}
			return w, w.header(s.Node.Schema())
		}})
	}
	return sinks
}

// discard is where records go that nobody asked to see.
type discard struct{}

func (discard) Write(context.Context, *record.Batch) error { return nil }
func (discard) Close() error                               { return nil }

// fileName makes an anchor's name fit for a file.
func fileName(anchor string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, anchor)
}

// streamWriter writes csv: UTF-8, RFC 4180, a header row, Null as an empty field
// and an empty text as "".
type streamWriter struct {
	s   *stream
	f   *os.File
	w   *bufio.Writer
	buf []byte
}

func (w *streamWriter) header(s record.Schema) error {
	w.buf = w.buf[:0]
	for i, f := range s {
		w.buf = w.separate(w.buf, i)
		w.buf = appendText(w.buf, f.Name)
	}
	w.buf = append(w.buf, "\r\n"...)
	_, err := w.w.Write(w.buf)
	return err
}

func (w *streamWriter) separate(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// Write writes the records of a batch.
func (w *streamWriter) Write(_ context.Context, b *record.Batch) error {
	for row := range b.Len {
		w.buf = w.buf[:0]
		for i := range b.Cols {
			w.buf = w.separate(w.buf, i)
			c := &b.Cols[i]
			switch {
			case !c.IsNull(row):
				w.buf = appendValue(w.buf, b.Schema[i].Type, c, row)
			case len(b.Cols) == 1:
				w.buf = append(w.buf, `""`...) // an empty line would be no record
			}
		}
		w.buf = append(w.buf, "\r\n"...)
		if _, err := w.w.Write(w.buf); err != nil {
			return fmt.Errorf("write stream: %w", err)
		}
	}
	w.s.records += int64(b.Len)
	return nil
}

// Close ends the file.
func (w *streamWriter) Close() error {
	err := w.w.Flush()
	if cerr := w.f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("write stream: %w", err)
	}
	w.s.done = true
	return nil
}

// appendValue writes a value that is not Null: True and False, dates in ISO form,
// Double in the shortest form that reads back the same, spatial objects as GeoJSON,
// blobs in base64.
func appendValue(b []byte, t record.Type, c *record.Column, row int) []byte {
	switch t.Kind() {
	case record.KindFloat:
		return appendFloat(b, c.Floats[row], t)
	case record.KindString:
		return appendText(b, c.Strings[row])
	case record.KindBytes:
		if t == record.SpatialObj {
			return appendText(b, spatial.Text(c.Bytes[row]))
		}
		return base64.StdEncoding.AppendEncode(b, c.Bytes[row])
	}
	n := c.Ints[row]
	switch t {
	case record.Bool:
		if n != 0 {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case record.Date:
		return append(b, record.FormatDate(n)...)
	case record.Time:
		return append(b, record.FormatTime(n)...)
	case record.DateTime:
		return append(b, record.FormatDateTime(n)...)
	}
	return strconv.AppendInt(b, n, 10)
}

func appendFloat(b []byte, v float64, t record.Type) []byte {
	bits, form := 64, byte('f')
	if t == record.Float {
		bits = 32
	}
	if a := math.Abs(v); a != 0 && (a < 1e-5 || a >= 1e21) {
		form = 'e'
	}
	return strconv.AppendFloat(b, v, form, -1, bits)
}

func appendText(b []byte, s string) []byte {
	if s != "" && !strings.ContainsAny(s, "\",\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}
