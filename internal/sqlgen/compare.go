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
	v.sql, v.typ = "CAST("+v.sql+" AS TINYINT)", record.Int16
	return v
}

// compare renders a comparison as a condition (formula reference, section 2,
// null semantics): Null equals Null and nothing else, and is neither less nor
// greater than anything.
func compare(op expr.Op, x, y value) value {
	if x.typ == record.Invalid || y.typ == record.Invalid {
		return compareNull(op, x, y)
	}
	x, y = matchTypes(x, y)
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

// order renders <, <=, > and >=. Texts are compared without case first, and by
// code point where that leaves them equal.
func order(op expr.Op, x, y value) string {
	sign := map[expr.Op]string{expr.Lt: "<", expr.Le: "<=", expr.Gt: ">", expr.Ge: ">="}[op]
	if !x.isText() || plainOrder(x) || plainOrder(y) {
		return "(" + x.sql + " " + sign + " " + y.sql + ")"
	}
	lx, ly := "lower("+x.sql+")", "lower("+y.sql+")"
	return "CASE WHEN " + lx + " = " + ly + " THEN " + x.sql + " " + sign + " " + y.sql + " ELSE " + lx + " " + sign + " " + ly + " END"
}

// plainOrder reports whether case plays no part in comparing with a literal: all
// of its characters stand before the letters.
func plainOrder(v value) bool {
	return v.lit && v.isText() && strings.IndexFunc(v.str, func(r rune) bool { return r >= 'A' }) < 0
}

// compareNull compares with a Null() in the expression.
func compareNull(op expr.Op, x, y value) value {
	if x.typ == record.Invalid {
		x, y = y, x
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
