package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
)

// union puts streams one after the other. DuckDB keeps the order of UNION ALL,
// so a keyed stream is sorted inside and the result is natural.
func (r *renderer) union(n *plan.Union, w want) (rel, error) {
	schema := n.Schema()
	parts := make([]string, len(n.In))
	for i, in := range n.In {
		if len(in.Schema()) != len(schema) {
			return rel{}, &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: "the streams of a union have different numbers of fields"}
		}
		part, err := r.node(in, w)
		if err != nil {
			return rel{}, err
		}
		var items []string
		for j, f := range in.Schema() {
			item := cast(col(j), TypeOf(schema[j]), TypeOf(f))
			if item != col(j) {
				item += " AS " + col(j)
			}
			items = append(items, item)
		}
		switch {
		case w == keyed:
			place := "row_number() OVER (ORDER BY " + orderBy(part.order) + ")"
			if len(part.order) == 0 {
				place = "0"
			} else if len(part.order) == 1 && part.order[0].whole && !part.order[0].desc {
				place = part.order[0].sql // it need not be dense
			}
			items = append(items, fmt.Sprintf("%d AS o1", i), place+" AS o2")
			parts[i] = fmt.Sprintf("SELECT %s FROM %s", strings.Join(items, ", "), part.name)
		case w == ordered && part.keyed && len(part.order) > 0:
			parts[i] = fmt.Sprintf("(SELECT %s FROM %s ORDER BY %s)", strings.Join(items, ", "), part.name, orderBy(part.order))
		default:
			parts[i] = fmt.Sprintf("SELECT %s FROM %s", strings.Join(items, ", "), part.name)
		}
	}
	out := r.add(len(schema), strings.Join(parts, "\nUNION ALL\n"))
	if w == keyed {
		out.keyed, out.order = true, []orderKey{{sql: "o1"}, {sql: "o2"}}
	}
	return out, nil
}
