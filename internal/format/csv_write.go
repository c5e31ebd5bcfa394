package format

import (
	"context"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"kickoff/record"
)

// ForceQuotes says which values are quoted on writing.
type ForceQuotes uint8

// The modes of the option ForceQuotes. Documents write "Never" where quotes are
// never written, "False" where they are written as needed, "True" for always.
const (
	QuoteAsNeeded ForceQuotes = iota
	QuoteAlways
	QuoteNever
)

// CSVWriteOptions are the options of writing delimited text (tools reference,
// Output Data). DefaultCSVWrite gives the document's defaults, StreamCSV those
// of result streams.
type CSVWriteOptions struct {
	CodePage  CodePage
	Delimiter string // one character, or "" for none
	Header    bool
	LineEnd   string
	Quotes    ForceQuotes
	// BOM begins the file with a byte order mark where the code page is Unicode.
	BOM bool
	// QuoteEmpty writes empty text as "", so that it differs from Null.
	QuoteEmpty bool
	// Notify is told of characters that the code page does not hold, which are
	// written as a question mark. May be nil.
	Notify func(Notice)
}

// DefaultCSVWrite returns the options that an Output Data tool starts with.
func DefaultCSVWrite() CSVWriteOptions {
	return CSVWriteOptions{CodePage: Latin1, Delimiter: ",", Header: true, LineEnd: "\r\n"}
}

// StreamCSV returns the options of RFC 4180 in UTF-8 in which a result stream
// is written: Null as nothing, empty text as "".
func StreamCSV() CSVWriteOptions {
	return CSVWriteOptions{CodePage: UTF8, Delimiter: ",", Header: true, LineEnd: "\r\n", QuoteEmpty: true}
}

// DecodeCSVWrite reads the options of Output Data format 0.
func DecodeCSVWrite(o Options) (CSVWriteOptions, error) {
	c := DefaultCSVWrite()
	r := newOptionReader(o)
	cp := r.text("CodePage", "28591")
	var err error
	if c.CodePage, err = ParseCodePage(cp); err != nil {
		r.fail("CodePage", cp, err.Error())
	}
	c.Delimiter = r.delimiter(",")
	c.Header = r.boolean("HeaderRow", true)
	c.BOM = r.boolean("WriteBOM", false)
	switch v := r.text("LineEndStyle", "CRLF"); strings.ToUpper(v) {
	case "CRLF":
		c.LineEnd = "\r\n"
	case "LF":
		c.LineEnd = "\n"
	case "CR":
		c.LineEnd = "\r"
	default:
		r.fail("LineEndStyle", v, "not CRLF, LF or CR")
	}
	switch v := r.text("ForceQuotes", "False"); strings.ToLower(v) {
	case "false", "auto":
		c.Quotes = QuoteAsNeeded
	case "true", "always":
		c.Quotes = QuoteAlways
	case "never":
		c.Quotes = QuoteNever
	default:
		r.fail("ForceQuotes", v, "not Never, False or True")
	}
	return c, r.done()
}

// csvWriter collects text and hands it on in pieces of some 256 KiB.
type csvWriter struct {
	out    io.Writer
	file   io.Closer
	enc    *encoding.Encoder
	opt    CSVWriteOptions
	schema record.Schema
	buf    []byte
	cell   []byte
	quote  [256]bool // bytes that make a value need quotes
	record int64
}

// NewCSVWriter writes records to f as delimited text and closes f at the end.
// The header is written at once, so a file without records has one too.
func NewCSVWriter(f io.WriteCloser, s record.Schema, o CSVWriteOptions) (record.Writer, error) {
	w := &csvWriter{out: f, file: f, opt: o, schema: s}
	for _, c := range []byte("\"\r\n") {
		w.quote[c] = true
	}
	if o.Delimiter != "" {
		w.quote[o.Delimiter[0]] = true
	} else {
		w.opt.Quotes = QuoteNever // one field a line, as it is
	}
	enc, err := o.CodePage.encoding()
	if err != nil {
		return nil, err
	}
	if enc != nil {
		w.enc = enc.NewEncoder()
	}
	unicode := o.CodePage == UTF8 || o.CodePage == UTF16LE || o.CodePage == UTF16BE
	if o.BOM && unicode {
		w.buf = append(w.buf, "\uFEFF"...)
	}
	if o.Header {
		for i, f := range s {
			w.separate(i)
			w.text([]byte(f.Name))
		}
		w.buf = append(w.buf, o.LineEnd...)
	}
	return w, nil
}

func (w *csvWriter) separate(field int) {
	if field > 0 {
		w.buf = append(w.buf, w.opt.Delimiter...)
	}
}

// Write implements record.Writer.
func (w *csvWriter) Write(ctx context.Context, b *record.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for row := range b.Len {
		w.record++
		for i := range w.schema {
			w.separate(i)
			c := &b.Cols[i]
			if c.IsNull(row) {
				continue
			}
			t := w.schema[i].Type
			switch {
			case t.IsString():
				w.cell = append(w.cell[:0], c.Strings[row]...)
				w.text(w.cell)
			case w.opt.Quotes == QuoteAlways || t == record.SpatialObj:
				w.cell = AppendValue(w.cell[:0], t, c, row)
				w.text(w.cell)
			default:
				w.buf = AppendValue(w.buf, t, c, row)
			}
		}
		w.buf = append(w.buf, w.opt.LineEnd...)
		if len(w.buf) >= 256<<10 {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// text appends a value with the quotes that it needs.
func (w *csvWriter) text(v []byte) {
	switch w.opt.Quotes {
	case QuoteNever:
		w.buf = append(w.buf, v...)
		return
	case QuoteAsNeeded:
		if !w.needsQuotes(v) {
			w.buf = append(w.buf, v...)
			return
		}
	}
	w.buf = append(w.buf, '"')
	for _, c := range v {
		if c == '"' {
			w.buf = append(w.buf, '"')
		}
		w.buf = append(w.buf, c)
	}
	w.buf = append(w.buf, '"')
}

func (w *csvWriter) needsQuotes(v []byte) bool {
	if len(v) == 0 {
		return w.opt.QuoteEmpty
	}
	for _, c := range v {
		if w.quote[c] {
			return true
		}
	}
	return false
}

// flush encodes what was collected and writes it.
func (w *csvWriter) flush() error {
	out := w.buf
	if w.enc != nil {
		var err error
		if out, _, err = transform.Bytes(w.enc, w.buf); err != nil {
			if out, err = w.replaced(); err != nil {
				return err
			}
		}
	}
	_, err := w.out.Write(out)
	w.buf = w.buf[:0]
	return err
}

// replaced encodes character by character, with ? for those that the code page
// does not hold.
func (w *csvWriter) replaced() ([]byte, error) {
	out := make([]byte, 0, len(w.buf))
	lost, first := 0, rune(0)
	for _, c := range string(w.buf) {
		b, err := w.enc.Bytes([]byte(string(c)))
		if err != nil {
			if lost++; lost == 1 {
				first = c
			}
			b = []byte{'?'}
		}
		out = append(out, b...)
	}
	if w.opt.Notify != nil {
		w.opt.Notify(Notice{Record: w.record, Text: fmt.Sprintf(
			"%d characters up to here, the first of them %q, are not in code page %d and were written as ?", lost, first, w.opt.CodePage)})
	}
	return out, nil
}

// Close implements record.Writer.
func (w *csvWriter) Close() error {
	err := w.flush()
	if e := w.file.Close(); err == nil {
		err = e
	}
	return err
}
