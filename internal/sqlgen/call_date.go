package sqlgen

import (
	"fmt"

	"kickoff/expr"
	"kickoff/record"
)

// datePart renders a part of a date that is known to be one.
func datePart(part string, ofDay bool) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		switch {
		case a[0].typ == record.DateTime, a[0].typ == record.Date && ofDay:
		case a[0].typ == record.Date:
			if !a[0].notNull {
				return value{}, nil
			}
			return intLiteralValue(0), nil
		default:
			return value{}, nil
		}
		return value{sql: part + "(" + a[0].sql + ")", typ: record.Int64, max: 9999, notNull: a[0].notNull}, nil
	}
}

// dateTimeAdd renders days added to a Date, where they stay within the years
// that dates have; other units are left to Go.
func dateTimeAdd(e exprs, n *expr.Call, a []value) (value, error) {
	days, ok := a[1].count()
	if !ok || a[0].typ != record.Date || !a[0].simple() || !a[2].lit || n.Type() != record.Date || days > 1e6 || days < -1e6 {
		return value{}, nil
	}
	u, err := expr.ParseUnit(a[2].str)
	if err != nil || u.Days != 1 {
		return value{}, nil
	}
	call, err := e.inGo(n, a)
	if err != nil {
		return value{}, err
	}
	// Near the ends the function in Go reports what lies beyond them.
	low, high := "DATE '1400-01-01'", "DATE '9999-12-31'"
	if days < 0 {
		low += fmt.Sprintf(" + %d", -days)
	} else {
		high += fmt.Sprintf(" - %d", days)
	}
	return value{sql: fmt.Sprintf("CASE WHEN %s NOT BETWEEN %s AND %s THEN %s ELSE %s + %s END", a[0].sql, low, high, call.sql, a[0].sql, Int(days)), typ: record.Date}, nil
}

// dateTimeDiff renders the days between two Dates.
func dateTimeDiff(e exprs, n *expr.Call, a []value) (value, error) {
	if a[0].typ != record.Date || a[1].typ != record.Date || !a[2].lit {
		return value{}, nil
	}
	u, err := expr.ParseUnit(a[2].str)
	if err != nil || u.Days != 1 {
		return value{}, nil
	}
	return value{sql: "(" + a[0].sql + " - " + a[1].sql + ")", typ: record.Int64, max: 1 << 23, notNull: a[0].notNull && a[1].notNull}, nil
}
