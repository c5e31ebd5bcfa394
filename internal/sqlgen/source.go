package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
)

// values renders a table given in the document.
func (r *renderer) values(n *plan.Values, w want) (rel, error) {
	cols := len(n.Fields)
	var b strings.Builder
	names := columns("", cols)
	if w == keyed {
		names += ", o1"
	}
	if len(n.Rows) == 0 {
		items := make([]string, cols)
		for i, f := range n.Fields {
			items[i] = "NULL::" + TypeOf(f) + " AS " + col(i)
		}
		if w == keyed {
			items = append(items, "0 AS o1")
		}
		fmt.Fprintf(&b, "SELECT %s WHERE false", strings.Join(items, ", "))
	} else {
		fmt.Fprintf(&b, "SELECT * FROM (VALUES")
		for i, row := range n.Rows {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n  (")
			for j, v := range row {
				lit, ok := Literal(v, n.Fields[j])
				if !ok {
					return rel{}, &diag.Diagnostic{Code: diag.BadType, Tool: r.tool,
						Msg: fmt.Sprintf("record %d: field %q (%s) cannot hold a value of Go type %T", i+1, n.Fields[j].Name, n.Fields[j].Type, v)}
				}
				if j > 0 {
					b.WriteString(", ")
				}
				b.WriteString(lit)
			}
			if w == keyed {
				fmt.Fprintf(&b, ", %d", i)
			}
			b.WriteString(")")
		}
		fmt.Fprintf(&b, "\n) AS v(%s)", names)
	}
	out := r.add(cols, b.String())
	if w == keyed {
		out.keyed, out.order = true, []orderKey{{sql: "o1", position: true, whole: true, unique: true}}
	}
	return out, nil
}

// bare is a relation without fields, which has no records either: SQL knows no
// select without columns, so it has one that nothing reads.
func (r *renderer) bare(w want) rel {
	if w != keyed {
		return r.add(0, "SELECT 0 AS c0 WHERE false")
	}
	items, traces := "0 AS c0, 0 AS o1", []trace(nil)
	for _, o := range r.wanted {
		t := trace{of: o}
		for range keysOf(o) {
			t.cols = append(t.cols, r.traceName())
			items += ", NULL AS " + t.cols[len(t.cols)-1]
		}
		traces = append(traces, t)
	}
	out := r.add(0, "SELECT "+items+" WHERE false")
	out.keyed, out.order, out.traces = true, []orderKey{{sql: "o1", position: true, whole: true, unique: true}}, traces
	return out
}

// fed renders a file that the engine hands to the statement while that runs: the
// columns c1, c2, ... and the record's place, which costs nothing where nobody
// asks for it.
func (r *renderer) fed(n *plan.Read, w want) (rel, error) {
	if r.opts.Feed == nil {
		return rel{}, &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: n.Name + " stands in no table"}
	}
	number := r.opts.Feed(n, r.tool, w == ordered)
	cols := len(n.Schema())
	names := columns("", cols)
	if w == keyed {
		names += ", o1"
	}
	out := r.add(cols, fmt.Sprintf("SELECT %s FROM %s(%d)", names, FeedFunction, number))
	if w == keyed {
		out.keyed, out.order = true, []orderKey{{sql: "o1", position: true, whole: true, unique: true}}
	}
	return out, nil
}

// FeedFunction is the table function that gives the records of a file, by its
// number in the statement.
const FeedFunction = "kickoff_feed"
