package expr

import "kickoff/record"

// Span is a place in the source, in bytes from its start.
type Span struct{ Start, End int }

// Node is a node of the syntax tree: *Number, *Text, *Bool, *Field, *Constant,
// *Variable, *Unary, *Binary, *In, *If or *Call. The set is closed. Trees are not changed
// after Check returned them, so several goroutines may read one.
type Node interface {
	// Pos is where the node stands in the source.
	Pos() Span
	// Type is the node's type as Check found it; Invalid before, and for a
	// Null() that nothing gives a type.
	Type() record.Type
	// String prints source that parses to the same tree.
	String() string
	node()
}

// base holds what every node has.
type base struct {
	Span Span
	Typ  record.Type
}

// Pos is where the node stands in the source.
func (b *base) Pos() Span { return b.Span }

// Type is the type that Check found.
func (b *base) Type() record.Type { return b.Typ }

func (*base) node() {}

// Number is a numeric literal. IsInt says that it was written without point
// and exponent and lies within Int64; Int is then its value. Its type is Int64
// where IsInt, else Double.
type Number struct {
	base
	Value float64
	Int   int64
	IsInt bool
}

// Text is a string literal, without its quotes. Its type is V_WString, but
// Date, Time or DateTime where Check found it compared with a value of such a
// type and the text is one in ISO form.
type Text struct {
	base
	Value string
}

// Bool is True or False.
type Bool struct {
	base
	Value bool
}

// Field is a field of the record, or of a record Row places after (before, if
// negative) the current one: [Name], Name, [Row-1:Name].
type Field struct {
	base
	Name string
	Row  int
	// Index is the field's position in the schema that Check was given, or -1.
	Index int
}

// Constant is [Engine.X], [User.X] or [Question.X]. Check replaces it by a
// literal, or by a Variable.
type Constant struct {
	base
	Namespace, Name string
}

// Variable is a constant that has another value each time the tree is computed,
// while all else stays as it is: the number of a loop's run. Its type is Int64.
type Variable struct {
	base
	Namespace, Name string
	// Value changes between two computations, never during one.
	Value *int64
}

// Op is an operator.
type Op uint8

// The operators.
const (
	Neg Op = iota + 1 // unary -
	Not               // ! and NOT
	Add
	Sub
	Mul
	Div
	Lt
	Le
	Gt
	Ge
	Eq // = and ==
	Ne // != and <>
	And
	Or
)

// Unary is -x or !x.
type Unary struct {
	base
	Op Op
	X  Node
}

// Binary is x op y. Its type is Bool for comparisons, AND and OR; V_WString for
// a + of texts; Double for arithmetic, since the language computes in doubles.
type Binary struct {
	base
	Op   Op
	X, Y Node
	// Mixed says that this AND follows an OR, or the reverse, with no
	// parentheses between them: legal, grouped from the left, and rarely meant.
	Mixed bool
}

// In is x IN (list) or x NOT IN (list).
type In struct {
	base
	X    Node
	List []Node
	Not  bool
}

// If is IF .. THEN .. ELSEIF .. ELSE .. ENDIF: the first arm whose condition is
// true, else Else. IIF and Switch are calls.
type If struct {
	base
	Arms []Arm
	Else Node
}

// Arm is one condition of an If with its result.
type Arm struct{ Cond, Then Node }

// Call is a function call. Func is set by Check.
type Call struct {
	base
	Name string
	Args []Node
	Func *Function
}

// FieldAt returns a checked reference to the field at a position of a schema;
// tools use it to build trees of their own.
func FieldAt(s record.Schema, i int) *Field {
	return &Field{base: base{Typ: s[i].Type}, Name: s[i].Name, Index: i}
}

// Children returns the nodes directly below n, in the order of the source.
func Children(n Node) []Node {
	switch n := n.(type) {
	case *Number, *Text, *Bool, *Field, *Constant, *Variable:
		return nil
	case *Unary:
		return []Node{n.X}
	case *Binary:
		return []Node{n.X, n.Y}
	case *In:
		return append([]Node{n.X}, n.List...)
	case *If:
		var c []Node
		for _, a := range n.Arms {
			c = append(c, a.Cond, a.Then)
		}
		return append(c, n.Else)
	case *Call:
		return n.Args
	}
	panic("expr: a node of unknown type")
}

// Walk calls visit for n and every node below it, a parent before its children.
// It does not go below a node for which visit returns false.
func Walk(n Node, visit func(Node) bool) {
	if !visit(n) {
		return
	}
	for _, c := range Children(n) {
		Walk(c, visit)
	}
}

// Error is what is wrong with an expression, and where.
type Error struct {
	Span Span
	Msg  string
}

func (e *Error) Error() string { return e.Msg }
