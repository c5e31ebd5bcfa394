package workflow

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const emptyDoc = `<AlteryxDocument yxmdVer="1"/>`

// archive makes a ZIP of name, content pairs.
func archive(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(data []byte, lim Limits) (*Package, error) {
	return OpenPackage(bytes.NewReader(data), int64(len(data)), lim)
}

func TestPackageMain(t *testing.T) {
	caller := `<AlteryxDocument><Nodes><Node ToolID="1"><EngineSettings Macro="..\m\Sum.yxmc"/></Node></Nodes></AlteryxDocument>`
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"at the root":         {[]string{"data/a.csv", "x", "flow.yxmd", emptyDoc}, "flow.yxmd"},
		"app before workflow": {[]string{"flow.yxmd", emptyDoc, "app.yxwz", emptyDoc}, "app.yxwz"},
		"first of several":    {[]string{"b.yxmd", emptyDoc, "a.yxmd", emptyDoc}, "b.yxmd"},
		"in a folder":         {[]string{"m/sum.yxmc", emptyDoc, "f/flow.YXMD", caller}, "f/flow.YXMD"},
		"backslashes":         {[]string{`f\flow.yxmd`, emptyDoc}, "f/flow.yxmd"},
		"packed by macOS":     {[]string{"flow.yxmd", emptyDoc, "__MACOSX/._flow.yxmd", "\x00\x05", "._m.yxmc", "\x00"}, "flow.yxmd"},
		"a macro":             {[]string{"sum.yxmc", emptyDoc}, "sum.yxmc"},
	} {
		p, err := open(archive(t, c.files...), Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := p.Document(); p.Main != c.want || err != nil {
			t.Errorf("%s: main is %q, %v; want %q", name, p.Main, err, c.want)
		}
	}
}

func TestPackageRefused(t *testing.T) {
	link := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "a.yxmd"}
		h.SetMode(0o777 | fs.ModeSymlink)
		w, _ := z.CreateHeader(h)
		_, _ = w.Write([]byte("/etc/passwd"))
		_ = z.Close()
		return b.Bytes()
	}()
	// The second entry's local header and directory record get the first's name.
	twice := bytes.ReplaceAll(archive(t, "a.yxmd", emptyDoc, "b.yxmd", emptyDoc), []byte("b.yxmd"), []byte("A.yxmd"))
	bomb := archive(t, "a.yxmd", emptyDoc, "zero.csv", strings.Repeat("0", 20<<20))
	whole := archive(t, "a.yxmd", emptyDoc, "data.csv", "a,b\n1,2\n")
	for name, c := range map[string]struct {
		data []byte
		lim  Limits
		want string
	}{
		"no archive":    {[]byte("PK\x03\x04 and no more"), Limits{}, "the package is no ZIP archive, or is cut off"},
		"cut off":       {whole[:len(whole)-20], Limits{}, "the package is no ZIP archive, or is cut off"},
		"no document":   {archive(t, "a.csv", "x"), Limits{}, "the package has no workflow document"},
		"two documents": {archive(t, "a/a.yxmd", emptyDoc, "b/b.yxmd", emptyDoc), Limits{}, "several documents and none at its root: a/a.yxmd, b/b.yxmd"},
		"parent":        {archive(t, "a.yxmd", emptyDoc, "../b.csv", "x"), Limits{}, "../b.csv: the path of an entry leads out of the package"},
		"parent, back":  {archive(t, "a.yxmd", emptyDoc, `x\..\..\b.csv`, "x"), Limits{}, "leads out of the package"},
		"absolute":      {archive(t, "a.yxmd", emptyDoc, "/etc/b.csv", "x"), Limits{}, "/etc/b.csv: the path of an entry is not relative"},
		"drive":         {archive(t, "a.yxmd", emptyDoc, `C:\b.csv`, "x"), Limits{}, "not relative"},
		"link":          {link, Limits{}, "a.yxmd: links and special files are not accepted"},
		"same name":     {twice, Limits{}, "two entries have this name"},
		"file, folder":  {archive(t, "a.yxmd", emptyDoc, "x", "1", "X/y", "2"), Limits{}, "the entry is a file and a folder"},
		"entries":       {archive(t, "a.yxmd", emptyDoc, "b", "", "c", ""), Limits{Entries: 2}, "the package has 3 entries, more than the limit of 2"},
		"size":          {archive(t, "a.yxmd", emptyDoc), Limits{Expanded: 10}, "the package expands to more than 10 bytes"},
		"bomb":          {bomb, Limits{}, "times its size, more than the limit of 200"},
		"bad document":  {archive(t, "a.yxmd", emptyDoc, "m.yxmc", "<AlteryxDocument>\n<x>"), Limits{}, "m.yxmc: line 2: not well-formed XML"},
		"entity":        {archive(t, "a.yxmd", "<!DOCTYPE a><AlteryxDocument/>"), Limits{}, "a.yxmd: line 1: document type declarations"},
	} {
		_, err := open(c.data, c.lim)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestPackageFalseSize(t *testing.T) {
	data := archive(t, "a.yxmd", emptyDoc, "big.csv", strings.Repeat("1234567", 1000))
	// The directory's record of big.csv claims 10 bytes.
	i := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[i+24:], 10)
	p, err := open(data, Limits{})
	if err != nil {
		return // refused at once is as good
	}
	dir := t.TempDir()
	if err := p.Extract(dir); err == nil {
		t.Error("an entry larger than it says was extracted")
	}
	if info, err := os.Stat(filepath.Join(dir, "big.csv")); err == nil && info.Size() > 11 {
		t.Errorf("%d bytes were written", info.Size())
	}
}

func TestExtract(t *testing.T) {
	p, err := open(archive(t, "flow.yxmd", emptyDoc, "data/", "", `data\in\A.csv`, "x\n1\n"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]File{{"flow.yxmd", int64(len(emptyDoc))}, {"data/in/A.csv", 4}}, p.Files()); diff != "" {
		t.Error(diff)
	}
	if b, err := fs.ReadFile(p, "DATA/in/a.csv"); err != nil || string(b) != "x\n1\n" {
		t.Errorf("ReadFile: %q, %v", b, err)
	}
	dir := t.TempDir()
	if err := p.Extract(dir); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "data/in/A.csv")); err != nil || string(b) != "x\n1\n" {
		t.Errorf("extracted: %q, %v", b, err)
	}
	if err := p.Extract(dir); err == nil {
		t.Error("files were written over")
	}
}

func TestRead(t *testing.T) {
	for name, data := range map[string][]byte{"document": []byte(emptyDoc), "package": archive(t, "a.yxmd", emptyDoc)} {
		d, p, err := Read(bytes.NewReader(data), int64(len(data)), Limits{})
		if err != nil || d.Version != "1" || (p != nil) != (name == "package") {
			t.Errorf("%s: %v, %v, %v", name, d, p, err)
		}
	}
}
