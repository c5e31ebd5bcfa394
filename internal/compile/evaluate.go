package compile

import (
	"errors"
	"strconv"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/workflow"
)

// value is what an action's expression gives. It is not known where the
// expression names a question that has no value.
type value struct {
	known bool
	text  string
	truth bool
}

// reading says how the values of questions are typed in an expression. Documents
// do not say; expressions show it by what they do with them.
type reading uint8

const (
	natural reading = iota // check boxes and numbers as numbers, all else as text
	asText                 // all as text
	asData                 // what looks like a number as one
)

// evaluate computes an expression over the values of questions. It is read with
// each typing in turn until one fits.
func (f *frame) evaluate(at diag.Tool, source string, vars []variable) (value, error) {
	parsed, source, open, err := f.parse(at, source)
	if err != nil {
		return value{}, exprError(at, source, err)
	}
	if open {
		return value{}, nil
	}
	if v, ok := alone(parsed, vars); ok {
		return v, nil
	}
	var first error
	for _, r := range []reading{natural, asText, asData} {
		unknown := false
		env := expr.Env{Now: f.b.o.Run.Now, Constant: func(namespace, name string) (string, bool, bool) {
			text, numeric, set, ok := f.operand(at, namespace, name, vars, r, source)
			unknown = unknown || ok && !set
			return text, numeric, ok
		}}
		checked, err := expr.Check(parsed, env)
		if unknown {
			return value{}, nil
		}
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		text, err := f.b.constantText(checked)
		if err != nil {
			return value{}, exprError(at, source, err)
		}
		return value{known: true, text: text, truth: truth(text)}, nil
	}
	return value{}, exprError(at, source, first)
}

// operand gives a constant of an action's expression, or a question that is connected
// to the action. It is not set where the question has no value.
func (f *frame) operand(at diag.Tool, namespace, name string, vars []variable, r reading, source string) (text string, numeric, set, ok bool) {
	if namespace == "" {
		for _, v := range vars {
			if v.named(name) {
				text, numeric = v.literal(r, source)
				return text, numeric, v.set, true
			}
		}
		return "", false, false, false
	}
	text, numeric, ok = f.constant(at, namespace, name)
	if !ok {
		return "", false, false, f.waits(namespace, name)
	}
	if lower(namespace) == "question" {
		if q := f.question(func(q *workflow.Question) bool { return strings.EqualFold(q.Name, name) }); q != nil {
			text, numeric = variable{kind: q.Type, value: text}.literal(r, source)
		}
	}
	return text, numeric, true, true
}

// parse reads an expression in which constants may stand in their textual form: in a
// text, whose quotes a value does not end, or as part of the expression, which then
// is another one. open says that one of them has no value yet.
func (f *frame) parse(at diag.Tool, source string) (parsed expr.Node, text string, open bool, err error) {
	parsed, err = expr.Parse(source)
	if err != nil {
		text, open = f.inText(at, source)
		if open {
			return nil, source, true, nil
		}
		parsed, err = expr.Parse(text)
		return parsed, text, false, err
	}
	expr.Walk(parsed, func(n expr.Node) bool {
		if t, ok := n.(*expr.Text); ok {
			value, waits := f.inText(at, t.Value)
			t.Value, open = value, open || waits
		}
		return true
	})
	return parsed, source, open, nil
}

// alone serves an expression that is just the name of a question: its value is
// taken as it is.
func alone(n expr.Node, vars []variable) (value, bool) {
	field, ok := n.(*expr.Field)
	if !ok {
		return value{}, false
	}
	for _, v := range vars {
		if v.named(field.Name) {
			return value{known: v.set, text: v.value, truth: truth(v.value)}, true
		}
	}
	return value{}, false
}

func (v variable) named(name string) bool {
	for _, n := range v.names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// literal gives the value as a literal of an expression.
func (v variable) literal(r reading, source string) (text string, numeric bool) {
	isBool := v.kind == workflow.BooleanGroup || v.kind == workflow.RadioGroup
	switch {
	case isBool && r != asText:
		if truth(v.value) {
			return "1", true
		}
		return "0", true
	case isBool:
		// Both spellings are met in expressions that compare with a text; the
		// one that the expression has is the one that its author saw work.
		low := lower(v.value)
		if !strings.Contains(source, v.value) && (strings.Contains(source, "'true'") || strings.Contains(source, "'false'") ||
			strings.Contains(source, `"true"`) || strings.Contains(source, `"false"`)) {
			return low, false
		}
		return v.value, false
	case v.kind == workflow.NumericUpDown && r == natural, r == asData:
		_, err := strconv.ParseFloat(strings.TrimSpace(v.value), 64)
		return v.value, err == nil
	}
	return v.value, false
}

// truth reads a value as a condition: True, or a number other than 0.
func truth(text string) bool {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n != 0
	}
	return strings.EqualFold(text, "true")
}

func exprError(at diag.Tool, source string, err error) error {
	d := &diag.Diagnostic{Code: diag.BadExpr, Tool: at, Option: "Expression", Source: source, Msg: err.Error(), Err: err}
	var e *expr.Error
	if errors.As(err, &e) {
		d.Msg, d.Span = e.Msg, diag.Span(e.Span)
	}
	return d
}
