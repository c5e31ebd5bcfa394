package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	names, results := parse([]byte(`goos: linux
BenchmarkX/a_b-2   	  10	 5.0 own-ns/op	 2.0 x-floor
BenchmarkX/a_b-2   	  10	 3000 own-ns/op	 3.0 x-floor
BenchmarkX/a_b-2   	  10	 1000 own-ns/op	 9.0 x-floor
PASS
`))
	if d := cmp.Diff([]string{"X/a_b"}, names); d != "" {
		t.Fatal(d)
	}
	s := suite{rows: []spec{
		{bench: "X/a_b", what: "good", ours: micro("own-ns/op"), ratio: "x-floor", aims: []aim{atMost(micro("own-ns/op"), 1)}, note: "why"},
		{bench: "X/a_b", what: "bad", ours: micro("own-ns/op"), ratio: "x-floor", aims: []aim{atLeast(plain("x-floor", "%.1f"), 3.5)}, note: "why"},
	}}
	got, err := s.table(names, results)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	got.text(&b)
	want := "\n  what  floor  ours     ratio  aim        met\n" +
		"  good  –      1.00 µs  3.00   ≤ 1.00 µs  yes\n" +
		"  bad   –      1.00 µs  3.00   ≥ 3.5      no\n\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
	if got.rows[0].note != "" || got.rows[1].note != "why" {
		t.Errorf("notes %q, %q", got.rows[0].note, got.rows[1].note)
	}
}

func TestTableWithoutResult(t *testing.T) {
	s := suite{rows: []spec{{bench: "X"}}}
	if _, err := s.table(nil, nil); err == nil {
		t.Error("a benchmark that did not run is passed over")
	}
}
