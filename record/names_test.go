package record

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The names are those that the record library published by the vendor gives.
func TestDistinct(t *testing.T) {
	for in, want := range map[string]string{
		"A B":                   "A B",
		"A a A":                 "A a2 A3",
		"A A A2":                "A A3 A2",
		"A A A2 A3":             "A A4 A2 A3",
		"A2 A2 A2":              "A2 A3 A4",
		"A9 A9":                 "A9 A9_2",
		"A1 A1 A1":              "A1 A1_2 A1_3",
		"2020 2020":             "2020 2020_2",
		"12 12":                 "12 12_2",
		"2 2":                   "2 2_2",
		"é É":                   "é É2",
		"A A A A A A A A A A A": "A A2 A3 A4 A5 A6 A7 A8 A9 A9_2 A9_3",
		"A8 A8 A8":              "A8 A9 A9_2",
	} {
		names := strings.Fields(in)
		if got := strings.Join(Distinct(names), " "); got != want {
			t.Errorf("%s: %s, not %s", in, got, want)
		}
		var s Schema
		for _, name := range names {
			s = append(s, New(s.Unique(name), Int32, 0))
		}
		for i, name := range s.Names() {
			if slices.ContainsFunc(s[:i].Names(), func(other string) bool { return strings.EqualFold(name, other) }) {
				t.Errorf("%s: %v", in, s.Names())
			}
		}
	}
}

// Many duplicates take no time that grows with their square.
func TestDistinctMany(t *testing.T) {
	names := make([]string, 200_000)
	for i := range names {
		names[i] = "name"
	}
	if got := Distinct(names)[len(names)-1]; got != "name9_"+fmt.Sprint(len(names)-8) {
		t.Error(got)
	}
}
