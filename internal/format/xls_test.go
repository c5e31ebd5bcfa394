package format

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// compound is a compound file with one stream, of the layout that [MS-CFB] has
// for streams of 4096 bytes and more.
func compound(name string, stream []byte) []byte {
	sectors := max(8, (len(stream)+511)/512)
	le := binary.LittleEndian
	head := make([]byte, 512)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		le.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: 1, 48: 1, 56: 4096, 60: 0xFFFFFFFE, 68: 0xFFFFFFFE} {
		le.PutUint32(head[at:], v)
	}
	for i := 76; i < 512; i += 4 {
		le.PutUint32(head[i:], 0xFFFFFFFF)
	}
	le.PutUint32(head[76:], 0)
	fat := bytes.Repeat([]byte{0xFF}, 512)
	le.PutUint32(fat, 0xFFFFFFFD)
	le.PutUint32(fat[4:], 0xFFFFFFFE)
	for i := range sectors {
		next := uint32(i + 3)
		if i == sectors-1 {
			next = 0xFFFFFFFE
		}
		le.PutUint32(fat[4*(i+2):], next)
	}
	dir := make([]byte, 512)
	for i, e := range []struct {
		name  string
		kind  byte
		child uint32
		start uint32
		size  uint32
	}{{"Root Entry", 5, 1, 0xFFFFFFFE, 0}, {name, 2, 0xFFFFFFFF, 2, uint32(512 * sectors)}} {
		d := dir[128*i:]
		for k, c := range e.name {
			le.PutUint16(d[2*k:], uint16(c))
		}
		le.PutUint16(d[64:], uint16(2*len(e.name)+2))
		d[66], d[67] = e.kind, 1
		le.PutUint32(d[68:], 0xFFFFFFFF)
		le.PutUint32(d[72:], 0xFFFFFFFF)
		le.PutUint32(d[76:], e.child)
		le.PutUint32(d[116:], e.start)
		le.PutUint32(d[120:], e.size)
	}
	out := append(append(head, fat...), dir...)
	return append(append(out, stream...), make([]byte, 512*sectors-len(stream))...)
}

// rec is a record of a workbook's stream: numbers of 2 bytes, bytes and texts.
func rec(kind int, values ...any) []byte {
	var b []byte
	for _, v := range values {
		switch v := v.(type) {
		case int:
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		case byte:
			b = append(b, v)
		case uint32:
			b = binary.LittleEndian.AppendUint32(b, v)
		case float64:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		case string:
			b = append(b, v...)
		}
	}
	return append(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, uint16(kind)), uint16(len(b))), b...)
}

// xlsOf is the stream of a workbook with a sheet "A b" of the records given and a chart before it.
func xlsOf(globals []byte, cells ...[]byte) []byte {
	start := joined(rec(xlsBOF, 0x600, 5), globals, rec(xlsXF, 0, 0), rec(xlsXF, 0, 14), rec(xlsXF, 0, 200), rec(xlsFormat, 200, 5, byte(0), "hh:mm"),
		rec(xlsExternSheet, 1, 0, 1, 1), rec(xlsName, 0, byte(0), byte(4), 11, 0, 0, uint32(0), byte(0), "Part", byte(0x3B), 0, 0, 1, 0, 0))
	sheets := func(at int) []byte {
		return joined(rec(xlsBoundSheet, uint32(0), byte(0), byte(2), byte(5), byte(0), "Chart"), rec(xlsBoundSheet, uint32(at), byte(0), byte(0), byte(3), byte(0), "A b"), rec(xlsEOF))
	}
	at := len(start) + len(sheets(0))
	out := joined(start, sheets(at), rec(xlsBOF, 0x600, 16))
	for _, c := range cells {
		out = append(out, c...)
	}
	return append(out, rec(xlsEOF)...)
}

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func readXLS(t *testing.T, data []byte, table string) (string, [][]string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.xls"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	in, err := Folder{Dir: dir}.Input(File{Written: "a.xls|||" + table, Format: -1})
	if err != nil {
		t.Fatal(err)
	}
	r, err := in.Open(context.Background())
	if err != nil {
		return "", nil, err
	}
	return schemaText(r.Schema()), rows(t, r), nil
}

func TestReadXLS(t *testing.T) {
	label := func(row, col int, s string) []byte { return rec(xlsLabel, row, col, 0, len(s), byte(0), s) }
	sst := joined(rec(xlsSST, uint32(2), uint32(2), 3, byte(0), "one", 5, byte(8), 1, "tw"), rec(xlsContinue, byte(1), "o\x00\x41\x01!\x00", uint32(7)))
	head := joined(label(0, 0, "a"), label(0, 1, "b"))
	for _, c := range []struct {
		name, table string
		data        []byte
		schema      string
		want        [][]string
	}{
		{"numbers", "", xlsOf(nil, head, rec(xlsMulRK, 1, 0, 0, uint32(7<<2|2), 0, uint32(12345<<2|3), 1), rec(xlsRK, 2, 0, 0, uint32(0x3FF80000)), rec(xlsNumber, 2, 1, 0, 1e300)),
			"a:Double(8) b:Double(8)", [][]string{{"7", "123.45"}, {"1.5", "1e+300"}}},
		{"dates", "`A b$`", xlsOf(nil, head, rec(xlsNumber, 1, 0, 1, 43890.0), rec(xlsNumber, 1, 1, 2, 0.5)),
			"a:Date(10) b:Time(8)", [][]string{{"2020-02-29", "12:00:00"}}},
		{"dates from 1904", "", xlsOf(rec(xlsDateMode, 1), head, rec(xlsNumber, 1, 0, 1, 42428.0)), "a:Date(10) b:V_String(255)", [][]string{{"2020-02-29", "∅"}}},
		{"formulas", "", xlsOf(nil, head,
			rec(xlsFormula, 1, 0, 0, byte(0), byte(0), uint32(0), 0xFFFF, 0, uint32(0), 0), rec(xlsString, 4, byte(0), "text"),
			rec(xlsFormula, 1, 1, 0, byte(1), byte(0), byte(1), byte(0), byte(0), byte(0), 0xFFFF),
			rec(xlsFormula, 2, 0, 0, byte(2), byte(0), byte(0x07), byte(0), byte(0), byte(0), 0xFFFF),
			rec(xlsFormula, 2, 1, 0, byte(3), byte(0), uint32(0), 0xFFFF),
			rec(xlsFormula, 3, 0, 0, 2.5), rec(xlsBoolErr, 3, 1, 0, byte(0), byte(0))),
			"a:V_String(255) b:Bool(1)", [][]string{{"text", "True"}, {"#DIV/0!", "∅"}, {"2.5", "False"}}},
		{"shared texts over records", "", xlsOf(sst, head, rec(xlsLabelSST, 1, 0, 0, uint32(0)), rec(xlsLabelSST, 1, 1, 0, uint32(1))),
			"a:V_String(255) b:V_WString(255)", [][]string{{"one", "twoŁ!"}}},
		{"out of order, blank rows, a chart inside", "", xlsOf(nil, rec(xlsBOF, 0x600, 32), label(9, 9, "no"), rec(xlsEOF), rec(xlsNumber, 3, 0, 0, 3.0), rec(xlsMulBlank, 4, 0, 0, 0, 1), head, rec(xlsNumber, 1, 1, 0, 2.0)),
			"a:Double(8) b:Double(8)", [][]string{{"∅", "2"}, {"∅", "∅"}, {"3", "∅"}, {"∅", "∅"}}},
		{"named range", "Part", xlsOf(nil, head, rec(xlsNumber, 1, 0, 0, 1.0), rec(xlsNumber, 2, 0, 0, 2.0)), "a:Double(8)", [][]string{{"1"}}},
		{"sheets", SheetList, xlsOf(nil, head), "Sheet Names:V_WString(3)", [][]string{{"A b"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			schema, got, err := readXLS(t, compound("Workbook", c.data), c.table)
			if err != nil {
				t.Fatal(err)
			}
			if schema != c.schema {
				t.Errorf("schema %s, want %s", schema, c.schema)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// The file was written by another program.
func TestReadXLSFile(t *testing.T) {
	data, err := os.ReadFile("testdata/plain.xls")
	if err != nil {
		t.Fatal(err)
	}
	schema, got, err := readXLS(t, data, "")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff("id:Double(8) amount:Double(8) day:Date(10) moment:DateTime(19) yes:Bool(1) name:V_WString(300) share:Double(8) mixed:V_String(255) error:V_String(255) F10:Double(8) formula:V_String(255)", schema); d != "" {
		t.Error(d)
	}
	none := []string{"∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅"}
	want := [][]string{
		{"1", "1234.5678", "2020-02-29", "2020-02-29 13:14:15", "True", "café Ł", "0.25", "a", "#N/A", "10000000000", "∅"}, none,
		{"-7", "0.01", "1999-12-31", "∅", "False", strings.Repeat("x", 300), "∅", "2.5", "∅", "∅", "∅"}, none,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	_, long, err := readXLS(t, data, "`It's long$`")
	if err != nil || len(long) != 15 {
		t.Fatal(len(long), err)
	}
	for i, r := range long {
		c := "é"
		if i%2 == 0 {
			c = "Ł"
		}
		if r[0] != strings.Repeat(c, 80*(i+1)) {
			t.Errorf("row %d: %q", i+1, r[0])
		}
	}
	for n := 0; n < len(data); n += 509 {
		if _, _, err := readXLS(t, data[:n], ""); err == nil {
			t.Errorf("a file cut at byte %d was read", n)
		}
	}
}

func TestXLSErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no compound file", []byte("a,b\n1,2\n"), "read a.xls: not an xls workbook"},
		{"another stream", compound("WordDocument", nil), "the file holds no stream of a workbook"},
		{"Excel 95", compound("Book", nil), "Excel 95 or older"},
		{"encrypted", compound("Workbook", xlsOf(rec(xlsFilePass, 1))), "the workbook is encrypted"},
		{"another version", compound("Workbook", rec(xlsBOF, 0x500, 5)), "version 0x500"},
		{"cut", compound("Workbook", joined(rec(xlsBOF, 0x600, 5), rec(xlsXF, 0, 0), []byte{0xFC, 0, 0xFF, 0xFF})), "the workbook's stream is cut"},
		{"short record", compound("Workbook", xlsOf(nil, rec(xlsNumber, 1, 0, 0, 1))), "record 0x203: the record is too short"},
		{"no such text", compound("Workbook", xlsOf(nil, rec(xlsLabelSST, 1, 0, 0, uint32(5)))), "no shared text 5"},
		{"empty sheet", compound("Workbook", xlsOf(nil)), "sheet A b: there is nothing in it"},
	} {
		if _, _, err := readXLS(t, c.data, ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, got, err := readXLS(t, bookFile(bookParts(`<row><c><v>1</v></c></row><row><c><v>2</v></c></row>`)), ""); err != nil || len(got) != 1 {
		t.Errorf("an xlsx workbook by the name of an xls one: %v %v", got, err)
	}
}
