package tool

import (
	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// uniqueTool splits off the records whose key was seen before.
var uniqueTool = Tool{
	Name:    "Unique",
	Plugins: []string{"AlteryxBasePluginsGui.Unique.Unique"},
	Entry:   "AlteryxUnique",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Unique"}, {Name: "Duplicates"}},
	Doc:     "Gives the first record of each distinct value of the chosen fields, and all others apart. Both streams are sorted by those fields; Null is a value, and case matters.",
	Options: []Option{
		{Path: "UniqueFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "UniqueFields/Field/@field", Doc: "a field of the key"},
	},
	Compile: compileUnique,
}

func compileUnique(c *Context) (Outputs, error) {
	in := c.Input("Input")
	keys, err := c.fieldList("UniqueFields/Field", "field", in.Schema())
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, c.Errorf(diag.BadConfig, "UniqueFields/Field", "there is no field to tell records apart by")
	}
	numbered := &plan.Window{In: sorted(in, keys), Partition: keys, Cols: []plan.WindowCol{
		{Field: record.New(in.Schema().Unique("number"), record.Int64, 0), Func: plan.RowNumber},
	}}
	s := numbered.Schema()
	first, err := c.tree("UniqueFields", infix(expr.Eq, expr.FieldAt(s, len(s)-1), whole(1)), s)
	if err != nil {
		return nil, err
	}
	all := upTo(len(s) - 1)
	return Outputs{
		"Unique":     c.pick(&plan.Filter{In: numbered, Cond: first}, all),
		"Duplicates": c.pick(&plan.Filter{In: numbered, Cond: first, Not: true}, all),
	}, nil
}

// upTo lists the positions 0 to n-1.
func upTo(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	return p
}
