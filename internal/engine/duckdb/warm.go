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
type Warm struct{ ready *database }

// Prepare opens the database that the next session gets.
func (w *Warm) Prepare(ctx context.Context) error {
	if w.ready != nil {
		return nil
	}
	d, err := open()
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	// The first statement of a database costs what later ones do not.
	c, err := d.connect()
	if err == nil {
		_, err = c.exec(ctx, "SELECT 1")
		c.close()
	}
	if err != nil {
		d.close()
		return err
	}
	w.ready = d
	return nil
}

// Open implements engine.Engine.
func (w *Warm) Open(ctx context.Context, o engine.Options) (engine.Session, error) {
	d := w.ready
	if d == nil {
		return Engine{}.Open(ctx, o)
	}
	w.ready = nil
	return newSession(ctx, d, o)
}
