package enginetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// variables: a plan is computed again and again with another value of its
// variable, and over other tables, as a loop does. Each run counts by itself.
func variables(t *testing.T, e engine.Engine) {
	ctx := context.Background()
	var counted []int64
	s := session(t, e, engine.Options{Events: func(e engine.Event) {
		if c, ok := e.(*engine.Counted); ok && c.Tool.ID == 1 {
			counted = append(counted, c.Records)
		}
	}})
	in := &plan.Values{Fields: record.Schema{record.New("n", record.Int64, 0)}}
	for i := range 5000 {
		in.Rows = append(in.Rows, []any{i})
	}
	first, err := s.Materialise(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	var run int64
	env := expr.Env{Schema: in.Fields, Variable: func(namespace, name string) *int64 { return &run }}
	parse := func(src string) expr.Node {
		n, err := expr.Parse(src)
		if err == nil {
			n, err = expr.Check(n, env)
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	bound := *first
	kept := &plan.Anchor{In: &plan.Filter{In: &bound, Cond: parse("Mod([n], 7) != Mod([Engine.IterationNumber], 7)")}, Tool: diag.Tool{ID: 1, Name: "Filter"}, Name: "True"}
	grown := &plan.Project{In: kept, Cols: []plan.Column{{Field: in.Fields[0], Expr: parse("[n] + IF [n] > 10 THEN [Engine.IterationNumber] ELSE 1 ENDIF")}}}
	sum := &plan.Aggregate{In: kept, Aggs: []plan.Agg{{Field: record.New("sum", record.Double, 0), Func: plan.AggSum}, {Field: record.New("run", record.Int64, 0), Func: plan.AggCount}}}
	var model []int64
	for i := range int64(5000) {
		model = append(model, i)
	}
	for run = 0; run < 20; run++ {
		model = slices.DeleteFunc(model, func(n int64) bool { return n%7 == run%7 })
		total := 0.0
		for _, n := range model {
			total += float64(n)
		}
		counts := len(model)
		for i, n := range model {
			if n > 10 {
				model[i] += run
			} else {
				model[i]++
			}
		}
		out, err := s.MaterialiseAll(ctx, []plan.Node{grown, sum})
		if err != nil {
			t.Fatal(err)
		}
		want(t, read(t, s, out[1]), []string{fmt.Sprintf("%.9g | %d", total, counts)})
		var lines []string
		for _, n := range model {
			lines = append(lines, fmt.Sprint(n))
		}
		want(t, read(t, s, out[0]), lines)
		if len(counted) == 0 || counted[len(counted)-1] != int64(counts) {
			t.Errorf("run %d counted %v, want %d at last", run, counted, counts)
		}
		if t.Failed() {
			return
		}
		for _, old := range []*plan.Table{{Name: bound.Name}, out[1]} {
			if err := s.Drop(ctx, old); err != nil {
				t.Fatal(err)
			}
		}
		bound.Name, bound.Rows = out[0].Name, out[0].Rows
	}
}

// beside: a cartesian join with one record that stands in a table keeps the order
// of the other side and the values of all types; with none it is empty.
func beside(t *testing.T, e engine.Engine) {
	ctx := context.Background()
	s := session(t, e, engine.Options{})
	f := record.Schema{
		record.New("a", record.Bool, 0), record.New("b", record.Byte, 0), record.New("c", record.Int16, 0), record.New("d", record.Int32, 0),
		record.New("e", record.Int64, 0), record.New("f", record.Float, 0), record.New("g", record.Double, 0),
		{Name: "h", Type: record.FixedDecimal, Size: 4, Scale: 1}, {Name: "j", Type: record.FixedDecimal, Size: 38, Scale: 6}, {Name: "k", Type: record.FixedDecimal, Size: 50, Scale: 2},
		record.New("m", record.VWString, 100), record.New("n", record.Date, 0), record.New("o", record.Time, 0), record.New("p", record.DateTime, 0), record.New("q", record.Blob, 100),
	}
	full := []any{true, int64(255), int64(-32768), int64(7), int64(-9223372036854775808), 0.5, -1.25e-300, "-9.9", "-12345678901234567890123456.123456", "12345.50",
		"it's \x00 ärger, more than twelve", int64(-1), int64(86399999999), int64(-1), []byte{0, 255, 39}}
	nulls := make([]any, len(f))
	last := append([]any{false, int64(0)}, full[2:]...)
	others := texts("c", "a", nil, "b")
	for _, rows := range [][][]any{{full}, {nulls}, {last}, {}, {full, nulls}} {
		one, err := s.Materialise(ctx, &plan.Values{Fields: f, Rows: rows})
		if err != nil {
			t.Fatal(err)
		}
		var right, left []string
		for _, o := range others.Rows {
			for _, r := range rows {
				right = append(right, lines(batch(append(others.Fields, f...), append(append([]any(nil), o...), r...)))...)
			}
		}
		for _, r := range rows {
			for _, o := range others.Rows {
				left = append(left, lines(batch(append(append(record.Schema(nil), f...), others.Fields...), append(append([]any(nil), r...), o...)))...)
			}
		}
		a := &plan.Anchor{In: one, Tool: diag.Tool{ID: 2, Name: "One"}, Name: "Output"}
		want(t, read(t, s, &plan.Join{Left: others, Right: a, Kind: plan.Cross}), right)
		want(t, read(t, s, &plan.Join{Left: a, Right: others, Kind: plan.Cross}), left)
		// What comes after sees the same, whether it needs the order or not.
		j := &plan.Join{Left: others, Right: a, Kind: plan.Cross}
		w := &plan.Window{In: j, Partition: []int{1}, Cols: []plan.WindowCol{{Field: record.New("k", record.Int64, 0), Func: plan.RowNumber}}}
		if len(rows) == 1 {
			for i := range right {
				right[i] += fmt.Sprintf(" | %d", i+1)
			}
			want(t, read(t, s, w), right)
		}
	}
}

func batch(s record.Schema, row []any) *record.Batch {
	b := record.NewBatch(s, 1)
	b.Append(row...)
	return b
}

// checks: a Check sees the number of records before anything above it runs, once,
// and what it does not accept is the error of its tool.
func checks(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	in := texts("a", "b", "c")
	for _, below := range []plan.Node{in, &plan.Filter{In: in, Cond: checked(`[Text] != "b"`, in.Fields)}} {
		records := int64(len(read(t, s, below)))
		var seen []int64
		ran := false
		check := &plan.Check{In: &plan.Anchor{In: below, Tool: diag.Tool{ID: 1, Name: "Below"}, Name: "Output"}, Accept: func(n int64) error {
			seen = append(seen, n)
			return nil
		}}
		after := &plan.Apply{In: []plan.Node{check}, Fields: in.Fields, Name: "After", Run: func(ctx context.Context, in []record.Reader, out record.Writer) error {
			ran = true
			b, err := in[0].Next(ctx)
			if err != nil {
				return err
			}
			return out.Write(ctx, b)
		}}
		if got := read(t, s, &plan.Union{In: []plan.Node{after, check}}); !ran || len(got) != 2*int(records) || !slices.Equal(seen, []int64{records}) {
			t.Errorf("%d records, seen %v", len(got), seen)
		}
		ran = false
		check.Accept = func(int64) error {
			return &diag.Diagnostic{Code: diag.Failed, Tool: diag.Tool{ID: 9, Name: "Check"}, Msg: "too many"}
		}
		_, err := rows(s, after)
		if all := diag.All(err); ran || len(all) != 1 || all[0].Tool.ID != 9 {
			t.Errorf("not accepted: %v", err)
		}
	}
}
