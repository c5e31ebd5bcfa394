package expr

import (
	"fmt"
	"strconv"
	"strings"
)

// symbols are the operators as they are printed.
var symbols = [...]string{
	Neg: "-", Not: "!", Add: "+", Sub: "-", Mul: "*", Div: "/",
	Lt: "<", Le: "<=", Gt: ">", Ge: ">=", Eq: "=", Ne: "!=", And: "AND", Or: "OR",
}

// String prints the operator's symbol.
func (o Op) String() string {
	if int(o) < len(symbols) && o > 0 {
		return symbols[o]
	}
	return fmt.Sprintf("Op(%d)", uint8(o))
}

// printLevel is how tightly the printed form of n holds together.
func printLevel(n Node) int {
	switch n := n.(type) {
	case *Binary:
		return n.Op.level()
	case *In:
		return levelOrder
	case *Unary:
		return levelUnary
	}
	return levelPrimary
}

// printer writes a tree as source.
type printer struct{ strings.Builder }

// at writes n, in parentheses where it binds more loosely than level.
func (p *printer) at(n Node, level int) {
	if printLevel(n) < level {
		p.WriteByte('(')
		p.node(n)
		p.WriteByte(')')
		return
	}
	p.node(n)
}

// node writes n without parentheses around it.
func (p *printer) node(n Node) {
	switch n := n.(type) {
	case *Number:
		p.WriteString(numberSource(n))
	case *Text:
		p.WriteString(Quote(n.Value))
	case *Bool:
		p.WriteString(map[bool]string{true: "True", false: "False"}[n.Value])
	case *Field:
		p.WriteString(fieldSource(n))
	case *Constant:
		p.WriteString("[" + n.Namespace + "." + n.Name + "]")
	case *Variable:
		p.WriteString("[" + n.Namespace + "." + n.Name + "]")
	case *Unary:
		p.WriteString(n.Op.String())
		p.at(n.X, levelUnary)
	case *Binary:
		p.binary(n)
	case *In:
		p.at(n.X, levelOrder)
		if n.Not {
			p.WriteString(" NOT")
		}
		p.WriteString(" IN (")
		p.list(n.List)
	case *If:
		p.conditional(n)
	case *Call:
		p.WriteString(n.Name + "(")
		p.list(n.Args)
	}
}

// binary writes x op y. Parentheses between AND and OR are kept, for readers
// and because Mixed depends on them.
func (p *printer) binary(n *Binary) {
	left := n.Op.level()
	if x, ok := n.X.(*Binary); ok && left == levelLogic && x.Op != n.Op && !n.Mixed {
		left++
	}
	p.at(n.X, left)
	p.WriteString(" " + n.Op.String() + " ")
	p.at(n.Y, n.Op.level()+1)
}

// list writes the items and the closing parenthesis.
func (p *printer) list(items []Node) {
	for i, n := range items {
		if i > 0 {
			p.WriteString(", ")
		}
		p.node(n)
	}
	p.WriteByte(')')
}

// conditional writes an IF; it ends with ENDIF, so it needs no parentheses.
func (p *printer) conditional(n *If) {
	for i, a := range n.Arms {
		if i > 0 {
			p.WriteString(" ELSE")
		}
		p.WriteString("IF ")
		p.node(a.Cond)
		p.WriteString(" THEN ")
		p.node(a.Then)
	}
	p.WriteString(" ELSE ")
	p.node(n.Else)
	p.WriteString(" ENDIF")
}

// numberSource prints a number so that it is read back with the same IsInt.
func numberSource(n *Number) string {
	if n.IsInt {
		return strconv.FormatInt(n.Int, 10)
	}
	s := strconv.FormatFloat(n.Value, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// fieldSource prints a field in brackets.
func fieldSource(f *Field) string {
	if off, _, ok := rowOffset(f.Name); f.Row != 0 || ok && off != 0 {
		return fmt.Sprintf("[Row%+d:%s]", f.Row, f.Name)
	}
	return "[" + f.Name + "]"
}

// Quote prints s as a string literal. The language has no escapes, so a text
// with both kinds of quotes becomes a sum of literals in parentheses.
func Quote(s string) string {
	if !strings.Contains(s, `"`) {
		return `"` + s + `"`
	}
	if !strings.Contains(s, "'") {
		return "'" + s + "'"
	}
	parts := strings.SplitAfter(s, `"`)
	var b strings.Builder
	b.WriteByte('(')
	for i, part := range parts {
		if i > 0 {
			b.WriteString(" + ")
		}
		text, quoted := strings.CutSuffix(part, `"`)
		b.WriteString(`"` + text + `"`)
		if quoted {
			b.WriteString(` + '"'`)
		}
	}
	b.WriteByte(')')
	return b.String()
}

// source prints a tree.
func source(n Node) string {
	var p printer
	p.node(n)
	return p.String()
}

func (n *Number) String() string   { return source(n) }
func (n *Text) String() string     { return source(n) }
func (n *Bool) String() string     { return source(n) }
func (n *Field) String() string    { return source(n) }
func (n *Constant) String() string { return source(n) }
func (n *Variable) String() string { return source(n) }
func (n *Unary) String() string    { return source(n) }
func (n *Binary) String() string   { return source(n) }
func (n *In) String() string       { return source(n) }
func (n *If) String() string       { return source(n) }
func (n *Call) String() string     { return source(n) }
