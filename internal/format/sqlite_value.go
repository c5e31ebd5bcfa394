package format

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kickoff/record"
)

// sqliteValue makes a value of the driver one of a field's type.
func sqliteValue(t record.Type, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch t {
	case record.Int64:
		if n, ok := v.(int64); ok {
			return n, nil
		}
	case record.Bool:
		switch b := v.(type) {
		case bool:
			return b, nil
		case int64:
			return b != 0, nil
		}
	case record.Double:
		switch n := v.(type) {
		case float64:
			return n, nil
		case int64:
			return float64(n), nil
		}
	case record.Date, record.DateTime:
		if at, ok := sqliteTime(v); ok {
			if t == record.Date {
				return floorDiv(at.UnixMicro(), dayMicros), nil
			}
			return at.UnixMicro(), nil
		}
	case record.Blob:
		if b, ok := v.([]byte); ok {
			return append([]byte(nil), b...), nil
		}
	default:
		return sqliteText(v), nil
	}
	return nil, fmt.Errorf("the value %q is no %s", sqliteText(v), t)
}

// sqliteTime reads a date as the driver or the file gives it, without a zone.
func sqliteTime(v any) (time.Time, bool) {
	switch x := v.(type) {
	case time.Time:
		return time.Date(x.Year(), x.Month(), x.Day(), x.Hour(), x.Minute(), x.Second(), x.Nanosecond(), time.UTC), true
	case string:
		for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999", "2006-01-02 15:04"} {
			if t, err := time.Parse(layout, x); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

func sqliteText(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []byte:
		return string(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return FormatDouble(x)
	case time.Time:
		return x.Format("2006-01-02 15:04:05.999999")
	}
	return fmt.Sprint(v)
}

// sqliteType is the declared type of a field's column, from which OpenSQLite makes
// the field again as far as SQLite knows types.
func sqliteType(f record.Field) string {
	switch f.Type {
	case record.Bool:
		return "BOOLEAN"
	case record.Byte, record.Int16, record.Int32, record.Int64:
		return "INTEGER"
	case record.Float, record.Double:
		return "DOUBLE"
	case record.FixedDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", f.Size, f.Scale)
	case record.Date:
		return "DATE"
	case record.DateTime:
		return "DATETIME"
	case record.Time:
		return "TIME"
	case record.Blob:
		return "BLOB"
	}
	return "TEXT"
}

// sqliteCell is a value as the driver takes it.
func sqliteCell(t record.Type, c *record.Column, row int) any {
	switch {
	case c.IsNull(row):
		return nil
	case t == record.Bool || t == record.Byte || t == record.Int16 || t == record.Int32 || t == record.Int64:
		return c.Ints[row]
	case t.Kind() == record.KindFloat:
		return c.Floats[row]
	case t.Kind() == record.KindBytes:
		return append([]byte{}, c.Bytes[row]...)
	}
	return string(AppendValue(nil, t, c, row))
}

// sqliteHolds reports whether a decimal keeps its digits in a column of numbers, which
// holds integers of 64 bits and Doubles.
func sqliteHolds(s string) bool {
	if _, err := strconv.ParseInt(s, 10, 64); err == nil || s == "" {
		return true
	}
	v, err := strconv.ParseFloat(s, 64)
	_, decimals, _ := strings.Cut(s, ".")
	return err == nil && strconv.FormatFloat(v, 'f', len(decimals), 64) == s
}

// sqliteTable is a table's name without the quotes that documents put around it.
func sqliteTable(written string) string { return strings.Trim(unquoteTable(written), `"`) }

// sqliteName is a name as statements have it.
func sqliteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
