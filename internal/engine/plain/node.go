package plain

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"kickoff/internal/plan"
	"kickoff/record"
)

// eval computes a relation, each node once.
func (s *session) eval(ctx context.Context, n plan.Node, done map[plan.Node]*table) (*table, error) {
	if t := done[n]; t != nil {
		return t, nil
	}
	ins := make([]*table, len(n.Inputs()))
	for i, in := range n.Inputs() {
		t, err := s.eval(ctx, in, done)
		if err != nil {
			return nil, err
		}
		ins[i] = t
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t := &table{fields: n.Schema()}
	if err := s.node(ctx, n, ins, t, done); err != nil {
		return nil, err
	}
	done[n] = t
	return t, nil
}

func (s *session) node(ctx context.Context, n plan.Node, in []*table, out *table, done map[plan.Node]*table) error {
	switch n := n.(type) {
	case *plan.Values:
		out.rows = n.Rows
	case *plan.Table:
		t := s.tables[n.Name]
		if t == nil {
			return fmt.Errorf("plain: there is no table %s", n.Name)
		}
		out.rows = t.rows
	case *plan.Read:
		r, err := n.Open(ctx)
		if err != nil {
			return err
		}
		err = copyAll(ctx, r, writer{out})
		r.Close()
		return err
	case *plan.Apply:
		readers := make([]record.Reader, len(in))
		for i := range in {
			readers[i] = in[i].reader()
		}
		if n.Each {
			return n.Run(ctx, readers, noter{writer{out}})
		}
		return n.Run(ctx, readers, writer{out})
	case *plan.Anchor:
		out.rows = in[0].rows
	case *plan.Check:
		out.rows = in[0].rows
		return n.Accept(int64(len(out.rows)))
	case *plan.Sort:
		out.rows = append([][]any(nil), in[0].rows...)
		sort.SliceStable(out.rows, func(i, j int) bool { return before(n.Keys, out.rows[i], out.rows[j]) })
	case *plan.Union:
		union(n, in, out, done)
	case *plan.Project:
		return s.project(n, in[0], out)
	case *plan.Filter:
		return s.filter(n, in[0], out)
	case *plan.Slice:
		slice(n, in[0], out)
	case *plan.Window:
		window(n, in[0], out)
	case *plan.Aggregate:
		return s.aggregate(n, in[0], out)
	case *plan.Join:
		join(n, in[0], in[1], out)
	case *plan.Unnest:
		return s.unnest(n, in[0], out)
	default:
		return fmt.Errorf("plain: no way to compute a %T", n)
	}
	return nil
}

// slice keeps records by their place in their group.
func slice(n *plan.Slice, in, out *table) {
	size := make(map[string]int)
	for _, r := range in.rows {
		size[key(r, n.Group)]++
	}
	seen := make(map[string]int)
	for i, r := range in.rows {
		k := key(r, n.Group)
		seen[k]++
		at, all := float64(seen[k]), float64(size[k])
		keep := false
		switch n.Mode {
		case plan.First:
			keep = at <= n.N
		case plan.Last:
			keep = at > all-n.N
		case plan.Skip:
			keep = at > n.N
		case plan.EveryNth:
			keep = (int64(at)-1)%int64(n.N) == 0
		case plan.Percent:
			keep = at <= all*n.N/100
		}
		if keep {
			out.add(r, i)
		}
	}
}

// unnest repeats records for the items of a list.
func (s *session) unnest(n *plan.Unnest, in, out *table) error {
	emit := func(at int, r []any, name, item any) {
		row := append([]any(nil), r...)
		if _, ok := n.List.(*plan.FieldsList); ok {
			row = append(row, name)
		}
		if n.Replace >= 0 {
			row[n.Replace] = item
		} else {
			row = append(row, item)
		}
		out.add(row, at)
	}
	for i, r := range in.rows {
		before := len(out.rows)
		switch list := n.List.(type) {
		case *plan.SplitList:
			if text, ok := r[list.Col].(string); ok {
				for _, part := range splitAny(text, list.Delims) {
					emit(i, r, nil, part)
				}
			}
		case *plan.FieldsList:
			for _, col := range list.Cols {
				emit(i, r, in.fields[col].Name, r[col])
			}
		case *plan.RangeList:
			if err := s.count(list, in, r, func(v any) { emit(i, r, nil, v) }); err != nil {
				return err
			}
		}
		if len(out.rows) == before && n.KeepEmpty {
			emit(i, r, nil, nil)
		}
	}
	return nil
}

func splitAny(s, delims string) []string {
	var parts []string
	for {
		i := strings.IndexAny(s, delims)
		if i < 0 {
			return append(parts, s)
		}
		parts = append(parts, s[:i])
		s = strings.TrimPrefix(s[i:], string([]rune(s[i:])[0]))
	}
}

// join pairs records by looking at all pairs.
func join(n *plan.Join, left, right, out *table) {
	ls, rs := n.Left.Schema(), n.Right.Schema()
	matches := func(i, j int) bool {
		if n.ByPosition {
			return i == j
		}
		for k := range n.LeftKeys {
			l, r := n.LeftKeys[k], n.RightKeys[k]
			a, b := left.rows[i][l], right.rows[j][r]
			if key([]any{alike(a, ls[l].Type, rs[r].Type)}, []int{0}) != key([]any{alike(b, rs[r].Type, ls[l].Type)}, []int{0}) {
				return false
			}
		}
		return true
	}
	type pair struct{ i, j int }
	var pairs []pair
	used := make(map[int]bool)
	for i := range left.rows {
		found := false
		for j := range right.rows {
			if n.Kind == plan.Cross || matches(i, j) {
				pairs = append(pairs, pair{i, j})
				found, used[j] = true, true
			}
		}
		if !found && (n.Kind == plan.LeftOuter || n.Kind == plan.FullOuter) || !found && n.Kind == plan.Anti {
			pairs = append(pairs, pair{i, -1})
		}
	}
	if n.Kind == plan.Anti {
		kept := pairs[:0]
		for _, p := range pairs {
			if p.j < 0 {
				kept = append(kept, p)
			}
		}
		pairs = kept
	}
	if n.Kind == plan.FullOuter {
		for j := range right.rows {
			if !used[j] {
				pairs = append(pairs, pair{-1, j})
			}
		}
	}
	if !n.ByPosition && !n.KeepLeft && (n.Kind == plan.Inner || n.Kind == plan.Anti) {
		keys := make([]plan.SortKey, len(n.LeftKeys))
		for i, k := range n.LeftKeys {
			keys[i].Col = k
		}
		sort.SliceStable(pairs, func(a, b int) bool { return before(keys, left.rows[pairs[a].i], left.rows[pairs[b].i]) })
	}
	for _, p := range pairs {
		row := make([]any, 0, len(out.fields))
		if p.i >= 0 {
			row = append(row, left.rows[p.i]...)
		} else {
			row = append(row, make([]any, len(left.fields))...)
		}
		switch {
		case n.Kind == plan.Anti:
		case p.j >= 0:
			row = append(row, right.rows[p.j]...)
		default:
			row = append(row, make([]any, len(right.fields))...)
		}
		out.add(row, p.i)
	}
}
