//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// feed is a file that the one statement that reads it is handed while it runs. It
// does not stand in a table, and the fields that nobody asks for are not copied.
// It is read in a goroutine of its own, a few chunks ahead of the statement.
//
// The statement may leave a feed before its end. The rest is read all the same:
// its records count, and its errors are the tool's.
type feed struct {
	node    *plan.Read
	tool    diag.Tool // whom errors belong to that name none
	fields  record.Schema
	threads int // that may take turns
	ctx     context.Context
	stop    context.CancelFunc

	mu     sync.Mutex
	begun  bool // by a statement
	err    error
	chunks chan bindings.DataChunk

	// These are the maker's.
	cols  []int // the fields that the statement asks for; the record's place is beyond the last
	types []bindings.LogicalType
	chunk bindings.DataChunk
	fill  int   // records in the chunk
	rows  int64 // before the chunk
}

// feedAhead is how many chunks are made ahead of the statement.
const feedAhead = 4

// begin starts the making of what a statement asks for. It may ask once: the
// records are gone then.
func (f *feed) begin(cols []int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.begun {
		f.err = &diag.Diagnostic{Code: diag.Internal, Msg: "a statement reads a feed twice"}
		return f.err
	}
	f.begun, f.cols = true, cols
	for _, col := range cols {
		if col == len(f.fields) {
			f.types = append(f.types, bindings.CreateLogicalType(bindings.TypeBigInt))
		} else {
			f.types = append(f.types, columnTypes(f.fields[col:col+1])...)
		}
	}
	f.chunks = make(chan bindings.DataChunk, feedAhead)
	go func() {
		defer close(f.chunks)
		f.make()
	}()
	return nil
}

// make makes the records. Without chunks it counts them.
func (f *feed) make() {
	var err error
	defer func() {
		// Whoever asked for the run may know what to do about a panic; here it would
		// end the process.
		if p := recover(); p != nil {
			err = &diag.Diagnostic{Code: diag.Internal, Msg: fmt.Sprint(p)}
		}
		if err != nil {
			f.mu.Lock()
			f.err = err
			f.mu.Unlock()
		}
		if f.chunk.Ptr != nil {
			bindings.DestroyDataChunk(&f.chunk)
		}
		for i := range f.types {
			bindings.DestroyLogicalType(&f.types[i])
		}
	}()
	if err = f.read(); err == nil {
		err = f.flush()
	}
}

func (f *feed) read() error {
	r, err := f.node.Open(f.ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	for {
		b, err := r.Next(f.ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f.write(b)
		}
		if err != nil {
			return err
		}
	}
}

// write hands a batch to the statement.
func (f *feed) write(b *record.Batch) error {
	if f.chunks == nil {
		f.rows += int64(b.Len)
		return f.ctx.Err()
	}
	size := int(bindings.VectorSize())
	for from := 0; from < b.Len; {
		if f.chunk.Ptr == nil {
			f.chunk = bindings.CreateDataChunk(f.types)
		}
		n := min(size-f.fill, b.Len-from)
		for i, col := range f.cols {
			vec := bindings.DataChunkGetVector(f.chunk, bindings.IdxT(i))
			if col == len(f.fields) {
				storePlaces(vec, f.rows, f.fill, n)
			} else if err := store(&b.Cols[col], f.fields[col], vec, from, f.fill, n); err != nil {
				return fmt.Errorf("record %d, field %q: %w", f.rows+int64(f.fill)+1, f.fields[col].Name, err)
			}
		}
		from += n
		if f.fill += n; f.fill == size {
			if err := f.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands the chunk to the statement.
func (f *feed) flush() error {
	if f.fill == 0 {
		return nil
	}
	bindings.DataChunkSetSize(f.chunk, bindings.IdxT(f.fill))
	select {
	case f.chunks <- f.chunk:
	case <-f.ctx.Done():
		return f.ctx.Err()
	}
	f.chunk = bindings.DataChunk{}
	f.rows += int64(f.fill)
	f.fill = 0
	return nil
}

// next hands out a chunk, an empty one at the end. Threads may take turns.
func (f *feed) next(out bindings.DataChunk) error {
	chunk, ok := <-f.chunks
	if !ok {
		bindings.DataChunkSetSize(out, 0)
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.err
	}
	for i := range f.cols {
		at := bindings.IdxT(i)
		bindings.VectorReferenceVector(bindings.DataChunkGetVector(out, at), bindings.DataChunkGetVector(chunk, at))
	}
	bindings.DataChunkSetSize(out, bindings.DataChunkGetSize(chunk))
	bindings.DestroyDataChunk(&chunk)
	return nil
}

// finish makes what the statement has left, and drops it.
func (f *feed) finish() error {
	if !f.drop() {
		f.make()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// drop waits for the end of what was begun.
func (f *feed) drop() bool {
	f.mu.Lock()
	begun := f.begun
	f.mu.Unlock()
	if begun {
		for chunk := range f.chunks {
			bindings.DestroyDataChunk(&chunk)
		}
	}
	return begun
}

func (f *feed) close() {
	f.stop()
	f.drop()
}

// feeds are those of one statement.
type feeds []*feed

// of finds the feed of a relation.
func (fs feeds) of(n plan.Node) *feed {
	for _, f := range fs {
		if f.node == n {
			return f
		}
	}
	return nil
}

// begin readies the feeds for their statement, which runs in ctx.
func (fs feeds) begin(ctx context.Context) {
	for _, f := range fs {
		f.ctx, f.stop = context.WithCancel(ctx)
	}
}

// failed returns why a statement failed that ended with err: what went wrong in
// a feed reaches DuckDB as a text only.
func (fs feeds) failed(err error) error {
	if err == nil {
		return nil
	}
	for _, f := range fs {
		f.mu.Lock()
		why := f.err
		f.mu.Unlock()
		if why != nil {
			return blame(why, f.tool)
		}
	}
	return err
}

// finish reads what the statement has left of them.
func (fs feeds) finish() error {
	for _, f := range fs {
		if err := f.finish(); err != nil {
			return blame(err, f.tool)
		}
	}
	return nil
}

// stop ends what the feeds wait for.
func (fs feeds) stop() {
	for _, f := range fs {
		f.stop()
	}
}

func (fs feeds) close() {
	for _, f := range fs {
		f.close()
	}
}
