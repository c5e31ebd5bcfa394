package format

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"kickoff/record"
	"kickoff/yxdb"
)

// XLSXMode says what happens to a workbook or sheet that is there already.
type XLSXMode uint8

// The modes; the document's option is OutputOption.
const (
	XLSXOverwrite  XLSXMode = iota // replace the sheet, keep the others
	XLSXCreate                     // a sheet that is there is an error
	XLSXAppend                     // add behind the sheet's rows
	XLSXRemoveFile                 // replace the workbook
)

// XLSXWriteOptions are the options of writing a workbook (Output Data format 25).
type XLSXWriteOptions struct {
	// Table is the sheet, optionally with a range such as Sheet1$B2:D9, whose first
	// cell is where the writing begins. Empty is Sheet1.
	Table string
	Mode  XLSXMode
	// PreserveFormat keeps the sheet and its formats, and writes values only.
	PreserveFormat bool
	// SkipFieldNames leaves the header row out.
	SkipFieldNames bool
	// Existing opens the workbook that stands where the document writes, whose other
	// sheets and whose formats stay; nil where there is none. May be nil.
	Existing func() (*os.File, error)
	// Notify is told of values that a cell does not hold. May be nil.
	Notify func(Notice)
}

// DecodeXLSXWrite reads the options of Output Data format 25.
func DecodeXLSXWrite(o Options) (XLSXWriteOptions, error) {
	r := newOptionReader(o)
	x := XLSXWriteOptions{PreserveFormat: r.boolean("PreserveFormat", false), SkipFieldNames: r.boolean("SkipFieldNames", false)}
	switch v := r.text("OutputOption", "Overwrite"); strings.ToLower(v) {
	case "overwrite":
		x.Mode = XLSXOverwrite
	case "create":
		x.Mode = XLSXCreate
	case "append":
		x.Mode = XLSXAppend
	case "removefile":
		x.Mode = XLSXRemoveFile
	default:
		r.fail("OutputOption", v, "not Overwrite, Create, Append or RemoveFile")
	}
	if v := r.text("AppendMapping", "ByName"); x.Mode == XLSXAppend && !strings.EqualFold(v, "ByName") {
		r.fail("AppendMapping", v, "records are appended by the names of their fields")
	}
	return x, r.done()
}

// xlsxWriter writes the sheet when all records are there.
type xlsxWriter struct {
	out    *OutFolder
	name   string
	opt    XLSXWriteOptions
	schema record.Schema
	spool  *spool
	rows   int64
}

// The limits of a sheet and of a cell's text.
const (
	maxCellText = 32767
	maxExact    = 1 << 53 // integers up to here are exact in a cell
)

// CreateXLSX writes records to a sheet of the workbook name below out.
func CreateXLSX(out *OutFolder, name string, s record.Schema, o XLSXWriteOptions) (record.Writer, error) {
	for _, f := range s {
		if f.Type == record.Blob || f.Type == record.SpatialObj {
			return nil, fmt.Errorf("write %s: field %q is a %s, which a workbook does not hold", name, f.Name, f.Type)
		}
	}
	if len(s) > maxSheetCol {
		return nil, fmt.Errorf("write %s: %d fields, a sheet holds %d", name, len(s), maxSheetCol)
	}
	kept, err := newSpool(s)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return &xlsxWriter{out: out, name: name, opt: o, schema: s, spool: kept}, nil
}

// Write implements record.Writer.
func (w *xlsxWriter) Write(ctx context.Context, b *record.Batch) error {
	if w.rows += int64(b.Len); w.rows >= maxSheetRow {
		return fmt.Errorf("write %s: more than the %d records that a sheet holds", w.name, maxSheetRow-1)
	}
	return w.spool.write(ctx, b)
}

// Close implements record.Writer.
func (w *xlsxWriter) Close() error {
	defer w.spool.remove()
	w.out.mu.Lock()
	defer w.out.mu.Unlock()
	if err := w.merge(); err != nil {
		return fmt.Errorf("write %s: %w", w.name, err)
	}
	return nil
}

// Abort implements Aborter.
func (w *xlsxWriter) Abort() error {
	return w.spool.remove()
}

// merge puts the records into the workbook and the workbook in its place.
func (w *xlsxWriter) merge() error {
	in, err := w.spool.read()
	if err != nil {
		return err
	}
	book, isNew, err := w.openBook()
	if err != nil {
		return err
	}
	defer book.Close()
	sheet, at, err := w.target(book, isNew)
	if err != nil {
		return err
	}
	if err := w.fill(book, sheet, at, in); err != nil {
		return err
	}
	part := w.name + ".part"
	f, err := w.out.Create(part)
	if err != nil {
		return err
	}
	err = book.Write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = w.out.Rename(part, w.name)
	}
	if err != nil {
		w.out.Remove(part)
	}
	return err
}

// rowWriter takes one row of cells.
type rowWriter func(row int, cells []any) error

// fill writes the records from the start cell on.
func (w *xlsxWriter) fill(book *excelize.File, sheet string, at sheetStart, in *yxdb.Reader) error {
	styles, err := dateStyles(book)
	if err != nil {
		return err
	}
	put, finish, err := w.rowWriter(book, sheet, at, styles)
	if err != nil {
		return err
	}
	row := at.row
	cells := make([]any, len(w.schema))
	if at.header {
		for i, f := range w.schema {
			cells[i] = f.Name
		}
		if err := put(row, cells); err != nil {
			return err
		}
		row++
	}
	record1 := int64(0)
	for {
		b, err := in.Next(w.spool.ctx)
		if err == io.EOF {
			return finish()
		}
		if err != nil {
			return err
		}
		for r := range b.Len {
			record1++
			for i := range w.schema {
				cells[i] = w.cell(b, r, i, record1)
			}
			if err := put(row, cells); err != nil {
				return fmt.Errorf("record %d: %w", record1, err)
			}
			row++
		}
	}
}

// rowWriter writes a new sheet as a stream, and changes one that is kept cell by
// cell.
func (w *xlsxWriter) rowWriter(book *excelize.File, sheet string, at sheetStart, styles map[record.Type]int) (rowWriter, func() error, error) {
	style := func(i int) int { return styles[w.schema[i].Type] }
	if !at.keep {
		sw, err := book.NewStreamWriter(sheet)
		if err != nil {
			return nil, nil, err
		}
		line := make([]any, len(w.schema))
		return func(row int, cells []any) error {
			for i, v := range cells {
				line[i] = v
				if n, ok := v.(float64); ok && style(i) != 0 {
					line[i] = excelize.Cell{StyleID: style(i), Value: n}
				}
			}
			return sw.SetRow(columnName(at.col)+fmt.Sprint(row), line)
		}, sw.Flush, nil
	}
	return func(row int, cells []any) error {
		for i, v := range cells {
			ref := columnName(at.column(i)) + fmt.Sprint(row)
			if err := book.SetCellValue(sheet, ref, v); err != nil {
				return err
			}
			if _, ok := v.(float64); !ok || style(i) == 0 {
				continue
			}
			// A date in a cell without a format would be a mere number.
			if have, err := book.GetCellStyle(sheet, ref); err != nil || w.opt.PreserveFormat && have != 0 {
				continue
			}
			if err := book.SetCellStyle(sheet, ref, ref, style(i)); err != nil {
				return err
			}
		}
		return nil
	}, func() error { return nil }, nil
}
