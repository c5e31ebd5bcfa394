package fn

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxText bounds the text that one call may make, in characters.
const maxText = 256 << 20

// whiteSpace is what Trim removes by default.
const whiteSpace = " \t\n\v\f\r"

// ofText makes a function from text to text.
func ofText(f func(string) string) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) { return Text(f(a[0].Text())), nil }
}

// search makes Contains, StartsWith and EndsWith: without regard to case unless
// the third argument is 0; Null gives False.
func search(f func(s, t string) bool) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		if a[0].IsNull() || a[1].IsNull() {
			return Bool(false), nil
		}
		s, t := a[0].Text(), a[1].Text()
		if flag(a, 2, true) {
			s, t = lower(s), lower(t)
		}
		return Bool(f(s, t)), nil
	}
}

// runeCount is the number of characters. Characters beyond the basic plane count
// as one, as in the engine; Designer counts UTF-16 units.
func runeCount(s string) int { return utf8.RuneCountInString(s) }

// byteAt is the place in bytes of the character at position n, at most the end.
func byteAt(s string, n int64) int {
	if n >= int64(len(s)) {
		return len(s)
	}
	return cutRunes(s, int(max(n, 0)))
}

func length(_ *Library, a []Value) (Value, error) {
	return Int(int64(runeCount(a[0].Text()))), nil
}

// left and right: a negative length, or one beyond the text, is all of it; Null
// is none of it.
func left(_ *Library, a []Value) (Value, error) {
	s, n, ok := lengthOf(a)
	if ok {
		s.s = s.s[:byteAt(s.s, n)]
	}
	return s, nil
}

func right(_ *Library, a []Value) (Value, error) {
	s, n, ok := lengthOf(a)
	if ok {
		if skip := int64(runeCount(s.s)) - n; skip > 0 {
			s.s = s.s[byteAt(s.s, skip):]
		}
	}
	return s, nil
}

func lengthOf(a []Value) (s Value, n int64, ok bool) {
	switch {
	case a[0].IsNull():
		return Value{}, 0, false
	case a[1].IsNull():
		return Text(""), 0, false
	}
	n = a[1].Int()
	return Text(a[0].Text()), n, n >= 0
}

// substring: a start before the text shortens what is taken.
func substring(_ *Library, a []Value) (Value, error) {
	if a[0].IsNull() {
		return Value{}, nil
	}
	s, start := a[0].Text(), int64(0)
	if !a[1].IsNull() {
		start = a[1].Int()
	}
	n := int64(len(s))
	if len(a) > 2 {
		if a[2].IsNull() {
			return Text(""), nil
		}
		if n = min(a[2].Int(), n); start < 0 {
			n = a[2].Int() + max(start, -a[2].Int())
		}
	}
	if n <= 0 {
		return Text(""), nil
	}
	s = s[byteAt(s, start):]
	return Text(s[:byteAt(s, n)]), nil
}

func countWords(_ *Library, a []Value) (Value, error) {
	n := 0
	for word := range strings.SplitSeq(a[0].Text(), " ") {
		if word != "" {
			n++
		}
	}
	return Int(int64(n)), nil
}

func getWord(_ *Library, a []Value) (Value, error) {
	if a[0].IsNull() {
		return Value{}, nil
	}
	n := a[1].Int()
	for word := range strings.SplitSeq(a[0].Text(), " ") {
		if word == "" {
			continue
		}
		if n == 0 {
			return Text(word), nil
		}
		n--
	}
	return Value{}, nil
}

func getLeft(_ *Library, a []Value) (Value, error) {
	s := a[0].Text()
	if i := strings.IndexAny(s, a[1].Text()); i >= 0 {
		s = s[:i]
	}
	return Text(s), nil
}

func getRight(_ *Library, a []Value) (Value, error) {
	s := a[0].Text()
	if i := strings.IndexAny(s, a[1].Text()); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	return Text(s), nil
}

func getPart(_ *Library, a []Value) (Value, error) {
	s, set := a[0].Text(), a[1].Text()
	n := a[2].Int()
	if n < 0 {
		return Text(""), nil
	}
	for ; ; n-- {
		i := strings.IndexAny(s, set)
		switch {
		case n == 0 && i < 0:
			return Text(s), nil
		case n == 0:
			return Text(s[:i]), nil
		case i < 0:
			return Text(""), nil
		}
		_, w := utf8.DecodeRuneInString(s[i:])
		s = s[i+w:]
	}
}

// findString: a Null text holds nothing, a Null to look for is at the start.
func findString(_ *Library, a []Value) (Value, error) {
	if a[0].IsNull() {
		return Int(-1), nil
	}
	return Int(find(a[0].Text(), a[1].Text())), nil
}

// find is the position in characters of t in s, or -1.
func find(s, t string) int64 {
	i := strings.Index(s, t)
	if i < 0 {
		return -1
	}
	return int64(runeCount(s[:i]))
}

// findNth counts occurrences from 1; the count is rounded.
func findNth(_ *Library, a []Value) (Value, error) {
	s, t, n := a[0].Text(), a[1].Text(), whole(a[2])
	if n < 1 || t == "" {
		return Int(-1), nil
	}
	at := 0
	for ; ; n-- {
		i := strings.Index(s[at:], t)
		if i < 0 {
			return Int(-1), nil
		}
		if n == 1 {
			return Int(int64(runeCount(s[:at+i]))), nil
		}
		at += i + len(t)
	}
}

// padding makes PadLeft and PadRight.
func padding(left bool) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		if a[0].IsNull() || a[1].IsNull() {
			return Value{}, nil
		}
		s, c := a[0].Text(), a[2].Text()
		missing := a[1].Int() - int64(runeCount(s))
		if c == "" || missing <= 0 {
			return Text(s), nil
		}
		if missing > maxText {
			return Value{}, fmt.Errorf("a text of %d characters is too long", a[1].Int())
		}
		_, w := utf8.DecodeRuneInString(c)
		pad := strings.Repeat(c[:w], int(missing))
		if left {
			return Text(pad + s), nil
		}
		return Text(s + pad), nil
	}
}

// replace: Null is an empty text; nothing to look for changes nothing.
func replace(_ *Library, a []Value) (Value, error) {
	s, t, r := a[0].Text(), a[1].Text(), a[2].Text()
	if t == "" {
		return Text(s), nil
	}
	if n := strings.Count(s, t); n > 0 && len(s)+n*(len(r)-len(t)) > maxText {
		return Value{}, fmt.Errorf("the text that Replace makes is too long")
	}
	return Text(strings.ReplaceAll(s, t, r)), nil
}

func replaceFirst(_ *Library, a []Value) (Value, error) {
	if a[1].Text() == "" {
		return a[0], nil
	}
	return Text(strings.Replace(a[0].Text(), a[1].Text(), a[2].Text(), 1)), nil
}

func replaceChar(_ *Library, a []Value) (Value, error) {
	set := a[1].Text()
	to, n := utf8.DecodeRuneInString(a[2].Text())
	if n == 0 {
		to = -1
	}
	return Text(strings.Map(func(r rune) rune {
		if strings.ContainsRune(set, r) {
			return to
		}
		return r
	}, a[0].Text())), nil
}

func reverse(s string) string {
	b := make([]byte, len(s))
	at := len(s)
	for _, r := range s {
		at -= utf8.RuneLen(r)
		utf8.EncodeRune(b[at:], r)
	}
	return string(b[at:])
}

// span counts the characters at the start of s that are, or are not, in a set.
func span(in bool) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		n := int64(0)
		for _, r := range a[0].Text() {
			if strings.ContainsRune(a[1].Text(), r) != in {
				break
			}
			n++
		}
		return Int(n), nil
	}
}

func stripQuotes(s string) string {
	if n := len(s); n > 1 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	return s
}

// titleCase starts words after white space only: "arrow-head" is one word.
func titleCase(s string) string {
	start := true
	return strings.Map(func(r rune) rune {
		was := start
		start = unicode.IsSpace(r)
		if was {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, s)
}

// trimming makes Trim, TrimLeft and TrimRight. Without characters to remove,
// they remove white space.
func trimming(f func(s, set string) string) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		if a[0].IsNull() {
			return Value{}, nil
		}
		set := whiteSpace
		if len(a) > 1 && a[1].Text() != "" {
			set = a[1].Text()
		}
		return Text(f(a[0].Text(), set)), nil
	}
}

func md5Hex(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

func md5ASCII(s string) string {
	return md5Hex([]byte(strings.Map(func(r rune) rune {
		if r > 0x7F {
			return '?'
		}
		return r
	}, s)))
}

func md5Unicode(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return md5Hex(b)
}

func md5UTF8(s string) string { return md5Hex([]byte(s)) }

// uuidCreate makes a random UUID (RFC 9562, version 4) in lower case.
func uuidCreate(l *Library, _ []Value) (Value, error) {
	l.mu.Lock()
	hi, lo := l.rand.Uint64(), l.rand.Uint64()
	l.mu.Unlock()
	hi = hi&^0xF000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:], hi)
	binary.BigEndian.PutUint64(raw[8:], lo)
	text := make([]byte, 0, 36)
	for i, part := range [][]byte{raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, part)
	}
	return Text(string(text)), nil
}

// isASCII reports whether all characters of s are ASCII.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
