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
	parsed, open, err := f.parse(at, source)
	if open {
		return value{}, nil
	}
	if err != nil {
		return value{}, exprError(at, source, err)
	}
	if v, ok := alone(parsed, vars); ok {
		return v, nil
	}
	var first error
	for _, r := range []reading{natural, asText, asData} {
		unknown := false
		env := expr.Env{Now: f.b.o.Run.Now, Constant: func(namespace, name string) (string, bool, bool) {
			if namespace != "" {
				text, numeric, ok := f.constant(at, namespace, name)
				if !ok && f.waits(namespace, name) {
					unknown = true
					return "", false, true
				}
				if q := f.question(func(q *workflow.Question) bool { return strings.EqualFold(q.Name, name) }); ok && q != nil && lower(namespace) == "question" {
					text, numeric = variable{kind: q.Type, value: text}.literal(r, source)
				}
				return text, numeric, ok
			}
			for _, v := range vars {
				if !v.named(name) {
					continue
				}
				unknown = unknown || !v.set
				text, numeric := v.literal(r, source)
				return text, numeric, true
			}
			return "", false, false
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

// parse reads an expression in which constants may stand in their textual form: in a
// text, whose quotes a value does not end, or as part of the expression. open says that
// one of them has no value yet.
func (f *frame) parse(at diag.Tool, source string) (parsed expr.Node, open bool, err error) {
	parsed, err = expr.Parse(source)
	if err != nil {
		text, open := f.inText(at, source)
		if again, bad := expr.Parse(text); open || bad == nil {
			return again, open, nil
		}
		return nil, false, err
	}
	expr.Walk(parsed, func(n expr.Node) bool {
		if t, ok := n.(*expr.Text); ok {
			text, waits := f.inText(at, t.Value)
			t.Value, open = text, open || waits
		}
		return true
	})
	return parsed, open, nil
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
