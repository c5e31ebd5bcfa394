//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/expr"
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
		return w.check(n)
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
	if t := w.table[n]; t != nil && w.uses[n] == 0 && len(w.traced[n]) == 0 {
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
	if r := w.rows(n); r != nil && r.table != "" {
		return r.table, true
	}
	if t := w.table[n]; t != nil {
		return t.Name, true
	}
	return "", false
}

// query renders the statement of n over the tables and rows that stand.
func (w *work) query(n plan.Node, t *tally, note ...*plan.Origin) (query, error) {
	q, err := w.render(n, sqlgen.Select, sqlgen.Options{Site: w.s.site, Count: t.count, Note: note})
	t.feeds = q.feeds
	return q, err
}

// noted lists the origins that the table of a relation has columns for.
func (w *work) noted(n plan.Node) []*plan.Origin {
	if w.table[n] == nil {
		return nil
	}
	return w.traced[n]
}

// render renders a query. Where it reads a table it does not come back, and so has
// the variables' values of now in its text.
func (w *work) render(n plan.Node, how func(plan.Node, sqlgen.Options) (string, error), o sqlgen.Options) (query, error) {
	q := query{tables: w.tables(n)}
	numbers := make(map[*rows]int)
	o.Table, o.Function, o.Library, o.Traced = w.standing, w.s.function, w.s.library, w.noted
	o.Rows = func(n plan.Node) (int, bool) {
		r := w.rows(n)
		if r == nil || q.tables > 0 && r.table != "" {
			return 0, false
		}
		at, ok := numbers[r]
		if !ok {
			at = len(q.in)
			numbers[r], q.in = at, append(q.in, r)
		}
		return at, true
	}
	o.Feed = func(n *plan.Read, tool diag.Tool, ordered bool) int {
		threads := w.s.threads
		if ordered {
			threads = 1
		}
		q.feeds = append(q.feeds, &feed{node: n, tool: tool, fields: n.Fields, threads: threads, stop: func() {}})
		return len(q.feeds) - 1
	}
	if q.tables == 0 {
		add := func(p given) string {
			i := slices.Index(q.values, p)
			if i < 0 {
				i, q.values = len(q.values), append(q.values, p)
			}
			return p.sql(i)
		}
		o.Variable = func(v *expr.Variable) string { return add(given{variable: v.Value}) }
		o.Record = func(n plan.Node) ([]string, bool) { return w.record(n, add) }
	}
	var err error
	q.sql, err = how(n, o)
	return q, err
}

// rows returns the rows in which n stands, or nil.
func (w *work) rows(n plan.Node) *rows {
	if t := w.table[n]; t != nil {
		return w.s.rows[t.Name]
	}
	if t, ok := n.(*plan.Table); ok {
		return w.s.rows[t.Name]
	}
	return nil
}

// record gives the only record of n, where n stands in rows that are just one.
func (w *work) record(n plan.Node, add func(given) string) ([]string, bool) {
	r := w.handed(n)
	if r == nil || r.n != 1 {
		return nil, false
	}
	values := make([]string, len(r.types))
	for i, f := range n.Schema() {
		if invalid(bits(bindings.DataChunkGetVector(r.chunks[0], bindings.IdxT(i)), 1), 0) {
			values[i] = "NULL::" + sqlgen.TypeOf(f)
		} else {
			values[i] = add(given{record: r, col: i})
		}
	}
	return values, true
}

// handed is the rows that n hands on as they are, or nil.
func (w *work) handed(n plan.Node) *rows {
	for {
		if r := w.rows(n); r != nil {
			return r
		}
		switch m := n.(type) {
		case *plan.Anchor:
			n = m.In
		case *plan.Check:
			n = m.In
		default:
			return nil
		}
	}
}

// level puts the rows that n reads into tables where n is a union of tables too:
// DuckDB fills a table on several cores from tables, and on one as soon as a
// function is among them.
func (w *work) level(ctx context.Context, n plan.Node) error {
	if w.tables(n) == 0 {
		return nil
	}
	united := false
	var small []*plan.Table
	w.walk(n, func(n plan.Node, t *plan.Table) {
		if _, ok := n.(*plan.Union); ok {
			united = true
		}
		if t != nil && w.s.rows[t.Name] != nil {
			small = append(small, t)
		}
	})
	if !united {
		return nil
	}
	for _, t := range small {
		r := w.s.rows[t.Name]
		if r.table != "" {
			continue
		}
		k := &keeper{s: w.s, fields: t.Fields}
		err := k.begin(ctx)
		for i := 0; i < len(r.chunks) && err == nil; i++ {
			err = k.append(r.chunks[i])
		}
		if err == nil {
			var table *plan.Table
			if table, err = k.finish(); err == nil {
				r.table = table.Name
			}
		}
		k.close()
		if err != nil {
			return err
		}
	}
	return nil
}

// tables counts the tables that the statement of n reads.
func (w *work) tables(n plan.Node) (count int) {
	w.walk(n, func(_ plan.Node, t *plan.Table) {
		if t != nil && w.s.rows[t.Name] == nil {
			count++
		}
	})
	return count
}

// walk visits what the statement of n holds, each node once; those that stand
// with their tables.
func (w *work) walk(n plan.Node, visit func(plan.Node, *plan.Table)) {
	seen := make(map[plan.Node]bool)
	var walk func(n plan.Node)
	walk = func(n plan.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		t := w.table[n]
		if own, ok := n.(*plan.Table); ok && t == nil {
			t = own
		}
		visit(n, t)
		if t != nil {
			return
		}
		for _, in := range n.Inputs() {
			walk(in)
		}
	}
	walk(n)
}

// read starts the statement of n on a connection.
func (w *work) read(ctx context.Context, c *conn, n plan.Node, t *tally) (*reader, error) {
	if err := w.level(ctx, n); err != nil {
		return nil, err
	}
	q, err := w.query(n, t)
	if err != nil {
		return nil, err
	}
	return start(ctx, c, q, n.Schema())
}

func start(ctx context.Context, c *conn, q query, schema record.Schema) (*reader, error) {
	q.feeds.begin(ctx)
	st, err := c.start(ctx, q, schema)
	if err != nil {
		err = q.feeds.failed(err)
		q.feeds.close()
		return nil, err
	}
	return &reader{schema: schema, s: st, feeds: q.feeds}, nil
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
	case *plan.Check:
		compute := w.compute
		if len(w.traced[n]) > 0 {
			compute = func(ctx context.Context, in plan.Node) (*plan.Table, error) { return w.create(ctx, in, w.traced[n]...) }
		}
		t, err := compute(ctx, n.In)
		if err == nil {
			if err = n.Accept(t.Rows); err != nil {
				w.s.drop(t.Name)
			}
		}
		return t, err
	}
	return w.create(ctx, n, w.traced[n]...)
}

// create computes what DuckDB computes by itself. What reads tables goes into a
// table, and from there to rows where it has turned out to be small; everything
// else is expected to be.
func (w *work) create(ctx context.Context, n plan.Node, note ...*plan.Origin) (*plan.Table, error) {
	if err := w.level(ctx, n); err != nil {
		return nil, err
	}
	t := w.tally(n)
	if len(n.Schema()) == 0 {
		note = nil // without fields there are no records to trace
	}
	q, err := w.query(n, t, note...)
	if err != nil {
		return nil, err
	}
	var out *plan.Table
	schema := append(slices.Clip(n.Schema()), sqlgen.TraceFields(note)...)
	if q.tables == 0 {
		out, err = w.collect(ctx, q, schema)
	} else {
		out, err = w.createTable(ctx, q, schema)
	}
	if err != nil {
		return nil, err
	}
	if err := t.done(ctx, out.Rows); err != nil {
		w.s.drop(out.Name)
		return nil, err
	}
	return out, nil
}

// createTable runs CREATE TABLE AS, which keeps the order of its select.
func (w *work) createTable(ctx context.Context, q query, schema record.Schema) (*plan.Table, error) {
	name := w.s.newTable()
	st := &statement{in: q.in, feeds: q.feeds}
	q.feeds.begin(ctx)
	defer q.feeds.close()
	w.s.db.binding = st
	rows, err := w.s.conn.exec(ctx, "CREATE TABLE "+sqlgen.Ident(name)+" AS\n"+q.sql)
	w.s.db.binding = nil
	if err = q.feeds.failed(err); err == nil {
		err = q.feeds.finish()
	}
	if err == nil {
		err = w.s.conn.check(name, schema)
	}
	if err != nil {
		w.s.drop(name)
		return nil, err
	}
	out := &plan.Table{Fields: schema, Name: name, Rows: rows}
	if rows > maxRows {
		return out, nil
	}
	sql, err := sqlgen.Select(out, sqlgen.Options{})
	if err != nil {
		return nil, err
	}
	small, err := w.collect(ctx, query{sql: sql, tables: 1}, schema)
	w.s.drop(name)
	return small, err
}

// collect runs a statement and keeps its result.
func (w *work) collect(ctx context.Context, q query, schema record.Schema) (*plan.Table, error) {
	q.feeds.begin(ctx)
	defer q.feeds.close()
	st, err := w.s.conn.start(ctx, q, schema)
	if err != nil {
		return nil, q.feeds.failed(err)
	}
	defer st.close()
	defer q.feeds.stop()
	k := w.s.newKeeper(schema, st.st.columns())
	defer k.close()
	for {
		c, ok, err := st.next()
		if err != nil {
			return nil, q.feeds.failed(err)
		}
		if !ok {
			if err := q.feeds.finish(); err != nil {
				return nil, err
			}
			return k.finish()
		}
		err = k.take(ctx, &c)
		bindings.DestroyDataChunk(&c)
		if err != nil {
			return nil, err
		}
	}
}

// load fills a new relation by hand.
func (w *work) load(ctx context.Context, fields record.Schema, fill func(l *loader) error) (*plan.Table, error) {
	l := newLoader(w.s, fields)
	defer l.close()
	if err := fill(l); err != nil {
		return nil, err
	}
	return l.finish(ctx)
}

// apply runs an operator in Go. Each input streams over a connection of its own.
func (w *work) apply(ctx context.Context, n *plan.Apply) (*plan.Table, error) {
	origins := w.traced[n]
	if len(n.Fields) == 0 || len(origins) > 0 && len(n.In[0].Schema()) == 0 {
		origins = nil // without fields there are no records to trace
	}
	noted := sqlgen.TraceFields(origins)
	fields := append(slices.Clip(n.Fields), noted...)
	if len(n.Fields) > 0 {
		fields = append(slices.Clip(n.Fields), sqlgen.TraceFields(w.traced[n])...)
	}
	return w.load(ctx, fields, func(l *loader) error {
		// All are rendered before any runs: rendering adds functions and counters.
		readers := make([]record.Reader, len(n.In))
		tallies, queries := make([]*tally, len(n.In)), make([]query, len(n.In))
		for i, in := range n.In {
			err := w.level(ctx, in)
			if err != nil {
				return err
			}
			tallies[i] = w.tally(in)
			var note []*plan.Origin
			if i == 0 {
				note = origins
			}
			if queries[i], err = w.query(in, tallies[i], note...); err != nil {
				return err
			}
		}
		for i, in := range n.In {
			c, err := w.s.input(i)
			if err != nil {
				return err
			}
			schema := in.Schema()
			if i == 0 {
				schema = append(slices.Clip(schema), noted...)
			}
			r, err := start(ctx, c, queries[i], schema)
			if err != nil {
				return err
			}
			defer r.Close()
			readers[i] = r
		}
		from, out := slices.Clone(readers), record.Writer(&unclosed{l})
		if len(noted) > 0 {
			t := newTracer(readers[0], l, len(noted))
			from[0], out = t, &tracedWriter{t}
		}
		if err := n.Run(ctx, from, out); err != nil {
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
