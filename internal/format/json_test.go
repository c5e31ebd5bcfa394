package format

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

func TestParseJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"b":{"c":[true,null,"x"]},"d":[],"e":{},"f":1.50,"g":12345678901234567890}`: "a=int:1 b.c.0=bool:true b.c.1=null b.c.2=string:x d=null e=null f=float:1.50 g=float:12345678901234567890",
		`[{"n":"ä\n"},2]`: "0.n=string:ä\n 1=int:2",
		`"x"`:             "=string:x",
		` null `:          "=null",
		`{"a.b":{"":1}}`:  "a.b.=int:1",
	} {
		var got []string
		err := ParseJSON(text, func(v JSONValue) error {
			s := v.Name + "=" + [...]string{"null", "string", "int", "float", "bool"}[v.Kind]
			if v.Kind != JSONNull {
				s += ":" + v.Text
			}
			got = append(got, s)
			return nil
		})
		if d := cmp.Diff(want, strings.Join(got, " ")); d != "" || err != nil {
			t.Errorf("%s: %v %s", text, err, d)
		}
	}
	for text, want := range map[string]string{
		"": "byte 1", `{"a":1`: "byte 7", `{"a" 1}`: "byte 5", `[1] 2`: "behind the end", `{'a':1}`: "byte 1", `[1,]`: "byte",
		strings.Repeat("[", 20000): "",
	} {
		if err := ParseJSON(text, func(JSONValue) error { return nil }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: %v, want %s", text, err, want)
		}
	}
	if err := ParseJSON("[1,2]", func(JSONValue) error { return io.ErrClosedPipe }); err != io.ErrClosedPipe {
		t.Error(err)
	}
}

func TestBuildJSON(t *testing.T) {
	for _, text := range []string{`{"a":1,"b":{"c":[true,null,"x"]},"f":1.5}`, `[{"n":"<ä>\n"},2]`, `"x"`, `{"1":2}`} {
		var values []JSONValue
		if err := ParseJSON(text, func(v JSONValue) error { values = append(values, v); return nil }); err != nil {
			t.Fatal(err)
		}
		got, err := BuildJSON(values)
		if err != nil || got != text {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, names := range []string{"a a", "a a.b", "a.b a"} {
		var values []JSONValue
		for _, n := range strings.Fields(names) {
			values = append(values, JSONValue{Name: n})
		}
		if got, err := BuildJSON(values); err == nil {
			t.Errorf("%s: %s", names, got)
		}
	}
}

func TestReadJSONFile(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":{"b":1},"c":null}`:                      "a.b=1 c=∅",
		`[{"a":1},{"a":"x"}]`:                         "0.a=1 1.a=x",
		"{\"a\":1}\n{\"a\":2}\n":                      "0.a=1 1.a=2",
		"\ufeff{\n \"a\": [\n  {\n   \"b\": 2\n}\n]}": "a.0.b=2",
		`[]`: "=∅",
	} {
		r, err := OpenJSON(context.Background(), io.NopCloser(strings.NewReader(text)), "a.json", 0)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range rows(t, r) {
			got = append(got, row[0]+"="+row[1])
		}
		if d := cmp.Diff(want, strings.Join(got, " ")); d != "" {
			t.Errorf("%s: %s", text, d)
		}
	}
	for text, want := range map[string]string{"": "read a.json: byte 1", `[1`: "a.json", `{"a":`: "a.json", "[1]]": "a.json", `x`: "byte 1"} {
		r, err := OpenJSON(context.Background(), io.NopCloser(strings.NewReader(text)), "a.json", 0)
		for err == nil {
			_, err = r.Next(context.Background())
		}
		if err == io.EOF || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWriteJSON(t *testing.T) {
	b := record.NewBatch(record.Schema{record.New("a b", record.VWString, 9), record.New("n", record.Double, 0), record.New("d", record.Date, 0),
		record.New("k", record.Bool, 0), {Name: "x", Type: record.FixedDecimal, Size: 9, Scale: 2}, record.New("raw", record.Blob, 9)}, 2)
	b.Append("<\"é\">", 1e21, 0, true, "-1.50", []byte("hi"))
	b.Append(nil, nil, nil, nil, nil, nil)
	var f closeBuffer
	w := NewJSONWriter(&f, b.Schema)
	if err := w.Write(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := "[\n{\"a b\":\"<\\\"é\\\">\",\"n\":1e+21,\"d\":\"1970-01-01\",\"k\":true,\"x\":-1.50,\"raw\":\"aGk=\"},\n" +
		"{\"a b\":null,\"n\":null,\"d\":null,\"k\":null,\"x\":null,\"raw\":null}\n]\n"
	if d := cmp.Diff(want, f.String()); d != "" {
		t.Error(d)
	}
	f.Reset()
	if err := NewJSONWriter(&f, b.Schema).Close(); err != nil || f.String() != "[]\n" {
		t.Error(err, f.String())
	}
}
