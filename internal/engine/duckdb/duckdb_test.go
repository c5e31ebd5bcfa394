//go:build cgo

package duckdb

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/expr"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

func TestFirst(t *testing.T) {
	ctx := context.Background()
	s, err := Engine{}.Open(ctx, engine.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	in := &plan.Values{
		Fields: record.Schema{record.New("Name", record.VString, 20), record.New("n", record.Int32, 0), {Name: "d", Type: record.FixedDecimal, Size: 19, Scale: 6}, record.New("day", record.Date, 0)},
		Rows:   [][]any{{"anna", 3, "1.5", 0}, {"bertram the second", 1, "-12345678.123456", 10}, {nil, 2, nil, nil}, {"carl", nil, "0", 3}},
	}
	e := func(src string) expr.Node {
		n, err := expr.Parse(src)
		if err == nil {
			n, err = expr.Check(n, expr.Env{Schema: in.Fields})
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	p := &plan.Project{In: in, Cols: []plan.Column{
		{Field: in.Fields[0], Expr: e("[Name] + '!'")},
		{Field: record.New("m", record.Int32, 0), Expr: e("[n] * 2 + 1")},
		{Field: in.Fields[2], Expr: e("[d]")},
		{Field: in.Fields[3], Expr: e("[day]")},
	}}
	f := &plan.Filter{In: p, Cond: e("IsNull([n]) OR [n] >= 1")}
	so := &plan.Sort{In: f, Keys: []plan.SortKey{{Col: 1, Desc: true}}}
	r, err := s.Read(ctx, so)
	if err != nil {
		t.Fatal(err)
	}
	b, err := record.ReadAll(ctx, r, 0)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	var got [][]any
	for i := range b.Len {
		var row []any
		for j := range b.Cols {
			row = append(row, b.Value(i, j))
		}
		got = append(got, row)
	}
	want := [][]any{
		{"anna!", int64(7), "1.500000", int64(0)},
		{"!", int64(5), nil, nil},
		{"bertram the second!", int64(3), "-12345678.123456", int64(10)},
		{"carl!", nil, "0.000000", int64(3)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestReadPartly gives a result up before its end; functions that later
// statements bring along must last.
func TestReadPartly(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, engine.Options{})
	if err := makeTables(ctx, s, 100_000); err != nil {
		t.Fatal(err)
	}
	big := bigTable(100_000)
	r, err := s.Read(ctx, big)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(ctx); err != nil {
		t.Fatal(err)
	}
	r.Close()
	for range 2 {
		r, err := s.Read(ctx, &plan.Slice{In: grow(big, 2, record.New("v", record.Double, 0), "FinanceNPV([units], [amount])"), N: 10})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := record.ReadAll(ctx, r, 0); err != nil || b.Len != 10 {
			t.Fatalf("%v", err)
		}
		r.Close()
	}
}
