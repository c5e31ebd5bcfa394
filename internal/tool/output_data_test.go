package tool

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// TestAbandonedOutput checks that a workbook or a yxdb with a part of the
// records does not stay when a run fails.
func TestAbandonedOutput(t *testing.T) {
	for name, config := range map[string]string{
		"yxdb": `<File FileFormat="19">a.yxdb</File>`,
		"xlsx": `<File FileFormat="25">a.xlsx|||S</File>`,
		"cut":  `<File FileFormat="19" MaxRecords="5">a.yxdb</File>`,
		"many": `<File FileFormat="19">a.yxdb</File><MultiFile value="True"/><MultiFileField>n</MultiFileField><MultiFileType>Suffix</MultiFileType><KeepField value="True"/>`,
	} {
		e, err := workflow.ParseElement([]byte(`<Configuration>` + config + `</Configuration>`))
		if err != nil {
			t.Fatal(err)
		}
		in := &plan.Values{Fields: record.Schema{record.New("n", record.Int32, 0)}}
		c := &Context{Context: context.Background(), Tool: diag.Tool{ID: 7, Name: "Output Data"}, Config: e,
			Inputs: map[string][]Input{"Input": {{Node: in}}}, Run: &Run{OutDir: t.TempDir(), Report: func(engine.Message) {}}}
		if _, err := outputDataTool.Build(c); err != nil {
			t.Fatal(err)
		}
		for _, fail := range []bool{true, false} {
			w, err := c.Run.Sinks[0].Open(c)
			if err != nil {
				t.Fatal(err)
			}
			b := record.NewBatch(in.Fields, 1)
			b.Append(1)
			if err := w.Write(c, b); err != nil {
				t.Fatal(err)
			}
			if fail {
				engine.Abandon(w)
			} else if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if left, err := os.ReadDir(c.Run.OutDir); err != nil || (len(left) == 0) != fail {
				t.Errorf("%s: failed %v, left %v, %v", name, fail, left, err)
			}
		}
	}
}

// TestExistingOutput checks which file counts as the one that is there already.
func TestExistingOutput(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"sub/a.xlsx", "b.xlsx"} {
		if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c := &Context{Context: context.Background(), Run: &Run{Dir: dir, OutDir: t.TempDir(), Wrote: func(string) (string, bool) { return "b.xlsx", true }}}
	for written, want := range map[string]string{
		`sub\A.xlsx|||S`: "sub/a.xlsx", "b.xlsx": "b.xlsx", "a.xlsx": "", `C:\sub\a.xlsx`: "", "c.xlsx|||S": "", "../b.xlsx": "",
	} {
		f, err := c.existing(written)
		got := ""
		if f != nil {
			b, _ := io.ReadAll(f)
			got = string(b)
			f.Close()
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", written, got, err, want)
		}
	}
}
