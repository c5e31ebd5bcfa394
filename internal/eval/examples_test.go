package eval

import (
	"testing"
	"time"

	"kickoff/expr"
	"kickoff/internal/fn"
)

// testOptions fix what functions know of the world.
func testOptions() fn.Options {
	const limit = 200 * time.Millisecond
	return fn.Options{Now: time.Date(2024, 2, 29, 13, 14, 15, 678_901_000, time.UTC), Zone: time.UTC, Seed: 1, RegexTimeout: limit}
}

// value prints a result as in a csv file, and Null as Null.
func value(v fn.Value) string {
	if v.IsNull() {
		return "Null"
	}
	return v.Text()
}

// TestExamples executes every example of the function table.
func TestExamples(t *testing.T) {
	lib := fn.New(testOptions())
	for _, f := range expr.Functions() {
		if _, ok := lib.Lookup(f.Name); !ok {
			t.Errorf("%s has no implementation", f.Name)
		}
		for _, e := range f.Examples {
			p, err := Source(e.Expr, expr.Env{}, lib)
			if err != nil {
				t.Errorf("%s: %v", e.Expr, err)
				continue
			}
			v, err := p.Frame().EvalValues(nil)
			if err != nil || value(v) != e.Result {
				t.Errorf("%s = %s, %v, want %s", e.Expr, value(v), err, e.Result)
			}
		}
	}
	known := map[string]bool{}
	for _, f := range expr.Functions() {
		known[f.Name] = true
	}
	last := ""
	for _, f := range lib.Funcs() {
		if !known[f.Name] {
			t.Errorf("%s is implemented and not in the table", f.Name)
		}
		if last != "" && fn.OrderText(last, f.Name) >= 0 {
			t.Errorf("%s stands after %s", f.Name, last)
		}
		last = f.Name
	}
}
