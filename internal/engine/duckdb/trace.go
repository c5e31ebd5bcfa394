//go:build cgo

package duckdb

import (
	"context"
	"fmt"

	"kickoff/record"
)

// tracer takes the last columns off what an operator in Go reads and puts them to
// the records that it writes, by the record that each comes from. It is a
// record.Reader; tracedWriter is its other end.
type tracer struct {
	record.Reader
	out    *loader
	schema record.Schema
	held   *record.Batch // the columns, from the record at place first on
	first  int64
	from   []int64 // of the next batch that is written
	wrote  int64
}

func newTracer(in record.Reader, out *loader, columns int) *tracer {
	s := in.Schema()
	n := len(s) - columns
	return &tracer{Reader: in, out: out, schema: s[:n:n], held: record.NewBatch(s[n:], 0)}
}

func (t *tracer) Schema() record.Schema { return t.schema }

func (t *tracer) Next(ctx context.Context) (*record.Batch, error) {
	b, err := t.Reader.Next(ctx)
	if err != nil {
		return nil, err
	}
	n := len(t.schema)
	for row := range b.Len {
		for i := range t.held.Cols {
			appendValue(t.held, i, &b.Cols[n+i], row)
		}
		t.held.Len++
	}
	return &record.Batch{Schema: t.schema, Cols: b.Cols[:n:n], Len: b.Len}, nil
}

// appendValue adds the value of a column at a row to column i of a batch.
func appendValue(to *record.Batch, i int, from *record.Column, row int) {
	c, k := &to.Cols[i], to.Schema[i].Type.Kind()
	switch {
	case from.IsNull(row):
		c.AppendNull(k, to.Len)
	case k == record.KindInt:
		c.Ints = append(c.Ints, from.Ints[row])
	case k == record.KindFloat:
		c.Floats = append(c.Floats, from.Floats[row])
	case k == record.KindString:
		c.Strings = append(c.Strings, from.Strings[row])
	case k == record.KindBytes:
		c.Bytes = append(c.Bytes, append([]byte(nil), from.Bytes[row]...))
	}
}

// tracedWriter is where an operator writes to. It is a plan.Noter.
type tracedWriter struct{ t *tracer }

func (w *tracedWriter) Note(from []int64) { w.t.from = append(w.t.from[:0], from...) }

func (w *tracedWriter) Close() error { return nil }

func (w *tracedWriter) Write(ctx context.Context, b *record.Batch) error {
	t := w.t
	noted := record.NewBatch(t.held.Schema, b.Len)
	last := t.first
	for row := range b.Len {
		at := t.wrote + int64(row) // an operator that says nothing gives one for each
		if len(t.from) > 0 {
			at = t.from[row]
		}
		if at < t.first || at-t.first >= int64(t.held.Len) {
			return fmt.Errorf("record %d comes from record %d, which was not read", t.wrote+int64(row)+1, at+1)
		}
		for i := range noted.Cols {
			appendValue(noted, i, &t.held.Cols[i], int(at-t.first))
		}
		noted.Len++
		last = at
	}
	t.wrote += int64(b.Len)
	t.from = t.from[:0]
	t.forget(last)
	all := append(append(make([]record.Column, 0, len(b.Cols)+len(noted.Cols)), b.Cols...), noted.Cols...)
	return t.out.Write(ctx, &record.Batch{Schema: t.out.schema, Cols: all, Len: b.Len})
}

// forget drops what is held of records before a place, once it is most of it.
func (t *tracer) forget(place int64) {
	if n := place - t.first; n < 4096 || n < int64(t.held.Len)/2 {
		return
	}
	rest := record.NewBatch(t.held.Schema, 0)
	for row := int(place - t.first); row < t.held.Len; row++ {
		for i := range rest.Cols {
			appendValue(rest, i, &t.held.Cols[i], row)
		}
		rest.Len++
	}
	t.held, t.first = rest, place
}
