package eval

import (
	"context"
	"io"
	"strings"
	"testing"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// pieces is a reader of a batch in pieces, which it takes back as readers may.
type pieces struct {
	b    *record.Batch
	at   int
	size int
	out  *record.Batch
}

func (p *pieces) Schema() record.Schema { return p.b.Schema }
func (p *pieces) Close() error          { return nil }

func (p *pieces) Next(context.Context) (*record.Batch, error) {
	if p.at == p.b.Len {
		return nil, io.EOF
	}
	if p.out == nil {
		p.out = record.NewBatch(p.b.Schema, p.size)
	}
	p.out.Reset()
	for range p.size {
		if p.at == p.b.Len {
			break
		}
		row := make([]any, len(p.b.Schema))
		for c := range row {
			row[c] = p.b.Value(p.at, c)
		}
		p.out.Append(row...)
		p.at++
	}
	return p.out, nil
}

// lines is a writer that prints one field of each record.
type lines struct {
	col int
	got []string
}

func (l *lines) Write(_ context.Context, b *record.Batch) error {
	for row := range b.Len {
		l.got = append(l.got, value(At(b, row, l.col)))
	}
	return nil
}
func (l *lines) Close() error { return nil }

func TestMultiRow(t *testing.T) {
	s := record.Schema{record.New("g", record.VWString, 5), record.New("n", record.Int32, 0), record.New("s", record.VWString, 20)}
	b := record.NewBatch(s, 0)
	for _, r := range [][]any{{"a", 1, "x"}, {"a", 2, nil}, {"a", 3, "z"}, {"b", 4, "u"}, {"b", 5, "v"}, {nil, 6, "w"}, {nil, 7, ""}} {
		b.Append(r...)
	}
	for _, c := range []struct {
		src     string
		update  string // the field that is computed, or empty for a new one
		typ     record.Type
		outside Outside
		group   []int
		want    string
	}{
		{`[Row-1:new] + [n]`, "", record.Int32, OutsideEmpty, nil, "1 3 6 10 15 21 28"},
		{`[Row-1:new] + [n]`, "", record.Int32, OutsideEmpty, []int{0}, "1 3 6 4 9 6 13"},
		{`[Row-1:new] + 1`, "", record.Int32, OutsideNull, nil, "Null Null Null Null Null Null Null"},
		{`[Row-1:n]`, "", record.Int32, OutsideNull, nil, "Null 1 2 3 4 5 6"},
		{`[Row-1:n]`, "", record.Int32, OutsideNearest, []int{0}, "1 1 2 4 4 6 6"},
		{`[Row-2:n]`, "", record.Int32, OutsideNearest, []int{0}, "1 1 1 4 4 6 6"},
		{`[Row+1:n]`, "", record.Int32, OutsideEmpty, nil, "2 3 4 5 6 7 0"},
		{`[Row+2:n]`, "", record.Int32, OutsideNull, []int{0}, "3 Null Null Null Null Null Null"},
		{`[Row+2:n]`, "", record.Int32, OutsideNearest, []int{0}, "3 3 3 5 5 7 7"},
		{`[Row-1:n] + [Row+1:n]`, "", record.Double, OutsideEmpty, nil, "2 4 6 8 10 12 6"},
		{`[Row-1:n] * 2`, "n", record.Int32, OutsideNearest, nil, "2 4 8 16 32 64 128"},
		{`[Row+1:n] * 2`, "n", record.Int32, OutsideEmpty, nil, "4 6 8 10 12 14 0"},
		{`IIF(IsNull([s]), [Row-1:s], [s])`, "s", record.VWString, OutsideEmpty, nil, "x x z u v w "},
		{`[Row-1:s] + [s]`, "s", record.VWString, OutsideEmpty, []int{0}, "x x xz u uv w w"},
		{`[n]`, "", record.Double, OutsideNull, nil, "1 2 3 4 5 6 7"},
	} {
		for size := 1; size <= 8; size++ {
			m := &MultiRow{Schema: append(record.Schema(nil), s...), Outside: c.outside, Group: c.group}
			if m.Target = s.Index(c.update); m.Target < 0 {
				m.Target, m.New = len(s), true
				m.Schema = append(m.Schema, record.New("new", c.typ, 20))
			}
			n, err := expr.Parse(c.src)
			if err == nil {
				m.Expr, err = expr.Check(n, expr.Env{Schema: m.Schema, Rows: 2})
			}
			if err != nil {
				t.Fatalf("%s: %v", c.src, err)
			}
			out := &lines{col: m.Target}
			if err := m.Run(t.Context(), fn.New(testOptions()), &pieces{b: b, size: size}, out); err != nil {
				t.Fatalf("%s: %v", c.src, err)
			}
			if got := strings.Join(out.got, " "); got != c.want {
				t.Errorf("%s in batches of %d: %s, want %s", c.src, size, got, c.want)
			}
		}
	}
}

// BenchmarkMultiRow measures a running count, the commonest use.
func BenchmarkMultiRow(b *testing.B) {
	s := record.Schema{record.New("n", record.Int32, 0), record.New("new", record.Int64, 0)}
	in := record.NewBatch(s[:1], 0)
	for i := range 10_000 {
		in.Append(i)
	}
	n, _ := expr.Parse(`IIF([n] > 5, [Row-1:new] + 1, 0)`)
	n, err := expr.Check(n, expr.Env{Schema: s, Rows: 1})
	if err != nil {
		b.Fatal(err)
	}
	m := &MultiRow{Expr: n, Schema: s, Target: 1, New: true, Outside: OutsideEmpty}
	b.ReportAllocs()
	for b.Loop() {
		r := &once{b: in}
		if err := m.Run(b.Context(), fn.New(testOptions()), r, &lines{col: 1, got: nil}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/record")
}

type once struct {
	b    *record.Batch
	done bool
}

func (o *once) Schema() record.Schema { return o.b.Schema }
func (o *once) Close() error          { return nil }
func (o *once) Next(context.Context) (*record.Batch, error) {
	if o.done {
		return nil, io.EOF
	}
	o.done = true
	return o.b, nil
}
