package record

import (
	"context"
	"errors"
	"io"
)

// ReadAll reads at most max records into one batch; max <= 0 reads all.
func ReadAll(ctx context.Context, r Reader, max int) (*Batch, error) {
	all := NewBatch(r.Schema(), 0)
	for max <= 0 || all.Len < max {
		b, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		n := b.Len
		if max > 0 {
			n = min(n, max-all.Len)
		}
		all.appendFrom(b, n)
	}
	return all, nil
}

// appendFrom copies the first n records of b, which has the same schema.
func (b *Batch) appendFrom(from *Batch, n int) {
	for i := range b.Cols {
		to, c := &b.Cols[i], &from.Cols[i]
		if len(c.Null) > 0 {
			for len(to.Null) < b.Len {
				to.Null = append(to.Null, false)
			}
			to.Null = append(to.Null, c.Null[:min(n, len(c.Null))]...)
		}
		switch b.Schema[i].Type.Kind() {
		case KindInt:
			to.Ints = append(to.Ints, c.Ints[:n]...)
		case KindFloat:
			to.Floats = append(to.Floats, c.Floats[:n]...)
		case KindString:
			to.Strings = append(to.Strings, c.Strings[:n]...)
		case KindBytes:
			for _, v := range c.Bytes[:n] {
				to.Bytes = append(to.Bytes, append([]byte(nil), v...))
			}
		}
	}
	b.Len += n
}
