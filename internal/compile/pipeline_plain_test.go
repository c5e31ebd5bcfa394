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
	"unicode/utf8"

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

// aggregate computes an action over the values of a group, as the field of the
// result says.
func aggregate(action string, f, out record.Field, values []any, percentile float64) any {
	some := slices.DeleteFunc(slices.Clone(values), func(v any) bool { return v == nil })
	if strings.HasSuffix(action, "No0") {
		action = strings.TrimSuffix(action, "No0")
		some = slices.DeleteFunc(some, func(v any) bool { return asNumber(v) == 0 })
		values = some
	}
	distinct := func(values []any) int64 { return int64(len(groups(&table{rows: wrap(values)}, []int{0}))) }
	switch action {
	case "Count":
		if out.Name == "CountNo0" {
			return int64(len(some))
		}
		return int64(len(values))
	case "CountNonNull":
		return int64(len(some))
	case "CountNull":
		return int64(len(values) - len(some))
	case "CountDistinct":
		return distinct(values)
	case "CountDistinctNonNull":
		return distinct(some)
	case "CountBlank", "CountNonBlank":
		n := 0
		for _, v := range values {
			if v == nil || v == "" {
				n++
			}
		}
		if action == "CountNonBlank" {
			n = len(values) - n
		}
		return int64(n)
	case "First":
		return values[0]
	case "Last":
		return values[len(values)-1]
	}
	if len(some) == 0 {
		return nil
	}
	by := orderOf(f)
	switch action {
	case "Min":
		return slices.MinFunc(some, by)
	case "Max":
		return slices.MaxFunc(some, by)
	case "Mode":
		best, most := any(nil), 0
		for _, g := range groups(&table{rows: wrap(some)}, []int{0}) {
			if v := some[g[0]]; len(g) > most || len(g) == most && by(v, best) < 0 {
				best, most = v, len(g)
			}
		}
		return best
	case "Longest", "Shortest":
		best := some[0].(string)
		for _, v := range some[1:] {
			d := utf8.RuneCountInString(v.(string)) - utf8.RuneCountInString(best)
			if action == "Longest" && d > 0 || action == "Shortest" && d < 0 {
				best = v.(string)
			}
		}
		return best
	case "Concat":
		var texts []string
		for _, v := range some {
			texts = append(texts, v.(string))
		}
		return "<" + strings.Join(texts, ";") + ">"
	}
	return aggregateNumbers(action, f, out, some, percentile)
}

func wrap(values []any) [][]any {
	rows := make([][]any, len(values))
	for i, v := range values {
		rows[i] = []any{v}
	}
	return rows
}

func aggregateNumbers(action string, f, out record.Field, some []any, percentile float64) any {
	if action == "Sum" && out.Type != record.Double {
		exact := new(big.Rat)
		for _, v := range some {
			if f.Type == record.FixedDecimal {
				exact.Add(exact, decimal(v))
			} else {
				exact.Add(exact, new(big.Rat).SetInt64(int64(integer(v))))
			}
		}
		if out.Type == record.FixedDecimal {
			return exact.FloatString(out.Scale)
		}
		if !exact.Num().IsInt64() {
			return nil
		}
		return exact.Num().Int64()
	}
	x := make([]float64, len(some))
	sum, product := 0.0, 1.0
	for i, v := range some {
		x[i] = asNumber(v)
		sum, product = sum+x[i], product*x[i]
	}
	n := float64(len(x))
	switch action {
	case "Sum":
		return sum
	case "Avg":
		return sum / n
	case "Prod":
		return product
	case "StdDev", "Variance":
		if n < 2 {
			return nil
		}
		squares := 0.0
		for _, v := range x {
			squares += (v - sum/n) * (v - sum/n)
		}
		if action == "StdDev" {
			return math.Sqrt(squares / (n - 1))
		}
		return squares / (n - 1)
	}
	if action == "Median" {
		percentile = 50
	}
	slices.SortFunc(x, orderFloats)
	at := percentile / 100 * (n - 1)
	low := int(at)
	if low+1 >= len(x) || x[low] == x[low+1] {
		return x[low]
	}
	return x[low] + (at-float64(low))*(x[low+1]-x[low])
}

func integer(v any) int64 {
	if b, ok := v.(bool); ok {
		return int64(asNumber(b))
	}
	return v.(int64)
}
