package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kickoff/record"
)

// csvChunk is how much text is held at a time.
const csvChunk = 1 << 20

// csvReader reads delimited text. The text is parsed chunk by chunk straight
// into the columns of a batch; only fields with doubled quotes are copied.
type csvReader struct {
	name   string
	text   io.Reader // UTF-8
	file   io.Closer
	opt    CSVOptions
	schema record.Schema
	fill   batchFiller

	buf      []byte
	recStart int // of the record read last
	pos      int // parsed up to here
	eof      bool
	line     int64 // of pos
	records  int64
	remark   Notice // to be told when the first record is read
	told     bool   // of bytes that are not UTF-8

	scan csvScanner
	row  []csvField // of one record, reused
}

// OpenCSV reads delimited text from f, which it closes. name stands in errors.
//
// Every field is V_String of size FieldLen, or V_WString where the code page
// is Unicode or the file starts with a byte order mark. An unquoted empty field
// is Null, a quoted one is empty text. A blank name becomes Field_N by its
// position, a repeated one gets a number. A byte that is not UTF-8 where the text
// should be is read as U+FFFD, as the vendor's platform does, and told. Blank lines
// are skipped where a record has more than one field, and are a Null record where
// it has one.
func OpenCSV(ctx context.Context, f io.ReadCloser, name string, o CSVOptions) (record.Reader, error) {
	o.Limits = o.Limits.withDefaults()
	if o.FieldLen <= 0 {
		o.FieldLen = 254
	}
	r := &csvReader{name: name, file: f, opt: o, line: 1}
	err := r.start(ctx)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return r, nil
}

// start finds the line end in use, skips to the first line and reads the names.
func (r *csvReader) start(ctx context.Context) error {
	var err error
	head := &firstBytes{r: r.file.(io.Reader)}
	if r.text, r.opt.CodePage, err = decodeText(head, r.opt.CodePage); err != nil {
		return err
	}
	if err := r.more(); err != nil {
		return err
	}
	if err := r.opt.CodePage.fits(head.kept); err != nil && r.opt.Delimiter != "" {
		return err
	}
	if kind := archive(head.kept); kind != "" {
		return fmt.Errorf("the file is %s, not delimited text", kind)
	}
	if r.opt.CodePage.mistaken(head.kept) {
		r.remark.Text = fmt.Sprintf("the text looks like UTF-8 (code page 65001) and is read as code page %d, as the configuration says", r.opt.CodePage)
	}
	// A file without any line feed is one of lines that end with a carriage return.
	cr := bytes.IndexByte(r.buf, '\n') < 0 && bytes.IndexByte(r.buf, '\r') >= 0
	r.scan = newCSVScanner(r.opt.Delimiter, r.opt.Quotes, cr)
	if err := r.skipLines(ctx); err != nil {
		return err
	}
	// The first record tells the number of fields; without a header it is read again.
	line := r.line
	first, err := r.next(true)
	if err == io.EOF {
		if r.opt.Header || r.opt.Delimiter != "" {
			return fmt.Errorf("the file is empty, so %w", ErrEmpty)
		}
		first, err = []csvField{{}}, nil
	}
	if err != nil {
		return err
	}
	if len(first) > r.opt.Limits.Fields {
		return fmt.Errorf("line %d: %d fields, the limit is %d", line, len(first), r.opt.Limits.Fields)
	}
	names := make([]string, len(first))
	if r.opt.Header {
		if n, ok := r.notUTF8(r.recStart, line); ok {
			r.remark = n
		}
		for i, f := range first {
			names[i] = mend(r.opt.name(strings.Clone(f.text)))
		}
	} else {
		r.pos, r.line = r.recStart, line
	}
	r.setSchema(uniqueNames(names, func(n int) string { return "Field_" + strconv.Itoa(n) }))
	return nil
}

func (r *csvReader) setSchema(names []string) {
	size := r.opt.FieldLen
	if r.opt.CodePage.IsWide() {
		size = min(size, record.MaxVWString)
	}
	r.opt.FieldLen = size
	for _, n := range names {
		r.schema = append(r.schema, record.Field{Name: n, Type: r.opt.FieldType(), Size: size})
	}
	r.fill = newBatchFiller(r.schema)
}

// Schema implements record.Reader.
func (r *csvReader) Schema() record.Schema { return r.schema }

// Close implements record.Reader.
func (r *csvReader) Close() error { return r.file.Close() }

// Next implements record.Reader.
func (r *csvReader) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.remark.Text != "" {
		r.told = r.told || r.opt.CodePage == UTF8
		r.notify(r.remark)
		r.remark = Notice{}
	}
	b, err := r.readBatch()
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %s: %w", r.name, err)
	}
	return b, err
}

// readBatch fills a batch from the text at hand. New text is brought in only
// while the batch is empty, because its values are slices of the text.
func (r *csvReader) readBatch() (*record.Batch, error) {
	r.fill.reset()
	start, line := -1, r.line
	for r.fill.n < r.fill.max && (r.opt.RecordLimit <= 0 || r.records < r.opt.RecordLimit) {
		at := r.line
		row, err := r.next(r.fill.n == 0)
		if err == io.EOF || err == errMoreText {
			break
		}
		if err != nil {
			return nil, err
		}
		if r.fill.n == 0 {
			start, line = r.recStart, at
		}
		if err := r.take(row, at); err != nil {
			return nil, err
		}
	}
	if r.fill.n == 0 {
		return nil, io.EOF
	}
	if n, ok := r.notUTF8(start, line); ok {
		if !r.told {
			r.told = true
			r.notify(n)
		}
		for _, col := range r.fill.cols {
			for i, v := range col[:r.fill.n] {
				col[i] = mend(v)
			}
		}
	}
	return r.fill.done(), nil
}

// take puts the fields of one record, which began at line, into the batch.
func (r *csvReader) take(row []csvField, line int64) error {
	want := len(r.schema)
	if len(row) != want {
		if len(row) == 1 && row[0].text == "" && !row[0].quoted {
			return nil
		}
		what := "too few fields: %d where the first line has %d"
		if len(row) > want {
			what = "too many fields: %d where the first line has %d"
		}
		what = fmt.Sprintf(what, len(row), want)
		if !r.opt.IgnoreErrors {
			return fmt.Errorf("line %d: %s", line, what)
		}
		r.notify(Notice{Line: line, Text: what})
	}
	r.records++
	n := r.fill.n
	for i := range min(len(row), want) {
		f := &row[i]
		if f.text == "" && !f.quoted {
			r.fill.null(i)
			continue
		}
		if len(f.text) > r.opt.FieldLen {
			f.text = r.cut(f.text, i, line)
		}
		r.fill.cols[i][n] = f.text
	}
	for i := len(row); i < want; i++ {
		r.fill.null(i)
	}
	r.fill.n++
	return nil
}

// cut shortens a value to FieldLen characters: UTF-16 units where the type is wide.
func (r *csvReader) cut(s string, field int, line int64) string {
	c, was := cutText(s, r.opt.FieldLen, r.opt.CodePage.IsWide())
	if was {
		r.notify(Notice{Record: r.records, Line: line, Field: r.schema[field].Name,
			Text: fmt.Sprintf("cut to %d characters", r.opt.FieldLen)})
	}
	return c
}

func (r *csvReader) notify(n Notice) {
	if r.opt.Notify != nil {
		r.opt.Notify(n)
	}
}

// errMoreText says that the text at hand holds no whole record.
var errMoreText = errors.New("more text is needed")

// next returns the fields of the next record, or io.EOF. Without refill it
// returns errMoreText rather than replace the text.
func (r *csvReader) next(refill bool) ([]csvField, error) {
	for {
		if r.pos == len(r.buf) && r.eof {
			return nil, io.EOF
		}
		row, n, lines, st := r.scan.record(r.buf[r.pos:], r.eof, r.row[:0])
		r.row = row
		switch st {
		case scanDone:
			r.recStart = r.pos
			r.pos += n
			r.line += int64(lines)
			return row, nil
		case scanUnclosed:
			return nil, fmt.Errorf("line %d: a quote that is opened here is never closed", r.line)
		}
		if !refill {
			return nil, errMoreText
		}
		if err := r.more(); err != nil {
			return nil, err
		}
	}
}

// skipLines goes to the first line to read. Quotes mean nothing before it.
func (r *csvReader) skipLines(ctx context.Context) error {
	for r.line < r.opt.FirstLine {
		if err := ctx.Err(); err != nil {
			return err
		}
		if k := bytes.IndexByte(r.buf[r.pos:], r.scan.eol); k >= 0 {
			r.pos += k + 1
			r.line++
			continue
		}
		if r.eof {
			return fmt.Errorf("the file ends at line %d, before the first line to read (%d)", r.line, r.opt.FirstLine)
		}
		r.pos = len(r.buf)
		if err := r.more(); err != nil {
			return err
		}
	}
	return nil
}

// more replaces the text by a new buffer: what is not parsed yet and what
// follows it in the file. A record that fills the buffer makes it grow.
func (r *csvReader) more() error {
	left := r.buf[r.pos:]
	limit := max(csvChunk, r.opt.Limits.RecordBytes)
	if len(left) >= limit {
		return fmt.Errorf("line %d: a record of more than %d bytes; is a quote left open, or the delimiter a wrong one?",
			r.line, limit-1)
	}
	b := make([]byte, min(limit, max(csvChunk, 2*len(left))))
	n := copy(b, left)
	for n < len(b) {
		k, err := r.text.Read(b[n:])
		n += k
		if err == io.EOF {
			r.eof = true
			break
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", r.line, err)
		}
	}
	r.buf, r.pos = b[:n], 0
	return nil
}

// notUTF8 finds the first byte that is not UTF-8 in what was parsed from a place
// whose line is given.
func (r *csvReader) notUTF8(from int, line int64) (Notice, bool) {
	if r.opt.CodePage != UTF8 {
		return Notice{}, false
	}
	b := r.buf[from:r.pos]
	i := badUTF8(b)
	if i < 0 {
		return Notice{}, false
	}
	return mended(line+int64(bytes.Count(b[:i], []byte{r.scan.eol})), b[i]), true
}
