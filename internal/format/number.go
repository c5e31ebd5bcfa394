package format

import (
	"math"
	"strconv"

	"kickoff/internal/spatial"
	"kickoff/record"
)

// FormatDouble prints a Double in the shortest form that reads back the same.
// Numbers from 1e-4 up to 1e21 are printed without an exponent.
func FormatDouble(v float64) string { return string(AppendDouble(nil, v, 64)) }

// AppendDouble appends what FormatDouble prints; bits is 64, or 32 for a Float.
func AppendDouble(b []byte, v float64, bits int) []byte {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return append(b, "nan"...)
	case math.IsInf(v, 1):
		return append(b, "inf"...)
	case math.IsInf(v, -1):
		return append(b, "-inf"...)
	case a == 0:
		return append(b, '0')
	case a < 1e-4 || a >= 1e21:
		return strconv.AppendFloat(b, v, 'e', -1, bits)
	}
	return strconv.AppendFloat(b, v, 'f', -1, bits)
}

// AppendValue appends the text of one value that is not Null, as files and
// streams hold it: Bool as True or False, dates as ISO text, spatial objects
// as GeoJSON, blobs as hexadecimal digits.
func AppendValue(b []byte, t record.Type, c *record.Column, row int) []byte {
	switch t {
	case record.Bool:
		if c.Ints[row] != 0 {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case record.Float:
		return AppendDouble(b, c.Floats[row], 32)
	case record.Double:
		return AppendDouble(b, c.Floats[row], 64)
	case record.Date:
		return append(b, record.FormatDate(c.Ints[row])...)
	case record.Time:
		return append(b, record.FormatTime(c.Ints[row])...)
	case record.DateTime:
		return append(b, record.FormatDateTime(c.Ints[row])...)
	case record.SpatialObj:
		return append(b, spatial.Text(c.Bytes[row])...)
	case record.Blob:
		const digits = "0123456789ABCDEF"
		for _, x := range c.Bytes[row] {
			b = append(b, digits[x>>4], digits[x&15])
		}
		return b
	}
	if t.Kind() == record.KindString {
		return append(b, c.Strings[row]...)
	}
	return strconv.AppendInt(b, c.Ints[row], 10)
}
