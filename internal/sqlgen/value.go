package sqlgen

import (
	"math"
	"strings"

	"kickoff/record"
)

// numericType is the type of numbers that expressions compute.
const numericType = record.Double

// value is a rendered expression with what is known of its values. Knowing that
// a value is never Null, is whole and small, or fits a size saves the code that
// would look.
type value struct {
	sql string
	// typ is the type of the SQL: Bool, an integer, FixedDecimal, Float, Double, a
	// string type, a date type or Blob. Invalid is a NULL without a type.
	typ   record.Type
	scale int // of a FixedDecimal
	// max bounds the magnitude of a whole number; 0 is no bound.
	max float64
	// size bounds the characters of a text; 0 is no bound.
	size int
	// latin says that a text has Latin-1 characters only.
	latin bool
	// wideIf is a condition over columns without which a text has Latin-1
	// characters only, or "": DuckDB knows of many a column that it is all ASCII,
	// and of a text that is computed it must look.
	wideIf  string
	notNull bool
	// falsy says that a Null stands for false.
	falsy bool
	// lit says that the value is a literal; text and num hold it.
	lit bool
	str string
	num float64
}

// simple reports whether repeating the SQL costs nothing: a column or a literal.
func (v value) simple() bool { return v.lit || !strings.ContainsAny(v.sql, "( ") }

func (v value) integral() bool { return v.typ == record.Bool || v.typ.IsInteger() }

// wholeMax bounds the whole numbers that are computed in BIGINT: a double holds
// them exactly and prints all of their digits.
const wholeMax = 1e15 - 1

// small reports whether v is a whole number that may be computed in BIGINT.
func (v value) small() bool { return v.integral() && v.max > 0 && v.max <= wholeMax }

func (v value) isText() bool { return v.typ.IsString() }

// bounds of the integer types.
var intMax = map[record.Type]float64{
	record.Bool: 1, record.Byte: 255, record.Int16: 1 << 15, record.Int32: 1 << 31, record.Int64: 1 << 63,
}

// fieldValue is a column that holds a field.
func fieldValue(sql string, f record.Field) value {
	v := value{sql: sql, typ: f.Type, scale: f.Scale, max: intMax[f.Type]}
	if f.Type.IsString() {
		v.size, v.latin = f.Size, !f.Type.IsWide()
	}
	if f.Type == record.FixedDecimal {
		v.size = f.Size
	}
	if f.Type == record.FixedDecimal && strings.HasPrefix(TypeOf(f), "DOUBLE") {
		v.typ = record.Double
	}
	return v
}

func null() value { return value{sql: "NULL", lit: true} }

func textLiteral(s string) value {
	v := value{sql: Text(s), typ: record.VWString, lit: true, str: s, notNull: true, latin: true}
	for _, r := range s {
		v.size++
		v.latin = v.latin && r <= 0xff
	}
	v.size = max(v.size, 1)
	return v
}

func numberLiteral(x float64) value {
	if x == math.Trunc(x) && math.Abs(x) <= wholeMax {
		return intLiteralValue(int64(x))
	}
	return value{sql: Double(x), typ: record.Double, lit: true, num: x, notNull: true}
}

func intLiteralValue(n int64) value {
	return value{sql: Int(n), typ: record.Int64, max: math.Max(math.Abs(float64(n)), 1), lit: true, num: float64(n), notNull: true}
}

func boolean(sql string, notNull bool) value {
	return value{sql: sql, typ: record.Bool, max: 1, notNull: notNull}
}

// double brings a number to DOUBLE.
func (v value) double() value {
	out := value{sql: v.sql, typ: record.Double, notNull: v.notNull, lit: v.lit, num: v.num}
	switch {
	case v.typ == record.Invalid:
		out.sql, out.lit = "NULL::DOUBLE", false
	case v.typ == record.Double:
	case v.lit && v.integral() && v.typ != record.Bool:
		out.sql = Double(v.num)
	default:
		out.sql = "CAST(" + v.sql + " AS DOUBLE)"
	}
	return out
}

// bigint brings a whole number to BIGINT.
func (v value) bigint() string {
	switch {
	case v.typ == record.Invalid:
		return "NULL::BIGINT"
	case v.typ == record.Int64 && v.lit:
		return v.sql + "::BIGINT"
	case v.typ == record.Int64:
		return v.sql
	}
	return "CAST(" + v.sql + " AS BIGINT)"
}

// text brings a value to VARCHAR, as ToString does: whole numbers without a
// point, other numbers in the shortest form that reads back, dates in ISO form.
func (v value) text() value {
	out := value{sql: v.sql, typ: record.VWString, notNull: v.notNull, latin: true}
	switch {
	case v.typ.IsString():
		return v
	case v.typ == record.Invalid:
		out.sql = "NULL::VARCHAR"
	case v.typ == record.Bool:
		out.sql, out.size = "CAST(CAST("+v.sql+" AS TINYINT) AS VARCHAR)", 1
	case v.typ.IsInteger():
		out.sql, out.size = "CAST("+v.sql+" AS VARCHAR)", 20
		if v.max > 0 {
			out.size = len(Int(int64(min(v.max, 1<<62)))) + 1
		}
	case v.typ == record.FixedDecimal:
		out.sql, out.size = "CAST("+v.sql+" AS VARCHAR)", 40
	case v.typ == record.Float, v.typ == record.Double:
		out.sql, out.size = "kickoff_number_text("+v.sql+")", 24
	case v.typ == record.Date:
		out.sql, out.size = "CAST("+v.sql+" AS VARCHAR)", 10
	case v.typ == record.Time:
		out.sql, out.size = "CAST("+v.sql+" AS VARCHAR)", 15
	case v.typ == record.DateTime:
		out.sql, out.size = "CAST("+v.sql+" AS VARCHAR)", 26
	case v.typ == record.SpatialObj:
		out.sql = "kickoff_geojson(" + v.sql + ")"
	}
	return out
}

// as brings a value to the representation of a type that Check found.
func (v value) as(t record.Type) value {
	switch {
	case v.typ == t && !(v.lit && t.IsInteger()):
		return v
	case v.typ == record.Invalid:
		return value{sql: "NULL::" + TypeOf(record.Field{Type: t}), typ: t}
	case t.IsString():
		return v.text()
	case t == record.Bool:
		return v.truth()
	case t.IsInteger() && v.integral():
		out := v
		out.sql, out.typ, out.lit = v.bigint(), record.Int64, false
		return out
	case t.IsNumeric():
		return v.double()
	case t == record.DateTime && v.typ == record.Date:
		return value{sql: "CAST(" + v.sql + " AS TIMESTAMP)", typ: record.DateTime, notNull: v.notNull}
	}
	return v
}

// truth brings a number to BOOLEAN: what is not 0 is true.
func (v value) truth() value {
	switch {
	case v.typ == record.Bool:
		return v
	case v.typ == record.Invalid:
		return boolean("NULL::BOOLEAN", false)
	case v.lit && v.num == 0:
		return boolean("false", true)
	case v.lit:
		return boolean("true", true)
	case v.typ == record.Double || v.typ == record.Float:
		return boolean("("+v.sql+" <> 0e0)", v.notNull)
	}
	return boolean("("+v.sql+" <> 0)", v.notNull)
}

// sure makes a condition that is never Null: Null is false.
func (v value) sure() value {
	if v.notNull {
		return v
	}
	return boolean("coalesce("+v.sql+", false)", true)
}

// not negates a condition of which Null counts as false.
func not(v value) string { return "NOT " + v.sure().sql }
