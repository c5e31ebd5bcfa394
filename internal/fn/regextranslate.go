package fn

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// translated is a pattern in the syntax of the two engines. They differ in how a
// named group is written alone, so one text serves both.
type translated struct {
	re2, backtracking string
	// backtracks says that RE2 has no such construct: look-around, references to groups,
	// atomic groups and possessive repeats, conditions.
	backtracks bool
	// words says that the pattern looks for the edges of words, which RE2 sees in
	// ASCII text alone.
	words bool
}

// translator rewrites a pattern of Boost's Perl syntax (formula reference,
// section 3.11, regex flavour).
type translator struct {
	in         string
	at         int
	out        strings.Builder
	atom       int // where the last atom starts in out, for possessive repeats; -1 for none
	open       []int
	ignoreCase bool
	backtracks bool
	words      bool
}

func translateRegex(pattern string, ignoreCase bool) (translated, error) {
	t := &translator{in: pattern, atom: -1, ignoreCase: ignoreCase}
	for t.at < len(t.in) {
		if err := t.step(); err != nil {
			return translated{}, err
		}
	}
	s := t.out.String()
	return translated{re2: s, backtracking: s, backtracks: t.backtracks, words: t.words}, nil
}

// step translates one element.
func (t *translator) step() error {
	c := t.in[t.at]
	switch c {
	case '\\':
		return t.escape()
	case '[':
		t.begin()
		return t.class()
	case '(':
		return t.group()
	case ')':
		if n := len(t.open); n > 0 {
			t.atom, t.open = t.open[n-1], t.open[:n-1]
		}
		t.copy(1)
	case '*', '+', '?', '{':
		t.repeat()
	case '|':
		t.copy(1)
		t.atom = -1
	default:
		t.begin()
		_, n := utf8.DecodeRuneInString(t.in[t.at:])
		t.copy(n)
	}
	return nil
}

// begin notes that an atom starts here.
func (t *translator) begin() { t.atom = t.out.Len() }

func (t *translator) copy(n int) {
	t.out.WriteString(t.in[t.at : t.at+n])
	t.at += n
}

// repeat copies a quantifier. Neither engine has the possessive form, which is the
// same as an atomic group around the repeat.
func (t *translator) repeat() {
	n := 1
	if t.in[t.at] == '{' {
		end := strings.IndexByte(t.in[t.at:], '}')
		if end < 0 || strings.Trim(t.in[t.at+1:t.at+end], "0123456789,") != "" || end == 1 {
			t.begin() // a brace like any other character
			t.out.WriteString(`\{`)
			t.at++
			return
		}
		n = end + 1
	}
	if t.at+n < len(t.in) && t.in[t.at+n] == '+' && t.atom >= 0 {
		s := t.out.String()
		t.out.Reset()
		t.out.WriteString(s[:t.atom] + "(?>" + s[t.atom:] + t.in[t.at:t.at+n] + ")")
		t.at += n + 1
		t.backtracks = true
		return
	}
	t.copy(n)
	if t.at < len(t.in) && t.in[t.at] == '?' {
		t.copy(1)
	}
}

// group copies the opening of a group.
func (t *translator) group() error {
	rest := t.in[t.at:]
	if strings.HasPrefix(rest, "(?#") {
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return errors.New("a comment (?# has no end")
		}
		t.at += end + 1
		return nil
	}
	t.open = append(t.open, t.out.Len())
	t.atom = -1
	for _, p := range []string{"(?=", "(?!", "(?<=", "(?<!", "(?>", "(?("} {
		if strings.HasPrefix(rest, p) {
			t.backtracks = true
			t.copy(len(p))
			if p == "(?(" { // its condition is a group of its own
				t.open = append(t.open, t.out.Len())
			}
			return nil
		}
	}
	switch {
	case strings.HasPrefix(rest, "(?<"), strings.HasPrefix(rest, "(?'"):
		end := strings.IndexAny(rest[3:], ">'")
		if end < 0 {
			return errors.New("the name of a group has no end")
		}
		t.out.WriteString("(?P<" + rest[3:3+end] + ">")
		t.at += 3 + end + 1
	case strings.HasPrefix(rest, "(?|"), strings.HasPrefix(rest, "(?R"), strings.HasPrefix(rest, "(?&"):
		return fmt.Errorf("%s does not run here", rest[:3])
	case strings.HasPrefix(rest, "(?"):
		t.copy(2)
		for t.at < len(t.in) && strings.IndexByte("imsx-:P<", t.in[t.at]) >= 0 {
			t.copy(1)
		}
	default:
		t.copy(1)
	}
	return nil
}

// escape translates a backslash and what follows it.
func (t *translator) escape() error {
	if t.at+1 == len(t.in) {
		return errors.New("it ends with a backslash")
	}
	c := t.in[t.at+1]
	t.begin()
	t.words = t.words || strings.IndexByte("bB<>", c) >= 0
	if strings.IndexByte("bBAz", c) >= 0 {
		t.copy(2)
		return nil
	}
	if s, ok := assertions[c]; ok {
		t.out.WriteString(s)
		t.at += 2
		return nil
	}
	if s, ok := t.members(c); ok {
		t.out.WriteString("[" + s + "]")
		t.at += 2
		return nil
	}
	if s, ok := t.members(c | 0x20); ok {
		t.out.WriteString("[^" + s + "]")
		t.at += 2
		return nil
	}
	switch {
	case c >= '1' && c <= '9':
		t.backtracks = true
		t.copy(2)
		return nil
	case c == 'k' || c == 'g':
		return t.reference()
	case c == 'Q':
		return t.quoted()
	case c == 'G' || c == 'K' || c == 'X' || c == 'C':
		return fmt.Errorf(`\%c does not run here`, c)
	case c == 'p' || c == 'P':
		return t.property()
	}
	r, err := t.character()
	if err == nil {
		t.out.WriteString(quoteRune(r))
	}
	return err
}

// assertions are the escapes that become something else.
var assertions = map[byte]string{'<': `\b`, '>': `\b`, '`': `\A`, '\'': `\z`, 'Z': `(?:\n?\z)`, 'R': `(?:\r\n|[\n-\r])`}

// reference translates \k<name>, \g{1} and \g1.
func (t *translator) reference() error {
	t.backtracks = true
	rest := t.in[t.at+2:]
	if rest == "" {
		return errors.New("a reference without a group")
	}
	if isDigit(rest[0]) {
		t.out.WriteString(`\` + rest[:1])
		t.at += 3
		return nil
	}
	end := strings.IndexAny(rest[1:], ">}'")
	if end < 1 || strings.IndexByte("<{'", rest[0]) < 0 {
		return errors.New("a reference without a group")
	}
	name := rest[1 : 1+end]
	if _, err := strconv.Atoi(name); err == nil {
		t.out.WriteString(`\` + name)
	} else {
		t.out.WriteString(`\k<` + name + `>`)
	}
	t.at += 2 + end + 2
	return nil
}

// quoted translates \Q...\E.
func (t *translator) quoted() error {
	rest := t.in[t.at+2:]
	text, _, found := strings.Cut(rest, `\E`)
	t.at += 2 + len(text)
	if found {
		t.at += 2
	}
	for _, r := range text {
		t.begin()
		t.out.WriteString(quoteRune(r))
	}
	return nil
}

// property copies \pL and \p{Lu}.
func (t *translator) property() error {
	rest := t.in[t.at:]
	if len(rest) > 2 && rest[2] == '{' {
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return errors.New(`\p{ has no end`)
		}
		t.copy(end + 1)
		return nil
	}
	t.copy(min(3, len(rest)))
	return nil
}

// character reads an escape that stands for one character.
func (t *translator) character() (rune, error) {
	c := t.in[t.at+1]
	rest := t.in[t.at+2:]
	t.at += 2
	if i := strings.IndexByte("ntrfae", c); i >= 0 {
		return rune("\n\t\r\f\a\x1b"[i]), nil
	}
	switch c {
	case 'x':
		return t.hexadecimal(rest)
	case '0':
		n := 0
		for n < 3 && n < len(rest) && rest[n] >= '0' && rest[n] <= '7' {
			n++
		}
		v, _ := strconv.ParseUint("0"+rest[:n], 8, 16)
		t.at += n
		return rune(v), nil
	case 'c':
		if rest == "" {
			return 0, errors.New(`\c without a letter`)
		}
		t.at++
		return rune(rest[0] & 0x1F), nil
	}
	r, n := utf8.DecodeRuneInString(t.in[t.at-1:])
	t.at += n - 1
	return r, nil
}

// hexadecimal reads \x41 and \x{FF01}.
func (t *translator) hexadecimal(rest string) (rune, error) {
	if strings.HasPrefix(rest, "{") {
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return 0, errors.New(`\x{ has no end`)
		}
		v, err := strconv.ParseUint(rest[1:end], 16, 32)
		if err != nil || v > utf8.MaxRune {
			return 0, fmt.Errorf(`\x%s is no character`, rest[:end+1])
		}
		t.at += end + 1
		return rune(v), nil
	}
	n := 0
	for n < 2 && n < len(rest) && isHex(rest[n]) {
		n++
	}
	v, _ := strconv.ParseUint("0"+rest[:n], 16, 16)
	t.at += n
	return rune(v), nil
}

// quoteRune writes a character that means itself in both engines.
func quoteRune(r rune) string {
	if r < 0x80 && strings.IndexByte(`\.+*?()|[]{}^$-#&~`, byte(r)) >= 0 {
		return `\` + string(r)
	}
	if r < ' ' {
		return fmt.Sprintf(`\x%02x`, r)
	}
	return string(r)
}

// class translates [...]. A bracket inside is written with a backslash, since
// the backtracking engine would subtract a class there.
func (t *translator) class() error {
	t.copy(1)
	if t.at < len(t.in) && t.in[t.at] == '^' {
		t.copy(1)
	}
	first := true
	for ; t.at < len(t.in); first = false {
		rest := t.in[t.at:]
		switch {
		case rest[0] == ']' && !first:
			t.copy(1)
			return nil
		case rest[0] == ']':
			t.out.WriteString(`\]`)
			t.at++
		case strings.HasPrefix(rest, "[:"):
			name, _, ok := strings.Cut(rest[2:], ":]")
			if !ok {
				t.out.WriteString(`\[`)
				t.at++
				continue
			}
			n := len("[:") + len(name) + len(":]")
			if s, ok := t.named(name); ok {
				t.out.WriteString(s)
				t.at += n
				continue
			}
			t.copy(n)
		case strings.HasPrefix(rest, "[.") || strings.HasPrefix(rest, "[="):
			return fmt.Errorf("%s in a class does not run here", rest[:2])
		case rest[0] == '[':
			t.out.WriteString(`\[`)
			t.at++
		case rest[0] == '\\':
			if err := t.classEscape(); err != nil {
				return err
			}
		default:
			_, n := utf8.DecodeRuneInString(rest)
			t.copy(n)
		}
	}
	return errors.New("a class [ has no end")
}

// classEscape translates a backslash inside a class.
func (t *translator) classEscape() error {
	if t.at+1 == len(t.in) {
		return errors.New("it ends with a backslash")
	}
	c := t.in[t.at+1]
	if s, ok := t.members(c); ok {
		t.out.WriteString(s)
		t.at += 2
		return nil
	}
	if s, ok := t.others(c | 0x20); ok && c < 'a' {
		t.out.WriteString(s)
		t.at += 2
		return nil
	}
	switch c {
	case 'H', 'V':
		return fmt.Errorf(`\%c in a class does not run here`, c)
	case 'p', 'P':
		return t.property()
	case 'b':
		t.out.WriteString(`\x08`)
		t.at += 2
		return nil
	}
	r, err := t.character()
	if err == nil {
		t.out.WriteString(quoteRune(r))
	}
	return err
}
