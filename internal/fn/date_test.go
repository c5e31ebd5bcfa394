package fn

import (
	"testing"
	"time"

	"kickoff/record"
)

func testLibrary() *Library {
	return New(Options{Now: time.Date(2024, 2, 29, 13, 14, 15, 678_901_000, time.UTC), Zone: time.UTC, Seed: 1, RegexTimeout: 200 * time.Millisecond})
}

// run calls a function and prints its result, with ! after a conversion error.
func run(t *testing.T, name string, args ...Value) string {
	t.Helper()
	f, ok := testLibrary().Lookup(name)
	if !ok {
		t.Fatalf("no function %s", name)
	}
	v, err := f.Call(args)
	s := "Null"
	if !v.IsNull() {
		s = v.Text()
	}
	if err != nil {
		s += "!"
	}
	return s
}

// TestDateTimeFormat covers the table of specifiers for a morning and an evening.
func TestDateTimeFormat(t *testing.T) {
	for _, c := range []struct{ format, morning, evening string }{
		{"%a %A", "Tue Tuesday", "Sat Saturday"}, {"%b %h %B", "Jan Jan January", "Oct Oct October"},
		{"%c", "Tue Jan  2 03:04:05 2018", "Sat Oct 31 23:59:58 2020"}, {"%C", "20", "20"}, {"%d|%e", "02| 2", "31|31"}, {"%D %x", "01/02/18 01/02/18", "10/31/20 10/31/20"},
		{"%H %I %k", "03 03  3", "23 11 23"}, {"%j", "002", "305"}, {"%m/%M/%S", "01/04/05", "10/59/58"}, {"%p %P", "AM am", "PM pm"},
		{"%T %X", "03:04:05 03:04:05 AM", "23:59:58 11:59:58 PM"}, {"%u %w", "2 2", "6 6"}, {"%U %W", "00 01", "43 43"}, {"%y %Y", "18 2018", "20 2020"},
		{"%z %Z", "+0000 UTC", "+0000 UTC"}, {"%3 %6 %12", "000 000000 000000000000", "250 250000 250000000000"}, {"100%% %q é%", "100% %q é%", "100% %q é%"}, {"a%nb%tc", "a\nb\tc", "a\nb\tc"},
	} {
		if got := run(t, "DateTimeFormat", Text("2018-01-02 03:04:05"), Text(c.format)); got != c.morning {
			t.Errorf("%q = %q, want %q", c.format, got, c.morning)
		}
		if got := run(t, "DateTimeFormat", Text("2020-10-31 23:59:58.25"), Text(c.format)); got != c.evening {
			t.Errorf("%q = %q, want %q", c.format, got, c.evening)
		}
	}
	for _, c := range [][3]string{
		{"12:00:00", "%I %p", "12 PM"}, {"00:30:00", "%I:%M %p", "12:30 AM"}, {"12:00:00", "%Y", "Null!"}, {"x", "%Y", "Null!"}, {"2020-01-01", "%H", "00"},
	} {
		if got := run(t, "DateTimeFormat", Text(c[0]), Text(c[1])); got != c[2] {
			t.Errorf("%s as %q = %q, want %q", c[0], c[1], got, c[2])
		}
	}
	if got := run(t, "DateTimeFormat", Text("2020-03-01"), Text("%A, %d. %B"), Text("German")); got != "Sonntag, 01. März" {
		t.Errorf("in German: %s", got)
	}
	for _, c := range [][4]string{
		{"2020-12-01", "%Y年%B%d日 %A %a %b", "Japanese", "2020年12月01日 火曜日 火 12月"},
		{"2020-11-01", "%Y年%B%d日 %A %a %b", "Chinese Simplified", "2020年十一月01日 星期日 周日 11月"},
	} {
		printed := run(t, "DateTimeFormat", Text(c[0]), Text(c[1]), Text(c[2]))
		if printed != c[3] {
			t.Errorf("in %s: %s", c[2], printed)
		}
		if got := run(t, "DateTimeParse", Text(printed), Text(c[1]), Text(c[2])); got != c[0] {
			t.Errorf("from %s: %s", c[2], got)
		}
	}
	if got := run(t, "DateTimeParse", Text("2020年十三月01日"), Text("%Y年%B%d日"), Text("Chinese")); got != "Null!" {
		t.Errorf("a month that is none: %s", got)
	}
	if got := run(t, "DateTimeFormat", Text("2020-07-01 12:00:00"), Text("%z %Z"), Text(""), Text("America/New_York")); got != "-0400 EDT" {
		t.Errorf("in New York: %s", got)
	}
	if got := run(t, "DateTimeFormat", Text("2020-03-01"), Text("%A"), Text("Klingon")); got != "Null!" {
		t.Errorf("in an unknown language: %s", got)
	}
}

func TestDateTimeParse(t *testing.T) {
	for _, c := range [][3]string{
		{"2016/28-03", "%Y/%d-%m", "2016-03-28"}, {"2016-03-28", "%Y/%m/%d", "2016-03-28"}, {"2016/03/28", "%Y-%m-%d", "2016-03-28"},
		{"05-Mar.-19", "%d-%b.-%y", "2019-03-05"}, {"05-Mar-19", "%d-%b.-%y", "Null!"}, {"Tue., March 5, 2019", "%a., %B %d, %Y", "2019-03-05"}, {"Mar. . 2019", "%b. . %Y", "2019-03-01"},
		{"03_05–2019", "%m%*%d%*%Y", "2019-03-05"}, {"03", "%m%*", "Null!"},
		{"SEPT. 5 2021", "%b %d %Y", "2021-09-05"}, {"september 5, 2021", "%B %d, %Y", "2021-09-05"}, {"Tues. 5 Sep 2021", "%a %d %b %Y", "2021-09-05"}, {"Thur, May 6 2021", "%A, %B %e %Y", "2021-05-06"},
		{"5 Ma 2021", "%d %b %Y", "Null!"}, {"5 Oc 2021", "%d %b %Y", "2021-10-05"}, {"1/2/21", "%m/%d/%y", "2021-01-02"}, {"1/2/57", "%m/%d/%y", "2057-01-02"}, {"1/2/58", "%m/%d/%y", "1958-01-02"},
		{"1/2/2021", "%m/%d/%y", "2021-01-02"}, {"1/2/21", "%m/%d/%Y", "2021-01-02"}, {"1/2/202", "%m/%d/%Y", "Null!"}, {"20210102", "%Y%m%d", "2021-01-02"}, {"210102", "%y%m%d", "2021-01-02"},
		{"02Jan2021", "%d%b%Y", "2021-01-02"}, {"2021-01-02 03:04:05", "%Y-%m-%d %H:%M:%S", "2021-01-02 03:04:05"}, {"2021-01-02  3:4", "%Y-%m-%d %H:%M", "2021-01-02 03:04:00"},
		{"12:30 am 2021-01-02", "%I:%M %p %Y-%m-%d", "2021-01-02 00:30:00"}, {"12:30 p.m.", "%I:%M %p", "12:30:00"}, {"1:05PM", "%I:%M%p", "13:05:00"}, {"13:05", "%I:%M", "Null!"}, {"25:00", "%H:%M", "Null!"},
		{"03:04:05 PM", "%X", "15:04:05"}, {"03:04:05", "%T", "03:04:05"}, {"2021-032", "%Y-%j", "2021-02-01"}, {"2021-02-29", "%Y-%m-%d", "Null!"}, {"2020-02-29", "%Y-%m-%d", "2020-02-29"},
		{"2021-01-02 03:04:05.123456", "%Y-%m-%d %H:%M:%S.%6", "2021-01-02 03:04:05.123456"}, {"3:4:5.5", "%H:%M:%S.%3", "03:04:05.5"}, {"2021-01-02 x", "%Y-%m-%d", "2021-01-02!"},
		{"01/02/2021", "%Y-%m-%d", "Null!"}, {"20210102123000", "%Y%m%d", "Null!"}, {"2021-01-02 12", "%Y-%m-%d", "2021-01-02!"},
		{" 2021-01-02 ", "%Y-%m-%d", "2021-01-02"}, {"2021-01-02T03:04:05+02:00", "%Y-%m-%dT%H:%M:%S%z", "2021-01-02 01:04:05"}, {"2021-01-02T03:04:05Z", "%Y-%m-%dT%H:%M:%S%z", "2021-01-02 03:04:05"},
		{"2021-01-02 03:00 America/New_York", "%Y-%m-%d %H:%M %Z", "2021-01-02 08:00:00"}, {"100% 2021", "100%% %Y", "2021-01-01"}, {"", "%Y", "Null!"}, {"2021", "%U", "Null!"},
		{"01-02", "%m-%d", "2024-01-02"}, {"2021", "%Y-%m", "Null!"}, {"a2021", "b%Y", "Null!"},
	} {
		if got := run(t, "DateTimeParse", Text(c[0]), Text(c[1])); got != c[2] {
			t.Errorf("%q by %q = %s, want %s", c[0], c[1], got, c[2])
		}
	}
	if got := run(t, "DateTimeParse", Text("1. März 2020"), Text("%d. %B %Y"), Text("German")); got != "2020-03-01" {
		t.Errorf("in German: %s", got)
	}
}

// TestParseFormatted: what DateTimeFormat prints, DateTimeParse reads.
func TestParseFormatted(t *testing.T) {
	for _, format := range []string{"%Y-%m-%d %H:%M:%S", "%d %B %Y %I:%M:%S %p", "%A, %b %e %Y, %T", "%j/%Y %X", "%m/%d/%y %k:%M:%S"} {
		for us := int64(1_300_000_000); us < 1_700_000_000; us += 9_876_543 {
			at := DateTime(us * second)
			s := run(t, "DateTimeFormat", at, Text(format))
			if got := run(t, "DateTimeParse", Text(s), Text(format)); got != at.Text() {
				t.Fatalf("%s by %q is %q and read as %s", at.Text(), format, s, got)
			}
		}
	}
}

func TestParseISO(t *testing.T) {
	for s, want := range map[string]string{
		"2020-02-29": "2020-02-29", "2019-02-29": "", "2020-13-01": "", "2020-02-29 23:59:59": "2020-02-29 23:59:59", "2020-02-29T00:00:00.5": "2020-02-29 00:00:00.5",
		"2020-02-29 24:00:00": "", "2020-02-29 1:00:00": "", "2020-02-29x00:00:00": "", "2020-02-29 00:00:00.": "", "2020-02-29 00:00:00.1234567": "2020-02-29 00:00:00.123456",
		"23:59:59": "23:59:59", "23:59": "", "": "", "1400-01-01": "1400-01-01", "9999-12-31 23:59:59": "9999-12-31 23:59:59", "99:99:99": "",
	} {
		v, ok := ParseISO(s)
		if got := v.Text(); ok != (want != "") || ok && got != want {
			t.Errorf("ParseISO(%q) = %q, %v, want %q", s, got, ok, want)
		}
	}
}

// TestMonths: moving by months and counting them agree.
func TestMonths(t *testing.T) {
	for from := daysOf(2015, 12, 1); from < daysOf(2017, 1, 31); from++ {
		for n := int64(-30); n <= 30; n++ {
			to := run(t, "DateTimeAdd", Date(from), Int(n), Text("months"))
			v, ok := ParseISO(to)
			if !ok || v.Type() != record.Date {
				t.Fatalf("%d months after %s: %s", n, Date(from).Text(), to)
			}
			if got := monthsBetween(from*day, v.Int()*day); n >= 0 && got != n {
				t.Fatalf("from %s to %s are %d months, want %d", Date(from).Text(), to, got, n)
			}
		}
	}
}
