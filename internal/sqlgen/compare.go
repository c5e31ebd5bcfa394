package sqlgen

import (
	"strings"

	"kickoff/expr"
	"kickoff/record"
)

// matchTypes brings the sides of a comparison to one representation: whole
// numbers as they are, other numbers to DOUBLE, dates to dates where both are,
// else to text.
func matchTypes(x, y value) (value, value) {
	switch {
	case x.typ == record.Invalid || y.typ == record.Invalid:
		return x, y
	case x.typ == record.Bool && y.typ == record.Bool:
		return x, y
	case x.integral() && y.integral():
		return x.unbool(), y.unbool()
	case expr.KindOf(x.typ) == expr.KindNumber:
		return x.double(), y.double()
	case x.typ == y.typ || x.isText() && y.isText():
		return x, y
	case x.typ.IsDate() && y.typ.IsDate() && x.typ != record.Time && y.typ != record.Time:
		return x.as(record.DateTime), y.as(record.DateTime)
	}
	return x.text(), y.text()
}

// unbool brings a Bool to a number, and leaves integers.
func (v value) unbool() value {
	if v.typ != record.Bool {
		return v
	}
	if v.lit {
		return intLiteralValue(int64(v.num))
	}
	v.sql, v.typ = "CAST("+v.sql+" AS SMALLINT)", record.Int16
	return v
}

// compare renders a comparison as a condition (formula reference, section 2,
// null semantics): Null equals Null and nothing else, and is neither less nor
// greater than anything. Texts compare without case, as the vendor's page of
// operators says of all of them.
func compare(op expr.Op, x, y value) value {
	if x.typ == record.Invalid || y.typ == record.Invalid {
		return compareNull(op, x, y)
	}
	x, y = matchTypes(x, y)
	equality := op == expr.Eq || op == expr.Ne
	if equality && y.isText() && x.lit {
		x, y = y, x
	}
	if equality && sameLength(x, y) {
		return compareWord(op, x, y)
	}
	if x.isText() && !(equality && (caseless(x) || caseless(y))) && !(plainOrder(x) || plainOrder(y)) {
		x, y = fold(x), fold(y)
	}
	return compareExactly(op, x, y)
}

// fold renders text in lower case.
func fold(v value) value {
	if v.lit {
		return textLiteral(strings.ToLower(v.str))
	}
	v.sql = "lower(" + v.sql + ")"
	return v
}

// sameLength reports whether a text, whatever the case of its letters, is as many
// bytes as a literal where the two are equal. It is so for Latin-1.
func sameLength(x, y value) bool {
	return x.isText() && !x.lit && x.latin && x.simple() && y.lit && y.isText() && y.latin && y.str != "" && !caseless(y)
}

// compareWord renders equality of such a text and literal. Most texts are told by
// their length or are written like the literal, and need not be put in lower case.
func compareWord(op expr.Op, x, y value) value {
	low := fold(y)
	sql := "CASE WHEN " + x.sql + " = " + y.sql + " THEN true WHEN strlen(" + x.sql + ") = " + Int(int64(len(low.str))) +
		" THEN lower(" + x.sql + ") = " + low.sql + " ELSE false END"
	if op == expr.Ne {
		sql = "NOT " + sql
	}
	return boolean("("+sql+")", true)
}

// caseless reports whether v is a literal without letters, for which it makes no
// difference whether equality looks at case.
func caseless(v value) bool {
	return v.lit && v.isText() && strings.ToLower(v.str) == v.str && strings.ToUpper(v.str) == v.str
}

// compareExactly compares values of one representation, texts by code point.
func compareExactly(op expr.Op, x, y value) value {
	both := x.notNull && y.notNull
	switch op {
	case expr.Eq:
		if x.notNull || y.notNull {
			return boolean("("+x.sql+" = "+y.sql+")", both)
		}
		return boolean("("+x.sql+" IS NOT DISTINCT FROM "+y.sql+")", true)
	case expr.Ne:
		if both {
			return boolean("("+x.sql+" <> "+y.sql+")", true)
		}
		return boolean("("+x.sql+" IS DISTINCT FROM "+y.sql+")", true)
	}
	less := order(op, x, y)
	if (op == expr.Le || op == expr.Ge) && !x.notNull && !y.notNull {
		return boolean("coalesce("+less+", "+x.sql+" IS NULL AND "+y.sql+" IS NULL)", true)
	}
	return boolean(less, both)
}

// order renders <, <=, > and >=.
func order(op expr.Op, x, y value) string {
	sign := map[expr.Op]string{expr.Lt: "<", expr.Le: "<=", expr.Gt: ">", expr.Ge: ">="}[op]
	return "(" + x.sql + " " + sign + " " + y.sql + ")"
}

// plainOrder reports whether case plays no part in comparing with a literal: all
// of its characters stand before the letters.
func plainOrder(v value) bool {
	return v.lit && v.isText() && strings.IndexFunc(v.str, func(r rune) bool { return r >= 'A' }) < 0
}

// compareNull compares with a Null() in the expression.
func compareNull(op expr.Op, x, y value) value {
	if x.typ == record.Invalid {
		x = y
	}
	if x.typ == record.Invalid { // both
		switch op {
		case expr.Eq, expr.Le, expr.Ge:
			return boolean("true", true)
		}
		return boolean("false", true)
	}
	switch op {
	case expr.Eq, expr.Le, expr.Ge:
		return boolean("("+x.sql+" IS NULL)", true)
	case expr.Ne:
		return boolean("("+x.sql+" IS NOT NULL)", true)
	}
	return boolean("false", true)
}
