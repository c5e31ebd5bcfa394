//go:build cgo

package duckdb

import (
	"fmt"
	"strings"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// What a relation that is kept as rows may hold; more goes into a table. Up to so
// many records DuckDB reads a table on one core too.
const (
	maxRows     = 122_880
	maxRowBytes = 32 << 20
)

// rows is a small relation, kept as the chunks in which it came. Statements read
// it by a function, so that no table is made or dropped for it and their plans
// stay good: what a table costs is more than to compute a thousand records.
type rows struct {
	types  []bindings.LogicalType
	kind   string // the types as text
	chunks []bindings.DataChunk
	sizes  []int
	n      int64
	bytes  int64
	open   bool   // the last chunk is our own and may be added to
	table  string // in which the records stand too, or ""
}

// newRows makes an empty relation; it owns the types.
func newRows(types []bindings.LogicalType) *rows {
	r := &rows{types: types}
	var b strings.Builder
	for _, t := range types {
		id := bindings.GetTypeId(t)
		fmt.Fprintf(&b, "%d", id)
		if id == bindings.TypeDecimal {
			fmt.Fprintf(&b, ".%d.%d", bindings.DecimalWidth(t), bindings.DecimalScale(t))
		}
		b.WriteByte(' ')
	}
	r.kind = b.String()
	return r
}

// add takes a chunk over. One with few records is copied behind the last.
func (r *rows) add(c bindings.DataChunk) {
	n := int(bindings.DataChunkGetSize(c))
	size := int(bindings.VectorSize())
	last := len(r.chunks) - 1
	r.n += int64(n)
	r.bytes += r.texts(c, n)
	if n <= size/4 {
		if last < 0 || !r.open || r.sizes[last]+n > size {
			r.bytes += r.width() * int64(size)
			r.chunks, r.sizes, r.open = append(r.chunks, bindings.CreateDataChunk(r.types)), append(r.sizes, 0), true
			last++
		}
		to := r.chunks[last]
		sel := bindings.CreateSelectionVector(bindings.IdxT(n))
		list := unsafe.Slice(bindings.SelectionVectorGetDataPtr(sel), n)
		for i := range list {
			list[i] = bindings.SelT(i)
		}
		for i := range r.types {
			bindings.VectorCopySel(bindings.DataChunkGetVector(c, bindings.IdxT(i)), bindings.DataChunkGetVector(to, bindings.IdxT(i)),
				sel, bindings.IdxT(n), 0, bindings.IdxT(r.sizes[last]))
		}
		bindings.DestroySelectionVector(&sel)
		r.sizes[last] += n
		bindings.DataChunkSetSize(to, bindings.IdxT(r.sizes[last]))
		bindings.DestroyDataChunk(&c)
		return
	}
	r.bytes += r.width() * int64(size)
	r.chunks, r.sizes, r.open = append(r.chunks, c), append(r.sizes, n), false
}

// width is the memory of a record, without long texts.
func (r *rows) width() int64 { return 16 * int64(len(r.types)) }

// texts is the memory of the texts of a chunk that do not stand in its vectors.
func (r *rows) texts(c bindings.DataChunk, n int) (sum int64) {
	for i, t := range r.types {
		switch bindings.GetTypeId(t) {
		case bindings.TypeVarchar, bindings.TypeBlob:
			vec := bindings.DataChunkGetVector(c, bindings.IdxT(i))
			mask := bits(vec, n)
			for j, s := range unsafe.Slice((*stringT)(bindings.VectorGetData(vec)), n) {
				if s.length > 12 && !invalid(mask, j) {
					sum += int64(s.length)
				}
			}
		}
	}
	return sum
}

// over reports whether the relation is too large to be kept so, beside others
// that take so much memory.
func (r *rows) over(free int64) bool {
	return r.n > maxRows || r.bytes > min(maxRowBytes, free)
}

func (r *rows) free() {
	for i := range r.chunks {
		bindings.DestroyDataChunk(&r.chunks[i])
	}
	for i := range r.types {
		bindings.DestroyLogicalType(&r.types[i])
	}
	r.chunks, r.types = nil, nil
}
