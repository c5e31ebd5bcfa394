package plain

import (
	"math"
	"math/big"
	"sort"
	"strings"
	"unicode/utf8"

	"kickoff/internal/plan"
	"kickoff/record"
)

// aggregate gives a record for each distinct key, sorted by it.
func (s *session) aggregate(n *plan.Aggregate, in, out *table) error {
	groups := make(map[string][][]any)
	var names []string
	for _, r := range in.rows {
		k := key(r, n.Keys)
		if groups[k] == nil {
			names = append(names, k)
		}
		groups[k] = append(groups[k], r)
	}
	if len(n.Keys) == 0 && len(names) == 0 && n.EmptyRow {
		names = append(names, "")
	}
	for _, name := range names {
		rows := groups[name]
		row := make([]any, 0, len(out.fields))
		for _, k := range n.Keys {
			row = append(row, rows[0][k])
		}
		for _, a := range n.Aggs {
			part := rows
			if a.Where != nil {
				part = nil
				for _, r := range rows {
					ok, err := s.holds(a.Where, in, r)
					if err != nil {
						return err
					}
					if ok {
						part = append(part, r)
					}
				}
			}
			row = append(row, reduce(a, part))
		}
		out.rows = append(out.rows, row)
	}
	keys := make([]plan.SortKey, len(n.Keys))
	for i := range keys {
		keys[i].Col = i
	}
	sort.SliceStable(out.rows, func(i, j int) bool { return before(keys, out.rows[i], out.rows[j]) })
	return nil
}

// reduce computes one aggregate over records.
func reduce(a plan.Agg, rows [][]any) any {
	values := make([]any, len(rows))
	if a.Func != plan.AggCount {
		for i, r := range rows {
			values[i] = r[a.Arg]
		}
	}
	fn := a.Func
	if plainFn, ok := withoutZeros[fn]; ok {
		fn = plainFn
		values = where(values, func(v any) bool { return v == nil || number(v) != 0 })
	}
	some := where(values, func(v any) bool { return v != nil })
	switch fn {
	case plan.AggCount:
		return int64(len(values))
	case plan.AggCountNonNull:
		return int64(len(some))
	case plan.AggCountNull:
		return int64(len(values) - len(some))
	case plan.AggCountDistinct:
		return distinct(values)
	case plan.AggCountDistinctNonNull:
		return distinct(some)
	case plan.AggCountBlank:
		return int64(len(where(values, blank)))
	case plan.AggCountNonBlank:
		return int64(len(values) - len(where(values, blank)))
	case plan.AggFirst, plan.AggLast:
		switch {
		case len(values) == 0:
			return nil
		case fn == plan.AggFirst:
			return values[0]
		}
		return values[len(values)-1]
	case plan.AggConcat:
		if len(some) == 0 {
			return nil
		}
		texts := make([]string, len(some))
		for i, v := range some {
			texts[i] = v.(string)
		}
		return a.Start + strings.Join(texts, a.Separator) + a.End
	}
	if len(some) == 0 {
		return nil
	}
	switch fn {
	case plan.AggMin, plan.AggMax:
		sort.SliceStable(some, func(i, j int) bool {
			if a.Field.Type == record.FixedDecimal {
				return number(some[i]) < number(some[j])
			}
			return compare(some[i], some[j]) < 0
		})
		if fn == plan.AggMin {
			return some[0]
		}
		return some[len(some)-1]
	case plan.AggLongest, plan.AggShortest:
		best := some[0].(string)
		for _, v := range some[1:] {
			d := utf8.RuneCountInString(v.(string)) - utf8.RuneCountInString(best)
			if fn == plan.AggLongest && d > 0 || fn == plan.AggShortest && d < 0 {
				best = v.(string)
			}
		}
		return best
	case plan.AggMode:
		return mode(some)
	}
	return reduceNumbers(a, fn, some)
}

// withoutZeros are the forms of aggregates that leave zeros out.
var withoutZeros = map[plan.AggFunc]plan.AggFunc{
	plan.AggAvgNo0: plan.AggAvg, plan.AggMedianNo0: plan.AggMedian, plan.AggPercentileNo0: plan.AggPercentile,
	plan.AggStdDevNo0: plan.AggStdDev, plan.AggVarianceNo0: plan.AggVariance, plan.AggModeNo0: plan.AggMode,
	plan.AggCountNo0: plan.AggCountNonNull, plan.AggMinNo0: plan.AggMin, plan.AggMaxNo0: plan.AggMax,
}

// sumDecimals adds decimal texts without loss.
func sumDecimals(texts []any, scale int) string {
	sum := new(big.Rat)
	for _, v := range texts {
		if x, ok := new(big.Rat).SetString(v.(string)); ok {
			sum.Add(sum, x)
		}
	}
	return sum.FloatString(scale)
}

func reduceNumbers(a plan.Agg, fn plan.AggFunc, some []any) any {
	x := make([]float64, len(some))
	sum, product := 0.0, 1.0
	var whole int64
	for i, v := range some {
		x[i] = number(v)
		sum, product = sum+x[i], product*x[i]
		if n, ok := v.(int64); ok {
			whole += n
		}
	}
	n := float64(len(x))
	switch fn {
	case plan.AggSum:
		switch a.Field.Type {
		case record.Int64:
			return whole
		case record.FixedDecimal:
			return sumDecimals(some, a.Field.Scale)
		}
		return sum
	case plan.AggAvg:
		return sum / n
	case plan.AggProduct:
		return product
	case plan.AggStdDev, plan.AggVariance:
		if len(x) < 2 {
			return nil
		}
		squares := 0.0
		for _, v := range x {
			if !(math.Abs(v) <= 1e150) { // the squares are beyond a double, or NaN
				return nil
			}
			squares += (v - sum/n) * (v - sum/n)
		}
		if fn == plan.AggVariance {
			return squares / (n - 1)
		}
		return math.Sqrt(squares / (n - 1))
	case plan.AggMedian, plan.AggPercentile:
		p := 50.0
		if fn == plan.AggPercentile {
			p = a.Percentile
		}
		sort.Float64s(x)
		at := p / 100 * (n - 1)
		low := int(at)
		if low+1 >= len(x) {
			return x[len(x)-1]
		}
		return x[low] + (at-float64(low))*(x[low+1]-x[low])
	}
	panic("plain: an unknown aggregate")
}

func where(values []any, keep func(any) bool) []any {
	var kept []any
	for _, v := range values {
		if keep(v) {
			kept = append(kept, v)
		}
	}
	return kept
}

func blank(v any) bool { return v == nil || v == "" }

func distinct(values []any) int64 {
	seen := make(map[string]bool)
	for _, v := range values {
		seen[key([]any{v}, []int{0})] = true
	}
	return int64(len(seen))
}

// mode is the most frequent value, the smallest of several.
func mode(values []any) any {
	count := make(map[string]int)
	for _, v := range values {
		count[key([]any{v}, []int{0})]++
	}
	var best any
	most := 0
	for _, v := range values {
		n := count[key([]any{v}, []int{0})]
		if n > most || n == most && compare(v, best) < 0 {
			best, most = v, n
		}
	}
	return best
}
