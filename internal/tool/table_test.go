package tool

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// A table in a case file: a line of fields, "id Int32 | name V_String(10)", and
// a line for each record. Null is Null; a text that is empty, has outer blanks
// or could be misread stands in quotes as in Go. A spatial object is its GeoJSON.

func parseTable(src string) (*plan.Values, error) {
	lines := strings.Split(strings.TrimRight(src, "\n"), "\n")
	v := &plan.Values{}
	for _, cell := range splitCells(lines[0]) {
		f, err := parseField(cell)
		if err != nil {
			return nil, err
		}
		v.Fields = append(v.Fields, f)
	}
	for _, line := range lines[1:] {
		cells := splitCells(line)
		if len(cells) != len(v.Fields) {
			return nil, fmt.Errorf("%q has %d cells, not %d", line, len(cells), len(v.Fields))
		}
		row := make([]any, len(cells))
		for i, cell := range cells {
			var err error
			if row[i], err = parseCell(cell, v.Fields[i]); err != nil {
				return nil, err
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

func splitCells(line string) []string {
	if strings.TrimSpace(line) == "" {
		return nil
	}
	var cells []string
	quoted, start := false, 0
	for i := 0; i < len(line); i++ {
		switch {
		case quoted && line[i] == '\\':
			i++
		case line[i] == '"':
			quoted = !quoted
		case line[i] == '|' && !quoted:
			cells = append(cells, strings.TrimSpace(line[start:i]))
			start = i + 1
		}
	}
	return append(cells, strings.TrimSpace(line[start:]))
}

func parseField(s string) (record.Field, error) {
	at := strings.LastIndexByte(s, ' ')
	if at < 0 {
		return record.Field{}, fmt.Errorf("%q is no field: name and type", s)
	}
	name, typ := s[:at], s[at+1:]
	if q, err := strconv.Unquote(name); err == nil {
		name = q
	}
	typ, size, _ := strings.Cut(strings.TrimSuffix(typ, ")"), "(")
	t, ok := record.ParseType(typ)
	if !ok {
		return record.Field{}, fmt.Errorf("%q is no type", typ)
	}
	w, scale, _ := strings.Cut(size, ".")
	n, _ := strconv.Atoi(w)
	f := record.New(name, t, n)
	f.Scale, _ = strconv.Atoi(scale)
	return f, nil
}

func parseCell(s string, f record.Field) (any, error) {
	if s == "Null" {
		return nil, nil
	}
	if f.Type == record.SpatialObj && strings.HasPrefix(s, "{") {
		o, err := spatial.ParseGeoJSON(s)
		return o.Encode(), err
	}
	if f.Type.Kind() == record.KindBytes {
		return hex.DecodeString(s)
	}
	if f.Type.Kind() == record.KindString {
		if strings.HasPrefix(s, `"`) {
			return strconv.Unquote(s)
		}
		return s, nil
	}
	if f.Type == record.Float {
		f.Type = record.Double
	}
	if v, ok := boxText(s, f); ok {
		return v, nil
	}
	return nil, fmt.Errorf("%q is no %s", s, f.Type)
}

// printTable is the inverse of parseTable.
func printTable(b *record.Batch) string {
	var s strings.Builder
	for i, f := range b.Schema {
		if i > 0 {
			s.WriteString(" | ")
		}
		name := f.Name
		if name != strings.TrimSpace(name) || name == "" || strings.ContainsAny(name, "|\"\n\t") {
			name = strconv.Quote(name)
		}
		fmt.Fprintf(&s, "%s %s", name, f.Type)
		switch {
		case f.Type == record.FixedDecimal:
			fmt.Fprintf(&s, "(%d.%d)", f.Size, f.Scale)
		case record.FixedSize(f.Type) == 0:
			fmt.Fprintf(&s, "(%d)", f.Size)
		case record.FixedSize(f.Type) != f.Size:
			fmt.Fprintf(&s, " of the wrong size %d", f.Size)
		}
	}
	s.WriteByte('\n')
	for row := range b.Len {
		for i, f := range b.Schema {
			if i > 0 {
				s.WriteString(" | ")
			}
			s.WriteString(printCell(b.Value(row, i), f))
		}
		s.WriteByte('\n')
	}
	return s.String()
}

func printCell(v any, f record.Field) string {
	switch v := v.(type) {
	case nil:
		return "Null"
	case bool:
		return strings.ToUpper(strconv.FormatBool(v)[:1]) + strconv.FormatBool(v)[1:]
	case int64:
		switch f.Type {
		case record.Date:
			return record.FormatDate(v)
		case record.Time:
			return record.FormatTime(v)
		case record.DateTime:
			return record.FormatDateTime(v)
		}
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		if v == "" || v == "Null" || v != strings.TrimSpace(v) || strings.ContainsAny(v, "|\"\n\t\r") {
			return strconv.Quote(v)
		}
		return v
	case []byte:
		if f.Type == record.SpatialObj {
			return spatial.Text(v)
		}
		return hex.EncodeToString(v)
	}
	return fmt.Sprintf("%T", v)
}
