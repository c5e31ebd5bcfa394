package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// cellKind is the kind of the value of a cell.
type cellKind uint8

const (
	blankCell cellKind = iota
	numberCell
	textCell
	boolCell
)

// xlsxCell is one cell. num holds a number, or 0 and 1 for a Bool; str a text, or
// the digits of a number as they stand in the file, where they were asked for.
type xlsxCell struct {
	col    int // from 1
	kind   cellKind
	num    float64
	str    string
	format numberFormat
}

// The greatest row and column of a sheet (ECMA-376).
const (
	maxSheetRow = 1 << 20
	maxSheetCol = 1 << 14
)

// sheetReader hands out the rows of a sheet that stand in the file.
type sheetReader struct {
	book  *workbook
	part  io.ReadCloser
	x     *xmlScanner
	row   int
	cells []xlsxCell
	used  bool // the row has cells, be they blank
	text  []byte
	// digits says of which columns, from 1, numbers are kept as they are written.
	digits []bool
}

func (w *workbook) openSheet(part string) (*sheetReader, error) {
	p, err := w.part(part)
	if err != nil {
		return nil, err
	}
	r := &sheetReader{book: w, part: p, x: newXMLScanner(p, w.limits.RecordBytes)}
	for {
		k, err := r.x.next()
		if err == io.EOF {
			err = errors.New("the sheet has no data")
		}
		if err != nil {
			p.Close()
			return nil, fmt.Errorf("%s: %w", part, err)
		}
		if k == xmlStart && string(r.x.name) == "sheetData" {
			return r, nil
		}
	}
}

// next returns the number and the cells of the next row, or io.EOF.
func (r *sheetReader) next() (int, []xlsxCell, error) {
	for {
		k, err := r.x.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, nil, fmt.Errorf("behind row %d: %w", r.row, err)
		}
		switch {
		case k == xmlEnd:
			if err := r.endOf("sheetData"); err != nil {
				return 0, nil, err
			}
			return 0, nil, io.EOF
		case k == xmlStart && string(r.x.name) == "row":
			row := r.row + 1
			if a := r.x.attr("r"); a != nil {
				if row, err = strconv.Atoi(string(a)); err != nil {
					return 0, nil, fmt.Errorf("row number %q", a)
				}
			}
			if row <= r.row || row > maxSheetRow {
				return 0, nil, fmt.Errorf("row %d stands behind row %d", row, r.row)
			}
			r.row = row
			if err := r.readCells(); err != nil {
				return 0, nil, fmt.Errorf("row %d: %w", row, err)
			}
			return row, r.cells, nil
		case k == xmlStart:
			if err := r.x.skip(); err != nil {
				return 0, nil, err
			}
		}
	}
}

// hasCells implements sheetRows.
func (r *sheetReader) hasCells() bool { return r.used }

// Close implements sheetRows.
func (r *sheetReader) Close() error { return r.part.Close() }

// endOf checks that the end tag read last is that of an element.
func (r *sheetReader) endOf(name string) error {
	if string(r.x.name) != name {
		return fmt.Errorf("the XML is not well formed: <%s> ends with </%s>", name, r.x.name)
	}
	return nil
}

// readCells reads the cells of a row up to its end tag.
func (r *sheetReader) readCells() error {
	r.cells, r.used = r.cells[:0], false
	col := 0
	for {
		k, err := r.x.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		if k == xmlEnd {
			return r.endOf("row")
		}
		if k != xmlStart {
			continue
		}
		if string(r.x.name) != "c" {
			if err := r.x.skip(); err != nil {
				return err
			}
			continue
		}
		col++
		r.used = true
		if a := r.x.attr("r"); a != nil {
			at, _, ok := parseCellRef(a)
			if !ok || at < col {
				return fmt.Errorf("cell reference %q", a)
			}
			col = at
		}
		if col > maxSheetCol {
			return fmt.Errorf("column %d", col)
		}
		c, err := r.readCell(col)
		if err != nil {
			return fmt.Errorf("column %s: %w", columnName(col), err)
		}
		if c.kind != blankCell {
			r.cells = append(r.cells, c)
		}
	}
}

// readCell reads one cell, whose start tag was read last.
func (r *sheetReader) readCell(col int) (xlsxCell, error) {
	c := xlsxCell{col: col}
	typ := string(r.x.attr("t"))
	if a := r.x.attr("s"); a != nil {
		if n, err := strconv.Atoi(string(a)); err == nil && n >= 0 && n < len(r.book.styles) {
			c.format = r.book.styles[n]
		}
	}
	r.text = r.text[:0]
	for {
		k, err := r.x.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return c, err
		}
		switch {
		case k == xmlEnd:
			if err := r.endOf("c"); err != nil {
				return c, err
			}
			return c, r.value(&c, typ)
		case k != xmlStart:
		case string(r.x.name) == "v":
			r.text, err = readXMLText(r.x, r.text)
		case string(r.x.name) == "is":
			r.text, err = readRichText(r.x, r.text)
		default:
			err = r.x.skip()
		}
		if err != nil {
			return c, err
		}
	}
}

// value makes the value of a cell of type typ out of the text read. Text
// without characters is blank: formulas that answer "" are meant so.
func (r *sheetReader) value(c *xlsxCell, typ string) error {
	b := r.text
	if typ != "inlineStr" && typ != "str" {
		b = bytes.TrimSpace(b)
	}
	if len(b) == 0 {
		return nil
	}
	switch typ {
	case "s":
		n, err := strconv.Atoi(string(b))
		if err != nil || n < 0 || n >= len(r.book.shared) {
			return fmt.Errorf("no shared string %q", b)
		}
		c.kind, c.str = textCell, r.book.shared[n]
		if c.str == "" {
			c.kind = blankCell
		}
	case "b":
		c.kind = boolCell
		if string(b) == "1" || string(b) == "true" {
			c.num = 1
		}
	case "str", "inlineStr":
		c.kind, c.str = textCell, unescapeXLSX(string(b))
	case "e":
		// An error of a formula is read as the text that Excel shows, #N/A for example.
		c.kind, c.str = textCell, string(b)
	case "d":
		return isoCell(c, string(b))
	case "", "n":
		v, err := strconv.ParseFloat(string(b), 64)
		if err != nil {
			return fmt.Errorf("number %q", b)
		}
		if c.kind, c.num = numberCell, v; c.col < len(r.digits) && r.digits[c.col] {
			c.str = string(b)
		}
	default:
		return fmt.Errorf("cell type %q is not known", typ)
	}
	return nil
}

// readXMLText reads the text of an element up to its end tag.
func readXMLText(x *xmlScanner, dst []byte) ([]byte, error) {
	for {
		k, err := x.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return dst, err
		}
		switch k {
		case xmlEnd:
			return dst, nil
		case xmlText:
			if dst, err = appendXMLText(dst, x.text); err != nil {
				return dst, err
			}
		case xmlStart:
			if err := x.skip(); err != nil {
				return dst, err
			}
		}
	}
}

// readRichText reads the text of a string item, which may be in runs; how it
// is pronounced (rPh) is no part of it.
func readRichText(x *xmlScanner, dst []byte) ([]byte, error) {
	for depth := 1; ; {
		k, err := x.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return dst, err
		}
		switch k {
		case xmlStart:
			switch string(x.name) {
			case "t":
				dst, err = readXMLText(x, dst)
			case "r":
				depth++
			default:
				err = x.skip()
			}
		case xmlEnd:
			if depth--; depth == 0 {
				return dst, nil
			}
		}
		if err != nil {
			return dst, err
		}
	}
}

// readShared reads the shared strings.
func (w *workbook) readShared(part string) ([]string, error) {
	p, err := w.part(part)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	x := newXMLScanner(p, w.limits.RecordBytes)
	var out []string
	var text []byte
	left := w.limits.SharedBytes
	for {
		k, err := x.next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if k != xmlStart || string(x.name) != "si" {
			continue
		}
		if text, err = readRichText(x, text[:0]); err != nil {
			return nil, err
		}
		if left -= int64(len(text)) + 16; left < 0 {
			return nil, fmt.Errorf("more than %d bytes", w.limits.SharedBytes)
		}
		out = append(out, unescapeXLSX(string(text)))
	}
}

// unescapeXLSX resolves _xHHHH_, which stands for a character that XML cannot hold.
func unescapeXLSX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// parseCellRef reads a reference such as BC12, $ signs allowed. A part that is
// missing is 0.
func parseCellRef(b []byte) (col, row int, ok bool) {
	digits := false
	for _, c := range b {
		switch {
		case c == '$':
		case c >= 'A' && c <= 'Z' && !digits:
			col = col*26 + int(c-'A') + 1
		case c >= 'a' && c <= 'z' && !digits:
			col = col*26 + int(c-'a') + 1
		case c >= '0' && c <= '9':
			digits = true
			row = row*10 + int(c-'0')
		default:
			return 0, 0, false
		}
		if col > maxSheetCol || row > maxSheetRow {
			return 0, 0, false
		}
	}
	return col, row, col > 0 || row > 0
}

// columnName is the letters of a column, counted from 1.
func columnName(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}
