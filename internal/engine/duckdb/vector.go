//go:build cgo

package duckdb

import (
	"fmt"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/fn"
	"kickoff/record"
)

// arg is one argument of a call: a vector of values of one type.
type arg struct {
	typ  bindings.Type
	data unsafe.Pointer
	mask []uint64
	n    int
	// width and scale are those of a DECIMAL.
	width, scale int
}

// arg looks at an argument.
func (c *call) arg(i int) arg {
	vec := bindings.DataChunkGetVector(c.in, bindings.IdxT(i))
	t := bindings.VectorGetColumnType(vec)
	defer bindings.DestroyLogicalType(&t)
	a := arg{typ: bindings.GetTypeId(t), data: bindings.VectorGetData(vec), mask: bits(vec, c.n), n: c.n}
	if a.typ == bindings.TypeDecimal {
		a.width, a.scale = int(bindings.DecimalWidth(t)), int(bindings.DecimalScale(t))
	}
	return a
}

func (c *call) args(from int) []arg {
	n := int(bindings.DataChunkGetColumnCount(c.in))
	list := make([]arg, 0, n)
	for i := from; i < n; i++ {
		list = append(list, c.arg(i))
	}
	return list
}

func (a arg) null(row int) bool { return invalid(a.mask, row) }

// text is a text where it lies: it must be copied to be kept.
func (a arg) text(row int) string {
	s := &unsafe.Slice((*stringT)(a.data), a.n)[row]
	if s.length == 0 {
		return ""
	}
	b := s.bytes()
	return unsafe.String(unsafe.SliceData(b), len(b))
}

func (a arg) int32(row int) int32 { return unsafe.Slice((*int32)(a.data), a.n)[row] }

func (a arg) double(row int) float64 { return unsafe.Slice((*float64)(a.data), a.n)[row] }

// value is a value of the language. Texts lie in DuckDB's memory.
func (a arg) value(row int) (fn.Value, error) {
	if a.null(row) {
		return fn.Value{}, nil
	}
	switch a.typ {
	case bindings.TypeSQLNull:
		return fn.Value{}, nil
	case bindings.TypeBoolean:
		return fn.Bool(unsafe.Slice((*uint8)(a.data), a.n)[row] != 0), nil
	case bindings.TypeUTinyInt:
		return fn.Int(int64(unsafe.Slice((*uint8)(a.data), a.n)[row])), nil
	case bindings.TypeTinyInt:
		return fn.Int(int64(unsafe.Slice((*int8)(a.data), a.n)[row])), nil
	case bindings.TypeSmallInt:
		return fn.Int(int64(unsafe.Slice((*int16)(a.data), a.n)[row])), nil
	case bindings.TypeInteger:
		return fn.Int(int64(a.int32(row))), nil
	case bindings.TypeBigInt:
		return fn.Int(unsafe.Slice((*int64)(a.data), a.n)[row]), nil
	case bindings.TypeFloat:
		return fn.Float(float64(unsafe.Slice((*float32)(a.data), a.n)[row])), nil
	case bindings.TypeDouble:
		return fn.Float(a.double(row)), nil
	case bindings.TypeDecimal:
		return fn.Decimal(decimalText(a.data, row, a.n, a.width, a.scale)), nil
	case bindings.TypeVarchar:
		return fn.Text(a.text(row)), nil
	case bindings.TypeDate:
		return fn.Date(int64(a.int32(row))), nil
	case bindings.TypeTime:
		return fn.Time(unsafe.Slice((*int64)(a.data), a.n)[row]), nil
	case bindings.TypeTimestamp:
		return fn.DateTime(unsafe.Slice((*int64)(a.data), a.n)[row]), nil
	case bindings.TypeBlob:
		return fn.Object(record.Blob, a.text(row)), nil
	}
	return fn.Value{}, fmt.Errorf("an argument of DuckDB type %d", a.typ)
}

// results writes the results of a call.
type results struct {
	vec  bindings.Vector
	typ  bindings.Type
	data unsafe.Pointer
	mask []uint64
	n    int
}

func (c *call) results(t bindings.Type) *results {
	return &results{vec: c.out, typ: t, data: bindings.VectorGetData(c.out), n: c.n}
}

func (r *results) setNull(row int) {
	if r.mask == nil {
		bindings.VectorEnsureValidityWritable(r.vec)
		r.mask = unsafe.Slice((*uint64)(bindings.VectorGetValidity(r.vec)), (r.n+63)/64)
	}
	r.mask[row>>6] &^= 1 << (row & 63)
}

func (r *results) setText(row int, s string) {
	assignText(r.vec, unsafe.Slice((*stringT)(r.data), r.n), row, row, s)
}

func (r *results) setBytes(row int, b []byte) {
	bindings.VectorAssignStringElementLen(r.vec, bindings.IdxT(row), b)
}

// set writes a value in the type of the result.
func (r *results) set(row int, v fn.Value) {
	if v.IsNull() {
		r.setNull(row)
		return
	}
	switch r.typ {
	case bindings.TypeBoolean:
		b := uint8(0)
		if v.IsTrue() {
			b = 1
		}
		unsafe.Slice((*uint8)(r.data), r.n)[row] = b
	case bindings.TypeUTinyInt:
		unsafe.Slice((*uint8)(r.data), r.n)[row] = uint8(v.Int())
	case bindings.TypeSmallInt:
		unsafe.Slice((*int16)(r.data), r.n)[row] = int16(v.Int())
	case bindings.TypeInteger, bindings.TypeDate:
		unsafe.Slice((*int32)(r.data), r.n)[row] = int32(v.Int())
	case bindings.TypeBigInt, bindings.TypeTime, bindings.TypeTimestamp:
		unsafe.Slice((*int64)(r.data), r.n)[row] = v.Int()
	case bindings.TypeFloat:
		unsafe.Slice((*float32)(r.data), r.n)[row] = float32(v.Float())
	case bindings.TypeDouble:
		unsafe.Slice((*float64)(r.data), r.n)[row] = v.Float()
	case bindings.TypeBlob:
		r.setBytes(row, v.Bytes())
	default:
		r.setText(row, v.Text())
	}
}
