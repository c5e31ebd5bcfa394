package yxdb

import (
	"fmt"
	"math"
	"unicode/utf8"

	"kickoff/record"
)

// e2Variant is what differs between files of the E2 format.
type e2Variant struct {
	// typedInts: the prefix of an integer is the code of the smallest type that
	// holds it (7 Byte, 8 Int16, 9 Int32, 10 Int64), as wide as that type. Else it is 6
	// and the number of bytes, high zeros left out.
	typedInts bool
	// dateLead: a zero byte stands before the first Date of each record.
	dateLead bool
}

// e2Variants are the variants that a schema allows, the commonest first.
func e2Variants(s record.Schema) []e2Variant {
	var ints, dates bool
	for _, f := range s {
		ints = ints || f.Type.IsInteger() && f.Type != record.Byte
		dates = dates || f.Type == record.Date
	}
	v := []e2Variant{{}}
	if ints {
		v = []e2Variant{{typedInts: true}, {}}
	}
	if dates {
		for _, w := range v {
			w.dateLead = true
			v = append(v, w)
		}
	}
	return v
}

// e2Code is the code of a type of fixed width, the base of its prefix and its
// greatest width. A Null is the code with 0x40.
func e2Code(t record.Type) (code, base byte, width int) {
	switch t {
	case record.Byte:
		return 7, 6, 1
	case record.Int16:
		return 8, 6, 2
	case record.Int32:
		return 9, 6, 4
	case record.Int64:
		return 10, 6, 8
	case record.Float:
		return 11, 7, 4
	case record.Date:
		return 13, 10, 4
	case record.DateTime:
		return 14, 8, 6
	case record.Time:
		return 15, 12, 4
	}
	return 12, 4, 8 // Double
}

// e2Null reports whether a prefix means Null. 0x45 has been seen for Int16 and
// 0x48 for Double.
func e2Null(p byte, t record.Type) bool {
	code, _, _ := e2Code(t)
	return p == 0 || p == 0x40|code || p == 0x45 && t == record.Int16 || p == 0x48 && t == record.Double
}

// parse stores the fields of a record into columns. It uses every byte of the
// record or fails; on failure it returns the field.
func (e *e2) parse(rec []byte, v e2Variant, cols *columns) (int, error) {
	b := rec
	first := true
	for i := range e.schema {
		t := e.schema[i].Type
		if t == record.Date && first {
			first = false
			if v.dateLead {
				if len(b) == 0 || b[0] != 0 {
					return i, fmt.Errorf("%w: no zero before the first date", ErrCorrupt)
				}
				b = b[1:]
			}
		}
		if len(b) == 0 {
			return i, fmt.Errorf("%w: the record ends before this field", ErrCorrupt)
		}
		var n int
		var err error
		switch {
		case t.IsString() || t == record.Blob || t == record.SpatialObj:
			n, err = e.bytes(b, i, cols)
		case t == record.FixedDecimal:
			err = fmt.Errorf("%w: FixedDecimal in a file of this kind", ErrUnsupported)
		case t == record.Bool:
			n = 1
			switch b[0] {
			case 0x14, 0x15:
				cols.cols[i].Ints[cols.n] = int64(b[0] & 1)
			case 0x43:
				cols.null(i)
			default:
				err = fmt.Errorf("%w: byte %02x for a Bool", ErrCorrupt, b[0])
			}
		default:
			n, err = e2Number(b, t, v, i, cols)
		}
		if err != nil {
			return i, err
		}
		b = b[n:]
	}
	if len(b) > 0 {
		return len(e.schema) - 1, fmt.Errorf("%w: %d bytes left behind the last field", ErrCorrupt, len(b))
	}
	return 0, nil
}

// e2Number reads a number or date: a prefix that says how many bytes follow,
// low ones first.
func e2Number(b []byte, t record.Type, v e2Variant, i int, cols *columns) (int, error) {
	_, base, width := e2Code(t)
	p := b[0]
	if e2Null(p, t) {
		cols.null(i)
		return 1, nil
	}
	col, row := &cols.cols[i], cols.n
	if t.IsInteger() && v.typedInts {
		x, n, ok := e2Typed(b, width)
		if !ok {
			return 0, fmt.Errorf("%w: prefix %02x of a %s", ErrCorrupt, p, t)
		}
		col.Ints[row] = x
		return n, nil
	}
	if t == record.Double {
		switch {
		case p == 6:
			col.Floats[row] = 0
			return 1, nil
		case p == 12 && len(b) >= 9:
			col.Floats[row] = math.Float64frombits(le.Uint64(b[1:]))
			return 9, nil
		}
		return 0, fmt.Errorf("%w: prefix %02x of a Double", ErrCorrupt, p)
	}
	n := int(p) - int(base)
	if n < 0 || n > width || n+1 > len(b) {
		return 0, fmt.Errorf("%w: prefix %02x of a %s", ErrCorrupt, p, t)
	}
	var x uint64
	for k := n; k > 0; k-- {
		x = x<<8 | uint64(b[k])
	}
	switch t {
	case record.Int16:
		col.Ints[row] = int64(int16(x))
	case record.Int32:
		col.Ints[row] = int64(int32(x))
	case record.Float:
		col.Floats[row] = float64(math.Float32frombits(uint32(x)))
	case record.Date:
		if x > 2958465 {
			return 0, fmt.Errorf("%w: day %d", ErrCorrupt, x)
		}
		col.Ints[row] = int64(x) - 25569 // days since 1899-12-30
	case record.DateTime:
		cs, day := x&0xffffff, x>>24
		if cs >= 8640000 || day > 2958465 {
			return 0, fmt.Errorf("%w: day %d, %d hundredths of a second", ErrCorrupt, day, cs)
		}
		col.Ints[row] = (int64(day)-25569)*86400_000_000 + int64(cs)*10_000
	case record.Time:
		if x >= 8640000 {
			return 0, fmt.Errorf("%w: %d hundredths of a second", ErrCorrupt, x)
		}
		col.Ints[row] = int64(x) * 10_000
	default:
		col.Ints[row] = int64(x)
	}
	return n + 1, nil
}

// e2Typed reads an integer whose prefix is the code of the type it is stored as.
func e2Typed(b []byte, width int) (x int64, n int, ok bool) {
	p := b[0]
	if p < 6 || p > 10 {
		return 0, 0, false
	}
	size := [...]int{0, 1, 2, 4, 8}[p-6]
	if size > width || len(b) < 1+size {
		return 0, 0, false
	}
	switch size {
	case 1:
		x = int64(b[1])
	case 2:
		x = int64(int16(le.Uint16(b[1:])))
	case 4:
		x = int64(int32(le.Uint32(b[1:])))
	case 8:
		x = int64(le.Uint64(b[1:]))
	}
	return x, 1 + size, true
}

// bytes reads a text, blob or geometry. Text is UTF-8, whatever the type.
func (e *e2) bytes(b []byte, i int, cols *columns) (int, error) {
	t := e.schema[i].Type
	long, far := byte(1), byte(0x11)
	null := byte(0x41)
	switch t {
	case record.Blob:
		long, far = 2, 0x12
	case record.SpatialObj:
		long, far, null = 3, 0x13, 0x43
	}
	var v []byte
	var n int
	switch p := b[0]; {
	case p == 0 || p == null:
		cols.null(i)
		return 1, nil
	case p&0x80 != 0 && t != record.SpatialObj:
		n = 1 + int(p&0x7f)
		if n > len(b) {
			return 0, fmt.Errorf("%w: a value beyond the end of its record", ErrCorrupt)
		}
		v = b[1:n:n]
	case p == long && len(b) >= 3:
		n = 3 + int(le.Uint16(b[1:]))
		if n > len(b) {
			return 0, fmt.Errorf("%w: a value beyond the end of its record", ErrCorrupt)
		}
		v = b[3:n:n]
	case p == far && len(b) >= 9:
		var err error
		if v, err = e.large(le.Uint64(b[1:])); err != nil {
			return 0, err
		}
		n = 9
	default:
		return 0, fmt.Errorf("%w: prefix %02x of a %s", ErrCorrupt, p, t)
	}
	if !t.IsString() {
		cols.cols[i].Bytes[cols.n] = v
		return n, nil
	}
	if !utf8.Valid(v) {
		return 0, fmt.Errorf("%w: text that is not UTF-8", ErrCorrupt)
	}
	cols.cols[i].Strings[cols.n] = view(v)
	return n, nil
}
