package tool

import (
	"strconv"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// imputationTool stands in for the macro of that name.
var imputationTool = Tool{
	Name:   "Imputation",
	Macros: []string{"Imputation.yxmc", "Imputation_v2.yxmc", "Imputation_v3.yxmc"},
	In:     []Anchor{{Name: "Input"}},
	Out:    []Anchor{{Name: "Output"}},
	Doc:    "Replaces Null, or a given value, in numeric fields by the mean, the median or the mode of the other values, or by a given value. A field without other values is left as it is.",
	Options: []Option{
		{Path: "Value[@name='listbox Select Incoming Fields']", Doc: "the fields, in quotes with commas between them"},
		{Path: "Value[@name='radio Null Value']", Doc: "True: Null is replaced"},
		{Path: "Value[@name='radio User Specified Replace From Value']", Doc: "True: a value is replaced"},
		{Path: "Value[@name='updown User Replace Value']", Doc: "the value that is replaced"},
		{Path: "Value[@name='radio Mean']", Doc: "True: by the mean"},
		{Path: "Value[@name='radio Median']", Doc: "True: by the median"},
		{Path: "Value[@name='radio Mode']", Doc: "True: by the mode"},
		{Path: "Value[@name='radio User Specified Replace With Value']", Doc: "True: by a value"},
		{Path: "Value[@name='updown User Replace With Value']", Doc: "the value to use"},
		{Path: "Value[@name='checkbox Impute Indicator']", Doc: "True: a field Name_Indicator says 1 where a value was replaced"},
		{Path: "Value[@name='checkbox Imputed Values Separate Field']", Doc: "True: the values go to a field Name_ImputedValue"},
	},
	Compile: compileImputation,
}

func compileImputation(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	var fields []int
	for _, name := range quotedList(c.question("listbox Select Incoming Fields")) {
		p, err := c.Field("Value[@name='listbox Select Incoming Fields']", name, s)
		if err != nil {
			return nil, err
		}
		if !s[p].Type.IsNumeric() {
			return nil, c.Errorf(diag.BadType, "Value[@name='listbox Select Incoming Fields']", "the field %q of type %s is not numeric", name, s[p].Type)
		}
		fields = append(fields, p)
	}
	if len(fields) == 0 {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='listbox Select Incoming Fields']", "there is no field to impute")
	}
	replaced := func(p int) expr.Node { return call("IsNull", expr.FieldAt(s, p)) }
	if c.yes("radio User Specified Replace From Value") {
		from, err := c.answerNumber("updown User Replace Value")
		if err != nil {
			return nil, err
		}
		replaced = func(p int) expr.Node { return infix(expr.Eq, expr.FieldAt(s, p), from) }
	}
	with, in, err := c.imputed(in, fields, replaced)
	if err != nil {
		return nil, err
	}
	cols := sames(s)
	for i, p := range fields {
		if with[i] == nil {
			c.Warnf("the field %q has no value to impute from and is left as it is", s[p].Name)
			continue
		}
		value, err := c.tree("", call("IIF", replaced(p), with[i], expr.FieldAt(s, p)), s)
		if err != nil {
			return nil, err
		}
		f := s[p]
		if f.Type != record.FixedDecimal && c.yes("radio Mean") || f.Type != record.FixedDecimal && c.yes("radio Median") {
			f.Type, f.Size = record.Double, record.FixedSize(record.Double)
		}
		if c.yes("checkbox Imputed Values Separate Field") {
			f.Name = fieldsOf(cols).Unique(f.Name + "_ImputedValue")
			cols = append(cols, plan.Column{Field: f, Expr: value})
		} else {
			cols[p] = plan.Column{Field: f, Expr: value}
		}
		if c.yes("checkbox Impute Indicator") {
			flag, err := c.tree("", call("IIF", replaced(p), whole(1), whole(0)), s)
			if err != nil {
				return nil, err
			}
			cols = append(cols, plan.Column{Field: record.New(fieldsOf(cols).Unique(s[p].Name+"_Indicator"), record.Byte, 0), Expr: flag})
		}
	}
	return Outputs{"Output": c.project(in, cols)}, nil
}

// answerNumber reads the answer to a question as a number.
func (c *Context) answerNumber(name string) (expr.Node, error) {
	v := strings.TrimSpace(c.question(name))
	x, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='"+name+"']", "%q is not a number", v)
	}
	return &expr.Number{Value: x}, nil
}

// imputed finds the values to use, one for each field; nil is none. The input is
// kept where that takes a look at the data.
func (c *Context) imputed(in plan.Node, fields []int, replaced func(int) expr.Node) ([]expr.Node, plan.Node, error) {
	with := make([]expr.Node, len(fields))
	if c.yes("radio User Specified Replace With Value") {
		n, err := c.answerNumber("updown User Replace With Value")
		for i := range with {
			with[i] = n
		}
		return with, in, err
	}
	fn := plan.AggAvg
	switch {
	case c.yes("radio Median"):
		fn = plan.AggMedian
	case c.yes("radio Mode"):
		fn = plan.AggMode
	}
	kept, err := c.Query(in)
	if err != nil {
		return nil, nil, err
	}
	s := in.Schema()
	a := &plan.Aggregate{In: kept, EmptyRow: true}
	for _, p := range fields {
		cond, err := c.tree("", &expr.Unary{Op: expr.Not, X: replaced(p)}, s)
		if err != nil {
			return nil, nil, err
		}
		f := record.New(s[p].Name, record.Double, 0)
		if fn == plan.AggMode {
			f = s[p]
		}
		a.Aggs = append(a.Aggs, plan.Agg{Field: f, Func: fn, Arg: p, Where: cond})
	}
	b, err := c.Rows(a, 1)
	if err != nil {
		return nil, nil, err
	}
	for i := range fields {
		if v := valueText(b, i); v != "" {
			x, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return nil, nil, err
			}
			with[i] = &expr.Number{Value: x}
		}
	}
	return with, kept, nil
}
