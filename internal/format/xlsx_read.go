package format

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"kickoff/record"
)

// ReadAtCloser is a file that is read at places: an *os.File, or a file in memory.
type ReadAtCloser interface {
	io.ReaderAt
	io.Closer
}

// XLSXOptions are the options of reading a workbook (Input Data format 25).
type XLSXOptions struct {
	// Table is the text behind ||| in the path: `Sheet1$`, `Sheet1$A1:C9`, a
	// named range, SheetList, or empty for the first sheet.
	Table string
	// FirstRowData: the first row holds data, and the fields are F1, F2 …
	FirstRowData bool
	// FirstLine is the first row to read, from 1, within the range.
	FirstLine   int64
	RecordLimit int64
	Limits      Limits
	// Legacy: the workbook is one of Excel 97 to 2003 (Input Data format 8). One
	// that has only the name of such is read as what it is.
	Legacy bool
}

// open reads the frame of the workbook.
func (o XLSXOptions) open(f io.ReaderAt, size int64) (*workbook, error) {
	head := make([]byte, 2)
	if _, err := f.ReadAt(head, 0); o.Legacy && (err != nil || string(head) != "PK") {
		return openXLS(f, size, o.Limits)
	}
	return openWorkbook(f, size, o.Limits)
}

// DecodeXLSX reads the options of Input Data formats 25 and 8.
func DecodeXLSX(o Options) (XLSXOptions, error) {
	r := newOptionReader(o)
	x := XLSXOptions{
		FirstRowData: r.boolean("FirstRowData", false),
		FirstLine:    r.number("ImportLine", 1, 1, maxSheetRow),
	}
	r.ignore("TableStyle", "SessionReadOnly", "ReadUncommitted")
	return x, r.done()
}

// xlsxReader hands out an area of a sheet. The area is read twice: once to find
// the types, which follow from all rows, and once for the values.
type xlsxReader struct {
	name   string
	file   io.Closer
	book   *workbook
	area   sheetArea
	opt    XLSXOptions
	schema record.Schema
	first  int // first row of data
	last   int // last row of data
	sheet  sheetRows
	row    int // next row to hand out
	ahead  int // row of cells, read already
	cells  []xlsxCell
	batch  *record.Batch
	size   int
}

// OpenXLSX reads a sheet or range of the workbook f, of size bytes, which it
// closes. name stands in errors.
//
// A column is Double where all its cells are numbers, Bool, a date where all are
// numbers with such a format, else V_String, or V_WString where a character is
// beyond Latin-1. Of which type a date is its values say, not its format, as the
// vendor's help has it: Date where all are whole days, Time where all are times of
// day alone, else DateTime. Blank cells are Null and decide nothing; a column
// without values is V_String. The area begins at column A and at the first row to read, though
// they be blank, and ends with the last row that has a cell, be it blank, and the last column that
// holds a value. Blank names
// are F1, F2 … by position.
func OpenXLSX(ctx context.Context, f ReadAtCloser, size int64, name string, o XLSXOptions) (record.Reader, error) {
	o.Limits = o.Limits.withDefaults()
	o.FirstLine = max(1, o.FirstLine)
	r := &xlsxReader{name: name, file: f, opt: o}
	rd, err := r.start(ctx, f, size)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return rd, nil
}

func (r *xlsxReader) start(ctx context.Context, f io.ReaderAt, size int64) (record.Reader, error) {
	var err error
	if r.book, err = r.opt.open(f, size); err != nil {
		return nil, err
	}
	if r.opt.Table == SheetList {
		return r.sheetNames(), nil
	}
	if r.area, err = r.book.area(r.opt.Table); err != nil {
		return nil, err
	}
	r.area.row1 = max(1, r.area.row1) + int(r.opt.FirstLine) - 1
	r.area.col1 = max(1, r.area.col1)
	if err := r.analyse(ctx); err != nil {
		return nil, fmt.Errorf("sheet %s: %w", r.area.sheet.name, err)
	}
	if r.sheet, err = r.book.open(r.area.sheet); err != nil {
		return nil, err
	}
	if s, ok := r.sheet.(*sheetReader); ok {
		s.digits = make([]bool, r.area.col1+len(r.schema))
		for i, f := range r.schema {
			s.digits[r.area.col1+i] = f.Type.IsString()
		}
	}
	r.row = r.first
	r.size = batchRows(len(r.schema))
	r.batch = record.NewBatch(r.schema, min(r.size, max(0, r.last-r.first+1)))
	return r, nil
}

// sheetNames answers SheetList: the names in the order of the alphabet, as the
// product lists them, and not of the workbook.
func (r *xlsxReader) sheetNames() record.Reader {
	size := 1
	sheets := slices.Clone(r.book.sheets)
	slices.SortStableFunc(sheets, func(a, b bookSheet) int {
		return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	for _, s := range sheets {
		size = max(size, textLen(s.name))
	}
	b := record.NewBatch(record.Schema{record.New("Sheet Names", record.VWString, size)}, len(sheets))
	for _, s := range sheets {
		if r.opt.RecordLimit <= 0 || int64(b.Len) < r.opt.RecordLimit {
			b.Append(s.name)
		}
	}
	return &tableReader{b, r.file, false}
}

// Schema implements record.Reader.
func (r *xlsxReader) Schema() record.Schema { return r.schema }

// Close implements record.Reader.
func (r *xlsxReader) Close() error {
	r.sheet.Close()
	return r.file.Close()
}

// Next implements record.Reader.
func (r *xlsxReader) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.batch.Reset()
	for r.batch.Len < r.size && r.row <= r.last {
		if r.opt.RecordLimit > 0 && int64(r.row-r.first) >= r.opt.RecordLimit {
			break
		}
		for r.ahead < r.row {
			var err error
			if r.ahead, r.cells, err = r.sheet.next(); err != nil {
				return nil, fmt.Errorf("read %s: sheet %s: %w", r.name, r.area.sheet.name, err)
			}
		}
		cells := r.cells
		if r.ahead > r.row {
			cells = nil // rows that do not stand in the file are blank
		}
		if err := r.appendRow(cells); err != nil {
			return nil, fmt.Errorf("read %s: sheet %s: row %d: %w", r.name, r.area.sheet.name, r.row, err)
		}
		r.row++
	}
	if r.batch.Len == 0 {
		return nil, io.EOF
	}
	return r.batch, nil
}

func (r *xlsxReader) appendRow(cells []xlsxCell) error {
	b := r.batch
	k := 0
	for i := range r.schema {
		col := &b.Cols[i]
		at := r.area.col1 + i
		for k < len(cells) && cells[k].col < at {
			k++
		}
		t := r.schema[i].Type
		if k == len(cells) || cells[k].col != at {
			col.AppendNull(t.Kind(), b.Len)
			continue
		}
		if len(col.Null) > 0 {
			col.Null = append(col.Null, false)
		}
		switch c := &cells[k]; t {
		case record.Double:
			col.Floats = append(col.Floats, c.num)
		case record.Bool:
			col.Ints = append(col.Ints, int64(c.num))
		case record.Date, record.Time, record.DateTime:
			us, _, ok := c.moment(r.book.epoch04)
			if !ok {
				return fmt.Errorf("column %s: %g is not a date", columnName(at), c.num)
			}
			switch day := floorDiv(us, dayMicros); t {
			case record.Date:
				us = day
			case record.Time:
				us -= day * dayMicros
			}
			col.Ints = append(col.Ints, us)
		default:
			col.Strings = append(col.Strings, r.cellText(c))
		}
	}
	b.Len++
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// cellText is the text of a cell in a column of text: numbers with the digits
// that the file has, as the product gives them, else in their shortest form; dates
// as ISO text.
func (r *xlsxReader) cellText(c *xlsxCell) string {
	switch c.kind {
	case textCell:
		return c.str
	case boolCell:
		if c.num != 0 {
			return "True"
		}
		return "False"
	}
	if c.format.kind != plainNumber {
		if us, kind, ok := c.moment(r.book.epoch04); ok {
			switch day := floorDiv(us, dayMicros); kind {
			case dateOnly:
				return record.FormatDate(day)
			case timeOnly:
				return record.FormatTime(us - day*dayMicros)
			}
			return record.FormatDateTime(us)
		}
	}
	if c.str != "" {
		return c.str
	}
	return FormatDouble(c.num)
}

// tableReader hands out one batch that is in memory.
type tableReader struct {
	batch *record.Batch
	file  io.Closer // may be nil
	done  bool
}

// Schema implements record.Reader.
func (t *tableReader) Schema() record.Schema { return t.batch.Schema }

// Next implements record.Reader.
func (t *tableReader) Next(context.Context) (*record.Batch, error) {
	if t.done || t.batch.Len == 0 {
		return nil, io.EOF
	}
	t.done = true
	return t.batch, nil
}

// Close implements record.Reader.
func (t *tableReader) Close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}
