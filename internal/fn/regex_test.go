package fn

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRegexTranslate(t *testing.T) {
	for _, c := range []struct {
		pattern, want string
		backtracks    bool
	}{
		{`\d{3}-\w+`, `[\d]{3}-[\p{L}\p{Nd}_]+`, false}, {`\u\l\U`, `[\p{Lu}\p{Ll}][\p{Lu}\p{Ll}][^\p{Lu}\p{Ll}]`, false},
		{`[\u_[:digit:]-]`, `[\p{Lu}\p{Ll}_[:digit:]-]`, false}, {`[]a]`, `[\]a]`, false}, {`[^]a]`, `[^\]a]`, false}, {`[a[b]`, `[a\[b]`, false},
		{`(a)\1`, `(a)\1`, true}, {`a(?=b)`, `a(?=b)`, true}, {`(?<!a)b`, `(?<!a)b`, true}, {`a++b`, `(?>a+)b`, true}, {`(ab)*+`, `(?>(ab)*)`, true}, {`a{2,3}+`, `(?>a{2,3})`, true},
		{`(?<year>\d+)`, `(?P<year>[\d]+)`, false}, {`(?'q'a)\k<q>`, `(?P<q>a)\k<q>`, true}, {`\g{1}()`, `\1()`, true}, {`a+?b*?`, `a+?b*?`, false},
		{`\x{FF01}\x41`, "！A", false}, {`\Qa.b\E+`, `a\.b+`, false}, {`a{b`, `a\{b`, false}, {`\/\-\"`, `/\-"`, false}, {`x(?#note)y`, `xy`, false},
		{`\h`, `[\t\p{Zs}]`, false}, {`\n\t`, `\x0a\x09`, false}, {`\é`, `é`, false}, {`(?i:a)|(?-i)b`, `(?i:a)|(?-i)b`, false}, {`\Z`, `(?:\n?\z)`, false},
		{`[\b]`, `[\x08]`, false}, {`[[:u:]x]`, `[\p{Lu}\p{Ll}x]`, false}, {`\p{Lu}\pL`, `\p{Lu}\pL`, false},
	} {
		got, err := translateRegex(c.pattern, true)
		if err != nil || got.re2 != c.want || got.backtracks != c.backtracks {
			t.Errorf("%s becomes %s (backtracks %v), %v, want %s", c.pattern, got.re2, got.backtracks, err, c.want)
		}
		if _, err := CompileRegex(c.pattern, true, time.Second); err != nil {
			t.Errorf("CompileRegex: %v", err)
		}
		if s, _, ok := RE2(c.pattern, true); ok == c.backtracks {
			t.Errorf("RE2(%s) = %s, %v", c.pattern, s, ok)
		}
	}
	for _, p := range []string{`(`, `a)`, `[a`, `\`, `*a`, `(?R)`, `[[.a.]]`, `\x{`, `(?#`, `a{2,1}`, `[z-a]`, `[\H]`} {
		if _, err := CompileRegex(p, true, time.Second); err == nil {
			t.Errorf("%s compiles", p)
		}
	}
}

func TestRegex(t *testing.T) {
	for _, c := range []struct{ s, pattern, to, icase, match, count, replaced string }{
		{"abc", "B", "x", "1", "False", "1", "axc"}, {"abc", "B", "x", "0", "False", "0", "abc"}, {"abc", ".*", "x", "1", "True", "2", "xx"}, {"abc", "^.*$", "x", "1", "True", "1", "x"}, {"axb", "x*", "-", "1", "False", "4", "-a--b-"},
		{"José Peña", `(\w+) (\w+)`, "$2, $1", "1", "True", "1", "Peña, José"}, {"a\u00a0 b", `\s+`, "_", "1", "False", "1", "a_b"}, {"Ça va", `\bva|a\b`, "x", "1", "False", "2", "Çx x"}, {"éa", `\ba`, "x", "1", "False", "0", "éa"},
		{"aé1_ -Б", `[^\w]`, "", "1", "False", "2", "aé1_Б"}, {"aé1_ -Б", `[\W_]`, "", "1", "False", "3", "aé1Б"}, {"aé1_ -Б", `[^\W\d_]`, "", "1", "False", "3", "1_ -"}, {"É é", `\u`, "x", "0", "False", "1", "x é"}, {"É é", `[\L]`, "x", "0", "False", "2", "xxé"},
		{"naïve! ¿qué?", `[[:punct:]]`, "", "1", "False", "3", "naïve qué"}, {"naïve!", `[^[:alpha:]]`, "", "1", "False", "1", "naïve"}, {"a\tb\u00a0c", `[\S]`, "x", "1", "False", "3", "x\tx\u00a0x"}, {"é\x01", `[^[:print:]]`, "", "1", "False", "1", "é"},
		{"a\nb", "a.b", "x", "1", "True", "1", "x"}, {"a\nb", "^b$", "x", "1", "False", "1", "a\nx"}, {"aab", `(a)\1b`, "[$1]", "1", "True", "1", "[a]"},
		{"x1y22", `\d+`, "<$&>", "1", "False", "2", "x<1>y<22>"}, {"john smith", `\<(\w)(\w*)`, `\u$1$2`, "1", "False", "2", "John Smith"},
		{"john smith", `(\w+) (\w+)`, `\U$2\E, $1`, "1", "True", "1", "SMITH, john"}, {"JOHN", `(\w)(\w*)`, `$1\L$2`, "1", "True", "1", "John"},
		{"äöü", `(?<=ä)ö`, "-", "1", "False", "1", "ä-ü"}, {"äöüä", `(?=ä)`, "|", "1", "False", "2", "|äöü|ä"}, {"a$b", `\$`, "$$", "1", "False", "1", "a$b"},
		{"ab", "(a)(b)?", `\2\1$9`, "1", "True", "1", "ba"}, {"abc", "b", "[$`|$']", "1", "False", "1", "a[a|c]c"}, {"abc", "b", `\\x\n`, "1", "False", "1", "a\\x\nc"},
		{"10", "(1)", "${1}0", "1", "False", "1", "100"}, {"Éa", `\u`, "x", "1", "False", "2", "xx"}, {"aaa", "a{1,1001}", "b", "1", "True", "1", "b"}, {"", "", "x", "1", "True", "1", "x"},
		{"abc", "", "-", "1", "False", "4", "-a-b-c-"}, {"ab12", "[[:alpha:]]+", "x", "1", "False", "1", "x12"}, {"cost $", "$", "!", "1", "False", "1", "cost $!"},
		{"ab12", `\d*$`, "x", "1", "False", "2", "abxx"}, {strings.Repeat("é", 600), `\w{600}`, "x", "1", "True", "1", "x"},
	} {
		args := []Value{Text(c.s), Text(c.pattern), Text(c.icase)}
		if got := run(t, "REGEX_Match", args...); got != c.match {
			t.Errorf("%q matches %s: %s", c.s, c.pattern, got)
		}
		if got := run(t, "REGEX_CountMatches", args...); got != c.count {
			t.Errorf("%q has %s matches of %s, want %s", c.s, got, c.pattern, c.count)
		}
		if got := run(t, "REGEX_Replace", args[0], args[1], Text(c.to), args[2]); got != c.replaced {
			t.Errorf("%q with %s replaced by %s = %q, want %q", c.s, c.pattern, c.to, got, c.replaced)
		}
	}
}

// TestRegexEngines: both engines find the same in what both can do.
func TestRegexEngines(t *testing.T) {
	texts := []string{"", "abc", "a1 b22 c333", "äöü Straße 12", "x,y;;z", "2020-01-02", "aaa\nbbb\n", "Mixed CASE words", "日本 12"}
	for _, p := range []string{`\d+`, `\w+`, `[^,;]+`, `(\w)(\w)?`, `^.*$`, `\bb`, `a|ab`, `\s*`, `[[:upper:]]+`, `(?P<n>\d)\d*`, `\S+$`, `ö`, `.`} {
		fast, err := CompileRegex(p, true, time.Second)
		if err != nil || fast.re == nil {
			t.Fatalf("%s: %v", p, err)
		}
		slow, err := CompileRegex(p+`(?=)`, true, time.Second)
		if err != nil || slow.bt == nil {
			t.Fatalf("%s: %v", p, err)
		}
		for _, s := range texts {
			a, _ := fast.FindAll(s, 0)
			b, err := slow.FindAll(s, 0)
			if err != nil || len(a) != len(b) {
				t.Errorf("%s in %q: %v and %v, %v", p, s, a, b, err)
				continue
			}
			for i := range a {
				for g := range a[i] {
					if a[i][g] != b[i][g] {
						t.Errorf("%s in %q, match %d: %v and %v", p, s, i, a[i], b[i])
					}
				}
			}
		}
	}
}

func TestRegexTime(t *testing.T) {
	re, err := CompileRegex(`(?=a)(a+)+$`, true, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.MatchWhole(strings.Repeat("a", 40) + "!"); !errors.Is(err, ErrRegexTime) {
		t.Errorf("a pattern that backtracks for ever: %v", err)
	}
}

func FuzzRegex(f *testing.F) {
	for _, p := range []string{`\d+`, `(a)\1`, `[]a-z[:alpha:]]++`, `(?<n>x)\k<n>`, `\Q[\E{2}`, `(?(1)a|b)`, `\x{41}\u`} {
		f.Add(p, "aab [x] 12", `$1\U$&`)
	}
	f.Fuzz(func(t *testing.T, pattern, s, to string) {
		if len(pattern) > 100 || len(s) > 200 {
			return
		}
		re, err := CompileRegex(pattern, true, 20*time.Millisecond)
		if err != nil {
			return
		}
		re.ReplaceAll(s, ParseReplacement(to))
		re.MatchWhole(s)
	})
}
