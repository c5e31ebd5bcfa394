package expr

import (
	"errors"
	"testing"
	"time"

	"kickoff/record"
)

// checkSchema has a field of every type, named by it in lower case.
var checkSchema = record.Schema{
	record.New("bool", record.Bool, 0), record.New("byte", record.Byte, 0), record.New("i16", record.Int16, 0),
	record.New("i32", record.Int32, 0), record.New("i64", record.Int64, 0),
	{Name: "dec", Type: record.FixedDecimal, Size: 19, Scale: 6},
	record.New("float", record.Float, 0), record.New("dbl", record.Double, 0),
	record.New("s", record.VString, 10), record.New("ws", record.VWString, 10),
	record.New("day", record.Date, 0), record.New("clock", record.Time, 0), record.New("at", record.DateTime, 0),
	record.New("blob", record.Blob, 0), record.New("User.like", record.Int32, 0),
	{Name: "described", Type: record.Int32, Description: "what it is"},
}

func checkEnv() Env {
	return Env{Schema: checkSchema, Rows: 2, Constant: func(ns, name string) (string, bool, bool) {
		switch ns + "." + name {
		case "User.n":
			return "-5", true, true
		case "User.x":
			return "1.5", true, true
		case "Question.q":
			return "an answer", false, true
		case ".#1":
			return "wired", false, true
		case "User.bad":
			return "abc", true, true
		}
		return "", false, false
	}}
}

func checkSource(src string, env Env) (Node, error) {
	n, err := Parse(src)
	if err != nil {
		return nil, err
	}
	return Check(n, env)
}

func TestCheckTypes(t *testing.T) {
	for _, c := range []struct {
		src  string
		want record.Type
	}{
		{`1`, record.Int64}, {`1.0`, record.Double}, {`"a"`, record.VWString}, {`True`, record.Bool},
		{`-1`, record.Int64}, {`-[i64]`, record.Double}, {`![i64]`, record.Bool},
		{`[I32]`, record.Int32}, {`i32`, record.Int32}, {`[Row-2:day]`, record.Date},
		{`[i32]+1`, record.Double}, {`[i64]*[i64]`, record.Double}, {`[byte]/2`, record.Double},
		{`[s]+"a"`, record.VWString}, {`[day]+[s]`, record.VWString}, {`Null()+[s]`, record.VWString},
		{`Null()+1`, record.Double}, {`Null()+Null()`, record.Double}, {`Null()`, record.Invalid},
		{`[s]="a"`, record.Bool}, {`![s] IN ("a")`, record.Bool}, {`[day]>"2020-01-01"`, record.Bool}, {`Null()=1`, record.Bool},
		{`[i32] IN (1, 2.5, Null())`, record.Bool}, {`[s] AND 1`, record.Invalid},
		{`IF [bool] THEN 1 ELSE 2 ENDIF`, record.Int64}, {`IF Null() THEN 1 ELSE 2.5 ENDIF`, record.Double},
		{`IF 1 THEN [i32] ELSE [i32] ENDIF`, record.Int32}, {`IF 1 THEN [i32] ELSE [byte] ENDIF`, record.Int64},
		{`IF 1 THEN [day] ELSE Null() ENDIF`, record.Date}, {`IF 1 THEN [day] ELSE [at] ENDIF`, record.VWString},
		{`IF 1 THEN True ELSE [bool] ENDIF`, record.Bool}, {`IF 1 THEN Null() ELSE Null() ENDIF`, record.Invalid},
		{`IIF([bool], "a", Null())`, record.VWString}, {`IIF([s]="a", [dec], 1)`, record.Double},
		{`Switch([s], Null(), "a", 1, "b", 2)`, record.Int64}, {`Switch([i32], "x", 1, "a")`, record.VWString},
		{`Max([i32], 2)`, record.Int64}, {`Min([s], "a")`, record.VWString}, {`Coalesce([day], Null())`, record.Date},
		{`ToNumber([i32])`, record.Int64}, {`ToNumber([dec])`, record.Double}, {`ToNumber([s])`, record.Double}, {`ToNumber(Null())`, record.Double},
		{`DateTimeAdd([day], 1, "month")`, record.Date}, {`DateTimeAdd([day], 1, "HOURS")`, record.DateTime},
		{`DateTimeAdd([at], 1, "day")`, record.DateTime}, {`DateTimeAdd("2020-01-01", 1, "day")`, record.Date},
		{`DateTimeAdd([s], 1, "day")`, record.VWString}, {`DateTimeAdd([day], 1, [s])`, record.VWString},
		{`DateTimeParse([s], "%d/%m/%Y")`, record.Date}, {`DateTimeParse([s], "%d/%m/%Y %H:%M")`, record.DateTime},
		{`DateTimeParse([s], "%H:%M")`, record.Time}, {`DateTimeParse([s], [ws])`, record.VWString},
		{`DateTimeTrim([day], "month")`, record.Date}, {`DateTimeTrim([day], "lastofmonth")`, record.DateTime},
		{`GetVal(1, [i32], [dbl])`, record.Double}, {`Message(1, "m", [day])`, record.Date},
		{`[User.n]`, record.Int64}, {`[User.x]`, record.Double}, {`[Question.q]`, record.VWString}, {`[#1]`, record.VWString},
		{`[User.like]`, record.Int32}, {`IsNull([blob])`, record.Bool}, {`Left([day], 4)`, record.VWString},
	} {
		n, err := checkSource(c.src, checkEnv())
		if c.src == `[s] AND 1` {
			if err == nil {
				t.Errorf("%s: no error", c.src)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
		} else if n.Type() != c.want {
			t.Errorf("%s: type %s, want %s", c.src, n.Type(), c.want)
		}
	}
}

func TestCheckErrors(t *testing.T) {
	for _, c := range []struct{ src, at, msg string }{
		{`[nope]`, `[nope]`, `there is no field "nope"`},
		{`1 + [s]`, `1 + [s]`, `operator + has a number (Int64) on its left and text (V_String) on its right; convert one with ToString or ToNumber`},
		{`[s] * 2`, `[s] * 2`, `operator * has V_String on its left and Int64 on its right; both must be numbers`},
		{`[s] = 1`, `[s] = 1`, `operator = compares text (V_String) with a number (Int64)`},
		{`[i32] IN (1, "a")`, `[i32] IN (1, "a")`, `operator IN compares a number (Int64) with text (V_WString)`},
		{`-[s]`, `-[s]`, `operator - takes a number, not text (V_String)`},
		{`IF [s] THEN 1 ELSE 2 ENDIF`, `[s]`, `the condition of IF must be true or false, not text (V_String)`},
		{`IF 1 THEN 1 ELSE "a" ENDIF`, `"a"`, `the results of IF must be of one kind: this is text (V_WString), the ones before are a number (Int64)`},
		{`IIF(1, 1, "a")`, `"a"`, `the results of IIF must be of one kind: this is text (V_WString), the ones before are a number (Int64)`},
		{`Foo(1)`, `Foo(1)`, `there is no function Foo`},
		{`left("a")`, `left("a")`, `Left takes 2 arguments, not 1: Left(text s, number n)`},
		{`Left([i32], 1)`, `[i32]`, `Left takes text as argument 1 (s), not a number (Int32)`},
		{`Pi(1)`, `Pi(1)`, `Pi takes 0 arguments, not 1: Pi()`},
		{`Switch(1, 2, 3, 4, 5)`, `5`, `Switch: the last case has no result`},
		{`FinanceXNPV(0.1, 5, [day], 6)`, `6`, `the last value has no date`},
		{`RangeMedian(1, 2)`, `2`, `the last lower bound has no upper bound`},
		{`ST_Area([s], "KM")`, `[s]`, `ST_Area takes a spatial object as argument 1 (o), not text (V_String)`},
		{`ST_CreatePoint(1, 2) + 1`, `1`, `ST_Combine takes a spatial object as argument 2 (o), not a number (Int64)`},
		{`[Row-3:s]`, `[Row-3:s]`, `[Row-3:s]: this tool looks at most 2 rows away`},
		{`[Engine.None]`, `[Engine.None]`, `there is no constant or field [Engine.None]`},
		{`[User.bad]`, `[User.bad]`, `the value "abc" of [User.bad] is not a number`},
		{`DateTimeAdd([day], 1, "fortnight")`, `"fortnight"`, `DateTimeAdd: "fortnight" is no unit of time`},
		{`[blob] + [blob]`, `[blob] + [blob]`, `operator + of two values of type Blob does not run here`},
	} {
		_, err := checkSource(c.src, checkEnv())
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if e.Msg != c.msg || c.src[e.Span.Start:e.Span.End] != c.at {
			t.Errorf("%s: %s at %q\nwant %s at %q", c.src, e.Msg, c.src[e.Span.Start:e.Span.End], c.msg, c.at)
		}
	}
	if _, err := checkSource(`[Row-1:s]`, Env{Schema: checkSchema}); err == nil || err.Error() != `[Row-1:s]: this tool cannot look at other rows` {
		t.Errorf("without rows: %v", err)
	}
	if _, err := checkSource(`[Row+0:s]`, Env{Schema: checkSchema}); err == nil || err.Error() != `there is no field "Row+0:s"` {
		t.Errorf("the row itself, without rows: %v", err)
	}
	if n, err := checkSource(`[Row+0:s]`, Env{Schema: checkSchema, Rows: 1}); err != nil || n.String() != "[s]" {
		t.Errorf("the row itself: %v, %v", n, err)
	}
}

func TestCheckCurrentField(t *testing.T) {
	at, name := 15, "renamed"
	for _, c := range []struct {
		src  string
		env  Env
		want string
	}{
		{`[_CurrentField_]+1`, Env{Schema: checkSchema, CurrentField: &at}, `[described] + 1`},
		{`[_currentfieldname_]`, Env{Schema: checkSchema, CurrentField: &at}, `"described"`},
		{`_CurrentFieldType_`, Env{Schema: checkSchema, CurrentField: &at}, `"Int32"`},
		{`[_CurrentFieldDescription_]`, Env{Schema: checkSchema, CurrentField: &at}, `"what it is"`},
		{`[_CurrentField_]+"x"`, Env{CurrentName: &name}, `"renamed" + "x"`},
		{`[User.n]+[Question.q]`, checkEnv(), ``},
		{`[User.n]*2`, checkEnv(), `-5 * 2`},
	} {
		n, err := checkSource(c.src, c.env)
		if c.want == "" {
			if err == nil {
				t.Errorf("%s: no error", c.src)
			}
		} else if err != nil || n.String() != c.want {
			t.Errorf("%s: %v, %v, want %s", c.src, n, err, c.want)
		}
	}
}

func TestCheckNow(t *testing.T) {
	env := Env{Now: time.Date(2024, 2, 29, 23, 14, 15, 6, time.UTC)}
	for _, c := range []struct {
		src, want string
		typ       record.Type
	}{
		{`DateTimeNow()`, `"2024-02-29 23:14:15"`, record.DateTime},
		{`DateTimeNow("Asia/Tokyo")`, `"2024-03-01 08:14:15"`, record.DateTime},
		{`DateTimeNow("Nowhere")`, `DateTimeNow("Nowhere")`, record.DateTime},
		{`DateTimeToday()`, `"2024-02-29"`, record.Date},
		{`DateTimeStart()`, `"2024-02-29 23:14:15"`, record.DateTime},
		{`DateTimeFirstOfMonth()`, `"2024-02-01 00:00:00"`, record.DateTime},
		{`DateTimeLastOfMonth()`, `"2024-02-29 23:59:59"`, record.DateTime},
	} {
		n, err := checkSource(c.src, env)
		if err != nil || n.String() != c.want || n.Type() != c.typ {
			t.Errorf("%s: %v %v, want %s", c.src, n, err, c.want)
			continue
		}
		if again, err := Check(n, env); err != nil || again.Type() != c.typ {
			t.Errorf("%s: checked again it is %v, %v", c.src, again.Type(), err)
		}
	}
	if n, _ := checkSource(`DateTimeNow()`, Env{}); n.String() != `DateTimeNow()` {
		t.Errorf("without a time: %s", n)
	}
}

func TestCheckDateLiterals(t *testing.T) {
	for _, c := range []struct {
		src  string
		want record.Type
	}{
		{`[day] > "2020-02-29"`, record.Date}, {`[day] > "2021-02-29"`, record.VWString},
		{`[at] > "2020-01-01 10:00:00"`, record.DateTime}, {`[clock] = "10:00:00"`, record.Time},
		{`[clock] = "2020-01-01"`, record.VWString}, {`[s] = "2020-01-01"`, record.VWString},
		{`[day] = "2020-01-01 24:00:00"`, record.VWString},
	} {
		n, err := checkSource(c.src, checkEnv())
		if err != nil {
			t.Fatal(err)
		}
		if got := n.(*Binary).Y.Type(); got != c.want {
			t.Errorf("%s: the literal is %s, want %s", c.src, got, c.want)
		}
	}
}

func TestCheckAssign(t *testing.T) {
	for _, c := range []struct {
		src, field string
		warn, err  string
	}{
		{`"a"`, "s", "", ""}, {`"a"`, "day", "", ""}, {`1`, "bool", "", ""}, {`Null()`, "blob", "", ""}, {`[day]`, "ws", "", ""},
		{`-1`, "s", `a number (Int64) is written as text into the field "s" (V_String); say so with ToString`, ""},
		{`[i32]`, "s", `a number (Int32) is written as text into the field "s" (V_String); say so with ToString`, ""},
		{`1`, "day", "", `a number (Int64) does not go into the field "day" (Date); use ToDate or ToDateTime`},
		{`"1"`, "i32", "", `text (V_WString) does not go into the field "i32" (Int32); use ToNumber`},
		{`[blob]`, "s", "", `a value of type Blob does not go into the field "s" (V_String)`},
	} {
		n, err := checkSource(c.src, checkEnv())
		if err != nil {
			t.Fatal(err)
		}
		warn, err := CheckAssign(n, checkSchema[checkSchema.Index(c.field)])
		msg := ""
		if err != nil {
			msg = err.Error()
		}
		if warn != c.warn || msg != c.err {
			t.Errorf("%s into %s: %q, %q\nwant %q, %q", c.src, c.field, warn, msg, c.warn, c.err)
		}
	}
}

func TestRemarks(t *testing.T) {
	n, err := checkSource(`[bool] OR [i32] AND [i64]`, checkEnv())
	if err != nil {
		t.Fatal(err)
	}
	r := Remarks(n)
	want := `AND and OR bind equally here, from the left: this is ([bool] OR [i32]) AND [i64]; put parentheses`
	if len(r) != 1 || r[0].Msg != want {
		t.Errorf("remarks %v", r)
	}
	if n, _ := checkSource(`([bool] OR [i32]) AND [i64]`, checkEnv()); len(Remarks(n)) != 0 {
		t.Error("a remark about parentheses that are there")
	}
}

// TestFunctionTable checks what every row must have.
func TestFunctionTable(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Functions() {
		if seen[f.Name] {
			t.Errorf("%s stands twice in the table", f.Name)
		}
		seen[f.Name] = true
		if g, ok := Lookup(f.Name); !ok || g != f {
			t.Errorf("Lookup(%q) does not find it", f.Name)
		}
		if f.Help == "" || f.Category == "" || f.Result == nil {
			t.Errorf("%s: help, category or result is missing", f.Name)
		}
		if len(f.Examples) < 2 {
			t.Errorf("%s has %d examples", f.Name, len(f.Examples))
		}
		for _, e := range f.Examples {
			if _, err := checkSource(e.Expr, Env{}); err != nil {
				t.Errorf("%s: example %s: %v", f.Name, e.Expr, err)
			}
		}
	}
	for alias, name := range aliases {
		if f, ok := Lookup(alias); !ok || f.Name != name {
			t.Errorf("alias %s does not lead to %s", alias, name)
		}
	}
}
