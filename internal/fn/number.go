package fn

import (
	"math"
	"strconv"
	"strings"
)

// NumberText prints a double in the shortest form that reads back as the same
// number, without a trailing .0, and with an exponent of at least two digits
// below 1e-4 and from 1e16 on (formula reference, section 2, assignment
// conversion; where exponents start is ours, and is DuckDB's).
func NumberText(f float64) string {
	switch {
	case f == 0:
		return "0" // -0 as well
	case math.IsInf(f, 0) || f != f:
		return strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64))
	}
	if a := math.Abs(f); a < 1e-4 || a >= 1e16 {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func intText(i int64) string { return strconv.FormatInt(i, 10) }

// FixedText prints a double with a fixed number of decimals. The exact binary
// value is rounded; a tie goes away from zero.
func FixedText(f float64, decimals int) string {
	if math.IsInf(f, 0) || f != f {
		return NumberText(f)
	}
	// A tie has decimals+1 decimals, so its denominator divides 2^(decimals+1).
	if scaled := math.Ldexp(f, decimals+1); scaled == math.Trunc(scaled) && math.Abs(f) < 1<<52 {
		if s := strconv.FormatFloat(f, 'f', decimals+1, 64); s[len(s)-1] == '5' {
			f = math.Nextafter(f, math.Copysign(math.Inf(1), f))
		}
	}
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	if strings.HasPrefix(s, "-") && strings.Trim(s, "-0.") == "" {
		return s[1:]
	}
	return s
}

// ParseNumber reads the longest number at the start of s, after white space: a
// sign, digits, a point, an exponent. rest is what follows it, without white
// space at its end; found is false where there is no number.
func ParseNumber(s string, point byte) (f float64, rest string, found bool) {
	s = strings.TrimSpace(s)
	n, digits := numberPrefix(s, point)
	if digits == 0 {
		return 0, s, false
	}
	num := s[:n]
	if point != '.' {
		num = strings.Replace(num, string(point), ".", 1)
	}
	f, err := strconv.ParseFloat(num, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, s, false
	}
	return f, s[n:], true
}

// numberPrefix returns the length of the number that s starts with and how many
// digits it has before its exponent.
func numberPrefix(s string, point byte) (n, digits int) {
	if n < len(s) && (s[n] == '+' || s[n] == '-') {
		n++
	}
	for n < len(s) && isDigit(s[n]) {
		n, digits = n+1, digits+1
	}
	if n < len(s) && s[n] == point {
		n++
		for n < len(s) && isDigit(s[n]) {
			n, digits = n+1, digits+1
		}
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if e < len(s) && isDigit(s[e]) {
			for n = e; n < len(s) && isDigit(s[n]); n++ {
			}
		}
	}
	return n, digits
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// roundAway rounds to a whole number, half away from zero.
func roundAway(f float64) float64 { return math.Round(f) }

// RoundTo rounds x to the nearest multiple, half away from zero. For a multiple
// that is a power of ten it scales by it, so that 1.25 rounds to 1.3 and not to
// 1.3000000000000003.
func RoundTo(x, multiple float64) float64 {
	m := math.Abs(multiple)
	if m == 0 || math.IsInf(x, 0) || x != x {
		return x
	}
	if k, ok := powerOfTen(m); ok {
		scale := math.Pow10(abs(k))
		if k < 0 {
			if r := math.Round(x*scale) / scale; !math.IsInf(r, 0) && r == r {
				return r
			}
			return x
		}
		return math.Round(x/scale) * scale
	}
	return math.Round(x/m) * m
}

// powerOfTen returns k where m is 10 to the power of k.
func powerOfTen(m float64) (int, bool) {
	k := int(math.Round(math.Log10(m)))
	return k, k > -300 && k < 300 && (math.Pow10(k) == m || k < 0 && 1/math.Pow10(-k) == m)
}

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}
