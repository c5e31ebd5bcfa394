package format

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

func TestReadFixed(t *testing.T) {
	flat := func(attrs string) Options {
		return Options{"FlatFileXML": `<flatfile version="1"><file path="x" ` + attrs + `/><fields><field name="id" type="String" length="3"/>` +
			`<field name="name" type="String" length="5"/></fields></flatfile>`, "CodePage": "65001"}
	}
	for _, c := range []struct {
		name, text, attrs string
		want              [][]string
		err               string
	}{
		{"plain", "001Ann  \r\n002Zoé  \n", `eoltype="crlf" trimWhiteSpace="true"`, [][]string{{"001", "Ann"}, {"002", "Zoé"}}, ""},
		{"kept blanks", "1  Ann  ", "", [][]string{{"1  ", "Ann  "}}, ""},
		{"blank is null", "   Ann  \n", `trimWhiteSpace="true"`, [][]string{{"∅", "Ann"}}, ""},
		{"short", "001\n002An\n", `allowShortLines="true"`, [][]string{{"001", "∅"}, {"002", "An"}}, ""},
		{"too short", "001Ann  \n001A\n", "", nil, `line 2: too short: it ends within field "name"`},
		{"too short for a field", "001\n", "", nil, `line 1: too short: it ends before field "name"`},
		{"long", "001Ann  xyz\n", `allowLongLines="true"`, [][]string{{"001", "Ann  "}}, ""},
		{"too long", "001Ann  xyz\n", "", nil, "line 1: too long: 11 characters where the fields have 8"},
		{"no line ends", "001Ann  002Bo   ", `eoltype="none" trimWhiteSpace="true"`, [][]string{{"001", "Ann"}, {"002", "Bo"}}, ""},
		{"carriage returns", "001Ann  \r002Bo   \r", `eoltype="cr"`, [][]string{{"001", "Ann  "}, {"002", "Bo   "}}, ""},
		{"wrong code page", "001Zo\xe9  \n", "", [][]string{{"001", "Zo\ufffd  "}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := DecodeFixed(flat(c.attrs))
			if err != nil {
				t.Fatal(err)
			}
			r, err := OpenFixed(context.Background(), io.NopCloser(strings.NewReader(c.text)), "f.txt", o)
			if err != nil {
				t.Fatal(err)
			}
			if c.err != "" {
				if _, err = r.Next(context.Background()); err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("%v, want %s", err, c.err)
				}
				return
			}
			if d := cmp.Diff(c.want, rows(t, r)); d != "" {
				t.Error(d)
			}
		})
	}
	for _, o := range []Options{{}, {"FlatFileXML": "<x"}, {"FlatFileXML": `<file eoltype="odd"/>`}, {"FlatFileXML": `<fields><field name="p" type="FixedDecimal" length="9"/></fields>`}} {
		if _, err := DecodeFixed(o); err == nil {
			t.Errorf("%v was taken", o)
		}
	}
}

func TestWriteFixed(t *testing.T) {
	s := record.Schema{record.New("n", record.Int32, 0), record.New("name", record.VWString, 20), record.New("more", record.Int32, 0)}
	layout := func(attrs, fields string) Options {
		return Options{"CodePage": "28591", "FlatFileXML": `<flatfile version="1"><file ` + attrs + `/><fields>` + fields + `</fields></flatfile>`}
	}
	fields := `<field name="Name" type="V_String" length="5"/><field name="n" type="Int32" length="3"/>`
	for _, c := range []struct {
		name    string
		o       Options
		want    string
		notices int
		err     string
	}{
		{"plain", layout("", fields), "Zo\xe9  1  \r\n     -20\r\nAnnab   \r\n", 2, ""},
		{"unix", layout(`eoltype="lf"`, fields), "Zo\xe9  1  \n     -20\nAnnab   \n", 2, ""},
		{"no line ends", layout(`eoltype="none"`, fields), "Zo\xe9  1       -20Annab   ", 2, ""},
		{"a field that is not there", layout("", `<field name="x" type="Int32" length="3"/>`), "", 0, `the field "x" of the layout is not in the records`},
		{"no fields", layout("", ""), "", 0, "the layout has no fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			out, err := OpenOutFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			notices := 0
			w, name, err := out.CreateOutput(OutFile{Written: `C:\x\a.flat`, Format: FormatFlat, Options: c.o, Notify: func(Notice) { notices++ }}, s)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("%v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			b := record.NewBatch(s, 0)
			b.Append(int64(1), "Zoé", nil)
			b.Append(int64(-20), nil, nil)
			b.Append(nil, "Annabel", nil)
			if err := w.Write(context.Background(), b); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(out.Path(name))
			if err != nil || string(got) != c.want || notices != c.notices {
				t.Errorf("%q, %d notices, %v", got, notices, err)
			}
		})
	}
}
