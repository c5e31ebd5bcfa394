//go:build cgo

package duckdb

import (
	"fmt"
	"math/rand/v2"
)

// generator makes expressions over the fields of people.
type generator struct{ *rand.Rand }

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) any(depth int) string {
	switch g.IntN(4) {
	case 0:
		return g.number(depth)
	case 1:
		return g.text(depth)
	case 2:
		return g.date(depth)
	}
	return g.truth(depth)
}

func (g *generator) number(depth int) string {
	if depth == 0 || g.IntN(5) == 0 {
		return g.pick("[byte]", "[i16]", "[i32]", "[i64]", "[x]", "[y]", "[dec]", "[n]", "[flag]", "0", "1", "2", "3", "10", "0.5", "-1", "1e3", "2.25")
	}
	n, t := func() string { return g.number(depth - 1) }, func() string { return g.text(depth - 1) }
	switch g.IntN(24) {
	case 0:
		return "(" + n() + " + " + n() + ")"
	case 1:
		return "(" + n() + " - " + n() + ")"
	case 2:
		return "(" + n() + " * " + n() + ")"
	case 3:
		return "(" + n() + " / " + n() + ")"
	case 4:
		return "-" + n()
	case 5:
		return "IF " + g.truth(depth-1) + " THEN " + n() + " ELSE " + n() + " ENDIF"
	case 6:
		return "Length(" + t() + ")"
	case 7:
		return "ToNumber(" + t() + ")"
	case 8:
		return "FindString(" + t() + ", " + g.pick("'a'", "'b'", "''", "[u]") + ")"
	case 9:
		return "Round(" + n() + ", " + g.pick("1", "0.1", "0.01", "10", "0.25", "[n]") + ")"
	case 10:
		return "Mod(" + n() + ", " + g.pick("2", "3", "-4", "0", "[n]", "2.5") + ")"
	case 11:
		return "Abs(" + n() + ")"
	case 12:
		return g.pick("Floor", "Ceil") + "(" + n() + ")"
	case 13:
		return g.pick("Max", "Min") + "(" + n() + ", " + n() + ")"
	case 14:
		return "Switch(" + n() + ", " + n() + ", " + n() + ", " + n() + ")"
	case 15:
		return "Coalesce(" + n() + ", " + n() + ")"
	case 16:
		return g.pick("DateTimeYear", "DateTimeMonth", "DateTimeDay", "DateTimeHour", "DateTimeMinutes", "DateTimeSeconds") + "(" + g.date(depth-1) + ")"
	case 17:
		return "DateTimeDiff(" + g.date(depth-1) + ", " + g.date(depth-1) + ", " + g.pick("'days'", "'months'", "'hours'") + ")"
	case 18:
		return "IIF(" + g.truth(depth-1) + ", " + n() + ", Null())"
	case 19:
		return "Bound(" + n() + ", 1, 5)"
	case 20:
		return "REGEX_CountMatches(" + t() + ", " + g.pattern() + ")"
	case 21:
		return "Average(" + n() + ", " + n() + ")"
	case 22:
		return "CountWords(" + t() + ")"
	}
	return "Sqrt(" + n() + ")"
}

func (g *generator) pattern() string {
	return g.pick(`"[a-c]"`, `"\d+"`, `"b|ä"`, `"(.)\1"`, `"^a"`, `"x*"`, `"\w+\s"`, `"\b\w"`, `"[^\w\s]"`, `"([[:alpha:]])(\w)?"`, `"\S*$"`)
}

func (g *generator) text(depth int) string {
	if depth == 0 || g.IntN(5) == 0 {
		return g.pick("[s]", "[t]", "[u]", "[iso]", "'a'", "'B'", "''", "'ä'", "'abc'", "' '", `"it's"`)
	}
	t, n := func() string { return g.text(depth - 1) }, func() string { return g.number(depth - 1) }
	count := func() string { return g.pick("0", "1", "2", "5", "-1", "[n]", "1.7") }
	switch g.IntN(19) {
	case 0, 1:
		return "(" + t() + " + " + t() + ")"
	case 2:
		return g.pick("Left", "Right") + "(" + t() + ", " + count() + ")"
	case 3:
		return "Substring(" + t() + ", " + count() + ")"
	case 4:
		return "Substring(" + t() + ", " + count() + ", " + count() + ")"
	case 5:
		return "ToString(" + n() + ")"
	case 6:
		return "ToString(" + n() + ", 2)"
	case 7:
		return g.pick("Uppercase", "LowerCase", "TitleCase", "ReverseString") + "(" + t() + ")"
	case 8:
		return g.pick("Trim", "TrimLeft", "TrimRight") + "(" + t() + ")"
	case 9:
		return "Trim(" + t() + ", " + g.pick("'a'", "'ab '", "''", "[u]") + ")"
	case 10:
		return "Replace(" + t() + ", " + g.pick("'a'", "'b'", "''", "[u]") + ", " + g.pick("'x'", "''", "[s]", "Null()") + ")"
	case 11:
		return "ReplaceChar(" + t() + ", " + g.pick("'ab'", "'.,;'", "[u]") + ", " + g.pick("'_'", "''", "[s]") + ")"
	case 12:
		return g.pick("PadLeft", "PadRight") + "(" + t() + ", " + g.pick("5", "[n]", "0") + ", " + g.pick("'0'", "'ö'", "''") + ")"
	case 13:
		return "IF " + g.truth(depth-1) + " THEN " + t() + " ELSEIF " + g.truth(depth-1) + " THEN " + t() + " ELSE " + t() + " ENDIF"
	case 14:
		return "Coalesce(" + t() + ", " + t() + ")"
	case 15:
		return "REGEX_Replace(" + t() + ", " + g.pattern() + ", " + g.pick("'-'", "''", `"$1"`, `"<$2\1>"`) + ")"
	case 16:
		return "DateTimeFormat(" + g.date(depth-1) + ", '%d/%m/%Y')"
	case 17:
		return "GetWord(" + t() + ", " + count() + ")"
	}
	return fmt.Sprintf("IIF(%s, %s, Null())", g.truth(depth-1), t())
}

func (g *generator) date(depth int) string {
	if depth == 0 || g.IntN(3) == 0 {
		return g.pick("[d]", "[dt]", "[clock]", "[iso]", "'2020-02-29'", "'2020-02-29 01:02:03'", "DateTimeToday()", "DateTimeNow()")
	}
	switch g.IntN(5) {
	case 0, 1:
		return "DateTimeAdd(" + g.date(depth-1) + ", " + g.pick("1", "-40", "[n]", "400") + ", " + g.pick("'days'", "'months'", "'hours'", "'years'") + ")"
	case 2:
		return "DateTimeTrim(" + g.date(depth-1) + ", " + g.pick("'month'", "'year'", "'lastofmonth'", "'hour'") + ")"
	case 3:
		return g.pick("ToDate", "ToDateTime") + "(" + g.date(depth-1) + ")"
	}
	return "IF " + g.truth(depth-1) + " THEN " + g.date(depth-1) + " ELSE " + g.date(depth-1) + " ENDIF"
}

func (g *generator) truth(depth int) string {
	if depth == 0 || g.IntN(8) == 0 {
		return g.pick("[flag]", "True", "False", "[n]", "IsNull([s])", "[s] = 'abc'", "[x] > 0", "Null()")
	}
	op := g.pick("=", "!=", "<", "<=", ">", ">=")
	switch g.IntN(12) {
	case 0:
		return "(" + g.truth(depth-1) + " AND " + g.truth(depth-1) + ")"
	case 1:
		return "(" + g.truth(depth-1) + " OR " + g.truth(depth-1) + ")"
	case 2:
		return "!" + g.truth(depth-1)
	case 3:
		return "(" + g.number(depth-1) + " " + op + " " + g.number(depth-1) + ")"
	case 4:
		return "(" + g.text(depth-1) + " " + op + " " + g.text(depth-1) + ")"
	case 5:
		return "(" + g.date(depth-1) + " " + op + " " + g.date(depth-1) + ")"
	case 6:
		return g.text(depth-1) + g.pick(" IN ", " NOT IN ") + "('a', " + g.text(depth-1) + ", " + g.pick("'abc'", "Null()", "[u]") + ")"
	case 7:
		return g.number(depth-1) + g.pick(" IN ", " NOT IN ") + "(1, " + g.number(depth-1) + ", " + g.pick("7", "Null()", "[n]", "0.5") + ")"
	case 8:
		return g.pick("IsNull", "IsEmpty", "IsInteger", "IsNumber") + "(" + g.any(depth-1) + ")"
	case 9:
		return g.pick("Contains", "StartsWith", "EndsWith") + "(" + g.text(depth-1) + ", " + g.pick("'A'", "'b'", "''", "[u]", "Null()") + g.pick("", ", 0", ", 1") + ")"
	case 10:
		return "REGEX_Match(" + g.text(depth-1) + ", " + g.pattern() + ")"
	}
	return "Between(" + g.number(depth-1) + ", 0, 10)"
}
