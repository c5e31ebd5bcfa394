//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kickoff/expr"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// numbers is a relation of 0 to n-1 as integers and texts.
func numbers(n int64) plan.Node {
	s := record.Schema{record.New("n", record.Int64, 0)}
	one := &plan.Values{Fields: s, Rows: [][]any{{n - 1}}}
	i := &plan.Unnest{In: one, List: &plan.RangeList{From: parsed("0", s), To: parsed("[n]", s), Step: parsed("1", s)}, Into: s[0], Replace: 0}
	return grow(i, 1, record.New("text", record.VString, 40), "'a text of some length ' + ToString([n])")
}

// sameNumbers fails the test unless t holds the numbers from 0 to n-1, in order.
func sameNumbers(t *testing.T, s *session, node plan.Node, n int64) {
	t.Helper()
	ctx := context.Background()
	r, err := s.Read(ctx, node)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := record.ReadAll(ctx, r, 0)
	if err != nil {
		t.Fatal(err)
	}
	if int64(b.Len) != n {
		t.Fatalf("%d records, want %d", b.Len, n)
	}
	for i := range n {
		if b.Cols[0].Ints[i] != i || b.Cols[1].Strings[i] != fmt.Sprintf("a text of some length %d", i) {
			t.Fatalf("record %d is %d, %q", i, b.Cols[0].Ints[i], b.Cols[1].Strings[i])
		}
	}
}

// TestKeep: small relations are kept as rows and large ones in tables, whichever
// way they come, also side by side.
func TestKeep(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, engine.Options{})
	for _, n := range []int64{1, 2047, 2049, maxRows, maxRows + 1} {
		same := &plan.Apply{In: []plan.Node{numbers(n)}, Fields: numbers(1).Schema(), Name: "Same", Run: func(ctx context.Context, in []record.Reader, out record.Writer) error {
			return copyAll(ctx, in[0], out)
		}}
		for _, node := range []plan.Node{numbers(n), same} {
			table, err := s.Materialise(ctx, node)
			if err != nil {
				t.Fatal(err)
			}
			if small := s.rows[table.Name] != nil; small != (n <= maxRows) || table.Rows != n {
				t.Errorf("%d records of %T: as rows %v, %d", n, node, small, table.Rows)
			}
			sameNumbers(t, s, table, n)
			half := &plan.Filter{In: table, Cond: parsed("[n] < "+fmt.Sprint(n/2), table.Fields)}
			rest := &plan.Filter{In: table, Cond: parsed("[n] >= "+fmt.Sprint(n/2), table.Fields)}
			kept, err := s.Materialise(ctx, rest)
			if err != nil {
				t.Fatal(err)
			}
			both, err := s.Materialise(ctx, &plan.Union{In: []plan.Node{half, kept}})
			if err != nil {
				t.Fatal(err)
			}
			sameNumbers(t, s, both, n)
			for _, old := range []*plan.Table{table, kept, both} {
				s.Drop(ctx, old)
			}
		}
	}
	if s.used != 0 || len(s.rows) != 0 || len(s.tables) != 0 {
		t.Errorf("left are %d bytes, %d relations, %d tables", s.used, len(s.rows), len(s.tables))
	}
}

// TestKeepMemory: what is kept as rows is bounded, beyond which there are tables.
func TestKeepMemory(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, engine.Options{Memory: 64 << 20})
	long := &plan.Values{Fields: record.Schema{record.New("text", record.VWString, 1<<20)}}
	for range 20 {
		long.Rows = append(long.Rows, []any{strings.Repeat("x", 1<<18)})
	}
	tables := 0
	for range 6 {
		table, err := s.Materialise(ctx, long)
		if err != nil {
			t.Fatal(err)
		}
		if s.tables[table.Name] {
			tables++
		}
	}
	if s.used > 16<<20 || tables < 2 {
		t.Errorf("%d bytes are kept, and %d relations are in tables", s.used, tables)
	}
}

// TestPlannedOnce: the statements of a loop are planned once, whatever its tables
// are called.
func TestPlannedOnce(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, engine.Options{Events: func(engine.Event) {}})
	first, err := s.Materialise(ctx, numbers(1000))
	if err != nil {
		t.Fatal(err)
	}
	var run int64
	bound := *first
	n, err := expr.Parse("[n] * 3 + [Engine.IterationNumber]")
	if err == nil {
		n, err = expr.Check(n, expr.Env{Schema: bound.Fields, Variable: func(string, string) *int64 { return &run }})
	}
	if err != nil {
		t.Fatal(err)
	}
	next := at(&plan.Project{In: where(&bound, 2, "[text] != 'x'"), Cols: []plan.Column{{Field: bound.Fields[0], Expr: n}, {Field: bound.Fields[1], Expr: expr.FieldAt(bound.Fields, 1)}}}, 3, "Formula")
	planned := 0
	for run = 0; run < 30; run++ {
		out, err := s.MaterialiseAll(ctx, []plan.Node{next, at(&plan.Sort{In: next, Keys: []plan.SortKey{{Col: 0, Desc: true}}}, 4, "Sort")})
		if err != nil {
			t.Fatal(err)
		}
		s.Drop(ctx, &plan.Table{Name: bound.Name})
		bound.Name, bound.Rows = out[0].Name, out[0].Rows
		if run == 0 {
			planned = len(s.conn.ready)
		}
	}
	if planned == 0 || len(s.conn.ready) != planned {
		t.Errorf("%d statements were planned in the first run, %d in all", planned, len(s.conn.ready))
	}
}
