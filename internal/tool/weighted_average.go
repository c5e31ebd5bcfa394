package tool

import (
	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// weightedAverageTool stands in for the macro of that name.
var weightedAverageTool = Tool{
	Name:   "Weighted Average",
	Macros: []string{"WeightedAvg.yxmc"},
	In:     []Anchor{{Name: "Input"}},
	Out:    []Anchor{{Name: "Output"}},
	Doc:    "Gives the average of a field weighted by another, over all or for each group.",
	Options: []Option{
		{Path: "Value[@name='Value']", Doc: "the field to average"},
		{Path: "Value[@name='Weight']", Doc: "the field with the weights"},
		{Path: "Value[@name='OutputFieldName']", Doc: "the name of the result"},
		{Path: "Value[@name='GroupFields']", Doc: "the fields to group by, in quotes with commas between them or as a=True,b=False"},
	},
	Compile: compileWeightedAverage,
}

func compileWeightedAverage(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	var cols [2]int
	for i, name := range []string{"Value", "Weight"} {
		p, err := c.Field("Value[@name='"+name+"']", c.question(name), s)
		if err != nil {
			return nil, err
		}
		if !s[p].Type.IsNumeric() {
			return nil, c.Errorf(diag.BadType, "Value[@name='"+name+"']", "the field %q of type %s is not numeric", s[p].Name, s[p].Type)
		}
		cols[i] = p
	}
	var keys []int
	for _, name := range quotedList(c.question("GroupFields")) {
		p, err := c.Field("Value[@name='GroupFields']", name, s)
		if err != nil {
			return nil, err
		}
		keys = append(keys, p)
	}
	name := c.question("OutputFieldName")
	if name == "" {
		name = "WeightedAverage"
	}
	product, err := c.tree("", infix(expr.Mul, expr.FieldAt(s, cols[0]), expr.FieldAt(s, cols[1])), s)
	if err != nil {
		return nil, err
	}
	double := func(name string) record.Field { return record.New(name, record.Double, 0) }
	all := append(sames(s), plan.Column{Field: double(s.Unique("product")), Expr: product})
	a := &plan.Aggregate{In: c.project(in, all), Keys: keys, Aggs: []plan.Agg{
		{Field: double("product of value and weight"), Func: plan.AggSum, Arg: len(s)},
		{Field: double("weights in all"), Func: plan.AggSum, Arg: cols[1]},
	}}
	out := a.Schema()
	n := len(keys)
	average, err := c.tree("", infix(expr.Div, expr.FieldAt(out, n), expr.FieldAt(out, n+1)), out)
	if err != nil {
		return nil, err
	}
	result := append(sames(out)[:n:n], plan.Column{Field: double(out[:n].Unique(name)), Expr: average})
	return Outputs{"Output": c.project(a, result)}, nil
}
