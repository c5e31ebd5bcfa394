package tool

import (
	"encoding/binary"
	"math"

	"kickoff/record"
)

// appendKey adds the first n values of a record to key, so that the keys of two
// records are equal where all those values are. Null is a value.
func appendKey(key []byte, b *record.Batch, row, n int) []byte {
	for col := range n {
		key = appendValueKey(key, b, row, col)
	}
	return key
}

// appendKeys is appendKey for the values of any columns.
func appendKeys(key []byte, b *record.Batch, row int, cols []int) []byte {
	for _, col := range cols {
		key = appendValueKey(key, b, row, col)
	}
	return key
}

func appendValueKey(key []byte, b *record.Batch, row, col int) []byte {
	c := &b.Cols[col]
	if c.IsNull(row) {
		return append(key, 0)
	}
	key = append(key, 1)
	switch b.Schema[col].Type.Kind() {
	case record.KindInt:
		return binary.BigEndian.AppendUint64(key, uint64(c.Ints[row]))
	case record.KindFloat:
		x := c.Floats[row]
		if x == 0 {
			x = 0 // minus zero is zero
		}
		return binary.BigEndian.AppendUint64(key, math.Float64bits(x))
	case record.KindString:
		s := c.Strings[row]
		return append(binary.AppendUvarint(key, uint64(len(s))), s...)
	}
	return append(binary.AppendUvarint(key, uint64(len(c.Bytes[row]))), c.Bytes[row]...)
}
