package sqlgen

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"kickoff/internal/fn"
	"kickoff/record"
)

// Ident quotes a name.
func Ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Text quotes a text. One with control characters is written with escapes, so
// that statements may be indented without a change to what they say; NUL, which
// no literal holds, is put in by a function.
func Text(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' }) < 0 {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	if parts := strings.Split(s, "\x00"); len(parts) > 1 {
		for i, p := range parts {
			parts[i] = Text(p)
		}
		return "(" + strings.Join(parts, " || chr(0) || ") + ")"
	}
	var b strings.Builder
	b.WriteString("E'")
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\'':
			b.WriteString("''")
		case r == '\\':
			b.WriteString(`\\`)
		case r < ' ':
			fmt.Fprintf(&b, `\x%02X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + "'"
}

// Double prints a DOUBLE. A literal with a point is a DECIMAL in DuckDB; one
// with an exponent is not.
func Double(v float64) string {
	switch {
	case math.IsNaN(v):
		return "'nan'::DOUBLE"
	case math.IsInf(v, 1):
		return "'inf'::DOUBLE"
	case math.IsInf(v, -1):
		return "'-inf'::DOUBLE"
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if len(s) > 21 {
		s = strconv.FormatFloat(v, 'e', -1, 64)
	} else {
		s += "e0"
	}
	if s[0] == '-' {
		return "(" + s + ")"
	}
	return s
}

// Int prints a whole number. It is an INTEGER, or a BIGINT where it must be.
func Int(v int64) string {
	if v == math.MinInt64 {
		return "(-9223372036854775807 - 1)"
	}
	s := strconv.FormatInt(v, 10)
	if v < 0 {
		return "(" + s + ")"
	}
	return s
}

// TypeOf returns the DuckDB type that holds values of a field (formula
// reference, section 2). A FixedDecimal with more decimals than DECIMAL has room for is a DOUBLE.
func TypeOf(f record.Field) string {
	switch f.Type {
	case record.Bool:
		return "BOOLEAN"
	case record.Byte:
		return "UTINYINT"
	case record.Int16:
		return "SMALLINT"
	case record.Int32:
		return "INTEGER"
	case record.Int64:
		return "BIGINT"
	case record.FixedDecimal:
		if w, s, ok := DecimalOf(f); ok {
			return "DECIMAL(" + strconv.Itoa(w) + ", " + strconv.Itoa(s) + ")"
		}
		return "DOUBLE"
	case record.Float:
		return "FLOAT"
	case record.Double:
		return "DOUBLE"
	case record.Date:
		return "DATE"
	case record.Time:
		return "TIME"
	case record.DateTime:
		return "TIMESTAMP"
	case record.Blob, record.SpatialObj:
		return "BLOB"
	}
	return "VARCHAR"
}

// DecimalOf returns the width and scale of the DECIMAL that holds a
// FixedDecimal, or false where none is wide enough.
func DecimalOf(f record.Field) (width, scale int, ok bool) {
	scale = f.Scale
	if f.Size <= 0 {
		scale = 6
	}
	width, ok = fn.DecimalDigits(f)
	return width, scale, ok
}

// Literal prints a boxed value, as record.Batch.Value returns it, with the type
// of its field. It returns false for a value that the type does not hold.
func Literal(v any, f record.Field) (string, bool) {
	t := TypeOf(f)
	if v == nil {
		return "NULL::" + t, true
	}
	switch f.Type.Kind() {
	case record.KindFloat:
		switch v := v.(type) {
		case float64:
			return cast(Double(v), t, "DOUBLE"), true
		case int64:
			return cast(Double(float64(v)), t, "DOUBLE"), true
		case int:
			return cast(Double(float64(v)), t, "DOUBLE"), true
		}
	case record.KindString:
		if s, ok := v.(string); ok {
			return cast(Text(s), t, "VARCHAR"), true
		}
	case record.KindBytes:
		if b, ok := v.([]byte); ok {
			return "from_hex('" + hex.EncodeToString(b) + "')", true
		}
	case record.KindInt:
		if n, ok := asInt(v); ok {
			return intLiteral(n, f.Type, t), true
		}
	}
	return "", false
}

func asInt(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

func intLiteral(n int64, t record.Type, sqlType string) string {
	switch t {
	case record.Bool:
		if n != 0 {
			return "true"
		}
		return "false"
	case record.Date:
		return "DATE '" + record.FormatDate(n) + "'"
	case record.Time:
		return "TIME '" + record.FormatTime(n) + "'"
	case record.DateTime:
		return "TIMESTAMP '" + record.FormatDateTime(n) + "'"
	case record.Int32:
		if n > math.MinInt32 { // a minus is put before a BIGINT there
			return Int(n)
		}
	}
	return Int(n) + "::" + sqlType
}

// cast adds a cast from one type to another, where they differ.
func cast(sql, to, from string) string {
	if to == from {
		return sql
	}
	return "CAST(" + sql + " AS " + to + ")"
}
