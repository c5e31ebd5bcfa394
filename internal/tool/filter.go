package tool

import (
	"strconv"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// filterTool splits records by a condition.
var filterTool = Tool{
	Name:    "Filter",
	Plugins: []string{"AlteryxBasePluginsGui.Filter.Filter"},
	Entry:   "AlteryxFilter",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "True"}, {Name: "False"}},
	Doc:     "Splits records by a condition. Where the condition is Null, the record is False.",
	Options: []Option{
		{Path: "Mode", Doc: "Custom: an expression; Simple: one field, an operator and a value"},
		{Path: "Expression", Doc: "the condition of the mode Custom"},
		{Path: "Simple/Field", Doc: "the field that is compared"},
		{Path: "Simple/Operator", Doc: "= != > >= < <= IsNull IsNotNull IsEmpty IsNotEmpty IsTrue IsFalse Contains NotContains DateRange; another operator of dates counts as what Expression beside it says", NotYet: "operators of periods without that expression"},
		{Path: "Simple/Operands/Operand", Doc: "the value, as plain text"},
		{Path: "Simple/Operands/IgnoreTimeInDateTime", Doc: "True: of date-times only the date is compared"},
		{Path: "Simple/Operands/DateType", Doc: "fixed, today, yesterday or tomorrow: which date a date is compared with"},
		{Path: "Simple/Operands/StartDate", Doc: "the first date of DateRange"},
		{Path: "Simple/Operands/EndDate", Doc: "the last date of DateRange"},
		{Path: "Simple/Operands/PeriodDate", Doc: "has no effect with the operators that are named"},
		{Path: "Simple/Operands/PeriodType", Doc: "has no effect with the operators that are named"},
		{Path: "Simple/Operands/PeriodCount", Doc: "has no effect with the operators that are named"},
	},
	Compile: compileFilter,
}

func compileFilter(c *Context) (Outputs, error) {
	in := c.Input("Input")
	mode, err := c.choice("Mode", "Custom", "Simple")
	if err != nil {
		return nil, err
	}
	var cond expr.Node
	if mode == "Custom" {
		source, err := c.required("Expression")
		if err != nil {
			return nil, err
		}
		if cond, err = c.Expr("Expression", source, in.Schema()); err != nil {
			return nil, err
		}
	} else {
		n, err := c.simpleCondition(in.Schema())
		if err != nil {
			return nil, err
		}
		if cond, err = c.tree("Simple", n, in.Schema()); err != nil {
			return nil, err
		}
	}
	if t := cond.Type(); isText(t) || t == record.Blob || t == record.SpatialObj {
		return nil, c.Errorf(diag.BadType, "Expression", "the condition gives a %s, not True or False", t)
	}
	if isVolatile(cond) {
		return c.splitOnce(in, cond)
	}
	return Outputs{
		"True":  &plan.Filter{In: in, Cond: cond},
		"False": &plan.Filter{In: in, Cond: cond, Not: true},
	}, nil
}

// splitOnce splits by a condition that would come out otherwise for each output.
func (c *Context) splitOnce(in plan.Node, cond expr.Node) (Outputs, error) {
	decided, err := c.decide(in, cond)
	if err != nil {
		return nil, err
	}
	s, kept := decided.Schema(), make([]int, len(in.Schema()))
	for i := range kept {
		kept[i] = i
	}
	truth := expr.FieldAt(s, len(kept))
	return Outputs{
		"True":  c.pick(&plan.Filter{In: decided, Cond: truth}, kept),
		"False": c.pick(&plan.Filter{In: decided, Cond: truth, Not: true}, kept),
	}, nil
}

// comparisons are the operators that compare with a value.
var comparisons = map[string]expr.Op{
	"=": expr.Eq, "==": expr.Eq, "!=": expr.Ne, "<>": expr.Ne,
	">": expr.Gt, ">=": expr.Ge, "<": expr.Lt, "<=": expr.Le,
}

// simpleCondition makes the condition of the mode Simple.
func (c *Context) simpleCondition(in record.Schema) (expr.Node, error) {
	simple := c.Config.Child("Simple")
	col, err := c.Field("Simple/Field", simple.String("Field"), in)
	if err != nil {
		return nil, err
	}
	field, operands := expr.FieldAt(in, col), simple.Child("Operands")
	not := func(n expr.Node) expr.Node { return &expr.Unary{Op: expr.Not, X: n} }
	operator := strings.TrimSpace(simple.String("Operator"))
	if op, ok := comparisons[operator]; ok {
		return c.compareSimple(op, field, in[col], operands)
	}
	switch strings.ToLower(operator) {
	case "isnull":
		return call("IsNull", field), nil
	case "isnotnull":
		return not(call("IsNull", field)), nil
	case "isempty":
		return call("IsEmpty", field), nil
	case "isnotempty":
		return not(call("IsEmpty", field)), nil
	case "istrue":
		return infix(expr.Eq, field, &expr.Bool{Value: true}), nil
	case "isfalse":
		return infix(expr.Eq, field, &expr.Bool{}), nil
	case "contains", "notcontains", "doesnotcontain":
		if !isText(in[col].Type) {
			return nil, c.Errorf(diag.BadType, "Simple/Operator", "%s needs a text, and %q is of type %s", operator, in[col].Name, in[col].Type)
		}
		n := call("Contains", field, text(operands.String("Operand")))
		if !strings.EqualFold(operator, "contains") {
			n = not(n)
		}
		return n, nil
	case "daterange":
		if !in[col].Type.IsDate() {
			return nil, c.Errorf(diag.BadType, "Simple/Operator", "DateRange needs a date, and %q is of type %s", in[col].Name, in[col].Type)
		}
		value, trim := dateOperand(field, in[col], operands)
		from, to := trim(operands.String("StartDate")), trim(operands.String("EndDate"))
		return infix(expr.And, infix(expr.Ge, value, text(from)), infix(expr.Le, value, text(to))), nil
	}
	return c.spelledOut(operator, in, col, operands)
}

// spelledOut is the condition of an operator that is not known by name, such as
// those of a date and a number of periods: beside them documents keep the condition as
// an expression. One left from the mode Custom would say something else, so
// it counts only where it is about the field alone and one of the operator's dates.
func (c *Context) spelledOut(operator string, in record.Schema, col int, operands *workflow.Element) (expr.Node, error) {
	source := c.Config.String("Expression")
	refused := c.unsupported("Simple/Operator", operator)
	if d, ok := refused.(*diag.Diagnostic); ok {
		d.Hint = "write the condition as an expression, in the mode Custom"
	}
	if strings.TrimSpace(source) == "" || !in[col].Type.IsDate() {
		return nil, refused
	}
	n, err := c.Expr("Expression", source, in)
	if err != nil {
		return nil, err
	}
	fields, dates := 0, 0
	expr.Walk(n, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Field:
			if fields++; n.Index != col {
				fields = -1 << 30
			}
		case *expr.Text:
			for _, option := range []string{"PeriodDate", "StartDate", "EndDate"} {
				if day := firstDay(operands.String(option)); len(day) == len("2006-01-02") && strings.HasPrefix(n.Value, day) {
					dates++
				}
			}
		case *expr.Call:
			if n.Name == "DateTimeToday" || n.Name == "DateTimeNow" {
				dates++
			}
		}
		return true
	})
	if fields <= 0 || dates == 0 {
		return nil, refused
	}
	c.Warnf("the operator %s is taken to say what the expression beside it does: %s", operator, source)
	return n, nil
}

// firstDay is the day of a date or a date-time.
func firstDay(s string) string {
	if s = strings.TrimSpace(s); len(s) > 10 {
		return s[:10]
	}
	return s
}

// compareSimple compares a field with the operand, which is read as the field's
// type demands.
func (c *Context) compareSimple(op expr.Op, field expr.Node, f record.Field, operands *workflow.Element) (expr.Node, error) {
	operand := operands.String("Operand")
	switch {
	case f.Type == record.Bool:
		v := strings.TrimSpace(operand)
		truth, err := strconv.ParseBool(strings.ToLower(v))
		if err != nil {
			return nil, c.Errorf(diag.BadConfig, "Simple/Operands/Operand", "%q is not True or False", v)
		}
		return infix(op, field, &expr.Bool{Value: truth}), nil
	case f.Type.IsNumeric():
		v := strings.TrimSpace(operand)
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return nil, c.Errorf(diag.BadConfig, "Simple/Operands/Operand", "%q is not a number, and the field %q is numeric", v, f.Name)
		}
		num := &expr.Number{Value: n}
		if i, err := strconv.ParseInt(v, 10, 64); err == nil {
			num.Int, num.IsInt = i, true
		}
		return infix(op, field, num), nil
	case f.Type.IsDate():
		kind := operands.Value("DateType")
		value, trim := dateOperand(field, f, operands)
		switch strings.ToLower(kind) {
		case "", "fixed":
			return infix(op, value, text(trim(strings.TrimSpace(operand)))), nil
		case "today", "yesterday", "tomorrow":
			days := map[string]int{"yesterday": -1, "tomorrow": 1}[strings.ToLower(kind)]
			return infix(op, value, text(c.Run.Now.AddDate(0, 0, days).Format("2006-01-02"))), nil
		}
		return nil, c.unsupported("Simple/Operands/DateType", kind)
	case f.Type.IsString():
		return infix(op, field, text(operand)), nil
	}
	return nil, c.Errorf(diag.BadType, "Simple/Field", "a field of type %s cannot be compared", f.Type)
}

// dateOperand is the field as it is compared, and what is to be done to an
// operand's text: with IgnoreTimeInDateTime only the date counts.
func dateOperand(field expr.Node, f record.Field, operands *workflow.Element) (expr.Node, func(string) string) {
	switch {
	case f.Type == record.Date:
		return field, firstDay
	case f.Type == record.DateTime && operands.Bool("IgnoreTimeInDateTime", true):
		return call("ToDate", field), firstDay
	}
	return field, func(s string) string { return s }
}
