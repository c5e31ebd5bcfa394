//go:build cgo

package duckdb

import (
	"context"
	"fmt"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
)

// work is the computing of some relations: which of those below them stand in
// tables, and for how long.
type work struct {
	s      *session
	shared map[plan.Node]bool // to be put in tables
	table  map[plan.Node]*plan.Table
	uses   map[plan.Node]int // statements that have yet to read a table
	failed map[plan.Node]error
	traced map[plan.Node][]*plan.Origin // what their tables hold besides the fields
	passed map[*plan.Check]bool
	// counting says that somebody wants to know how many records anchors give.
	counting bool
	anchors  []*plan.Anchor // in the order in which they were counted
	counted  map[*plan.Anchor]int64
}

func (s *session) newWork(roots []plan.Node, report bool) *work {
	w := &work{s: s, shared: make(map[plan.Node]bool), table: make(map[plan.Node]*plan.Table), uses: make(map[plan.Node]int), failed: make(map[plan.Node]error), passed: make(map[*plan.Check]bool)}
	w.traced = sqlgen.Traced(roots)
	w.counting = report && s.options.Events != nil
	list := sqlgen.Shared(roots, func(plan.Node) bool { return false }, true)
	for _, n := range list {
		w.shared[n] = true
	}
	for _, n := range list {
		for t := range w.reads(n) {
			w.uses[t]++
		}
	}
	for _, n := range roots {
		for t := range w.handsOn(n) {
			w.uses[t]++
		}
	}
	return w
}

// handsOn lists the tables that a root is read from: its own, where it stands in
// one, since that must last until it is handed on.
func (w *work) handsOn(root plan.Node) map[plan.Node]bool {
	if w.shared[root] {
		return map[plan.Node]bool{root: true}
	}
	return w.reads(root)
}

// reads lists the tables that the statement of n reads, which computes n.
func (w *work) reads(n plan.Node) map[plan.Node]bool {
	found := make(map[plan.Node]bool)
	var visit func(m plan.Node, top bool)
	visit = func(m plan.Node, top bool) {
		if w.shared[m] && !top {
			found[m] = true
			return
		}
		for _, in := range m.Inputs() {
			visit(in, false)
		}
	}
	visit(n, true)
	return found
}

// close drops the tables that are left.
func (w *work) close() {
	for n, t := range w.table {
		w.s.drop(t.Name)
		delete(w.table, n)
	}
}

// release drops those of the tables that nothing needs any more, after a
// statement that has read them.
func (w *work) release(tables map[plan.Node]bool) {
	for t := range tables {
		if w.uses[t]--; w.uses[t] <= 0 && w.table[t] != nil {
			w.s.drop(w.table[t].Name)
			delete(w.table, t)
		}
	}
}

// prepare puts what n needs into tables, and n where others need it too.
func (w *work) prepare(ctx context.Context, n plan.Node) error {
	if w.table[n] != nil {
		return nil
	}
	if err := w.failed[n]; err != nil {
		return err
	}
	for _, in := range n.Inputs() {
		if err := w.prepare(ctx, in); err != nil {
			return err
		}
	}
	if !w.shared[n] {
		return w.check(n)
	}
	t, err := w.compute(ctx, n)
	if err != nil {
		w.failed[n] = blame(err, toolOf(n))
		return w.failed[n]
	}
	w.table[n] = t
	w.release(w.reads(n))
	return nil
}

// check lets a Check that stands in no table see how many records there are.
func (w *work) check(n plan.Node) error {
	c, ok := n.(*plan.Check)
	if !ok || w.passed[c] {
		return nil
	}
	rows, err := w.count(c.In)
	if err == nil {
		err = c.Accept(rows)
	}
	if err != nil {
		w.failed[n] = blame(err, toolOf(n))
		return w.failed[n]
	}
	w.passed[c] = true
	return nil
}

// count is how many records a relation has that gives one for each of a table's.
func (w *work) count(n plan.Node) (int64, error) {
	for {
		if t := w.table[n]; t != nil {
			return t.Rows, nil
		}
		switch n := n.(type) {
		case *plan.Table:
			return n.Rows, nil
		case *plan.Values:
			return int64(len(n.Rows)), nil
		}
		in, ok := preserved(n)
		if !ok {
			return 0, &diag.Diagnostic{Code: diag.Internal, Msg: "the records of a relation are to be checked that is in no table"}
		}
		n = in
	}
}

// keep computes a root into a table that outlives the work.
func (w *work) keep(ctx context.Context, n plan.Node) (*plan.Table, error) {
	if t := w.table[n]; t != nil && w.uses[n] == 1 && len(w.traced[n]) == 0 {
		delete(w.table, n)
		return t, nil
	}
	t, err := w.create(ctx, n)
	if err != nil {
		return nil, blame(err, toolOf(n))
	}
	return t, nil
}

// toolOf is the tool that a relation belongs to: that of the nearest anchor, at
// or below it.
func toolOf(n plan.Node) diag.Tool {
	for {
		if a, ok := n.(*plan.Anchor); ok {
			return a.Tool
		}
		if p, ok := n.(*plan.Project); ok && p.Tool.ID != 0 {
			return p.Tool
		}
		ins := n.Inputs()
		if len(ins) == 0 {
			return diag.Tool{}
		}
		n = ins[0]
	}
}

// newTable finds a name.
func (s *session) newTable() string {
	s.made++
	name := fmt.Sprintf("t%d", s.made)
	s.tables[name] = true
	return name
}

// newRows finds a name for a small relation.
func (s *session) newRows(r *rows) string {
	s.made++
	name := fmt.Sprintf("r%d", s.made)
	s.rows[name] = r
	s.used += r.bytes
	return name
}

// free is how many bytes of rows the session may keep besides those it has.
func (s *session) free() int64 {
	most := int64(256 << 20)
	if s.options.Memory > 0 {
		most = min(most, s.options.Memory/4)
	}
	return most - s.used
}

// input is the connection for an input of an operator in Go.
func (s *session) input(i int) (*conn, error) {
	for len(s.inputs) <= i {
		c, err := s.db.connect()
		if err != nil {
			return nil, err
		}
		s.inputs = append(s.inputs, c)
	}
	return s.inputs[i], nil
}
