//go:build cgo

package compile

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"slices"
	"sort"
	"strings"

	"kickoff/internal/fn"
	"kickoff/record"
)

// What tools do, as their reference says it, on tables in memory.

// order compares two values of a field: Null is least, NaN is greatest.
func order(a, b any) int {
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
		return int(asNumber(a)) - int(asNumber(b))
	case int64:
		y := b.(int64)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	case float64:
		return orderFloats(x, b.(float64))
	case []byte:
		return bytes.Compare(x, b.([]byte))
	}
	return strings.Compare(a.(string), b.(string))
}

func orderFloats(x, y float64) int {
	switch {
	case math.IsNaN(x) && math.IsNaN(y), x == y:
		return 0
	case math.IsNaN(x):
		return 1
	case math.IsNaN(y), x < y:
		return -1
	}
	return 1
}

// orderOf compares values of a field; decimals are numbers.
func orderOf(f record.Field) func(a, b any) int {
	if f.Type != record.FixedDecimal {
		return order
	}
	return func(a, b any) int {
		if a == nil || b == nil {
			return order(a, b)
		}
		return decimal(a).Cmp(decimal(b))
	}
}

func decimal(v any) *big.Rat {
	r, ok := new(big.Rat).SetString(v.(string))
	if !ok {
		panic(fmt.Sprintf("%q is no decimal", v))
	}
	return r
}

func asNumber(v any) float64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
	case int64:
		return float64(v)
	case float64:
		return v
	case string:
		x, _ := decimal(v).Float64()
		return x
	}
	return 0
}

// key is a text that is equal where values are.
func key(t *table, row []any, fields []int) string {
	var b strings.Builder
	for _, i := range fields {
		switch v := row[i].(type) {
		case float64:
			fmt.Fprintf(&b, "%v", v+0) // -0 is 0
		case string:
			fmt.Fprintf(&b, "%q", v)
		default:
			fmt.Fprintf(&b, "%v", v)
		}
		b.WriteByte('\x00')
	}
	return b.String()
}

type sortKey struct {
	field      int
	down, dict bool
}

func sorted(t *table, keys []sortKey) *table {
	out := &table{fields: t.fields, rough: t.rough, rows: slices.Clone(t.rows)}
	sort.SliceStable(out.rows, func(i, j int) bool {
		for _, k := range keys {
			a, b := out.rows[i][k.field], out.rows[j][k.field]
			c := orderOf(t.fields[k.field])(a, b)
			if k.dict && a != nil && b != nil {
				c = bytes.Compare(fn.DictionaryKey(a.(string)), fn.DictionaryKey(b.(string)))
			}
			if k.down {
				c = -c
			}
			if c != 0 {
				return c < 0
			}
		}
		return false
	})
	return out
}

func ascending(t *table, fields []int) *table {
	keys := make([]sortKey, len(fields))
	for i, f := range fields {
		keys[i].field = f
	}
	return sorted(t, keys)
}

// only keeps the records at some places.
func only(t *table, keep func(i int) bool) *table {
	out := &table{fields: t.fields, rough: t.rough}
	for i, r := range t.rows {
		if keep(i) {
			out.rows = append(out.rows, r)
		}
	}
	return out
}

// groups lists the places of the records of each key, in the order of their first.
func groups(t *table, fields []int) [][]int {
	at := make(map[string]int)
	var all [][]int
	for i, r := range t.rows {
		k := key(t, r, fields)
		g, ok := at[k]
		if !ok {
			g = len(all)
			at[k] = g
			all = append(all, nil)
		}
		all[g] = append(all[g], i)
	}
	return all
}

// meets brings a value to a text that is equal where the keys of a join are.
func meets(v any, f, other record.Field) string {
	switch {
	case v == nil:
		return "Null"
	case f.Type.IsInteger() && other.Type.IsInteger():
		return fmt.Sprint(v)
	case f.Type == record.FixedDecimal && other.Type == record.FixedDecimal && f.Size == other.Size && f.Scale == other.Scale:
		return fmt.Sprint(v)
	case f.Type.IsNumeric() || f.Type == record.Bool:
		return fmt.Sprint(asNumber(v) + 0)
	case f.Type == record.Date && other.Type == record.DateTime:
		return fmt.Sprint(v.(int64) * 86_400_000_000)
	}
	return fmt.Sprint(v)
}
