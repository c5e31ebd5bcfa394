package tool

import (
	"math"
	"sort"
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
	"kickoff/workflow"
)

// covariance is the sample covariance of two columns over the records where neither
// is Null, and NaN for fewer than two.
func covariance(b *record.Batch, x, y int) float64 {
	xs, ys := both(b, x, y)
	return sampleCovariance(xs, ys)
}

// correlation is Pearson's coefficient of two columns over the records where
// neither is Null, and NaN where a column does not vary.
func correlation(b *record.Batch, x, y int) float64 {
	xs, ys := both(b, x, y)
	return pearson(xs, ys)
}

// both are the values of two columns of Doubles in the records where neither is Null.
func both(b *record.Batch, x, y int) (xs, ys []float64) {
	for row := range b.Len {
		if !b.Cols[x].IsNull(row) && !b.Cols[y].IsNull(row) {
			xs, ys = append(xs, b.Cols[x].Floats[row]), append(ys, b.Cols[y].Floats[row])
		}
	}
	return xs, ys
}

func pearson(xs, ys []float64) float64 {
	vx, vy := sampleCovariance(xs, xs), sampleCovariance(ys, ys)
	// One root is closer than two, and that of a square exact: a field correlates with
	// itself by 1. Where the product is beyond the range of a Double, two do.
	deviation := math.Sqrt(vx * vy)
	if !(vx*vy > 1e-300 && vx*vy <= math.MaxFloat64) {
		deviation = math.Sqrt(vx) * math.Sqrt(vy)
	}
	if !(deviation > 0) {
		return math.NaN()
	}
	return math.Max(-1, math.Min(1, sampleCovariance(xs, ys)/deviation))
}

// sampleCovariance is computed from the distances to the means, which keeps the
// digits of values far from 0. A mean is that of the distances to the first value, so
// that of equal values is exact, and what does not vary is not taken for noise.
func sampleCovariance(xs, ys []float64) float64 {
	n := float64(len(xs))
	if n < 2 {
		return math.NaN()
	}
	mx, my := 0.0, 0.0
	for i := range xs {
		mx += (xs[i] - xs[0]) / n
		my += (ys[i] - ys[0]) / n
	}
	mx, my = mx+xs[0], my+ys[0]
	sum := 0.0
	for i := range xs {
		sum += (xs[i] - mx) * (ys[i] - my)
	}
	return sum / (n - 1)
}

// ranks are the places of values in their order, from 1. Equal values share the
// mean of their places, and tied says that there are some.
func ranks(values []float64) (places []float64, tied bool) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return values[order[i]] < values[order[j]] })
	places = make([]float64, len(values))
	for first := 0; first < len(order); {
		end := first + 1
		for end < len(order) && values[order[end]] == values[order[first]] {
			end++
		}
		for _, at := range order[first:end] {
			places[at] = float64(first+1+end) / 2
		}
		tied = tied || end-first > 1
		first = end
	}
	return places, tied
}

// putNumber adds a number to the record that is being put together, and Null for none.
func (e *emitter) putNumber(col int, x float64) {
	if math.IsNaN(x) {
		e.null(col)
		return
	}
	e.float(col, x)
}

// mentioned lists the fields of s that the configuration names, in its order, in
// whatever element: as an element's text, as a line "x=FIELD" of it, or as an
// attribute. One that is marked as not selected is none; what else an element may say
// by False of the field that it names is not known.
func (c *Context) mentioned(s record.Schema) ([]int, error) {
	var found []int
	seen := make(map[int]bool)
	add := func(name string) bool {
		i := s.Index(strings.TrimSpace(name))
		if i >= 0 && !seen[i] {
			seen[i] = true
			found = append(found, i)
		}
		return i >= 0
	}
	var walk func(e *workflow.Element) error
	walk = func(e *workflow.Element) error {
		if !isTrue(e, "selected", true) {
			return nil
		}
		names, off := false, ""
		for _, a := range e.Attrs {
			if strings.EqualFold(a.Name, "field") || strings.EqualFold(a.Name, "name") && e.Name != "Value" || strings.EqualFold(a.Name, "value") {
				names = add(a.Value) || names
			}
			if strings.EqualFold(a.Value, "false") {
				off = a.Name
			}
		}
		if names && (off != "" || strings.EqualFold(strings.TrimSpace(e.Text), "false")) {
			return c.Errorf(diag.Unsupported, strings.TrimSuffix(e.Name+"/@"+off, "/@"), "whether False leaves a field out is not known")
		}
		if add(e.Text); len(e.Children) == 0 && s.Index(strings.TrimSpace(e.Text)) < 0 {
			for _, line := range strings.Split(e.Text, "\n") {
				if _, name, ok := strings.Cut(line, "="); ok {
					add(name)
				}
			}
		}
		for _, child := range e.Children {
			if err := walk(child); err != nil {
				return err
			}
		}
		return nil
	}
	for _, child := range c.Config.Children {
		if err := walk(child); err != nil {
			return nil, err
		}
	}
	return found, nil
}
