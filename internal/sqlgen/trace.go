package sqlgen

import (
	"fmt"
	"slices"
	"strings"

	"kickoff/internal/plan"
	"kickoff/record"
)

// trace is where the columns of a relation stand that say what its records come
// from: the values of the keys of an origin, or the place of its record. They go
// along with the keys of the order wherever each record comes from one below.
type trace struct {
	of   *plan.Origin
	cols []string
}

// traceCols lists the columns of all traces.
func (in rel) traceCols() []string {
	var s []string
	for _, t := range in.traces {
		s = append(s, t.cols...)
	}
	return s
}

// trace finds the columns of an origin.
func (in rel) trace(o *plan.Origin) ([]string, bool) {
	for _, t := range in.traces {
		if t.of == o {
			return t.cols, true
		}
	}
	return nil, false
}

// Traced lists, for the relations below roots, the origins that unions need to
// know of their records, of whatever stands in a table on the way up from them.
func Traced(roots []plan.Node) map[plan.Node][]*plan.Origin {
	traced := make(map[plan.Node][]*plan.Origin)
	for _, root := range roots {
		plan.Walk(root, func(n plan.Node) {
			u, ok := n.(*plan.Union)
			if !ok {
				return
			}
			for i, o := range u.From {
				between(u.In[i], o, traced)
			}
		})
	}
	return traced
}

// between notes an origin for the relations between it and n, in all streams of
// unions on the way.
func between(n plan.Node, o *plan.Origin, traced map[plan.Node][]*plan.Origin) {
	if n == nil || n == o.At || slices.Contains(traced[n], o) {
		return
	}
	traced[n] = append(traced[n], o)
	if u, ok := n.(*plan.Union); ok {
		for _, in := range u.In {
			between(in, o, traced)
		}
		return
	}
	below, _ := plan.Source(n)
	between(below, o, traced)
}

func (r *renderer) traced(n plan.Node) []*plan.Origin {
	if r.opts.Traced == nil {
		return nil
	}
	return r.opts.Traced(n)
}

// noted lists the select items for the last columns of a table, which are called
// as if they were fields.
func (r *renderer) noted(in rel) []string {
	var items []string
	for _, o := range r.opts.Note {
		cols, _ := in.trace(o)
		for _, c := range cols {
			if len(o.Keys) == 0 {
				c = "CAST(" + c + " AS BIGINT)"
			}
			items = append(items, c+" AS "+col(in.cols+len(items)))
		}
	}
	return items
}

// TraceFields are the columns that a table has for origins behind its fields.
func TraceFields(origins []*plan.Origin) record.Schema {
	var s record.Schema
	for _, o := range origins {
		for j := range keysOf(o) {
			f := record.New("", record.Int64, 0)
			if len(o.Keys) > 0 {
				f = o.At.Schema()[o.Keys[j]]
			}
			s = append(s, f)
		}
	}
	return s
}

// keysOf is how many columns an origin takes.
func keysOf(o *plan.Origin) int { return max(len(o.Keys), 1) }

// tableOf adds the traces that a table has columns for.
func (r *renderer) tableOf(n plan.Node, in rel) rel {
	origins := r.traced(n)
	if len(origins) == 0 || !in.keyed {
		return in
	}
	items, at := []string{columns("", in.cols), in.order[0].sql + " AS o1"}, in.cols
	var traces []trace
	for _, o := range origins {
		t := trace{of: o}
		for range keysOf(o) {
			name := r.traceName()
			t.cols = append(t.cols, name)
			items = append(items, col(at)+" AS "+name)
			at++
		}
		traces = append(traces, t)
	}
	out := r.wrapped(in, items)
	out.order, out.traces = in.carried(), traces
	return out
}

// begin adds the traces of the origins that are n itself.
func (r *renderer) begin(n plan.Node, in rel) rel {
	for _, o := range r.wanted {
		if o.At != n {
			continue
		}
		if _, known := in.trace(o); known {
			continue
		}
		t := trace{of: o}
		var items []string
		for _, k := range o.Keys {
			name := r.traceName()
			t.cols = append(t.cols, name)
			items = append(items, col(k)+" AS "+name)
		}
		if len(o.Keys) == 0 {
			name := r.traceName()
			t.cols = append(t.cols, name)
			items = append(items, in.place()+" AS "+name)
		}
		items = append(append([]string{columns("", in.cols)}, in.carry()...), items...)
		in.order = in.carried()
		in.traces = append(in.traces, t)
		in = r.wrapped(in, items)
	}
	return in
}

// place is the record's place from 0, or what is ordered as it is.
func (in rel) place() string {
	switch {
	case len(in.order) == 0:
		return "0"
	case len(in.order) == 1 && in.order[0].whole && !in.order[0].desc:
		return in.order[0].sql
	}
	return "row_number() OVER (ORDER BY " + orderBy(in.order) + ")"
}

// wrapped is a relation with other items selected.
func (r *renderer) wrapped(in rel, items []string) rel {
	out := r.add(in.cols, fmt.Sprintf("SELECT %s\nFROM %s", strings.Join(items, ", "), in.name))
	in.name, in.table = out.name, false
	return in
}

func (r *renderer) traceName() string {
	r.names++
	return fmt.Sprintf("t%d", r.names)
}
