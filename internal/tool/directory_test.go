package tool

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/record"
	"kickoff/workflow"
)

// TestDirectoryRecords checks what depends on the machine, which the cases
// cannot: paths and times.
func TestDirectoryRecords(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2024, 2, 29, 23, 30, 15, 987_000_000, time.UTC)
	for name, mode := range map[string]os.FileMode{"b.csv": 0o644, ".hidden.csv": 0o644, "a.csv": 0o444} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("12345"), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	session, err := plain.Engine{}.Open(ctx, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	config, err := workflow.ParseElement([]byte(`<Configuration><Directory>.</Directory><FileSpec>*.csv</FileSpec><IncludeSubDirs value="False"/></Configuration>`))
	if err != nil {
		t.Fatal(err)
	}
	c := &Context{Context: ctx, Tool: diag.Tool{ID: 7, Name: "Directory"}, Config: config,
		Run: &Run{Session: session, Dir: dir, Now: time.Date(2024, 3, 1, 0, 0, 0, 0, time.FixedZone("", 3600)), Report: func(engine.Message) {}}}
	outs, err := directoryTool.Build(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := session.Read(ctx, outs["Output"])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := record.ReadAll(ctx, r, 0)
	if err != nil {
		t.Fatal(err)
	}
	folder := strings.ReplaceAll(filepath.ToSlash(dir), "/", `\`) + `\`
	var got []string
	for row := range b.Len {
		if b.Value(row, 0) != folder+b.Value(row, 2).(string) || b.Value(row, 1) != folder {
			t.Errorf("record %d: path %v, folder %v", row, b.Value(row, 0), b.Value(row, 1))
		}
		line := ""
		for col, f := range b.Schema[2:] {
			if v := printCell(b.Value(row, col+2), f); v != "False" {
				line += " " + f.Name + "=" + v
			}
		}
		got = append(got, line)
	}
	want := []string{
		// The clock is that of the run, an hour ahead.
		` FileName=.hidden.csv ShortFileName="" CreationTime=Null LastAccessTime=Null LastWriteTime=2024-03-01 00:30:15 Size=5 AttributeHidden=True`,
		` FileName=a.csv ShortFileName="" CreationTime=Null LastAccessTime=Null LastWriteTime=2024-03-01 00:30:15 Size=5 AttributeReadOnly=True`,
		` FileName=b.csv ShortFileName="" CreationTime=Null LastAccessTime=Null LastWriteTime=2024-03-01 00:30:15 Size=5 AttributeNormal=True`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
