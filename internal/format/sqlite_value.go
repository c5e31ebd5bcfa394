package format

import (
	"fmt"
	"strconv"
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
