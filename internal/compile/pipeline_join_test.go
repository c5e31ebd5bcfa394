//go:build cgo

package compile

import (
	"fmt"
	"strings"

	"kickoff/record"
	"kickoff/workflow"
)

func comparable(a, b record.Field) bool {
	number := func(f record.Field) bool { return f.Type.IsNumeric() || f.Type == record.Bool }
	moment := func(f record.Field) bool { return f.Type == record.Date || f.Type == record.DateTime }
	return a.Type.IsString() && b.Type.IsString() || number(a) && number(b) || moment(a) && moment(b) || a.Type == record.Time && b.Type == record.Time
}

func (m *maker) join() *stage {
	lr, left := m.input()
	rr := m.free[m.IntN(len(m.free))]
	right := m.outs[rr]
	s := &stage{tool: "Join", inputs: []ref{lr, rr}, anchors: []string{"Join", "Left", "Right"}}
	byPosition := m.IntN(6) == 0
	var lk, rk []int
	for _, l := range m.pick(left, 1+m.IntN(3), notObject) {
		if r := m.pick(right, 1, func(f record.Field) bool { return comparable(left.fields[l], f) }); len(r) > 0 && !byPosition {
			lk, rk = append(lk, l), append(rk, r[0])
		}
	}
	if len(lk) == 0 {
		byPosition = true
	}
	config := el("Configuration", nil)
	if byPosition {
		config.Children = []*workflow.Element{}
	} else {
		config.Children = append(config.Children, el("JoinInfo", []string{"connection", "Left"}, fieldList(left, "field", lk)...), el("JoinInfo", []string{"connection", "Right"}, fieldList(right, "field", rk)...))
	}
	dropped := [2]map[int]bool{{}, {}}
	list := el("SelectFields", nil)
	for side, t := range []*table{left, right} {
		prefix := []string{"Left_", "Right_"}[side]
		for i, f := range t.fields {
			if m.IntN(6) == 0 {
				dropped[side][i] = true
				list.Children = append(list.Children, el("SelectField", []string{"field", prefix + f.Name, "selected", "False", "input", prefix}))
			}
		}
	}
	list.Children = append(list.Children, el("SelectField", []string{"field", "*Unknown", "selected", "True"}))
	config.Children = append(config.Children, el("SelectConfiguration", nil, el("Configuration", []string{"outputConnection", "Join"}, el("OrderChanged", []string{"value", "False"}), list)))
	s.config = xml(config.Children...)
	if byPosition {
		s.config = "@joinByRecordPos=True " + s.config
	}
	s.apply = func(in []*table) ([]*table, error) {
		left, right := in[0], in[1]
		at := make(map[string][]int)
		rightKey := func(j int) string {
			var b strings.Builder
			for i := range rk {
				fmt.Fprintf(&b, "%q ", meets(right.rows[j][rk[i]], right.fields[rk[i]], left.fields[lk[i]]))
			}
			return b.String()
		}
		for j := range right.rows {
			k := fmt.Sprint(j)
			if !byPosition {
				k = rightKey(j)
			}
			at[k] = append(at[k], j)
		}
		joined := &table{rough: make(map[string]bool)}
		var kept [2][]int
		taken := make(record.Schema, 0)
		var rough []bool
		for side, t := range in {
			for i, f := range t.fields {
				if dropped[side][i] {
					continue
				}
				kept[side] = append(kept[side], i)
				rough = append(rough, t.rough[f.Name])
				if taken.Index(f.Name) >= 0 {
					f.Name = "Right_" + f.Name
				}
				taken = append(taken, f)
			}
		}
		for i, name := range record.Distinct(taken.Names()) {
			taken[i].Name = name
			if rough[i] {
				joined.rough[name] = true
			}
		}
		joined.fields = taken
		used := make(map[int]bool)
		var lonely []int
		pairs := &table{fields: left.fields} // left's records with the places of both
		for i, r := range left.rows {
			k := fmt.Sprint(i)
			if !byPosition {
				var b strings.Builder
				for n := range lk {
					fmt.Fprintf(&b, "%q ", meets(r[lk[n]], left.fields[lk[n]], right.fields[rk[n]]))
				}
				k = b.String()
			}
			if len(at[k]) == 0 {
				lonely = append(lonely, i)
			}
			for _, j := range at[k] {
				used[j] = true
				pairs.rows = append(pairs.rows, append(append([]any(nil), r...), int64(j)))
			}
			if len(pairs.rows) > 300_000 {
				return nil, errUnfit
			}
		}
		for _, r := range ascending(pairs, lk).rows {
			row := make([]any, 0, len(taken))
			for _, i := range kept[0] {
				row = append(row, r[i])
			}
			for _, i := range kept[1] {
				row = append(row, right.rows[r[len(r)-1].(int64)][i])
			}
			joined.rows = append(joined.rows, row)
		}
		alone := func(t *table, side int, keys []int, keep func(i int) bool) *table {
			fields := kept[side]
			for _, k := range keys {
				if dropped[side][k] {
					fields = append(append([]int(nil), fields...), k)
				}
			}
			return narrowed(ascending(only(t, keep), keys), fields)
		}
		isLonely := make(map[int]bool)
		for _, i := range lonely {
			isLonely[i] = true
		}
		return []*table{joined, alone(left, 0, lk, func(i int) bool { return isLonely[i] }), alone(right, 1, rk, func(i int) bool { return !used[i] })}, nil
	}
	return s
}

// narrowed keeps fields, in their own order.
func narrowed(t *table, fields []int) *table {
	out := &table{rough: t.rough, rows: make([][]any, len(t.rows))}
	for i, f := range t.fields {
		for _, k := range fields {
			if k != i {
				continue
			}
			out.fields = append(out.fields, f)
			for r := range t.rows {
				out.rows[r] = append(out.rows[r], t.rows[r][i])
			}
			break
		}
	}
	return out
}
