//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// work is the computing of some relations: which of those below them stand in
// tables, and for how long.
type work struct {
	s      *session
	shared map[plan.Node]bool // to be put in tables
	table  map[plan.Node]*plan.Table
	uses   map[plan.Node]int // statements that have yet to read a table
	failed map[plan.Node]error
	// counting says that somebody wants to know how many records anchors give.
	counting bool
	anchors  []*plan.Anchor // in the order in which they were counted
	counted  map[*plan.Anchor]int64
}

func (s *session) newWork(roots []plan.Node, report bool) *work {
	w := &work{s: s, shared: make(map[plan.Node]bool), table: make(map[plan.Node]*plan.Table), uses: make(map[plan.Node]int), failed: make(map[plan.Node]error)}
	w.counting = report && s.options.Events != nil
	list := sqlgen.Shared(roots, func(plan.Node) bool { return false })
	for _, n := range list {
		w.shared[n] = true
	}
	for _, n := range append(list, roots...) {
		for t := range w.reads(n) {
			w.uses[t]++
		}
	}
	return w
}

// reads lists the tables that the statement of n reads; n itself, where it
// stands in a table and is only handed on.
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
	visit(n, w.shared[n])
	return found
}

// close drops the tables that are left.
func (w *work) close() {
	for n, t := range w.table {
		w.s.drop(t.Name)
		delete(w.table, n)
	}
}

// release drops tables that nothing needs any more, after the statement of n.
func (w *work) release(n plan.Node) {
	for t := range w.reads(n) {
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
		return nil
	}
	t, err := w.compute(ctx, n)
	if err != nil {
		w.failed[n] = blame(err, toolOf(n))
		return w.failed[n]
	}
	w.table[n] = t
	w.release(n)
	return nil
}

// keep computes a root into a table that outlives the work.
func (w *work) keep(ctx context.Context, n plan.Node) (*plan.Table, error) {
	if t := w.table[n]; t != nil && w.uses[n] == 0 {
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

// standing tells the renderer which relations stand in tables.
func (w *work) standing(n plan.Node) (string, bool) {
	if t := w.table[n]; t != nil {
		return t.Name, true
	}
	return "", false
}

// sql renders the statement of n over the tables that stand.
func (w *work) sql(n plan.Node, t *tally) (string, error) {
	return sqlgen.Select(n, sqlgen.Options{Table: w.standing, Site: w.s.site, Function: w.s.function, Library: w.s.library, Count: t.count})
}

// read starts the statement of n on a connection.
func (w *work) read(ctx context.Context, c *conn, n plan.Node, t *tally) (*reader, error) {
	sql, err := w.sql(n, t)
	if err != nil {
		return nil, err
	}
	return start(ctx, c, sql, n.Schema())
}

func start(ctx context.Context, c *conn, sql string, schema record.Schema) (*reader, error) {
	st, err := c.query(ctx, sql, schema)
	if err != nil {
		return nil, err
	}
	return &reader{schema: schema, s: st}, nil
}

// newTable finds a name.
func (s *session) newTable() string {
	s.made++
	name := fmt.Sprintf("t%d", s.made)
	s.tables[name] = true
	return name
}

// compute puts a relation into a table, each kind of node in its way.
func (w *work) compute(ctx context.Context, n plan.Node) (*plan.Table, error) {
	switch n := n.(type) {
	case *plan.Read:
		return w.load(ctx, n.Fields, func(l *loader) error {
			r, err := n.Open(ctx)
			if err != nil {
				return err
			}
			defer r.Close()
			return l.copyFrom(ctx, r)
		})
	case *plan.Values:
		return w.load(ctx, n.Fields, func(l *loader) error {
			b := record.NewBatch(n.Fields, len(n.Rows))
			for _, row := range n.Rows {
				b.Append(row...)
			}
			return l.Write(ctx, b)
		})
	case *plan.Apply:
		return w.apply(ctx, n)
	}
	return w.create(ctx, n)
}

// create runs CREATE TABLE AS, which keeps the order of its select.
func (w *work) create(ctx context.Context, n plan.Node) (*plan.Table, error) {
	t := w.tally(n)
	sql, err := w.sql(n, t)
	if err != nil {
		return nil, err
	}
	name := w.s.newTable()
	rows, err := w.s.conn.exec(ctx, "CREATE TABLE "+sqlgen.Ident(name)+" AS\n"+sql)
	if err == nil {
		err = w.s.conn.check(name, n.Schema())
	}
	if err == nil {
		err = t.done(ctx, rows)
	}
	if err != nil {
		w.s.drop(name)
		return nil, err
	}
	return &plan.Table{Fields: n.Schema(), Name: name, Rows: rows}, nil
}

// load fills a new table by hand.
func (w *work) load(ctx context.Context, fields record.Schema, fill func(l *loader) error) (*plan.Table, error) {
	c, err := w.s.db.connect()
	if err != nil {
		return nil, err
	}
	defer c.close()
	name := w.s.newTable()
	l, err := newLoader(ctx, c, name, fields)
	if err == nil {
		err = fill(l)
		if cerr := l.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		w.s.drop(name)
		return nil, err
	}
	return &plan.Table{Fields: fields, Name: name, Rows: l.rows}, nil
}

// apply runs an operator in Go. Each input streams over a connection of its own.
func (w *work) apply(ctx context.Context, n *plan.Apply) (*plan.Table, error) {
	return w.load(ctx, n.Fields, func(l *loader) error {
		// All are rendered before any runs: rendering adds functions and counters.
		readers := make([]record.Reader, len(n.In))
		tallies, statements := make([]*tally, len(n.In)), make([]string, len(n.In))
		for i, in := range n.In {
			tallies[i] = w.tally(in)
			var err error
			if statements[i], err = w.sql(in, tallies[i]); err != nil {
				return err
			}
		}
		for i, in := range n.In {
			c, err := w.s.db.connect()
			if err != nil {
				return err
			}
			defer c.close()
			r, err := start(ctx, c, statements[i], in.Schema())
			if err != nil {
				return err
			}
			defer r.Close()
			readers[i] = r
		}
		if err := n.Run(ctx, readers, &unclosed{l}); err != nil {
			return err
		}
		// An operator may have stopped before the end of an input; what it did not
		// read still counts.
		for i, r := range readers {
			if err := drain(ctx, r, w.counting); err != nil {
				return err
			}
			r.Close()
			if err := tallies[i].done(ctx, r.(*reader).rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// drain reads a relation to its end.
func drain(ctx context.Context, r record.Reader, really bool) error {
	for really && r.(*reader).s != nil {
		if _, err := r.Next(ctx); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// unclosed lets an operator close its output, which load closes.
type unclosed struct{ l *loader }

func (u *unclosed) Write(ctx context.Context, b *record.Batch) error { return u.l.Write(ctx, b) }
func (u *unclosed) Close() error                                     { return nil }
