package fn

import "regexp/syntax"

// maxClassRanges bounds the ranges of characters in a pattern that RE2 gets: it
// refuses programs of a size that \w{1,500} with all letters would reach.
const maxClassRanges = 20_000

// classRanges counts the ranges of characters, those in repeats as often as
// these are written out.
func classRanges(re *syntax.Regexp) int {
	n := len(re.Rune) / 2
	for _, sub := range re.Sub {
		n += classRanges(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}

// matchesEmpty reports whether a pattern may match an empty text.
func matchesEmpty(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err != nil || least(re) == 0
}

// least is the length of the shortest match, 0 or 1.
func least(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return min(len(re.Rune), 1)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return least(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min == 0 {
			return 0
		}
		return least(re.Sub[0])
	case syntax.OpConcat:
		for _, s := range re.Sub {
			if least(s) > 0 {
				return 1
			}
		}
		return 0
	case syntax.OpAlternate:
		for _, s := range re.Sub {
			if least(s) == 0 {
				return 0
			}
		}
		return 1
	}
	return 0
}
