//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"sync/atomic"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// tally counts the records that pass the anchors of one statement.
//
// Most anchors need no counting: they give as many records as the table below
// them or the result above them, with only nodes between that give a record for
// each. The others are counted while the statement runs.
type tally struct {
	w     *work
	root  plan.Node
	taps  map[*plan.Anchor]*atomic.Int64
	full  bool  // there were too few counters
	feeds feeds // what the statement is handed while it runs
}

// tally prepares the counting of the statement of root.
func (w *work) tally(root plan.Node) *tally {
	return &tally{w: w, root: root, taps: make(map[*plan.Anchor]*atomic.Int64)}
}

// count is the renderer's question: is an anchor to be counted on the way?
func (t *tally) count(a *plan.Anchor) (int, bool) {
	if !t.w.counting || t.onTop(a) {
		return 0, false
	}
	if _, own := t.base(a); !own {
		return 0, false
	}
	id, n, ok := t.w.s.counts.next()
	if !ok {
		t.full, n = true, new(atomic.Int64)
	}
	t.taps[a] = n
	return id, ok
}

// preserved returns the input of a node that gives a record for each of its
// input's.
func preserved(n plan.Node) (plan.Node, bool) {
	switch n := n.(type) {
	case *plan.Anchor:
		return n.In, true
	case *plan.Check:
		return n.In, true
	case *plan.Project:
		return n.In, true
	case *plan.Sort:
		return n.In, true
	case *plan.Window:
		return n.In, true
	}
	return nil, false
}

// onTop reports whether the result has as many records as a.
func (t *tally) onTop(a *plan.Anchor) bool {
	n := t.root
	for ok := true; ok; n, ok = preserved(n) {
		if n == a {
			return true
		}
	}
	return false
}

// base returns what a has as many records as: an anchor, a table or a table of
// the document; own is true where there is no such thing.
func (t *tally) base(a *plan.Anchor) (n plan.Node, own bool) {
	n = a.In
	for {
		switch n.(type) {
		case *plan.Anchor, *plan.Table, *plan.Values, *plan.Read:
			return n, false
		}
		if t.w.table[n] != nil {
			return n, false
		}
		next, ok := preserved(n)
		if !ok {
			return n, true
		}
		n = next
	}
}

// done notes the counts of all anchors of the statement, which gave rows records.
func (t *tally) done(ctx context.Context, rows int64) error {
	if !t.w.counting {
		return nil
	}
	if t.full {
		return &diag.Diagnostic{Code: diag.Limit, Msg: fmt.Sprintf("the workflow has more than %d places to count records at", maxCounters)}
	}
	var err error
	t.anchors(t.root, func(a *plan.Anchor) {
		n, e := t.of(ctx, a, rows)
		if e != nil && err == nil {
			err = e
		}
		t.w.note(a, n)
	})
	return err
}

// anchors visits the anchors of the statement, inputs first.
func (t *tally) anchors(n plan.Node, visit func(*plan.Anchor)) {
	seen := make(map[plan.Node]bool)
	var walk func(n plan.Node)
	walk = func(n plan.Node) {
		if seen[n] || t.w.table[n] != nil {
			return
		}
		seen[n] = true
		for _, in := range n.Inputs() {
			walk(in)
		}
		if a, ok := n.(*plan.Anchor); ok {
			visit(a)
		}
	}
	walk(n)
}

// of is the count of one anchor.
func (t *tally) of(ctx context.Context, a *plan.Anchor, rows int64) (int64, error) {
	if t.onTop(a) {
		return rows, nil
	}
	n, own := t.base(a)
	if own {
		if t.cutShort(a, rows) {
			return t.recount(ctx, a)
		}
		return t.taps[a].Load(), nil
	}
	switch n := n.(type) {
	case *plan.Table:
		return n.Rows, nil
	case *plan.Values:
		return int64(len(n.Rows)), nil
	case *plan.Anchor:
		if t.w.table[n] == nil {
			return t.of(ctx, n, rows)
		}
	case *plan.Read:
		if f := t.feeds.of(n); f != nil {
			return f.rows, nil
		}
	}
	return t.w.table[n].Rows, nil
}

// cutShort reports whether DuckDB may not have computed all of a. It leaves out
// what is below an operator that it knows to give nothing, from the ranges of
// the values, and stops reading below a join whose other side is empty.
func (t *tally) cutShort(a *plan.Anchor, rows int64) bool {
	short := false
	var walk func(n plan.Node, chooses, empty bool)
	walk = func(n plan.Node, chooses, empty bool) {
		if n == a {
			short = short || empty || chooses && t.taps[a].Load() == 0
			return
		}
		if t.w.table[n] != nil {
			return
		}
		below := empty
		switch n := n.(type) {
		case *plan.Anchor:
			below = empty || t.taps[n] != nil && t.taps[n].Load() == 0
		case *plan.Join:
			chooses = true
		case *plan.Filter:
			chooses, below = true, false
		case *plan.Slice: // the first of some are known not to be nothing
			chooses, below = chooses || n.Mode != plan.First || n.N < 1, false
		case *plan.Aggregate, *plan.Union:
			below = false
		}
		for _, in := range n.Inputs() {
			walk(in, chooses, below)
		}
	}
	walk(t.root, false, rows == 0)
	return short
}

// recount counts the records of an anchor by themselves.
func (t *tally) recount(ctx context.Context, a *plan.Anchor) (int64, error) {
	q, err := t.w.render(a, sqlgen.SelectAny, sqlgen.Options{})
	if err != nil {
		return 0, err
	}
	q.sql = "SELECT count(*) AS c1 FROM (\n" + q.sql + "\n)"
	r, err := start(ctx, t.w.s.conn, q, record.Schema{record.New("count", record.Int64, 0)})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	b, err := r.Next(ctx)
	if err != nil {
		return 0, err
	}
	return b.Cols[0].Ints[0], nil
}

// note keeps the count of an anchor for the report.
func (w *work) note(a *plan.Anchor, n int64) {
	if w.counted == nil {
		w.counted = make(map[*plan.Anchor]int64)
	}
	if _, known := w.counted[a]; !known {
		w.anchors = append(w.anchors, a)
	}
	w.counted[a] = n
}

// finish sends the counts to the listener, and how much did not convert.
func (w *work) finish() {
	for _, a := range w.anchors {
		w.s.report.send(&engine.Counted{Tool: a.Tool, Anchor: a.Name, Records: w.counted[a]})
	}
	w.s.report.summarise()
	w.s.counts.used = 0
}
