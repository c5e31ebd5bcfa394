package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind classifies a token.
type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokNumber
	tokText  // a string literal, text without its quotes
	tokField // [name], text without the brackets
	tokName  // keyword, function or bare field
	tokOp    // operator or punctuation
)

// token is a lexical element. text is as written but for quotes and brackets.
type token struct {
	kind tokenKind
	text string
	span Span
}

// is reports whether the token is the operator or punctuation op.
func (t token) is(op string) bool { return t.kind == tokOp && t.text == op }

// isWord reports whether the token is the keyword w, in any case.
func (t token) isWord(w string) bool { return t.kind == tokName && strings.EqualFold(t.text, w) }

// describe names the token in messages.
func (t token) describe() string {
	switch t.kind {
	case tokEOF:
		return "the end of the expression"
	case tokText:
		return "a text"
	case tokField:
		return "[" + t.text + "]"
	}
	return `"` + t.text + `"`
}

// operators lists the operators and punctuation, longer ones first.
var operators = [...]string{
	"&&", "||", "==", "!=", "<>", "<=", ">=",
	"+", "-", "*", "/", "<", ">", "=", "!", "(", ")", ",",
}

// lexer cuts the source into tokens (formula reference, section 1).
type lexer struct {
	src string
	pos int
}

// fail returns an error that covers the source from start to the current place.
func (l *lexer) fail(start int, msg string) error {
	return &Error{Span{start, l.pos}, msg}
}

// skip passes white space and comments.
func (l *lexer) skip() error {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		switch {
		case strings.HasPrefix(rest, "//"):
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				l.pos += i + 1
			} else {
				l.pos = len(l.src)
			}
		case strings.HasPrefix(rest, "/*"):
			i := strings.Index(rest[2:], "*/")
			if i < 0 {
				start := l.pos
				l.pos = len(l.src)
				return l.fail(start, "a comment /* has no end */")
			}
			l.pos += i + 4
		default:
			r, n := utf8.DecodeRuneInString(rest)
			if !unicode.IsSpace(r) && r != '\uFEFF' {
				return nil
			}
			l.pos += n
		}
	}
	return nil
}

// next returns the next token.
func (l *lexer) next() (token, error) {
	if err := l.skip(); err != nil {
		return token{}, err
	}
	start := l.pos
	if start == len(l.src) {
		return token{kind: tokEOF, span: Span{start, start}}, nil
	}
	rest := l.src[start:]
	c := rest[0]
	switch {
	case c == '"' || c == '\'':
		return l.delimited(tokText, c, "a text has no closing quote")
	case c == '[':
		return l.delimited(tokField, ']', "a field name has no closing bracket ]")
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		l.pos += numberLen(rest)
		return token{tokNumber, l.src[start:l.pos], Span{start, l.pos}}, nil
	}
	if n := nameLen(rest); n > 0 {
		l.pos += n
		return token{tokName, rest[:n], Span{start, l.pos}}, nil
	}
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			l.pos += len(op)
			return token{tokOp, op, Span{start, l.pos}}, nil
		}
	}
	if end := strings.IndexByte(rest[1:], '%'); c == '%' && end > 0 && isConstant(rest[1:1+end]) {
		l.pos += end + 2
		return token{}, l.fail(start, "the constant "+rest[:end+2]+" has no value")
	}
	r, n := utf8.DecodeRuneInString(rest)
	l.pos += n
	return token{}, l.fail(start, "unexpected character "+string(r))
}

// isConstant reports whether s reads as the name between the percent signs of a
// constant, which is replaced in the configuration before it is parsed.
func isConstant(s string) bool {
	space, _, ok := strings.Cut(s, ".")
	for _, n := range namespaces {
		if ok && strings.EqualFold(space, n) {
			return true
		}
	}
	return false
}

// delimited reads a token up to the byte end. Nothing escapes it.
func (l *lexer) delimited(kind tokenKind, end byte, unclosed string) (token, error) {
	start := l.pos
	i := strings.IndexByte(l.src[start+1:], end)
	if i < 0 {
		l.pos = len(l.src)
		return token{}, l.fail(start, unclosed)
	}
	l.pos = start + i + 2
	return token{kind, l.src[start+1 : l.pos-1], Span{start, l.pos}}, nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digits counts the digits that s starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// numberLen is the length of the number that s starts with: 12, 1.5, .5, 1e-6.
// An e that no digits follow is not part of it.
func numberLen(s string) int {
	n := digits(s)
	if n < len(s) && s[n] == '.' {
		n += 1 + digits(s[n+1:])
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if d := digits(s[min(e, len(s)):]); d > 0 {
			n = e + d
		}
	}
	return n
}

// nameLen is the length of the bare name that s starts with: letters, digits
// and _, not starting with a digit.
func nameLen(s string) int {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.Is(unicode.M, r)) {
			return i
		}
	}
	return len(s)
}
