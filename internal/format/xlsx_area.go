package format

import (
	"fmt"
	"strings"
)

// SheetList is the table name that asks for the names of the sheets.
const SheetList = "<List of Sheet Names>"

// sheetArea is a sheet, or a range of one. Zero bounds are open.
type sheetArea struct {
	sheet                  bookSheet
	col1, row1, col2, row2 int
}

// area finds what the text behind ||| means: empty is the first sheet, `Sheet1$`
// or Sheet1 a sheet, `Sheet1$A1:C9` a range, anything else a defined name.
func (w *workbook) area(table string) (sheetArea, error) {
	if len(w.sheets) == 0 {
		return sheetArea{}, fmt.Errorf("the workbook has no sheets")
	}
	t := unquoteTable(table)
	if t == "" {
		return sheetArea{sheet: w.sheets[0]}, nil
	}
	if s, ok := w.sheet(t); ok {
		return sheetArea{sheet: s}, nil
	}
	if k := strings.LastIndexByte(t, '$'); k >= 0 {
		if s, ok := w.sheet(strings.Trim(t[:k], "'")); ok {
			a := sheetArea{sheet: s}
			if rest := strings.Trim(t[k+1:], "'"); rest != "" && !a.setRange(rest) {
				return a, fmt.Errorf("%q is not a range such as A1:C9", rest)
			}
			return a, nil
		}
	}
	for _, n := range w.names {
		if strings.EqualFold(n.Name, t) {
			return w.namedArea(n)
		}
	}
	names := make([]string, len(w.sheets))
	for i, s := range w.sheets {
		names[i] = s.name
	}
	return sheetArea{}, fmt.Errorf("no sheet or named range %q; the workbook has the sheets %s", t, strings.Join(names, ", "))
}

// unquoteTable strips backticks and the frame of "select * from `x`", the only
// query that a sheet can be asked.
func unquoteTable(s string) string {
	s = strings.TrimSpace(s)
	if f := strings.Fields(s); len(f) > 3 && strings.EqualFold(strings.Join(f[:3], " "), "select * from") {
		s = strings.TrimSpace(s[strings.Index(strings.ToLower(s), "from")+4:])
	}
	if len(s) >= 2 && (s[0] == '`' && s[len(s)-1] == '`' || s[0] == '[' && s[len(s)-1] == ']') {
		s = s[1 : len(s)-1]
	}
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		// Older drivers quote names with blanks, the dollar sign inside.
		s = strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	}
	return s
}

func (w *workbook) sheet(name string) (bookSheet, bool) {
	for _, s := range w.sheets {
		if strings.EqualFold(s.name, name) {
			return s, true
		}
	}
	return bookSheet{}, false
}

// namedArea resolves a defined name, whose value is like 'My sheet'!$A$1:$C$9.
func (w *workbook) namedArea(n definedName) (sheetArea, error) {
	k := strings.LastIndexByte(n.Value, '!')
	if k > 0 {
		name := n.Value[:k]
		if len(name) >= 2 && name[0] == '\'' {
			name = strings.ReplaceAll(name[1:len(name)-1], "''", "'")
		}
		if s, ok := w.sheet(name); ok {
			a := sheetArea{sheet: s}
			if a.setRange(n.Value[k+1:]) {
				return a, nil
			}
		}
	}
	return sheetArea{}, fmt.Errorf("the named range %q means %q, which is not one range of a sheet", n.Name, n.Value)
}

// setRange reads A1:C9, A:C, 2:9 or A1.
func (a *sheetArea) setRange(s string) bool {
	from, to, two := strings.Cut(s, ":")
	var ok1, ok2 bool
	a.col1, a.row1, ok1 = parseCellRef([]byte(from))
	if !two {
		a.col2, a.row2 = a.col1, a.row1
		return ok1
	}
	a.col2, a.row2, ok2 = parseCellRef([]byte(to))
	if a.col2 > 0 && a.col1 > a.col2 {
		a.col1, a.col2 = a.col2, a.col1
	}
	if a.row2 > 0 && a.row1 > a.row2 {
		a.row1, a.row2 = a.row2, a.row1
	}
	return ok1 && ok2
}
