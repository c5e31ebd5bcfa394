package yxdb

import (
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// arena holds the text that had to be decoded, some values in one piece of memory.
type arena struct{ free []byte }

// take returns room for n bytes, which nobody else writes.
func (a *arena) take(n int) []byte {
	if n > len(a.free) {
		if n > 16<<10 {
			return make([]byte, n)
		}
		a.free = make([]byte, 64<<10)
	}
	b := a.free[:n:n]
	a.free = a.free[n:]
	return b
}

// view is b as a string without a copy. It holds because an expanded block is
// never written again.
func view(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b))
}

// narrow decodes the text of String and V_String: Windows-1252, as the vendor's
// platform writes it.
func (a *arena) narrow(b []byte) string {
	extra := 0
	for i := 0; i < len(b); {
		if i+8 <= len(b) && le.Uint64(b[i:])&0x8080808080808080 == 0 {
			i += 8
			continue
		}
		if b[i] >= 0x80 {
			extra += utf8.RuneLen(windows1252(b[i])) - 1
		}
		i++
	}
	if extra == 0 {
		return view(b)
	}
	out := a.take(len(b) + extra)[:0]
	for _, c := range b {
		out = utf8.AppendRune(out, windows1252(c))
	}
	return view(out)
}

// wide decodes UTF-16LE. Half of a surrogate pair becomes U+FFFD.
func (a *arena) wide(b []byte) string {
	n := len(b) / 2
	if n == 0 {
		return ""
	}
	out := a.take(n)
	i := 0
	for ; i < n; i++ {
		lo, hi := b[2*i], b[2*i+1]
		if hi != 0 || lo >= 0x80 {
			break
		}
		out[i] = lo
	}
	if i == n {
		return view(out)
	}
	more := a.take(3 * n)[:0]
	more = append(more, out[:i]...)
	for ; i < n; i++ {
		c := rune(le.Uint16(b[2*i:]))
		if utf16.IsSurrogate(c) {
			d := utf8.RuneError
			if i+1 < n {
				d = utf16.DecodeRune(c, rune(le.Uint16(b[2*i+2:])))
			}
			if d != utf8.RuneError {
				i++
			}
			c = d
		}
		more = utf8.AppendRune(more, c)
	}
	return view(more)
}

// high1252 are the characters 0x80 to 0x9F of Windows-1252; the five that it
// leaves out stand for control characters.
var high1252 = [32]rune{
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
}

func windows1252(c byte) rune {
	if c >= 0x80 && c < 0xA0 {
		return high1252[c-0x80]
	}
	return rune(c)
}

// appendNarrow appends s in Windows-1252. lost counts the characters that it
// does not hold, written as question marks.
func appendNarrow(dst []byte, s string) (out []byte, lost int) {
	for _, r := range s {
		switch {
		case r < 0x80 || r >= 0xA0 && r <= 0xFF:
			dst = append(dst, byte(r))
		default:
			c := byte('?')
			for i, h := range high1252 {
				if h == r {
					c = byte(0x80 + i)
				}
			}
			if c == '?' {
				lost++
			}
			dst = append(dst, c)
		}
	}
	return dst, lost
}

func appendWide(dst []byte, s string) []byte {
	for _, r := range s {
		if r >= 0x10000 {
			a, b := utf16.EncodeRune(r)
			dst = le.AppendUint16(le.AppendUint16(dst, uint16(a)), uint16(b))
			continue
		}
		dst = le.AppendUint16(dst, uint16(r))
	}
	return dst
}
