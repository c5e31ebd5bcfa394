//go:build cgo

package duckdb

import (
	"context"
	"testing"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
)

// TestThreads: what runs again over small relations gets one thread, tables get
// all, and an open stream keeps what it began with.
func TestThreads(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, engine.Options{Threads: 3})
	table := func(n int64) *plan.Table {
		t.Helper()
		made, err := s.Materialise(ctx, numbers(n))
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	small, large := table(10), table(maxRows+1)
	want := func(threads int64, after string) {
		t.Helper()
		got, err := s.conn.exec(ctx, "SELECT CAST(current_setting('threads') AS BIGINT)")
		if err != nil {
			t.Fatal(err)
		}
		if got != threads {
			t.Fatalf("%d threads %s, want %d", got, after, threads)
		}
	}
	want(3, "at first")
	sameNumbers(t, s, small, 10)
	want(3, "after a small relation")
	sameNumbers(t, s, small, 10)
	want(1, "after it again")
	sameNumbers(t, s, large, maxRows+1)
	want(3, "after a table")

	other, err := s.input(0)
	if err != nil {
		t.Fatal(err)
	}
	w := s.newWork([]plan.Node{large}, false)
	r, err := w.read(ctx, other, large, w.tally(large))
	if err != nil {
		t.Fatal(err)
	}
	sameNumbers(t, s, small, 10)
	want(3, "beside an open stream")
	r.Close()
	sameNumbers(t, s, small, 10)
	want(1, "without it")
}
