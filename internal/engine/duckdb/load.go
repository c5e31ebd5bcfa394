//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// loader makes a relation of batches, in order. It is a record.Writer.
type loader struct {
	schema record.Schema
	keeper *keeper
	chunk  bindings.DataChunk
	types  []bindings.LogicalType
	fill   int // rows in the chunk
}

// newLoader begins a relation with the fields of a schema.
func newLoader(s *session, schema record.Schema) *loader {
	l := &loader{schema: schema, keeper: s.newKeeper(schema, columnTypes(schema)), types: columnTypes(schema)}
	if len(schema) > 0 {
		l.chunk = bindings.CreateDataChunk(l.types)
	}
	return l
}

// columnTypes are the types of the columns that hold the fields of a schema.
func columnTypes(schema record.Schema) []bindings.LogicalType {
	types := make([]bindings.LogicalType, len(schema))
	for i, f := range schema {
		width, scale, ok := sqlgen.DecimalOf(f)
		switch {
		case f.Type == record.FixedDecimal && ok:
			types[i] = bindings.CreateDecimalType(uint8(width), uint8(scale))
		case f.Type == record.FixedDecimal:
			types[i] = bindings.CreateLogicalType(bindings.TypeDouble)
		default:
			types[i] = bindings.CreateLogicalType(duckType(f.Type))
		}
	}
	return types
}

// Write appends a batch.
func (l *loader) Write(ctx context.Context, b *record.Batch) error {
	if len(l.schema) == 0 {
		return nil
	}
	size := int(bindings.VectorSize())
	for from := 0; from < b.Len; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(size-l.fill, b.Len-from)
		for i := range l.schema {
			vec := bindings.DataChunkGetVector(l.chunk, bindings.IdxT(i))
			if err := store(&b.Cols[i], l.schema[i], vec, from, l.fill, n); err != nil {
				return fmt.Errorf("record %d, field %q: %w", l.keeper.n+int64(l.fill+1), l.schema[i].Name, err)
			}
		}
		from += n
		if l.fill += n; l.fill == size {
			if err := l.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands the chunk to the keeper.
func (l *loader) flush(ctx context.Context) error {
	if l.fill == 0 {
		return nil
	}
	bindings.DataChunkSetSize(l.chunk, bindings.IdxT(l.fill))
	l.fill = 0
	err := l.keeper.take(ctx, &l.chunk)
	if l.chunk.Ptr == nil {
		l.chunk = bindings.CreateDataChunk(l.types)
	} else {
		bindings.DataChunkReset(l.chunk)
	}
	return err
}

// finish writes what is left and gives the relation.
func (l *loader) finish(ctx context.Context) (*plan.Table, error) {
	if err := l.flush(ctx); err != nil {
		return nil, err
	}
	return l.keeper.finish()
}

func (l *loader) close() {
	l.keeper.close()
	bindings.DestroyDataChunk(&l.chunk)
	for i := range l.types {
		bindings.DestroyLogicalType(&l.types[i])
	}
}

// copyTo loads all that a reader gives.
func (l *loader) copyFrom(ctx context.Context, r record.Reader) error {
	for {
		b, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.Write(ctx, b); err != nil {
			return err
		}
	}
}

// store copies n values of a column, starting at from, into a vector at to.
func store(c *record.Column, f record.Field, vec bindings.Vector, from, to, n int) error {
	if len(c.Null) > from {
		for i := range n {
			if c.IsNull(from + i) {
				bindings.VectorEnsureValidityWritable(vec)
				mask := unsafe.Slice((*uint64)(bindings.VectorGetValidity(vec)), (to+n+63)/64)
				for ; i < n; i++ {
					if c.IsNull(from + i) {
						mask[(to+i)>>6] &^= 1 << ((to + i) & 63)
					}
				}
				break
			}
		}
	}
	data := bindings.VectorGetData(vec)
	switch f.Type {
	case record.Bool, record.Byte:
		narrow(unsafe.Slice((*uint8)(data), to+n)[to:], c.Ints[from:from+n])
	case record.Int16:
		narrow(unsafe.Slice((*int16)(data), to+n)[to:], c.Ints[from:from+n])
	case record.Int32, record.Date:
		narrow(unsafe.Slice((*int32)(data), to+n)[to:], c.Ints[from:from+n])
	case record.Int64, record.Time, record.DateTime:
		copy(unsafe.Slice((*int64)(data), to+n)[to:], c.Ints[from:from+n])
	case record.Float:
		out := unsafe.Slice((*float32)(data), to+n)[to:]
		for i, v := range c.Floats[from : from+n] {
			out[i] = float32(v)
		}
	case record.Double:
		copy(unsafe.Slice((*float64)(data), to+n)[to:], c.Floats[from:from+n])
	case record.FixedDecimal:
		return storeDecimals(c, f, data, from, to, n)
	case record.Blob, record.SpatialObj:
		for i := range n {
			if !c.IsNull(from + i) {
				bindings.VectorAssignStringElementLen(vec, bindings.IdxT(to+i), c.Bytes[from+i])
			}
		}
	default:
		storeStrings(c, vec, data, from, to, n)
	}
	return nil
}

func narrow[T uint8 | int16 | int32](to []T, from []int64) {
	for i, v := range from {
		to[i] = T(v)
	}
}

// storeStrings writes texts; those of up to twelve bytes need no memory of their
// own. The memory of the others is asked for once, since each question is a call
// of C. What is no UTF-8 would break DuckDB, so it is made so.
func storeStrings(c *record.Column, vec bindings.Vector, data unsafe.Pointer, from, to, n int) {
	out := unsafe.Slice((*stringT)(data), to+n)[to:]
	long, size := 0, 0
	for i := range n {
		if c.IsNull(from + i) {
			continue
		}
		s := c.Strings[from+i]
		if !utf8.ValidString(s) || len(s) > largeText {
			assignText(vec, out, i, to+i, s)
		} else if len(s) <= 12 {
			v := stringT{length: uint32(len(s))}
			copy(v.inside[:], s)
			out[i] = v
		} else {
			out[i] = stringT{} // its length says below that it is still to come
			long, size = long+1, size+len(s)
		}
	}
	if long == 0 {
		return
	}
	block := make([]byte, 0, size)
	last := 0
	for i := range n {
		if s := c.Strings[from+i]; !c.IsNull(from+i) && out[i].length == 0 && s != "" {
			block, last = append(block, s...), i
		}
	}
	bindings.UnsafeVectorAssignStringElementLen(vec, bindings.IdxT(to+last), block)
	at := unsafe.Pointer(unsafe.SliceData(out[last].bytes()))
	out[last] = stringT{}
	for i := range n {
		if s := c.Strings[from+i]; !c.IsNull(from+i) && out[i].length == 0 && s != "" {
			out[i].length = uint32(len(s))
			copy(out[i].inside[:4], s)
			*(*unsafe.Pointer)(unsafe.Pointer(&out[i].inside[4])) = at
			at = unsafe.Add(at, len(s))
		}
	}
}

// largeText is from what size on a text has its memory by itself: a chunk of
// smaller ones is within what a text may be.
const largeText = 1 << 16

// assignText writes one text to out[i], which is row at of the vector.
func assignText(vec bindings.Vector, out []stringT, i, at int, s string) {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if len(s) <= 12 {
		v := stringT{length: uint32(len(s))}
		copy(v.inside[:], s)
		out[i] = v
		return
	}
	bindings.UnsafeVectorAssignStringElementLen(vec, bindings.IdxT(at), unsafe.Slice(unsafe.StringData(s), len(s)))
}

// storeDecimals reads decimal texts into whole numbers of the scale.
func storeDecimals(c *record.Column, f record.Field, data unsafe.Pointer, from, to, n int) error {
	width, scale, ok := sqlgen.DecimalOf(f)
	for i := range n {
		if c.IsNull(from + i) {
			continue
		}
		s := c.Strings[from+i]
		if !ok {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return fmt.Errorf("%q is no decimal number", s)
			}
			unsafe.Slice((*float64)(data), to+n)[to+i] = v
			continue
		}
		h, fits := parseDecimal(s, width, scale)
		if !fits {
			return fmt.Errorf("%q is no decimal number of %d digits with %d decimals", s, width, scale)
		}
		switch {
		case width <= 4:
			unsafe.Slice((*int16)(data), to+n)[to+i] = int16(h.lower)
		case width <= 9:
			unsafe.Slice((*int32)(data), to+n)[to+i] = int32(h.lower)
		case width <= 18:
			unsafe.Slice((*int64)(data), to+n)[to+i] = int64(h.lower)
		default:
			unsafe.Slice((*hugeint)(data), to+n)[to+i] = h
		}
	}
	return nil
}

// parseDecimal reads a decimal text as a whole number of the last decimal;
// decimals beyond the scale must not be there, or be zeros.
func parseDecimal(s string, width, scale int) (hugeint, bool) {
	digits, neg := s, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		digits, neg = s[1:], s[0] == '-'
	}
	whole, frac, _ := strings.Cut(digits, ".")
	if len(frac) > scale {
		if strings.Trim(frac[scale:], "0") != "" {
			return hugeint{}, false
		}
		frac = frac[:scale]
	}
	all := whole + frac + strings.Repeat("0", scale-len(frac))
	if whole == "" && frac == "" || strings.Trim(all, "0123456789") != "" || len(strings.TrimLeft(all, "0")) > width {
		return hugeint{}, false
	}
	v, _ := new(big.Int).SetString(all, 10)
	if neg {
		v.Neg(v)
	}
	if v.IsInt64() {
		return hugeint{uint64(v.Int64()), v.Int64() >> 63}, true
	}
	low := new(big.Int).And(v, new(big.Int).SetUint64(1<<64-1))
	return hugeint{low.Uint64(), new(big.Int).Rsh(v, 64).Int64()}, true
}
