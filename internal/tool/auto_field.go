package tool

import (
	"kickoff/internal/format"
	"kickoff/internal/plan"
)

// autoFieldTool finds the smallest types for text fields.
var autoFieldTool = Tool{
	Name:    "Auto Field",
	Plugins: []string{"AlteryxBasePluginsGui.AutoField.AutoField"},
	Entry:   "AlteryxAutoField",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives text fields the smallest type that holds all their values: a number, a date, Bool, or text as long as the longest value. Empty text becomes Null where the type is no text.",
	Options: []Option{
		{Path: "Fields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "Fields/Field/@field", Doc: "a field, or *Unknown for all that are not listed"},
		{Path: "Fields/Field/@selected", Doc: "False: the field is left as it is"},
	},
	Compile: compileAutoField,
}

func compileAutoField(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	var texts []int
	for _, p := range c.chosen("Fields/Field", "field", s) {
		if s[p].Type.IsString() {
			texts = append(texts, p)
		}
	}
	if len(texts) == 0 {
		return Outputs{"Output": in}, nil
	}
	kept, err := c.Query(in)
	if err != nil {
		return nil, err
	}
	cols := sames(s)
	for _, p := range texts {
		// The distinct values say as much as all of them.
		values, err := c.Rows(&plan.Aggregate{In: kept, Keys: []int{p}, Unordered: true}, 0)
		if err != nil {
			return nil, err
		}
		f := format.InferColumn(values.Cols[0].Strings, values.Cols[0].Null)
		cols[p].Field.Type, cols[p].Field.Size, cols[p].Field.Scale = f.Type, f.Size, f.Scale
	}
	return Outputs{"Output": c.project(kept, cols)}, nil
}
