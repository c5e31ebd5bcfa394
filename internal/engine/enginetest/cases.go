package enginetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// cases are single demands on an engine.
var cases = []struct {
	name string
	run  func(t *testing.T, e engine.Engine)
}{
	{"literals", literals},
	{"types", allTypes},
	{"null equals null", nullKeys},
	{"conversions", conversions},
	{"message", message},
	{"count to", countTo},
	{"shared once", sharedOnce},
	{"handed on late", handedOnLate},
	{"materialise", materialise},
	{"cancel", cancel},
	{"failing reader", failingReader},
	{"failing operator", failingOperator},
	{"keep going", keepGoing},
	{"order of many", orderOfMany},
	{"random is per record", randomPerRecord},
	{"variables", variables},
	{"one beside all", beside},
	{"checks", checks},
}

func want(t *testing.T, got, want []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func read(t *testing.T, s engine.Session, n plan.Node) []string {
	t.Helper()
	r, err := rows(s, n)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// texts is a table of one text field.
func texts(values ...any) *plan.Values {
	v := &plan.Values{Fields: record.Schema{record.New("Text", record.VWString, 200)}}
	for _, s := range values {
		v.Rows = append(v.Rows, []any{s})
	}
	return v
}

func literals(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	odd := []string{"a'b\"c", "line one\nline two\r\n\ttab", "back\\slash", "\v\f\x01", "zero\x00inside", "wörter 漢字 🙂", "-- no /* comment */", "%s ? $1"}
	v := texts()
	for _, o := range odd {
		v.Rows = append(v.Rows, []any{o})
	}
	want(t, read(t, s, v), odd)
	for _, o := range odd {
		if strings.ContainsAny(o, "\"\x00") {
			continue
		}
		p := &plan.Project{In: texts("x"), Cols: []plan.Column{{Field: v.Fields[0], Expr: checked("\""+o+"\"+\"\"", v.Fields)}}}
		want(t, read(t, s, p), []string{o})
	}
}

// allTypes passes values of every type through tables, and through many rows.
func allTypes(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	f := record.Schema{
		record.New("a", record.Bool, 0), record.New("b", record.Byte, 0), record.New("c", record.Int16, 0), record.New("d", record.Int32, 0),
		record.New("e", record.Int64, 0), record.New("f", record.Float, 0), record.New("g", record.Double, 0),
		{Name: "h", Type: record.FixedDecimal, Size: 4, Scale: 1}, {Name: "i", Type: record.FixedDecimal, Size: 12, Scale: 2},
		{Name: "j", Type: record.FixedDecimal, Size: 38, Scale: 6}, {Name: "k", Type: record.FixedDecimal, Size: 50, Scale: 2},
		record.New("l", record.String, 10), record.New("m", record.VWString, 100), record.New("n", record.Date, 0), record.New("o", record.Time, 0),
		record.New("p", record.DateTime, 0), record.New("q", record.Blob, 100),
	}
	small := []any{true, int64(255), int64(-32768), int64(-2147483648), int64(-9223372036854775808), 0.5, -1.25e-300, "-9.9", "-1234567.89", "-12345678901234567890123456.123456", "12345.50",
		"short", "a text of more than twelve bytes, ärger", int64(-1), int64(86399999999), int64(-1), []byte{0, 255, 39}}
	nulls := make([]any, len(f))
	v := &plan.Values{Fields: f}
	for range 300 { // enough to be loaded, not written into the statement
		v.Rows = append(v.Rows, small, nulls)
	}
	few := &plan.Values{Fields: f, Rows: v.Rows[:2]}
	const line = "true | 255 | -32768 | -2147483648 | -9223372036854775808 | 0.5 | -1.25e-300 | -9.9 | -1234567.89 | " +
		"-12345678901234567890123456.123456 | 12345.50 | short | a text of more than twelve bytes, ärger | -1 | 86399999999 | -1 | [0 255 39]"
	for _, n := range []plan.Node{v, few} {
		got := read(t, s, n)
		if got[0] != line {
			t.Errorf("got %s, want %s", got[0], line)
		}
		if strings.Trim(got[1], "<nil> |") != "" {
			t.Errorf("got %s, want Nulls", got[1])
		}
	}
}

func nullKeys(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	a, b := texts("x", nil, "y", nil), texts(nil, "y")
	j := &plan.Join{Left: a, Right: b, LeftKeys: []int{0}, RightKeys: []int{0}}
	want(t, read(t, s, j), []string{"<nil> | <nil>", "<nil> | <nil>", "y | y"})
	anti := &plan.Join{Left: a, Right: b, Kind: plan.Anti, LeftKeys: []int{0}, RightKeys: []int{0}}
	want(t, read(t, s, anti), []string{"x"})
	g := &plan.Aggregate{In: a, Keys: []int{0}, Aggs: []plan.Agg{{Field: record.New("n", record.Int64, 0), Func: plan.AggCount}}}
	want(t, read(t, s, g), []string{"<nil> | 2", "x | 1", "y | 1"})
}

// conversions: what does not convert is Null or cut, and reported with the first
// values and the number of all.
func conversions(t *testing.T, e engine.Engine) {
	var got []string
	s := session(t, e, engine.Options{ConversionLimit: 2, Events: func(e engine.Event) {
		if m, ok := e.(*engine.Message); ok {
			got = append(got, fmt.Sprintf("%s %d %s", m.Tool, m.Status, m.Text))
		}
	}})
	in := texts("12", "x1", "3.7", nil, "y", "z", "1999-02-29")
	field := func(f record.Field) plan.Column { return plan.Column{Field: f, Expr: expr.FieldAt(in.Fields, 0)} }
	p := &plan.Project{In: in, Tool: diag.Tool{ID: 4, Name: "Select"}, Cols: []plan.Column{
		field(record.New("i", record.Int32, 0)), field(record.New("d", record.Date, 0)), field(record.New("s", record.String, 2)), field(record.New("f", record.Double, 0)),
	}}
	if err := s.Run(context.Background(), []engine.Sink{{In: p, Open: func(context.Context) (record.Writer, error) { return discard{}, nil }}}); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(got, "\n")
	for _, part := range []string{"tool 4 (Select) 5 i: ", "tool 4 (Select) 5 d: ", "tool 4 (Select) 5 s: ", `"x1"`, "conversion errors in all; the first 2 are shown"} {
		if !strings.Contains(all, part) {
			t.Errorf("the messages lack %q:\n%s", part, all)
		}
	}
	want(t, read(t, s, p), []string{"12 | <nil> | 12 | 12", "<nil> | <nil> | x1 | <nil>", "3 | <nil> | 3. | 3.7", "<nil> | <nil> | <nil> | <nil>",
		"<nil> | <nil> | y | <nil>", "<nil> | <nil> | z | <nil>", "1999 | <nil> | 19 | 1999"})
}

func message(t *testing.T, e engine.Engine) {
	var got []string
	s := session(t, e, engine.Options{Events: func(e engine.Event) {
		if m, ok := e.(*engine.Message); ok {
			got = append(got, fmt.Sprintf("%s %d %s", m.Tool, m.Status, m.Text))
		}
	}})
	in := texts("a", "b", "c")
	p := &plan.Project{In: in, Tool: diag.Tool{ID: 9, Name: "Formula"}, Cols: []plan.Column{{Field: in.Fields[0],
		Expr: checked("IF [Text] = 'b' THEN Message(2, 'found ' + [Text], 'B') ELSE [Text] ENDIF", in.Fields)}}}
	want(t, read(t, s, p), []string{"a", "B", "c"})
	want(t, got, []string{"tool 9 (Formula) 2 found b"})
}

func countTo(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	in := &plan.Values{Fields: record.Schema{record.New("n", record.Int32, 0)}, Rows: [][]any{{3}, {0}, {nil}, {1}}}
	whole := &plan.Unnest{In: in, List: &plan.RangeList{From: checked("1", in.Fields), To: checked("[n]", in.Fields), Step: checked("1", in.Fields)},
		Into: record.New("i", record.Int32, 0), Replace: -1}
	want(t, read(t, s, whole), []string{"3 | 1", "3 | 2", "3 | 3", "1 | 1"})
	halves := &plan.Unnest{In: in, List: &plan.RangeList{From: checked("[n]", in.Fields), To: checked("0", in.Fields), Step: checked("-1.5", in.Fields)},
		Into: record.New("x", record.Double, 0), Replace: -1}
	want(t, read(t, s, halves), []string{"3 | 3", "3 | 1.5", "3 | 0", "0 | 0", "1 | 1"})
}

// opened counts how often a reader is opened.
type opened struct {
	plan.Read
	times int
}

// sharedOnce: a file that three sinks need is read once, and closed.
func sharedOnce(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	o := &opened{}
	fields := record.Schema{record.New("n", record.Int32, 0)}
	file := &plan.Read{Fields: fields, Name: "a file", Open: func(context.Context) (record.Reader, error) {
		o.times++
		return &rowsReader{fields, [][]any{{1}, {2}}}, nil
	}}
	f := &plan.Filter{In: file, Cond: checked("[n] > 1", fields)}
	var sinks []engine.Sink
	for _, n := range []plan.Node{file, f, &plan.Sort{In: f, Keys: []plan.SortKey{{}}}} {
		sinks = append(sinks, engine.Sink{In: n, Open: func(context.Context) (record.Writer, error) { return discard{}, nil }})
	}
	if err := s.Run(context.Background(), sinks); err != nil {
		t.Fatal(err)
	}
	if o.times != 1 {
		t.Errorf("the file was opened %d times, want once", o.times)
	}
}

// handedOnLate: what a sink hands on after another has read it is computed once,
// and so is what others need of the relations below it.
func handedOnLate(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	in := texts("b", "a", "c")
	ran := 0
	op := passOn(in).(*plan.Apply)
	run := op.Run
	op.Run = func(ctx context.Context, in []record.Reader, out record.Writer) error {
		ran++
		return run(ctx, in, out)
	}
	sorted := &plan.Sort{In: op, Keys: []plan.SortKey{{Col: 0}}}
	var sinks []engine.Sink
	for _, n := range []plan.Node{
		&plan.Filter{In: sorted, Cond: checked("[Text] > 'a'", in.Fields)},
		sorted,
		&plan.Union{In: []plan.Node{op, passOn(op)}},
	} {
		sinks = append(sinks, engine.Sink{In: n, Open: func(context.Context) (record.Writer, error) { return discard{}, nil }})
	}
	if err := s.Run(context.Background(), sinks); err != nil {
		t.Fatal(err)
	}
	if ran != 1 {
		t.Errorf("the operator ran %d times, want once", ran)
	}
}

func materialise(t *testing.T, e engine.Engine) {
	ctx := context.Background()
	s := session(t, e, engine.Options{})
	in := texts("b", "a", "c")
	sorted := &plan.Sort{In: in, Keys: []plan.SortKey{{Col: 0, Desc: true}}}
	tables, err := s.MaterialiseAll(ctx, []plan.Node{sorted, &plan.Slice{In: sorted, Mode: plan.First, N: 1}, sorted})
	if err != nil {
		t.Fatal(err)
	}
	for i, rows := range []int64{3, 1, 3} {
		if tables[i].Rows != rows {
			t.Errorf("table %d has %d records, want %d", i, tables[i].Rows, rows)
		}
	}
	want(t, read(t, s, tables[0]), []string{"c", "b", "a"})
	want(t, read(t, s, tables[1]), []string{"c"})
	if err := s.Drop(ctx, tables[0]); err != nil {
		t.Fatal(err)
	}
	want(t, read(t, s, tables[2]), []string{"c", "b", "a"})
	if _, err := rows(s, tables[0]); err == nil {
		t.Error("a dropped table can be read")
	}
}

// counting is a relation of n whole numbers from 1.
func counting(n int) plan.Node {
	one := &plan.Values{Fields: record.Schema{record.New("one", record.Int32, 0)}, Rows: [][]any{{1}}}
	return &plan.Unnest{In: one, List: &plan.RangeList{From: checked("1", one.Fields), To: checked(fmt.Sprint(n), one.Fields), Step: checked("1", one.Fields)},
		Into: record.New("i", record.Int64, 0), Replace: -1}
}

// cancel ends a query that would take minutes, and the session goes on.
func cancel(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	many := counting(20000)
	cross := &plan.Join{Left: many, Right: many, Kind: plan.Cross}
	slow := &plan.Aggregate{In: &plan.Join{Left: cross, Right: many, Kind: plan.Cross}, Aggs: []plan.Agg{{Field: record.New("n", record.Int64, 0), Func: plan.AggMax, Arg: 1}}}
	ctx, stop := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer stop()
	start := time.Now()
	_, err := s.Materialise(ctx, slow)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("it took %v to stop", d)
	}
	want(t, read(t, s, texts("a")), []string{"a"})
}

// broken is a reader that fails after its first batch.
type broken struct{ rowsReader }

func (b *broken) Next(ctx context.Context) (*record.Batch, error) {
	r, err := b.rowsReader.Next(ctx)
	if err == io.EOF {
		return nil, errBroken
	}
	return r, err
}

var errBroken = errors.New("the disk is gone")

func failingReader(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	fields := record.Schema{record.New("n", record.Int32, 0)}
	file := &plan.Read{Fields: fields, Name: "a file", Open: func(context.Context) (record.Reader, error) {
		return &broken{rowsReader{fields, [][]any{{1}}}}, nil
	}}
	if _, err := rows(s, file); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
	want(t, read(t, s, texts("a")), []string{"a"})
}

func failingOperator(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{})
	in := texts("a")
	n := &plan.Apply{In: []plan.Node{in}, Fields: in.Fields, Name: "fail", Run: func(ctx context.Context, in []record.Reader, out record.Writer) error {
		return &diag.Diagnostic{Code: diag.Failed, Msg: "stop here", Tool: diag.Tool{ID: 3}}
	}}
	err := s.Run(context.Background(), []engine.Sink{{Tool: diag.Tool{ID: 5}, In: n, Open: func(context.Context) (record.Writer, error) { return discard{}, nil }}})
	var d *diag.Diagnostic
	if !errors.As(err, &d) || d.Tool.ID != 3 {
		t.Errorf("got %v, want the diagnostic of tool 3", err)
	}
}

// orderOfMany looks at orders where they break, beyond DuckDB's row groups of
// 122,880 records.
func orderOfMany(t *testing.T, e engine.Engine) {
	if testing.Short() {
		return
	}
	const n = 300_000
	s := session(t, e, engine.Options{Events: func(engine.Event) {}})
	in := counting(n)
	fields := in.Schema()
	shuffled := &plan.Project{In: in, Cols: []plan.Column{{Field: fields[1], Expr: expr.FieldAt(fields, 1)},
		{Field: record.New("k", record.Int64, 0), Expr: checked("Mod([i] * 7919, 1000)", fields)}}}
	anchored := &plan.Anchor{In: &plan.Filter{In: shuffled, Cond: checked("[k] < 900", shuffled.Schema())}, Tool: diag.Tool{ID: 1}, Name: "True"}
	keys := &plan.Aggregate{In: shuffled, Keys: []int{1}, Aggs: []plan.Agg{{Field: record.New("n", record.Int64, 0), Func: plan.AggCount}}}
	part := func(cond string) plan.Node {
		return &plan.Anchor{In: &plan.Filter{In: anchored, Cond: checked(cond, shuffled.Schema())}, Tool: diag.Tool{ID: 2}, Name: "True"}
	}
	small := part("[k] < 300")
	merged := &plan.Union{In: []plan.Node{part("[k] >= 300"), small}, From: from(anchored, 2)}
	some := &plan.Project{In: &plan.Filter{In: keys, Cond: checked("Mod([k], 3) = 0", keys.Schema())}, Cols: []plan.Column{{Field: record.New("k", record.Int64, 0), Expr: expr.FieldAt(keys.Schema(), 0)}}}
	pairs := &plan.Join{Left: anchored, Right: some, LeftKeys: []int{1}, RightKeys: []int{0}, RenamedRight: record.Schema{record.New("r", record.Int64, 0)}}
	alone := &plan.Join{Kind: plan.Anti, Left: anchored, Right: some, LeftKeys: []int{1}, RightKeys: []int{0}}
	paired := &plan.Project{In: pairs}
	for i := range 2 {
		paired.Cols = append(paired.Cols, plan.Column{Field: shuffled.Cols[i].Field, Expr: expr.FieldAt(pairs.Schema(), i)})
	}
	twice := &plan.Unnest{In: anchored, List: &plan.RangeList{From: checked("1", fields), To: checked("2", fields), Step: checked("1", fields)}, Into: record.New("t", record.Int64, 0), Replace: -1}
	byKey := func(a, b *[3]int64) bool { return a[1] < b[1] || a[1] == b[1] && a[0] < b[0] }
	byPlace := func(a, b *[3]int64) bool { return a[0] < b[0] }
	for name, c := range map[string]struct {
		n      plan.Node
		before func(a, b *[3]int64) bool // whether a may stand right before b
	}{
		"filter": {anchored, func(a, b *[3]int64) bool { return a[0] < b[0] }},
		"sort": {&plan.Sort{In: anchored, Keys: []plan.SortKey{{Col: 1}}}, func(a, b *[3]int64) bool {
			return a[1] < b[1] || a[1] == b[1] && a[0] < b[0]
		}},
		"join": {&plan.Join{Left: anchored, Right: keys, LeftKeys: []int{1}, RightKeys: []int{0}}, func(a, b *[3]int64) bool {
			return a[1] < b[1] || a[1] == b[1] && a[0] < b[0]
		}},
		"join keeping left": {&plan.Join{Left: anchored, Right: keys, LeftKeys: []int{1}, RightKeys: []int{0}, KeepLeft: true}, func(a, b *[3]int64) bool { return a[0] < b[0] }},
		"window":            {&plan.Window{In: anchored, Partition: []int{1}, Cols: []plan.WindowCol{{Field: record.New("w", record.Int64, 0), Func: plan.RowNumber}}}, func(a, b *[3]int64) bool { return a[0] < b[0] }},
		"union":             {&plan.Union{In: []plan.Node{anchored, anchored}}, func(a, b *[3]int64) bool { return a[0] < b[0] || a[0] > n-2000 && b[0] < 2000 }},
		"sample":            {&plan.Slice{In: anchored, Mode: plan.Skip, N: 5}, func(a, b *[3]int64) bool { return a[0] < b[0] }},
		"sample of groups":  {&plan.Slice{In: &plan.Sort{In: anchored, Keys: []plan.SortKey{{Col: 1}}}, Group: []int{1}, Mode: plan.Last, N: 150}, byKey},
		"running total":     {&plan.Window{In: &plan.Sort{In: anchored, Keys: []plan.SortKey{{Col: 1}}}, Partition: []int{1}, Cols: []plan.WindowCol{{Field: record.New("w", record.Int64, 0), Func: plan.RunningSum, Arg: 0}}}, byKey},
		"groups":            {&plan.Aggregate{In: anchored, Keys: []int{0}, Aggs: []plan.Agg{{Field: record.New("k", record.Int64, 0), Func: plan.AggLast, Arg: 1}}}, byPlace},
		"without partner":   {alone, byKey},
		"rows":              {twice, func(a, b *[3]int64) bool { return a[0] < b[0] || a[0] == b[0] && a[2] < b[2] }},
		"append": {&plan.Join{Kind: plan.Cross, Left: anchored, Right: &plan.Project{In: counting(2), Cols: []plan.Column{{Field: record.New("c", record.Int64, 0), Expr: expr.FieldAt(fields, 1)}}}}, func(a, b *[3]int64) bool {
			return a[0] < b[0] || a[0] == b[0] && a[2] < b[2]
		}},
		"branches": {merged, byPlace},
		"branches, one of them kept": {&plan.Union{In: []plan.Node{merged, small}}, func(a, b *[3]int64) bool {
			return a[0] < b[0] || a[0] > n-2000 && b[0] < 2000
		}},
		"branches of groups": {&plan.Aggregate{In: merged, Keys: []int{0}, Aggs: []plan.Agg{{Field: record.New("k", record.Int64, 0), Func: plan.AggFirst, Arg: 1}}}, byPlace},
		"outputs of a join":  {&plan.Union{In: []plan.Node{alone, paired}, From: []*plan.Origin{{At: alone, Keys: []int{1}}, {At: pairs, Keys: []int{1}}}}, byKey},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kept := range []bool{false, true} {
				node := c.n
				if kept {
					table, err := s.Materialise(context.Background(), node)
					if err != nil {
						t.Fatal(err)
					}
					defer s.Drop(context.Background(), table)
					node = table
				}
				inOrder(t, s, node, c.before)
			}
		})
	}
}

// from is one origin for several streams.
func from(at plan.Node, streams int) []*plan.Origin {
	o, all := &plan.Origin{At: at}, make([]*plan.Origin, streams)
	for i := range all {
		all[i] = o
	}
	return all
}

func inOrder(t *testing.T, s engine.Session, n plan.Node, before func(a, b *[3]int64) bool) {
	t.Helper()
	ctx := context.Background()
	r, err := s.Read(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var last [3]int64
	count := 0
	for {
		b, err := r.Next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Len {
			var row [3]int64
			for j := range min(3, len(b.Cols)) {
				row[j] = b.Cols[j].Ints[i]
			}
			if count > 0 && !before(&last, &row) {
				t.Fatalf("record %d: %v stands before %v", count+1, last, row)
			}
			last = row
			count++
		}
	}
	if count < 1000 {
		t.Errorf("only %d records", count)
	}
}

// randomPerRecord: a random number is another one for each record, and the same
// wherever the relation is read.
func randomPerRecord(t *testing.T, e engine.Engine) {
	s := session(t, e, engine.Options{Seed: 3})
	in := counting(1000)
	p := &plan.Project{In: in, Cols: []plan.Column{{Field: record.New("x", record.Double, 0), Expr: checked("Rand()", in.Schema())}}}
	groups := &plan.Aggregate{In: p, Aggs: []plan.Agg{{Field: record.New("n", record.Int64, 0), Func: plan.AggCountDistinct, Arg: 0}}}
	if got := read(t, s, groups); got[0] < "9" && got[0] != "1000" {
		t.Errorf("%s different numbers of 1000", got[0])
	}
	both := &plan.Join{Left: p, Right: p, ByPosition: true, Kind: plan.FullOuter}
	for _, line := range read(t, s, both) {
		if a, b, _ := strings.Cut(line, " | "); a != b {
			t.Fatalf("the same relation gives %s and %s", a, b)
		}
	}
}
