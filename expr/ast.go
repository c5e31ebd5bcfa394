// Package expr is the expression language of workflow documents: lexer, parser,
// syntax tree, type checker, printer and the table of functions.
//
// The language is set down in the formula reference: strings have no escapes,
// names ignore case, AND and OR bind equally and group from the left, and
// fields may be named without brackets. A tree prints as source that parses to
// the same tree.
package expr

import "kickoff/record"

// Span is a place in the source, in bytes from its start.
type Span struct{ Start, End int }

// Node is a node of the syntax tree: *Number, *Text, *Bool, *Field, *Constant,
// *Unary, *Binary, *In, *If or *Call. The set is closed.
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

// Number is a numeric literal. IsInt says that it is integral and within Int64.
type Number struct {
	base
	Value float64
	Int   int64
	IsInt bool
}

// Text is a string literal, without its quotes.
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

// Constant is [Engine.X], [User.X] or [Question.X]. Check replaces it by a literal.
type Constant struct {
	base
	Namespace, Name string
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

// Binary is x op y.
type Binary struct {
	base
	Op   Op
	X, Y Node
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

// Error is what is wrong with an expression, and where.
type Error struct {
	Span Span
	Msg  string
}

func (e *Error) Error() string { return e.Msg }
