//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

var numbered = record.Schema{record.New("n", record.Int32, 0), record.New("text", record.VWString, 100), record.New("half", record.Double, 0)}

// numberFile reads total records, some in a batch, and then ends or fails.
type numberFile struct {
	n, total, batch int
	fails           error
}

func (r *numberFile) Schema() record.Schema { return numbered }
func (r *numberFile) Close() error          { return nil }
func (r *numberFile) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.n == r.total {
		if r.fails != nil {
			return nil, r.fails
		}
		return nil, io.EOF
	}
	b := record.NewBatch(numbered, r.batch)
	for range min(r.batch, r.total-r.n) {
		b.Append(r.n, textOf(r.n), float64(r.n)/2)
		r.n++
	}
	return b, nil
}

// textOf is Null, short, or longer than what needs no memory of its own.
func textOf(n int) any {
	switch n % 5 {
	case 0:
		return nil
	case 1:
		return ""
	case 2:
		return fmt.Sprint("short ", n%1000)
	}
	return strings.Repeat("longer ", n%9) + fmt.Sprint("text of ", n)
}

// fromFile is a file of numbers below the anchor of tool 1.
func fromFile(total int, fails error) plan.Node {
	return at(&plan.Read{Fields: numbered, Name: "numbers", Open: func(context.Context) (record.Reader, error) {
		return &numberFile{total: total, batch: 3000, fails: fails}, nil
	}}, 1, "Input Data")
}

// run sends a relation to a sink, and returns its records and what was counted.
func run(t *testing.T, n plan.Node, o engine.Options) (*record.Batch, map[int]int64, error) {
	t.Helper()
	counted := make(map[int]int64)
	o.Events = func(e engine.Event) {
		if c, ok := e.(*engine.Counted); ok {
			counted[c.Tool.ID] = c.Records
		}
	}
	s := openTest(t, o)
	all := &collector{record.NewBatch(n.Schema(), 0)}
	err := s.Run(context.Background(), []engine.Sink{{Tool: diag.Tool{ID: 9}, In: n, Open: func(context.Context) (record.Writer, error) { return all, nil }}})
	if left := len(s.tables); left > 0 {
		t.Errorf("%d tables are left", left)
	}
	return all.b, counted, err
}

type collector struct{ b *record.Batch }

func (k *collector) Write(_ context.Context, b *record.Batch) error {
	for i := range b.Len {
		row := make([]any, len(b.Cols))
		for col := range row {
			row[col] = b.Value(i, col)
			if text, ok := row[col].(string); ok {
				row[col] = strings.Clone(text)
			}
		}
		k.b.Append(row...)
	}
	return nil
}
func (k *collector) Close() error { return nil }

// TestFeedValues: what a file holds comes through, in order, with any threads.
func TestFeedValues(t *testing.T) {
	const total = 50_000
	for name, n := range map[string]plan.Node{
		"as it is": fromFile(total, nil),
		"filter":   where(fromFile(total, nil), 2, "[n] >= 0"),
		"sort":     &plan.Sort{In: grow(fromFile(total, nil), 2, record.New("same", record.Int32, 0), "1"), Keys: []plan.SortKey{{Col: 3}}},
		"window":   &plan.Window{In: fromFile(total, nil), Partition: []int{1}, Cols: []plan.WindowCol{{Field: record.New("count", record.Int64, 0), Func: plan.Count}}},
		"operator": at(passes(fromFile(total, nil)), 3, "Pass"),
	} {
		b, counted, err := run(t, n, engine.Options{Threads: 4})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if b.Len != total || counted[1] != total {
			t.Errorf("%s: %d records, %d counted", name, b.Len, counted[1])
		}
		for i := range b.Len {
			if got, want := fmt.Sprint(b.Value(i, 0), b.Value(i, 1), b.Value(i, 2)), fmt.Sprint(i, textOf(i), float64(i)/2); got != want {
				t.Fatalf("%s: record %d is %s, want %s", name, i, got, want)
			}
		}
	}
}

// passes is an operator that gives its input.
func passes(in plan.Node) *plan.Apply {
	return &plan.Apply{In: []plan.Node{in}, Fields: in.Schema(), Name: "pass", Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
		for {
			b, err := in[0].Next(ctx)
			if errors.Is(err, io.EOF) {
				return w.Close()
			}
			if err == nil {
				err = w.Write(ctx, b)
			}
			if err != nil {
				return err
			}
		}
	}}
}

// TestFeedLeft: a statement that needs no more, or nothing at all, does not
// change what is counted and which errors there are.
func TestFeedLeft(t *testing.T) {
	const total = 20_000
	counts := func(in plan.Node) plan.Node {
		return &plan.Aggregate{In: in, Aggs: []plan.Agg{{Field: record.New("n", record.Int64, 0), Func: plan.AggCount}}}
	}
	first := func(in plan.Node) plan.Node { return &plan.Slice{In: in, Mode: plan.First, N: 1} }
	never := func(in plan.Node) plan.Node { return where(where(in, 2, "[n] < 5"), 3, "[n] < 0 AND [n] > 3") }
	for name, above := range map[string]func(plan.Node) plan.Node{"count": counts, "first": first, "never": never} {
		if _, counted, err := run(t, above(fromFile(total, nil)), engine.Options{}); err != nil || counted[1] != total {
			t.Errorf("%s: %d records counted, %v", name, counted[1], err)
		} else if name == "never" && counted[2] != 5 {
			t.Errorf("%s: %d records counted of tool 2", name, counted[2])
		}
		broken := &diag.Diagnostic{Code: diag.BadFile, Msg: "the disk is gone"}
		_, _, err := run(t, above(fromFile(total, broken)), engine.Options{})
		if got := fmt.Sprint(err); got != "tool 1 (Input Data): the disk is gone" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// TestFeedOperator: an operator that stops early or fails leaves the file that it
// reads to be counted.
func TestFeedOperator(t *testing.T) {
	stops := passes(fromFile(20_000, nil))
	stops.Run = func(ctx context.Context, in []record.Reader, w record.Writer) error {
		b, err := in[0].Next(ctx)
		if err != nil {
			return err
		}
		return w.Write(ctx, b)
	}
	b, counted, err := run(t, at(stops, 2, "Stop"), engine.Options{})
	if err != nil || b.Len == 0 || counted[1] != 20_000 || counted[2] != int64(b.Len) {
		t.Errorf("%d records, %v counted, %v", b.Len, counted, err)
	}
	broken := &diag.Diagnostic{Code: diag.Failed, Msg: "no more"}
	stops.Run = func(context.Context, []record.Reader, record.Writer) error { return broken }
	if _, _, err := run(t, at(stops, 2, "Stop"), engine.Options{}); !strings.Contains(fmt.Sprint(err), "no more") {
		t.Errorf("got %v", err)
	}
}

// TestFeedClosed: whoever stops reading ends the file.
func TestFeedClosed(t *testing.T) {
	s := openTest(t, engine.Options{Threads: 2})
	endless := where(fromFile(1<<40, nil), 2, "[n] >= 0")
	for range 3 {
		r, err := s.Read(context.Background(), endless)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	ctx, stop := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer stop()
	if _, err := s.Materialise(ctx, endless); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if _, err := s.Materialise(context.Background(), fromFile(10, nil)); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// TestFeedTables: what stands in a table all the same.
func TestFeedTables(t *testing.T) {
	file := fromFile(10, nil)
	join := &plan.Join{Left: file, Right: fromFile(10, nil), LeftKeys: []int{0}, RightKeys: []int{0}}
	op := at(passes(file), 2, "Pass")
	s := openTest(t, engine.Options{})
	for _, c := range []struct {
		name   string
		root   plan.Node
		tables int
	}{
		{"a file", file, 0}, {"a filter of a file", where(file, 3, "[n] > 3"), 0}, {"a join", join, 2},
		{"an operator", op, 1}, {"two filters", &plan.Union{In: []plan.Node{where(file, 3, "[n] > 3"), where(file, 4, "[n] < 3")}}, 1},
	} {
		if w := s.newWork([]plan.Node{c.root}, false); len(w.shared) != c.tables {
			t.Errorf("%s: %d tables, want %d", c.name, len(w.shared), c.tables)
		}
	}
	if w := s.newWork([]plan.Node{file, where(file, 3, "[n] > 3")}, false); len(w.shared) != 1 {
		t.Errorf("a file that two statements read: %d tables", len(w.shared))
	}
}

// TestLongTexts: texts of any length and of no encoding in one chunk.
func TestLongTexts(t *testing.T) {
	var want []any
	for n := range 300 {
		want = append(want, strings.Repeat("é", n), nil, strings.Repeat("x", n))
	}
	want = append(want, strings.Repeat("y", largeText+1), "bad \xff and long enough", strings.Repeat("z", largeText))
	f := record.Schema{record.New("text", record.VWString, 0)}
	b := record.NewBatch(f, 0)
	for _, v := range want {
		b.Append(v)
	}
	done := false
	read := &plan.Read{Fields: f, Name: "texts", Open: func(context.Context) (record.Reader, error) { return &once{f, b, &done}, nil }}
	got, _, err := run(t, read, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want[slices.Index(want, any("bad \xff and long enough"))] = "bad \uFFFD and long enough"
	for i := range want {
		if got.Value(i, 0) != want[i] {
			t.Errorf("record %d: got %.40q, want %.40q", i, got.Value(i, 0), want[i])
		}
	}
}

// once reads one batch.
type once struct {
	fields record.Schema
	b      *record.Batch
	done   *bool
}

func (r *once) Schema() record.Schema { return r.fields }
func (r *once) Close() error          { return nil }
func (r *once) Next(context.Context) (*record.Batch, error) {
	if *r.done {
		return nil, io.EOF
	}
	*r.done = true
	return r.b, nil
}
