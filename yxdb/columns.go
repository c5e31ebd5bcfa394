package yxdb

import "kickoff/record"

// columns fills a batch by plain stores into columns of full length.
type columns struct {
	batch *record.Batch
	cols  []record.Column // full length
	dirty []bool          // has a Null in this batch
	n     int
	max   int
}

func newColumns(s record.Schema, rows int) *columns {
	c := &columns{batch: &record.Batch{Schema: s, Cols: make([]record.Column, len(s))}, cols: make([]record.Column, len(s)),
		dirty: make([]bool, len(s)), max: rows}
	for i, f := range s {
		switch f.Type.Kind() {
		case record.KindInt:
			c.cols[i].Ints = make([]int64, rows)
		case record.KindFloat:
			c.cols[i].Floats = make([]float64, rows)
		case record.KindString:
			c.cols[i].Strings = make([]string, rows)
		case record.KindBytes:
			c.cols[i].Bytes = make([][]byte, rows)
		}
	}
	return c
}

func (c *columns) reset() {
	for i := range c.cols {
		if c.dirty[i] {
			clear(c.cols[i].Null)
			c.dirty[i] = false
		}
	}
	c.n = 0
}

// null makes field i of the record in hand Null.
func (c *columns) null(i int) {
	col := &c.cols[i]
	if col.Null == nil {
		col.Null = make([]bool, c.max)
	}
	col.Null[c.n] = true
	c.dirty[i] = true
	switch {
	case col.Ints != nil:
		col.Ints[c.n] = 0
	case col.Floats != nil:
		col.Floats[c.n] = 0
	case col.Strings != nil:
		col.Strings[c.n] = ""
	default:
		col.Bytes[c.n] = nil
	}
}

// done hands out the batch.
func (c *columns) done() *record.Batch {
	c.batch.Len = c.n
	for i := range c.cols {
		from, to := &c.cols[i], &c.batch.Cols[i]
		switch {
		case from.Ints != nil:
			to.Ints = from.Ints[:c.n]
		case from.Floats != nil:
			to.Floats = from.Floats[:c.n]
		case from.Strings != nil:
			to.Strings = from.Strings[:c.n]
		default:
			to.Bytes = from.Bytes[:c.n]
		}
		to.Null = nil
		if c.dirty[i] {
			to.Null = from.Null[:c.n]
		}
	}
	return c.batch
}
