package diag

import (
	"strings"
	"testing"
)

// The underline stands below what the span covers, in short lines and in the
// part of a long one that is shown.
func TestUnderline(t *testing.T) {
	long := strings.Repeat("1+", 5000)
	for _, c := range []struct {
		name, source, marked string
		start                int
		want                 string // line and column
	}{
		{"start", "[a] + [b]", "[a]", 0, "line 1, column 1"},
		{"second line", "1 +\n\t [nope]", "[nope]", 6, "line 2, column 3"},
		{"not ASCII", "\"äöü\" + Foo(1)", "Foo(1)", 11, "line 1, column 9"},
		{"at the end of a long line", long + "Foo(1)", "Foo(1)", 10000, "line 1, column 10001"},
		{"in a long line", long + "Foo(1)+" + long, "Foo(1)", 10000, "line 1, column 10001"},
		{"at the start of a long line", "Foo(1)+" + long, "Foo(1)", 0, "line 1, column 1"},
	} {
		d := &Diagnostic{Msg: "wrong", Source: c.source, Span: Span{Start: c.start, End: c.start + len(c.marked)}}
		head, rest, _ := strings.Cut(d.Error(), "\n")
		shown, under, _ := strings.Cut(rest, "\n")
		if !strings.Contains(head, c.want) {
			t.Errorf("%s: %q does not say %q", c.name, head, c.want)
		}
		from := strings.IndexByte(under, '~')
		if from < 0 || string([]rune(shown)[from:][:strings.Count(under, "~")]) != c.marked {
			t.Errorf("%s: the underline is not below %s:\n%s\n%s", c.name, c.marked, shown, under)
		}
		if n := len([]rune(shown)); n > excerptAll+4 {
			t.Errorf("%s: %d characters are shown", c.name, n)
		}
	}
	d := &Diagnostic{Msg: "all of it is wrong", Source: long, Span: Span{End: len(long)}}
	if lines := strings.Split(d.Error(), "\n"); strings.Count(lines[2], "~") != excerptAll {
		t.Errorf("a long span:\n%s", d.Error())
	}
}
