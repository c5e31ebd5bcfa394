package format

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"kickoff/record"
)

// fixedWriter writes fields that are filled with blanks to their lengths. The
// encoding is that of delimited text without a delimiter.
type fixedWriter struct {
	*csvWriter
	opt  FixedOptions
	cols []int // the field of the record for each of the file
	cut  bool  // a text was, and it has been said
}

// NewFixedWriter writes records to f as fixed width text and closes f at the end.
// Each field of the layout takes the record's field of its name, at the left
// of its place; records' fields that the layout does not have are said and left out.
func NewFixedWriter(f io.WriteCloser, s record.Schema, o FixedOptions) (record.Writer, error) {
	if len(o.Fields) == 0 {
		return nil, fmt.Errorf("the layout has no fields")
	}
	w := &fixedWriter{opt: o}
	written := make(map[int]bool)
	for _, x := range o.Fields {
		i := s.Index(x.Name)
		if i < 0 {
			return nil, fmt.Errorf("the field %q of the layout is not in the records", x.Name)
		}
		if x.Length <= 0 {
			return nil, fmt.Errorf("field %q has the length %d", x.Name, x.Length)
		}
		w.cols, written[i] = append(w.cols, i), true
	}
	for i, field := range s {
		if !written[i] && o.Notify != nil {
			o.Notify(Notice{Field: field.Name, Text: "not in the layout of the file, and left out"})
		}
	}
	text, err := NewCSVWriter(f, s, CSVWriteOptions{CodePage: o.CodePage, Quotes: QuoteNever, Notify: o.Notify})
	if err != nil {
		return nil, err
	}
	w.csvWriter = text.(*csvWriter)
	return w, nil
}

// Write implements record.Writer.
func (w *fixedWriter) Write(ctx context.Context, b *record.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for row := range b.Len {
		w.record++
		start := len(w.buf)
		fail := func(format string, args ...any) error {
			w.buf = w.buf[:start] // no part of a line
			return fmt.Errorf("record %d: "+format, append([]any{w.record}, args...)...)
		}
		for i, col := range w.cols {
			if w.cell = w.cell[:0]; !b.Cols[col].IsNull(row) {
				w.cell = AppendValue(w.cell, w.schema[col].Type, &b.Cols[col], row)
			}
			v, length := string(w.cell), w.opt.Fields[i].Length
			if strings.ContainsAny(v, "\r\n") && !w.opt.NoLineEnds {
				return fail("field %q: a line end cannot stand in a line of fixed width", w.opt.Fields[i].Name)
			}
			if utf8.RuneCountInString(v) > length {
				if !w.schema[col].Type.IsString() {
					return fail("field %q: %s does not fit into %d characters", w.opt.Fields[i].Name, v, length)
				}
				v, _ = cutText(v, length, false)
				if !w.cut && w.opt.Notify != nil {
					w.opt.Notify(Notice{Record: w.record, Field: w.opt.Fields[i].Name, Text: fmt.Sprintf("cut to %d characters, as any further text that is longer than its field", length)})
				}
				w.cut = true
			}
			w.buf = append(w.buf, v...)
			for range length - utf8.RuneCountInString(v) {
				w.buf = append(w.buf, ' ')
			}
		}
		w.buf = append(w.buf, w.opt.EOL...)
		if len(w.buf) >= 256<<10 {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}
