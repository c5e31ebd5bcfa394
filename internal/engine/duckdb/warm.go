//go:build cgo

package duckdb

import (
	"context"
	"fmt"

	"kickoff/internal/engine"
)

// Warm is an engine whose first session finds its database open already: to
// open one takes longer than to run a small workflow. It is for a process that
// waits for its one run.
type Warm struct{ ready *session }

// Prepare opens the database that the next session gets.
func (w *Warm) Prepare(ctx context.Context) error {
	if w.ready != nil {
		return nil
	}
	s, err := newSession()
	if err != nil {
		return err
	}
	// The first statement of a database costs what later ones do not.
	if _, err := s.conn.exec(ctx, "SELECT 1"); err != nil {
		s.Close()
		return fmt.Errorf("opening the database: %w", err)
	}
	w.ready = s
	return nil
}

// Open implements engine.Engine.
func (w *Warm) Open(ctx context.Context, o engine.Options) (engine.Session, error) {
	s := w.ready
	if s == nil {
		return Engine{}.Open(ctx, o)
	}
	w.ready = nil
	if err := s.setUp(ctx, o); err != nil {
		s.Close()
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return &lastSession{s}, nil
}

// lastSession is the session of a process that ends with it: what it holds goes
// with the process, which is sooner than to give it back piece by piece.
type lastSession struct{ *session }

// Close implements engine.Session.
func (s *lastSession) Close() error { return nil }
