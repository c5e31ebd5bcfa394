package format

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

func sheetBatch() *record.Batch {
	s := record.Schema{record.New("n", record.Double, 0), record.New("i", record.Int64, 0), record.New("text", record.VString, 20), record.New("ok", record.Bool, 0),
		record.New("day", record.Date, 0), record.New("at", record.DateTime, 0), {Name: "dec", Type: record.FixedDecimal, Size: 10, Scale: 2}}
	b := record.NewBatch(s, 2)
	b.Append(1.25, 7, "日 <a&b>", true, 19000, int64(19000)*dayMicros+3_600_000_000, "12.50")
	b.Append(nil, nil, nil, nil, nil, nil, nil)
	b.Append(-3.0, int64(9007199254740993), "x", false, 19001, int64(19001)*dayMicros, "-1")
	return b
}

func writeSheet(t *testing.T, o *OutFolder, b *record.Batch, opt XLSXWriteOptions) error {
	t.Helper()
	w, err := CreateXLSX(o, "out/book.xlsx", b.Schema, opt)
	if err != nil {
		return err
	}
	if err := w.Write(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	return w.Close()
}

func readSheet(t *testing.T, o *OutFolder, table string) (string, [][]string) {
	t.Helper()
	f, err := o.Open("out/book.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	st, _ := f.Stat()
	r, err := OpenXLSX(context.Background(), f, st.Size(), "book.xlsx", XLSXOptions{Table: table})
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range r.Schema() {
		fields = append(fields, f.Name+":"+f.Type.String())
	}
	return strings.Join(fields, " "), rows(t, r)
}

func TestWriteXLSXRoundsNumbers(t *testing.T) {
	o, err := OpenOutFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b := record.NewBatch(record.Schema{record.New("n", record.Double, 0)}, 4)
	for _, v := range []float64{2.0 / 3, 123456789.123456789, -1e20 / 3, math.MaxFloat64} {
		b.Append(v)
	}
	if err := writeSheet(t, o, b, XLSXWriteOptions{}); err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"0.666666666666667"}, {"123456789.123457"}, {"-33333333333333300000"}, {"1.7976931348623157e+308"}}
	if _, got := readSheet(t, o, ""); cmp.Diff(want, got) != "" {
		t.Error(cmp.Diff(want, got))
	}
}

func TestWriteXLSX(t *testing.T) {
	o, err := OpenOutFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if err := writeSheet(t, o, sheetBatch(), XLSXWriteOptions{Table: "My Sheet"}); err != nil {
		t.Fatal(err)
	}
	fields, got := readSheet(t, o, "`My Sheet$`")
	if want := "n:Double i:V_String text:V_WString ok:Bool day:Date at:DateTime dec:Double"; fields != want {
		t.Errorf("%s\nwant %s", fields, want)
	}
	want := [][]string{{"1.25", "7", "日 <a&b>", "True", "2022-01-08", "2022-01-08 01:00:00", "12.5"},
		{"∅", "∅", "∅", "∅", "∅", "∅", "∅"}, {"-3", "9007199254740993", "x", "False", "2022-01-09", "2022-01-09 00:00:00", "-1"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWriteXLSXModes(t *testing.T) {
	o, err := OpenOutFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	small := func(v ...int) *record.Batch {
		b := record.NewBatch(record.Schema{record.New("v", record.Int32, 0)}, 1)
		for _, x := range v {
			b.Append(x)
		}
		return b
	}
	step := func(b *record.Batch, opt XLSXWriteOptions, wantErr string) {
		t.Helper()
		err := writeSheet(t, o, b, opt)
		if wantErr == "" && err != nil || wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr)) {
			t.Errorf("%v, want %q", err, wantErr)
		}
	}
	check := func(table string, want ...string) {
		t.Helper()
		_, got := readSheet(t, o, table)
		var flat []string
		for _, r := range got {
			flat = append(flat, strings.Join(r, " "))
		}
		if d := cmp.Diff(want, flat); d != "" {
			t.Errorf("%s: %s", table, d)
		}
	}
	step(small(1), XLSXWriteOptions{Table: "a", Mode: XLSXRemoveFile}, "")
	step(small(2), XLSXWriteOptions{Table: "b", Mode: XLSXCreate}, "")
	step(small(3, 4), XLSXWriteOptions{Table: "`c$`"}, "")
	check(SheetList, "a", "b", "c")
	step(small(5), XLSXWriteOptions{Table: "B"}, "")
	check(SheetList, "a", "B", "c")
	check("b", "5")
	step(small(6), XLSXWriteOptions{Table: "a", Mode: XLSXCreate}, `a sheet "a" already`)
	step(small(7), XLSXWriteOptions{Table: "a", Mode: XLSXAppend}, "")
	check("a", "1", "7")
	check("c", "3", "4")
	other := record.NewBatch(record.Schema{record.New("w", record.Int32, 0)}, 1)
	step(other, XLSXWriteOptions{Table: "a", Mode: XLSXAppend}, `the sheet "a" has no column "w"`)
	step(small(8, 9), XLSXWriteOptions{Table: "c$B2:B9"}, "")
	check("c$B2:B9", "8", "9")
	check("c", "3 v", "4 8", "∅ 9")
	step(small(10), XLSXWriteOptions{Table: "c", PreserveFormat: true, SkipFieldNames: true}, "")
	check("`c$A2:A3`", "4")
	step(small(11), XLSXWriteOptions{Mode: XLSXRemoveFile}, "")
	check(SheetList, "Sheet1")
}

func TestWriteXLSXRefuses(t *testing.T) {
	o, _ := OpenOutFolder(t.TempDir())
	defer o.Close()
	b := record.NewBatch(record.Schema{record.New("raw", record.Blob, 10)}, 1)
	if err := writeSheet(t, o, b, XLSXWriteOptions{}); err == nil || !strings.Contains(err.Error(), `field "raw" is a Blob`) {
		t.Error(err)
	}
	if _, err := DecodeXLSXWrite(Options{"OutputOption": "Upsert"}); err == nil {
		t.Error("Upsert was taken")
	}
}

// A workbook that stands where the document writes keeps its other sheets, and
// takes records by the names of their fields.
func TestWriteXLSXExisting(t *testing.T) {
	before, err := OpenOutFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	batch := func(names [2]string, day int64) *record.Batch {
		b := record.NewBatch(record.Schema{record.New(names[0], record.Date, 0), record.New(names[1], record.Int32, 0)}, 1)
		b.Append(day, 7)
		return b
	}
	for _, table := range []string{"kept", "t"} {
		if err := writeSheet(t, before, batch([2]string{"d", "n"}, 19000), XLSXWriteOptions{Table: table}); err != nil {
			t.Fatal(err)
		}
	}
	existing := func() (*os.File, error) { return before.Open("out/book.xlsx") }
	for _, c := range []struct {
		opt  XLSXWriteOptions
		want [][]string
		list int
	}{
		{XLSXWriteOptions{Table: "t"}, [][]string{{"7", "2022-01-09"}}, 2},
		{XLSXWriteOptions{Table: "t", Mode: XLSXAppend}, [][]string{{"2022-01-08", "7"}, {"2022-01-09", "7"}}, 2},
		{XLSXWriteOptions{Table: "t", PreserveFormat: true}, [][]string{{"1900-01-07", "2022-01-09"}}, 2},
		{XLSXWriteOptions{Table: "t", Mode: XLSXCreate}, [][]string{{"7", "2022-01-09"}}, 1},
		{XLSXWriteOptions{Table: "t", Mode: XLSXRemoveFile}, [][]string{{"7", "2022-01-09"}}, 1},
	} {
		o, err := OpenOutFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		c.opt.Existing = existing
		b := record.NewBatch(record.Schema{record.New("N", record.Int32, 0), record.New("d", record.Date, 0)}, 1)
		b.Append(7, 19001)
		if err := writeSheet(t, o, b, c.opt); err != nil {
			t.Fatal(err)
		}
		_, got := readSheet(t, o, "t")
		_, list := readSheet(t, o, SheetList)
		if d := cmp.Diff(c.want, got); d != "" || len(list) != c.list {
			t.Errorf("mode %d: %d sheets, %s", c.opt.Mode, len(list), d)
		}
		o.Close()
	}
}

// What stands there and is no workbook is replaced, and said.
func TestWriteXLSXExistingBad(t *testing.T) {
	o, err := OpenOutFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	f, err := o.Create("bad.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	told := ""
	opt := XLSXWriteOptions{Table: "t", Existing: func() (*os.File, error) { return o.Open("bad.xlsx") }, Notify: func(n Notice) { told = n.Text }}
	if err := writeSheet(t, o, sheetBatch(), opt); err != nil || !strings.HasPrefix(told, "the workbook out/book.xlsx that is there cannot be read and is replaced: ") {
		t.Errorf("%v, told %q", err, told)
	}
}

// A range that is narrower than the records is where they begin, which is said.
func TestWriteXLSXNarrowRange(t *testing.T) {
	o, err := OpenOutFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	wide := len(sheetBatch().Schema)
	for table, want := range map[string]string{
		"t$B2:C9": fmt.Sprintf("the %d fields are written beyond the range B2:C9, which is 2 columns wide", wide),
		"t$B2":    "",
		fmt.Sprintf("t$A1:%s9", columnName(wide)): "",
	} {
		told := ""
		opt := XLSXWriteOptions{Table: table, Mode: XLSXRemoveFile, Notify: func(n Notice) { told = n.Text }}
		if err := writeSheet(t, o, sheetBatch(), opt); err != nil || told != want {
			t.Errorf("%s: %v, told %q", table, err, told)
		}
	}
}
