package format

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		p := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(n), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSplitTable(t *testing.T) {
	for in, want := range map[string][2]string{
		"a.csv": {"a.csv", ""}, "b.xlsx|||`Sheet1$`": {"b.xlsx", "`Sheet1$`"}, `.\*.xls|'a$'`: {`.\*.xls`, "'a$'"}, ` c.db ||| select 1 `: {"c.db", "select 1"},
	} {
		if p, tb := SplitTable(in); p != want[0] || tb != want[1] {
			t.Errorf("%q: %q %q", in, p, tb)
		}
	}
}

func TestFind(t *testing.T) {
	dir := tree(t, "wf/a.csv", "wf/Data/B.csv", "wf/data2/week 1.csv", "wf/data2/Week 2.CSV", "wf/data2/deep/week 3.csv",
		"wf/_externals/1/ext.xlsx", "wf/x/same.csv", "wf/x/in/same.csv", "wf/y/same.csv", "wf/donne\u0301es/e\u0301te\u0301 1.csv", "other/o.csv", "other/o2.csv", "other/a.csv")
	wf := filepath.Join(dir, "wf")
	for _, c := range []struct {
		name, written string
		subdirs       bool
		folder        Folder
		want          string
		noted         bool
	}{
		{"plain", "a.csv", false, Folder{}, "a.csv", false},
		{"dot", `.\a.csv`, false, Folder{}, "a.csv", false},
		{"case", `DATA\b.CSV`, false, Folder{}, "Data/B.csv", false},
		{"wildcard, case, sorted", `data2\week*.csv`, false, Folder{}, "data2/week 1.csv data2/Week 2.CSV", false},
		{"question mark", "data2/week ?.csv", true, Folder{}, "data2/deep/week 3.csv data2/week 1.csv data2/Week 2.CSV", false},
		{"another machine", `C:\Users\me\Desktop\a.csv`, false, Folder{}, "a.csv", true},
		{"best folder", `D:\jobs\X\in\same.csv`, false, Folder{}, "x/in/same.csv", true},
		{"nearest", `\\server\share\same.csv`, false, Folder{}, "x/same.csv", true},
		{"outside, packaged", "../other/a.csv", false, Folder{}, "a.csv", true},
		{"packaged", `..\..\ext.xlsx`, false, Folder{}, "_externals/1/ext.xlsx", true},
		{"wildcard elsewhere", `C:\in\week*.csv`, false, Folder{}, "data2/week 1.csv data2/Week 2.CSV", true},
		{"accents of their own", "donn\u00e9es/\u00e9t\u00e9 1.csv", false, Folder{}, "donne\u0301es/e\u0301te\u0301 1.csv", false},
		{"accents of their own, elsewhere", `C:\donn` + "\u00e9es\\\u00e9t\u00e9*.csv", false, Folder{}, "donne\u0301es/e\u0301te\u0301 1.csv", true},
		{"root", "../other/o.csv", false, Folder{Roots: []string{filepath.Join(dir, "other")}}, "../other/o.csv", false},
		{"anywhere", "../other/o.csv", false, Folder{Anywhere: true}, "../other/o.csv", false},
		{"as a document knows paths", WindowsForm(filepath.Join(wf, "a.csv")), false, Folder{}, "a.csv", false},
		{"from a macro", "o2.csv", false, Folder{Top: filepath.Join(dir, "other"), Roots: []string{filepath.Join(dir, "other")}}, "../other/o2.csv", true},
		{"the macro's own first", "a.csv", false, Folder{Top: filepath.Join(dir, "other"), Roots: []string{filepath.Join(dir, "other")}}, "a.csv", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.folder.Dir = wf
			found, err := c.folder.Find(c.written, c.subdirs)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				rel, _ := filepath.Rel(wf, f.Path)
				got = append(got, filepath.ToSlash(rel))
				if (f.Note != "") != c.noted {
					t.Errorf("note %q", f.Note)
				}
				r, err := c.folder.Open(f.Path)
				if err != nil {
					t.Fatal(err)
				}
				r.Close()
			}
			if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFindErrors(t *testing.T) {
	dir := tree(t, "wf/a.csv", "other/o.csv")
	if err := os.Symlink(filepath.Join(dir, "other", "o.csv"), filepath.Join(dir, "wf", "link.csv")); err != nil {
		t.Fatal(err)
	}
	f := Folder{Dir: filepath.Join(dir, "wf")}
	for written, outside := range map[string]bool{"b.csv": false, "../other/missing.csv": true, "/no/such/file.csv": true, `C:\no\file.csv`: false, "../other/o.csv": true, filepath.Join(dir, "other", "o.csv"): true, "none*.csv": false} {
		_, err := f.Find(written, false)
		var nf *NotFoundError
		if !errors.As(err, &nf) || nf.Outside != outside {
			t.Errorf("%s: %v", written, err)
		}
	}
	// A link below the folder that leads out of it is found, and not opened.
	found, err := f.FindOne("link.csv")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := f.Open(found.Path); err == nil {
		b, _ := io.ReadAll(r)
		t.Errorf("read %q by a link", b)
	}
	if _, err := f.Open(filepath.Join(dir, "other", "o.csv")); err == nil {
		t.Error("opened a file outside")
	}
}

func TestOutputName(t *testing.T) {
	for in, want := range map[string]string{
		`.\out\a.csv`: "out/a.csv", "a.csv": "a.csv", `C:\Users\x\a b.xlsx`: "a b.xlsx", `\\srv\s\a.csv`: "a.csv",
		`%USERPROFILE%\x\a.csv`: "a.csv", `%Temp%a.csv`: "a.csv", `%temp%\a.csv`: "a.csv", `50% off\a.csv`: "50% off/a.csv",
		"/etc/passwd": "passwd", `..\..\x\a.csv`: "x/a.csv", "a/../../b.csv": "a/b.csv", "C:a.csv": "a.csv",
	} {
		got, err := OutputName(in)
		if err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "..", `C:\`, "a\x00b"} {
		if got, err := OutputName(in); err == nil {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestOutFolder(t *testing.T) {
	dir := tree(t, "secret/keep.txt")
	out := filepath.Join(dir, "files")
	o, err := OpenOutFolder(out)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	f, err := o.Create("a/b/c.csv")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if !o.Exists("a/b/c.csv") || o.Exists("a/b") {
		t.Error("Exists")
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(out, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link/keep.txt", "link/new.txt", "../secret/keep.txt"} {
		if f, err := o.Create(name); err == nil {
			f.Close()
			t.Errorf("wrote %s", name)
		}
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "secret", "keep.txt")); string(b) != "secret/keep.txt" {
		t.Error("the file outside was changed")
	}
}
