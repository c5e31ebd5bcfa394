package plain

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"kickoff/internal/plan"
	"kickoff/record"
)

// key is a text that is equal where the values are, whatever their types:
// numbers of different types compare by value.
func key(row []any, cols []int) string {
	var b strings.Builder
	for _, col := range cols {
		switch v := row[col].(type) {
		case nil:
			b.WriteString("n;")
		case bool:
			n := 0
			if v {
				n = 1
			}
			fmt.Fprintf(&b, "#%v;", float64(n))
		case int64:
			if v > 1<<53 || v < -1<<53 {
				fmt.Fprintf(&b, "#%d;", v)
			} else {
				fmt.Fprintf(&b, "#%v;", float64(v))
			}
		case float64:
			if v == 0 {
				v = 0
			}
			fmt.Fprintf(&b, "#%v;", v)
		case string:
			fmt.Fprintf(&b, "%d:%s;", len(v), v)
		case []byte:
			fmt.Fprintf(&b, "%x;", v)
		}
	}
	return b.String()
}

// alike is a value in the form in which it compares with those of another type: a
// Date with a DateTime is its midnight, a FixedDecimal with other numbers a number.
func alike(v any, t, other record.Type) any {
	switch {
	case v == nil || t == other:
	case t == record.Date && other == record.DateTime:
		return v.(int64) * 86_400_000_000
	case t == record.FixedDecimal:
		return number(v)
	}
	return v
}

// compare orders two values of one type; Null is least.
func compare(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	switch x := a.(type) {
	case bool:
		return order(number(a), number(b))
	case int64:
		if y, ok := b.(int64); ok {
			return order(x, y)
		}
		return order(float64(x), number(b))
	case float64:
		return order(x, number(b))
	case string:
		return strings.Compare(x, b.(string))
	case []byte:
		return bytes.Compare(x, b.([]byte))
	}
	panic(fmt.Sprintf("plain: a value of type %T", a))
}

func order[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// number is a value as a double; of a text that is no decimal it is 0.
func number(v any) float64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
	case int64:
		return float64(v)
	case float64:
		return v
	case string: // a FixedDecimal
		x, _ := strconv.ParseFloat(v, 64)
		return x
	}
	return 0
}

// before reports whether record a stands before b.
func before(keys []plan.SortKey, a, b []any) bool {
	for _, k := range keys {
		c := compare(a[k.Col], b[k.Col])
		if x, ok := a[k.Col].(string); ok && k.Dictionary {
			if y, ok := b[k.Col].(string); ok {
				c = dictionary(x, y)
			}
		}
		if k.Desc {
			c = -c
		}
		if c != 0 {
			return c < 0
		}
	}
	return false
}
