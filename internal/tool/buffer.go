package tool

import (
	"context"

	"kickoff/internal/plan"
	"kickoff/record"
)

// groupwise is an operator that sees the records of one group at a time, which
// must follow each other in its input. f gets the group in memory and gives its
// records to e.
func (c *Context) groupwise(in plan.Node, group []int, out record.Schema, f func(e *emitter, b *record.Batch) error) plan.Node {
	return &plan.Apply{In: []plan.Node{in}, Fields: out, Name: c.Tool.Name,
		Run: func(ctx context.Context, ins []record.Reader, w record.Writer) error {
			e := newEmitter(ctx, out, w)
			held := newEmitter(ctx, in.Schema(), nil)
			var key, last []byte
			err := eachBatch(ctx, ins[0], func(b *record.Batch) error {
				for row := range b.Len {
					key = appendKeys(key[:0], b, row, group)
					if held.batch.Len > 0 && string(key) != string(last) {
						if err := f(e, held.batch); err != nil {
							return err
						}
						held.batch.Reset()
					}
					last = append(last[:0], key...)
					held.copies(b, row, len(b.Cols))
					held.batch.Len++
				}
				return nil
			})
			if err != nil {
				return err
			}
			if held.batch.Len > 0 {
				if err := f(e, held.batch); err != nil {
					return err
				}
			}
			return e.flush()
		}}
}

// sameValues reports whether two records agree in some columns.
func sameValues(b *record.Batch, i, j int, cols []int) bool {
	return string(appendKeys(nil, b, i, cols)) == string(appendKeys(nil, b, j, cols))
}
