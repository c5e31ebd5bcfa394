package expr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Limits that keep a hostile expression from exhausting the stack of whatever
// walks its tree. Real expressions stay far below.
const (
	maxNesting = 400  // parentheses, calls, IFs and unary operators inside each other
	maxHeight  = 4000 // levels of the tree, counting a chain a+b+c as one each
)

// The levels of precedence, weakest first. AND and OR are one level and group
// from the left, as the vendor's help says: C || B && A is (C || B) && A.
const (
	levelLogic = iota + 1
	levelEqual
	levelOrder // < <= > >= IN, NOT IN and the word NOT
	levelSum
	levelProduct
	levelUnary
	levelPrimary
)

// binaryOps maps the symbols of binary operators.
var binaryOps = map[string]Op{
	"+": Add, "-": Sub, "*": Mul, "/": Div, "<": Lt, "<=": Le, ">": Gt, ">=": Ge,
	"=": Eq, "==": Eq, "!=": Ne, "<>": Ne, "&&": And, "||": Or,
}

// level is the precedence of a binary operator.
func (o Op) level() int {
	switch o {
	case And, Or:
		return levelLogic
	case Eq, Ne:
		return levelEqual
	case Lt, Le, Gt, Ge:
		return levelOrder
	case Add, Sub:
		return levelSum
	case Mul, Div:
		return levelProduct
	}
	return levelUnary
}

// parser is a Pratt parser over one token of lookahead.
type parser struct {
	lex   lexer
	tok   token // the current token
	last  int   // where the token before ended
	depth int
	// height holds the levels of binary chains, which nest without recursion.
	height map[Node]int
	// grouped holds the trees that stood in parentheses, for Binary.Mixed.
	grouped map[Node]bool
}

// Parse reads an expression. Errors are *Error with the place.
func Parse(source string) (Node, error) {
	p := &parser{lex: lexer{src: source}, height: map[Node]int{}, grouped: map[Node]bool{}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokEOF {
		return nil, &Error{Span{0, len(source)}, "the expression is empty"}
	}
	n, err := p.expr(levelLogic)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokEOF {
		return nil, p.unexpected("an operator or the end of the expression")
	}
	return n, nil
}

// advance moves to the next token.
func (p *parser) advance() error {
	t, err := p.lex.next()
	if err != nil {
		return err
	}
	p.last, p.tok = p.tok.span.End, t
	return nil
}

// unexpected complains about the current token.
func (p *parser) unexpected(want string) error {
	return &Error{p.tok.span, fmt.Sprintf("%s where %s was expected", p.tok.describe(), want)}
}

// accept passes the punctuation op.
func (p *parser) accept(op string) error {
	if !p.tok.is(op) {
		return p.unexpected(`"` + op + `"`)
	}
	return p.advance()
}

// acceptWord passes the keyword w.
func (p *parser) acceptWord(w string) error {
	if !p.tok.isWord(w) {
		return p.unexpected(w)
	}
	return p.advance()
}

// enter and leave bound the recursion.
func (p *parser) enter() error {
	if p.depth++; p.depth > maxNesting {
		return &Error{p.tok.span, fmt.Sprintf("the expression is nested more than %d levels deep", maxNesting)}
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// raise notes that n stands above the nodes below, and bounds the tree's height.
func (p *parser) raise(n Node, below ...Node) error {
	h := p.height[n]
	for _, b := range below {
		h = max(h, p.height[b]+1)
	}
	if h > maxHeight {
		return &Error{Span{p.last, p.last}, fmt.Sprintf("the expression has more than %d operators inside each other", maxHeight)}
	}
	p.height[n] = h
	return nil
}

// expr reads an expression whose operators all bind at level min or tighter.
func (p *parser) expr(min int) (Node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	start := p.tok.span.Start
	x, err := p.operand()
	for err == nil {
		var next Node
		if next, err = p.infix(x, start, min); next == nil {
			break
		}
		x = next
	}
	return x, err
}

// infix extends x by one binary operator, or returns nil where none follows
// that binds at level min.
func (p *parser) infix(x Node, start, min int) (Node, error) {
	if p.tok.isWord("IN") || p.tok.isWord("NOT") {
		if levelOrder < min {
			return nil, nil
		}
		return p.in(x, start)
	}
	op, ok := p.binaryOp()
	if !ok || op.level() < min {
		return nil, nil
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	y, err := p.expr(op.level() + 1)
	if err != nil {
		return nil, err
	}
	b := &Binary{base: base{Span: Span{start, p.last}}, Op: op, X: x, Y: y}
	if l, ok := x.(*Binary); ok && op.level() == levelLogic && !p.grouped[x] {
		b.Mixed = l.Op.level() == levelLogic && (l.Op != op)
	}
	return b, p.raise(b, x, y)
}

// binaryOp returns the operator that the current token is.
func (p *parser) binaryOp() (Op, bool) {
	switch {
	case p.tok.isWord("AND"):
		return And, true
	case p.tok.isWord("OR"):
		return Or, true
	case p.tok.kind != tokOp:
		return 0, false
	}
	op, ok := binaryOps[p.tok.text]
	return op, ok
}

// in reads [NOT] IN (list) after x.
func (p *parser) in(x Node, start int) (Node, error) {
	n := &In{X: x}
	if p.tok.isWord("NOT") {
		n.Not = true
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if err := p.acceptWord("IN"); err != nil {
		return nil, err
	}
	list, err := p.list()
	if err != nil {
		return nil, err
	}
	n.List, n.Span = list, Span{start, p.last}
	if len(list) == 0 {
		return nil, &Error{n.Span, "the list of IN is empty"}
	}
	return n, p.raise(n, append(list, x)...)
}

// list reads a parenthesised list of expressions, which may be empty.
func (p *parser) list() ([]Node, error) {
	if err := p.accept("("); err != nil {
		return nil, err
	}
	var list []Node
	for !p.tok.is(")") {
		if len(list) > 0 {
			if err := p.accept(","); err != nil {
				return nil, err
			}
		}
		n, err := p.expr(levelLogic)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, p.advance()
}

// operand reads what an operator may stand before or after.
func (p *parser) operand() (Node, error) {
	t := p.tok
	switch t.kind {
	case tokNumber:
		return p.number()
	case tokText:
		return &Text{base: base{Span: t.span}, Value: t.text}, p.advance()
	case tokField:
		return fieldOf(t), p.advance()
	case tokName:
		return p.word()
	case tokOp:
		switch t.text {
		case "(":
			return p.group()
		case "-":
			return p.unary(Neg, levelUnary)
		case "!":
			return p.unary(Not, levelUnary)
		case "+": // changes nothing: DateTimeAdd([d], +1, "days")
			if err := p.advance(); err != nil {
				return nil, err
			}
			return p.expr(levelUnary)
		}
	}
	return nil, p.unexpected("a value")
}

// group reads a parenthesised expression; the tree does not show the parentheses.
func (p *parser) group() (Node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.expr(levelLogic)
	if err != nil {
		return nil, err
	}
	p.grouped[n] = true
	return n, p.accept(")")
}

// unary reads an operator and its operand, which extends over operators that
// bind at level or tighter. The word NOT stands at the level of comparisons,
// so NOT a < b is NOT (a < b), while !a < b is (!a) < b.
func (p *parser) unary(op Op, level int) (Node, error) {
	start := p.tok.span.Start
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.expr(level)
	if err != nil {
		return nil, err
	}
	n := &Unary{base: base{Span: Span{start, p.last}}, Op: op, X: x}
	return n, p.raise(n, x)
}

// number reads a numeric literal.
func (p *parser) number() (Node, error) {
	t := p.tok
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil || math.IsInf(v, 0) {
		return nil, &Error{t.span, "the number " + t.text + " is out of range"}
	}
	n := &Number{base: base{Span: t.span}, Value: v}
	if i, err := strconv.ParseInt(t.text, 10, 64); err == nil {
		n.Int, n.IsInt = i, true
	}
	return n, p.advance()
}

// keywords are the names that no bare field and no function can have.
var keywords = [...]string{"IF", "THEN", "ELSEIF", "ELSE", "ENDIF", "AND", "OR", "NOT", "IN", "TRUE", "FALSE"}

// word reads what starts with a bare name: a keyword's construct, a call, or a
// field without brackets, in this order (formula reference, section 1).
func (p *parser) word() (Node, error) {
	t := p.tok
	switch strings.ToUpper(t.text) {
	case "IF":
		return p.conditional()
	case "NOT":
		return p.unary(Not, levelOrder)
	case "TRUE", "FALSE":
		return &Bool{base: base{Span: t.span}, Value: strings.EqualFold(t.text, "TRUE")}, p.advance()
	}
	for _, k := range keywords {
		if t.isWord(k) {
			return nil, p.unexpected("a value")
		}
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.tok.is("(") {
		return &Field{base: base{Span: t.span}, Name: t.text, Index: -1}, nil
	}
	args, err := p.list()
	if err != nil {
		return nil, err
	}
	c := &Call{base: base{Span: Span{t.span.Start, p.last}}, Name: t.text, Args: args}
	return c, p.raise(c, args...)
}

// conditional reads IF c THEN t [ELSEIF c THEN t]* ELSE e ENDIF.
func (p *parser) conditional() (Node, error) {
	n := &If{base: base{Span: p.tok.span}}
	for len(n.Arms) == 0 || p.tok.isWord("ELSEIF") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		cond, err := p.expr(levelLogic)
		if err != nil {
			return nil, err
		}
		if err := p.acceptWord("THEN"); err != nil {
			return nil, err
		}
		then, err := p.expr(levelLogic)
		if err != nil {
			return nil, err
		}
		n.Arms = append(n.Arms, Arm{cond, then})
		if err := p.raise(n, cond, then); err != nil {
			return nil, err
		}
	}
	if err := p.acceptWord("ELSE"); err != nil {
		return nil, err
	}
	var err error
	if n.Else, err = p.expr(levelLogic); err != nil {
		return nil, err
	}
	if err := p.acceptWord("ENDIF"); err != nil {
		return nil, err
	}
	n.Span.End = p.last
	return n, p.raise(n, n.Else)
}

// namespaces are the kinds of constants that brackets may name.
var namespaces = [...]string{"Engine", "User", "Question"}

// fieldOf makes a field or a constant of a name in brackets.
func fieldOf(t token) Node {
	if off, name, ok := rowOffset(t.text); ok && off != 0 {
		return &Field{base: base{Span: t.span}, Name: name, Row: off, Index: -1}
	}
	if space, name, ok := strings.Cut(t.text, "."); ok {
		for _, s := range namespaces {
			if strings.EqualFold(space, s) {
				return &Constant{base: base{Span: t.span}, Namespace: s, Name: name}
			}
		}
	}
	return &Field{base: base{Span: t.span}, Name: t.text, Index: -1}
}

// rowOffset splits Row-1:Name into -1 and Name.
func rowOffset(s string) (offset int, name string, ok bool) {
	if len(s) < 3 || !strings.EqualFold(s[:3], "Row") {
		return 0, "", false
	}
	num, name, ok := strings.Cut(s[3:], ":")
	if !ok || num == "" || (num[0] != '+' && num[0] != '-') {
		return 0, "", false
	}
	offset, err := strconv.Atoi(num)
	return offset, name, err == nil
}
