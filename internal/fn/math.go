package fn

import (
	"math"
	"slices"
)

// finite makes a Double; what is no number, or infinite, is Null.
func finite(f float64) Value {
	if f != f || math.IsInf(f, 0) {
		return Value{}
	}
	return Float(f)
}

// math1 and math2 make functions of numbers. Outside its domain a function gives
// Null, without a message.
func math1(f func(float64) float64) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) { return finite(f(a[0].Float())), nil }
}

func math2(f func(x, y float64) float64) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) { return finite(f(a[0].Float(), a[1].Float())), nil }
}

// What is infinite or no number already, which only files bring, stays so.
func absolute(_ *Library, a []Value) (Value, error) { return Float(math.Abs(a[0].Float())), nil }

func sqrt(_ *Library, a []Value) (Value, error) {
	if a[0].Float() < 0 {
		return Value{}, nil
	}
	return Float(math.Sqrt(a[0].Float())), nil
}

// log10 is exact for powers of ten, which math.Log10 is not.
func log10(x float64) float64 {
	if k, ok := powerOfTen(x); x > 0 && ok {
		return float64(k)
	}
	return math.Log10(x)
}

func ceil(_ *Library, a []Value) (Value, error)  { return toMultiple(math.Ceil, a) }
func floor(_ *Library, a []Value) (Value, error) { return toMultiple(math.Floor, a) }

// toMultiple rounds to a whole number, or to a multiple of the second argument.
func toMultiple(f func(float64) float64, a []Value) (Value, error) {
	x := a[0].Float()
	if len(a) == 1 {
		return Float(f(x)), nil
	}
	m := math.Abs(a[1].Float())
	if m == 0 {
		return finite(x), nil
	}
	if k, ok := powerOfTen(m); ok && k < 0 {
		scale := math.Pow10(-k)
		return finite(f(x*scale) / scale), nil
	}
	return finite(f(x/m) * m), nil
}

// atan2 takes an x that is Null for 0.
func atan2(_ *Library, a []Value) (Value, error) {
	if a[0].IsNull() {
		return Value{}, nil
	}
	return finite(math.Atan2(a[0].Float(), a[1].Float())), nil
}

func average(_ *Library, a []Value) (Value, error) {
	sum := 0.0
	for _, v := range a {
		sum += v.Float()
	}
	return finite(sum / float64(len(a))), nil
}

func averageNonNull(_ *Library, a []Value) (Value, error) {
	sum, n := 0.0, 0
	for _, v := range a {
		if !v.IsNull() {
			sum += v.Float()
			n++
		}
	}
	return finite(sum / float64(n)), nil
}

func median(_ *Library, a []Value) (Value, error) {
	x := make([]float64, len(a))
	for i, v := range a {
		x[i] = v.Float()
	}
	slices.Sort(x)
	mid := len(x) / 2
	if len(x)%2 == 1 {
		return finite(x[mid]), nil
	}
	return finite((x[mid-1] + x[mid]) / 2), nil
}

// rangeMedian interpolates in the group that holds the middle of all. Groups
// are counts with a lower and an upper bound.
func rangeMedian(_ *Library, a []Value) (Value, error) {
	total := 0.0
	for i := 0; i < len(a); i += 3 {
		total += a[i].Float()
	}
	below := 0.0
	for i := 0; i < len(a); i += 3 {
		n, low, high := a[i].Float(), a[i+1].Float(), a[i+2].Float()
		if n > 0 && below+n >= total/2 {
			return finite(low + (total/2-below)/n*(high-low)), nil
		}
		below += n
	}
	return Value{}, nil
}

func factorial(_ *Library, a []Value) (Value, error) {
	n := math.Trunc(a[0].Float())
	if n < 0 || n > 170 {
		return Value{}, nil
	}
	f := 1.0
	for i := 2.0; i <= n; i++ {
		f *= i
	}
	return Float(f), nil
}

// modulo cuts both to whole numbers; whole arguments stay exact.
func modulo(_ *Library, a []Value) (Value, error) {
	if a[0].IsWhole() && a[1].IsWhole() {
		if n, d := a[0].Int(), a[1].Int(); d == 0 {
			return Value{}, nil
		} else if d != -1 {
			return Float(float64(n % d)), nil
		}
		return Float(0), nil
	}
	r := math.Mod(math.Trunc(a[0].Float()), math.Trunc(a[1].Float()))
	if r == 0 {
		r = 0 // not -0
	}
	return finite(r), nil
}

func round(_ *Library, a []Value) (Value, error) {
	return finite(RoundTo(a[0].Float(), a[1].Float())), nil
}

// smartRound keeps three significant digits; the product's own rule is not
// published.
func smartRound(_ *Library, a []Value) (Value, error) {
	x := a[0].Float()
	if x == 0 {
		return Float(0), nil
	}
	return finite(RoundTo(x, math.Pow10(int(math.Floor(math.Log10(math.Abs(x))))-2))), nil
}

func random(l *Library, _ []Value) (Value, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Float(l.rand.Float64()), nil
}

func randInt(l *Library, a []Value) (Value, error) {
	n := a[0].Int()
	if n <= 0 {
		return Int(0), nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return Int(int64(l.rand.Uint64N(uint64(n) + 1))), nil
}

// bits makes a function of whole numbers; arguments are rounded to these.
func bits(f func(x, y int64) int64) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		return Int(f(whole(a[0]), whole(a[1]))), nil
	}
}

// whole rounds a number to a whole one.
func whole(v Value) int64 {
	if v.IsWhole() {
		return v.Int()
	}
	return toInt(roundAway(v.Float()))
}

func binaryNot(_ *Library, a []Value) (Value, error) { return Int(^whole(a[0])), nil }

// shiftLeft and shiftRight move by 0 to 63 bits; by more, all bits fall out.
func shiftLeft(x, n int64) int64 {
	if n < 0 || n > 63 {
		return 0
	}
	return x << uint(n)
}

func shiftRight(x, n int64) int64 {
	if n < 0 {
		return 0
	}
	return x >> uint(min(n, 63))
}
