package fn

import (
	"cmp"
	"math"
	"strings"

	"kickoff/record"
)

// Equal is the language's =: Null equals Null and nothing else, text is compared
// without case, whole numbers exactly and others as doubles. Two dates are
// compared as moments, a date and a text as text.
//
// The vendor's page of operators says that == and all comparisons of text ignore
// case, and workflows rely on it.
func Equal(a, b Value) bool {
	return Same(a, b) || a.IsText() && b.IsText() && !moments(a, b) && lower(a.Text()) == lower(b.Text())
}

// Same is Equal with regard to case.
func Same(a, b Value) bool {
	switch {
	case a.IsNull() || b.IsNull():
		return a.IsNull() && b.IsNull()
	case a.IsNumber():
		if a.IsWhole() && b.IsWhole() {
			return a.n == b.n
		}
		return orderFloats(a.Float(), b.Float()) == 0
	case moments(a, b):
		x, _, _ := moment(a)
		y, _, _ := moment(b)
		return x == y
	case a.t.IsString() && b.t.IsString():
		return a.s == b.s
	}
	return a.Text() == b.Text()
}

// moments reports whether both are points in time, or both times of the day.
func moments(a, b Value) bool {
	return a.t.IsDate() && b.t.IsDate() && (a.t == record.Time) == (b.t == record.Time)
}

// Order compares values that are not Null: -1, 0 or 1.
func Order(a, b Value) int {
	switch {
	case a.IsNumber():
		if a.IsWhole() && b.IsWhole() {
			return cmp.Compare(int64(a.n), int64(b.n))
		}
		return orderFloats(a.Float(), b.Float())
	case moments(a, b):
		x, _, _ := moment(a)
		y, _, _ := moment(b)
		return cmp.Compare(x, y)
	}
	return OrderText(a.Text(), b.Text())
}

// orderFloats orders numbers as sorts and joins do: NaN, which only files bring,
// equals itself and is greater than all others.
func orderFloats(x, y float64) int {
	switch {
	case math.IsNaN(x) && !math.IsNaN(y):
		return 1
	case math.IsNaN(y) && !math.IsNaN(x):
		return -1
	}
	return cmp.Compare(x, y)
}

// OrderText orders text for <, <=, > and >=: without case, by code point.
func OrderText(a, b string) int { return strings.Compare(lower(a), lower(b)) }

// lower maps to lower case, without allocation for text that is in it.
func lower(s string) string { return strings.ToLower(s) }

func between(_ *Library, a []Value) (Value, error) {
	if a[0].IsNull() || a[1].IsNull() || a[2].IsNull() {
		return Bool(false), nil
	}
	return Bool(Order(a[0], a[1]) >= 0 && Order(a[0], a[2]) <= 0), nil
}

func bound(_ *Library, a []Value) (Value, error) {
	switch {
	case Order(a[0], a[1]) < 0:
		return a[1], nil
	case Order(a[0], a[2]) > 0:
		return a[2], nil
	}
	return a[0], nil
}

// extreme returns the position of the first of the greatest (sign 1) or
// smallest (sign -1) values that are not Null, or -1.
func extreme(a []Value, sign int) int {
	best := -1
	for i, v := range a {
		if !v.IsNull() && (best < 0 || Order(v, a[best])*sign > 0) {
			best = i
		}
	}
	return best
}

func pick(a []Value, i int) (Value, error) {
	if i < 0 {
		return Value{}, nil
	}
	return a[i], nil
}

func pickIndex(i int) (Value, error) {
	if i < 0 {
		return Value{}, nil
	}
	return Int(int64(i)), nil
}

func maximum(_ *Library, a []Value) (Value, error) { return pick(a, extreme(a, 1)) }
func minimum(_ *Library, a []Value) (Value, error) { return pick(a, extreme(a, -1)) }
func maxIDX(_ *Library, a []Value) (Value, error)  { return pickIndex(extreme(a, 1)) }
func minIDX(_ *Library, a []Value) (Value, error)  { return pickIndex(extreme(a, -1)) }

// topNIDX finds the argument that n others exceed; of equal ones the earlier
// counts as greater.
func topNIDX(_ *Library, a []Value) (Value, error) {
	if a[0].IsNull() {
		return Value{}, nil
	}
	n, values := a[0].Int(), a[1:]
	for i, v := range values {
		if v.IsNull() {
			continue
		}
		above := int64(0)
		for j, w := range values {
			if c := 0; !w.IsNull() && j != i {
				if c = Order(w, v); c > 0 || c == 0 && j < i {
					above++
				}
			}
		}
		if above == n {
			return Int(int64(i)), nil
		}
	}
	return Value{}, nil
}
