package fn

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CompareDictionary is the function of that name (formula reference, section
// 3.12): -1, 0 or 1. Case is ignored. A run of digits counts as a number, with
// a sign before it at the start or after a space, decimals and an exponent; of
// equal numbers the longer is greater. Letters with marks stand after all
// letters without, which is not how a dictionary sorts; see DictionaryKey.
func CompareDictionary(a, b string) int {
	return bytes.Compare(dictionaryKey(a, true), dictionaryKey(b, true))
}

// The classes of what a key holds, in order.
const (
	classEnd = iota
	classSign
	classNumber
	classLetter
)

// DictionaryKey returns bytes that compare as the texts do in a dictionary: like
// CompareDictionary, but accents and then case count where all else is equal.
// The vendor's page of the Sort tool has an English dictionary go a, A, ă, Ă, y.
//
// The key is four levels, each ended by a zero: letters without case and accents,
// and numbers by value; the accents; capitals; the lengths of the numbers.
func DictionaryKey(s string) []byte { return dictionaryKey(s, false) }

// dictionaryKey makes a key; with marks, a letter with an accent is a letter of
// its own, and there is no level of capitals.
func dictionaryKey(s string, marks bool) []byte {
	s = strings.ToValidUTF8(s, "\uFFFD")
	key := make([]byte, 0, 4*len(s)+8)
	var accents, capitals, lengths []byte
	plain := 0 // letters without accent since the last accent
	small := 0 // letters that are no capitals since the last capital
	rest := s
	for rest != "" {
		if n := numberAt(s, len(s)-len(rest)); n > 0 {
			key = appendNumber(append(key, classNumber), rest[:n])
			lengths = binary.BigEndian.AppendUint32(lengths, uint32(n))
			rest = rest[n:]
			continue
		}
		letter, accent, n := letterAt(rest, marks)
		rest = rest[n:]
		base := unicode.ToLower(letter)
		class := byte(classSign)
		if unicode.IsLetter(base) {
			class = classLetter
		}
		key = append(key, class, byte(base>>16), byte(base>>8), byte(base))
		if base == letter || marks {
			small++
		} else {
			for ; small > 0; small-- {
				capitals = append(capitals, 1)
			}
			capitals = append(capitals, 2)
		}
		if accent == "" {
			plain++
			continue
		}
		for ; plain > 0; plain-- {
			accents = append(accents, 1)
		}
		accents = append(append(append(accents, 2), accent...), 1)
	}
	key = append(key, classEnd)
	key = append(append(key, accents...), 0)
	key = append(append(key, capitals...), 0)
	return append(key, lengths...)
}

// letterAt returns the first character without its accents, the accents, and its
// length with combining accents that follow. With whole, the accents stay on it.
func letterAt(s string, whole bool) (letter rune, accent string, n int) {
	r := rune(s[0])
	n = 1
	if r < 0x80 && (len(s) == 1 || s[1] < 0x80) {
		return r, "", 1
	}
	n = norm.NFD.NextBoundaryInString(s, true)
	if n <= 0 {
		n = len(s)
	}
	form := norm.NFD
	if whole {
		form = norm.NFC
	}
	letters := []rune(form.String(s[:n]))
	return letters[0], string(letters[1:]), n
}

// numberAt returns the length of the number that starts at byte i of s, or 0.
func numberAt(s string, i int) int {
	n := i
	if (s[i] == '-' || s[i] == '+') && (i == 0 || s[i-1] == ' ') {
		n++
	}
	if n == len(s) || !isDigit(s[n]) {
		return 0
	}
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n+1 < len(s) && s[n] == '.' && isDigit(s[n+1]) {
		for n++; n < len(s) && isDigit(s[n]); n++ {
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
	return n - i
}

// appendNumber adds a number so that bytes compare as values: sign, the place of
// the first digit that is not 0, the digits, an end. Those of a negative number are reversed.
func appendNumber(key []byte, s string) []byte {
	negative := s[0] == '-'
	s = strings.ToLower(strings.TrimLeft(s, "+-"))
	mantissa, exp, _ := strings.Cut(s, "e")
	whole, frac, _ := strings.Cut(mantissa, ".")
	place := len(whole) + clampInt(exp)
	digits := strings.TrimRight(whole+frac, "0")
	for strings.HasPrefix(digits, "0") {
		digits, place = digits[1:], place-1
	}
	if digits == "" {
		return append(key, 2)
	}
	from := len(key)
	key = append(key, 3)
	key = binary.BigEndian.AppendUint32(key, uint32(place)+1<<31)
	key = append(append(key, digits...), 0)
	if negative {
		key[from] = 1
		for i := from + 1; i < len(key); i++ {
			key[i] = ^key[i]
		}
	}
	return key
}

// clampInt reads an exponent, bounded so that it cannot overflow.
func clampInt(s string) int {
	negative := strings.HasPrefix(s, "-")
	n := 0
	for _, c := range strings.TrimLeft(s, "+-") {
		n = min(n*10+int(c-'0'), 1e8)
	}
	if negative {
		return -n
	}
	return n
}
