// Package eval interprets checked expressions: a tree becomes closures, which
// are evaluated record by record.
//
// The engine renders expressions as SQL; eval serves where the next record
// depends on the one before (Multi-Row Formula, Generate Rows), where there is
// no table (actions, renaming by formula), and the tests, as the plain
// statement of what an expression means.
package eval

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// Program is a compiled expression. It does not change and may be run by several
// goroutines, each with a Frame of its own.
type Program struct {
	run   step
	slots int
	typ   record.Type
}

// Type is the static type of the results; a Null() that nothing gives a type
// has none.
func (p *Program) Type() record.Type { return p.typ }

// step evaluates a node.
type step func(f *Frame) fn.Value

// compiler makes closures of nodes.
type compiler struct {
	lib   *fn.Library
	slots int
}

// Compile makes a program of a tree that expr.Check returned. It fails where a
// pattern that is a literal cannot be compiled, with an *expr.Error.
func Compile(n expr.Node, lib *fn.Library) (*Program, error) {
	c := &compiler{lib: lib}
	run, err := c.node(n)
	if err != nil {
		return nil, err
	}
	return &Program{run: run, slots: c.slots, typ: n.Type()}, nil
}

// Source parses, checks and compiles in one go.
func Source(source string, env expr.Env, lib *fn.Library) (*Program, error) {
	n, err := expr.Parse(source)
	if err == nil {
		n, err = expr.Check(n, env)
	}
	if err != nil {
		return nil, err
	}
	return Compile(n, lib)
}

func constant(v fn.Value) step { return func(*Frame) fn.Value { return v } }

func (c *compiler) node(n expr.Node) (step, error) {
	switch n := n.(type) {
	case *expr.Number:
		if n.IsInt {
			return constant(fn.Int(n.Int)), nil
		}
		return constant(fn.Float(n.Value)), nil
	case *expr.Variable:
		return func(*Frame) fn.Value { return fn.Int(*n.Value) }, nil
	case *expr.Text:
		if n.Type().IsDate() {
			if d, ok := fn.ParseISO(n.Value); ok {
				return constant(d), nil
			}
		}
		return constant(fn.Text(n.Value)), nil
	case *expr.Bool:
		return constant(fn.Bool(n.Value)), nil
	case *expr.Field:
		return field(n)
	case *expr.Unary:
		return c.unary(n)
	case *expr.Binary:
		return c.binary(n)
	case *expr.In:
		return c.in(n)
	case *expr.If:
		return c.conditional(n)
	case *expr.Call:
		return c.call(n)
	}
	return nil, &expr.Error{Span: n.Pos(), Msg: fmt.Sprintf("%s was not checked before it was compiled", n)}
}

func (c *compiler) nodes(list []expr.Node) ([]step, error) {
	steps := make([]step, len(list))
	for i, n := range list {
		var err error
		if steps[i], err = c.node(n); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

func field(n *expr.Field) (step, error) {
	if n.Index < 0 {
		return nil, &expr.Error{Span: n.Pos(), Msg: fmt.Sprintf("%s was not checked before it was compiled", n)}
	}
	col, offset := n.Index, n.Row
	if offset != 0 {
		return func(f *Frame) fn.Value { return f.other(col, offset) }, nil
	}
	return func(f *Frame) fn.Value {
		if f.values != nil {
			return f.values[col]
		}
		return At(f.batch, f.row, col)
	}, nil
}

func (c *compiler) unary(n *expr.Unary) (step, error) {
	x, err := c.node(n.X)
	if err != nil {
		return nil, err
	}
	if n.Op == expr.Not {
		return func(f *Frame) fn.Value { return fn.Bool(!x(f).IsTrue()) }, nil
	}
	if n.Type() == record.Int64 { // a literal
		return func(f *Frame) fn.Value { return fn.Int(-x(f).Int()) }, nil
	}
	return func(f *Frame) fn.Value {
		v := x(f)
		if v.IsNull() {
			return v
		}
		return fn.Float(-v.Float())
	}, nil
}

func (c *compiler) binary(n *expr.Binary) (step, error) {
	x, err := c.node(n.X)
	if err != nil {
		return nil, err
	}
	y, err := c.node(n.Y)
	if err != nil {
		return nil, err
	}
	switch n.Op {
	case expr.Add:
		if n.Type() == record.VWString {
			return concat(x, y), nil
		}
		return arithmetic(x, y, func(a, b float64) float64 { return a + b }), nil
	case expr.Sub:
		return arithmetic(x, y, func(a, b float64) float64 { return a - b }), nil
	case expr.Mul:
		return arithmetic(x, y, func(a, b float64) float64 { return a * b }), nil
	case expr.Div:
		return divide(x, y), nil
	case expr.And:
		return func(f *Frame) fn.Value { return fn.Bool(x(f).IsTrue() && y(f).IsTrue()) }, nil
	case expr.Or:
		return func(f *Frame) fn.Value { return fn.Bool(x(f).IsTrue() || y(f).IsTrue()) }, nil
	}
	x, y = alike(n.X, n.Y, x), alike(n.X, n.Y, y)
	switch n.Op {
	case expr.Eq:
		return func(f *Frame) fn.Value { return fn.Bool(fn.Equal(x(f), y(f))) }, nil
	case expr.Ne:
		return func(f *Frame) fn.Value { return fn.Bool(!fn.Equal(x(f), y(f))) }, nil
	}
	return ordering(n.Op, x, y), nil
}

// alike prints dates as text where they are compared with text: only two dates
// are compared as moments.
func alike(a, b expr.Node, s step) step {
	ta, tb := a.Type(), b.Type()
	if ta.IsDate() == tb.IsDate() || ta == record.Invalid || tb == record.Invalid {
		return s
	}
	return asText(s)
}

func asText(s step) step {
	return func(f *Frame) fn.Value {
		v := s(f)
		if v.Type().IsDate() {
			return fn.Text(v.Text())
		}
		return v
	}
}

func arithmetic(x, y step, op func(a, b float64) float64) step {
	return func(f *Frame) fn.Value {
		a, b := x(f), y(f)
		if a.IsNull() || b.IsNull() {
			return fn.Value{}
		}
		return fn.Float(op(a.Float(), b.Float()))
	}
}

// divide gives Null for a division by zero.
func divide(x, y step) step {
	return func(f *Frame) fn.Value {
		a, b := x(f), y(f)
		if a.IsNull() || b.IsNull() || b.Float() == 0 {
			return fn.Value{}
		}
		return fn.Float(a.Float() / b.Float())
	}
}

// concat takes Null for the empty text, but for two of them.
func concat(x, y step) step {
	return func(f *Frame) fn.Value {
		a, b := x(f), y(f)
		if a.IsNull() && b.IsNull() {
			return a
		}
		return fn.Text(a.Text() + b.Text())
	}
}

// ordering: with a Null, < and > are false, and <= and >= true only for two of them.
func ordering(op expr.Op, x, y step) step {
	return func(f *Frame) fn.Value {
		a, b := x(f), y(f)
		if a.IsNull() || b.IsNull() {
			return fn.Bool(a.IsNull() && b.IsNull() && (op == expr.Le || op == expr.Ge))
		}
		o := fn.Order(a, b)
		switch op {
		case expr.Lt:
			return fn.Bool(o < 0)
		case expr.Le:
			return fn.Bool(o <= 0)
		case expr.Gt:
			return fn.Bool(o > 0)
		}
		return fn.Bool(o >= 0)
	}
}

func (c *compiler) in(n *expr.In) (step, error) {
	x, err := c.node(n.X)
	if err != nil {
		return nil, err
	}
	list, err := c.nodes(n.List)
	if err != nil {
		return nil, err
	}
	left := make([]step, len(list))
	for i := range list {
		left[i], list[i] = alike(n.X, n.List[i], identity), alike(n.X, n.List[i], list[i])
	}
	return func(f *Frame) fn.Value {
		f.pushed = append(f.pushed, x(f))
		found := false
		for i := range list {
			if found = fn.Equal(left[i](f), list[i](f)); found {
				break
			}
		}
		f.pushed = f.pushed[:len(f.pushed)-1]
		return fn.Bool(found != n.Not)
	}, nil
}

// identity returns the value that in has pushed.
func identity(f *Frame) fn.Value { return f.pushed[len(f.pushed)-1] }

func (c *compiler) conditional(n *expr.If) (step, error) {
	type arm struct{ cond, then step }
	arms := make([]arm, len(n.Arms))
	for i, a := range n.Arms {
		cond, err := c.node(a.Cond)
		if err != nil {
			return nil, err
		}
		then, err := c.as(a.Then, n.Type())
		if err != nil {
			return nil, err
		}
		arms[i] = arm{cond, then}
	}
	otherwise, err := c.as(n.Else, n.Type())
	if err != nil {
		return nil, err
	}
	return func(f *Frame) fn.Value {
		for i := range arms {
			if arms[i].cond(f).IsTrue() {
				return arms[i].then(f)
			}
		}
		return otherwise(f)
	}, nil
}

// as compiles a node whose value becomes one of type t: where one of several
// results is chosen, a date among texts is text, and a number among doubles a double.
func (c *compiler) as(n expr.Node, t record.Type) (step, error) {
	s, err := c.node(n)
	if err != nil || n.Type() == t {
		return s, err
	}
	return fit(s, t), nil
}

// fit makes a step give what its static type says.
func fit(s step, t record.Type) step {
	switch {
	case t.IsString():
		return asText(s)
	case t == record.Double:
		return func(f *Frame) fn.Value {
			v := s(f)
			if v.IsNumber() {
				return fn.Float(v.Float())
			}
			return v
		}
	}
	return s
}

func (c *compiler) call(n *expr.Call) (step, error) {
	if s, ok, err := c.lazy(n); ok {
		return s, err
	}
	impl, ok := c.lib.Lookup(n.Name)
	if !ok || n.Func == nil {
		return nil, &expr.Error{Span: n.Pos(), Msg: fmt.Sprintf("the function %s does not run here", n.Name)}
	}
	if err := c.patterns(n); err != nil {
		return nil, err
	}
	args, err := c.nodes(n.Args)
	if err != nil {
		return nil, err
	}
	from, to := c.slots, c.slots+len(args)
	c.slots = to
	s := func(f *Frame) fn.Value {
		in := f.slots[from:to:to]
		for i := range args {
			in[i] = args[i](f)
		}
		v, err := impl.Call(in)
		if err != nil {
			f.fail(err)
		}
		return v
	}
	if n.Type().IsString() || n.Type() == record.Double {
		return fit(s, n.Type()), nil
	}
	return s, nil
}

// patterns compiles a pattern that is a literal, so that its errors come before the run.
func (c *compiler) patterns(n *expr.Call) error {
	if !strings.HasPrefix(n.Name, "REGEX_") {
		return nil
	}
	p, ok := n.Args[1].(*expr.Text)
	if !ok {
		return nil
	}
	if _, err := c.lib.Regex(p.Value, true); err != nil {
		return &expr.Error{Span: p.Pos(), Msg: n.Name + ": " + err.Error()}
	}
	return nil
}
