package compile

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"kickoff/internal/compile/compiletest"
	"kickoff/internal/diag"
	"kickoff/internal/tool"
	"kickoff/workflow"
)

// FuzzCheck looks for panics, hangs and defects of tools in documents made from
// those of the cases.
func FuzzCheck(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, x := range a.Files {
			if filepath.Ext(x.Name) == ".yxmd" || filepath.Ext(x.Name) == ".yxmc" {
				f.Add(x.Data)
			}
		}
	}
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Any.yxmc"), []byte(`<AlteryxDocument/>`), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		short, err := workflow.ParseElement(data)
		if err != nil || len(data) > 1<<16 {
			return
		}
		doc, err := workflow.Parse([]byte(compiletest.Expand(short).XML()))
		if err != nil {
			return
		}
		p := Check(context.Background(), doc, Options{File: filepath.Join(dir, "main.yxmd"), Tools: tool.All(), Run: &tool.Run{OutDir: dir}})
		for _, d := range p.Diags {
			if d.Msg == "" && d.Code != diag.Failed {
				t.Errorf("a diagnostic without a message: %#v", d)
			}
			if d.Code == diag.Internal {
				t.Errorf("%v\n%v", d, d.Err)
			}
			_ = d.Error()
		}
	})
}
