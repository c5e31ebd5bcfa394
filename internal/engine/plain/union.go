package plain

import (
	"sort"

	"kickoff/internal/plan"
)

// union puts streams one after the other, or by what their records come from.
func union(n *plan.Union, in []*table, out *table, done map[plan.Node]*table) {
	type row struct {
		values, by []any
		from       int
	}
	var rows []row
	for i, t := range in {
		var from []int
		if n.From != nil {
			from = origins(n.In[i], n.From[i].At, done)
		}
		for j, r := range t.rows {
			next := row{values: r}
			if n.From != nil {
				next.by, next.from = []any{int64(from[j])}, from[j]
				if o := n.From[i]; len(o.Keys) > 0 {
					next.by = next.by[:0]
					for _, k := range o.Keys {
						next.by = append(next.by, done[o.At].rows[from[j]][k])
					}
				}
			}
			rows = append(rows, next)
		}
	}
	sort.SliceStable(rows, func(a, b int) bool {
		for i := range rows[a].by {
			if c := compare(rows[a].by[i], rows[b].by[i]); c != 0 {
				return c < 0
			}
		}
		return false
	})
	_, traced := plan.Source(n)
	for _, r := range rows {
		if out.rows = append(out.rows, r.values); traced {
			out.from = append(out.from, r.from)
		}
	}
}

// origins gives the place of the record of at that each record of n comes from.
func origins(n, at plan.Node, done map[plan.Node]*table) []int {
	from := make([]int, len(done[n].rows))
	for i := range from {
		from[i] = i
	}
	for n != at {
		if t := done[n]; t.from != nil {
			for i, p := range from {
				from[i] = t.from[p]
			}
		}
		n, _ = plan.Source(n)
	}
	return from
}
