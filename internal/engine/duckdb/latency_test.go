//go:build cgo

package duckdb

import (
	"context"
	"testing"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// BenchmarkStep is one turn of a loop: some tools over a thousand records, kept
// for the next turn.
func BenchmarkStep(b *testing.B) {
	ctx := context.Background()
	s := openTest(b, engine.Options{Events: func(engine.Event) {}})
	one := &plan.Values{Fields: record.Schema{record.New("one", record.Int32, 0)}, Rows: [][]any{{1}}}
	thousand := &plan.Unnest{In: one, List: &plan.RangeList{From: parsed("1", one.Fields), To: parsed("1000", one.Fields), Step: parsed("1", one.Fields)}, Into: record.New("i", record.Int64, 0), Replace: -1}
	table, err := s.Materialise(ctx, thousand)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		n := grow(where(table, 2, "[i] > 0"), 3, record.New("text", record.VWString, 100), "ToString([i]) + 'x'")
		p := &plan.Project{In: n, Cols: []plan.Column{{Field: table.Fields[0], Expr: parsed("[one] + 1", n.Schema())}, {Field: table.Fields[1], Expr: parsed("[i]", n.Schema())}}}
		next, err := s.MaterialiseAll(ctx, []plan.Node{at(p, 4, "Output"), where(n, 5, "[i] < 5")})
		if err != nil {
			b.Fatal(err)
		}
		s.Drop(ctx, table)
		s.Drop(ctx, next[1])
		table = next[0]
	}
}
