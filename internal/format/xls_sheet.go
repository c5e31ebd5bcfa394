package format

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

// xlsRows hands out the rows of a sheet. The records of cells may come in any
// order, so all are read first.
type xlsRows struct {
	cells []xlsRowCell
	row   []xlsxCell
	at    int
}

type xlsRowCell struct {
	row int // from 1
	xlsxCell
}

// rows reads the cells of the sheet of a name.
func (b *xlsBook) rows(name string) (sheetRows, error) {
	i := slices.IndexFunc(b.sheets, func(s xlsSheet) bool { return s.name == name })
	s := &xlsRows{}
	text := -1 // the cell whose formula gave a text, which is the next record
	depth := 0
	for at := b.sheets[i].at; ; {
		r, next, err := b.record(at)
		if err != nil {
			return nil, err
		}
		at = next
		switch {
		case r.kind == xlsBOF:
			depth++ // charts stand inside sheets
		case r.kind == xlsEOF:
			if depth--; depth <= 0 {
				slices.SortStableFunc(s.cells, func(a, b xlsRowCell) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
				return s, nil
			}
		case depth == 1 && r.kind == xlsString && text >= 0:
			x := xlsText{parts: r.parts}
			if v := x.text(x.u16()); x.err == nil && v != "" {
				s.cells[text].kind, s.cells[text].str = textCell, v
			}
			text = -1
		case depth == 1:
			n := len(s.cells)
			isText, err := b.cell(s, &r)
			if err != nil {
				return nil, fmt.Errorf("byte %d: record %#x: %w", r.at, r.kind, err)
			}
			if isText {
				text = n
			}
			if len(s.cells) > b.limit {
				return nil, fmt.Errorf("more than the limit of %d cells", b.limit)
			}
		}
	}
}

// cell reads a record of one or more cells. isText says that the value is a text that
// follows in a record of its own.
func (b *xlsBook) cell(s *xlsRows, r *xlsRecord) (isText bool, err error) {
	x := xlsText{parts: r.parts}
	put := func(row, col, style int, c xlsxCell) {
		c.col = col + 1
		if style < len(b.styles) {
			c.format = b.styles[style]
		}
		s.cells = append(s.cells, xlsRowCell{row + 1, c})
	}
	number := func(v float64) xlsxCell { return xlsxCell{kind: numberCell, num: v} }
	label := func(v string) xlsxCell {
		if v == "" {
			return xlsxCell{}
		}
		return xlsxCell{kind: textCell, str: v}
	}
	switch r.kind {
	case xlsBlank, xlsNumber, xlsLabel, xlsRString, xlsBoolErr, xlsRK, xlsLabelSST, xlsFormula:
		row, col, style := x.u16(), x.u16(), x.u16()
		var c xlsxCell
		switch r.kind {
		case xlsNumber:
			c = number(math.Float64frombits(binary.LittleEndian.Uint64(x.take(8))))
		case xlsRK:
			c = number(rkNumber(uint32(x.u32())))
		case xlsLabel, xlsRString:
			c = label(x.text(x.u16()))
		case xlsLabelSST:
			n := x.u32()
			if n >= len(b.shared) {
				return false, fmt.Errorf("no shared text %d", n)
			}
			c = label(b.shared[n])
		case xlsBoolErr:
			v := x.u8()
			c = boolOrError(v, x.u8() != 0)
		case xlsFormula:
			c, isText = cached(x.take(8))
		}
		if x.err == nil {
			put(row, col, style, c)
		}
	case xlsMulRK, xlsMulBlank:
		row, col := x.u16(), x.u16()
		size := 2
		if r.kind == xlsMulRK {
			size = 6
		}
		for x.err == nil && len(x.parts[0]) >= size+2 {
			style := x.u16()
			var c xlsxCell
			if r.kind == xlsMulRK {
				c = number(rkNumber(uint32(x.u32())))
			}
			put(row, col, style, c)
			col++
		}
	}
	return isText, x.err
}

// rkNumber is a number in four bytes: the upper part of a double, or an integer,
// either perhaps in hundredths.
func rkNumber(v uint32) float64 {
	n := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		n = float64(int32(v) >> 2)
	}
	if v&1 != 0 {
		n /= 100
	}
	return n
}

// cached is the value that a formula had when the workbook was saved.
func cached(v []byte) (c xlsxCell, isText bool) {
	if v[6] != 0xFF || v[7] != 0xFF {
		return xlsxCell{kind: numberCell, num: math.Float64frombits(binary.LittleEndian.Uint64(v))}, false
	}
	switch v[0] {
	case 0:
		return xlsxCell{}, true
	case 1:
		return boolOrError(int(v[2]), false), false
	case 2:
		return boolOrError(int(v[2]), true), false
	}
	return xlsxCell{}, false // an empty text
}

// boolOrError is a Bool, or an error of a formula as the text that Excel shows.
func boolOrError(v int, isError bool) xlsxCell {
	if !isError {
		return xlsxCell{kind: boolCell, num: float64(v)}
	}
	texts := map[int]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
	return xlsxCell{kind: textCell, str: texts[v]}
}

// next implements sheetRows.
func (s *xlsRows) next() (int, []xlsxCell, error) {
	if s.at == len(s.cells) {
		return 0, nil, io.EOF
	}
	row := s.cells[s.at].row
	s.row = s.row[:0]
	for ; s.at < len(s.cells) && s.cells[s.at].row == row; s.at++ {
		c := s.cells[s.at].xlsxCell
		switch n := len(s.row); {
		case c.kind == blankCell:
		case n > 0 && s.row[n-1].col == c.col:
			s.row[n-1] = c // the later one, as a program would show it
		default:
			s.row = append(s.row, c)
		}
	}
	return row, s.row, nil
}

// hasCells implements sheetRows.
func (s *xlsRows) hasCells() bool { return true }

// Close implements sheetRows.
func (s *xlsRows) Close() error { return nil }
