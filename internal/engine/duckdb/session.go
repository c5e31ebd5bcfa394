//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"io"
	"slices"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// session is one database with the tables of one run.
type session struct {
	options engine.Options
	db      *database
	conn    *conn
	tables  map[string]bool
	rows    map[string]*rows // small relations, which stand in no table
	used    int64            // bytes of them
	made    int              // tables and rows made so far, for names
	inputs  []*conn          // for the inputs of operators in Go, by number
	udfs
}

// Close drops everything.
func (s *session) Close() error {
	for name := range s.rows {
		s.drop(name)
	}
	for _, c := range s.inputs {
		c.close()
	}
	s.inputs = nil
	if s.conn != nil {
		s.conn.close()
		s.conn = nil
	}
	s.db.close()
	s.counts.free()
	return nil
}

// Drop removes a table.
func (s *session) Drop(ctx context.Context, t *plan.Table) error {
	return s.drop(t.Name)
}

// drop is not bound to a context: it cleans up after cancelled work too.
func (s *session) drop(name string) error {
	if r := s.rows[name]; r != nil {
		delete(s.rows, name)
		s.used -= r.bytes
		r.free()
		return s.drop(r.table)
	}
	if !s.tables[name] {
		return nil
	}
	delete(s.tables, name)
	_, err := s.conn.exec(context.Background(), "DROP TABLE IF EXISTS "+sqlgen.Ident(name))
	return err
}

// Materialise computes a relation into a table.
func (s *session) Materialise(ctx context.Context, n plan.Node) (*plan.Table, error) {
	t, err := s.MaterialiseAll(ctx, []plan.Node{n})
	if err != nil {
		return nil, err
	}
	return t[0], nil
}

// MaterialiseAll computes relations into tables, what they share once.
func (s *session) MaterialiseAll(ctx context.Context, nodes []plan.Node) ([]*plan.Table, error) {
	w := s.newWork(nodes, true)
	defer w.close()
	out := make([]*plan.Table, len(nodes))
	for i, n := range nodes {
		if err := w.prepare(ctx, n); err != nil {
			return nil, s.report.ended(err)
		}
		t, err := w.keep(ctx, n)
		if err != nil {
			for _, t := range out[:i] {
				s.drop(t.Name)
			}
			return nil, s.report.ended(err)
		}
		out[i] = t
	}
	w.finish()
	return out, nil
}

// Read computes a relation and hands it out while it is computed.
func (s *session) Read(ctx context.Context, n plan.Node) (record.Reader, error) {
	w := s.newWork([]plan.Node{n}, false)
	if err := w.prepare(ctx, n); err != nil {
		w.close()
		return nil, err
	}
	r, err := w.read(ctx, s.conn, n, w.tally(n))
	if err != nil {
		w.close()
		return nil, err
	}
	r.done = w.close
	return r, nil
}

// Run computes the sinks one after the other.
func (s *session) Run(ctx context.Context, sinks []engine.Sink) error {
	roots := make([]plan.Node, len(sinks))
	for i := range sinks {
		roots[i] = sinks[i].In
	}
	w := s.newWork(roots, true)
	defer w.close()
	var failed diag.List
	for _, sink := range sinks {
		err := w.prepare(ctx, sink.In)
		if err == nil {
			err = blame(w.sink(ctx, sink), sink.Tool)
		}
		if err == nil {
			w.release(w.handsOn(sink.In))
			continue
		}
		if err = s.report.ended(err); !s.options.KeepGoing || ctx.Err() != nil || !ofOneTool(err) {
			return errors.Join(err, failed.Err())
		}
		for _, d := range diag.All(err) {
			if !slices.Contains(failed, d) {
				failed = append(failed, d)
			}
		}
	}
	w.finish()
	if err := ctx.Err(); err != nil {
		return err
	}
	return failed.Err()
}

// ofOneTool reports whether what went wrong leaves the rest of the run sound.
func ofOneTool(err error) bool {
	for _, d := range diag.All(err) {
		switch d.Code {
		case diag.Internal, diag.Limit:
			return false
		}
	}
	return true
}

// sink sends a relation to its writer.
func (w *work) sink(ctx context.Context, sink engine.Sink) (err error) {
	t := w.tally(sink.In)
	r, err := w.read(ctx, w.s.conn, sink.In, t)
	if err != nil {
		return err
	}
	defer r.Close()
	out, err := sink.Open(ctx)
	if err != nil {
		return err
	}
	if err := copyAll(ctx, r, out); err != nil {
		return err
	}
	r.Close()
	return t.done(ctx, r.rows)
}

// copyAll writes all that a reader gives and closes the writer.
func copyAll(ctx context.Context, r record.Reader, out record.Writer) error {
	for {
		b, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out.Close()
		}
		if err == nil {
			err = out.Write(ctx, b)
		}
		if err != nil {
			engine.Abandon(out)
			return err
		}
	}
}
