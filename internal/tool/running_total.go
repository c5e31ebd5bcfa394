package tool

import (
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// runningTotalTool sums fields up to each record.
var runningTotalTool = Tool{
	Name:    "Running Total",
	Plugins: []string{"AlteryxBasePluginsGui.RunningTotal.RunningTotal"},
	Entry:   "AlteryxRunningTotal",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Adds to each record the sum of a field up to this record, over all or within groups. Null adds nothing.",
	Options: []Option{
		{Path: "GroupByFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupByFields/Field/@field", Doc: "sums start anew in each group"},
		{Path: "RunningTotalFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "RunningTotalFields/Field/@field", Doc: "a field to sum"},
	},
	Compile: compileRunningTotal,
}

func compileRunningTotal(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	group, err := c.fieldList("GroupByFields/Field", "field", s)
	if err != nil {
		return nil, err
	}
	fields, err := c.fieldList("RunningTotalFields/Field", "field", s)
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, c.Errorf(diag.BadConfig, "RunningTotalFields/Field", "there is no field to sum")
	}
	w := &plan.Window{In: sorted(in, group), Partition: group}
	out := append(record.Schema(nil), s...)
	for _, p := range fields {
		if !s[p].Type.IsNumeric() {
			return nil, c.Errorf(diag.BadType, "RunningTotalFields/Field", "the field %q of type %s cannot be summed", s[p].Name, s[p].Type)
		}
		f := record.New(out.Unique("RunTot_"+s[p].Name), sumType(s[p].Type), 0)
		out = append(out, f)
		w.Cols = append(w.Cols, plan.WindowCol{Field: f, Func: plan.RunningSum, Arg: p})
	}
	return Outputs{"Output": w}, nil
}

// sumType is the type of a sum of integers, or of other numbers.
func sumType(t record.Type) record.Type {
	if t.IsInteger() {
		return record.Int64
	}
	return record.Double
}
