package tool

import "strings"

// naturalLess orders texts as the fields of a Cross Tab stand: as capitals, so that
// an underscore comes after all letters, with runs of digits compared by their value.
func naturalLess(a, b string) bool {
	if c := compareNatural(strings.ToUpper(a), strings.ToUpper(b)); c != 0 {
		return c < 0
	}
	return a < b
}

func compareNatural(a, b string) int {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 {
		m, n := digits(x), digits(y)
		if m > 0 && n > 0 {
			if c := compareDigits(string(x[:m]), string(y[:n])); c != 0 {
				return c
			}
			x, y = x[m:], y[n:]
			continue
		}
		if x[0] != y[0] {
			return int(x[0]) - int(y[0])
		}
		x, y = x[1:], y[1:]
	}
	return len(x) - len(y)
}

// digits is the length of the run of digits that s begins with.
func digits(s []rune) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// compareDigits compares two runs of digits of any length by value.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
