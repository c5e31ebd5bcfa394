package oauth1

// unreserved holds the characters that stay as they are (RFC 5849 section 3.6).
var unreserved = func() (t [256]bool) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = true, true
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = true
	}
	for _, c := range "-._~" {
		t[c] = true
	}
	return t
}()

const upperHex = "0123456789ABCDEF"

// Encode returns s percent-encoded as RFC 5849 section 3.6 wants it: all but
// letters, digits and "-._~", with upper-case hexadecimal.
func Encode(s string) string { return string(AppendEncode(nil, s)) }

// AppendEncode appends the percent-encoded form of s to dst (RFC 5849 section 3.6).
func AppendEncode[S string | []byte](dst []byte, s S) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if unreserved[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// appendEncodeTwice appends s percent-encoded twice, which is how a name or a
// value stands in the base string: once for section 3.4.1.3.2, once more for
// section 3.4.1.1. An unreserved byte maps to itself and any other to "%25XX",
// so byte order is that of the single encoding and pairs may be sorted in
// this form.
func appendEncodeTwice(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if unreserved[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', '2', '5', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// appendRecode decodes s and appends it encoded twice. Where plus is set a
// "+" is a blank, as in a query or a form; in the Authorization header it is
// a plus sign. It reports false for a "%" without two hexadecimal digits.
func appendRecode(dst []byte, s string, plus bool) ([]byte, bool) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if unreserved[c] {
			dst = append(dst, c)
			continue
		}
		switch {
		case c == '+' && plus:
			c = ' '
		case c == '%':
			if i+2 >= len(s) {
				return dst, false
			}
			hi, lo := unhex[s[i+1]], unhex[s[i+2]]
			if hi > 15 || lo > 15 {
				return dst, false
			}
			c = hi<<4 | lo
			i += 2
			if unreserved[c] {
				dst = append(dst, c)
				continue
			}
		}
		dst = append(dst, '%', '2', '5', upperHex[c>>4], upperHex[c&15])
	}
	return dst, true
}

// appendDecode appends s decoded; plus as in appendRecode.
func appendDecode(dst []byte, s string, plus bool) ([]byte, bool) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+' && plus:
			c = ' '
		case c == '%':
			if i+2 >= len(s) {
				return dst, false
			}
			hi, lo := unhex[s[i+1]], unhex[s[i+2]]
			if hi > 15 || lo > 15 {
				return dst, false
			}
			c = hi<<4 | lo
			i += 2
		}
		dst = append(dst, c)
	}
	return dst, true
}

// unhex maps a hexadecimal digit to its value and anything else to 255.
var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := range 10 {
		t['0'+i] = byte(i)
	}
	for i := range 6 {
		t['a'+i], t['A'+i] = byte(10+i), byte(10+i)
	}
	return t
}()
