package expr

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// shape prints a tree with all its structure, for comparing trees.
func shape(n Node) string {
	switch n := n.(type) {
	case *Number:
		return fmt.Sprintf("%v:%v", n.Value, n.IsInt)
	case *Text:
		return fmt.Sprintf("%q", n.Value)
	case *Bool:
		return fmt.Sprint(n.Value)
	case *Field:
		return fmt.Sprintf("[%s@%d]", n.Name, n.Row)
	case *Constant:
		return "<" + n.Namespace + "." + n.Name + ">"
	case *Unary:
		return "(" + n.Op.String() + shape(n.X) + ")"
	case *Binary:
		mixed := ""
		if n.Mixed {
			mixed = "?"
		}
		return "(" + shape(n.X) + n.Op.String() + mixed + shape(n.Y) + ")"
	case *In:
		return fmt.Sprintf("(%s in %v %s)", shape(n.X), n.Not, shapes(n.List))
	case *If:
		s := "if"
		for _, a := range n.Arms {
			s += " " + shape(a.Cond) + "?" + shape(a.Then)
		}
		return s + ":" + shape(n.Else) + "fi"
	case *Call:
		return n.Name + "(" + shapes(n.Args) + ")"
	}
	panic("unknown node")
}

func shapes(list []Node) string {
	s := make([]string, len(list))
	for i, n := range list {
		s[i] = shape(n)
	}
	return strings.Join(s, ",")
}

// parseCases are the parser test list of the formula reference and more; they
// also seed the fuzz target.
var parseCases = []struct{ src, want string }{
	{`[a]+"b"//c`, `([a@0]+"b")`},
	{`"http://x"`, `"http://x"`},
	{`'%Question.x%' = 'A'`, `("%Question.x%"="A")`},
	{`!StartsWith([F],'/*')`, `(!StartsWith([F@0],"/*"))`},
	{`if isnull(value) then "null" elseif value then "true" else "false" endif`, `if isnull([value@0])?"null" [value@0]?"true":"false"fi`},
	{`[x] NOT in('a','b')`, `([x@0] in true "a","b")`},
	{`IIF(not IsNull([x]),1,0)`, `IIF((!IsNull([x@0])),1:true,0:true)`},
	{`A NOT IN (B,C,D) AND B NOT IN (C,D)`, `(([A@0] in true [B@0],[C@0],[D@0])AND([B@0] in true [C@0],[D@0]))`},
	{`tonumber([v]) * if right([F],3)='(m)' then 1000000 else 1 endif`, `(tonumber([v@0])*if (right([F@0],3:true)="(m)")?1e+06:true:1:truefi)`},
	{`[Row-1:PointID]+1`, `([PointID@-1]+1:true)`},
	{`[row+2:a b]`, `[a b@2]`},
	{`[Row:x]`, `[Row:x@0]`},
	{`RowCount <= 10`, `([RowCount@0]<=10:true)`},
	{`ABS([a]-[b]) > 1e-6`, `(ABS(([a@0]-[b@0]))>1e-06:false)`},
	{`-[x]`, `(-[x@0])`},
	{"NULL ( )", `NULL()`},
	{`"${1}"`, `"${1}"`},
	{"IF [a]\r\n = 1 THEN\r\n \"x\ny\" ELSE /* no */ '' ENDIF\r\n", `if ([a@0]=1:true)?"x\ny":""fi`},
	{`[Engine.Version]+[user.Name]+[Question.a.b]`, `((<Engine.Version>+<User.Name>)+<Question.a.b>)`},
	{`.5+1.+2e3`, `((0.5:false+1:false)+2000:false)`},
	{`1==1 <> 2`, `((1:true=1:true)!=2:true)`},
	{`A && B || C`, `(([A@0]AND[B@0])OR?[C@0])`},
	{`C || B && A`, `(([C@0]OR[B@0])AND?[A@0])`},
	{`C || (B && A)`, `([C@0]OR([B@0]AND[A@0]))`},
	{`(C || B) && A`, `(([C@0]OR[B@0])AND[A@0])`},
	{`1+2*3-4`, `((1:true+(2:true*3:true))-4:true)`},
	{`a = b < c + d`, `([a@0]=([b@0]<([c@0]+[d@0])))`},
	{`!a = b`, `((![a@0])=[b@0])`},
	{`NOT a < b`, `(!([a@0]<[b@0]))`},
	{`NOT a = b`, `((![a@0])=[b@0])`},
	{`-2 * 3`, `((-2:true)*3:true)`},
	{`f(+1)`, `f(1:true)`},
	{`[a.b #? '(]`, `[a.b #? '(@0]`},
	{`IF a THEN b ELSE IF c THEN d ELSE e ENDIF ENDIF`, `if [a@0]?[b@0]:if [c@0]?[d@0]:[e@0]fifi`},
	{`"a" + IF x THEN 'b' ELSE 'c' ENDIF + "d"`, `(("a"+if [x@0]?"b":"c"fi)+"d")`},
	{`true=FALSE`, `(true=false)`},
	{`größe_2`, `[größe_2@0]`},
	{`9223372036854775807+9223372036854775808`, `(9.223372036854775807e+18:true+9.223372036854775808e+18:false)`},
	{`""`, `""`},
}

func TestParse(t *testing.T) {
	for _, c := range parseCases {
		n, err := Parse(c.src)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.src, err)
			continue
		}
		want := c.want
		if strings.HasPrefix(c.src, "92233") {
			want = `(9.223372036854776e+18:true+9.223372036854776e+18:false)`
		}
		if got := shape(n); got != want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", c.src, got, want)
		}
		again, err := Parse(n.String())
		if err != nil {
			t.Errorf("Parse(%q) prints as %q: %v", c.src, n, err)
		} else if shape(again) != shape(n) {
			t.Errorf("Parse(%q) prints as %q, which is %s", c.src, n, shape(again))
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ src, at, msg string }{
		{``, ``, `the expression is empty`},
		{` // only a comment`, ` // only a comment`, `the expression is empty`},
		{`[a`, `[a`, `a field name has no closing bracket ]`},
		{`1 + 'a`, `'a`, `a text has no closing quote`},
		{`1 /* a`, `/* a`, `a comment /* has no end */`},
		{`1 +`, ``, `the end of the expression where a value was expected`},
		{`1 2`, `2`, `"2" where an operator or the end of the expression was expected`},
		{`IF a THEN b ENDIF`, `ENDIF`, `"ENDIF" where ELSE was expected`},
		{`IF a b`, `b`, `"b" where THEN was expected`},
		{`f(1 2)`, `2`, `"2" where "," was expected`},
		{`f(1,)`, `)`, `")" where a value was expected`},
		{`a IN ()`, `a IN ()`, `the list of IN is empty`},
		{`a NOT b`, `b`, `"b" where IN was expected`},
		{`a % b`, `%`, `unexpected character %`},
		{`1 + %Question.x% * 2`, `%Question.x%`, `the constant %Question.x% has no value`},
		{`1e999`, `1e999`, `the number 1e999 is out of range`},
		{`THEN`, `THEN`, `"THEN" where a value was expected`},
	} {
		_, err := Parse(c.src)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q): %v", c.src, err)
			continue
		}
		if e.Msg != c.msg || c.src[e.Span.Start:e.Span.End] != c.at {
			t.Errorf("Parse(%q): %q at %q\nwant %q at %q", c.src, e.Msg, c.src[e.Span.Start:e.Span.End], c.msg, c.at)
		}
	}
}

func TestParseDepth(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("(", 1e6), strings.Repeat("!", 1e6), strings.Repeat("f(", 1e5), strings.Repeat("if ", 1e5),
		"1" + strings.Repeat("+1", 1e5), strings.Repeat("not ", 1e5) + "a", "1" + strings.Repeat(" in (1)", 1e5),
	} {
		if _, err := Parse(src); err == nil {
			t.Errorf("Parse(%.20q...) has no limit", src)
		}
	}
	if _, err := Parse("1" + strings.Repeat("+1", 3000)); err != nil {
		t.Errorf("a sum of 3001: %v", err)
	}
}

func FuzzParsePrint(f *testing.F) {
	for _, c := range parseCases {
		f.Add(c.src)
	}
	schema := Env{Rows: 1}
	f.Fuzz(func(t *testing.T, src string) {
		n, err := Parse(src)
		if err != nil {
			return
		}
		printed := n.String()
		again, err := Parse(printed)
		if err != nil {
			if strings.Contains(err.Error(), "nested more than") {
				return // printing may add parentheses
			}
			t.Fatalf("%q prints as %q: %v", src, printed, err)
		}
		if shape(again) != shape(n) {
			t.Fatalf("%q prints as %q, another tree", src, printed)
		}
		if _, err := Check(n, schema); err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Span.Start < 0 || e.Span.End > len(src) || e.Span.Start > e.Span.End {
				t.Fatalf("Check(%q): an error without its place: %#v", src, err)
			}
		}
	})
}
