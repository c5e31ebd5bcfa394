package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/plan"
	"kickoff/record"
)

// project renders computed fields. What converts in two passes, because the
// value is looked at more than once, is computed in an inner select.
func (r *renderer) project(n *plan.Project, w want) (rel, error) {
	in, err := r.node(n.In, w)
	if err != nil {
		return rel{}, err
	}
	var items, inner []string
	schema := n.In.Schema()
	for i, c := range n.Cols {
		r.site = Site{n.Tool, c.Field}
		v, err := r.expr(c.Expr, schema, "")
		if err != nil {
			return rel{}, r.at(err, c.Field.Name)
		}
		if c.Field.Type.IsDate() && c.Expr.Type() == record.Double {
			// A double is a day number, a whole number is not, whichever it is in SQL.
			v = v.double()
		}
		a := r.assign(v, c.Field, n.Tool)
		if a.twice {
			name := fmt.Sprintf("v%d", i+1)
			inner = append(inner, v.sql+" AS "+name)
			v.sql = name
			a = r.assign(v, c.Field, n.Tool)
		}
		item := a.sql
		if item != col(i) {
			item += " AS " + col(i)
		}
		items = append(items, item)
	}
	from := in.name
	order := r.kept(in, n.Cols, &items)
	if len(inner) > 0 {
		star := "*"
		if in.table && in.keyed {
			star = "*, rowid"
		}
		from = fmt.Sprintf("(SELECT %s, %s FROM %s)", star, strings.Join(inner, ", "), in.name)
	}
	out := r.add(len(n.Cols), fmt.Sprintf("SELECT %s\nFROM %s", strings.Join(items, ", "), from))
	out.keyed, out.natural, out.order, out.traces = in.keyed, in.natural, order, in.traces
	return out, nil
}

// kept keeps a relation keyed through a Project. A key that is an output column
// as it stands needs no column of its own.
func (r *renderer) kept(in rel, cols []plan.Column, items *[]string) []orderKey {
	same := make(map[string]string)
	for i := range cols {
		if f, ok := cols[i].Expr.(*expr.Field); ok && (*items)[i] == strings.TrimSuffix(col(f.Index)+" AS "+col(i), " AS "+col(f.Index)) {
			same[col(f.Index)] = col(i)
		}
	}
	var order []orderKey
	for i, k := range in.order {
		if c, ok := same[k.sql]; ok {
			order = append(order, orderKey{c, k.desc, k.position, k.whole, k.unique})
			continue
		}
		o := fmt.Sprintf("o%d", i+1)
		item := o
		if k.sql != o {
			item = k.sql + " AS " + o
		}
		*items = append(*items, item)
		order = append(order, orderKey{o, k.desc, k.position, k.whole, k.unique})
	}
	*items = append(*items, in.traceCols()...)
	return order
}

// filter renders a condition; a Null condition is false.
func (r *renderer) filter(n *plan.Filter, w want) (rel, error) {
	in, err := r.node(n.In, w)
	if err != nil {
		return rel{}, err
	}
	r.site = Site{Tool: r.tool}
	cond, err := r.cond(n.Cond, n.In.Schema(), "")
	if err != nil {
		return rel{}, r.at(err, "condition")
	}
	sql := cond.sql
	if n.Not {
		sql = not(cond)
	}
	out := r.add(in.cols, fmt.Sprintf("SELECT %s\nFROM %s\nWHERE %s", in.star(), in.name, sql))
	out.keyed, out.natural, out.order, out.traces = in.keyed, in.natural, in.starred(false), in.traces
	return out, nil
}

// sort changes how the relation is keyed and renders nothing: whoever reads the
// records in order sorts them, once.
func (r *renderer) sort(n *plan.Sort, w want) (rel, error) {
	if w == free {
		return r.node(n.In, free)
	}
	in, err := r.node(n.In, keyed)
	if err != nil {
		return rel{}, err
	}
	in.order = append(sortKeys(n.Keys, n.In.Schema(), ""), noPosition(in.order)...)
	in.natural = false
	return in, nil
}

// sortKeys renders the keys of a Sort or Window over columns with a prefix.
func sortKeys(keys []plan.SortKey, in record.Schema, prefix string) []orderKey {
	var order []orderKey
	for _, k := range keys {
		sql := prefix + col(k.Col)
		if k.Dictionary && in[k.Col].Type.IsString() {
			sql = "kickoff_dictionary(" + sql + ")"
		}
		order = append(order, orderKey{sql: sql, desc: k.Desc})
	}
	return order
}

func noPosition(keys []orderKey) []orderKey {
	out := append([]orderKey(nil), keys...)
	for i := range out {
		out[i].position = false
	}
	return out
}
