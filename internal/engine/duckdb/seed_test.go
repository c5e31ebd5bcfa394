//go:build cgo

package duckdb

import (
	"context"
	"testing"

	"kickoff/expr"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// TestSeed: with a seed each record draws the same number in every run, however
// many threads are allowed and however many records there are.
func TestSeed(t *testing.T) {
	const records = 400_000
	ctx := context.Background()
	draw := func(seed int64) *record.Batch {
		s := openTest(t, engine.Options{Threads: 4, Seed: seed})
		if _, err := s.conn.exec(ctx, "CREATE TABLE big AS SELECT i AS c1 FROM range(400000) t(i)"); err != nil {
			t.Fatal(err)
		}
		fields := record.Schema{record.New("id", record.Int64, 0)}
		n, err := expr.Parse("Rand()")
		if err == nil {
			n, err = expr.Check(n, expr.Env{Schema: fields})
		}
		if err != nil {
			t.Fatal(err)
		}
		table, err := s.Materialise(ctx, &plan.Project{In: &plan.Table{Fields: fields, Name: "big", Rows: records},
			Cols: []plan.Column{{Field: record.New("r", record.Double, 0), Expr: n}}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Read(ctx, table)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		b, err := record.ReadAll(ctx, r, records)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	differing := func(a, b *record.Batch) (n int) {
		for row := range a.Len {
			if a.Value(row, 0) != b.Value(row, 0) {
				n++
			}
		}
		return n
	}
	first := draw(7)
	if n := differing(first, draw(7)); n > 0 {
		t.Errorf("%d records draw another number with the same seed", n)
	}
	if n := differing(first, draw(8)); n < records/2 {
		t.Errorf("only %d records draw another number with another seed", n)
	}
}
