package fn

import (
	"math"

	"kickoff/internal/spatial"
	"kickoff/record"
)

// Value is one value of the language, or Null, which is the zero Value. It
// carries its own type, since the type of some results is known only from the
// data: DateTimeAdd of a text gives a Date or a DateTime.
//
// Values are Bool, Int64, Double, FixedDecimal, V_WString, Date, Time, DateTime,
// Blob or SpatialObj; narrower integers, Float and the other text types are held in
// these.
type Value struct {
	t record.Type
	n uint64 // integers, dates and bits of a double
	s string // texts, decimals and bytes
}

// Bool, Int, Float, Text and the others make values. Date takes days since
// 1970-01-01, Time microseconds since midnight, DateTime microseconds since
// 1970-01-01 00:00:00.
func Bool(b bool) Value {
	if b {
		return Value{t: record.Bool, n: 1}
	}
	return Value{t: record.Bool}
}

// Int makes an Int64.
func Int(i int64) Value { return Value{t: record.Int64, n: uint64(i)} }

// Float makes a Double.
func Float(f float64) Value { return Value{t: record.Double, n: math.Float64bits(f)} }

// Text makes a V_WString.
func Text(s string) Value { return Value{t: record.VWString, s: s} }

// Decimal makes a FixedDecimal of its text.
func Decimal(s string) Value { return Value{t: record.FixedDecimal, s: s} }

// Date makes a Date.
func Date(days int64) Value { return Value{t: record.Date, n: uint64(days)} }

// Time makes a Time.
func Time(us int64) Value { return Value{t: record.Time, n: uint64(us)} }

// DateTime makes a DateTime.
func DateTime(us int64) Value { return Value{t: record.DateTime, n: uint64(us)} }

// Object makes a Blob or a SpatialObj of its bytes.
func Object(t record.Type, b string) Value { return Value{t: t, s: b} }

// IsNull reports whether there is no value.
func (v Value) IsNull() bool { return v.t == record.Invalid }

// Type is the type of the value, Invalid for Null.
func (v Value) Type() record.Type { return v.t }

// IsNumber reports whether v is a number; Bool is one.
func (v Value) IsNumber() bool { return v.t == record.Bool || v.t.IsNumeric() }

// IsText reports whether v is text or a date, which counts as its ISO text.
func (v Value) IsText() bool { return v.t.IsString() || v.t.IsDate() }

// IsWhole reports whether v is held as a whole number, and so is exact.
func (v Value) IsWhole() bool { return v.t == record.Int64 || v.t == record.Bool }

// Int is the whole number, the truth as 0 or 1, or the date in its units.
func (v Value) Int() int64 {
	switch v.t {
	case record.Double, record.FixedDecimal:
		return toInt(v.Float())
	}
	return int64(v.n)
}

// Float is the number as a double; 0 for Null and text.
func (v Value) Float() float64 {
	switch v.t {
	case record.Double:
		return math.Float64frombits(v.n)
	case record.Int64, record.Bool:
		return float64(int64(v.n))
	case record.FixedDecimal:
		f, _, _ := ParseNumber(v.s, '.')
		return f
	}
	return 0
}

// IsTrue is the value as a condition: a number other than 0. Null is false.
func (v Value) IsTrue() bool {
	switch v.t {
	case record.Bool, record.Int64:
		return v.n != 0
	case record.Double, record.FixedDecimal:
		return v.Float() != 0
	}
	return false
}

// Text is the value as text: numbers in their shortest form, dates in ISO form,
// truth as True and False, spatial objects as GeoJSON, Null as the empty text.
func (v Value) Text() string {
	switch v.t {
	case record.Bool:
		if v.n != 0 {
			return "True"
		}
		return "False"
	case record.Int64:
		return intText(int64(v.n))
	case record.Double:
		return NumberText(math.Float64frombits(v.n))
	case record.Date:
		return record.FormatDate(int64(v.n))
	case record.Time:
		return record.FormatTime(int64(v.n))
	case record.DateTime:
		return record.FormatDateTime(int64(v.n))
	case record.SpatialObj:
		return spatial.Text([]byte(v.s))
	}
	return v.s
}

// Bytes are those of a Blob or SpatialObj, and the text of any other value.
func (v Value) Bytes() []byte {
	if v.t == record.SpatialObj {
		return []byte(v.s)
	}
	return []byte(v.Text())
}

// Conversion is a conversion error: a value that could not be made, and is
// Null, or with Warning one that was made in part. It is reported as a message;
// the value that came with it stands.
type Conversion struct {
	Msg     string
	Warning bool
}

func (c *Conversion) Error() string { return c.Msg }

// toInt cuts a double to a whole number, at the bounds of Int64 where it lies
// beyond them. NaN becomes 0.
func toInt(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// Of makes a Value of a boxed value of type t, as record.Batch.Value boxes them.
func Of(v any, t record.Type) Value {
	switch v := v.(type) {
	case bool:
		return Bool(v)
	case int64:
		if t.IsDate() {
			return Value{t: t, n: uint64(v)}
		}
		return Int(v)
	case float64:
		return Float(v)
	case string:
		if t == record.FixedDecimal {
			return Decimal(v)
		}
		return Text(v)
	case []byte:
		return Object(t, string(v))
	}
	return Value{}
}

// Any boxes the value as record.Batch.Append takes it.
func (v Value) Any() any {
	switch v.t {
	case record.Invalid:
		return nil
	case record.Bool:
		return v.n != 0
	case record.Double:
		return v.Float()
	case record.Int64, record.Date, record.Time, record.DateTime:
		return int64(v.n)
	case record.Blob, record.SpatialObj:
		return []byte(v.s)
	}
	return v.s
}
