package format

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestList(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for _, p := range []string{"in/b.csv", "in/A.CSV", "in/notes", "in/deep/c.csv", "top.csv"} {
		p = filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(outside, "secret.csv"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "secret.csv"), filepath.Join(dir, "in", "link.csv")); err != nil {
		t.Fatal(err)
	}
	f := Folder{Dir: dir}
	for _, c := range []struct {
		dir, pattern string
		subdirs      bool
		want         string
		noted        bool
	}{
		{"in", "*.csv", false, "in/A.CSV in/b.csv", false},
		{`.\IN\`, "*.*", false, "in/A.CSV in/b.csv in/notes", false},
		{"in", "*.csv", true, "in/A.CSV in/b.csv in/deep/c.csv", false},
		{"in", "*.xlsx", true, "", false},
		{".", "*.csv", false, "top.csv", false},
		{`C:\Users\ann\project\in`, "b*", false, "in/b.csv", true},
		{filepath.ToSlash(dir) + "/in", "b*", false, "in/b.csv", false},
		{`C:\Users\ann\gone`, "t*.csv", false, "top.csv", true},
		{`C:\Users\ann\gone`, "b.*", false, "in/b.csv", true},
		{`C:\Users\ann\gone`, "*.csv", true, "in/A.CSV in/b.csv in/deep/c.csv top.csv", true},
	} {
		files, note, err := f.List(c.dir, c.pattern, c.subdirs)
		if err != nil {
			t.Fatalf("%s: %v", c.dir, err)
		}
		var got []string
		for _, l := range files {
			rel, err := filepath.Rel(dir, l.Path)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, filepath.ToSlash(rel))
		}
		if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" || (note != "") != c.noted {
			t.Errorf("%s %s: note %q\n%s", c.dir, c.pattern, note, d)
		}
	}
	for dir, wantOutside := range map[string]bool{filepath.ToSlash(outside): true, "../..": true, "missing": false, `D:\gone`: false} {
		_, _, err := f.List(dir, "*", false)
		var missing *NotFoundError
		if !errors.As(err, &missing) || missing.Outside != wantOutside {
			t.Errorf("%s: %v", dir, err)
		}
	}
	for _, pattern := range []string{"*.*", "*", "x*.csv", ""} {
		if _, _, err := f.List(`D:\gone`, pattern, false); err == nil {
			t.Errorf("files %q of a folder that is nowhere were listed", pattern)
		}
	}
	if _, _, err := f.List("gone", "t*.csv", false); err == nil {
		t.Error("a folder beside the document that is not there was listed")
	}
	if _, _, err := f.List(" ", "*", false); err == nil {
		t.Error("an empty folder was listed")
	}
}
