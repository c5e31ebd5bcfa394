// Package plain is an engine that holds every relation in memory and computes it
// record by record, in the most obvious way. It is slow. Tests judge the tools
// by it where no database is linked, and the real engine against it.
package plain

import (
	"context"
	"fmt"
	"io"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
)

// Engine opens plain sessions.
type Engine struct{}

// Open returns a session. Of the options Events and KeepGoing are used.
func (Engine) Open(_ context.Context, o engine.Options) (engine.Session, error) {
	return &session{options: o, tables: make(map[string]*table)}, nil
}

// table is a relation as it lies in memory: boxed values, record by record.
type table struct {
	fields record.Schema
	rows   [][]any
	// from is, for each record, the place of the record of plan.Source that it comes
	// from; nil where they stand side by side or there is no such relation.
	from []int
}

// add adds a record that comes from record i of the source.
func (t *table) add(row []any, i int) {
	t.rows, t.from = append(t.rows, row), append(t.from, i)
}

type session struct {
	options   engine.Options
	tables    map[string]*table
	made      int
	functions *fn.Library
}

func (s *session) Close() error { return nil }

func (s *session) Drop(_ context.Context, t *plan.Table) error {
	delete(s.tables, t.Name)
	return nil
}

func (s *session) Materialise(ctx context.Context, n plan.Node) (*plan.Table, error) {
	t, err := s.eval(ctx, n, make(map[plan.Node]*table))
	if err != nil {
		return nil, err
	}
	return s.keep(t), nil
}

// MaterialiseAll keeps several relations; what they share is computed once.
func (s *session) MaterialiseAll(ctx context.Context, nodes []plan.Node) ([]*plan.Table, error) {
	done, kept := make(map[plan.Node]*table), make([]*plan.Table, len(nodes))
	for i, n := range nodes {
		t, err := s.eval(ctx, n, done)
		if err != nil {
			return nil, err
		}
		kept[i] = s.keep(t)
	}
	return kept, nil
}

func (s *session) keep(t *table) *plan.Table {
	s.made++
	name := fmt.Sprintf("t%d", s.made)
	s.tables[name] = t
	return &plan.Table{Fields: t.fields, Name: name, Rows: int64(len(t.rows))}
}

func (s *session) Read(ctx context.Context, n plan.Node) (record.Reader, error) {
	t, err := s.eval(ctx, n, make(map[plan.Node]*table))
	if err != nil {
		return nil, err
	}
	return t.reader(), nil
}

func (s *session) Run(ctx context.Context, sinks []engine.Sink) error {
	done := make(map[plan.Node]*table)
	var failed diag.List
	for _, sink := range sinks {
		if err := s.sink(ctx, sink, done); err != nil {
			if !s.options.KeepGoing || ctx.Err() != nil {
				return err
			}
			failed = append(failed, diag.All(err)...)
		}
	}
	return failed.Err()
}

func (s *session) sink(ctx context.Context, sink engine.Sink, done map[plan.Node]*table) error {
	t, err := s.eval(ctx, sink.In, done)
	if err != nil {
		return err
	}
	w, err := sink.Open(ctx)
	if err != nil {
		return err
	}
	return copyAll(ctx, t.reader(), w)
}

func copyAll(ctx context.Context, r record.Reader, w record.Writer) error {
	for {
		b, err := r.Next(ctx)
		if err == io.EOF {
			return w.Close()
		}
		if err == nil {
			err = w.Write(ctx, b)
		}
		if err != nil {
			engine.Abandon(w)
			return err
		}
	}
}

// reader hands out a table in small batches, so that what is kept over the end
// of a batch is tested too.
type reader struct {
	*table
	next int
}

const batch = 3

func (t *table) reader() record.Reader { return &reader{table: t} }

func (r *reader) Schema() record.Schema { return r.fields }

func (r *reader) Close() error { return nil }

func (r *reader) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.next == len(r.rows) {
		return nil, io.EOF
	}
	b := record.NewBatch(r.fields, batch)
	for range min(batch, len(r.rows)-r.next) {
		b.Append(r.rows[r.next]...)
		r.next++
	}
	return b, nil
}

// writer collects what an operator writes.
type writer struct{ *table }

func (w writer) Write(_ context.Context, b *record.Batch) error {
	for row := range b.Len {
		values := make([]any, len(b.Cols))
		for col := range b.Cols {
			values[col] = b.Value(row, col)
			if v, ok := values[col].([]byte); ok {
				values[col] = append([]byte(nil), v...)
			}
		}
		w.rows = append(w.rows, values)
	}
	return nil
}

func (w writer) Close() error { return nil }

// noter keeps what the records come from, too.
type noter struct{ writer }

func (n noter) Note(from []int64) {
	for _, at := range from {
		n.from = append(n.from, int(at))
	}
}
