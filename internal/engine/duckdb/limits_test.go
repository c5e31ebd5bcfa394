//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// TestFileExists: the function sees the session's folders and nothing else.
func TestFileExists(t *testing.T) {
	inside, outside := t.TempDir(), t.TempDir()
	for _, f := range []string{filepath.Join(inside, "a.csv"), filepath.Join(outside, "b.csv")} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(outside, "b.csv"), filepath.Join(inside, "link.csv")); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, engine.Options{ReadDirs: []string{inside}})
	for path, want := range map[string]bool{
		"a.csv": true, `.\a.csv`: true, filepath.Join(inside, "a.csv"): true, "no.csv": false,
		filepath.Join(outside, "b.csv"): false, "../" + filepath.Base(outside) + "/b.csv": false, "link.csv": false,
	} {
		if got := s.fileExists(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
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

// TestLarge: many fields, a large cell, and a range that never ends.
func TestLarge(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, engine.Options{Memory: 1 << 30})
	wide := &plan.Values{Rows: [][]any{nil}}
	for i := range 5000 {
		wide.Fields = append(wide.Fields, record.New("field "+strings.Repeat("x", i%7)+string(rune('a'+i%26)), record.Int32, 0))
		wide.Rows[0] = append(wide.Rows[0], i)
	}
	for i := range wide.Fields {
		wide.Fields[i].Name = wide.Fields[:i].Unique(wide.Fields[i].Name)
	}
	start := time.Now()
	n := grow(wide, 1, record.New("sum", record.Double, 0), "["+wide.Fields[4999].Name+"] + 1")
	table, err := s.Materialise(ctx, &plan.Sort{In: where(n, 2, "[sum] > 3"), Keys: []plan.SortKey{{Col: 5000}}})
	if err != nil || table.Rows != 1 {
		t.Errorf("5,000 fields: %v, %v", table, err)
	}
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("5,000 fields took %v", d)
	}

	cell := strings.Repeat("0123456789", 10<<20)
	big := &plan.Values{Fields: record.Schema{record.New("cell", record.VWString, record.MaxVWString)}, Rows: [][]any{{cell}}}
	read := &plan.Read{Fields: big.Fields, Name: "cell", Open: func(context.Context) (record.Reader, error) {
		return &one{schema: big.Fields, value: cell}, nil
	}}
	r, err := s.Read(ctx, grow(read, 3, record.New("length", record.Int64, 0), "Length([cell])"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := record.ReadAll(ctx, r, 0)
	r.Close()
	if err != nil || b.Cols[1].Ints[0] != int64(len(cell)) || b.Cols[0].Strings[0] != cell {
		t.Errorf("a cell of 100 MB: %v", err)
	}

	endless := &plan.Values{Fields: record.Schema{record.New("n", record.Double, 0)}, Rows: [][]any{{1e12}}}
	for _, step := range []string{"1", "0.25"} {
		u := &plan.Unnest{In: endless, List: &plan.RangeList{From: parsed("1", endless.Fields), To: parsed("[n]", endless.Fields), Step: parsed(step, endless.Fields)},
			Into: record.New("i", record.Int64, 0), Replace: -1}
		_, err := s.Materialise(ctx, at(u, 7, "Generate Rows"))
		var d *diag.Diagnostic
		if !errors.As(err, &d) || d.Code != diag.Failed || d.Tool.ID != 7 || !strings.Contains(d.Msg, "more than 10000000 records") {
			t.Errorf("a range of 1e12: %v", err)
		}
	}
}

// one reads a single record of one text.
type one struct {
	schema record.Schema
	value  string
	done   bool
}

func (r *one) Schema() record.Schema { return r.schema }
func (r *one) Close() error          { return nil }
func (r *one) Next(context.Context) (*record.Batch, error) {
	if r.done {
		return nil, io.EOF
	}
	r.done = true
	b := record.NewBatch(r.schema, 1)
	b.Append(r.value)
	return b, nil
}
