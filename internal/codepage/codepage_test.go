package codepage

import "testing"

func TestLookup(t *testing.T) {
	for n, c := range map[int]struct{ text, bytes string }{
		437: {"é", "\x82"}, 932: {"日", "\x93\xfa"}, 936: {"中", "\xd6\xd0"}, 949: {"한", "\xc7\xd1"}, 950: {"中", "\xa4\xa4"},
		1200: {"é", "\xe9\x00"}, 1201: {"é", "\x00\xe9"}, 1251: {"Я", "\xdf"}, 1252: {"€", "\x80"}, 20866: {"Я", "\xf1"}, 28591: {"é", "\xe9"},
		28605: {"€", "\xa4"}, 51932: {"日", "\xc6\xfc"}, 54936: {"中", "\xd6\xd0"}, 65001: {"é", "\xc3\xa9"},
	} {
		enc, ok := Lookup(n)
		if !ok {
			t.Errorf("%d is not known", n)
			continue
		}
		if got, err := enc.NewEncoder().String(c.text); err != nil || got != c.bytes {
			t.Errorf("%d: %q is %x, %v, want %x", n, c.text, got, err, c.bytes)
		}
		if got, err := enc.NewDecoder().String(c.bytes); err != nil || got != c.text {
			t.Errorf("%d: %x is %q, %v, want %q", n, c.bytes, got, err, c.text)
		}
	}
	if _, ok := Lookup(12345); ok {
		t.Error("12345 is known")
	}
}
