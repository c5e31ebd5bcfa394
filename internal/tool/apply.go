package tool

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"

	"kickoff/internal/plan"
	"kickoff/record"
)

// batchSize is how many records an operator collects before it writes them.
const batchSize = 2048

// emitter collects the records that an operator gives and writes them in batches.
type emitter struct {
	ctx   context.Context
	out   record.Writer
	batch *record.Batch
	// place is that of the input's record which the next ones come from, and from
	// those of the records in the batch, where note wants to know.
	place int64
	from  []int64
	note  plan.Noter
	held  int // bytes of large values in the batch
}

// maxHeld is how many bytes of large values are collected before they are written.
const maxHeld = 64 << 20

func newEmitter(ctx context.Context, s record.Schema, out record.Writer) *emitter {
	e := &emitter{ctx: ctx, out: out, batch: record.NewBatch(s, batchSize)}
	e.note, _ = out.(plan.Noter)
	return e
}

// copy adds one value of another batch to column col of the record that is
// being put together.
func (e *emitter) copy(col int, from *record.Batch, row, fromCol int) {
	to, src, k := &e.batch.Cols[col], &from.Cols[fromCol], e.batch.Schema[col].Type.Kind()
	if src.IsNull(row) {
		to.AppendNull(k, e.batch.Len)
		return
	}
	switch k {
	case record.KindInt:
		to.Ints = append(to.Ints, src.Ints[row])
	case record.KindFloat:
		to.Floats = append(to.Floats, src.Floats[row])
	case record.KindString:
		to.Strings = append(to.Strings, src.Strings[row])
	case record.KindBytes:
		// The source's memory is the reader's, and is used again.
		to.Bytes = append(to.Bytes, append([]byte{}, src.Bytes[row]...))
	}
}

// copies adds the values of the first n columns.
func (e *emitter) copies(from *record.Batch, row, n int) {
	for col := range n {
		e.copy(col, from, row, col)
	}
}

func (e *emitter) null(col int) {
	e.batch.Cols[col].AppendNull(e.batch.Schema[col].Type.Kind(), e.batch.Len)
}

func (e *emitter) text(col int, s string) {
	e.batch.Cols[col].Strings = append(e.batch.Cols[col].Strings, s)
}

func (e *emitter) int(col int, n int64) {
	e.batch.Cols[col].Ints = append(e.batch.Cols[col].Ints, n)
}

// value adds a boxed value, as record.Batch.Append takes them.
func (e *emitter) value(col int, v any) {
	c := &e.batch.Cols[col]
	switch v := v.(type) {
	case nil:
		e.null(col)
	case bool:
		n := int64(0)
		if v {
			n = 1
		}
		c.Ints = append(c.Ints, n)
	case int64:
		c.Ints = append(c.Ints, v)
	case float64:
		c.Floats = append(c.Floats, v)
	case string:
		c.Strings = append(c.Strings, v)
	case []byte:
		c.Bytes = append(c.Bytes, v)
	}
}

// done ends a record.
func (e *emitter) done() error {
	e.batch.Len++
	if e.note != nil {
		e.from = append(e.from, e.place)
	}
	if e.batch.Len < batchSize && e.held <= maxHeld {
		return nil
	}
	return e.flush()
}

// hold counts a large value of the record that is being put together.
func (e *emitter) hold(bytes int) { e.held += bytes }

// flush writes what has been collected. It must be called at the end.
func (e *emitter) flush() error {
	if e.batch.Len == 0 {
		return nil
	}
	if e.note != nil {
		e.note.Note(e.from)
		e.from = e.from[:0]
	}
	err := e.out.Write(e.ctx, e.batch)
	e.batch.Reset()
	e.held = 0
	return err
}

// eachBatch hands every batch of a reader to f.
func eachBatch(ctx context.Context, r record.Reader, f func(b *record.Batch) error) error {
	for {
		b, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
}

// each is an operator over one input that gives, for every record, any number
// of records. start makes the function that does it, once a run.
func (c *Context) each(in plan.Node, out record.Schema, start func() func(e *emitter, b *record.Batch, row int) error) plan.Node {
	return &plan.Apply{In: []plan.Node{in}, Fields: out, Name: c.Tool.Name, Each: true,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
			e, f := newEmitter(ctx, out, w), start()
			err := eachBatch(ctx, in[0], func(b *record.Batch) error {
				for row := range b.Len {
					if err := f(e, b, row); err != nil {
						return err
					}
					e.place++
				}
				return nil
			})
			if err != nil {
				return err
			}
			return e.flush()
		}}
}

// chance keeps each record with a probability. The choice is the same for the
// same seed.
func (c *Context) chance(in plan.Node, p float64) plan.Node {
	seed := uint64(c.Run.Seed)
	tool := uint64(c.Tool.ID)
	return c.each(in, in.Schema(), func() func(*emitter, *record.Batch, int) error {
		rnd := rand.New(rand.NewPCG(seed, tool))
		return func(e *emitter, b *record.Batch, row int) error {
			if rnd.Float64() >= p {
				return nil
			}
			e.copies(b, row, len(b.Cols))
			return e.done()
		}
	})
}

// single reads one batch.
type single struct{ batch *record.Batch }

func (r *single) Schema() record.Schema { return r.batch.Schema }

func (r *single) Close() error { return nil }

func (r *single) Next(context.Context) (*record.Batch, error) {
	b := r.batch
	if b.Len == 0 {
		return nil, io.EOF
	}
	r.batch = record.NewBatch(b.Schema, 0)
	return b, nil
}
