package format

import (
	"unicode/utf8"

	"kickoff/record"
)

// batchFiller fills batches whose fields are all text, by plain stores into
// columns of full length.
type batchFiller struct {
	batch *record.Batch
	cols  [][]string
	nulls [][]bool // made for a column when it meets its first Null
	dirty []bool   // nulls of this batch
	n     int      // records so far
	max   int      // records of a full batch
}

func newBatchFiller(s record.Schema) batchFiller {
	f := batchFiller{batch: record.NewBatch(s, 0), cols: make([][]string, len(s)),
		nulls: make([][]bool, len(s)), dirty: make([]bool, len(s)), max: batchRows(len(s))}
	return f
}

// batchRows is the number of records of a full batch: fewer where a record is
// wide, so that a batch stays within some megabytes.
func batchRows(fields int) int { return min(batchRecords, max(64, 1<<20/max(1, fields))) }

// reset begins a batch.
func (f *batchFiller) reset() {
	f.n = 0
	for i := range f.cols {
		if f.cols[i] == nil {
			f.cols[i] = make([]string, f.max)
		}
		if f.dirty[i] {
			clear(f.nulls[i])
			f.dirty[i] = false
		}
	}
}

// null makes a field of the record in hand Null.
func (f *batchFiller) null(col int) {
	if f.nulls[col] == nil {
		f.nulls[col] = make([]bool, f.max)
	}
	f.nulls[col][f.n] = true
	f.dirty[col] = true
	f.cols[col][f.n] = ""
}

// done hands out the batch.
func (f *batchFiller) done() *record.Batch {
	f.batch.Len = f.n
	for i := range f.cols {
		c := &f.batch.Cols[i]
		c.Strings, c.Null = f.cols[i][:f.n], nil
		if f.dirty[i] {
			c.Null = f.nulls[i][:f.n]
		}
	}
	return f.batch
}

// cutText shortens s to size characters, which are UTF-16 units where wide.
// It never splits a character.
func cutText(s string, size int, wide bool) (string, bool) {
	n := 0
	for i, c := range s {
		w := 1
		if wide && c >= 0x10000 {
			w = 2
		}
		if n+w > size {
			return s[:i], true
		}
		n += w
	}
	return s, false
}

// textLen is the length of s in characters as field sizes count them.
func textLen(s string) int {
	n := utf8.RuneCountInString(s)
	for _, c := range s {
		if c >= 0x10000 {
			n++
		}
	}
	return n
}
