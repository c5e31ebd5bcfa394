package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// openBook returns the workbook to write to, and whether it is a new one.
func (w *xlsxWriter) openBook() (*excelize.File, bool, error) {
	if w.opt.Mode == XLSXRemoveFile {
		return excelize.NewFile(), true, nil
	}
	if !w.out.Exists(w.name) {
		return w.copyBook()
	}
	f, err := w.out.Open(w.name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	book, err := excelize.OpenReader(f)
	return book, false, err
}

// copyBook begins with what stands where the document writes. A sheet is to be
// created where none is, so then nothing is taken over: what is there may be what
// an earlier run left.
func (w *xlsxWriter) copyBook() (*excelize.File, bool, error) {
	if w.opt.Existing == nil || w.opt.Mode == XLSXCreate {
		return excelize.NewFile(), true, nil
	}
	f, err := w.opt.Existing()
	if err != nil || f == nil {
		return excelize.NewFile(), true, err
	}
	defer f.Close()
	book, err := excelize.OpenReader(f)
	if err != nil {
		if w.opt.Notify != nil {
			w.opt.Notify(Notice{Text: fmt.Sprintf("the workbook %s that is there cannot be read and is replaced: %v", w.name, err)})
		}
		return excelize.NewFile(), true, nil
	}
	return book, false, nil
}

// sheetStart is where the writing begins, and how.
type sheetStart struct {
	col, row int
	header   bool
	keep     bool  // the sheet's other cells stay
	cols     []int // of the fields, where they do not stand side by side from col on
}

// column is where a field is written.
func (s sheetStart) column(field int) int {
	if s.cols != nil {
		return s.cols[field]
	}
	return s.col + field
}

// target finds or makes the sheet.
func (w *xlsxWriter) target(book *excelize.File, isNew bool) (string, sheetStart, error) {
	at := sheetStart{col: 1, row: 1, header: !w.opt.SkipFieldNames}
	sheet := unquoteTable(w.opt.Table)
	if k := strings.LastIndexByte(sheet, '$'); k >= 0 {
		var a sheetArea
		if rest := sheet[k+1:]; rest != "" {
			if !a.setRange(rest) {
				return "", at, fmt.Errorf("%q is not a range such as A1:C9", rest)
			}
			at.col, at.row, at.keep = max(1, a.col1), max(1, a.row1), true
			if wide := a.col2 - at.col + 1; strings.Contains(rest, ":") && a.col2 > 0 && wide < len(w.schema) && w.opt.Notify != nil {
				w.opt.Notify(Notice{Text: fmt.Sprintf("the %d fields are written beyond the range %s, which is %d columns wide", len(w.schema), rest, wide)})
			}
		}
		sheet = sheet[:k]
	}
	if sheet == "" {
		sheet = "Sheet1"
	}
	have := ""
	for _, n := range book.GetSheetList() {
		if strings.EqualFold(n, sheet) {
			have = n
		}
	}
	switch {
	case isNew:
		return sheet, at, book.SetSheetName(book.GetSheetList()[0], sheet)
	case have == "":
		_, err := book.NewSheet(sheet)
		return sheet, at, err
	case w.opt.Mode == XLSXCreate:
		return "", at, fmt.Errorf("the workbook has a sheet %q already", have)
	case w.opt.Mode == XLSXAppend:
		return have, at, w.behind(book, have, &at)
	case w.opt.PreserveFormat || at.keep:
		at.keep = true
		return have, at, nil
	}
	return sheet, at, replaceSheet(book, have, sheet)
}

// replaceSheet puts an empty sheet in the place of another.
func replaceSheet(book *excelize.File, have, sheet string) error {
	const stand = "replaced by kickoff"
	order := book.GetSheetList()
	if _, err := book.NewSheet(stand); err != nil {
		return err
	}
	if err := book.DeleteSheet(have); err != nil {
		return err
	}
	if err := book.SetSheetName(stand, sheet); err != nil {
		return err
	}
	for i, n := range order {
		if n == have && i+1 < len(order) {
			return book.MoveSheet(sheet, order[i+1])
		}
	}
	return nil
}

// behind finds the row behind a sheet's last one, and the columns that have the
// names of our fields.
func (w *xlsxWriter) behind(book *excelize.File, sheet string, at *sheetStart) error {
	rows, err := book.GetRows(sheet)
	if err != nil {
		return err
	}
	at.keep = true
	if len(rows) == 0 {
		return nil
	}
	if !w.opt.SkipFieldNames {
		at.cols = make([]int, len(w.schema))
		for i, f := range w.schema {
			k := slices.IndexFunc(rows[0], func(n string) bool { return strings.EqualFold(n, f.Name) })
			if k < 0 {
				return fmt.Errorf("append: the sheet %q has no column %q", sheet, f.Name)
			}
			at.cols[i] = k + 1
		}
	}
	at.row, at.header = len(rows)+1, false
	return nil
}
