package fn

import (
	"math"

	"kickoff/record"
)

// numbers are the arguments as doubles; one that is missing is 0.
func numbers(a []Value, n int) []float64 {
	x := make([]float64, max(n, len(a)))
	for i, v := range a {
		x[i] = v.Float()
	}
	return x
}

// finance makes a function of up to n numbers.
func finance(n int, f func(x []float64) float64) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) { return finite(f(numbers(a, n))), nil }
}

func cagr(x []float64) float64 { return math.Pow(x[1]/x[0], 1/x[2]) - 1 }

func effectiveRate(x []float64) float64 { return math.Pow(1+x[0]/x[1], x[1]) - 1 }

func nominalRate(x []float64) float64 { return x[1] * (math.Pow(1+x[0], 1/x[1]) - 1) }

// annuity is the value at the end of n payments of 1 at rate r.
func annuity(r, n, begin float64) float64 {
	if r == 0 {
		return n
	}
	return (1 + r*begin) * (math.Pow(1+r, n) - 1) / r
}

// The five solutions of pv*(1+r)^n + pmt*annuity + fv = 0.
func futureValue(x []float64) float64 {
	r, n, pmt, pv, begin := x[0], x[1], x[2], x[3], x[4]
	return -(pv*math.Pow(1+r, n) + pmt*annuity(r, n, begin))
}

func presentValue(x []float64) float64 {
	r, n, pmt, fv, begin := x[0], x[1], x[2], x[3], x[4]
	return -(fv + pmt*annuity(r, n, begin)) / math.Pow(1+r, n)
}

func payment(x []float64) float64 {
	r, n, pv, fv, begin := x[0], x[1], x[2], x[3], x[4]
	return -(pv*math.Pow(1+r, n) + fv) / annuity(r, n, begin)
}

func periods(x []float64) float64 {
	r, pmt, pv, fv, begin := x[0], x[1], x[2], x[3], x[4]
	if r == 0 {
		return -(pv + fv) / pmt
	}
	p := pmt * (1 + r*begin) / r
	return math.Log((p-fv)/(pv+p)) / math.Log(1+r)
}

func rate(x []float64) float64 {
	n, pmt, pv, fv, begin := x[0], x[1], x[2], x[3], x[4]
	return root(func(r float64) float64 {
		return pv*math.Pow(1+r, n) + pmt*annuity(r, n, begin) + fv
	}, x[5])
}

func fvSchedule(x []float64) float64 {
	v := x[0]
	for _, r := range x[1:] {
		v *= 1 + r
	}
	return v
}

// flow is a payment and when it is made, in periods or years.
type flow struct{ value, at float64 }

// worth is the value of payments at time 0.
func worth(r float64, flows []flow) float64 {
	sum := 0.0
	for _, f := range flows {
		sum += f.value / math.Pow(1+r, f.at)
	}
	return sum
}

func npv(x []float64) float64 { return worth(x[0], inPeriods(x[1:], 1)) }

func inPeriods(values []float64, first int) []flow {
	flows := make([]flow, len(values))
	for i, v := range values {
		flows[i] = flow{v, float64(i + first)}
	}
	return flows
}

func irr(x []float64) float64 { return internalRate(inPeriods(x, 0)) }

// internalRate needs payments in both directions.
func internalRate(flows []flow) float64 {
	in, out := false, false
	for _, f := range flows {
		in, out = in || f.value > 0, out || f.value < 0
	}
	if !in || !out {
		return math.NaN()
	}
	return root(func(r float64) float64 { return worth(r, flows) }, 0.1)
}

func mirr(x []float64) float64 { return modifiedRate(x[0], x[1], inPeriods(x[2:], 0)) }

// modifiedRate finances what is paid at one rate and reinvests what is received
// at the other.
func modifiedRate(financed, reinvested float64, flows []flow) float64 {
	if len(flows) < 2 {
		return math.NaN()
	}
	end := flows[len(flows)-1].at
	var paid, received float64
	for _, f := range flows {
		if f.value < 0 {
			paid += f.value / math.Pow(1+financed, f.at)
		} else {
			received += f.value * math.Pow(1+reinvested, end-f.at)
		}
	}
	return math.Pow(received/-paid, 1/end) - 1
}

// dated reads pairs of value and date; times are years of 365 days from the first.
func dated(name string, a []Value) ([]flow, error) {
	var flows []flow
	first := int64(0)
	for i := 0; i < len(a); i += 2 {
		us, t, ok := moment(a[i+1])
		if !ok || t == record.Time {
			_, err := noDate(name, a[i+1])
			return nil, err
		}
		if !a[i].IsNumber() {
			_, err := fail("%s: %s is not a number", name, brief(a[i]))
			return nil, err
		}
		if i == 0 {
			first = div(us, day)
		}
		flows = append(flows, flow{a[i].Float(), float64(div(us, day)-first) / 365})
	}
	return flows, nil
}

func xnpv(_ *Library, a []Value) (Value, error) {
	flows, err := dated("FinanceXNPV", a[1:])
	if err != nil {
		return Value{}, err
	}
	return finite(worth(a[0].Float(), flows)), nil
}

func xirr(_ *Library, a []Value) (Value, error) {
	flows, err := dated("FinanceXIRR", a)
	if err != nil {
		return Value{}, err
	}
	return finite(internalRate(flows)), nil
}

func mxirr(_ *Library, a []Value) (Value, error) {
	flows, err := dated("FinanceMXIRR", a[2:])
	if err != nil {
		return Value{}, err
	}
	return finite(modifiedRate(a[0].Float(), a[1].Float(), flows)), nil
}

// root finds a rate above -1 where f is 0: Newton's method with a numeric slope from
// guess, then bisection of the first interval in which the sign changes. It
// returns NaN where there is none.
func root(f func(float64) float64, guess float64) float64 {
	const near = 1e-12
	r := guess
	for range 60 {
		y := f(r)
		if math.Abs(y) < 1e-10 {
			return r
		}
		h := 1e-6 * math.Max(1, math.Abs(r))
		slope := (f(r+h) - f(r-h)) / (2 * h)
		next := r - y/slope
		if next != next || math.IsInf(next, 0) || next <= -1 {
			break
		}
		if math.Abs(next-r) < near {
			return next
		}
		r = next
	}
	steps := [...]float64{-0.999999, -0.9, -0.7, -0.5, -0.3, -0.1, -0.01, 0.01, 0.1, 0.3, 0.6, 1, 2, 5, 10, 100, 1000}
	for i := 1; i < len(steps); i++ {
		low, high := steps[i-1], steps[i]
		yl, yh := f(low), f(high)
		if yl != yl || yh != yh || yl*yh > 0 {
			continue
		}
		for range 200 {
			mid := (low + high) / 2
			if y := f(mid); y*yl > 0 {
				low, yl = mid, y
			} else {
				high = mid
			}
		}
		return (low + high) / 2
	}
	return math.NaN()
}
