package fn

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Replacement is the parsed text that replaces a match, in the format that
// Boost calls perl: $1, ${1}, $&, $$, \1, and \U \L \E \u \l for case.
type Replacement struct{ parts []part }

// part is literal text, a group (literal empty, group >= 0), or a change of case.
type part struct {
	literal string
	group   int // -1 where the part is no group
	op      byte
}

// The parts of the text around a match, as group numbers.
const (
	groupBefore = 1_000_000 + iota
	groupAfter
)

// ParseReplacement reads a replacement. Every text is one.
func ParseReplacement(s string) *Replacement {
	r := &Replacement{}
	for s != "" {
		i := strings.IndexAny(s, `$\`)
		if i < 0 || i == len(s)-1 {
			r.text(s)
			break
		}
		r.text(s[:i])
		if s[i] == '$' {
			s = r.dollar(s[i+1:])
		} else {
			s = r.escape(s[i+1:])
		}
	}
	return r
}

func (r *Replacement) text(s string) {
	if s != "" {
		r.parts = append(r.parts, part{literal: s, group: -1})
	}
}

func (r *Replacement) group(n int) { r.parts = append(r.parts, part{group: n}) }

// dollar reads what follows a $ and returns the rest.
func (r *Replacement) dollar(s string) string {
	switch {
	case s[0] == '$':
		r.text("$")
		return s[1:]
	case s[0] == '&':
		r.group(0)
		return s[1:]
	case s[0] == '`':
		r.group(groupBefore)
		return s[1:]
	case s[0] == '\'':
		r.group(groupAfter)
		return s[1:]
	case s[0] == '{':
		if end := strings.IndexByte(s, '}'); end > 1 {
			if n, err := strconv.Atoi(s[1:end]); err == nil && n >= 0 && n < groupBefore {
				r.group(n)
				return s[end+1:]
			}
		}
	case isDigit(s[0]):
		n := 1
		for n < len(s) && n < 3 && isDigit(s[n]) {
			n++
		}
		r.group(number(s[:n]))
		return s[n:]
	}
	r.text("$")
	return s
}

// escape reads what follows a backslash and returns the rest.
func (r *Replacement) escape(s string) string {
	switch c := s[0]; {
	case isDigit(c):
		r.group(int(c - '0'))
	case strings.IndexByte("ULEul", c) >= 0:
		r.parts = append(r.parts, part{group: -1, op: c})
	case strings.IndexByte("ntrfave", c) >= 0:
		r.text(string("\n\t\r\f\a\v\x1b"[strings.IndexByte("ntrfave", c)]))
	case c == 'x' && len(s) > 2 && isHex(s[1]) && isHex(s[2]):
		n, _ := strconv.ParseUint(s[1:3], 16, 8)
		r.text(string(rune(n)))
		return s[3:]
	default:
		_, w := utf8.DecodeRuneInString(s)
		r.text(s[:w])
		return s[w:]
	}
	return s[1:]
}

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// expand writes the replacement of match m in s. A group that the pattern does not
// have, or that took no part, is empty.
func (r *Replacement) expand(b *strings.Builder, s string, m []Span) {
	var all, next byte // U, L or 0; u, l or 0
	for _, p := range r.parts {
		text := p.literal
		switch {
		case p.op == 'U' || p.op == 'L':
			all = p.op
			continue
		case p.op == 'E':
			all = 0
			continue
		case p.op != 0:
			next = p.op
			continue
		case p.group == groupBefore:
			text = s[:m[0].Start]
		case p.group == groupAfter:
			text = s[m[0].End:]
		case p.group >= 0 && p.group < len(m) && m[p.group].Start >= 0:
			text = s[m[p.group].Start:m[p.group].End]
		}
		switch all {
		case 'U':
			text = strings.ToUpper(text)
		case 'L':
			text = strings.ToLower(text)
		}
		if next != 0 && text != "" {
			first, w := utf8.DecodeRuneInString(text)
			to := unicode.ToUpper(first)
			if next == 'l' {
				to = unicode.ToLower(first)
			}
			b.WriteRune(to)
			text, next = text[w:], 0
		}
		b.WriteString(text)
	}
}

// RE2Replacement returns a replacement for engines built on RE2, \1 for a group and
// \\ for a backslash, or false where it changes case or uses the text around the
// match. The pattern is one that RE2 takes.
func RE2Replacement(pattern, to string) (string, bool) {
	re, _, ok := RE2(pattern, false)
	if !ok {
		return "", false
	}
	groups := regexp.MustCompile(re).NumSubexp()
	var b strings.Builder
	for _, p := range ParseReplacement(to).parts {
		switch {
		case p.op != 0 || p.group > 9:
			return "", false
		case p.group < 0:
			b.WriteString(strings.ReplaceAll(p.literal, `\`, `\\`))
		case p.group <= groups:
			b.WriteByte('\\')
			b.WriteByte(byte('0' + p.group))
		}
	}
	return b.String(), true
}
