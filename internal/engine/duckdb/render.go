//go:build cgo

package duckdb

import (
	"context"
	"slices"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

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
		threads := w.s.db.most
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
