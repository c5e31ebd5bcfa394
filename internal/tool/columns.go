package tool

import (
	"slices"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// same is a column that passes a field of s on.
func same(s record.Schema, i int) plan.Column {
	return plan.Column{Field: s[i], Expr: expr.FieldAt(s, i)}
}

// sames passes all fields of s on.
func sames(s record.Schema) []plan.Column {
	cols := make([]plan.Column, len(s))
	for i := range s {
		cols[i] = same(s, i)
	}
	return cols
}

// pick gives the fields of n at the positions, in that order. Where that is n
// as it is, it is n.
func (c *Context) pick(n plan.Node, positions []int) plan.Node {
	s := n.Schema()
	identity := len(positions) == len(s)
	cols := make([]plan.Column, len(positions))
	for i, p := range positions {
		cols[i] = same(s, p)
		identity = identity && p == i
	}
	if identity {
		return n
	}
	return c.project(n, cols)
}

func (c *Context) project(n plan.Node, cols []plan.Column) plan.Node {
	if len(cols) == 0 {
		// A stream without fields: what follows sees neither fields nor records.
		return &plan.Values{}
	}
	return &plan.Project{In: n, Cols: cols, Tool: c.Tool}
}

// rename gives the fields of n under the names of s, which has as many.
func (c *Context) rename(n plan.Node, s record.Schema) plan.Node {
	cols := sames(n.Schema())
	changed := false
	for i := range cols {
		changed = changed || cols[i].Field != s[i]
		cols[i].Field = s[i]
	}
	if !changed {
		return n
	}
	return c.project(n, cols)
}

// tree checks an expression that a tool has put together by itself, which
// therefore cannot fail but for the types of the fields in it.
func (c *Context) tree(option string, n expr.Node, in record.Schema) (expr.Node, error) {
	checked, err := expr.Check(n, expr.Env{Schema: in, Constant: c.Run.Constant, Variable: c.Run.Variable, Now: c.Run.Now})
	if err != nil {
		return nil, &diag.Diagnostic{Code: diag.BadType, Tool: c.Tool, Option: option, Msg: err.Error(), Err: err}
	}
	return checked, nil
}

func text(s string) expr.Node { return &expr.Text{Value: s} }

func whole(n int64) expr.Node { return &expr.Number{Value: float64(n), Int: n, IsInt: true} }

func call(name string, args ...expr.Node) expr.Node { return &expr.Call{Name: name, Args: args} }

func infix(op expr.Op, x, y expr.Node) expr.Node { return &expr.Binary{Op: op, X: x, Y: y} }

// assignable checks that what an expression gives can be written to a field
// (formula reference, section 2).
func (c *Context) assignable(option, source string, n expr.Node, f record.Field) error {
	warning, err := expr.CheckAssign(n, f)
	if err != nil {
		return c.badExpr(option, source, err)
	}
	if warning != "" {
		c.Warnf("%s: %s", option, warning)
	}
	return nil
}

// isNumber reports whether values of a type are numbers to an expression.
func isNumber(t record.Type) bool { return expr.KindOf(t) == expr.KindNumber }

// isText reports whether values of a type are texts to an expression.
func isText(t record.Type) bool { return expr.KindOf(t) == expr.KindText }

// unique gives the fields of s names that differ.
func unique(s record.Schema) record.Schema {
	out := slices.Clone(s)
	for i, name := range record.Distinct(s.Names()) {
		out[i].Name = name
	}
	return out
}

// common is the field that can hold the values of both a and b (tools
// reference, Union): the widest number, the longest text.
func common(a, b record.Field) record.Field {
	f := a
	switch {
	case a.Type == b.Type && a.Type == record.FixedDecimal:
		f.Scale = max(a.Scale, b.Scale)
		f.Size = max(a.Size-a.Scale, b.Size-b.Scale) + f.Scale
	case a.Type == b.Type:
		f.Size = max(a.Size, b.Size)
	case isNumber(a.Type) && isNumber(b.Type):
		t := max(a.Type, b.Type)
		if (a.Type == record.FixedDecimal || b.Type == record.FixedDecimal || a.Type == record.Float || b.Type == record.Float) && a.Type != record.Bool && b.Type != record.Bool {
			t = record.Double
		}
		f = record.Field{Name: a.Name, Type: t, Size: record.FixedSize(t), Source: a.Source, Description: a.Description}
		if t == record.FixedDecimal {
			f.Size, f.Scale = max(a.Size, b.Size), max(a.Scale, b.Scale)
		}
	case a.Type.IsDate() && b.Type.IsDate() && a.Type != record.Time && b.Type != record.Time:
		f.Type, f.Size = record.DateTime, record.FixedSize(record.DateTime)
	case a.Type == record.Blob && b.Type == record.SpatialObj || a.Type == record.SpatialObj && b.Type == record.Blob:
		f.Type = record.Blob
	default:
		f.Type, f.Scale = commonText(a, b), 0
		f.Size = min(max(textSize(a), textSize(b)), defaultLimit(f.Type))
	}
	return f
}

// commonText is the string type for values of two fields of which at least one
// is text: wide if either is, of fixed width only if both are and agree.
func commonText(a, b record.Field) record.Type {
	wide := a.Type.IsWide() || b.Type.IsWide()
	fixed := func(f record.Field) bool { return f.Type == record.String || f.Type == record.WString }
	switch {
	case fixed(a) && fixed(b) && wide:
		return record.WString
	case wide:
		return record.VWString
	case fixed(a) && fixed(b):
		return record.String
	}
	return record.VString
}

// textSize is how many characters the values of a field take as text.
func textSize(f record.Field) int {
	switch f.Type {
	case record.Bool:
		return 5
	case record.Byte:
		return 3
	case record.Int16:
		return 6
	case record.Int32:
		return 11
	case record.Int64:
		return 20
	case record.Float:
		return 13
	case record.Double:
		return 24
	case record.Time:
		return 8
	}
	return f.Size
}
