package fn

import (
	"math"
	"strconv"
	"strings"
)

// NumberText prints a double as the vendor's record library does: to fifteen
// significant digits, without zeros at the end, and so that it reads well: with an
// exponent from 1e15 on, and where the zeros after the point would make it longer
// than fifteen digits.
func NumberText(f float64) string {
	var b [32]byte
	return string(appendDouble(b[:0], f))
}

// numberDigits are the significant digits of a double in text.
const numberDigits = 15

func appendDouble(b []byte, f float64) []byte {
	switch {
	case f == 0:
		return append(b, '0') // -0 as well
	case f != f:
		return append(b, "nan"...)
	case math.IsInf(f, 0):
		return append(b, map[bool]string{true: "inf", false: "-inf"}[f > 0]...)
	case f == math.Trunc(f) && math.Abs(f) < 1e15:
		return strconv.AppendInt(b, int64(f), 10)
	}
	// d.dddddddddddddde-XX
	var mantissa [32]byte
	e := strconv.AppendFloat(mantissa[:0], math.Abs(f), 'e', numberDigits-1, 64)
	exponent := 0
	for _, c := range e[numberDigits+3:] {
		exponent = exponent*10 + int(c-'0')
	}
	sign := e[numberDigits+2]
	if sign == '-' {
		exponent = -exponent
	}
	digits := append(e[:1], e[2:numberDigits+1]...)
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	if f < 0 {
		b = append(b, '-')
	}
	point := exponent + 1 // digits before the point; negative: zeros after it
	switch {
	case point > numberDigits, point < 0 && len(digits)-point > numberDigits-1:
		b = append(append(append(b, digits[0], '.'), digits[1:]...), 'e', sign)
		if exponent = abs(exponent); exponent < 10 {
			b = append(b, '0')
		}
		return strconv.AppendInt(b, int64(exponent), 10)
	case point <= 0:
		b = append(b, "0.00000000000000000"[:2-point]...)
		return append(b, digits...)
	case point >= len(digits):
		b = append(b, digits...)
		for range point - len(digits) {
			b = append(b, '0')
		}
		return b
	}
	b = append(append(b, digits[:point]...), '.')
	return append(b, digits[point:]...)
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
// sign, digits, a point, an exponent after e or d, as the vendor's record library
// does. rest is what follows it, without white space at its end; found is false
// where there is no number.
func ParseNumber(s string, point byte) (f float64, rest string, found bool) {
	s = strings.Trim(s, numberSpace)
	n, digits := numberPrefix(s, point)
	if digits == 0 {
		return 0, s, false
	}
	num := s[:n]
	if point != '.' {
		num = strings.Replace(num, string(point), ".", 1)
	}
	if i := strings.IndexAny(num, "dD"); i >= 0 {
		num = num[:i] + "e" + num[i+1:]
	}
	f, err := strconv.ParseFloat(num, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, s, false
	}
	return f, s[n:], true
}

// numberSpace may stand around a number.
const numberSpace = " \t\n\r"

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
	if n < len(s) && strings.IndexByte("eEdD", s[n]) >= 0 {
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

// RoundTo rounds x to the nearest multiple, half away from zero. It divides by the
// multiple, as the product does: 0.35 by 0.1 is a little less than 3.5 and becomes
// 0.3. The whole number of a multiple like 0.01 is divided by 100 again, so that 1.25
// rounds to 1.3 and not to 1.3000000000000003.
func RoundTo(x, multiple float64) float64 {
	m := math.Abs(multiple)
	if m == 0 || math.IsInf(x, 0) || x != x {
		return x
	}
	n := math.Round(x / m)
	if math.IsInf(n, 0) {
		return x
	}
	if k, ok := powerOfTen(m); ok && k < 0 {
		return n / math.Pow10(-k)
	}
	return n * m
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
