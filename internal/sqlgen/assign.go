package sqlgen

import (
	"fmt"
	"math"
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
)

// assigned is a value put into a field. twice says that its SQL repeats the
// value's, which is then better computed once before.
type assigned struct {
	sql   string
	twice bool
}

// assign renders the conversion of a value to the type and size of a field
// (formula reference, section 2, assignment). Where the types guarantee the
// result nothing is looked at; elsewhere only what does not fit goes to the
// functions that report it.
func (r *renderer) assign(v value, f record.Field, tool diag.Tool) assigned {
	site := 0
	at := func() string {
		if r.opts.Site != nil && site == 0 {
			site = r.opts.Site(Site{tool, f})
		}
		return fmt.Sprint(site)
	}
	t := TypeOf(f)
	if v.typ == record.Invalid {
		return assigned{sql: "NULL::" + t}
	}
	switch {
	case f.Type.IsString():
		return assignText(v, f, at)
	case f.Type == record.Bool:
		return assignBool(v)
	case f.Type.IsInteger():
		return assignInt(v, f, t, at)
	case f.Type == record.Float, f.Type == record.Double:
		return assignFloat(v, f, t, at)
	case f.Type == record.FixedDecimal:
		return assignDecimal(v, f, t, at)
	case f.Type.IsDate():
		return assignDate(v, f, t, at)
	}
	if v.typ == record.Blob || v.typ == record.SpatialObj {
		return assigned{sql: v.sql}
	}
	if f.Type == record.SpatialObj {
		return assigned{sql: convert(f, at(), v.text().sql)}
	}
	return assigned{sql: "encode(" + v.text().sql + ")"}
}

func assignText(v value, f record.Field, site func() string) assigned {
	if v.typ == record.Bool {
		v = value{sql: "CASE WHEN " + v.sql + " THEN 'True' WHEN NOT " + v.sql + " THEN 'False' END", typ: record.VWString, size: 5, latin: true}
	}
	v = v.text()
	long := f.Size > 0 && f.Size < record.MaxVWString && (v.size == 0 || v.size > f.Size)
	wide := !f.Type.IsWide() && !v.latin
	beyond := fmt.Sprintf("strlen(%s) <> length(%s)", v.sql, v.sql)
	if v.wideIf != "" {
		beyond = "(" + v.wideIf + ") AND " + beyond
	}
	var misfit string
	switch {
	case long && wide:
		misfit = fmt.Sprintf("strlen(%s) > %d OR %s", v.sql, f.Size, beyond)
	case long:
		misfit = fmt.Sprintf("strlen(%s) > %d", v.sql, f.Size)
	case wide:
		misfit = beyond
	default:
		return assigned{sql: v.sql}
	}
	return assigned{fmt.Sprintf("CASE WHEN %s THEN kickoff_to_varchar(%s, %s) ELSE %s END", misfit, site(), v.sql, v.sql), !v.simple()}
}

func assignBool(v value) assigned {
	switch {
	case v.isText():
		return assigned{sql: "(left(" + v.sql + ", 1) IN ('1', '2', '3', '4', '5', '6', '7', '8', '9', 'T', 't'))"}
	case v.typ.IsDate():
		return assignBool(v.text())
	}
	return assigned{sql: v.truth().sql}
}

// intRange are the bounds of the integer types.
var intRange = map[record.Type][2]float64{
	record.Byte: {0, 255}, record.Int16: {-1 << 15, 1<<15 - 1}, record.Int32: {-1 << 31, 1<<31 - 1}, record.Int64: {-1 << 63, 1 << 63},
}

func assignInt(v value, f record.Field, t string, site func() string) assigned {
	bounds := intRange[f.Type]
	switch {
	case v.isText() || v.typ.IsDate():
		return assigned{sql: convert(f, site(), v.text().sql)}
	case v.typ == record.FixedDecimal:
		return assigned{sql: convert(f, site(), v.sql)}
	case v.integral():
		from := TypeOf(record.Field{Type: v.typ})
		if v.lit && v.typ == record.Int64 && math.Abs(v.num) < 1<<31 {
			from = "INTEGER" // as DuckDB reads such a literal
		}
		if v.lit && v.num >= bounds[0] && v.num <= bounds[1] || v.max > 0 && v.max <= bounds[1]+1 && bounds[0] < 0 && (v.max <= bounds[1] || v.typ == f.Type) || v.typ == f.Type && !v.lit && v.max >= intMax[v.typ] {
			return assigned{sql: cast(v.sql, t, from)}
		}
		if f.Type == record.Int64 {
			return assigned{sql: v.bigint()}
		}
		return assigned{fmt.Sprintf("CASE WHEN %s NOT BETWEEN %.0f AND %.0f THEN %s ELSE CAST(%s AS %s) END",
			v.sql, bounds[0], bounds[1], convert(f, site(), v.sql), v.sql, t), !v.simple()}
	}
	d := v.double().sql
	lo, hi := bounds[0]-0.5, bounds[1]+0.5
	low := fmt.Sprintf("%s <= %s", d, Double(lo))
	if f.Type == record.Int64 {
		lo, hi = -(1 << 63), 1<<63
		low = fmt.Sprintf("%s < %s", d, Double(lo))
	}
	// NaN is greater than any number in DuckDB, so it is caught with them.
	return assigned{fmt.Sprintf("CASE WHEN %s OR %s >= %s THEN %s ELSE CAST(round(%s) AS %s) END",
		low, d, Double(hi), convert(f, site(), d), d, t), !v.simple()}
}

func assignFloat(v value, f record.Field, t string, site func() string) assigned {
	if v.isText() || v.typ.IsDate() {
		return assigned{sql: convert(f, site(), v.text().sql)}
	}
	if f.Type == record.Double {
		return assigned{sql: v.double().sql}
	}
	if v.typ == record.Float || v.integral() {
		return assigned{sql: cast(v.sql, t, TypeOf(record.Field{Type: v.typ}))}
	}
	d := v.double().sql
	return assigned{fmt.Sprintf("CASE WHEN abs(%s) > %s THEN %s ELSE CAST(%s AS FLOAT) END",
		d, Double(math.MaxFloat32), convert(f, site(), d), d), !v.simple()}
}

func assignDecimal(v value, f record.Field, t string, site func() string) assigned {
	if v.typ == record.FixedDecimal && v.scale == f.Scale && v.size == f.Size {
		return assigned{sql: v.sql}
	}
	if v.typ.IsDate() {
		v = v.text()
	}
	return assigned{sql: convert(f, site(), v.sql)}
}

func assignDate(v value, f record.Field, t string, site func() string) assigned {
	switch {
	case v.typ == f.Type:
		return assigned{sql: v.sql}
	case v.typ == record.DateTime, v.typ == record.Date && f.Type == record.DateTime:
		return assigned{sql: "CAST(" + v.sql + " AS " + t + ")"}
	}
	return assigned{sql: convert(f, site(), v.sql)}
}

// convert calls the function that converts a value to the type of a field in
// Go, by all the rules, and reports what it cannot.
func convert(f record.Field, site, arg string) string {
	if f.Type == record.FixedDecimal {
		return "CAST(kickoff_to_decimal(" + site + ", " + arg + ") AS " + TypeOf(f) + ")"
	}
	return Converter(f.Type) + "(" + site + ", " + arg + ")"
}

// Converter names the function that converts to a type. It takes the number of
// the site and any value. That of FixedDecimal gives text.
func Converter(t record.Type) string {
	if t == record.FixedDecimal {
		return "kickoff_to_decimal"
	}
	return "kickoff_to_" + strings.ToLower(TypeOf(record.Field{Type: t}))
}

// textToNumber reads a text as a number without reporting what is none.
func textToNumber(arg string) string { return "kickoff_to_double(0, " + arg + ")" }
