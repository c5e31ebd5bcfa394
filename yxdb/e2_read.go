package yxdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/golang/snappy"

	"kickoff/record"
)

// e2 reads the format of the newer engine. What is known of it comes from the
// analysis of files: whatever does not fit is an error, never a guess.
type e2 struct {
	schema  record.Schema
	file    io.ReaderAt
	in      *bufio.Reader
	size    int64
	block   int
	offset  int64
	pos     int64
	packed  []byte
	data    []byte // records of the block in hand
	left    uint32 // records of it not read yet
	read    int64
	cols    *columns
	variant e2Variant
	decided bool // by the first block with records
	done    bool
	used    int
}

const (
	e2Header   = 100
	e2Record   = 2
	e2Large    = 1
	e2External = 0x80000000
	e2MaxBlock = 256 << 20
)

func newE2(r io.ReaderAt, size int64, head []byte) (*Reader, error) {
	if len(head) < e2Header {
		return nil, &Error{Err: fmt.Errorf("%w in its header", ErrTruncated)}
	}
	if id := le.Uint32(head[64:]); id != 0x00440208 {
		return nil, &Error{Err: fmt.Errorf("%w: file id %08x", ErrUnsupported, id)}
	}
	n := int64(le.Uint32(head[96:]))
	if n == 0 || e2Header+n > size || n > 256<<20 {
		return nil, &Error{Err: fmt.Errorf("%w in its field list", ErrTruncated)}
	}
	meta := make([]byte, n)
	if _, err := r.ReadAt(meta, e2Header); err != nil {
		return nil, &Error{Err: err}
	}
	schema, err := parseMeta(string(meta))
	if err != nil {
		return nil, &Error{Err: err}
	}
	e := &e2{schema: schema, file: r, size: size, pos: e2Header + n}
	e.in = bufio.NewReaderSize(io.NewSectionReader(r, e.pos, size-e.pos), 256<<10)
	e.cols = newColumns(schema, int(min(int64(batchRows(len(schema))), size*100)))
	return &Reader{schema: schema, records: -1, next: e.next}, nil
}

func (e *e2) fail(err error) error {
	return &Error{Block: e.block, Offset: e.offset, Record: e.read + int64(e.cols.n) + 1, Err: err}
}

func (e *e2) next(ctx context.Context) (*record.Batch, error) {
	e.cols.reset()
	e.used = 0
	for e.cols.n < e.cols.max && e.used < batchBytes {
		if e.left == 0 {
			if len(e.data) > 0 {
				return nil, e.fail(fmt.Errorf("%w: %d bytes behind the last record of the block", ErrUnsupported, len(e.data)))
			}
			if e.done {
				break
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := e.nextBlock(); err != nil {
				return nil, e.fail(err)
			}
			continue
		}
		rec, err := e.record()
		if err != nil {
			return nil, e.fail(err)
		}
		if field, err := e.parse(rec, e.variant, e.cols); err != nil {
			x := e.fail(err).(*Error)
			x.Field = e.schema[field].Name
			return nil, x
		}
		e.cols.n++
		e.left--
	}
	if e.cols.n == 0 {
		return nil, io.EOF
	}
	e.read += int64(e.cols.n)
	return e.cols.done(), nil
}

// record takes the next record off the block: u32 size, then so many bytes.
func (e *e2) record() ([]byte, error) {
	if len(e.data) < 4 {
		return nil, fmt.Errorf("%w: no size of a record", ErrCorrupt)
	}
	n := le.Uint32(e.data) &^ e2External
	if int64(n) > int64(len(e.data)-4) {
		return nil, fmt.Errorf("%w: a record of %d bytes beyond the end of its block", ErrCorrupt, n)
	}
	rec := e.data[4 : 4+n : 4+n]
	e.data = e.data[4+n:]
	e.used += int(n) + 4
	return rec, nil
}

// nextBlock reads one block: records, a large value (which is fetched by its
// place when a record refers to it), a spatial index, or the end.
func (e *e2) nextBlock() error {
	e.block++
	e.offset = e.pos
	kind, err := e.in.ReadByte()
	if err != nil {
		return ErrTruncated
	}
	e.pos++
	if kind == 0 {
		e.done = true
		return nil
	}
	n, err := e.u32()
	if err != nil {
		return err
	}
	switch kind {
	case e2Record:
	case e2Large:
		return e.skip(int64(n) + 20)
	case 3, 4:
		return e.skip(int64(n))
	default:
		return fmt.Errorf("%w: a block of kind %d", ErrUnsupported, kind)
	}
	if int64(n) > e.size-e.pos {
		return ErrTruncated
	}
	if cap(e.packed) < int(n) {
		e.packed = make([]byte, n)
	}
	e.packed = e.packed[:n]
	if _, err := io.ReadFull(e.in, e.packed); err != nil {
		return ErrTruncated
	}
	e.pos += int64(n)
	data, err := expandE2(e.packed)
	if err != nil {
		return err
	}
	if len(data) < 8 {
		return fmt.Errorf("%w: a block of %d bytes", ErrCorrupt, len(data))
	}
	if inner := le.Uint32(data) &^ e2External; int64(inner) != int64(len(data)-8) {
		return fmt.Errorf("%w: the block says it has %d bytes of records, and has %d", ErrCorrupt, inner, len(data)-8)
	}
	e.left = le.Uint32(data[4:])
	e.data = data[8:]
	if !e.decided && e.left > 0 {
		return e.decide()
	}
	return nil
}

// expandE2 expands the body of a block: a marker, then Snappy. The result is
// new memory, because values are slices of it.
func expandE2(b []byte) ([]byte, error) {
	if len(b) == 0 || b[0] != 0x0A {
		return nil, fmt.Errorf("%w: compression of a block", ErrUnsupported)
	}
	n, err := snappy.DecodedLen(b[1:])
	// Snappy makes at most some 21 bytes of one.
	if err != nil || n > e2MaxBlock || n > 64*len(b)+64 {
		return nil, fmt.Errorf("%w: Snappy length", ErrCorrupt)
	}
	out, err := snappy.Decode(nil, b[1:])
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrCorrupt, err)
	}
	return out, nil
}

func (e *e2) u32() (uint32, error) {
	var b [4]byte
	if _, err := io.ReadFull(e.in, b[:]); err != nil {
		return 0, ErrTruncated
	}
	e.pos += 4
	return le.Uint32(b[:]), nil
}

func (e *e2) skip(n int64) error {
	if n > e.size-e.pos {
		return ErrTruncated
	}
	if _, err := io.CopyN(io.Discard, e.in, n); err != nil {
		return ErrTruncated
	}
	e.pos += n
	return nil
}

// large reads the value that stands in a block of its own at a place in the file.
func (e *e2) large(at uint64) ([]byte, error) {
	var head [25]byte
	if at > uint64(e.size) {
		return nil, fmt.Errorf("%w: a large value beyond the end of the file", ErrCorrupt)
	}
	if _, err := e.file.ReadAt(head[:], int64(at)); err != nil || head[0] != e2Large {
		return nil, fmt.Errorf("%w: no large value at byte %d", ErrCorrupt, at)
	}
	n, size := le.Uint32(head[1:]), le.Uint32(head[5:])
	if int64(n) > e.size-int64(at)-25 {
		return nil, ErrTruncated
	}
	b := make([]byte, n)
	if _, err := e.file.ReadAt(b, int64(at)+25); err != nil {
		return nil, ErrTruncated
	}
	out, err := expandE2(b)
	if err == nil && len(out) != int(size) {
		err = fmt.Errorf("%w: a large value of %d bytes that says it has %d", ErrCorrupt, len(out), size)
	}
	e.used += len(out)
	return out, err
}

// decide finds the variant of the encoding under which every record of the first
// block comes out whole. Exactly the variants that the specification names are tried.
func (e *e2) decide() error {
	var tried []error
	for _, v := range e2Variants(e.schema) {
		err := e.try(v)
		if err == nil {
			e.variant, e.decided = v, true
			return nil
		}
		tried = append(tried, err)
	}
	return fmt.Errorf("%w: the values of its records: %v", ErrUnsupported, errors.Join(tried...))
}

func (e *e2) try(v e2Variant) error {
	data, used := e.data, e.used
	defer func() { e.data, e.used = data, used }()
	scratch := newColumns(e.schema, 1)
	for range min(e.left, 4096) {
		rec, err := e.record()
		if err != nil {
			return err
		}
		scratch.n = 0
		if field, err := e.parse(rec, v, scratch); err != nil {
			return fmt.Errorf("field %q: %w", e.schema[field].Name, err)
		}
	}
	return nil
}
