package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
)

// unnest renders one record for each item of a list. DuckDB keeps the order;
// keyed, the item's place is one more key.
func (r *renderer) unnest(n *plan.Unnest, w want) (rel, error) {
	in, err := r.node(n.In, w)
	if err != nil {
		return rel{}, err
	}
	schema := n.In.Schema()
	var lists []string // parallel, of equal length
	switch l := n.List.(type) {
	case *plan.SplitList:
		lists, err = []string{splitList(col(l.Col), l.Delims)}, nil
	case *plan.RangeList:
		lists, err = r.rangeList(l, n)
	case *plan.FieldsList:
		lists, err = r.fieldsList(l, n)
	default:
		err = &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: fmt.Sprintf("list %T has no rendering", n.List)}
	}
	if err != nil {
		return rel{}, err
	}
	item := lists[len(lists)-1]
	switch l, split := n.List.(*plan.SplitList); {
	case n.KeepEmpty && split:
		// A text gives an item at least; to ask the list would split twice.
		item = fmt.Sprintf("CASE WHEN %s IS NULL THEN [NULL] ELSE %s END", col(l.Col), item)
	case n.KeepEmpty:
		item = fmt.Sprintf("CASE WHEN len(%s) > 0 THEN %s ELSE [NULL] END", item, item)
	}
	unnested := "unnest(" + item + ")"
	var items []string
	for i := range schema {
		if i == n.Replace {
			items = append(items, unnested+" AS "+col(i))
			continue
		}
		items = append(items, col(i))
	}
	if len(lists) == 2 {
		items = append(items, "unnest("+lists[0]+") AS "+col(len(items)))
	}
	if n.Replace < 0 {
		items = append(items, unnested+" AS "+col(len(items)))
	}
	cols := len(items)
	items = append(items, in.carry()...)
	order := noPosition(in.carried())
	for i := range order {
		order[i].unique = false
	}
	if in.keyed {
		o := fmt.Sprintf("o%d", len(order)+1)
		// The names of the fields are as many as their values, whose conversion is
		// not to be done, and reported, twice.
		places := item
		if len(lists) == 2 {
			places = lists[0]
		}
		items = append(items, "generate_subscripts("+places+", 1) AS "+o)
		order = append(order, orderKey{sql: o, whole: true})
	}
	out := r.add(cols, fmt.Sprintf("SELECT %s\nFROM %s", strings.Join(items, ", "), in.name))
	out.keyed, out.natural, out.order, out.traces = in.keyed, in.natural, order, in.traces
	return out, nil
}

// splitList splits a text at any of the delimiters. Null gives no list.
func splitList(arg, delims string) string {
	runes := []rune(delims)
	switch len(runes) {
	case 0:
		return fmt.Sprintf("CASE WHEN %s IS NULL THEN NULL ELSE [%s] END", arg, arg)
	case 1:
		return fmt.Sprintf("string_split(%s, %s)", arg, Text(delims))
	}
	first := string(runes[0])
	return fmt.Sprintf("string_split(translate(%s, %s, %s), %s)", arg, Text(string(runes[1:])), Text(strings.Repeat(first, len(runes)-1)), Text(first))
}

// rangeList counts. It is empty where a bound is Null or the step does not lead
// from one to the other.
func (r *renderer) rangeList(l *plan.RangeList, n *plan.Unnest) ([]string, error) {
	schema := n.In.Schema()
	var v [3]value
	for i, e := range []interface{}{l.From, l.To, l.Step} {
		x, err := r.exprAny(e, schema)
		if err != nil {
			return nil, r.at(err, n.Into.Name)
		}
		v[i] = x
	}
	if v[0].integral() && v[1].integral() && v[2].integral() && n.Into.Type.IsInteger() {
		from, to, step := v[0].bigint(), v[1].bigint(), v[2].bigint()
		return []string{fmt.Sprintf("CAST(CASE WHEN %s = 0 THEN NULL WHEN %s THEN error(%s) ELSE generate_series(%s, %s, %s) END AS %s[])",
			step, tooMany(v[0], v[1], v[2]), tooManyText, from, to, step, TypeOf(n.Into))}, nil
	}
	from, to, step := v[0].double().sql, v[1].double().sql, v[2].double().sql
	into := r.assign(value{sql: fmt.Sprintf("(%s + i * %s)", from, step), typ: numericType}, n.Into, r.tool)
	return []string{fmt.Sprintf("CASE WHEN %s = 0e0 THEN NULL WHEN %s THEN error(%s) ELSE list_transform(range(0, CAST(floor((%s - %s) / %s) AS BIGINT) + 1), lambda i: %s) END",
		step, tooMany(v[0], v[1], v[2]), tooManyText, to, from, step, into.sql)}, nil
}

// maxCount bounds the list that one record makes.
const maxCount = 10_000_000

// tooManyText is the error for a longer one; it starts as the engine's own do.
var tooManyText = Text(fmt.Sprintf("kickoff: one record makes more than %d records", maxCount))

// tooMany is true where a range has more than maxCount steps.
func tooMany(from, to, step value) string {
	return fmt.Sprintf("(%s - %s) / %s >= %s", to.double().sql, from.double().sql, step.double().sql, Double(maxCount))
}

// fieldsList gives the names of fields and their values, converted to one type.
func (r *renderer) fieldsList(l *plan.FieldsList, n *plan.Unnest) ([]string, error) {
	schema := n.In.Schema()
	names, values := make([]string, len(l.Cols)), make([]string, len(l.Cols))
	for i, c := range l.Cols {
		names[i] = Text(schema[c].Name)
		values[i] = r.assign(fieldValue(col(c), schema[c]), n.Into, r.tool).sql
	}
	if len(l.Cols) == 0 {
		return []string{"[]::VARCHAR[]", "[]::" + TypeOf(n.Into) + "[]"}, nil
	}
	return []string{"[" + strings.Join(names, ", ") + "]", "[" + strings.Join(values, ", ") + "]"}, nil
}
