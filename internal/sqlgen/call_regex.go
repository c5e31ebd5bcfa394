package sqlgen

import "regexp/syntax"

// matchesNothing reports whether a pattern may match an empty text: where the
// next match after one starts, engines do not agree.
func matchesNothing(pattern string) bool {
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
