package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

// rows reads everything as text: "∅" stands for Null.
func rows(t testing.TB, r record.Reader) [][]string {
	t.Helper()
	defer r.Close()
	var out [][]string
	for {
		b, err := r.Next(context.Background())
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Len {
			row := make([]string, len(b.Cols))
			for j := range b.Cols {
				if b.Cols[j].IsNull(i) {
					row[j] = "∅"
				} else {
					row[j] = string(AppendValue(nil, b.Schema[j].Type, &b.Cols[j], i))
				}
			}
			out = append(out, row)
		}
	}
}

func openCSV(text string, o CSVOptions) (record.Reader, error) {
	return OpenCSV(context.Background(), io.NopCloser(strings.NewReader(text)), "in.csv", o)
}

func csvOptions(change func(*CSVOptions)) CSVOptions {
	o := DefaultCSV()
	if change != nil {
		change(&o)
	}
	return o
}

func TestReadCSV(t *testing.T) {
	for _, c := range []struct {
		name, text string
		change     func(*CSVOptions)
		names      string
		rows       [][]string
	}{
		{"plain", "a,b\n1,x\n2,y\n", nil, "a b", [][]string{{"1", "x"}, {"2", "y"}}},
		{"no line end at the end", "a,b\r\n1,x", nil, "a b", [][]string{{"1", "x"}}},
		{"null and empty", "a,b,c\n,\"\",x\n", nil, "a b c", [][]string{{"∅", "", "x"}}},
		{"quotes", "a,b\n\"x,y\",\"he said \"\"no\"\"\"\n", nil, "a b", [][]string{{"x,y", `he said "no"`}}},
		{"quote inside", "a,b\n5\" pipe,x\"y\"\n", nil, "a b", [][]string{{`5" pipe`, `x"y"`}}},
		{"text behind a quote", "a,b\n\"x\"y,\"z\" \r\n", nil, "a b", [][]string{{"xy", "z "}}},
		{"line break in quotes", "a,b\r\n\"x\r\ny\",2\r\n3,4\r\n", nil, "a b", [][]string{{"x\r\ny", "2"}, {"3", "4"}}},
		{"old mac lines", "a,b\r1,2\r3,4\r", nil, "a b", [][]string{{"1", "2"}, {"3", "4"}}},
		{"blank lines of wide records", "a,b\n1,2\n\n\r\n3,4\n\n", nil, "a b", [][]string{{"1", "2"}, {"3", "4"}}},
		{"blank lines of one field", "a\n1\n\n3\n", nil, "a", [][]string{{"1"}, {"∅"}, {"3"}}},
		{"names", " a ,,A,b\n1,2,3,4\n", nil, " a  Field_2 A b", [][]string{{"1", "2", "3", "4"}}},
		{"names as cached", " a , b,\"c \", a\n1,2,3,4\n", func(o *CSVOptions) { o.Cached = []string{"a", " b", "b", "d"} }, "a  b c  a2", [][]string{{"1", "2", "3", "4"}}},
		{"no header", "1,2\n3,4\n", func(o *CSVOptions) { o.Header = false }, "Field_1 Field_2", [][]string{{"1", "2"}, {"3", "4"}}},
		{"no delimiter", "a,\"b\"\n\nc\n", func(o *CSVOptions) { o.Header, o.Delimiter = false, "" }, "Field_1",
			[][]string{{`a,"b"`}, {"∅"}, {"c"}}},
		{"lines", "a,b\n\"c\nd\"\n", func(o *CSVOptions) { o.Header, o.Delimiter = false, "\n" }, "Field_1", [][]string{{"a,b"}, {"c\nd"}}},
		{"empty, no delimiter", "", func(o *CSVOptions) { o.Header, o.Delimiter = false, "" }, "Field_1", nil},
		{"tab", "a\tb\n1\t2\n", func(o *CSVOptions) { o.Delimiter = "\t" }, "a b", [][]string{{"1", "2"}}},
		{"delimiter of two bytes", "a§b\nä§2\n", func(o *CSVOptions) { o.Delimiter, o.CodePage = "§", UTF8 }, "a b", [][]string{{"ä", "2"}}},
		{"first line", "junk, \"\nmore\na,b\n1,2\n", func(o *CSVOptions) { o.FirstLine = 3 }, "a b", [][]string{{"1", "2"}}},
		{"single quotes", "a,b\n'x,''y',\"z\"\n", func(o *CSVOptions) { o.Quotes = SingleQuotes }, "a b", [][]string{{"x,'y", `"z"`}}},
		{"auto quotes", "a,b\n'x,y',\"z,\"\n", func(o *CSVOptions) { o.Quotes = AutoQuotes }, "a b", [][]string{{"x,y", "z,"}}},
		{"no quotes", "a,b\n\"x,y\"\n", func(o *CSVOptions) { o.Quotes = NoQuotes }, "a b", [][]string{{`"x`, `y"`}}},
		{"record limit", "a\n1\n2\n3\n", func(o *CSVOptions) { o.RecordLimit = 2 }, "a", [][]string{{"1"}, {"2"}}},
		{"latin 1 is 1252", "a\n\x80 caf\xe9\n", nil, "a", [][]string{{"€ café"}}},
		{"mark overrides", "\ufeffa\ncafé\n", nil, "a", [][]string{{"café"}}},
		{"macintosh", "a\ncaf\x8e\n", func(o *CSVOptions) { o.CodePage = 10000 }, "a", [][]string{{"café"}}},
		{"utf-16", "\xff\xfea\x00\n\x00\xe9\x00\n\x00", nil, "a", [][]string{{"é"}}},
		{"shift jis", "a\n\x93\xfa\x96\x7b\n", func(o *CSVOptions) { o.CodePage = 932 }, "a", [][]string{{"日本"}}},
		{"errors ignored", "a,b\n1\n1,2,3\n", func(o *CSVOptions) { o.IgnoreErrors = true }, "a b", [][]string{{"1", "∅"}, {"1", "2"}}},
		{"cut", "a\nabcdef\nabç\n", func(o *CSVOptions) { o.FieldLen, o.CodePage = 3, UTF8 }, "a", [][]string{{"abc"}, {"abç"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := openCSV(c.text, csvOptions(c.change))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.names, strings.Join(r.Schema().Names(), " ")); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.rows, rows(t, r)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReadCSVErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		change     func(*CSVOptions)
		want       string
	}{
		{"empty", "", nil, "read in.csv: the file is empty, so its fields are not known"},
		{"too few", "a,b\n1,2\n3\n", nil, "read in.csv: line 3: too few fields: 1 where the first line has 2"},
		{"too many", "a,b\n\"x\ny\",2\n3,4,5\n", nil, "read in.csv: line 4: too many fields: 3 where the first line has 2"},
		{"open quote", "a,b\n1,2\n\"3,4\n5,6\n", nil, "read in.csv: line 3: a quote that is opened here is never closed"},
		{"first line", "a\n", func(o *CSVOptions) { o.FirstLine = 9 },
			"read in.csv: the file ends at line 2, before the first line to read (9)"},
		{"UTF-16", "a\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00", nil, "read in.csv: the file is of another code page, perhaps UTF-16 (1200)"},
		{"not UTF-16", "name,city\nanna,Oslo\n", func(o *CSVOptions) { o.CodePage = UTF16LE },
			"read in.csv: the file is not UTF-16; it is of another code page, perhaps 65001 or 28591"},
		{"archive", "PK\x03\x04\x14\x00\n", nil, "read in.csv: the file is a zip archive or a workbook, not delimited text"},
		{"compressed", "\x1f\x8b\x08\n", nil, "read in.csv: the file is compressed (gzip), not delimited text"},
		{"too many names", strings.Repeat("a,", 20000), nil, "read in.csv: line 1: 20001 fields, the limit is 16384"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := openCSV(c.text, csvOptions(c.change))
			for err == nil {
				_, err = r.Next(context.Background())
			}
			if err == io.EOF {
				err = nil
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Bytes that are not UTF-8 are read as U+FFFD, in names and values, and told once.
func TestReadCSVWrongCodePage(t *testing.T) {
	const told = `byte 0xE9 is not UTF-8 and was read as '�', as all of its kind are; the file is of another code page, perhaps 28591`
	for _, c := range []struct{ text, name, value, want string }{
		{"a\nx\nx\xe9\xe9y\n\xe9\n", "a", "x\ufffd\ufffdy", "line 3: " + told},
		{"\xe9\nx\nx\xe9\n", "\ufffd", "x\ufffd", "line 1: " + told},
		{"a\nx\né\ufffd\n", "a", "é\ufffd", ""},
	} {
		var got []string
		r, err := openCSV(c.text, csvOptions(func(o *CSVOptions) {
			o.CodePage, o.Notify = UTF8, func(n Notice) { got = append(got, n.String()) }
		}))
		if err != nil {
			t.Fatal(err)
		}
		if v := rows(t, r); v[1][0] != c.value || r.Schema()[0].Name != c.name || strings.Join(got, "\n") != c.want {
			t.Errorf("%q: %q of %q, told %q", c.text, v, r.Schema()[0].Name, got)
		}
	}
}

// A record longer than the text that is held at a time makes the buffer grow,
// up to the limit.
func TestReadCSVLongRecords(t *testing.T) {
	long := strings.Repeat("long,", 3*csvChunk/5)
	text := "a,b\n1,2\n\"" + long + "\",x\n3,4\n"
	o := csvOptions(func(o *CSVOptions) { o.FieldLen = 1 << 30 })
	r, err := openCSV(text, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := rows(t, r); len(got) != 3 || got[1][0] != long || got[1][1] != "x" || got[2][0] != "3" {
		t.Error("differs")
	}
	o.Limits.RecordBytes = 2 * csvChunk
	r, err = openCSV(text, o)
	for err == nil {
		_, err = r.Next(context.Background())
	}
	if want := "line 3: a record of more than 2097151 bytes"; !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Records that span two chunks of text come out whole, whatever the line end.
func TestReadCSVChunks(t *testing.T) {
	for _, eol := range []string{"\n", "\r\n"} {
		for _, cp := range []CodePage{UTF8, Latin1} {
			var b strings.Builder
			b.WriteString("id,text,note" + eol)
			n := 60_000
			for i := range n {
				fmt.Fprintf(&b, "%d,\"row, %d\",plain%s", i, i, eol)
			}
			r, err := openCSV(b.String(), csvOptions(func(o *CSVOptions) { o.CodePage = cp }))
			if err != nil {
				t.Fatal(err)
			}
			got := rows(t, r)
			if len(got) != n {
				t.Fatalf("%d records, want %d", len(got), n)
			}
			for i, row := range got {
				if id := strconv.Itoa(i); row[0] != id || row[1] != "row, "+id || row[2] != "plain" {
					t.Fatalf("record %d: %v", i, row)
				}
			}
		}
	}
}

func TestReadCSVNotices(t *testing.T) {
	var got []string
	o := csvOptions(func(o *CSVOptions) {
		o.FieldLen, o.IgnoreErrors = 4, true
		o.Notify = func(n Notice) { got = append(got, n.String()) }
	})
	r, err := openCSV("name,b\nabcdefg,2\n1\n1,2,3\n", o)
	if err != nil {
		t.Fatal(err)
	}
	rows(t, r)
	want := []string{
		`line 2: field "name": cut to 4 characters`,
		`line 3: too few fields: 1 where the first line has 2`,
		`line 4: too many fields: 3 where the first line has 2`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Text that is UTF-8 and read as another code page is remarked once.
func TestReadCSVMistaken(t *testing.T) {
	for text, want := range map[string]int{"name\nMüller\n": 1, "name\nM\xfcller\n": 0, "name\nanna\n": 0, "na\xc3\xbc\n\xc3": 1} {
		var got []string
		r, err := openCSV(text, csvOptions(func(o *CSVOptions) { o.Notify = func(n Notice) { got = append(got, n.String()) } }))
		if err != nil {
			t.Fatal(err)
		}
		rows(t, r)
		if len(got) != want {
			t.Errorf("%q: notices %q", text, got)
		}
	}
}

func TestCSVSchema(t *testing.T) {
	for text, want := range map[string]record.Field{
		"a\nx\n":       {Name: "a", Type: record.VString, Size: 254},
		"\ufeffa\nx\n": {Name: "a", Type: record.VWString, Size: 254},
	} {
		r, err := openCSV(text, DefaultCSV())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(record.Schema{want}, r.Schema()); d != "" {
			t.Error(d)
		}
	}
}

func TestDecodeCSV(t *testing.T) {
	got, err := DecodeCSV(Options{"CodePage": "65001", "Delimeter": `\t`, "HeaderRow": "False", "ImportLine": "3", "FieldLen": "2147483648",
		"IgnoreQuotes": "Auto", "QuoteRecordBreak": "False", "AllowShareWrite": "False", "IgnoreErrors": "True", "SingleThreadRead": "False"})
	if err != nil {
		t.Fatal(err)
	}
	want := CSVOptions{CodePage: UTF8, Delimiter: "\t", FirstLine: 3, FieldLen: record.MaxVString, Quotes: AutoQuotes, IgnoreErrors: true}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, o := range []Options{{"Delimeter": "ab"}, {"CodePage": "12"}, {"ImportLine": "0"}, {"HeaderRow": "maybe"},
		{"IgnoreQuotes": "Some"}, {"NewOption": "1"}} {
		_, err := DecodeCSV(o)
		var oe *OptionError
		if !errors.As(err, &oe) {
			t.Errorf("%v: error %v, want an OptionError", o, err)
			continue
		}
		if _, ok := o[oe.Option]; !ok {
			t.Errorf("%v: the error names option %s", o, oe.Option)
		}
	}
}

type closeBuffer struct{ bytes.Buffer }

func (*closeBuffer) Close() error { return nil }

func TestWriteCSV(t *testing.T) {
	s := record.Schema{record.New("n", record.Double, 0), record.New("t,x", record.VWString, 10), record.New("b", record.Bool, 0),
		record.New("d", record.Date, 0), record.New("raw", record.Blob, 10)}
	b := record.NewBatch(s, 4)
	b.Append(0.1, "plain", true, 19000, []byte{0xab})
	b.Append(nil, "", false, nil, nil)
	b.Append(1e21, "say \"hi\", é€", true, 0, nil)
	b.Append(-1234567.0, nil, nil, 1, []byte{})
	for _, c := range []struct {
		name   string
		change func(*CSVWriteOptions)
		want   string
	}{
		{"default", nil, "n,\"t,x\",b,d,raw\r\n0.1,plain,True,2022-01-08,AB\r\n,,False,,\r\n" +
			"1e+21,\"say \"\"hi\"\", \xe9\x80\",True,1970-01-01,\r\n-1234567,,,1970-01-02,\r\n"},
		{"stream", func(o *CSVWriteOptions) { *o = StreamCSV() }, "n,\"t,x\",b,d,raw\r\n0.1,plain,True,2022-01-08,AB\r\n,\"\",False,,\r\n" +
			"1e+21,\"say \"\"hi\"\", é€\",True,1970-01-01,\r\n-1234567,,,1970-01-02,\r\n"},
		{"always, marked", func(o *CSVWriteOptions) { o.Quotes, o.CodePage, o.BOM, o.LineEnd = QuoteAlways, UTF8, true, "\n" },
			"\ufeff\"n\",\"t,x\",\"b\",\"d\",\"raw\"\n\"0.1\",\"plain\",\"True\",\"2022-01-08\",\"AB\"\n,\"\",\"False\",,\n" +
				"\"1e+21\",\"say \"\"hi\"\", é€\",\"True\",\"1970-01-01\",\n\"-1234567\",,,\"1970-01-02\",\"\"\n"},
		{"never, other delimiter, no header", func(o *CSVWriteOptions) { o.Quotes, o.Delimiter, o.Header, o.CodePage = QuoteNever, "|", false, UTF8 },
			"0.1|plain|True|2022-01-08|AB\r\n||False||\r\n1e+21|say \"hi\", é€|True|1970-01-01|\r\n-1234567|||1970-01-02|\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := DefaultCSVWrite()
			if c.change != nil {
				c.change(&o)
			}
			var f closeBuffer
			w, err := NewCSVWriter(&f, s, o)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(context.Background(), b); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, f.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWriteCSVLostCharacters(t *testing.T) {
	s := record.Schema{record.New("t", record.VWString, 10)}
	b := record.NewBatch(s, 1)
	b.Append("日x")
	var got []string
	o := DefaultCSVWrite()
	o.Notify = func(n Notice) { got = append(got, n.String()) }
	var f closeBuffer
	w, _ := NewCSVWriter(&f, s, o)
	w.Write(context.Background(), b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if f.String() != "t\r\n?x\r\n" || len(got) != 1 || !strings.Contains(got[0], "code page 28591") {
		t.Errorf("wrote %q, said %q", f.String(), got)
	}
}

func TestWriteUTF16(t *testing.T) {
	s := record.Schema{record.New("é", record.VWString, 10)}
	var f closeBuffer
	o := DefaultCSVWrite()
	o.CodePage, o.BOM, o.LineEnd = UTF16LE, true, "\n"
	w, _ := NewCSVWriter(&f, s, o)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := f.String(); got != "\xff\xfe\xe9\x00\n\x00" {
		t.Errorf("%q", got)
	}
}

func TestFormatDouble(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1: "1", -1.5: "-1.5", 1e6: "1000000", 123456789012345680: "123456789012345680",
		1e21: "1e+21", 0.0001: "0.0001", 0.00001: "1e-05", 0.30000000000000004: "0.30000000000000004"} {
		if got := FormatDouble(v); got != want {
			t.Errorf("%g: %s, want %s", v, got, want)
		}
	}
}
