package sqlgen

import (
	"fmt"
	"slices"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
)

// union puts streams together. DuckDB keeps the order of UNION ALL, so where they
// stand one after the other a keyed stream is sorted inside, and the result is
// natural. Where what they come from orders them, the result is keyed by it.
func (r *renderer) union(n *plan.Union, w want) (rel, error) {
	if n.From != nil && w == ordered {
		w = keyed
	}
	u := unionParts{r: r, n: n, w: w}
	for i, in := range n.In {
		if len(in.Schema()) != len(n.Schema()) {
			return rel{}, &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: "the streams of a union have different numbers of fields"}
		}
		outer := r.wanted
		if n.From != nil && w == keyed {
			r.wanted = append(slices.Clip(outer), n.From[i])
		}
		part, err := r.node(in, w)
		r.wanted = outer
		if err != nil {
			return rel{}, err
		}
		if n.From != nil && w == keyed {
			if _, ok := part.trace(n.From[i]); !ok {
				return rel{}, &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: "it is not known what the records of a stream come from"}
			}
		}
		u.parts = append(u.parts, part)
	}
	traces := u.traces()
	sql := make([]string, len(u.parts))
	for i := range u.parts {
		sql[i] = u.part(i, traces)
	}
	out := r.add(len(n.Schema()), strings.Join(sql, "\nUNION ALL\n"))
	if w == keyed {
		out.keyed, out.order, out.traces = true, u.keys(), traces
	}
	return out, nil
}

// unionParts are the streams of a union that is being rendered.
type unionParts struct {
	r     *renderer
	n     *plan.Union
	w     want
	parts []rel
}

// traces are those that all streams have, for unions further up.
func (u *unionParts) traces() []trace {
	if u.w != keyed || len(u.parts) == 0 {
		return nil
	}
	var all []trace
	for _, o := range u.r.wanted {
		t := trace{of: o}
		for _, p := range u.parts {
			if _, ok := p.trace(o); !ok {
				t.of = nil
			}
		}
		if t.of == nil {
			continue
		}
		for range keysOf(o) {
			t.cols = append(t.cols, u.r.traceName())
		}
		all = append(all, t)
	}
	return all
}

// origins is how many columns the origins of the union itself take.
func (u *unionParts) origins() int {
	if u.n.From == nil {
		return 0
	}
	return keysOf(u.n.From[0])
}

// places is how many columns hold a record's place in its stream: its keys as they
// are, where all streams have whole numbers for keys, and otherwise its number.
func (u *unionParts) places() int {
	most := 1
	for _, p := range u.parts {
		for _, k := range p.order {
			if !k.whole || k.desc {
				return 1
			}
		}
		most = max(most, len(p.order))
	}
	return most
}

// keys are the order keys of the result: what the records come from, the stream,
// the place in it.
func (u *unionParts) keys() []orderKey {
	keys := make([]orderKey, u.origins()+1+u.places())
	for i := range keys {
		keys[i] = orderKey{sql: fmt.Sprintf("o%d", i+1), whole: u.n.From == nil || len(u.n.From[0].Keys) == 0 || i >= u.origins()}
	}
	return keys
}

// part renders stream i.
func (u *unionParts) part(i int, traces []trace) string {
	schema, in, part := u.n.Schema(), u.n.In[i].Schema(), u.parts[i]
	var items []string
	for j, f := range in {
		item := cast(col(j), TypeOf(schema[j]), TypeOf(f))
		if item != col(j) {
			item += " AS " + col(j)
		}
		items = append(items, item)
	}
	if u.w == keyed {
		keys := append(u.origin(i), Int(int64(i)))
		if places := u.places(); places == 1 {
			keys = append(keys, part.place())
		} else {
			for k := range places {
				if k < len(part.order) {
					keys = append(keys, part.order[k].sql)
				} else {
					keys = append(keys, "0")
				}
			}
		}
		for k, sql := range keys {
			items = append(items, fmt.Sprintf("%s AS o%d", sql, k+1))
		}
		for _, t := range traces {
			from, _ := part.trace(t.of)
			for k, c := range t.cols {
				items = append(items, from[k]+" AS "+c)
			}
		}
	}
	sql := fmt.Sprintf("SELECT %s FROM %s", strings.Join(items, ", "), part.name)
	if u.w == ordered && part.keyed && len(part.order) > 0 {
		return fmt.Sprintf("(%s ORDER BY %s)", sql, orderBy(part.order))
	}
	return sql
}

// origin lists what the records of stream i come from, brought to the types that
// those of the other streams have.
func (u *unionParts) origin(i int) []string {
	if u.n.From == nil {
		return nil
	}
	cols, _ := u.parts[i].trace(u.n.From[i])
	keys := slices.Clone(cols)
	for k := range u.n.From[i].Keys {
		f := u.n.From[i].At.Schema()[u.n.From[i].Keys[k]]
		for _, other := range u.n.From {
			g := other.At.Schema()[other.Keys[k]]
			if sql, _, err := matched(keys[k], f, "", g); err == nil && sql != keys[k] {
				keys[k] = sql
				break
			}
		}
	}
	return keys
}
