package format

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"kickoff/record"
)

// FuzzCSV reads any text with any delimiter and quotes: no crash, and what was
// read, written as a stream and read again is the same.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\n1,\"x,\"\"y\"\"\"\n\n,\"\"\r\n", byte(','), byte(0))
	f.Add("a\tb\r1\t'2\t3'\r", byte('\t'), byte(2))
	f.Add("\"a\nb\"c|d\r\n", byte('|'), byte(3))
	f.Fuzz(func(t *testing.T, text string, delim, mode byte) {
		if delim == 0 || delim >= 0x80 || strings.IndexByte("\"'\r\n", delim) >= 0 {
			return
		}
		o := CSVOptions{CodePage: Latin1, Delimiter: string(rune(delim)), Quotes: QuoteMode(mode % 4), FieldLen: 1 << 30, IgnoreErrors: true, FirstLine: 1}
		r, err := OpenCSV(context.Background(), io.NopCloser(strings.NewReader(text)), "f", o)
		if err != nil {
			return
		}
		var m closeBuffer
		w, err := NewCSVWriter(&m, r.Schema(), StreamCSV())
		if err != nil {
			t.Fatal(err)
		}
		want, ok := copyAll(t, r, w)
		if !ok {
			return
		}
		back := CSVOptions{CodePage: UTF8, Delimiter: ",", Header: true, FieldLen: 1 << 30, FirstLine: 1}
		again, err := OpenCSV(context.Background(), io.NopCloser(bytes.NewReader(m.Bytes())), "g", back)
		if err != nil {
			t.Fatalf("%v: %q", err, m.Bytes())
		}
		got, ok := copyAll(t, again, discard{})
		// A lone record of Null is a blank line, which a file of several fields does not hold.
		if !ok || len(r.Schema()) > 1 && got != want {
			t.Fatalf("wrote %q\nread  %q", want, got)
		}
	})
}

type discard struct{}

func (discard) Write(context.Context, *record.Batch) error { return nil }
func (discard) Close() error                               { return nil }

// copyAll copies a reader to a writer and returns the records as text.
func copyAll(t *testing.T, r record.Reader, w record.Writer) (string, bool) {
	var all strings.Builder
	for {
		b, err := r.Next(context.Background())
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", false
		}
		for i := range b.Len {
			for j := range b.Cols {
				if b.Cols[j].IsNull(i) {
					all.WriteString("∅")
				} else {
					all.WriteString(b.Cols[j].Strings[i])
				}
				all.WriteByte(0)
			}
			all.WriteByte(1)
		}
		if err := w.Write(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return all.String(), true
}

// FuzzXLSX reads anything as the rows of a sheet: no crash, and both passes over
// it agree.
func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="1"><c t="s"><v>1</v></c></row><row r="3"><c r="B3" s="1"><v>44197</v></c><c t="b"><v>1</v></c></row>`)
	f.Add(`<row><c t="inlineStr"><is><t>a&amp;b</t></is></c></row><!-- x --><row><c t="str"><v><![CDATA[<]]></v></c></row>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		rows, _, err := openBook(t, bookParts(sheet), XLSXOptions{RecordLimit: 1000})
		if err == nil && len(rows) > 1000 {
			t.Fatal(len(rows))
		}
	})
}

// FuzzXLS reads damaged workbooks: an error or records, never a crash.
func FuzzXLS(f *testing.F) {
	data, err := os.ReadFile("testdata/plain.xls")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(compound("Workbook", xlsOf(nil, rec(xlsLabel, 0, 0, 0, 1, byte(0), "a"), rec(xlsNumber, 1, 0, 1, 43890.0))))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := OpenXLSX(context.Background(), memFile{bytes.NewReader(data)}, int64(len(data)), "f.xls",
			XLSXOptions{Legacy: true, Limits: Limits{Cells: 1 << 20, SharedBytes: 1 << 24}})
		if err != nil {
			return
		}
		defer r.Close()
		for err == nil {
			_, err = r.Next(context.Background())
		}
	})
}
