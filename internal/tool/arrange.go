package tool

import (
	"fmt"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// arrangeTool spreads fields of a record over several records.
var arrangeTool = Tool{
	Name:    "Arrange",
	Plugins: []string{"AlteryxBasePluginsGui.Arrange.Arrange"},
	Entry:   "AlteryxArrange",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives several records for each record, which take the values of their fields from different fields of it, beside the key fields.",
	Differs: "The configuration is known from few documents.",
	Options: []Option{
		{Path: "KeyFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "KeyFields/Field/@field", Doc: "a field that stands in each record"},
		{Path: "KeyFields/Field/@name", Doc: "the same, as some versions write it"},
		{Path: "OutputFields/Columns/Column/@name", Doc: "a field of the result"},
		{Path: "OutputFields/Data/r/c", Doc: "for each record of the result, the fields its values come from"},
	},
	Compile: compileArrange,
}

func compileArrange(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	keys, err := c.fieldList("KeyFields/Field", "field", s)
	if err == nil && len(keys) == 0 {
		keys, err = c.fieldList("KeyFields/Field", "name", s)
	}
	if err != nil {
		return nil, err
	}
	var out record.Schema
	for _, k := range keys {
		out = append(out, s[k])
	}
	names := c.Config.All("OutputFields/Columns/Column")
	rows := c.Config.All("OutputFields/Data/r")
	if len(names) == 0 || len(rows) == 0 {
		return nil, c.Errorf(diag.BadConfig, "OutputFields", "there is no field to arrange")
	}
	from := make([][]int, len(rows))
	fields := make(record.Schema, len(names))
	for i, r := range rows {
		for j, cell := range r.All("c") {
			if j == len(names) {
				break
			}
			p := -1
			if cell.Text != "" {
				if p, err = c.Field(fmt.Sprintf("OutputFields/Data/r[%d]/c[%d]", i+1, j+1), cell.Text, s); err != nil {
					return nil, err
				}
				if fields[j].Type == record.Invalid {
					fields[j] = s[p]
				}
				fields[j] = common(fields[j], s[p])
			}
			from[i] = append(from[i], p)
		}
	}
	for j, e := range names {
		if fields[j].Type == record.Invalid {
			return nil, c.Errorf(diag.BadConfig, "OutputFields", "the field %q has no source", e.Attr("name"))
		}
		fields[j].Name = out.Unique(e.Attr("name"))
		out = append(out, fields[j])
	}
	u := &plan.Union{}
	for i := range rows {
		cols := make([]plan.Column, len(out))
		for k := range keys {
			cols[k] = same(s, keys[k])
		}
		for j := range names {
			col := &cols[len(keys)+j]
			if j < len(from[i]) && from[i][j] >= 0 {
				*col = same(s, from[i][j])
			} else if col.Expr, err = c.tree("", call("Null"), s); err != nil {
				return nil, err
			}
			col.Field = out[len(keys)+j]
		}
		u.In = append(u.In, c.project(in, cols))
	}
	return Outputs{"Output": c.interleaved(u)}, nil
}

// interleaved gives the first records of all streams, then the second ones, and
// so on: the records that stem from one record stay together.
func (c *Context) interleaved(u *plan.Union) plan.Node {
	s := u.Schema()
	all := &plan.Union{}
	place := record.New(s.Unique("place"), record.Int64, 0)
	for _, in := range u.In {
		all.In = append(all.In, &plan.Window{In: in, Cols: []plan.WindowCol{{Field: place, Func: plan.RowNumber}}})
	}
	return c.pick(&plan.Sort{In: all, Keys: []plan.SortKey{{Col: len(s)}}}, upTo(len(s)))
}
