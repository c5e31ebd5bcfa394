package fn

import (
	"slices"
	"strings"
	"unicode"
)

// The vendor's regex library asks the system what a character is, which knows
// all of Unicode: \w matches é, and \s the space that does not break. Digits
// are those of ASCII here.

// members is what a class escape such as \w stands for, to be put into brackets.
// With case ignored, \u and \l match any letter that has case.
func (t *translator) members(c byte) (string, bool) {
	switch c {
	case 'd':
		return `\d`, true
	case 'w':
		return `\p{L}\p{Nd}_`, true
	case 's':
		return "\\s\\x0b\u0085\\p{Z}", true
	case 'u', 'l':
		switch {
		case t.ignoreCase:
			return `\p{Lu}\p{Ll}`, true
		case c == 'u':
			return `\p{Lu}`, true
		}
		return `\p{Ll}`, true
	case 'h':
		return `\t\p{Zs}`, true
	case 'v':
		return "\\n-\\r\u0085\u2028\u2029", true
	}
	return "", false
}

// named is what a class such as [:alpha:] stands for inside brackets; false for
// those that the engines have themselves. Boost has short names too.
func (t *translator) named(name string) (string, bool) {
	switch name {
	case "word":
		return t.members('w')
	case "space":
		return t.members('s')
	case "upper":
		return t.members('u')
	case "lower":
		return t.members('l')
	case "blank":
		return t.members('h')
	case "alpha":
		return `\p{L}`, true
	case "alnum":
		return `\p{L}\p{Nd}`, true
	case "punct":
		return `[:punct:]\p{P}\p{S}`, true
	case "graph":
		return "[:graph:]\u00a1-\U0010ffff", true
	case "print":
		return "[:print:]\u00a0-\U0010ffff", true
	case "unicode":
		return "\u0100-\U0010ffff", true
	}
	if len(name) == 1 {
		return t.members(name[0])
	}
	return "", false
}

// others lists, inside brackets, the characters that a class escape does not
// stand for: neither engine has \W there with all of Unicode.
func (t *translator) others(c byte) (string, bool) {
	var in []*unicode.RangeTable
	switch c {
	case 'd':
		return `\D`, true
	case 'w':
		in = []*unicode.RangeTable{unicode.L, unicode.Nd, table('_', '_')}
	case 's':
		in = []*unicode.RangeTable{unicode.Z, table('\t', '\r'), table(0x85, 0x85)}
	case 'u', 'l':
		switch {
		case t.ignoreCase:
			in = []*unicode.RangeTable{unicode.Lu, unicode.Ll}
		case c == 'u':
			in = []*unicode.RangeTable{unicode.Lu}
		default:
			in = []*unicode.RangeTable{unicode.Ll}
		}
	default:
		return "", false
	}
	return complement(in), true
}

func table(low, high rune) *unicode.RangeTable {
	return &unicode.RangeTable{R32: []unicode.Range32{{Lo: uint32(low), Hi: uint32(high), Stride: 1}}}
}

// complement writes the ranges that are in none of the tables.
func complement(tables []*unicode.RangeTable) string {
	var taken []unicode.Range32
	for _, t := range tables {
		for _, r := range t.R16 {
			taken = spread(taken, uint32(r.Lo), uint32(r.Hi), uint32(r.Stride))
		}
		for _, r := range t.R32 {
			taken = spread(taken, r.Lo, r.Hi, r.Stride)
		}
	}
	slices.SortFunc(taken, func(a, b unicode.Range32) int { return int(a.Lo) - int(b.Lo) })
	var b strings.Builder
	next := uint32(0)
	gap := func(to uint32) {
		if next < to {
			b.WriteString(quoteRune(rune(next)) + "-" + quoteRune(rune(to-1)))
		}
	}
	for _, r := range taken {
		gap(r.Lo)
		next = max(next, r.Hi+1)
	}
	gap(unicode.MaxRune + 1)
	return b.String()
}

// spread appends a range as ranges without gaps.
func spread(to []unicode.Range32, low, high, stride uint32) []unicode.Range32 {
	if stride == 1 {
		return append(to, unicode.Range32{Lo: low, Hi: high, Stride: 1})
	}
	for ; low <= high; low += stride {
		to = append(to, unicode.Range32{Lo: low, Hi: low, Stride: 1})
	}
	return to
}
