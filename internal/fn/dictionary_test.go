package fn

import (
	"bytes"
	"slices"
	"testing"
)

func TestCompareDictionary(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"2", "10", -1}, {"minus -2", "minus -10", 1}, {"minus-2", "minus-10", -1}, {"pi 3.14", "pi 6.28e-1", 1}, {"12.00", "12.0", 1},
		{"a", "À", -1}, {"Bananas", "bananas", 0}, {"", "a", -1}, {"a", "a", 0}, {"a", "ab", -1}, {"a b", "ab", -1}, {"-1", "0", -1}, {"0", "-0", -1},
		{"item 9", "item 10", -1}, {"item 10b", "item 10a", 1}, {"É", "e", 1}, {"éa", "eb", 1}, {"n", "ñ", -1}, {"z", "ñ", -1}, {"1e3", "999", 1}, {"1.5", "1.25", 1}, {"007", "7", 1},
		{"a1", "a_", 1}, {"a1", "ab", -1}, {"99999999999999999999", "100000000000000000000", -1}, {"ß", "ss", 1}, {"e\u0301", "é", 0},
	} {
		if got := CompareDictionary(c.a, c.b); got != c.want {
			t.Errorf("CompareDictionary(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := CompareDictionary(c.b, c.a); got != -c.want {
			t.Errorf("CompareDictionary(%q, %q) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestDictionaryOrder(t *testing.T) {
	want := []string{"", " ", "-10", "-9.5", "-1e0", "0", "0.5", "2", "10", "_x", "a", "A", "á", "Á", "A 2", "A 10", "ab", "aB", "Ab", "B", "z"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, func(a, b string) int { return bytes.Compare(DictionaryKey(a), DictionaryKey(b)) })
	// Signs stand before numbers: _ is one.
	want = []string{"", " ", "_x", "-10", "-9.5", "-1e0", "0", "0.5", "2", "10", "a", "A", "á", "Á", "A 2", "A 10", "ab", "aB", "Ab", "B", "z"}
	if !slices.Equal(got, want) {
		t.Errorf("sorted %q\nwant %q", got, want)
	}
}

// FuzzDictionaryKey: a text has one key, and stands before itself with more.
func FuzzDictionaryKey(f *testing.F) {
	for _, s := range []string{"", "a1.5e-3b", "-12", "x -0.00", "éÀ ß", "1e999999999999", "\xff\xfe", "\u0301a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := DictionaryKey(s)
		if !bytes.Equal(key, DictionaryKey(s)) {
			t.Fatal("two keys of one text")
		}
		if longer := DictionaryKey(s + "z"); bytes.Compare(key, longer) >= 0 {
			t.Fatalf("%q does not stand before itself with a z", s)
		}
	})
}
