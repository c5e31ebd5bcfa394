//go:build cgo

package compile

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"kickoff/record"
	"kickoff/workflow"
)

func (m *maker) summarize() *stage {
	from, in := m.input()
	keys := m.pick(in, m.IntN(3), notObject)
	var list []*workflow.Element
	type column struct {
		key, arg   int
		action     string
		to         record.Field
		percentile float64
	}
	var cols []column
	for _, k := range keys {
		f := in.fields[k]
		f.Name = m.name()
		cols = append(cols, column{key: k, to: f})
		list = append(list, el("SummarizeField", []string{"field", in.fields[k].Name, "action", "GroupBy", "rename", f.Name}))
	}
	for range 1 + m.IntN(3) {
		args := m.pick(in, 1, nil)
		if len(args) == 0 {
			return nil
		}
		f := in.fields[args[0]]
		c := column{key: -1, arg: args[0]}
		choices := []string{"Count", "CountNonNull", "CountNull", "First", "Last"}
		if notObject(f) {
			choices = append(choices, "CountDistinct", "CountDistinctNonNull", "Min", "Max", "Mode")
		}
		if f.Type.IsString() {
			choices = append(choices, "Longest", "Shortest", "Concat", "CountBlank", "CountNonBlank", "Concat")
		}
		if f.Type.IsNumeric() {
			choices = append(choices, "Sum", "Sum", "Avg", "StdDev", "Variance", "Median", "Percentile", "Prod", "AvgNo0", "MedianNo0", "MinNo0", "MaxNo0", "CountNo0")
		}
		c.action = pickOne(m.Rand, choices...)
		c.to = f
		switch {
		case strings.HasPrefix(c.action, "Count"):
			c.to = record.New("", record.Int64, 0)
		case c.action == "Concat" && f.Type.IsWide():
			c.to = record.New("", record.VWString, record.MaxVWString)
		case c.action == "Concat":
			c.to = record.New("", record.VString, record.MaxVString)
		case c.action == "Sum" && f.Type.IsInteger():
			c.to = record.New("", record.Int64, 0)
		case c.action == "Sum" && f.Type == record.FixedDecimal:
			c.to.Size = min(f.Size+10, 50)
		case strings.Contains("Sum Avg StdDev Variance Median Percentile Prod AvgNo0 MedianNo0", c.action):
			c.to = record.New("", record.Double, 0)
		}
		c.to.Name = m.name()
		e := el("SummarizeField", []string{"field", f.Name, "action", c.action, "rename", c.to.Name})
		if c.action == "Percentile" {
			c.percentile = float64(m.IntN(11) * 10)
			e.Children = append(e.Children, el("Percentile", []string{"value", fmt.Sprint(c.percentile)}))
		}
		if c.action == "Concat" {
			e.Children = append(e.Children, textEl("Separator", ";"), textEl("Concat_Start", "<"), textEl("Concat_End", ">"))
		}
		cols = append(cols, c)
		list = append(list, e)
	}
	s := &stage{tool: "Summarize", inputs: []ref{from}, anchors: []string{"Output"}, config: xml(el("SummarizeFields", nil, list...))}
	s.apply = func(in []*table) ([]*table, error) {
		out := &table{rough: make(map[string]bool)}
		for _, c := range cols {
			out.fields = append(out.fields, c.to)
			if c.key < 0 && c.to.Type == record.Double && c.action != "First" && c.action != "Last" && c.action != "Min" && c.action != "Max" && c.action != "Mode" {
				out.rough[c.to.Name] = true
			}
		}
		for _, g := range groups(in[0], keys) {
			row := make([]any, len(cols))
			for i, c := range cols {
				if c.key >= 0 {
					row[i] = in[0].rows[g[0]][c.key]
					continue
				}
				values := make([]any, len(g))
				for n, r := range g {
					values[n] = in[0].rows[r][c.arg]
				}
				row[i] = aggregate(c.action, in[0].fields[c.arg], c.to, values, c.percentile)
				if _, ok := row[i].(float64); ok && out.rough[c.to.Name] && cancelled(values) {
					row[i] = math.NaN() // no result is compared with it
				}
			}
			out.rows = append(out.rows, row)
		}
		at := make([]int, len(keys))
		for i := range at {
			at[i] = i
		}
		return []*table{ascending(out, at)}, nil
	}
	return s
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
			if !(math.Abs(v) <= 1e150) {
				return nil
			}
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

// cancelled reports whether numbers cancel each other out to what the order of
// adding them decides.
func cancelled(values []any) bool {
	var sum, size float64
	for _, v := range values {
		if x, ok := v.(float64); ok && !math.IsInf(x, 0) {
			sum, size = sum+x, size+math.Abs(x)
		}
	}
	return size > 1e150 || size > 1e12 && math.Abs(sum) < size/1000
}
