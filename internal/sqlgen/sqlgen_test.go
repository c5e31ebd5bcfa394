package sqlgen

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sales is a table of the engine with fields of the usual types.
var sales = &plan.Table{Name: "sales", Fields: record.Schema{
	record.New("Order ID", record.Int32, 0), record.New("Region", record.VString, 20), record.New("Amount", record.Double, 0),
	record.New("Units", record.Int16, 0), record.New("Day", record.Date, 0), record.New("Note", record.VWString, 254),
}}

var regions = &plan.Table{Name: "regions", Fields: record.Schema{record.New("Region", record.VString, 20), record.New("Manager", record.VWString, 50)}}

func check(t *testing.T, src string, s record.Schema) expr.Node {
	t.Helper()
	n, err := expr.Parse(src)
	if err == nil {
		n, err = expr.Check(n, expr.Env{Schema: s})
	}
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return n
}

// computed is a Project that keeps all fields and adds one.
func computed(t *testing.T, in plan.Node, f record.Field, src string) *plan.Project {
	s := in.Schema()
	p := &plan.Project{In: in, Tool: diag.Tool{ID: 3, Name: "Formula"}}
	for i := range s {
		p.Cols = append(p.Cols, plan.Column{Field: s[i], Expr: expr.FieldAt(s, i)})
	}
	p.Cols = append(p.Cols, plan.Column{Field: f, Expr: check(t, src, s)})
	return p
}

func anchor(n plan.Node, id int, tool string) plan.Node {
	return &plan.Anchor{In: n, Tool: diag.Tool{ID: id, Name: tool}, Name: "Output"}
}

// TestNodes compares the SQL of each kind of node with its golden file.
func TestNodes(t *testing.T) {
	values := &plan.Values{Fields: record.Schema{record.New("a", record.Int32, 0), record.New("b", record.VWString, 10)}, Rows: [][]any{{1, "it's"}, {nil, nil}}}
	file := &plan.Read{Fields: regions.Fields, Name: "regions.csv"}
	few := &plan.Filter{In: sales, Cond: check(t, "[Amount] > 100 AND [Region] != 'North'", sales.Fields)}
	shared := anchor(few, 2, "Filter")
	for name, roots := range map[string][]plan.Node{
		"values":     {values},
		"filter":     {few},
		"filter_not": {&plan.Filter{In: sales, Cond: check(t, "[Amount] > 100", sales.Fields), Not: true}},
		"formula":    {anchor(computed(t, sales, record.New("Total", record.Double, 0), "[Amount] * [Units]"), 3, "Formula")},
		"narrow":     {computed(t, sales, record.New("Short", record.VString, 10), "Trim([Note]) + '!'")},
		"to_int":     {computed(t, sales, record.New("Whole", record.Int32, 0), "[Amount] / 3")},
		"small_int":  {computed(t, sales, record.New("More", record.Int32, 0), "[Units] * 2 + 1")},
		"go":         {computed(t, sales, record.New("When", record.VWString, 40), "DateTimeFormat([Day], '%d/%m/%Y')")},
		"sort":       {&plan.Sort{In: few, Keys: []plan.SortKey{{Col: 2, Desc: true}, {Col: 1, Dictionary: true}}}},
		"sort_then_filter": {&plan.Filter{In: &plan.Sort{In: sales, Keys: []plan.SortKey{{Col: 2}}},
			Cond: check(t, "IsNull([Note])", sales.Fields)}},
		"first":     {&plan.Slice{In: sales, Mode: plan.First, N: 10}},
		"last":      {&plan.Slice{In: sales, Mode: plan.Last, N: 2, Group: []int{1}}},
		"record_id": {&plan.Window{In: few, Cols: []plan.WindowCol{{Field: record.New("RecordID", record.Int32, 0), Func: plan.RowNumber}}}},
		"place":     {&plan.Window{In: sales, Cols: []plan.WindowCol{{Field: record.New("RecordID", record.Int32, 0), Func: plan.RowNumber}}}},
		"running":   {&plan.Window{In: sales, Partition: []int{1}, Cols: []plan.WindowCol{{Field: record.New("Sum", record.Double, 0), Func: plan.RunningSum, Arg: 2}}}},
		"summarize": {&plan.Aggregate{In: sales, Keys: []int{1}, Aggs: []plan.Agg{
			{Field: record.New("Sum", record.Int64, 0), Func: plan.AggSum, Arg: 3}, {Field: record.New("First", record.VWString, 254), Func: plan.AggFirst, Arg: 5},
			{Field: record.New("All", record.VWString, record.MaxVWString), Func: plan.AggConcat, Arg: 5, Separator: ", "}}}},
		"join":        {&plan.Join{Left: few, Right: regions, LeftKeys: []int{1}, RightKeys: []int{0}}},
		"by_position": {&plan.Join{Left: few, Right: regions, Kind: plan.FullOuter, ByPosition: true}},
		"union":       {&plan.Union{In: []plan.Node{few, &plan.Sort{In: sales, Keys: []plan.SortKey{{Col: 0}}}}}},
		"split":       {&plan.Unnest{In: sales, List: &plan.SplitList{Col: 5, Delims: ",;"}, Into: record.New("Note", record.VWString, 254), Replace: 5}},
		"transpose": {&plan.Sort{In: &plan.Unnest{In: sales, List: &plan.FieldsList{Cols: []int{2, 3}, Name: record.New("Name", record.VString, 10)},
			Into: record.New("Value", record.Double, 0), Replace: -1}, Keys: []plan.SortKey{{Col: 6}}}},
		"shared": {&plan.Sort{In: shared, Keys: []plan.SortKey{{Col: 0}}}, &plan.Join{Left: shared, Right: anchor(file, 1, "Input Data"), LeftKeys: []int{1}, RightKeys: []int{0}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := script(roots)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+".sql"), got)
		})
	}
}

// script renders relations with the tables that they share.
func script(roots []plan.Node) (string, error) {
	var b strings.Builder
	tables := make(map[plan.Node]string)
	o := Options{Table: func(n plan.Node) (string, bool) { return tables[n], tables[n] != "" }}
	for _, n := range Shared(roots, func(plan.Node) bool { return false }, false) {
		name := fmt.Sprintf("t%d", len(tables)+1)
		if r, ok := n.(*plan.Read); ok {
			fmt.Fprintf(&b, "-- %s holds %s\n\n", name, r.Name)
		} else {
			sql, err := Select(n, o)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "CREATE TABLE %s AS\n%s;\n\n", Ident(name), sql)
		}
		tables[n] = name
	}
	for _, n := range roots {
		sql, err := Select(n, o)
		if err != nil {
			return "", err
		}
		b.WriteString(sql + ";\n\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n", nil
}

// TestExpressions compares the SQL of expressions with the golden file.
func TestExpressions(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("testdata", "expressions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lib := fn.New(fn.Options{Now: time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC), Zone: time.UTC, Seed: 1})
	var out strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(string(src)), "\n") {
		r := &renderer{opts: Options{Library: lib}, calls: callTable()}
		v, err := r.expr(check(t, line, sales.Fields), sales.Fields, "")
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		out.WriteString(line + "\n    " + v.sql + "\n")
	}
	golden(t, filepath.Join("testdata", "expressions.golden"), out.String())
}

// TestEveryFunction finds functions without a rendering: SQL, or a function in Go.
func TestEveryFunction(t *testing.T) {
	lib := fn.New(fn.Options{})
	known := make(map[string]bool)
	for _, f := range expr.Functions() {
		known[strings.ToLower(f.Name)] = true
		if _, ok := lib.Lookup(f.Name); !ok && callTable()[strings.ToLower(f.Name)] == nil {
			t.Errorf("%s has no rendering", f.Name)
		}
	}
	for name := range callTable() {
		if !known[name] {
			t.Errorf("%s is rendered and is no function", name)
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", file, d)
	}
}

func TestQuoting(t *testing.T) {
	for got, want := range map[string]string{
		Ident(`a"b`):     `"a""b"`,
		Text("it's"):     `'it''s'`,
		Text("a\x00b"):   `('a' || chr(0) || 'b')`,
		Text("a\n'\\\v"): `E'a\n''\\\x0B'`,
		Double(1):        "1e0",
		Double(-0.1):     "(-0.1e0)",
		Double(1e300):    "1e+300",
		Int(-5):          "(-5)",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
