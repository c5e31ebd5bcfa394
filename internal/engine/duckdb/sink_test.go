//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"testing"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// TestAbandonedSink: a writer that can give up is told that the records end with
// an error, so that what it has is not taken for all.
func TestAbandonedSink(t *testing.T) {
	s := openTest(t, engine.Options{})
	fields := record.Schema{record.New("x", record.VString, 10)}
	read := &plan.Read{Fields: fields, Name: "broken", Open: func(context.Context) (record.Reader, error) {
		return &one{schema: fields, value: "a"}, nil
	}}
	for _, err := range []error{nil, errors.New("full")} {
		w := &ends{err: err}
		got := s.Run(context.Background(), []engine.Sink{{In: read, Open: func(context.Context) (record.Writer, error) { return w, nil }}})
		if (got != nil) != (err != nil) || w.closed != (err == nil) || w.aborted != (err != nil) {
			t.Errorf("a writer that answers %v: run %v, closed %v, aborted %v", err, got, w.closed, w.aborted)
		}
	}
}

// ends notes how it was ended.
type ends struct {
	err             error
	closed, aborted bool
}

func (w *ends) Write(context.Context, *record.Batch) error { return w.err }
func (w *ends) Close() error                               { w.closed = true; return nil }
func (w *ends) Abort() error                               { w.aborted = true; return nil }
