package yxdb

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"unicode/utf16"

	"kickoff/record"
)

// classic reads the E1 format.
type classic struct {
	layout
	in       *bufio.Reader
	total    int64 // records of the file
	read     int64
	stored   bool // no compression and no blocks
	spatial  bool // grid blocks may stand between record blocks
	block    int
	offset   int64 // of the block in hand
	pos      int64 // of the next block
	end      int64 // of the blocks
	packed   []byte
	data     []byte // expanded and not parsed yet; never written again
	fresh    bool   // data begins with a block
	cols     *columns
	text     arena
	consumed int
}

const (
	headerSize = 512
	blockSize  = 0x40000
	groupSize  = 0x10000 // records after which a block ends
)

func newClassic(r io.ReaderAt, size int64, head []byte) (*Reader, error) {
	if len(head) < headerSize {
		return nil, &Error{Err: fmt.Errorf("%w in its header", ErrTruncated)}
	}
	id := le.Uint32(head[64:])
	if id&0x00ff0000 != 0x00440000 {
		return nil, &Error{Err: fmt.Errorf("%w: file id %08x", ErrUnsupported, id)}
	}
	c := &classic{}
	metaLen := int64(le.Uint32(head[80:])) * 2
	c.pos = headerSize + metaLen
	if metaLen == 0 || c.pos > size || metaLen > 256<<20 {
		return nil, &Error{Err: fmt.Errorf("%w in its field list", ErrTruncated)}
	}
	meta := make([]byte, metaLen)
	if _, err := r.ReadAt(meta, headerSize); err != nil {
		return nil, &Error{Err: err}
	}
	schema, err := parseMeta(decodeMeta(meta))
	if err != nil {
		return nil, &Error{Err: err}
	}
	c.layout = newLayout(schema)
	spatialPos, indexPos := int64(le.Uint64(head[88:])), int64(le.Uint64(head[96:]))
	c.total = int64(le.Uint64(head[104:]))
	if c.total < 0 {
		return nil, &Error{Err: fmt.Errorf("%w: %d records", ErrCorrupt, c.total)}
	}
	switch v := le.Uint32(head[112:]); v {
	case 0:
		c.stored = true
	case 1:
	default:
		return nil, &Error{Err: fmt.Errorf("%w: compression %d", ErrUnsupported, v)}
	}
	if c.total == 0 && indexPos == 0 && c.pos < size {
		return nil, &Error{Err: fmt.Errorf("%w: its writer did not finish it", ErrTruncated)}
	}
	c.spatial = id&0xff == 5 && spatialPos > 0 && c.vars
	c.end = size
	if indexPos >= c.pos && indexPos < size {
		c.end = indexPos
	}
	c.in = bufio.NewReaderSize(io.NewSectionReader(r, c.pos, c.end-c.pos), 256<<10)
	// A record takes a byte at least, so the columns need not be longer than the
	// records that the rest of the file could hold at the best compression.
	rows := min(int64(batchRows(len(schema))), max(1, c.total), (size+1)*100)
	c.cols = newColumns(schema, int(rows))
	return &Reader{schema: schema, records: c.total, next: c.next}, nil
}

// decodeMeta turns UTF-16LE with a final zero into text.
func decodeMeta(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = le.Uint16(b[2*i:])
	}
	for len(u) > 0 && u[len(u)-1] == 0 {
		u = u[:len(u)-1]
	}
	return string(utf16.Decode(u))
}

func (c *classic) fail(err error) error {
	rec := c.read + int64(c.cols.n) + 1
	return &Error{Block: c.block, Offset: c.offset, Record: min(rec, max(1, c.total)), Err: err}
}

func (c *classic) next(ctx context.Context) (*record.Batch, error) {
	c.cols.reset()
	c.consumed = 0
	for c.cols.n < c.cols.max && c.read+int64(c.cols.n) < c.total && c.consumed < batchBytes {
		rec, err := c.record(ctx)
		if err != nil {
			return nil, c.fail(err)
		}
		if field, err := c.parse(rec); err != nil {
			e := c.fail(err).(*Error)
			e.Field = c.schema[field].Name
			return nil, e
		}
		c.cols.n++
	}
	if c.cols.n == 0 {
		return nil, io.EOF
	}
	c.read += int64(c.cols.n)
	return c.cols.done(), nil
}

// record returns the bytes of the next record, whole.
func (c *classic) record(ctx context.Context) ([]byte, error) {
	for {
		need := c.fixed
		if c.vars {
			need += 4
			if len(c.data) >= need {
				v := int64(le.Uint32(c.data[c.fixed:]))
				if v > maxRecord || c.spatial && c.fresh && !c.plausible(int(v)) {
					if c.spatial && c.fresh {
						c.data, c.fresh = nil, false // a block of the spatial index
						continue
					}
					return nil, fmt.Errorf("%w: a record of %d bytes", ErrCorrupt, v)
				}
				need += int(v)
			}
		}
		if len(c.data) >= need && (need > 0 || c.fixed == 0) {
			rec := c.data[:need:need]
			c.data = c.data[need:]
			c.fresh = false
			c.consumed += need
			return rec, nil
		}
		if err := c.more(ctx, need-len(c.data)); err != nil {
			return nil, err
		}
	}
}

// plausible checks the references of what would be a record of a spatial file:
// each points into the variable part.
func (c *classic) plausible(size int) bool {
	whole := c.fixed + 4 + size
	for i, f := range c.schema {
		if !isVar(f.Type) {
			continue
		}
		at := c.start[i]
		v := le.Uint32(c.data[at:])
		if v <= 1 || v&0x80000000 == 0 && v&0x30000000 != 0 {
			continue
		}
		if p := at + int(v&0x7fffffff); p < c.fixed+4 || p >= whole {
			return false
		}
	}
	return true
}

// more puts the next block behind what is left of the data. At least one byte
// of want is still missing.
func (c *classic) more(ctx context.Context, want int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.stored {
		n := min(max(want, blockSize), int(min(int64(blockSize)*4, c.end-c.pos)))
		if n <= 0 {
			return ErrTruncated
		}
		b := make([]byte, len(c.data)+n)
		copy(b, c.data)
		if _, err := io.ReadFull(c.in, b[len(c.data):]); err != nil {
			return ErrTruncated
		}
		c.offset = c.pos
		c.block++
		c.pos += int64(n)
		c.data, c.fresh = b, false
		return nil
	}
	var lead [4]byte
	c.block++
	c.offset = c.pos
	if _, err := io.ReadFull(c.in, lead[:]); err != nil {
		return ErrTruncated
	}
	n := le.Uint32(lead[:])
	raw := n&0x80000000 != 0
	n &= 0x7fffffff
	c.pos += 4 + int64(n)
	if raw && n > blockSize || n > 2*blockSize {
		return fmt.Errorf("%w: a block of %d bytes", ErrCorrupt, n)
	}
	c.fresh = len(c.data) == 0
	// What is left and the new block become one piece. A record that spans many blocks
	// doubles it, so that its bytes are not copied for each of them.
	var b []byte
	if len(c.data) > blockSize && cap(c.data)-len(c.data) >= blockSize {
		b = c.data
	} else {
		room := len(c.data) + blockSize
		if len(c.data) > blockSize {
			room = 2*len(c.data) + blockSize
		}
		b = append(make([]byte, 0, room), c.data...)
	}
	if raw {
		at := len(b)
		b = b[:at+int(n)]
		if _, err := io.ReadFull(c.in, b[at:]); err != nil {
			return ErrTruncated
		}
		c.data = b
		return nil
	}
	if cap(c.packed) < int(n) {
		c.packed = make([]byte, 2*blockSize)
	}
	c.packed = c.packed[:n]
	if _, err := io.ReadFull(c.in, c.packed); err != nil {
		return ErrTruncated
	}
	out, err := lzfDecode(b, c.packed, blockSize)
	if err != nil {
		return err
	}
	c.data = out
	return nil
}

// parse stores the fields of a record. On failure it returns the field.
func (c *classic) parse(rec []byte) (int, error) {
	row := c.cols.n
	for i := range c.schema {
		f := &c.schema[i]
		at := c.start[i]
		col := &c.cols.cols[i]
		switch f.Type {
		case record.Bool:
			if rec[at]&2 != 0 {
				c.cols.null(i)
			} else {
				col.Ints[row] = int64(rec[at] & 1)
			}
			continue
		case record.VString, record.VWString, record.Blob, record.SpatialObj:
			v, null, err := variable(rec, at)
			switch {
			case err != nil:
				return i, err
			case null:
				c.cols.null(i)
			case f.Type == record.VString:
				col.Strings[row] = c.text.narrow(v)
			case f.Type == record.VWString:
				col.Strings[row] = c.text.wide(v)
			default:
				col.Bytes[row] = v
			}
			continue
		}
		end := at + width(*f) - 1
		if rec[end] != 0 {
			c.cols.null(i)
			continue
		}
		switch f.Type {
		case record.Byte:
			col.Ints[row] = int64(rec[at])
		case record.Int16:
			col.Ints[row] = int64(int16(le.Uint16(rec[at:])))
		case record.Int32:
			col.Ints[row] = int64(int32(le.Uint32(rec[at:])))
		case record.Int64:
			col.Ints[row] = int64(le.Uint64(rec[at:]))
		case record.Float:
			col.Floats[row] = float64(math.Float32frombits(le.Uint32(rec[at:])))
		case record.Double:
			col.Floats[row] = math.Float64frombits(le.Uint64(rec[at:]))
		case record.String:
			col.Strings[row] = c.text.narrow(untilNUL(rec[at:end]))
		case record.FixedDecimal:
			col.Strings[row] = view(bytes.TrimSpace(untilNUL(rec[at:end])))
		case record.WString:
			col.Strings[row] = c.text.wide(untilWideNUL(rec[at:end]))
		default:
			v, ok := parseDates(f.Type, untilNUL(rec[at:end]))
			if !ok {
				return i, errDate(untilNUL(rec[at:end]))
			}
			col.Ints[row] = v
		}
	}
	return 0, nil
}

func parseDates(t record.Type, b []byte) (int64, bool) {
	switch t {
	case record.Date:
		return parseDate(b)
	case record.Time:
		return parseTime(b)
	}
	return parseDateTime(b)
}

// variable returns the value that the reference at a place of the record means.
func variable(rec []byte, at int) (v []byte, null bool, err error) {
	ref := le.Uint32(rec[at:])
	switch {
	case ref == 0:
		return nil, false, nil
	case ref == 1:
		return nil, true, nil
	case ref&0x80000000 == 0 && ref&0x30000000 != 0:
		return rec[at : at+int(ref>>28&3)], false, nil
	}
	p := at + int(ref&0x7fffffff)
	if p >= len(rec) {
		return nil, false, fmt.Errorf("%w: a value beyond the end of its record", ErrCorrupt)
	}
	n := int(rec[p]) >> 1
	if rec[p]&1 == 1 {
		p++
	} else {
		if p+4 > len(rec) {
			return nil, false, fmt.Errorf("%w: a value beyond the end of its record", ErrCorrupt)
		}
		n = int(le.Uint32(rec[p:]) >> 1)
		p += 4
	}
	if n > len(rec)-p {
		return nil, false, fmt.Errorf("%w: a value of %d bytes beyond the end of its record", ErrCorrupt, n)
	}
	return rec[p : p+n : p+n], false, nil
}

func untilNUL(b []byte) []byte {
	if k := bytes.IndexByte(b, 0); k >= 0 {
		return b[:k]
	}
	return b
}

func untilWideNUL(b []byte) []byte {
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 && b[i+1] == 0 {
			return b[:i]
		}
	}
	return b
}
