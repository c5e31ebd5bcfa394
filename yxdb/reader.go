package yxdb

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"kickoff/record"
)

var le = binary.LittleEndian

// Reader hands out the records of a file of either variant. It implements
// record.Reader.
type Reader struct {
	schema  record.Schema
	records int64
	next    func(ctx context.Context) (*record.Batch, error)
	close   io.Closer
}

var _ record.Reader = (*Reader)(nil)

// Open opens a file by its path.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil {
		var r *Reader
		if r, err = NewReader(f, st.Size()); err == nil {
			r.close = f
			return r, nil
		}
	}
	f.Close()
	return nil, err
}

// NewReader reads the header of a file of size bytes. If r is an io.Closer too,
// it stays the caller's.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	head := make([]byte, 512)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("Alteryx Database File")):
		return newClassic(r, size, head)
	case bytes.HasPrefix(head, []byte("Alteryx e2 Database file")):
		return newE2(r, size, head)
	case size == 0:
		return nil, &Error{Err: fmt.Errorf("%w: the file is empty", ErrNotYXDB)}
	}
	return nil, &Error{Err: ErrNotYXDB}
}

// Schema returns the fields.
func (r *Reader) Schema() record.Schema { return r.schema }

// Records is the number of records that the header gives, or -1 where it gives none.
func (r *Reader) Records() int64 { return r.records }

// Next returns the next batch, or io.EOF.
func (r *Reader) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.next(ctx)
}

// Close closes a file that Open opened.
func (r *Reader) Close() error {
	if r.close == nil {
		return nil
	}
	return r.close.Close()
}

// batchRows is the number of records of a full batch: fewer where records are
// wide. batchBytes ends a batch of large values early.
func batchRows(fields int) int { return min(8192, max(64, 1<<20/max(1, fields))) }

const batchBytes = 16 << 20
