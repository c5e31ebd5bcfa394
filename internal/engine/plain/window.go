package plain

import (
	"sort"

	"kickoff/internal/plan"
	"kickoff/record"
)

// window appends values computed from a record's place in its partition.
func window(n *plan.Window, in, out *table) {
	parts := make(map[string][]int)
	for i, r := range in.rows {
		k := key(r, n.Partition)
		parts[k] = append(parts[k], i)
	}
	out.rows = make([][]any, len(in.rows))
	for _, part := range parts {
		sort.SliceStable(part, func(a, b int) bool { return before(n.Order, in.rows[part[a]], in.rows[part[b]]) })
		for at, i := range part {
			row := append([]any(nil), in.rows[i]...)
			for _, col := range n.Cols {
				row = append(row, windowValue(n, col, in, part, at))
			}
			out.rows[i] = row
		}
	}
}

func windowValue(n *plan.Window, col plan.WindowCol, in *table, part []int, at int) any {
	arg := func(i int) any { return in.rows[part[i]][col.Arg] }
	equal := func(i, j int) bool {
		return !before(n.Order, in.rows[part[i]], in.rows[part[j]]) && !before(n.Order, in.rows[part[j]], in.rows[part[i]])
	}
	sum := func(to int) any {
		if col.Field.Type == record.Int64 {
			var s int64
			for i := range to {
				v, _ := arg(i).(int64)
				s += v
			}
			return s
		}
		s := 0.0
		for i := range to {
			s += number(arg(i))
		}
		return s
	}
	switch col.Func {
	case plan.RowNumber:
		return int64(at + 1)
	case plan.Rank:
		for at > 0 && equal(at-1, at) {
			at--
		}
		return int64(at + 1)
	case plan.DenseRank:
		ranks := int64(1)
		for i := 1; i <= at; i++ {
			if !equal(i-1, i) {
				ranks++
			}
		}
		return ranks
	case plan.Count:
		return int64(len(part))
	case plan.RunningSum:
		return sum(at + 1)
	case plan.StrictSum:
		for i := range at + 1 {
			if arg(i) == nil {
				return nil
			}
		}
		return sum(at + 1)
	case plan.Sum:
		return sum(len(part))
	case plan.Lag:
		if i := at - col.Offset; i >= 0 && i < len(part) {
			return arg(i)
		}
		return col.Default
	case plan.FirstValue:
		return arg(0)
	case plan.LastValue:
		return arg(len(part) - 1)
	case plan.Ntile:
		size, larger := len(part)/col.Offset, len(part)%col.Offset
		if at < larger*(size+1) {
			return int64(at/(size+1) + 1)
		}
		return int64((at-larger*(size+1))/size + larger + 1)
	}
	panic("plain: an unknown window function")
}
