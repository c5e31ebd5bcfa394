package expr

import "kickoff/record"

// Kind is what a value is while an expression is evaluated: the language knows
// numbers, texts and objects. Dates are texts in ISO form and Bool is a number.
type Kind uint8

// The kinds. KindNull is a Null() that fits any other kind.
const (
	KindNull Kind = iota
	KindNumber
	KindText
	KindObject // Blob and SpatialObj
)

// String names the kind for messages.
func (k Kind) String() string {
	return [...]string{"Null", "a number", "text", "an object"}[k]
}

// KindOf returns the kind of values of a type.
func KindOf(t record.Type) Kind {
	switch {
	case t == record.Invalid:
		return KindNull
	case t == record.Bool || t.IsNumeric():
		return KindNumber
	case t.IsString() || t.IsDate():
		return KindText
	}
	return KindObject
}

// common returns the type that holds values of both types, which must be of one
// kind. Equal types stay; integers widen to Int64, other numbers to Double;
// texts, and dates of different types, become V_WString.
func common(a, b record.Type) (record.Type, bool) {
	switch {
	case a == b || b == record.Invalid:
		return a, true
	case a == record.Invalid:
		return b, true
	case KindOf(a) != KindOf(b) || KindOf(a) == KindObject:
		return record.Invalid, false
	case KindOf(a) == KindText:
		return record.VWString, true
	case integral(a) && integral(b):
		return record.Int64, true
	}
	return record.Double, true
}

// integral reports whether values of t are whole numbers; Bool counts as 0 and 1.
func integral(t record.Type) bool { return t == record.Bool || t.IsInteger() }

// commonOf is common over the types of nodes. It returns the first node that
// does not fit those before it.
func commonOf(nodes []Node) (t record.Type, misfit Node) {
	for _, n := range nodes {
		next, ok := common(t, n.Type())
		if !ok {
			return t, n
		}
		t = next
	}
	return t, nil
}

// settle gives the type t to a Null() and to what passes a Null() on. It is
// called on trees that the checker has just made.
func settle(n Node, t record.Type) {
	if n.Type() != record.Invalid || t == record.Invalid {
		return
	}
	switch n := n.(type) {
	case *Call:
		n.Typ = t
		for _, a := range n.Args {
			settle(a, t)
		}
	case *If:
		n.Typ = t
		for _, a := range n.Arms {
			settle(a.Then, t)
		}
		settle(n.Else, t)
	}
}

// settleAll gives every Null() among the nodes the type t.
func settleAll(nodes []Node, t record.Type) {
	for _, n := range nodes {
		settle(n, t)
	}
}

// dateLiterals gives text literals in ISO form the type of what they say, where
// one of the compared nodes is a date: [Day] > "2020-01-01" compares dates.
func dateLiterals(nodes []Node) {
	var day, clock bool
	for _, n := range nodes {
		t := n.Type()
		day = day || t == record.Date || t == record.DateTime
		clock = clock || t == record.Time
	}
	for _, n := range nodes {
		text, ok := n.(*Text)
		if !ok {
			continue
		}
		t := LiteralDate(text.Value)
		if (t == record.Time) == clock && t != record.Invalid && (day || clock) {
			text.Typ = t
		}
	}
}

// LiteralDate returns Date, Time or DateTime where s is text of that form,
// YYYY-MM-DD, HH:MM:SS or both with a space between, and Invalid elsewhere.
// It checks months against 12 and days against the length of their month.
func LiteralDate(s string) record.Type {
	day := isDay(s)
	switch {
	case len(s) == 10 && day:
		return record.Date
	case len(s) == 19 && day && s[10] == ' ' && isClock(s[11:]):
		return record.DateTime
	case len(s) == 8 && isClock(s):
		return record.Time
	}
	return record.Invalid
}

// two reads two digits of s, or returns 99.
func two(s string) int {
	if !isDigit(s[0]) || !isDigit(s[1]) {
		return 99
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}

// isDay reports whether s starts with a day of the years 1400 to 9999.
func isDay(s string) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	c, y, m, d := two(s), two(s[2:]), two(s[5:]), two(s[8:])
	if c == 99 && s[:2] != "99" || y == 99 && s[2:4] != "99" || c < 14 || m < 1 || m > 12 || d < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if year := c*100 + y; m == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days++
	}
	return d <= days
}

// isClock reports whether s is HH:MM:SS.
func isClock(s string) bool {
	return s[2] == ':' && s[5] == ':' && two(s) < 24 && two(s[3:]) < 60 && two(s[6:]) < 60
}
