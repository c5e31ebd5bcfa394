package tool

import (
	"slices"
	"strconv"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// knowable checks that each field has a total where a record of totals is wanted.
func (x *crossTab) knowable() error {
	for _, m := range x.ways {
		if x.bottom && (m.fn == plan.AggAvg || m.part != ofNothing || !slices.Contains([]plan.AggFunc{plan.AggSum, plan.AggCount, plan.AggCountNonNull}, m.fn)) {
			return x.c.Errorf(diag.Unsupported, "Methods/Method/@method", "TotRow beside %s is not supported", m.name)
		}
	}
	return nil
}

// sumUp computes the total of each field and, where there is one, of Total.
func (x *crossTab) sumUp(cells *plan.Table) error {
	a := &plan.Aggregate{In: cells, Keys: []int{x.groups}}
	for i := range x.agg.aggs {
		a.Aggs = append(a.Aggs, plan.Agg{Func: plan.AggSum, Arg: x.groups + 1 + i, Field: record.New(cells.Fields[x.groups+1+i].Name, record.Double, 0)})
	}
	b, err := x.c.Rows(a, maxCrossTab+1)
	if err != nil {
		return err
	}
	x.whole = make([]float64, len(x.out))
	width := x.width()
	for row := range b.Len {
		for i := range x.agg.aggs {
			sum, _ := b.Value(row, 1+i).(float64)
			if i < len(x.ways) {
				x.whole[x.groups+i*width+x.at(b, row, 0)] = sum
			} else {
				x.whole[len(x.out)-1] += sum
			}
		}
	}
	return nil
}

// parts turns the sums of a record into percents, where the method wants it.
func (x *crossTab) parts(values []any) {
	width := x.width()
	for i, m := range x.ways {
		first := x.groups + i*width
		all := 0.0
		for _, v := range values[first : first+width] {
			sum, _ := v.(float64)
			all += sum
		}
		for p := first; p < first+width && m.part != ofNothing; p++ {
			if m.part == ofColumn {
				all = x.whole[p]
			}
			if sum, ok := values[p].(float64); ok && all != 0 {
				values[p] = sum / all * 100
			} else {
				values[p] = nil
			}
		}
	}
}

// totals is the last record of TotRow.
func (x *crossTab) totals() []any {
	values := make([]any, len(x.out))
	for p, f := range x.out {
		switch {
		case p < x.groups && f.Type.IsString() && f.Size >= len("Total"):
			values[p] = "Total"
		case p < x.groups:
		case f.Type.IsInteger():
			values[p] = int64(x.whole[p])
		case f.Type == record.FixedDecimal:
			values[p] = strconv.FormatFloat(x.whole[p], 'f', f.Scale, 64)
		default:
			values[p] = x.whole[p]
		}
	}
	return values
}
