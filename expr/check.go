package expr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"kickoff/record"
)

// Env is what names in an expression mean.
type Env struct {
	Schema record.Schema
	// Rows is how far [Row±n:x] may reach; 0 forbids it.
	Rows int
	// CurrentField is the position of the field that [_CurrentField_] means
	// (Multi-Field Formula) and whose name, type and description
	// [_CurrentFieldName_] and the like give; nil where there is none.
	CurrentField *int
	// CurrentName is the text that [_CurrentField_] means where it is a name
	// (Dynamic Rename); nil where it is not.
	CurrentName *string
	// Constant gives [Engine.X], [User.X] and [Question.X]; their name ignores
	// case. It is asked with an empty namespace for a field that the schema
	// does not have, such as [#1] inside a macro. It may be nil.
	Constant func(namespace, name string) (value string, numeric, ok bool)
	// Variable gives the constants that are to stay variable, or nil. It is asked
	// before Constant, and may be nil.
	Variable func(namespace, name string) *int64
	// Now is the start of the run, on the clock of its location. DateTimeNow and
	// its relatives become literals of it; they stay calls where it is zero.
	Now time.Time
}

// Check resolves names, finds the type of every node and returns a new tree
// with constants replaced by literals. Errors are *Error with the place.
func Check(n Node, env Env) (Node, error) {
	c := &checker{env: env}
	return c.node(n)
}

type checker struct{ env Env }

// errorf returns an error at a node.
func errorf(n Node, format string, args ...any) error {
	return &Error{n.Pos(), fmt.Sprintf(format, args...)}
}

// node checks n and everything below it.
func (c *checker) node(n Node) (Node, error) {
	switch n := n.(type) {
	case *Number:
		m := *n
		m.Typ = record.Double
		if m.IsInt {
			m.Typ = record.Int64
		}
		return &m, nil
	case *Text:
		m := *n
		if !m.Typ.IsDate() {
			m.Typ = record.VWString
		}
		return &m, nil
	case *Bool:
		m := *n
		m.Typ = record.Bool
		return &m, nil
	case *Field:
		return c.field(n)
	case *Constant:
		return c.constant(n)
	case *Variable:
		return n, nil
	case *Unary:
		return c.unary(n)
	case *Binary:
		return c.binary(n)
	case *In:
		return c.in(n)
	case *If:
		return c.conditional(n)
	case *Call:
		return c.call(n)
	}
	panic("expr: a node of unknown type")
}

func newText(at Span, s string) *Text {
	return &Text{base: base{Span: at, Typ: record.VWString}, Value: s}
}

// nodes checks several nodes.
func (c *checker) nodes(list []Node) ([]Node, error) {
	out := make([]Node, len(list))
	for i, n := range list {
		var err error
		if out[i], err = c.node(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// field resolves a name: what the tool calls current, then the schema.
func (c *checker) field(n *Field) (Node, error) {
	if x, ok, err := c.current(n); ok || err != nil {
		return x, err
	}
	if n.Row != 0 && (n.Row > c.env.Rows || -n.Row > c.env.Rows) {
		if c.env.Rows == 0 {
			return nil, errorf(n, "%s: this tool cannot look at other rows", n)
		}
		return nil, errorf(n, "%s: this tool looks at most %d rows away", n, c.env.Rows)
	}
	m := *n
	if _, name, ok := rowOffset(n.Name); ok && c.env.Rows > 0 {
		m.Name = name // [Row+0:x] is x, in tools that look at rows
	}
	if m.Index = c.env.Schema.Index(m.Name); m.Index < 0 {
		if c.env.Constant != nil && n.Row == 0 {
			if value, numeric, ok := c.env.Constant("", n.Name); ok {
				return literal(n, value, numeric)
			}
		}
		return nil, errorf(n, "there is no field %q", n.Name)
	}
	m.Typ = c.env.Schema[m.Index].Type
	return &m, nil
}

// current resolves [_CurrentField_] and its relatives.
func (c *checker) current(n *Field) (Node, bool, error) {
	at, name := c.env.CurrentField, c.env.CurrentName
	if (at == nil && name == nil) || len(n.Name) < 14 || !strings.EqualFold(n.Name[:13], "_CurrentField") {
		return nil, false, nil
	}
	var f record.Field
	if at != nil {
		f = c.env.Schema[*at]
	}
	if name != nil {
		f.Name = *name
	}
	switch strings.ToLower(n.Name) {
	case "_currentfield_":
		if name != nil {
			return newText(n.Span, *name), true, nil
		}
		m := *n
		m.Name, m.Index, m.Typ = f.Name, *at, f.Type
		return &m, true, nil
	case "_currentfieldname_":
		return newText(n.Span, f.Name), true, nil
	case "_currentfieldtype_":
		if at == nil {
			return nil, false, errorf(n, "[%s] has no meaning in this tool", n.Name)
		}
		return newText(n.Span, f.Type.String()), true, nil
	case "_currentfielddescription_":
		return newText(n.Span, f.Description), true, nil
	}
	return nil, false, nil
}

// constant replaces a constant by its value. A field may have a name like a
// constant's; it is found where no constant is.
func (c *checker) constant(n *Constant) (Node, error) {
	if c.env.Variable != nil {
		if v := c.env.Variable(n.Namespace, n.Name); v != nil {
			return &Variable{base: base{n.Span, record.Int64}, Namespace: n.Namespace, Name: n.Name, Value: v}, nil
		}
	}
	if c.env.Constant != nil {
		if value, numeric, ok := c.env.Constant(n.Namespace, n.Name); ok {
			return literal(n, value, numeric)
		}
	}
	f := &Field{base: n.base, Name: n.Namespace + "." + n.Name}
	if c.env.Schema.Index(f.Name) >= 0 {
		return c.field(f)
	}
	return nil, errorf(n, "there is no constant or field [%s.%s]", n.Namespace, n.Name)
}

// literal makes the literal that a constant stands for.
func literal(n Node, value string, numeric bool) (Node, error) {
	if !numeric {
		return newText(n.Pos(), value), nil
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return nil, errorf(n, "the value %q of %s is not a number", value, n)
	}
	m := &Number{base: base{n.Pos(), record.Double}, Value: math.Abs(v)}
	if i, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(value), "-"), 10, 64); err == nil {
		m.Int, m.IsInt, m.Typ = i, true, record.Int64
	}
	if math.Signbit(v) {
		return &Unary{base: m.base, Op: Neg, X: m}, nil
	}
	return m, nil
}

func (c *checker) unary(n *Unary) (Node, error) {
	x, err := c.node(n.X)
	if err != nil {
		return nil, err
	}
	if k := KindOf(x.Type()); k != KindNumber && k != KindNull {
		return nil, errorf(n, "operator %s takes a number, not %s (%s)", n.Op, k, x.Type())
	}
	m := &Unary{base: n.base, Op: n.Op, X: x}
	m.Typ = record.Double
	if _, ok := x.(*Number); n.Op == Not {
		m.Typ = record.Bool
		settle(x, record.Bool)
	} else if ok {
		m.Typ = x.Type()
	}
	settle(x, m.Typ)
	return m, nil
}

// binary checks x op y (formula reference, section 2, static typing rules).
func (c *checker) binary(n *Binary) (Node, error) {
	x, err := c.node(n.X)
	if err != nil {
		return nil, err
	}
	y, err := c.node(n.Y)
	if err != nil {
		return nil, err
	}
	if (n.Op == Add || n.Op == Sub) && (x.Type() == record.SpatialObj || y.Type() == record.SpatialObj) {
		return c.overlay(n)
	}
	m := &Binary{base: n.base, Op: n.Op, X: x, Y: y, Mixed: n.Mixed}
	both := []Node{x, y}
	switch n.Op {
	case Add:
		err = m.add(both)
	case Sub, Mul, Div:
		err = m.want(both, record.Double)
		m.Typ = record.Double
	case And, Or:
		err = m.want(both, record.Bool)
		m.Typ = record.Bool
	default:
		m.Typ = record.Bool
		err = comparable(n, "operator "+n.Op.String(), both)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// overlay takes a + of spatial objects for ST_Combine, and a - for ST_Cut.
func (c *checker) overlay(n *Binary) (Node, error) {
	if n.Op == Add {
		return c.node(&Call{base: n.base, Name: "ST_Combine", Args: []Node{n.X, n.Y}})
	}
	return c.node(&Call{base: n.base, Name: "ST_Cut", Args: []Node{n.Y, n.X}})
}

// add types a +: of numbers a sum, of texts the one after the other.
func (n *Binary) add(both []Node) error {
	t, misfit := commonOf(both)
	switch {
	case misfit != nil:
		return errorf(n, "operator + has %s (%s) on its left and %s (%s) on its right; convert one with ToString or ToNumber",
			KindOf(n.X.Type()), n.X.Type(), KindOf(n.Y.Type()), n.Y.Type())
	case KindOf(t) == KindObject:
		return errorf(n, "operator + of two values of type %s does not run here", t)
	case KindOf(t) == KindText:
		n.Typ = record.VWString
	default:
		n.Typ = record.Double
	}
	settleAll(both, n.Typ)
	return nil
}

// want demands numbers; a Null() among them gets type t.
func (n *Binary) want(both []Node, t record.Type) error {
	for _, x := range both {
		if k := KindOf(x.Type()); k != KindNumber && k != KindNull {
			return errorf(n, "operator %s has %s on its left and %s on its right; both must be numbers", n.Op, n.X.Type(), n.Y.Type())
		}
	}
	settleAll(both, t)
	return nil
}

// comparable demands nodes of one kind and types the Null() and dates among them.
func comparable(at Node, what string, nodes []Node) error {
	t, misfit := commonOf(nodes)
	if misfit != nil {
		return errorf(at, "%s compares %s (%s) with %s (%s)", what, KindOf(t), t, KindOf(misfit.Type()), misfit.Type())
	}
	settleAll(nodes, t)
	dateLiterals(nodes)
	return nil
}

// in checks x IN (list). ! binds to x alone, which says nothing of a text: there it
// denies the whole test, as NOT does.
func (c *checker) in(n *In) (Node, error) {
	if not, ok := n.X.(*Unary); ok && not.Op == Not {
		if x, err := c.node(not.X); err == nil && KindOf(x.Type()) == KindText {
			return c.unary(&Unary{base: n.base, Op: Not, X: &In{base: n.base, X: not.X, List: n.List, Not: n.Not}})
		}
	}
	all, err := c.nodes(append([]Node{n.X}, n.List...))
	if err != nil {
		return nil, err
	}
	m := &In{base: n.base, X: all[0], List: all[1:], Not: n.Not}
	m.Typ = record.Bool
	return m, comparable(n, "operator IN", all)
}

func (c *checker) conditional(n *If) (Node, error) {
	m := &If{base: n.base, Arms: make([]Arm, len(n.Arms))}
	var results []Node
	for i, a := range n.Arms {
		cond, err := c.node(a.Cond)
		if err == nil {
			err = condition("IF", cond)
		}
		if err != nil {
			return nil, err
		}
		then, err := c.node(a.Then)
		if err != nil {
			return nil, err
		}
		m.Arms[i] = Arm{cond, then}
		results = append(results, then)
	}
	var err error
	if m.Else, err = c.node(n.Else); err != nil {
		return nil, err
	}
	results = append(results, m.Else)
	m.Typ, err = oneKind("IF", results)
	return m, err
}

// condition demands a number, which is true where it is neither 0 nor Null.
func condition(what string, n Node) error {
	if k := KindOf(n.Type()); k != KindNumber && k != KindNull {
		return errorf(n, "the condition of %s must be true or false, not %s (%s)", what, k, n.Type())
	}
	settle(n, record.Bool)
	return nil
}

// oneKind returns the type that the alternative results of a construct have.
func oneKind(what string, results []Node) (record.Type, error) {
	t, misfit := commonOf(results)
	if misfit != nil {
		return t, errorf(misfit, "the results of %s must be of one kind: this is %s (%s), the ones before are %s (%s)",
			what, KindOf(misfit.Type()), misfit.Type(), KindOf(t), t)
	}
	settleAll(results, t)
	return t, nil
}

func (c *checker) call(n *Call) (Node, error) {
	f, ok := Lookup(n.Name)
	if !ok {
		return nil, errorf(n, "there is no function %s", n.Name)
	}
	args, err := c.nodes(n.Args)
	if err != nil {
		return nil, err
	}
	m := &Call{base: n.base, Name: f.Name, Args: args, Func: f}
	if len(args) < f.MinArgs || f.MaxArgs >= 0 && len(args) > f.MaxArgs {
		return nil, errorf(n, "%s takes %s, not %d: %s(%s)", f.Name, f.arity(), len(args), f.Name, f.Args)
	}
	if m.Typ, err = f.Result(args); err != nil {
		if _, placed := err.(*Error); !placed {
			err = errorf(n, "%s: %v", f.Name, err)
		}
		return nil, err
	}
	if now, ok := c.now(m); ok {
		return now, nil
	}
	return m, nil
}
