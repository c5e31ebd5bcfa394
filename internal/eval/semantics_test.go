package eval

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// results runs expressions without fields and compares what they give.
func results(t *testing.T, cases [][2]string) {
	t.Helper()
	lib := fn.New(testOptions())
	for _, c := range cases {
		p, err := Source(c[0], expr.Env{}, lib)
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		v, err := p.Frame().EvalValues(nil)
		if err != nil || value(v) != c[1] {
			t.Errorf("%s = %s, %v, want %s", c[0], value(v), err, c[1])
		}
	}
}

// TestNulls is the table of null semantics of the formula reference, section 2.
func TestNulls(t *testing.T) {
	results(t, [][2]string{
		{`1 + Null()`, `Null`}, {`1 - Null()`, `Null`}, {`Null() * 2`, `Null`}, {`1 / Null()`, `Null`}, {`-Null()`, `Null`},
		{`"ABC" + Null()`, `ABC`}, {`Null() + "ABC"`, `ABC`}, {`IIF(False, "a", Null()) + IIF(False, "a", Null())`, `Null`},
		{`Null() = Null()`, `True`}, {`Null() = 1`, `False`}, {`Null() != 1`, `True`}, {`"" = Null()`, `False`},
		{`Null() != Null()`, `False`},
		{`Null() < 1`, `False`}, {`1 > Null()`, `False`}, {`Null() < Null()`, `False`}, {`"a" > Null()`, `False`},
		{`Null() <= 1`, `False`}, {`Null() <= Null()`, `True`}, {`Null() >= Null()`, `True`}, {`1 >= Null()`, `False`},
		{`Null() IN (Null(), "")`, `True`}, {`"a" IN (Null(), "")`, `False`}, {`"a" NOT IN (Null(), "b")`, `True`},
		{`IF Null() THEN 1 ELSE 2 ENDIF`, `2`}, {`IIF(Null(), 10, 20)`, `20`},
		{`Null() AND True`, `False`}, {`Null() OR True`, `True`}, {`!Null()`, `True`}, {`NOT Null()`, `True`},
		{`1 / 0`, `Null`}, {`0 / 0`, `Null`}, {`1 / Null()`, `Null`},
	})
}

func TestOperators(t *testing.T) {
	results(t, [][2]string{
		{`0 && 1 || 1`, `True`}, {`1 || 1 && 0`, `False`}, {`1 || (1 && 0)`, `True`},
		{`1 + 2 * 3`, `7`}, {`(1 + 2) * 3`, `9`}, {`-2 * -3`, `6`}, {`7 / 2`, `3.5`}, {`1 - 1`, `0`}, {`0.1 + 0.2`, `0.3`}, {`0.1 + 0.2 = 0.3`, `False`},
		{`1 = 1.0`, `True`}, {`True = 1`, `True`}, {`True + True`, `2`}, {`2 > True`, `True`},
		{`"a" = "A"`, `True`}, {`"a" != "A"`, `False`}, {`"É" = "é"`, `True`}, {`"a" < "B"`, `True`}, {`"A" < "b"`, `True`}, {`"a" > "A"`, `False`}, {`"a" >= "A"`, `True`},
		{`"x" IN ("a", "X")`, `True`}, {`Switch("X", 0, "x", 1)`, `1`}, {`"_" < "a"`, `True`}, {`"_" < "A"`, `True`},
		{`9007199254740993 = 9007199254740992`, `False`}, {`9007199254740993 > 9007199254740992`, `True`},
		{`IF 1 > 2 THEN "a" ELSEIF 2 > 1 THEN "b" ELSE "c" ENDIF`, `b`},
		{`Switch("F1", "Jan", "F1", "Feb", "M1", "Mar")`, `Feb`}, {`Switch("X", "Jan", "F1", "Feb", "M1", "Mar")`, `Jan`},
		{`Switch(Null(), 1, "A", 2, "B", 3)`, `1`}, {`1 IN (2, 1.0)`, `True`}, {`3 NOT IN (1, 2)`, `True`},
		{`DateTimeToday() = "2024-02-29"`, `True`}, {`DateTimeToday() < "2024-03-01"`, `True`}, {`DateTimeNow() > "2024-02-29"`, `True`},
		{`DateTimeToday() = "2024-02-29 00:00:00"`, `True`}, {`DateTimeToday() IN ("2024-02-28", "2024-02-29")`, `True`},
		{`"x" + DateTimeToday()`, `x2024-02-29`}, {`Left(DateTimeToday(), 4)`, `2024`},
		{`Switch(DateTimeToday(), 0, "2024-02-29", 1)`, `1`},
	})
}

// TestFunctionRules are the rules beside the examples of the function table.
func TestFunctionRules(t *testing.T) {
	results(t, [][2]string{
		{`Left(Null(), 1)`, `Null`}, {`Left("abc", 5)`, `abc`}, {`Left("äöü", 2)`, `äö`}, {`Right("äöü", 2)`, `öü`}, {`Right("ab", Null())`, ``},
		{`Right("ab", -1)`, `ab`}, {`Substring("abc", -1, 2)`, `a`}, {`Substring("abc", -1)`, `abc`}, {`Substring("abc", 1, -1)`, ``},
		{`Substring("abc", Null(), 1)`, `a`}, {`Substring("abc", 1, Null())`, ``}, {`Substring("äöü", 1, 1)`, `ö`}, {`Substring("abc", 0, 1e18)`, `abc`},
		{`PadLeft(Null(), 3, "x")`, `Null`}, {`PadLeft("a", Null(), "x")`, `Null`}, {`PadLeft("ä", 3, "öx")`, `ööä`},
		{`GetWord("a b c", Null())`, `a`}, {`GetWord(Null(), 0)`, `Null`}, {`GetWord("  a   b ", 1)`, `b`}, {`GetWord("a", -1)`, `Null`},
		{`FindString("äb", "b")`, `1`}, {`FindString("a", Null())`, `0`}, {`FindNth("aaaa", "aa", 2)`, `2`},
		{`Trim(Null())`, `Null`}, {`Trim(" a ", Null())`, `a`}, {`Trim(" a ", "")`, `a`}, {"Trim('\t\r\na\n')", `a`}, {`Trim("ab]a-", "a-]")`, `b`},
		{`Replace(Null(), "a", "b")`, ``}, {`Replace("a", Null(), "b")`, `a`}, {`Replace("abab", "b", "")`, `aa`}, {`Replace("a.b", ".", "\1")`, `a\1b`},
		{`ReplaceChar("abc", "ac", "xyz")`, `xbx`}, {`ReplaceFirst("a.a", ".", "$1")`, `a$1a`},
		{`ReverseString("añ")`, `ña`}, {`TitleCase("o'NEIL mc-donald  x")`, `O'neil Mc-donald  X`}, {`Length("añ")`, `2`},
		{`ToNumber("12abc")`, `12`}, {`ToNumber("1,234")`, `1`}, {`ToNumber("$5")`, `0`}, {`ToNumber(" 5 ")`, `5`}, {`ToNumber("")`, `0`},
		{`ToNumber("", 0, 1)`, `Null`}, {`ToNumber(Null())`, `0`}, {`ToNumber(Null(), 0, 1)`, `Null`}, {`ToNumber("-.5e1x")`, `-5`}, {`ToNumber("1e")`, `1`},
		{`ToString(1.5e20)`, `1.5e+20`}, {`ToString(0.00001)`, `0.00001`}, {`ToString(1/3)`, `0.333333333333333`}, {`ToString(1/30)`, `3.33333333333333e-02`}, {`ToString(1.5, Null())`, `1.5`},
		{`ToString(74.876925, 5)`, `74.87692`}, {`ToString(0.125, 2)`, `0.13`}, {`ToString(-0.125, 2)`, `-0.13`}, {`ToString(2.5, 0)`, `3`}, {`ToString(1234.5, 2, 1)`, `1,234.50`},
		{`ToString(-1234567, 0, 1)`, `-1,234,567`}, {`ToString(1234.5, 1, ".", ",")`, `1.234,5`}, {`ToString(1234567.54, 2, 1, ",")`, `1.234.567,54`}, {`ToString(1234567.54, 2, " ", ",")`, `1 234 567,54`},
		{`ToNumber("123.456,789", 1, 1, ",")`, `123456.789`}, {`ToNumber("123,456.789", 1, 1, ".")`, `123456.789`}, {`ToNumber("1 234 567,5", 0, 0, ",")`, `1234567.5`}, {`ToNumber("-1,5", 0, 0, ",")`, `-1.5`}, {`ToNumber("123,456.789", 1, 1)`, `123`}, {`ToString(True)`, `1`}, {`ToString(-0.001, 2)`, `0.00`},
		{`ToString(Null())`, `Null`}, {`ToString(100, 2)`, `100.00`},
		{`CharToInt("añ")`, `97`}, {`CharToInt("€")`, `8364`}, {`CharFromInt(55296)`, `Null`}, {`BinToInt("10x1")`, `2`}, {`HexToNumber("0xff")`, `255`},
		{`IntToHex(-1)`, `FFFFFFFFFFFFFFFF`}, {`HexToNumber("zz")`, `Null`},
		{`BinToInt("101010101")`, `341`}, {`BinToInt("11111111111111111111111111111011")`, `-5`}, {`BinToInt("-111")`, `-7`}, {`BinToInt("+111")`, `7`},
		{`HexToNumber("7FFFFFFFFFFFFFFA")`, `9223372036854775802`}, {`HexToNumber("FFFFFFFFFFFFFFFA")`, `-6`}, {`HexToNumber("FFFFFFFFFFFFFFFFF")`, `Null`}, {`HexToNumber("FFFFFFFA")`, `4294967290`},
		{`FindNth("Hello World", "o", 1.8)`, `7`}, {`FindNth("Hello World", "l", 0)`, `-1`}, {`FindNth("Hello World", "world", 1)`, `-1`},
		{`CompareDigits(12345, 12444, 3)`, `True`}, {`CompareDigits(12345, 12445, 3)`, `False`}, {`CompareDigits(12.345, 12.435, 3)`, `True`}, {`CompareDigits(.91234, .91334, 3)`, `False`}, {`CompareDigits(1, 2, 0)`, `Null`},
		{`EqualStrings("Hello", "hello")`, `False`}, {`EqualStrings("Hello", Null())`, `False`}, {`CompareDictionary("n", "ñ")`, `-1`}, {`GetPart("One Two 3.4", ". ", 2)`, `3`}, {`Coalesce(ToDateTime("apples"), ToDateTime(1))`, `1899-12-31 00:00:00`},
		{`Round(2.675, 0.01)`, `2.68`}, {`Round(4.975, 0.01)`, `4.97`}, {`Round(163.575, 0.01)`, `163.57`}, {`Round(112.415, 0.01)`, `112.42`},
		{`Round((100 + 124.83) / 2, 0.01)`, `112.41`}, {`Round((100 + 224.83) / 2, 0.01)`, `162.42`}, {`Round(0.35, 0.1)`, `0.3`}, {`Round(-0.35, 0.1)`, `-0.3`}, {`Round(1e308, 1e-300) = 1e308`, `True`}, {`Round(-1.25, 0.1)`, `-1.3`}, {`Round(7, 0.3)`, `6.9`}, {`Round(1234, 100)`, `1200`}, {`Round(5, 0)`, `5`},
		{`Mod(-7, 0.5)`, `Null`}, {`Mod(9007199254740993, 10)`, `3`}, {`Ceil(1.21, 0.1)`, `1.3`}, {`Floor(-7, 5)`, `-10`}, {`Factorial(171)`, `Null`},
		{`Max("a", Null(), "C")`, `C`}, {`Min(Null(), Null())`, `Null`}, {`MaxIDX(Null(), 1, 1)`, `1`}, {`TopNIDX(9, 1)`, `Null`}, {`TopNIDX(1, 5, 5)`, `1`},
		{`Bound(Null(), 1, 2)`, `Null`}, {`Median(1, Null(), 3)`, `1`}, {`IsEmpty(DateTimeToday())`, `False`}, {`IsString(Null())`, `False`},
		{`IsInteger(" -5 ")`, `True`}, {`IsInteger("")`, `False`}, {`IsInteger(5.0)`, `True`}, {`Contains("a", Null())`, `False`}, {`Contains("É", "é")`, `True`},
		{`Contains("abc", "ABC", "false")`, `False`}, {`StripQuotes("a'")`, `a'`}, {`StripQuotes("'")`, `'`},
		{`DateTimeAdd("2020-02-29", 1, "year")`, `2021-02-28`}, {`DateTimeAdd("2020-01-31 10:00:00", 1.9, "months")`, `2020-02-29 10:00:00`},
		{`DateTimeAdd("2020-01-01", -1, "Sec")`, `2019-12-31 23:59:59`}, {`DateTimeAdd("10:00:00", 15, "hours")`, `01:00:00`},
		{`DateTimeAdd("9999-12-31", 1, "day")`, `Null`}, {`DateTimeAdd("2020-01-01", 1e300, "day")`, `Null`}, {`DateTimeAdd("x", 1, "day")`, `Null`},
		{`DateTimeAdd("2016-03-30 01:02:03.000000", 495, "microseconds")`, `2016-03-30 01:02:03.000495`}, {`DateTimeAdd("2020-01-01 00:00:00", 2, "Milli")`, `2020-01-01 00:00:00.002`},
		{`DateTimeDiff("2020-01-01 00:00:01", "2020-01-01 00:00:00", "nanoseconds")`, `1000000000`}, {`DateTimeAdd("2020-01-01 00:00:00", 1500, "ms")`, `2020-01-01 00:00:01.5`},
		{`DateTimeDiff("2020-01-01", "2020-02-01", "months")`, `-1`}, {`DateTimeDiff("2020-03-31", "2020-02-29", "month")`, `1`}, {`DateTimeDiff("2021-02-28", "2020-02-29", "years")`, `1`},
		{`DateTimeDiff("2020-01-01 00:00:00", "2020-01-01 00:00:59", "minutes")`, `0`}, {`DateTimeDiff("2020-01-02", "2020-01-01", "hours")`, `24`},
		{`DateTimeTrim("2016-12-07 16:03:04", "hour")`, `2016-12-07 16:00:00`}, {`DateTimeTrim("2016-12-07 16:03:04", "month")`, `2016-12-01 00:00:00`},
		{`DateTimeTrim("2016-12-07", "month")`, `2016-12-01`}, {`DateTimeYear("10:00:00")`, `Null`}, {`DateTimeWorkDays("2021-01-08", "2021-01-01")`, `-6`},
		{`ToDate("2020-01-01x")`, `Null`}, {`ToDateTime(0)`, `1899-12-30 00:00:00`}, {`ToDate(-1)`, `Null`}, {`DateTimeNow()`, `2024-02-29 13:14:15`},
		{`DateTimeNowPrecise(6)`, `2024-02-29 13:14:15.678901`}, {`DateTimeNowPrecise(9)`, `2024-02-29 13:14:15.678901000`}, {`DateTimeNow("Asia/Tokyo")`, `2024-02-29 22:14:15`},
		{`DateTimeLastOfMonth()`, `2024-02-29 23:59:59`}, {`FileGetDir("a/b\c.d")`, `a/b`}, {`UrlEncode("é")`, `%C3%A9`},
		{`EqualStrings(Null(), Null())`, `True`}, {`Soundex("Ashcraft")`, `A261`}, {`Soundex("Tymczak")`, `T522`}, {`Soundex("")`, ``},
		{`Round(FinanceIRR(-1000, 300, 420, 680), 0.000001)`, `0.163406`}, {`FinanceNPER(0.1, 0, 0)`, `Null`},
	})
}

// TestLaziness: only the chosen result is evaluated, and seen in the messages.
func TestLaziness(t *testing.T) {
	var seen []string
	o := testOptions()
	o.Message = func(kind int, text string) { seen = append(seen, text) }
	lib := fn.New(o)
	for _, src := range []string{
		`IF False THEN Message(1, "if", 1) ELSE Message(1, "else", 2) ENDIF`,
		`IIF(True, Message(1, "yes", 1), Message(1, "no", 2))`,
		`Switch(1, Message(1, "default", 0), 1, Message(1, "one", 1), 2, Message(1, "two", 2))`,
		`Coalesce(Message(1, "first", 1), Message(1, "second", 2))`,
	} {
		p, err := Source(src, expr.Env{}, lib)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Frame().EvalValues(nil); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := strings.Join(seen, " "), "else yes one first"; got != want {
		t.Errorf("messages %q, want %q", got, want)
	}
}

func TestFields(t *testing.T) {
	s := record.Schema{
		record.New("b", record.Bool, 0), record.New("i", record.Int32, 0), {Name: "d", Type: record.FixedDecimal, Size: 10, Scale: 2},
		record.New("f", record.Double, 0), record.New("s", record.VWString, 10), record.New("day", record.Date, 0),
		record.New("at", record.DateTime, 0), record.New("blob", record.Blob, 0),
	}
	b := record.NewBatch(s, 2)
	b.Append(true, 7, "1.50", 2.25, "x", 18321, int64(1582934400000000), []byte("z"))
	b.Append(nil, nil, nil, nil, nil, nil, nil, nil)
	lib := fn.New(testOptions())
	for _, c := range []struct{ src, first, second string }{
		{`[b]`, `True`, `Null`}, {`[i] + 1`, `8`, `Null`}, {`[d] * 2`, `3`, `Null`}, {`ToString([d])`, `1.5`, `Null`}, {`[d]`, `1.50`, `Null`},
		{`[f]`, `2.25`, `Null`}, {`[s] + "y"`, `xy`, `y`}, {`[day]`, `2020-02-29`, `Null`}, {`[day] = [at]`, `True`, `True`}, {`[at]`, `2020-02-29 00:00:00`, `Null`},
		{`[day] + [s]`, `2020-02-29x`, `Null`}, {`[day] = [s]`, `False`, `True`}, {`IIF([b], [day], [at])`, `2020-02-29`, `Null`}, {`IsNull([blob])`, `False`, `True`},
		{`[Row+1:i]`, `Null`, `Null`}, {`[Row-1:i]`, `Null`, `7`}, {`[day] > "2020-01-01"`, `True`, `False`}, {`IsNumber([i])`, `True`, `True`}, {`IsString([day])`, `True`, `True`},
		{`IIF([b], [d], [f])`, `1.5`, `Null`}, {`DateTimeAdd([s], 1, "day")`, `Null`, `Null`}, {`Max([i], [f])`, `7`, `Null`},
	} {
		p, err := Source(c.src, expr.Env{Schema: s, Rows: 1}, lib)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		f := p.Frame()
		for row, want := range []string{c.first, c.second} {
			v, err := f.Eval(b, row)
			if err != nil || value(v) != want {
				t.Errorf("%s in record %d = %s, %v, want %s", c.src, row, value(v), err, want)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	lib := fn.New(testOptions())
	_, err := Source(`REGEX_Match("a", "(")`, expr.Env{}, lib)
	var e *expr.Error
	if !errors.As(err, &e) || e.Span.Start != 17 {
		t.Errorf("a bad pattern: %v", err)
	}
	p, err := Source(`REGEX_Match(Right("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", 99), "(?=a)(a+)+$")`, expr.Env{}, lib)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Frame().EvalValues(nil); !errors.Is(err, fn.ErrRegexTime) {
		t.Errorf("a pattern that backtracks for ever: %v", err)
	}
	p, err = Source(`ToNumber("abc") + ToNumber("12x")`, expr.Env{}, lib)
	if err != nil {
		t.Fatal(err)
	}
	var reported []string
	f := p.Frame()
	f.Report = func(c *fn.Conversion) { reported = append(reported, c.Msg) }
	v, err := f.EvalValues(nil)
	want := `ToNumber: "abc" is not a number; ToNumber: "12x" was not fully converted`
	if got := strings.Join(reported, "; "); err != nil || value(v) != "12" || got != want {
		t.Errorf("%s, %v, %q", value(v), err, got)
	}
}

// TestConcurrent: frames of one program run side by side.
func TestConcurrent(t *testing.T) {
	lib := fn.New(testOptions())
	p, err := Source(`REGEX_Replace([s], "(?=o)" + [s], "0") + ToString(Rand() < 1) + REGEX_Replace([s], "[aeiou]", "*")`, expr.Env{Schema: randomSchema}, lib)
	if err != nil {
		t.Fatal(err)
	}
	b := randomRecords()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			f := p.Frame()
			for range 200 {
				if v, err := f.Eval(b, 0); err != nil || v.Text() != "Hello World1H*ll* W*rld" {
					t.Errorf("%s, %v", value(v), err)
					return
				}
			}
		})
	}
	group.Wait()
}
