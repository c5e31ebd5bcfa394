package sqlgen

import (
	"fmt"
	"math"
	"strings"

	"kickoff/expr"
	"kickoff/record"
)

func number1(name string, x value) value {
	return value{sql: name + "(" + x.double().sql + ")", typ: record.Double, notNull: x.notNull}
}

func abs(e exprs, n *expr.Call, a []value) (value, error) {
	x := a[0]
	if x.small() {
		return value{sql: "abs(" + x.bigint() + ")", typ: record.Int64, max: x.max, notNull: x.notNull}, nil
	}
	return number1("abs", x), nil
}

// wholeNumber renders Ceil and Floor of one argument.
func wholeNumber(name string) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		switch {
		case len(a) > 1 || a[0].typ == record.Invalid:
			return value{}, nil
		case a[0].small():
			return a[0].unbool(), nil
		}
		return number1(name, a[0]), nil
	}
}

// round renders rounding to a literal step, half away from zero. It divides by the
// step, as fn.RoundTo does, and takes the result of a step like 0.01 to its decimals
// by a whole number, so that no noise comes of it.
func round(e exprs, n *expr.Call, a []value) (value, error) {
	if !a[1].lit || a[1].typ == record.Invalid || a[0].typ == record.Invalid {
		return value{}, nil
	}
	step, x := math.Abs(a[1].num), a[0].double()
	v := value{typ: record.Double, notNull: x.notNull}
	k := int(math.Round(math.Log10(step)))
	switch {
	case step == 0:
		return x, nil
	case step == 1:
		if a[0].small() {
			return a[0].unbool(), nil
		}
		v.sql = "round(" + x.sql + ")"
	case k < 0 && k >= -15 && step == 1/math.Pow10(-k):
		v.sql = fmt.Sprintf("(round(%s / %s) / %s)", x.sql, Double(step), Double(math.Pow10(-k)))
	default:
		v.sql = fmt.Sprintf("(round(%s / %s) * %s)", x.sql, Double(step), Double(step))
	}
	return v, nil
}

// mod renders the remainder of whole numbers; its sign is that of the first.
func mod(e exprs, n *expr.Call, a []value) (value, error) {
	d, ok := a[1].count()
	if !ok || d == 0 || d == -1 || !a[0].integral() || !a[1].integral() {
		return value{}, nil
	}
	return value{sql: fmt.Sprintf("(%s %% %s)", a[0].bigint(), Int(d)), typ: record.Int64, max: math.Abs(float64(d)), notNull: a[0].notNull}, nil
}

func sqrt(e exprs, n *expr.Call, a []value) (value, error) {
	if !a[0].simple() || a[0].typ == record.Invalid {
		return value{}, nil
	}
	x := a[0].double().sql
	return value{sql: fmt.Sprintf("CASE WHEN %s >= 0e0 THEN sqrt(%s) END", x, x), typ: record.Double}, nil
}

// extreme renders Max and Min of numbers; Nulls do not count.
func extreme(name string) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		t := plainType(n.Type())
		if expr.KindOf(t) != expr.KindNumber {
			return value{}, nil
		}
		whole, bound := true, 0.0
		for _, v := range a {
			whole = whole && v.integral()
			bound = max(bound, v.max)
		}
		var list []string
		notNull := false
		for _, v := range a {
			if whole {
				list = append(list, v.bigint())
			} else {
				list = append(list, v.double().sql)
			}
			notNull = notNull || v.notNull
		}
		out := value{sql: name + "(" + strings.Join(list, ", ") + ")", typ: record.Double, notNull: notNull}
		if whole {
			out.typ, out.max = record.Int64, bound
		}
		return out, nil
	}
}

// bound renders least(greatest(x, low), high), Null where one is Null.
func bound(e exprs, n *expr.Call, a []value) (value, error) {
	if expr.KindOf(n.Type()) != expr.KindNumber || !a[1].lit || !a[2].lit || a[1].typ == record.Invalid || a[2].typ == record.Invalid ||
		a[1].num > a[2].num || !a[0].simple() {
		return value{}, nil
	}
	x := a[0].double().sql
	return value{sql: fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN least(greatest(%s, %s), %s) END", x, x, a[1].double().sql, a[2].double().sql), typ: record.Double}, nil
}

// average counts Null as 0.
func average(e exprs, n *expr.Call, a []value) (value, error) {
	var list []string
	for _, v := range a {
		x := v.double().sql
		if !v.notNull {
			x = "coalesce(" + x + ", 0e0)"
		}
		list = append(list, x)
	}
	return value{sql: "((" + strings.Join(list, " + ") + ") / " + Double(float64(len(a))) + ")", typ: record.Double, notNull: true}, nil
}
