package tool

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// mapInputTool holds drawn spatial objects in the document itself.
var mapInputTool = Tool{
	Name:    "Map Input",
	Plugins: []string{"AlteryxSpatialPluginsGui.MapInput.MapInput"},
	Entry:   "AlteryxMapInput",
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "A table of spatial objects, drawn on a map, that is part of the workflow.",
	Options: []Option{
		{Path: "NumRows", Doc: "has no effect on the result"},
		{Path: "Fields/Field/@name", Doc: "a field's name; the field whose cells are GeoJSON holds spatial objects"},
		{Path: "Fields/Field/@type", Doc: "its type, where it is not to follow from the values"},
		{Path: "Fields/Field/@size", Doc: "its size"},
		{Path: "Data/r/c", Doc: "a value"},
		{Path: "BaseMap/**", Doc: "has no effect on the result"},
		{Path: "Map/**", Doc: "has no effect on the result"},
		{Path: "Zoom/**", Doc: "has no effect on the result"},
		{Path: "Mode", Doc: "has no effect on the result"},
	},
	Compile: compileMapInput,
}

func compileMapInput(c *Context) (Outputs, error) {
	rows, fields := c.Config.All("Data/r"), c.Config.All("Fields/Field")
	cells := make([][]any, len(rows))
	for i, r := range rows {
		cells[i] = make([]any, len(fields))
		for j, cell := range r.All("c") {
			if j < len(fields) && strings.TrimSpace(cell.Text) != "" {
				cells[i][j] = cell.Text
			}
		}
	}
	v := &plan.Values{Rows: cells}
	for j, e := range fields {
		f := inferField(cells, j)
		if strings.EqualFold(e.Attr("type"), record.SpatialObj.String()) || holdsGeoJSON(cells, j) || strings.EqualFold(e.Attr("name"), "SpatialObj") {
			f = spatialOut("")
			for i := range cells {
				s, ok := cells[i][j].(string)
				if !ok {
					continue
				}
				o, err := spatial.ParseGeoJSON(s)
				if err != nil {
					return nil, c.Errorf(diag.BadConfig, fmt.Sprintf("Data/r[%d]/c[%d]", i+1, j+1), "%v", err)
				}
				if cells[i][j] = any(o.Encode()); o.IsEmpty() {
					cells[i][j] = nil
				}
			}
		}
		f.Name, f.Source = v.Fields.Unique(e.Attr("name")), "MapInput:"
		v.Fields = append(v.Fields, f)
	}
	return Outputs{"Output": c.boxed(v)}, nil
}

// holdsGeoJSON reports whether a column has cells, and all of them are objects.
func holdsGeoJSON(cells [][]any, col int) bool {
	found := false
	for _, r := range cells {
		if s, ok := r[col].(string); ok {
			if !strings.HasPrefix(strings.TrimSpace(s), "{") {
				return false
			}
			found = true
		}
	}
	return found
}

// boxed is valuesOf for a table some of whose columns hold objects already.
func (c *Context) boxed(v *plan.Values) plan.Node {
	for j, f := range v.Fields {
		if f.Type != record.SpatialObj && !f.Type.IsString() && !boxColumn(v.Rows, j, f) {
			v.Fields[j].Type, v.Fields[j].Size = record.VWString, record.MaxVWString
		}
	}
	return v
}
