//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// TestClosed: statements reach nothing outside the folders they were given.
func TestClosed(t *testing.T) {
	ctx := context.Background()
	inside, outside := t.TempDir(), t.TempDir()
	for _, dir := range []string{inside, outside} {
		if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte("x\n1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := openTest(t, engine.Options{ReadDirs: []string{inside}})
	if _, err := s.conn.exec(ctx, "CREATE TABLE x AS FROM read_csv('"+inside+"/a.csv')"); err != nil {
		t.Errorf("a file of its own folder: %v", err)
	}
	for _, sql := range []string{
		"FROM read_csv('" + outside + "/a.csv')",
		"FROM read_csv('" + inside + "/../" + filepath.Base(outside) + "/a.csv')",
		"ATTACH '" + outside + "/b.db'",
		"COPY (SELECT 1) TO '" + outside + "/b.csv'",
		"INSTALL httpfs",
		"SET enable_external_access = true",
		"SET memory_limit = '100GB'",
		"FROM read_csv('https://example.com/a.csv')",
	} {
		if _, err := s.conn.exec(ctx, sql); err == nil {
			t.Errorf("%s is allowed", sql)
		}
	}
}

// TestMemory: what does not fit is said so, and the session goes on.
func TestMemory(t *testing.T) {
	ctx := context.Background()
	s, err := Engine{}.Open(ctx, engine.Options{Memory: 64 << 20, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	one := &plan.Values{Fields: record.Schema{record.New("one", record.Int32, 0)}, Rows: [][]any{{1}}}
	many := &plan.Unnest{In: one, List: &plan.RangeList{From: parsed("1", one.Fields), To: parsed("3000000", one.Fields), Step: parsed("1", one.Fields)}, Into: record.New("i", record.Int64, 0), Replace: -1}
	wide := grow(many, 1, record.New("text", record.VWString, 200), "'a long text that needs memory of its own ' + ToString([i])")
	_, err = s.Materialise(ctx, &plan.Sort{In: wide, Keys: []plan.SortKey{{Col: 2, Desc: true}}})
	var d *diag.Diagnostic
	if !errors.As(err, &d) || d.Code != diag.Limit {
		t.Fatalf("got %v, want a diagnostic of code limit", err)
	}
	if !strings.Contains(d.Msg, "memory") || d.Tool.ID != 1 {
		t.Errorf("got %v", d)
	}
	if _, err := s.Materialise(ctx, one); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// TestSpill: with a folder to spill to, the same goes through.
func TestSpill(t *testing.T) {
	ctx := context.Background()
	s, err := Engine{}.Open(ctx, engine.Options{Memory: 128 << 20, Threads: 2, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	one := &plan.Values{Fields: record.Schema{record.New("one", record.Int32, 0)}, Rows: [][]any{{1}}}
	many := &plan.Unnest{In: one, List: &plan.RangeList{From: parsed("1", one.Fields), To: parsed("2000000", one.Fields), Step: parsed("1", one.Fields)}, Into: record.New("i", record.Int64, 0), Replace: -1}
	wide := grow(many, 1, record.New("text", record.VWString, 200), "'a long text that needs memory of its own ' + ToString([i])")
	table, err := s.Materialise(ctx, &plan.Sort{In: wide, Keys: []plan.SortKey{{Col: 2, Desc: true}}})
	if err != nil {
		t.Fatal(err)
	}
	if table.Rows != 2000000 {
		t.Errorf("%d records", table.Rows)
	}
}
