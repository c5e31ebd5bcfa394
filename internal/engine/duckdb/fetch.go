//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"strings"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// reader hands out the result of a statement as batches, column by column.
type reader struct {
	schema record.Schema
	s      *stream
	feeds  feeds // what the statement is handed while it runs
	batch  *record.Batch
	// done runs once, when the reader is closed.
	done func()
	rows int64
	end  bool
}

func (r *reader) Schema() record.Schema { return r.schema }

func (r *reader) Close() error {
	if r.s != nil {
		r.feeds.stop()
		r.s.close()
		r.s = nil
		r.feeds.close()
		if r.done != nil {
			r.done()
		}
	}
	return nil
}

// Next copies the next chunk out of DuckDB's memory.
func (r *reader) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.end {
		return nil, io.EOF
	}
	chunk, ok, err := r.s.next()
	if err != nil {
		return nil, r.feeds.failed(err)
	}
	if !ok {
		if err := r.feeds.finish(); err != nil {
			return nil, err
		}
		r.end = true
		return nil, io.EOF
	}
	defer bindings.DestroyDataChunk(&chunk)
	n := int(bindings.DataChunkGetSize(chunk))
	if r.batch == nil {
		r.batch = record.NewBatch(r.schema, n)
	}
	r.batch.Reset()
	r.batch.Len = n
	for i := range r.schema {
		if err := fetch(&r.batch.Cols[i], r.schema[i], bindings.DataChunkGetVector(chunk, bindings.IdxT(i)), n); err != nil {
			return nil, fmt.Errorf("field %q: %w", r.schema[i].Name, err)
		}
	}
	r.rows += int64(n)
	return r.batch, nil
}

// fetch copies a vector of n values into a column.
func fetch(c *record.Column, f record.Field, vec bindings.Vector, n int) error {
	mask := bits(vec, n)
	if mask != nil {
		for i := range n {
			c.Null = append(c.Null, invalid(mask, i))
		}
	}
	data := bindings.VectorGetData(vec)
	switch f.Type {
	case record.Bool, record.Byte:
		c.Ints = widen[uint8](c.Ints, data, n)
	case record.Int16:
		c.Ints = widen[int16](c.Ints, data, n)
	case record.Int32, record.Date:
		c.Ints = widen[int32](c.Ints, data, n)
	case record.Int64, record.Time, record.DateTime:
		c.Ints = append(c.Ints, unsafe.Slice((*int64)(data), n)...)
	case record.Float:
		for _, v := range unsafe.Slice((*float32)(data), n) {
			c.Floats = append(c.Floats, float64(v))
		}
	case record.Double:
		c.Floats = append(c.Floats, unsafe.Slice((*float64)(data), n)...)
	case record.FixedDecimal:
		c.Strings = fetchDecimals(c.Strings, f, data, mask, n)
	case record.Blob, record.SpatialObj:
		for i, s := range unsafe.Slice((*stringT)(data), n) {
			if invalid(mask, i) {
				c.Bytes = append(c.Bytes, nil)
				continue
			}
			c.Bytes = append(c.Bytes, append([]byte{}, s.bytes()...))
		}
	default:
		c.Strings = fetchStrings(c.Strings, unsafe.Slice((*stringT)(data), n), mask)
	}
	if mask != nil {
		clearNulls(c, n)
	}
	return nil
}

// clearNulls makes what stands in the place of a Null the zero value.
func clearNulls(c *record.Column, n int) {
	for i := range n {
		if c.Null[i] {
			if c.Ints != nil && len(c.Ints) == n {
				c.Ints[i] = 0
			}
			if c.Floats != nil && len(c.Floats) == n {
				c.Floats[i] = 0
			}
		}
	}
}

func widen[T uint8 | int16 | int32](to []int64, data unsafe.Pointer, n int) []int64 {
	for _, v := range unsafe.Slice((*T)(data), n) {
		to = append(to, int64(v))
	}
	return to
}

// stringT is DuckDB's duckdb_string_t: up to twelve bytes inside, else a prefix
// of four and a pointer.
type stringT struct {
	length uint32
	inside [12]byte
}

// bytes returns the text where it lies, in DuckDB's memory.
func (s *stringT) bytes() []byte {
	if s.length <= 12 {
		return s.inside[:s.length]
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&s.inside[4])), s.length)
}

// fetchStrings copies texts with one allocation for all of them.
func fetchStrings(to []string, from []stringT, mask []uint64) []string {
	size := 0
	for i := range from {
		if !invalid(mask, i) {
			size += int(from[i].length)
		}
	}
	var b strings.Builder
	b.Grow(size)
	for i := range from {
		if !invalid(mask, i) {
			b.Write(from[i].bytes())
		}
	}
	all := b.String()
	at := 0
	for i := range from {
		if invalid(mask, i) {
			to = append(to, "")
			continue
		}
		end := at + int(from[i].length)
		to = append(to, all[at:end])
		at = end
	}
	return to
}

// fetchDecimals prints decimals with all digits of their scale. DECIMAL is kept
// as a whole number of 16, 32, 64 or 128 bits, by its width.
func fetchDecimals(to []string, f record.Field, data unsafe.Pointer, mask []uint64, n int) []string {
	width, scale, ok := sqlgen.DecimalOf(f)
	if !ok {
		for i, v := range unsafe.Slice((*float64)(data), n) {
			if invalid(mask, i) {
				to = append(to, "")
				continue
			}
			to = append(to, fmt.Sprintf("%.*f", f.Scale, v))
		}
		return to
	}
	for i := range n {
		if invalid(mask, i) {
			to = append(to, "")
			continue
		}
		to = append(to, decimalText(data, i, n, width, scale))
	}
	return to
}

// decimalText prints one of n decimals with all digits of its scale.
func decimalText(data unsafe.Pointer, i, n, width, scale int) string {
	var buf [48]byte
	switch {
	case width <= 4:
		return pointed(buf[:], int64(unsafe.Slice((*int16)(data), n)[i]), scale)
	case width <= 9:
		return pointed(buf[:], int64(unsafe.Slice((*int32)(data), n)[i]), scale)
	case width <= 18:
		return pointed(buf[:], unsafe.Slice((*int64)(data), n)[i], scale)
	}
	h := unsafe.Slice((*hugeint)(data), n)[i]
	if h.upper == int64(h.lower)>>63 {
		return pointed(buf[:], int64(h.lower), scale)
	}
	return pointedBig(h, scale)
}

type hugeint struct {
	lower uint64
	upper int64
}

// pointed prints a whole number with its last digits after a point.
func pointed(buf []byte, v int64, scale int) string {
	neg := v < 0
	u := uint64(v)
	if neg {
		u = -u
	}
	i := len(buf)
	for d := 0; u > 0 || d <= scale; d++ {
		if d == scale && scale > 0 {
			i--
			buf[i] = '.'
		}
		i--
		buf[i] = byte('0' + u%10)
		u /= 10
	}
	if neg {
		i--
		buf[i] = '-'
	}
	return string(buf[i:])
}

func pointedBig(h hugeint, scale int) string {
	v := new(big.Int).Lsh(big.NewInt(h.upper), 64)
	v.Add(v, new(big.Int).SetUint64(h.lower))
	s := new(big.Int).Abs(v).String()
	if len(s) <= scale {
		s = strings.Repeat("0", scale+1-len(s)) + s
	}
	if scale > 0 {
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if v.Sign() < 0 {
		return "-" + s
	}
	return s
}
