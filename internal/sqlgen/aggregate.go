package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// aggregate renders groups. Their order is that of their keys, so it costs the
// sort of the groups only.
func (r *renderer) aggregate(n *plan.Aggregate, w want) (rel, error) {
	need := free
	for _, a := range n.Aggs {
		if ordersRecords(a.Func) {
			need = keyed
		}
	}
	in, err := r.node(n.In, need)
	if err != nil {
		return rel{}, err
	}
	schema := n.In.Schema()
	var items, group []string
	for i, k := range n.Keys {
		item := col(k)
		if k != i {
			item += " AS " + col(i)
		}
		items = append(items, item)
		group = append(group, col(k))
	}
	for i, a := range n.Aggs {
		sql, err := r.agg(a, schema, in)
		if err != nil {
			return rel{}, err
		}
		items = append(items, sql+" AS "+col(len(n.Keys)+i))
	}
	body := fmt.Sprintf("SELECT %s\nFROM %s", strings.Join(items, ", "), in.name)
	switch {
	case len(group) > 0:
		body += "\nGROUP BY " + strings.Join(group, ", ")
	case !n.EmptyRow:
		body += "\nHAVING count(*) > 0"
	}
	if len(items) == 0 {
		return rel{}, &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: "an aggregate without keys and functions"}
	}
	out := r.add(len(items), body)
	if w == keyed || w == ordered && !n.Unordered {
		out.keyed = true
		for i := range n.Keys {
			out.order = append(out.order, orderKey{sql: col(i)})
		}
	}
	return out, nil
}

// ordersRecords reports whether a function depends on the order of the records.
func ordersRecords(f plan.AggFunc) bool {
	switch f {
	case plan.AggFirst, plan.AggLast, plan.AggConcat, plan.AggLongest, plan.AggShortest:
		return true
	}
	return false
}

// number is the argument of a function of numbers: DOUBLE, with texts read as
// numbers.
func number(arg string, f record.Field) string {
	switch {
	case f.Type == record.Double:
		return arg
	case f.Type.IsString():
		return textToNumber(arg)
	}
	return "CAST(" + arg + " AS DOUBLE)"
}

// textual is the argument of a function of texts.
func textual(arg string, f record.Field) string {
	if f.Type.IsString() {
		return arg
	}
	return value{sql: arg, typ: f.Type, scale: f.Scale}.text().sql
}

// agg renders one aggregate.
func (r *renderer) agg(a plan.Agg, schema record.Schema, in rel) (string, error) {
	var arg string
	var f record.Field
	if a.Func != plan.AggCount && a.Arg >= 0 && a.Arg < len(schema) {
		arg, f = col(a.Arg), schema[a.Arg]
	}
	var where []string
	if a.Where != nil {
		c, err := r.cond(a.Where, schema, "")
		if err != nil {
			return "", r.at(err, a.Field.Name)
		}
		where = append(where, c.sql)
	}
	filter := func() string {
		if len(where) == 0 {
			return ""
		}
		return " FILTER (WHERE " + strings.Join(where, " AND ") + ")"
	}
	num := ""
	if arg != "" {
		num = number(arg, f)
	}
	fn := a.Func
	if base, ok := withoutZero[fn]; ok {
		fn = base
		where = append(where, num+" <> 0")
	}
	t := TypeOf(a.Field)
	switch fn {
	case plan.AggCount:
		return cast("count(*)"+filter(), t, "BIGINT"), nil
	case plan.AggCountNonNull:
		return cast("count("+arg+")"+filter(), t, "BIGINT"), nil
	case plan.AggCountNull:
		where = append(where, arg+" IS NULL")
		return cast("count(*)"+filter(), t, "BIGINT"), nil
	case plan.AggCountDistinctNonNull:
		return cast("count(DISTINCT "+arg+")"+filter(), t, "BIGINT"), nil
	case plan.AggCountDistinct:
		all := filter()
		return cast(fmt.Sprintf("(count(DISTINCT %s)%s + CASE WHEN count(*)%s > count(%s)%s THEN 1 ELSE 0 END)", arg, all, all, arg, all), t, ""), nil
	case plan.AggCountBlank:
		where = append(where, blank(arg, f))
		return cast("count(*)"+filter(), t, "BIGINT"), nil
	case plan.AggCountNonBlank:
		where = append(where, "NOT ("+blank(arg, f)+")")
		return cast("count(*)"+filter(), t, "BIGINT"), nil
	case plan.AggSum:
		if f.Type.IsString() {
			return sumCast("sum("+num+")"+filter(), t), nil
		}
		return sumCast("sum("+addend(arg, f.Type)+")"+filter(), t), nil
	case plan.AggMin, plan.AggMax:
		return cast(minMax[fn]+"("+arg+")"+filter(), t, TypeOf(f)), nil
	case plan.AggFirst, plan.AggLast:
		return cast(firstLast(fn, arg, in.order)+filter(), t, TypeOf(f)), nil
	case plan.AggAvg:
		return cast("avg("+num+")"+filter(), t, "DOUBLE"), nil
	case plan.AggStdDev:
		return spread("stddev_samp", num, where, t), nil
	case plan.AggVariance:
		return spread("var_samp", num, where, t), nil
	case plan.AggMedian:
		return cast("quantile_cont("+num+", 0.5)"+filter(), t, "DOUBLE"), nil
	case plan.AggPercentile:
		return cast("quantile_cont("+num+", "+Double(min(max(a.Percentile, 0), 100)/100)+")"+filter(), t, "DOUBLE"), nil
	case plan.AggMode:
		// Of several values equally frequent, the smallest.
		return cast(fmt.Sprintf("mode(%s ORDER BY %s)%s", arg, arg, filter()), t, TypeOf(f)), nil
	case plan.AggProduct:
		return cast("product("+num+")"+filter(), t, "DOUBLE"), nil
	case plan.AggConcat:
		return concat(a, textual(arg, f), in.order) + filterConcat(a, filter()), nil
	case plan.AggLongest, plan.AggShortest:
		k := orderKey{sql: "length(" + textual(arg, f) + ")", desc: fn == plan.AggLongest}
		where = append(where, arg+" IS NOT NULL")
		keys := append([]orderKey{k}, in.order...)
		return cast("first("+arg+" ORDER BY "+orderBy(keys)+")"+filter(), t, TypeOf(f)), nil
	}
	return "", &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: fmt.Sprintf("aggregate function %d has no rendering", a.Func)}
}

// spread renders a function of squares. DuckDB ends the statement where they go
// beyond what a DOUBLE holds; here that is Null. NaN is greater than any number.
func spread(fn, num string, where []string, t string) string {
	const most = "1e150"
	filter := ""
	if len(where) > 0 {
		filter = " FILTER (WHERE " + strings.Join(where, " AND ") + ")"
	}
	small := " FILTER (WHERE " + strings.Join(append([]string{"abs(" + num + ") <= " + most}, where...), " AND ") + ")"
	return cast(fmt.Sprintf("CASE WHEN max(abs(%s))%s > %s THEN NULL ELSE %s(%s)%s END", num, filter, most, fn, num, small), t, "DOUBLE")
}

// withoutZero are the functions that leave zeros out, and what they are otherwise.
var withoutZero = map[plan.AggFunc]plan.AggFunc{
	plan.AggAvgNo0: plan.AggAvg, plan.AggMedianNo0: plan.AggMedian, plan.AggPercentileNo0: plan.AggPercentile,
	plan.AggStdDevNo0: plan.AggStdDev, plan.AggVarianceNo0: plan.AggVariance, plan.AggModeNo0: plan.AggMode,
	plan.AggCountNo0: plan.AggCountNonNull, plan.AggMinNo0: plan.AggMin, plan.AggMaxNo0: plan.AggMax,
}

var minMax = map[plan.AggFunc]string{plan.AggMin: "min", plan.AggMax: "max"}

// blank is true for Null and for the empty text.
func blank(arg string, f record.Field) string {
	if f.Type.IsString() {
		return "coalesce(" + arg + ", '') = ''"
	}
	return arg + " IS NULL"
}

// firstLast picks by record order, Null included. By one key DuckDB does it
// without sorting the group.
func firstLast(f plan.AggFunc, arg string, order []orderKey) string {
	if len(order) == 1 && order[0].position {
		if f == plan.AggFirst {
			return "arg_min_null(" + arg + ", " + order[0].sql + ")"
		}
		return "arg_max_null(" + arg + ", " + order[0].sql + ")"
	}
	name := "first"
	if f == plan.AggLast {
		name = "last"
	}
	if len(order) == 0 {
		return name + "(" + arg + ")"
	}
	return name + "(" + arg + " ORDER BY " + orderBy(order) + ")"
}

// concat joins the texts that are not Null in record order; Null where there
// is none.
func concat(a plan.Agg, arg string, order []orderKey) string {
	by := ""
	if len(order) > 0 {
		by = " ORDER BY " + orderBy(order)
	}
	s := "string_agg(" + arg + ", " + Text(a.Separator) + by + ")"
	if a.Start != "" {
		return Text(a.Start) + " || " + s
	}
	return s
}

// filterConcat is what follows string_agg.
func filterConcat(a plan.Agg, filter string) string {
	if a.End != "" {
		return filter + " || " + Text(a.End)
	}
	return filter
}
