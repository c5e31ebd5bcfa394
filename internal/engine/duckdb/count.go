//go:build cgo

package duckdb

import (
	"kickoff/internal/engine"
	"kickoff/internal/plan"
)

// counts collects the records of anchors.
type counts struct {
	on      bool
	anchors []*plan.Anchor // in the order in which they were counted
	of      map[*plan.Anchor]int64
}

// counted notes that n has given rows records, and with it the anchors below
// that have as many.
func (w *work) counted(n plan.Node, rows int64) {
	if !w.counts.on {
		return
	}
	if w.counts.of == nil {
		w.counts.of = make(map[*plan.Anchor]int64)
	}
	for {
		if a, ok := n.(*plan.Anchor); ok {
			if _, known := w.counts.of[a]; !known {
				w.counts.anchors = append(w.counts.anchors, a)
			}
			w.counts.of[a] = rows
		}
		next, ok := preserved(n)
		if !ok {
			return
		}
		n = next
	}
}

// preserved returns the input of a node that gives a record for each of its
// input's.
func preserved(n plan.Node) (plan.Node, bool) {
	switch n := n.(type) {
	case *plan.Anchor:
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

// tap tells the renderer which anchors are counted while records pass.
func (w *work) tap(root plan.Node) func(a *plan.Anchor) (int, bool) {
	return nil
}

// finish sends the counts to the listener, and how much did not convert.
func (w *work) finish() {
	for _, a := range w.counts.anchors {
		w.s.report.send(&engine.Counted{Tool: a.Tool, Anchor: a.Name, Records: w.counts.of[a]})
	}
	w.s.report.summarise()
}
