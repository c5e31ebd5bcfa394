package format

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// flat is a relation as one line of text a record.
func flat(rows [][]string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, strings.Join(r, " "))
	}
	return out
}

// windows is a path as documents have them.
func windows(path string) string { return strings.ReplaceAll(filepath.ToSlash(path), "/", `\`) }

func TestInputFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "in/a1.csv", "x,y\n1,2\n3,4\n")
	write(t, dir, "in/a2.csv", "X,y\n5,6\n")
	write(t, dir, "in/a3.csv", "x,z\n7,8\n")
	write(t, dir, "in/sub/a4.csv", "x,y\n9,10\n")
	write(t, dir, "in/e0.csv", "")
	write(t, dir, "in/e1.csv", "x,y\n11,12\n")
	write(t, dir, "in/e2.csv", "")
	write(t, dir, "all/e1.csv", "")
	write(t, dir, "all/e2.csv", "")
	for _, c := range []struct {
		name  string
		file  File
		names string
		want  []string
		said  string
	}{
		{"one", File{Written: `in\A1.csv`}, "x y", []string{"1 2", "3 4"}, ""},
		{"wildcard", File{Written: `in\a*.csv`}, "x y", []string{"1 2", "3 4", "5 6"}, `"a3.csv" has a different schema`},
		{"subfolders and names", File{Written: "in/a?.csv", SubDirs: true, FileName: "FileName"}, "x y FileName",
			[]string{"1 2 a1.csv", "3 4 a1.csv", "5 6 a2.csv", "9 10 a4.csv"}, "skipped"},
		{"limit over files", File{Written: "in/a*.csv", RecordLimit: 1}, "x y", []string{"1 2"}, ""},
		{"limit between files", File{Written: "in/a*.csv", RecordLimit: 3, Format: -1}, "x y", []string{"1 2", "3 4", "5 6"}, ""},
		{"empty ones", File{Written: "in/e*.csv"}, "x y", []string{"11 12"}, `the file "e0.csv" is empty and was skipped`},
		{"path", File{Written: "in/a2.csv", FileName: "Path"}, "X y FileName", []string{"5 6 " + windows(dir) + `\in\a2.csv`}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := ""
			c.file.Notify = func(n Notice) { said += n.String() }
			in, err := Folder{Dir: dir}.Input(c.file)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // it can be opened again
				r, err := in.Open(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(c.names, strings.Join(r.Schema().Names(), " ")); d != "" {
					t.Error(d)
				}
				if d := cmp.Diff(c.want, flat(rows(t, r))); d != "" {
					t.Error(d)
				}
			}
			if !strings.Contains(said, c.said) || c.said == "" && said != "" {
				t.Errorf("said %q", said)
			}
		})
	}
	for _, written := range []string{"all/e1.csv", "all/*.csv"} {
		in, err := Folder{Dir: dir}.Input(File{Written: written, Notify: func(Notice) {}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Open(context.Background()); !errors.Is(err, ErrEmpty) {
			t.Errorf("%s: %v", written, err)
		}
	}
	in, err := Folder{Dir: dir}.Input(File{Written: "in/a*.csv"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := in.Open(context.Background())
	for err == nil {
		_, err = r.Next(context.Background())
	}
	if err == io.EOF || !strings.Contains(err.Error(), `read a3.csv: field 2 is "z", and in the first file "y"`) {
		t.Error(err)
	}
}

func TestInputFormats(t *testing.T) {
	dir := t.TempDir()
	o, err := OpenOutFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b := record.NewBatch(record.Schema{record.New("n", record.Int32, 0), record.New("t", record.VString, 20)}, 2)
	b.Append(1, "café")
	b.Append(nil, "x")
	for _, name := range []string{`sub\a.csv`, "a.xlsx|||S", "a.yxdb", `C:\tmp\a.json`} {
		w, _, err := o.CreateOutput(OutFile{Written: name, Format: -1}, b.Schema)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "a.xml", "<r><p><n>1</n></p></r>")
	z, err := os.Create(filepath.Join(dir, "a.zip"))
	if err != nil {
		t.Fatal(err)
	}
	zw := zip.NewWriter(z)
	for name, text := range map[string]string{"../evil/b.csv": "q\n1\n", "c.json": `{"k":1}`} {
		w, _ := zw.Create(name)
		io.WriteString(w, text)
	}
	zw.Close()
	z.Close()
	for _, c := range []struct {
		written string
		format  int
		opt     Options
		want    []string
	}{
		{"sub/a.csv", FormatCSV, Options{"CodePage": "28591"}, []string{"1 café", "∅ x"}},
		{"a.xlsx|||`S$`", FormatXLSX, Options{"FirstRowData": "False", "ImportLine": "1"}, []string{"1 café", "∅ x"}},
		{"a.yxdb", FormatYXDB, nil, []string{"1 café", "∅ x"}},
		{"a.json", FormatJSON, nil, []string{"0.n 1", "0.t café", "1.n ∅", "1.t x"}},
		{"a.xml", FormatXML, nil, []string{"∅ 1"}},
		{"a.zip|||b.csv", FormatZip, Options{"FileFormatInner": "0", "HeaderRow": "True"}, []string{"1"}},
		{"a.zip|||*.json", FormatZip, nil, []string{"k 1"}},
	} {
		in, err := Folder{Dir: dir}.Input(File{Written: c.written, Format: c.format, Options: c.opt})
		if err != nil {
			t.Fatal(err)
		}
		r, err := in.Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, flat(rows(t, r))); d != "" {
			t.Errorf("%s: %s", c.written, d)
		}
	}
	for _, written := range []string{"a.zip", "a.zip|||*"} {
		in, err := Folder{Dir: dir}.Input(File{Written: written, Format: FormatZip})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Open(context.Background()); err == nil || !strings.Contains(err.Error(), "means 2 files of the archive") {
			t.Errorf("%s: %v", written, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "zip-*", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for format, want := range map[int]string{
		64: "Tableau Hyper files are not supported", 99: "format 99 files are not supported"} {
		_, err := Folder{Dir: dir}.Input(File{Written: "a.csv", Format: format})
		var u *UnsupportedFormatError
		if !errors.As(err, &u) || err.Error() != want {
			t.Errorf("%d: %v", format, err)
		}
	}
	if _, _, err := o.CreateOutput(OutFile{Written: "a.hyper", Format: 64}, b.Schema); err == nil {
		t.Error("wrote hyper")
	}
}

func TestZipLimits(t *testing.T) {
	dir := t.TempDir()
	z, _ := os.Create(filepath.Join(dir, "a.zip"))
	zw := zip.NewWriter(z)
	w, _ := zw.Create("big.csv")
	io.WriteString(w, strings.Repeat("0\n", 1<<20))
	zw.Close()
	z.Close()
	in, err := Folder{Dir: dir}.Input(File{Written: "a.zip", Format: FormatZip, Limits: Limits{ExpandedBytes: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Open(context.Background()); err == nil || !strings.Contains(err.Error(), "larger than the limit") {
		t.Error(err)
	}
}

func TestMultiFileName(t *testing.T) {
	for _, c := range [][4]string{
		{`out\a.csv`, "FileName", "North", "out/North.csv"}, {`out\a.csv`, "FileName", "North.csv", "out/North.csv"},
		{`out\a.csv`, "Suffix", "_1", "out/a_1.csv"}, {"a.csv", "Prefix", "x/..", "x_..a.csv"}, {"a.csv", "Path", `b\c.csv`, `b\c.csv`},
		{"a.xlsx|||`S$`", "FileName", "T", "a.xlsx|||T"}, {"a.xlsx|||S", "Suffix", "2", "a.xlsx|||S2"},
		{"a.xlsx|||`S$`", "Suffix", "2", "a.xlsx|||S2$"}, {"a.xlsx|||`S$B2:C9`", "Prefix", "2", "a.xlsx|||2S$B2:C9"},
	} {
		got, err := MultiFileName(c[0], c[1], c[2])
		if err != nil || got != c[3] {
			t.Errorf("%v: %q, %v", c, got, err)
		}
	}
	if _, err := MultiFileName("a.csv", "Other", "x"); err == nil {
		t.Error("Other was taken")
	}
}

// A writer that is given up leaves the file of before, and nothing beside it.
func TestAbort(t *testing.T) {
	dir := t.TempDir()
	o, _ := OpenOutFolder(dir)
	defer o.Close()
	b := record.NewBatch(record.Schema{record.New("n", record.Int32, 0)}, 1)
	b.Append(1)
	for _, name := range []string{"a.yxdb", "a.xlsx"} {
		write(t, dir, name, "before")
		w, _, err := o.CreateOutput(OutFile{Written: name, Format: -1, Options: Options{}}, b.Schema)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		if err := w.(Aborter).Abort(); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(filepath.Join(dir, name)); string(got) != "before" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("left behind: %v", left)
	}
}

// A yxdb that is cut anywhere names the file and the record it ends at.
func TestCutYXDB(t *testing.T) {
	dir := t.TempDir()
	o, err := OpenOutFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b := record.NewBatch(record.Schema{record.New("n", record.Int32, 0)}, 1000)
	for i := range 1000 {
		b.Append(i)
	}
	w, _, err := o.CreateOutput(OutFile{Written: "whole.yxdb", Format: -1, Options: Options{}}, b.Schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(context.Background(), b), w.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, "whole.yxdb"))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 100, 512, 600, len(whole) / 2, len(whole) - 100} {
		if err := os.WriteFile(filepath.Join(dir, "cut.yxdb"), whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := Folder{Dir: dir}.Input(File{Written: "cut.yxdb", Format: FormatYXDB})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		r, err := in.Open(context.Background())
		for err == nil {
			var got *record.Batch
			if got, err = r.Next(context.Background()); err == nil {
				n += got.Len
			}
		}
		if r != nil {
			r.Close()
		}
		if !strings.HasPrefix(err.Error(), "read cut.yxdb: ") {
			t.Errorf("%d of %d bytes: %d records, then %v", size, len(whole), n, err)
		}
	}
}
