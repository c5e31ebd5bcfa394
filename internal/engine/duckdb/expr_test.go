//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kickoff/expr"
	"kickoff/internal/engine"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

var testNow = time.Date(2024, 2, 29, 13, 14, 15, 678_901_000, time.UTC)

// open returns a session that ends with the test.
func openTest(t testing.TB, o engine.Options) *session {
	t.Helper()
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	o.Now = testNow
	s, err := Engine{}.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*session)
}

// people is a table with a field of each type and values at the edges.
func people() *plan.Values {
	f := record.Schema{
		record.New("flag", record.Bool, 0), record.New("byte", record.Byte, 0), record.New("i16", record.Int16, 0), record.New("i32", record.Int32, 0),
		record.New("i64", record.Int64, 0), record.New("x", record.Double, 0), record.New("y", record.Double, 0),
		{Name: "dec", Type: record.FixedDecimal, Size: 19, Scale: 6}, record.New("s", record.VString, 30), record.New("t", record.VWString, 200),
		record.New("u", record.VWString, 100), record.New("d", record.Date, 0), record.New("dt", record.DateTime, 0), record.New("clock", record.Time, 0), record.New("n", record.Int32, 0),
		record.New("iso", record.VString, 30),
	}
	day := func(s string) int64 { v, _ := fn.ParseISO(s); return v.Int() }
	return &plan.Values{Fields: f, Rows: [][]any{
		{true, 0, -5, 7, int64(12), 1.5, 2.0, "1.500000", "abc", "Abc dEf", "b", day("2024-02-29"), day("2024-02-29 13:14:15"), day("13:14:15"), 2, "2020-01-31"},
		{false, 255, 32767, math.MaxInt32, int64(math.MaxInt64), -2.5, 0.0, "-0.000001", "", "  zwei  Wörter ", "Z", day("1400-01-01"), day("1969-12-31 23:59:59"), day("00:00:00"), 0, "2020-01-31 10:20:30"},
		{nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil},
		{true, 1, -32768, math.MinInt32, int64(math.MinInt64), 1e30, -1e-7, "123456789.123456", "ABC", "x,y;z", "", day("9999-12-31"), day("9999-12-31 23:59:59"), day("23:59:59"), -1, "no date"},
		{false, 17, 3, -3, int64(1 << 53), 0.1, 0.3, "0.000000", "12.5abc", "1,234.5", "a", day("2023-01-31"), day("2023-03-31 00:00:00.25"), day("12:00:00.5"), 5, "12:30:00"},
		{true, 2, 10, 100, int64(-17), 1234567.891, 10.0, "42.000000", "It's \"q\"", "ärger ÄRGER", "ä", day("2000-02-28"), day("2000-02-28 06:07:08"), day("06:07:08"), 1, "1999-12-31"},
	}}
}

// show prints a value for comparison: doubles to 12 digits, because SQL and Go
// round the last ones of some functions differently.
func show(v fn.Value) string {
	switch {
	case v.IsNull():
		return "Null"
	case v.IsNumber():
		return fmt.Sprintf("%.12g", v.Float()+0) // -0 is 0
	}
	return v.Text()
}

// fieldFor is a field that holds any value of an expression.
func fieldFor(t record.Type) record.Field {
	switch {
	case t == record.Invalid || t.IsString():
		return record.New("r", record.VWString, record.MaxVWString)
	case t == record.FixedDecimal || t == record.Float:
		t = record.Double
	case t.IsInteger():
		t = record.Int64
	}
	return record.New("r", t, 0)
}

// compareExprs runs expressions over a table in SQL and in the interpreter and
// reports where they differ.
func compareExprs(t *testing.T, s *session, in *plan.Values, sources []string) {
	t.Helper()
	lib := fn.New(fn.Options{Now: testNow, Seed: 1})
	batch := record.NewBatch(in.Fields, len(in.Rows))
	for _, row := range in.Rows {
		batch.Append(row...)
	}
	p := &plan.Project{In: in}
	var used []string
	for _, src := range sources {
		n, err := expr.Parse(src)
		if err == nil {
			n, err = expr.Check(n, expr.Env{Schema: in.Fields, Now: testNow})
		}
		if err != nil {
			continue
		}
		used = append(used, src)
		p.Cols = append(p.Cols, plan.Column{Field: fieldFor(n.Type()), Expr: n})
	}
	if len(p.Cols) == 0 {
		return
	}
	ctx := context.Background()
	r, err := s.Read(ctx, p)
	if err == nil {
		defer r.Close()
		var out *record.Batch
		if out, err = record.ReadAll(ctx, r, 0); err == nil {
			compareBatch(t, lib, p, used, batch, out)
			return
		}
		r.Close()
	}
	if len(p.Cols) > 1 { // find the culprit
		for _, src := range used {
			compareExprs(t, s, in, []string{src})
		}
		return
	}
	sql, _ := sqlgen.Select(p, sqlgen.Options{})
	if _, want := runEval(lib, p.Cols[0], batch, 0); want != nil {
		return // both fail
	}
	t.Errorf("%s: %v\n%s", used[0], err, sql)
}

func runEval(lib *fn.Library, c plan.Column, b *record.Batch, row int) (fn.Value, error) {
	prog, err := eval.Compile(c.Expr, lib)
	if err != nil {
		return fn.Value{}, err
	}
	return prog.Frame().Field(b, row, c.Field)
}

func compareBatch(t *testing.T, lib *fn.Library, p *plan.Project, used []string, in, out *record.Batch) {
	t.Helper()
	if out.Len != in.Len {
		t.Fatalf("%d records, want %d", out.Len, in.Len)
	}
	for i, c := range p.Cols {
		for row := range out.Len {
			want, err := runEval(lib, c, in, row)
			if err != nil {
				t.Errorf("%s: %v", used[i], err)
				break
			}
			got := eval.At(out, row, i)
			if g, w := show(got), show(want); g != w {
				sql, _ := sqlgen.Select(&plan.Project{In: &plan.Table{Name: "in", Fields: in.Schema}, Cols: p.Cols[i : i+1]}, sqlgen.Options{})
				t.Errorf("%s, record %d: SQL gives %q, Go gives %q\n%s", used[i], row+1, g, w, sql)
				break
			}
		}
	}
}

// TestExamples executes every example of the function table in SQL, as it
// stands and with each literal of it in a field.
func TestExamples(t *testing.T) {
	s := openTest(t, engine.Options{})
	var all []string
	for _, f := range expr.Functions() {
		if f.Volatile {
			continue
		}
		for _, e := range f.Examples {
			all = append(all, e.Expr)
		}
	}
	one := &plan.Values{Fields: record.Schema{record.New("one", record.Byte, 0)}, Rows: [][]any{{1}}}
	for len(all) > 0 {
		n := min(50, len(all))
		compareExprs(t, s, one, all[:n])
		for _, src := range all[:n] {
			lifted(t, s, src)
		}
		all = all[n:]
	}
}

// lifted runs an example with its literals in fields, so that nothing is known
// of them while rendering.
func lifted(t *testing.T, s *session, src string) {
	n, err := expr.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	in := &plan.Values{Rows: [][]any{nil}}
	expr.Walk(n, func(n expr.Node) bool {
		name := fmt.Sprintf("f%d", len(in.Fields))
		switch n := n.(type) {
		case *expr.Text:
			in.Fields = append(in.Fields, record.New(name, record.VWString, 200))
			in.Rows[0] = append(in.Rows[0], n.Value)
			src = strings.Replace(src, n.String(), "["+name+"]", 1)
		case *expr.Number:
			in.Fields = append(in.Fields, record.New(name, record.Double, 0))
			in.Rows[0] = append(in.Rows[0], n.Value)
		}
		return true
	})
	if len(in.Fields) > 0 {
		compareExprs(t, s, in, []string{src})
	}
}

// TestAssign puts values of each type into fields of each other, as Select and
// Formula do, and compares with the rules in Go.
func TestAssign(t *testing.T) {
	s := openTest(t, engine.Options{})
	in := people()
	var targets []record.Field
	for ty := record.Bool; ty <= record.DateTime; ty++ {
		switch {
		case ty == record.FixedDecimal:
			targets = append(targets, record.Field{Name: "r", Type: ty, Size: 8, Scale: 2}, record.Field{Name: "r", Type: ty, Size: 19, Scale: 6}, record.Field{Name: "r", Type: ty, Size: 45, Scale: 1})
		case ty.IsString():
			targets = append(targets, record.New("r", ty, 3), record.New("r", ty, 200))
		default:
			targets = append(targets, record.New("r", ty, 0))
		}
	}
	batch := record.NewBatch(in.Fields, len(in.Rows))
	for _, row := range in.Rows {
		batch.Append(row...)
	}
	lib := fn.New(fn.Options{Now: testNow})
	var sources []expr.Node
	for i := range in.Fields {
		sources = append(sources, expr.FieldAt(in.Fields, i))
	}
	for _, src := range []string{"5", "-2147483648", "300", "2.5", "'12'", "True", "[n] * 100", "[i32] + [i32]", "[x] * 1e9", "[t] + 'ß漢'", "Null()"} {
		sources = append(sources, parsed(src, in.Fields))
	}
	for _, src := range sources {
		p := &plan.Project{In: in}
		var names []string
		for _, f := range targets {
			p.Cols = append(p.Cols, plan.Column{Field: f, Expr: src})
			names = append(names, fmt.Sprintf("%s (%s) into %s %d.%d", src, src.Type(), f.Type, f.Size, f.Scale))
		}
		r, err := s.Read(context.Background(), p)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		out, err := record.ReadAll(context.Background(), r, 0)
		r.Close()
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		compareBatch(t, lib, p, names, batch, out)
	}
}

// TestRandomExpressions compares renderings with the interpreter.
func TestRandomExpressions(t *testing.T) {
	s := openTest(t, engine.Options{})
	count := 1500
	if testing.Short() {
		count = 200
	}
	g := &generator{rand.New(rand.NewPCG(1, 2))}
	for range count / 30 {
		var list []string
		for range 30 {
			list = append(list, g.any(3))
		}
		compareExprs(t, s, people(), list)
		if t.Failed() {
			return
		}
	}
}
