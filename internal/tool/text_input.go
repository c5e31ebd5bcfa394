package tool

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kickoff/internal/diag"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// textInputTool holds a table in the document itself.
var textInputTool = Tool{
	Name:    "Text Input",
	Plugins: []string{"AlteryxBasePluginsGui.TextInput.TextInput"},
	Entry:   "AlteryxTextInput",
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "A table that is part of the workflow. Types follow from the values where none are given, also those of spatial objects, which are GeoJSON; empty cells are Null.",
	Options: []Option{
		{Path: "NumRows", Doc: "the number of records; those beyond the stored ones are Null, but one too many is the empty last line of Designer's grid"},
		{Path: "Fields/Field/@name", Doc: "a field's name"},
		{Path: "Fields/Field/@type", Doc: "its type, where it is not to follow from the values"},
		{Path: "Fields/Field/@size", Doc: "its size"},
		{Path: "Data/r/c", Doc: "a value"},
	},
	Compile: compileTextInput,
}

// maxTextRows bounds NumRows, which may be larger than what is stored.
const maxTextRows = 10_000_000

func compileTextInput(c *Context) (Outputs, error) {
	rows := c.Config.All("Data/r")
	n, err := c.integer("NumRows", int64(len(rows)))
	if err != nil {
		return nil, err
	}
	if n < 0 || n > maxTextRows {
		return nil, c.Errorf(diag.Limit, "NumRows", "%d records; at most %d are possible", n, maxTextRows)
	}
	if int(n) == len(rows)+1 {
		n-- // older documents count the empty line of the grid that new records are typed into
	}
	cells := make([][]any, max(int(n), len(rows)))
	fields := c.Config.All("Fields/Field")
	for i := range cells {
		cells[i] = make([]any, len(fields))
		if i >= len(rows) {
			continue
		}
		for j, cell := range rows[i].All("c") {
			if j < len(fields) && cell.Text != "" {
				cells[i][j] = cell.Text
			}
		}
	}
	v := &plan.Values{Rows: cells}
	for j, e := range fields {
		name := e.Attr("name")
		if name == "" {
			name = fmt.Sprintf("Field%d", j+1)
		}
		f := inferField(cells, j)
		if holdsShapes(cells, j) {
			f = spatialOut("")
		}
		if typ := e.Attr("type"); typ != "" {
			to, err := c.fieldType(fmt.Sprintf("Fields/Field[%d]/@type", j+1), name, typ, e.Attr("size"))
			if err != nil {
				return nil, err
			}
			f = to
		}
		f.Name, f.Source = v.Fields.Unique(name), "TextInput:"
		v.Fields = append(v.Fields, f)
	}
	return Outputs{"Output": c.valuesOf(v)}, nil
}

// inferField finds the type of a column of texts.
func inferField(cells [][]any, col int) record.Field {
	values, null := make([]string, len(cells)), make([]bool, len(cells))
	for i := range cells {
		values[i], null[i] = "", true
		if s, ok := cells[i][col].(string); ok {
			values[i], null[i] = s, false
		}
	}
	return format.InferColumn(values, null)
}

// holdsShapes reports whether a column has cells and all are GeoJSON, as Designer
// writes the spatial objects that are pasted into a table.
func holdsShapes(cells [][]any, col int) bool {
	if !holdsGeoJSON(cells, col) {
		return false
	}
	for _, r := range cells {
		if s, ok := r[col].(string); ok {
			if _, err := spatial.ParseGeoJSON(s); err != nil {
				return false
			}
		}
	}
	return true
}

// valuesOf turns the texts of a table into values of its fields' types. Those
// that a conversion by the engine would read otherwise than they are written are
// converted by a projection, with its messages.
func (c *Context) valuesOf(v *plan.Values) plan.Node {
	plain := append(record.Schema(nil), v.Fields...)
	convert := false
	for j, f := range v.Fields {
		if f.Type.IsString() && fits(v.Rows, j, f) || !f.Type.IsString() && boxColumn(v.Rows, j, f) {
			continue
		}
		plain[j] = record.Field{Name: f.Name, Type: record.VWString, Size: record.MaxVWString}
		convert = true
	}
	if !convert {
		return v
	}
	to := v.Fields
	v.Fields = plain
	return c.rename(v, to)
}

// fits reports whether the texts of a column can stand in a field as they are.
func fits(rows [][]any, col int, f record.Field) bool {
	for _, r := range rows {
		s, ok := r[col].(string)
		if ok && (utf8.RuneCountInString(s) > f.Size || !f.Type.IsWide() && !latin1(s)) {
			return false
		}
	}
	return true
}

// boxColumn replaces the texts of a column by values of a field's type. It
// changes nothing and returns false where one of them does not fit exactly.
func boxColumn(rows [][]any, col int, f record.Field) bool {
	values := make([]any, len(rows))
	for i, r := range rows {
		s, ok := r[col].(string)
		if !ok {
			continue
		}
		v, ok := boxText(s, f)
		if !ok {
			return false
		}
		values[i] = v
	}
	for i := range rows {
		rows[i][col] = values[i]
	}
	return true
}

// boxText reads a text that stands for exactly one value of a field's type.
func boxText(s string, f record.Field) (any, bool) {
	switch f.Type {
	case record.Bool:
		return strings.EqualFold(s, "true"), strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
	case record.Byte, record.Int16, record.Int32, record.Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		lo, hi := integerRange(f.Type)
		return n, err == nil && n >= lo && n <= hi
	case record.Double:
		x, err := strconv.ParseFloat(s, 64)
		return x, err == nil && !strings.ContainsAny(s, "xXnNpP_")
	case record.Date, record.Time, record.DateTime:
		return parseDate(f.Type, s)
	case record.SpatialObj:
		o, err := spatial.ParseGeoJSON(s)
		if o.IsEmpty() {
			return nil, err == nil
		}
		return any(o.Encode()), err == nil
	}
	return nil, false
}

// integerRange gives the least and the greatest value of an integer type.
func integerRange(t record.Type) (lo, hi int64) {
	switch t {
	case record.Byte:
		return 0, 255
	case record.Int16:
		return -1 << 15, 1<<15 - 1
	case record.Int32:
		return -1 << 31, 1<<31 - 1
	}
	return -1 << 63, 1<<63 - 1
}

// parseDate reads the ISO text of a date type, in the units of record.Column.
func parseDate(t record.Type, s string) (any, bool) {
	layout := map[record.Type]string{record.Date: time.DateOnly, record.Time: time.TimeOnly, record.DateTime: time.DateTime}[t]
	v, err := time.Parse(layout, s)
	if err != nil || len(s) > 26 || t != record.Time && v.Year() < 1400 {
		return nil, false
	}
	switch t {
	case record.Date:
		return v.Unix() / 86400, v.Unix()%86400 == 0
	case record.Time:
		return v.UnixMicro() - time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), true
	}
	return v.UnixMicro(), true
}
