//go:build cgo

package duckdb

import (
	"context"
	"testing"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// TestOrderOfLists: a long IN keeps the order of many records. DuckDB would look
// its values up with a join, and a statement with a join keeps no order.
func TestOrderOfLists(t *testing.T) {
	s := openTest(t, engine.Options{Threads: 2})
	const n = 5 * maxRows
	table, err := s.Materialise(context.Background(), numbers(n))
	if err != nil {
		t.Fatal(err)
	}
	in := grow(table, 2, record.New("in", record.Bool, 0), "[n] IN (1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61)")
	sameNumbers(t, s, in, n)
	made, err := s.Materialise(context.Background(), &plan.Filter{In: in, Cond: parsed("IsNull([in]) OR [n] IN (1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29) OR [n] >= 0", in.Schema())})
	if err != nil {
		t.Fatal(err)
	}
	sameNumbers(t, s, made, n)
}
