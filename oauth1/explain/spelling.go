package explain

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// speller is a way to percent-encode, right or wrong.
type speller struct {
	safe    [256]bool // bytes that stay
	hex     string
	plus    bool // "+" for a blank
	charset charset
	times   int // how often: 0 leaves the text as it is
}

type charset uint8

const (
	utf8Bytes  charset = iota
	latin1             // one byte a character, "?" beyond
	utf16Units         // %XX of the number of the UTF-16 unit, %20AC where it takes four digits
	lowByte            // the low byte of the UTF-16 unit
	jsEscape           // %XX up to 255, %uXXXX beyond
)

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

// rfc is the encoding of RFC 5849 section 3.6.
var rfc = spell("", "")

// spell returns a speller that leaves the characters of keep unescaped as
// well, and escapes those of escape.
func spell(keep, escape string) *speller {
	s := &speller{hex: upperHex, times: 1}
	for c := range 256 {
		s.safe[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			strings.IndexByte("-._~"+keep, byte(c)) >= 0 && c < utf8.RuneSelf && strings.IndexByte(escape, byte(c)) < 0
	}
	return s
}

func (s speller) lower() *speller             { s.hex = lowerHex; return &s }
func (s speller) withPlus() *speller          { s.plus = true; return &s }
func (s speller) in(c charset) *speller       { s.charset = c; return &s }
func (s speller) repeated(times int) *speller { s.times = times; return &s }

func (s *speller) string(text string) string {
	for i := range len(text) {
		if !s.safe[text[i]] {
			return string(s.append(nil, text))
		}
	}
	return text
}

// changes reports whether s writes text otherwise than rfc does.
func (s *speller) changes(text string) bool {
	for i := range len(text) {
		c := text[i]
		if s.safe[c] != rfc.safe[c] {
			return true
		}
		if !s.safe[c] && (s.times != 1 || c == ' ' && s.plus || c >= utf8.RuneSelf && s.charset != utf8Bytes ||
			s.hex[c>>4] != rfc.hex[c>>4] || s.hex[c&15] != rfc.hex[c&15]) {
			return true
		}
	}
	return false
}

func (s *speller) append(dst []byte, text string) []byte {
	if s.times == 0 {
		return append(dst, text...)
	}
	for range s.times - 1 {
		text = string(s.once(nil, text))
	}
	return s.once(dst, text)
}

// appendBytes is append for bytes.
func (s *speller) appendBytes(dst, text []byte) []byte {
	if s.times != 1 || s.charset != utf8Bytes {
		return s.append(dst, string(text))
	}
	for _, c := range text {
		if s.safe[c] {
			dst = append(dst, c)
		} else {
			dst = s.byte(dst, c)
		}
	}
	return dst
}

func (s *speller) once(dst []byte, text string) []byte {
	if s.charset != utf8Bytes && !ascii(text) {
		return s.units(dst, text)
	}
	for i := range len(text) {
		if c := text[i]; s.safe[c] {
			dst = append(dst, c)
		} else {
			dst = s.byte(dst, c)
		}
	}
	return dst
}

func (s *speller) byte(dst []byte, c byte) []byte {
	switch {
	case s.safe[c]:
		return append(dst, c)
	case c == ' ' && s.plus:
		return append(dst, '+')
	}
	return append(dst, '%', s.hex[c>>4], s.hex[c&15])
}

// units writes character by character for the encodings that are not UTF-8.
func (s *speller) units(dst []byte, text string) []byte {
	for _, u := range utf16.Encode([]rune(text)) {
		switch {
		case u < utf8.RuneSelf:
			dst = s.byte(dst, byte(u))
		case s.charset == latin1 && u > 255:
			dst = s.byte(dst, '?')
		case u > 255 && s.charset == jsEscape:
			dst = append(dst, '%', 'u', s.hex[u>>12], s.hex[u>>8&15], s.hex[u>>4&15], s.hex[u&15])
		case u > 255 && s.charset == utf16Units:
			dst = append(dst, '%')
			if u>>12 != 0 {
				dst = append(dst, s.hex[u>>12])
			}
			dst = append(dst, s.hex[u>>8&15], s.hex[u>>4&15], s.hex[u&15])
		default:
			dst = append(dst, '%', s.hex[u>>4&15], s.hex[u&15])
		}
	}
	return dst
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// utf16Bytes appends text in UTF-16, low byte first, as .NET's Encoding.Unicode does.
func utf16Bytes(dst []byte, text string) []byte {
	for _, u := range utf16.Encode([]rune(text)) {
		dst = append(dst, byte(u), byte(u>>8))
	}
	return dst
}

// decode undoes percent-encoding; a "%" that nothing fits behind stays.
func decode(s string, plus bool) string {
	if strings.IndexByte(s, '%') < 0 && !(plus && strings.IndexByte(s, '+') >= 0) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '+' && plus {
			c = ' '
		} else if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
		}
		b = append(b, c)
	}
	return string(b)
}

func isHex(c byte) bool { return unhex(c) < 16 }

func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
