package record

import "time"

// Batch is a run of records, stored by column. All columns have length Len.
type Batch struct {
	Schema Schema
	Len    int
	Cols   []Column
}

// Column holds the values of one field of a batch. Which slice is in use
// follows from the field's type:
//
//	Bool Byte Int16 Int32 Int64   Ints (Bool: 0 or 1)
//	Date                          Ints, days since 1970-01-01
//	Time                          Ints, microseconds since midnight
//	DateTime                      Ints, microseconds since 1970-01-01 00:00:00, no zone
//	Float Double                  Floats
//	String types, FixedDecimal    Strings
//	Blob SpatialObj               Bytes
//
// Null[i] is true where the value is Null; a nil Null means that none is.
type Column struct {
	Null    []bool
	Ints    []int64
	Floats  []float64
	Strings []string
	Bytes   [][]byte
}

// Kind says which slice of a Column holds the values of a type.
type Kind uint8

// The kinds of storage.
const (
	KindInt Kind = iota
	KindFloat
	KindString
	KindBytes
)

// Kind returns the storage of values of type t.
func (t Type) Kind() Kind {
	switch t {
	case Float, Double:
		return KindFloat
	case String, WString, VString, VWString, FixedDecimal:
		return KindString
	case Blob, SpatialObj:
		return KindBytes
	}
	return KindInt
}

// NewBatch returns an empty batch with room for n records.
func NewBatch(s Schema, n int) *Batch {
	b := &Batch{Schema: s, Cols: make([]Column, len(s))}
	for i, f := range s {
		switch f.Type.Kind() {
		case KindInt:
			b.Cols[i].Ints = make([]int64, 0, n)
		case KindFloat:
			b.Cols[i].Floats = make([]float64, 0, n)
		case KindString:
			b.Cols[i].Strings = make([]string, 0, n)
		case KindBytes:
			b.Cols[i].Bytes = make([][]byte, 0, n)
		}
	}
	return b
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.Len = 0
	for i := range b.Cols {
		c := &b.Cols[i]
		c.Null, c.Ints, c.Floats, c.Strings, c.Bytes = c.Null[:0], c.Ints[:0], c.Floats[:0], c.Strings[:0], c.Bytes[:0]
	}
}

// IsNull reports whether record row has no value in the column.
func (c *Column) IsNull(row int) bool { return row < len(c.Null) && c.Null[row] }

// AppendNull adds a Null to a column of storage k that holds n values so far.
func (c *Column) AppendNull(k Kind, n int) {
	for len(c.Null) < n {
		c.Null = append(c.Null, false)
	}
	c.Null = append(c.Null, true)
	switch k {
	case KindInt:
		c.Ints = append(c.Ints, 0)
	case KindFloat:
		c.Floats = append(c.Floats, 0)
	case KindString:
		c.Strings = append(c.Strings, "")
	case KindBytes:
		c.Bytes = append(c.Bytes, nil)
	}
}

// Append adds one record of boxed values, as Value returns them.
// It is for small tables and tests; fill the columns directly where speed counts.
func (b *Batch) Append(values ...any) {
	for i, v := range values {
		c, k := &b.Cols[i], b.Schema[i].Type.Kind()
		switch v := v.(type) {
		case nil:
			c.AppendNull(k, b.Len)
		case int64:
			c.Ints = append(c.Ints, v)
		case int:
			c.Ints = append(c.Ints, int64(v))
		case bool:
			n := int64(0)
			if v {
				n = 1
			}
			c.Ints = append(c.Ints, n)
		case float64:
			c.Floats = append(c.Floats, v)
		case string:
			c.Strings = append(c.Strings, v)
		case []byte:
			c.Bytes = append(c.Bytes, v)
		default:
			panic("record: value of a type that no column holds")
		}
	}
	b.Len++
}

// Value returns one value, boxed: nil for Null, bool, int64 (integers, and dates
// in the units of Column), float64, string or []byte.
func (b *Batch) Value(row, col int) any {
	c := &b.Cols[col]
	if c.IsNull(row) {
		return nil
	}
	t := b.Schema[col].Type
	switch t.Kind() {
	case KindFloat:
		return c.Floats[row]
	case KindString:
		return c.Strings[row]
	case KindBytes:
		return c.Bytes[row]
	}
	if t == Bool {
		return c.Ints[row] != 0
	}
	return c.Ints[row]
}

// FormatDate, FormatTime and FormatDateTime print the units of Column as ISO
// text; fractions of a second are printed only where there are any.
func FormatDate(days int64) string {
	return time.Unix(days*86400, 0).UTC().Format("2006-01-02")
}

// FormatTime prints microseconds since midnight as HH:MM:SS[.ffffff].
func FormatTime(us int64) string {
	return time.UnixMicro(us).UTC().Format("15:04:05.999999")
}

// FormatDateTime prints microseconds since 1970 as YYYY-MM-DD HH:MM:SS[.ffffff].
func FormatDateTime(us int64) string {
	return time.UnixMicro(us).UTC().Format("2006-01-02 15:04:05.999999")
}
