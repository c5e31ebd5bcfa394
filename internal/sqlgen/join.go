package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// join renders pairs. No join of DuckDB keeps order, so both sides are keyed
// where the order is wanted.
func (r *renderer) join(n *plan.Join, w want) (rel, error) {
	if out, ok, err := r.beside(n, w); ok {
		return out, err
	}
	need := free
	if w != free || n.ByPosition {
		need = keyed
	}
	left, err := r.node(n.Left, need)
	if err != nil {
		return rel{}, err
	}
	right, err := r.node(n.Right, need)
	if err != nil {
		return rel{}, err
	}
	ls, rs := n.Left.Schema(), n.Right.Schema()
	on, err := r.on(n, ls, rs)
	if err != nil {
		return rel{}, err
	}
	lname, rname := left.name+" AS l", right.name+" AS r"
	if n.ByPosition {
		lname, left = r.placed(left, "l")
		rname, right = r.placed(right, "r")
		on = "l.p = r.p"
	}
	if n.Kind == plan.FullOuter && w != free && !n.ByPosition {
		// m tells the records of the left side from those that are not there.
		lname = fmt.Sprintf("(SELECT *, 1 AS m%s FROM %s) AS l", rowid(left), left.name)
	}
	items := []string{columns("l.", len(ls))}
	if len(ls) == 0 {
		items = nil
	}
	if n.Kind != plan.Anti {
		for i := range rs {
			items = append(items, "r."+col(i)+" AS "+col(len(ls)+i))
		}
	}
	var order []orderKey
	if w != free {
		order = joinOrder(n, left, right)
		for i := range order {
			items = append(items, order[i].sql+fmt.Sprintf(" AS o%d", i+1))
			order[i] = orderKey{sql: fmt.Sprintf("o%d", i+1), desc: order[i].desc}
		}
	}
	join := map[plan.JoinKind]string{plan.Inner: "JOIN", plan.LeftOuter: "LEFT JOIN", plan.FullOuter: "FULL JOIN",
		plan.Anti: "ANTI JOIN", plan.Cross: "CROSS JOIN"}[n.Kind]
	body := fmt.Sprintf("SELECT %s\nFROM %s\n%s %s", strings.Join(items, ", "), lname, join, rname)
	if n.Kind != plan.Cross {
		body += "\nON " + on
	}
	out := r.add(len(n.Schema()), body)
	out.keyed, out.order = w != free, order
	return out, nil
}

// beside renders a cartesian join of which one side is a single record at hand:
// its values stand beside each record of the other side, whose order is kept.
func (r *renderer) beside(n *plan.Join, w want) (out rel, ok bool, err error) {
	if n.Kind != plan.Cross || r.opts.Record == nil {
		return rel{}, false, nil
	}
	values, right := r.opts.Record(n.Right)
	other, first := n.Left, 0
	if !right {
		if values, ok = r.opts.Record(n.Left); !ok {
			return rel{}, false, nil
		}
		other, first = n.Right, len(values)
	}
	in, err := r.node(other, w)
	if err != nil {
		return rel{}, true, err
	}
	var items []string
	for i := range in.cols {
		item := col(i)
		if first > 0 {
			item += " AS " + col(first+i)
		}
		items = append(items, item)
	}
	for i, v := range values {
		at := i
		if first == 0 {
			at += in.cols
		}
		items = append(items, v+" AS "+col(at))
	}
	if first > 0 {
		items = append(items[in.cols:], items[:in.cols]...)
	}
	out = r.add(len(n.Schema()), fmt.Sprintf("SELECT %s\nFROM %s", strings.Join(append(items, in.carry()...), ", "), in.name))
	out.keyed, out.order = in.keyed, in.carried()
	return out, true, nil
}

// on renders the condition of a join: Null equals Null.
func (r *renderer) on(n *plan.Join, ls, rs record.Schema) (string, error) {
	if len(n.LeftKeys) != len(n.RightKeys) || len(n.LeftKeys) == 0 && !n.ByPosition && n.Kind != plan.Cross {
		return "", &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: "a join needs as many keys on the left as on the right, and at least one"}
	}
	var conds []string
	for i := range n.LeftKeys {
		lf, rf := ls[n.LeftKeys[i]], rs[n.RightKeys[i]]
		l, rt, err := matched("l."+col(n.LeftKeys[i]), lf, "r."+col(n.RightKeys[i]), rf)
		if err != nil {
			return "", &diag.Diagnostic{Code: diag.BadType, Tool: r.tool, Msg: err.Error()}
		}
		conds = append(conds, l+" IS NOT DISTINCT FROM "+rt)
	}
	return strings.Join(conds, "\n   AND "), nil
}

// matched brings two keys to one type: numbers of different types are compared
// as doubles, a date with a date and time as midnight.
func matched(l string, lf record.Field, r string, rf record.Field) (string, string, error) {
	lt, rt := TypeOf(lf), TypeOf(rf)
	if lt == rt {
		return l, r, nil
	}
	number := func(t record.Type) bool { return t.IsNumeric() || t == record.Bool }
	switch {
	case lf.Type.IsInteger() && rf.Type.IsInteger():
		return l, r, nil
	case number(lf.Type) && number(rf.Type):
		return cast(l, "DOUBLE", lt), cast(r, "DOUBLE", rt), nil
	case lf.Type != record.Time && rf.Type != record.Time && lf.Type.IsDate() && rf.Type.IsDate():
		return cast(l, "TIMESTAMP", lt), cast(r, "TIMESTAMP", rt), nil
	}
	return "", "", fmt.Errorf("field %q (%s) cannot be joined with field %q (%s)", lf.Name, lf.Type, rf.Name, rf.Type)
}

// placed adds to a keyed relation the place p of each record.
func (r *renderer) placed(in rel, as string) (string, rel) {
	p := "row_number() OVER (ORDER BY " + orderBy(in.order) + ") - 1"
	if len(in.order) == 0 {
		p = "row_number() OVER () - 1"
	} else if len(in.order) == 1 && in.order[0].position {
		p = in.order[0].sql
	}
	cols := columns("", in.cols)
	if in.cols > 0 { // a stream may have records without fields
		cols += ", "
	}
	from := fmt.Sprintf("(SELECT %s%s AS p FROM %s) AS %s", cols, p, in.name, as)
	in.order = []orderKey{{sql: "p"}}
	return from, in
}

// rowid selects the rowid of a table that is keyed by it, which * leaves out.
func rowid(in rel) string {
	if in.table {
		return ", rowid"
	}
	return ""
}

// joinOrder lists the sort keys of a join's records, as expressions over l and r.
func joinOrder(n *plan.Join, left, right rel) []orderKey {
	qualify := func(prefix string, keys []orderKey) []orderKey {
		out := make([]orderKey, len(keys))
		for i, k := range keys {
			out[i] = orderKey{sql: qualified(prefix, k.sql), desc: k.desc}
		}
		return out
	}
	if n.ByPosition {
		if n.Kind == plan.Anti {
			return []orderKey{{sql: "l.p"}}
		}
		return []orderKey{{sql: "coalesce(l.p, r.p)"}}
	}
	var order []orderKey
	switch n.Kind {
	case plan.Inner, plan.Anti:
		for i := range n.LeftKeys {
			if !n.KeepLeft {
				order = append(order, orderKey{sql: "l." + col(n.LeftKeys[i])})
			}
		}
	case plan.FullOuter:
		order = append(order, orderKey{sql: "l.m", desc: true})
	}
	order = append(order, qualify("l.", left.order)...)
	if n.Kind != plan.Anti {
		order = append(order, qualify("r.", right.order)...)
	}
	return order
}

// qualified puts a prefix before the column of an order key, which is a column
// by itself or the argument of the sort key function.
func qualified(prefix, sql string) string {
	const f = "kickoff_dictionary("
	if rest, ok := strings.CutPrefix(sql, f); ok {
		return f + prefix + rest
	}
	return prefix + sql
}
