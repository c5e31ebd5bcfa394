//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"io"
	"slices"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

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
	if err := w.s.conn.work(ctx, w.s.db.most); err != nil {
		return nil, err
	}
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
