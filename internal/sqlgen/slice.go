package sqlgen

import (
	"fmt"
	"math"
	"strings"

	"kickoff/internal/plan"
)

// slice renders the choice of records by their place.
func (r *renderer) slice(n *plan.Slice, w want) (rel, error) {
	if len(n.Group) == 0 && (n.Mode == plan.First || n.Mode == plan.Skip) {
		return r.limit(n, w)
	}
	in, err := r.node(n.In, keyed)
	if err != nil {
		return rel{}, err
	}
	part := partition(n.Group, "")
	place := fmt.Sprintf("row_number() OVER (%s)", spaced(part, orderClause(in.order)))
	if len(n.Group) == 0 && len(in.order) == 1 && in.order[0].position {
		place = in.order[0].sql + " + 1"
	}
	count := fmt.Sprintf("count(*) OVER (%s)", part)
	items, cond := []string{in.star(), place + " AS k"}, ""
	switch n.Mode {
	case plan.First:
		cond = "k <= " + whole(n.N)
	case plan.Skip:
		cond = "k > " + whole(n.N)
	case plan.Last:
		items = append(items, count+" AS n")
		cond = "k > n - " + whole(n.N)
	case plan.EveryNth:
		cond = "(k - 1) % " + whole(max(n.N, 1)) + " = 0"
	case plan.Percent:
		items = append(items, count+" AS n")
		cond = fmt.Sprintf("k <= n * %s / 100", Double(n.N))
	}
	keys := in.starred(false)
	cols := []string{columns("", in.cols)}
	for _, k := range keys {
		if strings.HasPrefix(k.sql, "o") {
			cols = append(cols, k.sql)
		}
	}
	cols = append(cols, in.traceCols()...)
	out := r.add(in.cols, fmt.Sprintf("SELECT %s\nFROM (SELECT %s FROM %s)\nWHERE %s",
		strings.Join(cols, ", "), strings.Join(items, ", "), in.name, cond))
	out.keyed, out.order, out.traces = true, keys, in.traces
	return out, nil
}

// limit renders the first records of the whole input, or all but them.
func (r *renderer) limit(n *plan.Slice, w want) (rel, error) {
	before := r.counted
	in, err := r.node(n.In, max(w, ordered))
	if err != nil {
		return rel{}, err
	}
	if !in.keyed && n.Mode == plan.First && r.counted > before {
		// LIMIT would stop before all records below are counted.
		return r.add(in.cols, fmt.Sprintf("SELECT %s\nFROM (SELECT *, row_number() OVER () AS k FROM %s)\nWHERE k <= %s", columns("", in.cols), in.name, whole(n.N))), nil
	}
	tail := "LIMIT " + whole(n.N)
	if n.Mode == plan.Skip {
		tail = "OFFSET " + whole(n.N)
	}
	if in.keyed && len(in.order) > 0 {
		tail = "ORDER BY " + orderBy(in.order) + "\n" + tail
	}
	out := r.add(in.cols, fmt.Sprintf("SELECT %s\nFROM %s\n%s", in.star(), in.name, tail))
	out.keyed, out.order, out.traces = in.keyed, in.starred(n.Mode == plan.First), in.traces
	return out, nil
}

// whole prints a number of records.
func whole(n float64) string { return Int(int64(math.Trunc(max(n, 0)))) }

// partition renders PARTITION BY over fields, or nothing.
func partition(fields []int, prefix string) string {
	if len(fields) == 0 {
		return ""
	}
	s := make([]string, len(fields))
	for i, f := range fields {
		s[i] = prefix + col(f)
	}
	return "PARTITION BY " + strings.Join(s, ", ")
}

// spaced joins the parts that are not empty.
func spaced(parts ...string) string {
	var s []string
	for _, p := range parts {
		if p != "" {
			s = append(s, p)
		}
	}
	return strings.Join(s, " ")
}
