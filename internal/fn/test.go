package fn

import (
	"math"
	"strings"
	"unicode"

	"kickoff/record"
)

func isEmpty(_ *Library, a []Value) (Value, error) {
	return Bool(a[0].IsNull() || a[0].t.IsString() && a[0].s == ""), nil
}

func isNull(_ *Library, a []Value) (Value, error) { return Bool(a[0].IsNull()), nil }

// isInteger: a number without a fraction, or text of a whole number.
func isInteger(_ *Library, a []Value) (Value, error) {
	v := a[0]
	if v.IsNumber() {
		f := v.Float()
		return Bool(v.IsWhole() || f == math.Trunc(f)), nil
	}
	s := strings.TrimSpace(v.Text())
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return Bool(!v.IsNull() && s != "" && strings.Trim(s, "0123456789") == ""), nil
}

// isNumber, isString and isSpatialObj see the value; the interpreter and the
// engine know the answer from the type, also for Null.
func isNumber(_ *Library, a []Value) (Value, error) { return Bool(a[0].IsNumber()), nil }
func isString(_ *Library, a []Value) (Value, error) { return Bool(a[0].IsText()), nil }
func isSpatialObj(_ *Library, a []Value) (Value, error) {
	return Bool(a[0].t == record.SpatialObj), nil
}

// isLowerCase and isUpperCase look at letters only; other characters do not count.
func isLowerCase(_ *Library, a []Value) (Value, error) {
	return Bool(strings.IndexFunc(a[0].Text(), unicode.IsUpper) < 0), nil
}

func isUpperCase(_ *Library, a []Value) (Value, error) {
	return Bool(strings.IndexFunc(a[0].Text(), unicode.IsLower) < 0), nil
}

func equalStrings(_ *Library, a []Value) (Value, error) { return Bool(Same(a[0], a[1])), nil }

// compareDigits: the first digit of the difference stands n or more places to the
// right of that of the larger number. n is rounded and must be 1 to 19.
func compareDigits(_ *Library, a []Value) (Value, error) {
	x, y, n := a[0].Float(), a[1].Float(), roundAway(a[2].Float())
	if !(n >= 1 && n <= 19) {
		return fail("CompareDigits: %s is no number of digits from 1 to 19", a[2].Text())
	}
	if x == y {
		return Bool(true), nil
	}
	top := math.Floor(math.Log10(math.Max(math.Abs(x), math.Abs(y)))) + 1
	return Bool(math.Abs(x-y) < math.Pow(10, top-n)), nil
}

func compareEpsilon(_ *Library, a []Value) (Value, error) {
	return Bool(math.Abs(a[0].Float()-a[1].Float()) < a[2].Float()), nil
}

func compareDictionary(_ *Library, a []Value) (Value, error) {
	return Int(int64(CompareDictionary(a[0].Text(), a[1].Text()))), nil
}
