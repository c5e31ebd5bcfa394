package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/record"
)

func nullCall(e exprs, n *expr.Call, a []value) (value, error) {
	if n.Type() == record.Invalid {
		return null(), nil
	}
	return null().as(plainType(n.Type())), nil
}

func isNull(e exprs, n *expr.Call, a []value) (value, error) {
	if a[0].typ == record.Invalid {
		return boolean("true", true), nil
	}
	return boolean("("+a[0].sql+" IS NULL)", true), nil
}

func isEmpty(e exprs, n *expr.Call, a []value) (value, error) {
	if !a[0].isText() {
		return isNull(e, n, a)
	}
	if a[0].notNull {
		return boolean("("+a[0].sql+" = '')", true), nil
	}
	return boolean("(coalesce("+a[0].sql+", '') = '')", true), nil
}

// isKind is known from the type.
func isKind(k expr.Kind) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		v := boolean(fmt.Sprint(expr.KindOf(n.Args[0].Type()) == k), true)
		v.lit = true
		if v.sql == "true" {
			v.num = 1
		}
		return v, nil
	}
}

// equalStrings regards case, unlike the operator.
func equalStrings(e exprs, n *expr.Call, a []value) (value, error) {
	if a[0].typ == record.Invalid || a[1].typ == record.Invalid {
		return compareNull(expr.Eq, a[0], a[1]), nil
	}
	x, y := matchTypes(a[0], a[1])
	v := compareExactly(expr.Eq, x, y)
	v.falsy = true
	return v, nil
}

func iif(e exprs, n *expr.Call, a []value) (value, error) {
	c, err := e.cond(n.Args[0])
	return choose([]value{c}, a[1:], n.Type()), err
}

// switchCall compares with each case in turn; the second argument is for none.
func switchCall(e exprs, n *expr.Call, a []value) (value, error) {
	var conds, results []value
	for i := 2; i+1 < len(a); i += 2 {
		conds = append(conds, compare(expr.Eq, a[0], a[i]))
		results = append(results, a[i+1])
	}
	if len(conds) == 0 {
		return choose(nil, a[1:2], n.Type()), nil
	}
	return choose(conds, append(results, a[1]), n.Type()), nil
}

func coalesce(e exprs, n *expr.Call, a []value) (value, error) {
	if n.Type() == record.Invalid {
		return null(), nil
	}
	out := value{typ: common(a, n.Type()), latin: true}
	var list []string
	bounded := true
	for _, v := range a {
		v = v.as(out.typ)
		list = append(list, v.sql)
		out.notNull = out.notNull || v.notNull
		out.latin = out.latin && v.latin
		out.size, out.max = max(out.size, v.size), max(out.max, v.max)
		bounded = bounded && v.size > 0
	}
	if !bounded {
		out.size = 0
	}
	if !out.integral() {
		out.max = 0
	}
	out.sql = "coalesce(" + strings.Join(list, ", ") + ")"
	return out, nil
}

// toNumber passes numbers through; Null is 0 unless it is to be kept.
func toNumber(e exprs, n *expr.Call, a []value) (value, error) {
	if expr.KindOf(a[0].typ) != expr.KindNumber {
		return value{}, nil
	}
	v := a[0]
	if v.typ == record.FixedDecimal || v.typ == record.Float {
		v = v.double()
	}
	keep := false
	if len(a) > 2 {
		var ok bool
		if keep, ok = ignoresCase(a, 2); !ok {
			return value{}, nil
		}
	}
	if keep || v.notNull {
		return v, nil
	}
	zero := "0"
	if !v.integral() {
		zero = "0e0"
	}
	if v.typ == record.Bool {
		v = v.unbool()
	}
	return value{sql: "coalesce(" + v.sql + ", " + zero + ")", typ: v.typ, max: v.max, notNull: true}, nil
}

// toString of one argument is what text gives; more are left to Go.
func toString(e exprs, n *expr.Call, a []value) (value, error) {
	if len(a) == 1 && a[0].typ != record.FixedDecimal {
		return a[0].text(), nil
	}
	if whole := len(a) == 2 && a[1].lit && a[1].num == 0 && !a[1].isText() && a[1].typ != record.Invalid; whole && a[0].integral() {
		return a[0].text(), nil
	}
	return value{}, nil
}

// toDate passes dates through.
func toDate(t record.Type) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		switch {
		case a[0].typ == t:
			return a[0], nil
		case a[0].typ == record.Date, a[0].typ == record.DateTime:
			return value{sql: "CAST(" + a[0].sql + " AS " + TypeOf(record.Field{Type: t}) + ")", typ: t, notNull: a[0].notNull}, nil
		}
		return value{}, nil
	}
}
