package format

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

type memFile struct{ *bytes.Reader }

func (memFile) Close() error { return nil }

// bookParts are the parts of a workbook whose sheets are given as the inside of
// sheetData; styles are: 0 plain, 1 date, 2 date and time, 3 time, 4 own format.
func bookParts(sheets ...string) map[string]string {
	p := map[string]string{
		"_rels/.rels": `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-409]d\-mmm\-yy;@"/></numFmts><cellXfs>` +
			`<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": `<?xml version="1.0"?><sst><si><t>plain</t></si><si><r><t xml:space="preserve">rich </t></r><r><t>text</t></r>` +
			`<rPh sb="0"><t>no</t></rPh></si><si><t>a &amp; b_x000D_&#x20AC;</t></si></sst>`,
	}
	book := `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`
	rels := `<Relationships><Relationship Id="s" Type="http://x/styles" Target="styles.xml"/>` +
		`<Relationship Id="t" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>`
	for i, s := range sheets {
		book += fmt.Sprintf(`<sheet name="Sheet %d" sheetId="%d" r:id="w%d"/>`, i+1, i+1, i+1)
		rels += fmt.Sprintf(`<Relationship Id="w%d" Type="http://x/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
		p[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)] = `<worksheet><cols><col/></cols><sheetData>` + s + `</sheetData></worksheet>`
	}
	p["xl/workbook.xml"] = book + `</sheets><definedNames><definedName name="Part">'Sheet 1'!$A$1:$B$2</definedName></definedNames></workbook>`
	p["xl/_rels/workbook.xml.rels"] = rels + `</Relationships>`
	return p
}

// bookFile is a workbook of the parts.
func bookFile(parts map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, _ := z.Create(name)
		io.WriteString(w, text)
	}
	z.Close()
	return b.Bytes()
}

func openBook(t testing.TB, parts map[string]string, o XLSXOptions) ([][]string, string, error) {
	t.Helper()
	b := bookFile(parts)
	r, err := OpenXLSX(context.Background(), memFile{bytes.NewReader(b)}, int64(len(b)), "book.xlsx", o)
	if err != nil {
		return nil, "", err
	}
	return rows(t, r), schemaText(r.Schema()), nil
}

func schemaText(s record.Schema) string {
	var fields []string
	for _, f := range s {
		fields = append(fields, fmt.Sprintf("%s:%s(%d)", f.Name, f.Type, f.Size))
	}
	return strings.Join(fields, " ")
}

func TestReadXLSX(t *testing.T) {
	header := `<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>v</t></is></c></row>`
	for _, c := range []struct {
		name, sheet string
		opt         XLSXOptions
		fields      string
		rows        [][]string
	}{
		{"types", `<row r="1"><c r="A1" t="s"><v>0</v></c></row>` +
			`<row r="2"><c t="s"><v>1</v></c><c><v>1.5</v></c><c s="1"><v>44197</v></c><c s="2"><v>44197.75</v></c><c s="3"><v>0.5</v></c><c t="b"><v>1</v></c><c t="s"><v>2</v></c><c s="4"><v>1</v></c></row>`,
			XLSXOptions{},
			"plain:V_String(255) F2:Double(8) F3:Date(10) F4:DateTime(19) F5:Time(8) F6:Bool(1) F7:V_WString(255) F8:Date(10)",
			[][]string{{"rich text", "1.5", "2021-01-01", "2021-01-01 18:00:00", "12:00:00", "True", "a & b\r€", "1900-01-01"}}},
		{"mixed column", header + `<row r="2"><c><v>1</v></c><c><v>0.10000000000000001</v></c></row><row r="3"><c t="e"><v>#N/A</v></c><c s="1"><v>44197</v></c></row>` +
			`<row r="4"><c t="b"><v>0</v></c><c><v>123456</v></c></row>`, XLSXOptions{},
			"name:V_String(255) v:V_String(255)", [][]string{{"1", "0.10000000000000001"}, {"#N/A", "2021-01-01"}, {"False", "123456"}}},
		{"blank rows and cells", header + `<row r="3"><c r="B3"><v>2</v></c><c r="C3" s="1"/></row><row r="5"><c r="A5" t="str"><v></v></c><c r="B5"><v>3</v></c></row><row r="9"><c r="A9" s="2"/></row>`,
			XLSXOptions{}, "name:V_String(255) v:Double(8)", [][]string{{"∅", "∅"}, {"∅", "2"}, {"∅", "∅"}, {"∅", "3"}, {"∅", "∅"}, {"∅", "∅"}, {"∅", "∅"}, {"∅", "∅"}}},
		{"blank first row", `<row r="2"><c r="B2"><v>7</v></c></row>`, XLSXOptions{}, "F1:V_String(255) F2:Double(8)", [][]string{{"∅", "7"}}},
		{"data in the first row", `<row><c><v>1</v></c></row><row><c><v>2</v></c></row>`, XLSXOptions{FirstRowData: true}, "F1:Double(8)", [][]string{{"1"}, {"2"}}},
		{"first line", `<row r="1"><c><v>1</v></c></row>` + strings.ReplaceAll(strings.ReplaceAll(header, `1"`, `3"`), "r=\"3", "r=\"3") + `<row r="4"><c><v>4</v></c><c><v>5</v></c></row>`,
			XLSXOptions{FirstLine: 3}, "name:Double(8) v:Double(8)", [][]string{{"4", "5"}}},
		{"range", header + `<row r="2"><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row><row r="3"><c><v>4</v></c></row>`,
			XLSXOptions{Table: "`Sheet 1$B1:C2`"}, "v:Double(8) F2:Double(8)", [][]string{{"2", "3"}}},
		{"quoted name", header + `<row r="2"><c><v>1</v></c><c><v>2</v></c></row>`, XLSXOptions{Table: "'Sheet 1$'"},
			"name:Double(8) v:Double(8)", [][]string{{"1", "2"}}},
		{"named range", header + `<row r="2"><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row><row r="3"><c><v>4</v></c></row>`,
			XLSXOptions{Table: "part"}, "name:Double(8) v:Double(8)", [][]string{{"1", "2"}}},
		{"sheet list", header, XLSXOptions{Table: SheetList}, "Sheet Names:V_WString(7)", [][]string{{"Sheet 1"}}},
		{"record limit", header + `<row r="2"><c><v>1</v></c></row><row r="3"><c><v>2</v></c></row>`, XLSXOptions{RecordLimit: 1},
			"name:Double(8) v:V_String(255)", [][]string{{"1", "∅"}}},
		{"iso dates", header + `<row r="2"><c t="d"><v>2021-05-06</v></c><c t="d"><v>2021-05-06T07:08:09Z</v></c></row>`, XLSXOptions{},
			"name:Date(10) v:DateTime(19)", [][]string{{"2021-05-06", "2021-05-06 07:08:09"}}},
		{"dates by their values", header + `<row r="2"><c s="2"><v>44197</v></c><c s="1"><v>44197.25</v></c><c s="3"><v>0</v></c><c s="1"><v>0</v></c><c s="3"><v>0.5</v></c><c s="2"><v>0.25</v></c></row>` +
			`<row r="3"><c s="1"><v>44198</v></c><c s="1"><v>44198</v></c><c s="3"><v>0.75</v></c><c/><c s="3"><v>44197.5</v></c><c t="str"><v>x</v></c></row>`, XLSXOptions{},
			"name:Date(10) v:DateTime(19) F3:Time(8) F4:Date(10) F5:DateTime(19) F6:V_String(255)",
			[][]string{{"2021-01-01", "2021-01-01 06:00:00", "00:00:00", "1899-12-31", "1899-12-31 12:00:00", "06:00:00"}, {"2021-01-02", "2021-01-02 00:00:00", "18:00:00", "∅", "2021-01-01 12:00:00", "x"}}},
		{"repeated names", `<row r="1"><c t="str"><v>abc</v></c><c t="str"><v>abc</v></c><c><v>123</v></c><c t="str"><v>123</v></c><c><v>123</v></c></row><row r="2"><c><v>1</v></c></row>`, XLSXOptions{Table: "`Sheet 1$A1:E2`"},
			"abc:Double(8) abc2:V_String(255) 123:V_String(255) 123_2:V_String(255) 123_3:V_String(255)", [][]string{{"1", "∅", "∅", "∅", "∅"}}},
		{"cdata and comments", `<!-- <c> --><row r="1"><c t="str"><v><![CDATA[a<&b]]></v></c></row><row><c t="str"><f>"x>y"</f><v>q</v></c></row>`, XLSXOptions{},
			"a<&b:V_String(255)", [][]string{{"q"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, fields, err := openBook(t, bookParts(c.sheet), c.opt)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.fields, fields); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.rows, rows); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReadXLSXEpoch1904(t *testing.T) {
	p := bookParts(`<row><c t="str"><v>d</v></c></row><row><c s="1"><v>1</v></c></row>`)
	p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
	rows, _, err := openBook(t, p, XLSXOptions{})
	if d := cmp.Diff([][]string{{"1904-01-02"}}, rows); d != "" || err != nil {
		t.Error(d, err)
	}
}

func TestReadXLSXErrors(t *testing.T) {
	for _, c := range []struct {
		name, sheet string
		opt         XLSXOptions
		want        string
	}{
		{"no such sheet", "", XLSXOptions{Table: "`Other$`"}, `no sheet or named range "Other$"; the workbook has the sheets Sheet 1`},
		{"bad range", "", XLSXOptions{Table: "`Sheet 1$A-C`"}, `"A-C" is not a range`},
		{"empty sheet", "", XLSXOptions{}, "sheet Sheet 1: there is nothing in it"},
		{"cut", `<row r="1"><c><v>1</v></c>`, XLSXOptions{}, "row 1:"},
		{"rows out of order", `<row r="3"/><row r="2"/>`, XLSXOptions{}, "row 2 stands behind row 3"},
		{"missing shared string", `<row r="1"><c t="s"><v>99</v></c></row>`, XLSXOptions{}, `row 1: column A: no shared string "99"`},
		{"no number", `<row r="1"><c><v>abc</v></c></row>`, XLSXOptions{}, `row 1: column A: number "abc"`},
		{"document type", `<!DOCTYPE x>`, XLSXOptions{}, "document type"},
		{"expanded too far", `<row r="1"><c><v>1</v></c></row>` + strings.Repeat(" ", 1<<20), XLSXOptions{Limits: Limits{ExpandedBytes: 1 << 18}},
			"the part xl/worksheets/sheet1.xml is larger than the limit"},
		{"cell too long", `<row r="1"><c t="str"><v>` + strings.Repeat("x", 1<<20) + `</v></c></row>`, XLSXOptions{Limits: Limits{RecordBytes: 1 << 18}},
			"too long"},
		{"area too large", `<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>`, XLSXOptions{},
			"the area that holds values is 1048575 rows by 16384 columns, above the limit"},
		{"shared strings too long", `<row/>`, XLSXOptions{Limits: Limits{SharedBytes: 700}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := bookParts(c.sheet)
			if c.want == "" {
				p["xl/sharedStrings.xml"] = "<sst>" + strings.Repeat("<si><t>some text</t></si>", 100) + "</sst>"
				c.want = "shared strings: more than 700 bytes"
			}
			_, _, err := openBook(t, p, c.opt)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	for text, want := range map[string]string{
		"":                                   "not an xlsx workbook: the file is empty",
		"a,b\n1,2\n":                         "not an xlsx workbook, which is a zip archive: it is cut off, or a file of another kind with the wrong name",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx": "an xls workbook (format 8) or is encrypted",
	} {
		_, err := OpenXLSX(context.Background(), memFile{bytes.NewReader([]byte(text))}, int64(len(text)), "b.xlsx", XLSXOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, _, err := openBook(t, map[string]string{"word/document.xml": "<x/>"}, XLSXOptions{}); err == nil || !strings.Contains(err.Error(), "not an xlsx workbook") {
		t.Error(err)
	}
}

func TestFormatKind(t *testing.T) {
	for code, want := range map[string]numberFormat{
		"General": {}, "0.00": {}, "0.00E+00": {}, `#,##0 "days"`: {}, `"y"0`: {}, "[Red]0": {}, `0\d`: {}, "@": {},
		"yyyy-mm-dd": {dateOnly, false}, "mmm-yy": {dateOnly, false}, "mmmm": {dateOnly, false}, `dd/mm/yyyy\ hh:mm`: {dateAndTime, false},
		"h:mm AM/PM": {timeOnly, false}, "[h]:mm:ss": {timeOnly, false}, "mm:ss.0": {timeOnly, true}, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy": {dateOnly, false},
		"yyyy-mm-dd hh:mm:ss.000": {dateAndTime, true}, `0;"d"`: {},
	} {
		if got := formatKind(code); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

func TestSerialMicros(t *testing.T) {
	for _, c := range []struct {
		v        float64
		fraction bool
		want     string
	}{
		{0, false, "1899-12-31 00:00:00"}, {1, false, "1900-01-01 00:00:00"}, {59, false, "1900-02-28 00:00:00"},
		{61, false, "1900-03-01 00:00:00"}, {44197.3333333333, false, "2021-01-01 08:00:00"}, {44197.99999999, false, "2021-01-02 00:00:00"},
		{44197.0000173611, true, "2021-01-01 00:00:01.5"}, {2958465, false, "9999-12-31 00:00:00"},
	} {
		us, ok := serialMicros(c.v, false, c.fraction)
		if got := record.FormatDateTime(us); !ok || got != c.want {
			t.Errorf("%v: %s, want %s", c.v, got, c.want)
		}
	}
	if _, ok := serialMicros(-1, false, false); ok {
		t.Error("-1 is a date")
	}
}
