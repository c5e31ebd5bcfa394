package format

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

// writeSQLite writes records below a folder.
func writeSQLite(t *testing.T, dir, file string, o Options, s record.Schema, values ...[]any) ([]string, error) {
	t.Helper()
	out, err := OpenOutFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var said []string
	w, _, err := out.CreateOutput(OutFile{Written: file, Format: FormatSQLite, Options: o, Notify: func(n Notice) { said = append(said, n.String()) }}, s)
	if err != nil {
		return said, err
	}
	b := record.NewBatch(s, 0)
	for _, v := range values {
		b.Append(v...)
	}
	if err := w.Write(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	return said, w.Close()
}

func TestWriteSQLite(t *testing.T) {
	dir := t.TempDir()
	s := record.Schema{record.New("id", record.Int32, 0), record.New("A \"b\"", record.VWString, 20), record.New("x", record.Double, 0), record.New("ok", record.Bool, 0),
		record.New("d", record.Date, 0), record.New("at", record.DateTime, 0), record.New("t", record.Time, 0), record.New("raw", record.Blob, 100), {Name: "m", Type: record.FixedDecimal, Size: 9, Scale: 2}}
	full := []any{int64(1), "Ł 'q'", 2.5, int64(1), int64(19000), int64(19000)*dayMicros + 1_000_000, int64(3_600_000_000), []byte{0, 255}, "12.30"}
	null := make([]any, len(s))
	read := func(q string) [][]string {
		t.Helper()
		r, err := OpenSQLite(context.Background(), filepath.Join(dir, "sub", "a.db"), "a.db", SQLiteOptions{Query: q})
		if err != nil {
			t.Fatal(err)
		}
		return rows(t, r)
	}
	if said, err := writeSQLite(t, dir, `.\sub\a.db|||`+"`my table`", Options{"OutputOption": "Create", "TransactionSize": "10000"}, s, full, null); err != nil || len(said) > 0 {
		t.Fatal(err, said)
	}
	one := []string{"1", "Ł 'q'", "2.5", "True", "2022-01-08", "2022-01-08 00:00:01", "01:00:00", "00FF", "12.3"}
	none := []string{"∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅"}
	if d := cmp.Diff([][]string{one, none}, read("my table")); d != "" {
		t.Error(d)
	}
	_, err := writeSQLite(t, dir, "sub/a.db|||MY TABLE", Options{"OutputOption": "Create"}, s, full)
	if err == nil || !strings.Contains(err.Error(), `the file has a table "MY TABLE" already`) {
		t.Errorf("create again: %v", err)
	}
	if _, err = writeSQLite(t, dir, "sub/a.db|||other", Options{"OutputOption": "Overwrite"}, s[:1], []any{int64(7)}); err != nil {
		t.Error(err)
	}
	// Appending goes by names, whatever their order, and leaves the others Null.
	if _, err = writeSQLite(t, dir, "sub/a.db|||my table", Options{"OutputOption": "Append"}, record.Schema{s[2], s[0]}, []any{0.5, int64(3)}); err != nil {
		t.Error(err)
	}
	three := []string{"3", "∅", "0.5", "∅", "∅", "∅", "∅", "∅", "∅"}
	if d := cmp.Diff([][]string{one, none, three}, read("my table")); d != "" {
		t.Error(d)
	}
	_, err = writeSQLite(t, dir, "sub/a.db|||my table", Options{"OutputOption": "DeleteAppend"}, record.Schema{record.New("new", record.Int32, 0)}, []any{int64(1)})
	if err == nil || len(read("my table")) != 3 {
		t.Errorf("a field that the table does not have: %v, %d records", err, len(read("my table")))
	}
	if _, err = writeSQLite(t, dir, "sub/a.db|||my table", Options{"OutputOption": "DeleteAppend"}, s, null); err != nil {
		t.Error(err)
	}
	if d := cmp.Diff([][]string{none}, read("my table")); d != "" {
		t.Error(d)
	}
	if _, err = writeSQLite(t, dir, "sub/a.db|||my table", Options{"OutputOption": "Overwrite"}, s[:2]); err != nil || len(read("my table")) != 0 {
		t.Error(err)
	}
	if d := cmp.Diff([][]string{{"7"}}, read("other")); d != "" {
		t.Error(d)
	}
	said, err := writeSQLite(t, dir, "new.sqlite|||t", Options{"OutputOption": "Append"}, s[:1], []any{int64(1)})
	if err != nil || len(said) != 1 {
		t.Errorf("append to nothing: %v %v", said, err)
	}
}

// What a table holds of times and decimals, and what is said of the rest.
func TestWriteSQLiteDigits(t *testing.T) {
	dir := t.TempDir()
	s := record.Schema{record.New("at", record.DateTime, 0), {Name: "m", Type: record.FixedDecimal, Size: 30, Scale: 2}}
	said, err := writeSQLite(t, dir, "a.db|||t", nil, s, []any{int64(19000)*dayMicros + 123_456, "12345678901234567.89"}, []any{nil, "123456789.10"}, []any{nil, "123456789012345678"}, []any{nil, nil})
	if want := []string{`record 1: field "m": 12345678901234567.89 has more digits than a number of SQLite holds, and is rounded`}; err != nil || cmp.Diff(want, said) != "" {
		t.Errorf("%q, %v", said, err)
	}
	r, err := OpenSQLite(context.Background(), filepath.Join(dir, "a.db"), "a.db", SQLiteOptions{Query: "SELECT CAST(at AS TEXT), CAST(m AS TEXT) FROM t"})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"2022-01-08 00:00:00.123456", "12345678901234568"}, {"∅", "123456789.1"}, {"∅", "123456789012345678"}, {"∅", "∅"}}
	if d := cmp.Diff(want, rows(t, r)); d != "" {
		t.Error(d)
	}
}

// What stands where the document writes is added to, but not for a table that is
// to be created.
func TestWriteSQLiteExisting(t *testing.T) {
	before := t.TempDir()
	s := record.Schema{record.New("id", record.Int32, 0)}
	for _, table := range []string{"t", "kept"} {
		if _, err := writeSQLite(t, before, "a.db|||"+table, nil, s, []any{int64(1)}); err != nil {
			t.Fatal(err)
		}
	}
	for option, want := range map[string][]string{
		"Create": {"t: 2"}, "Append": {"kept: 1", "t: 1", "t: 2"}, "Overwrite": {"kept: 1", "t: 2"}, "DeleteAppend": {"kept: 1", "t: 2"},
	} {
		dir := t.TempDir()
		out, err := OpenOutFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		w, _, err := out.CreateOutput(OutFile{Written: "a.db|||t", Format: FormatSQLite, Options: Options{"OutputOption": option},
			Existing: func() (*os.File, error) { return os.Open(filepath.Join(before, "a.db")) }}, s)
		if err != nil {
			t.Fatal(err)
		}
		b := record.NewBatch(s, 1)
		b.Append(int64(2))
		if err := errors.Join(w.Write(context.Background(), b), w.Close(), out.Close()); err != nil {
			t.Fatalf("%s: %v", option, err)
		}
		var got []string
		for _, table := range []string{"kept", "t"} {
			r, err := OpenSQLite(context.Background(), filepath.Join(dir, "a.db"), "a.db", SQLiteOptions{Query: table})
			if err != nil {
				continue
			}
			for _, row := range rows(t, r) {
				got = append(got, table+": "+row[0])
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", option, d)
		}
	}
}

// A run that is stopped while the file is written leaves none.
func TestWriteStopped(t *testing.T) {
	dir := t.TempDir()
	out, err := OpenOutFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s := record.Schema{record.New("id", record.Int32, 0)}
	for _, name := range []string{"a.db", "a.xlsx"} {
		ctx, stop := context.WithCancel(context.Background())
		w, _, err := out.CreateOutput(OutFile{Written: name + "|||t", Format: -1}, s)
		if err != nil {
			t.Fatal(err)
		}
		b := record.NewBatch(s, 1)
		b.Append(int64(1))
		if err := w.Write(ctx, b); err != nil {
			t.Fatal(err)
		}
		stop()
		if err := w.Close(); !errors.Is(err, context.Canceled) || out.Exists(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriteSQLiteRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "text.db"), []byte("no database, but longer than sixteen bytes"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := record.Schema{record.New("id", record.Int32, 0)}
	for _, c := range []struct {
		file string
		o    Options
		s    record.Schema
		want string
	}{
		{"a.db", nil, s, "no table is given"},
		{"a.db|||t", Options{"OutputOption": "Upsert"}, s, "OutputOption"},
		{"a.db|||t", Options{"PreSQL": "DROP TABLE x"}, s, "PreSQL"},
		{"a.db|||t", Options{"AppendMapping": "ByPos"}, s, "AppendMapping"},
		{"a.db|||t", nil, record.Schema{record.New("o", record.SpatialObj, 0)}, `field "o" is a SpatialObj`},
		{"text.db|||t", nil, s, "not an SQLite file"},
	} {
		if _, err := writeSQLite(t, dir, c.file, c.o, c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: %v", c.file, c.o, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
