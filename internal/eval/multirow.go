package eval

import (
	"context"
	"errors"
	"fmt"
	"io"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// Outside is what a field of a record beyond the first, the last, or the group's is.
type Outside uint8

// The values of records that are not there.
const (
	OutsideNull    Outside = iota
	OutsideEmpty           // 0 for numbers, the empty text for text, else Null
	OutsideNearest         // that of the closest record that is there
)

// MultiRow computes a field record by record, looking at the records around
// (tools reference, Multi-Row Formula). In records before, the field that is
// computed has its new values; in the current one and after it, the old ones,
// or none where it is new.
type MultiRow struct {
	Expr expr.Node // checked against Schema
	// Schema is that of the output: the input's, and the new field last.
	Schema  record.Schema
	Target  int // the position of the field that is computed
	New     bool
	Outside Outside
	// Group are positions of fields; records of one group must stand together.
	Group  []int
	Report func(*fn.Conversion)
}

// Run reads all of in and writes it with the field computed, in order. It keeps
// as many records in memory as Expr looks ahead, and a batch.
func (m *MultiRow) Run(ctx context.Context, lib *fn.Library, in record.Reader, out record.Writer) error {
	p, err := Compile(m.Expr, lib)
	if err != nil {
		return err
	}
	w := &window{MultiRow: m, frame: p.Frame(), in: in, slot: map[int]int{}}
	w.frame.Report, w.frame.Other = m.Report, w.other
	w.look()
	for {
		b, err := w.next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		computed, err := w.compute(b)
		if err != nil {
			return err
		}
		if err := out.Write(ctx, computed); err != nil {
			return fmt.Errorf("writing the records: %w", err)
		}
	}
}

// window is a MultiRow at work.
type window struct {
	*MultiRow
	frame *Frame
	in    record.Reader
	ended bool
	// ahead are the batches read and not yet computed, the current one first.
	ahead []*record.Batch
	row   int // the record of the current batch
	// past holds the records before, newest last, of the current group: their
	// values of the fields that Expr looks back at, which slot numbers.
	past  [][]fn.Value
	slot  map[int]int
	back  int // how far Expr looks back and ahead
	front int
}

// look finds what Expr looks at.
func (w *window) look() {
	expr.Walk(w.Expr, func(n expr.Node) bool {
		f, ok := n.(*expr.Field)
		if !ok || f.Row == 0 {
			return true
		}
		if f.Row < 0 {
			w.back = max(w.back, -f.Row)
			if _, seen := w.slot[f.Index]; !seen {
				w.slot[f.Index] = len(w.slot)
			}
		}
		w.front = max(w.front, f.Row)
		return true
	})
}

// next makes a batch the current one, with enough records read beyond it. A batch
// is copied where another must be read before it is done with.
func (w *window) next(ctx context.Context) (*record.Batch, error) {
	if len(w.ahead) > 0 {
		w.ahead = w.ahead[1:]
	}
	for !w.ended && (len(w.ahead) == 0 || w.beyond() < w.front) {
		b, err := w.in.Next(ctx)
		if errors.Is(err, io.EOF) {
			w.ended = true
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading the records: %w", err)
		}
		if w.front > 0 {
			b = clone(b)
		}
		if b.Len > 0 {
			w.ahead = append(w.ahead, b)
		}
	}
	if len(w.ahead) == 0 {
		return nil, io.EOF
	}
	return w.ahead[0], ctx.Err()
}

// beyond counts the records read beyond the current batch.
func (w *window) beyond() int {
	n := 0
	for _, b := range w.ahead[1:] {
		n += b.Len
	}
	return n
}

// clone copies what the reader takes back.
func clone(b *record.Batch) *record.Batch {
	c := &record.Batch{Schema: b.Schema, Len: b.Len, Cols: make([]record.Column, len(b.Cols))}
	for i, col := range b.Cols {
		c.Cols[i] = record.Column{
			Null: append([]bool(nil), col.Null...), Ints: append([]int64(nil), col.Ints...),
			Floats: append([]float64(nil), col.Floats...), Strings: append([]string(nil), col.Strings...),
		}
		for _, v := range col.Bytes {
			c.Cols[i].Bytes = append(c.Cols[i].Bytes, append([]byte(nil), v...))
		}
	}
	return c
}

// compute returns the batch with the field computed. Its other columns are shared.
func (w *window) compute(b *record.Batch) (*record.Batch, error) {
	out := &record.Batch{Schema: w.Schema, Len: b.Len, Cols: append([]record.Column(nil), b.Cols...)}
	view := out
	var made record.Column
	if w.New {
		out.Cols = append(out.Cols, record.Column{})
		view = &record.Batch{Schema: w.Schema, Len: b.Len, Cols: append(append([]record.Column(nil), b.Cols...), nulls(w.Schema[w.Target].Type, b.Len))}
	}
	for w.row = 0; w.row < b.Len; w.row++ {
		if len(w.past) > 0 && !w.sameGroup(w.past[len(w.past)-1]) {
			w.past = w.past[:0]
		}
		v, err := w.frame.Field(view, w.row, w.Schema[w.Target])
		if err != nil {
			return nil, err
		}
		Append(&made, w.Schema[w.Target].Type, w.row, v)
		w.remember(view, v)
	}
	out.Cols[w.Target] = made
	return out, nil
}

// nulls is a column of n Nulls.
func nulls(t record.Type, n int) record.Column {
	var c record.Column
	for i := range n {
		c.AppendNull(t.Kind(), i)
	}
	return c
}

// remember adds the current record to the past. The values of its group's
// fields stand behind those that Expr looks back at.
func (w *window) remember(b *record.Batch, computed fn.Value) {
	keep := max(w.back, 1)
	var r []fn.Value
	if len(w.past) >= keep {
		r = w.past[0]
		copy(w.past, w.past[1:])
		w.past = w.past[:len(w.past)-1]
	} else {
		r = make([]fn.Value, len(w.slot)+len(w.Group))
	}
	for col, slot := range w.slot {
		if r[slot] = computed; col != w.Target {
			r[slot] = At(b, w.row, col)
		}
	}
	for i, col := range w.Group {
		r[len(w.slot)+i] = At(b, w.row, col)
	}
	w.past = append(w.past, r)
}

// sameGroup reports whether the current record is of the group of a past one.
func (w *window) sameGroup(past []fn.Value) bool {
	for i, col := range w.Group {
		if !fn.Same(past[len(w.slot)+i], At(w.ahead[0], w.row, col)) {
			return false
		}
	}
	return true
}

// other gives a field of another record of the group.
func (w *window) other(col, offset int) fn.Value {
	if offset < 0 {
		return w.before(col, -offset)
	}
	return w.after(col, offset)
}

func (w *window) before(col, n int) fn.Value {
	if n <= len(w.past) {
		return w.past[len(w.past)-n][w.slot[col]]
	}
	switch {
	case w.Outside != OutsideNearest:
		return w.outside(col)
	case len(w.past) > 0:
		return w.past[0][w.slot[col]]
	}
	return w.current(col)
}

// after looks at records that are read and not computed.
func (w *window) after(col, n int) fn.Value {
	nearest := w.current(col)
	row := w.row
	for _, b := range w.ahead {
		for row++; row < b.Len; row++ {
			if !w.grouped(b, row) {
				return w.beyondEnd(col, nearest)
			}
			nearest = w.read(b, row, col)
			if n--; n == 0 {
				return nearest
			}
		}
		row = -1
	}
	return w.beyondEnd(col, nearest)
}

func (w *window) beyondEnd(col int, nearest fn.Value) fn.Value {
	if w.Outside == OutsideNearest {
		return nearest
	}
	return w.outside(col)
}

// grouped reports whether a record ahead is of the current one's group.
func (w *window) grouped(b *record.Batch, row int) bool {
	for _, col := range w.Group {
		if !fn.Same(At(b, row, col), At(w.ahead[0], w.row, col)) {
			return false
		}
	}
	return true
}

func (w *window) current(col int) fn.Value { return w.read(w.ahead[0], w.row, col) }

// read gives an old value; a new field has none.
func (w *window) read(b *record.Batch, row, col int) fn.Value {
	if w.New && col == w.Target {
		return fn.Value{}
	}
	return At(b, row, col)
}

// outside is the value of a record that is not there.
func (w *window) outside(col int) fn.Value {
	t := w.Schema[col].Type
	switch {
	case w.Outside == OutsideNull:
		return fn.Value{}
	case t.IsString():
		return fn.Text("")
	case t == record.Bool:
		return fn.Bool(false)
	case t.IsInteger():
		return fn.Int(0)
	case t.IsNumeric():
		return fn.Float(0)
	}
	return fn.Value{}
}
