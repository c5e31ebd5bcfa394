package yxdb

import "fmt"

// lzfDecode expands src behind dst, which must have room for max more bytes:
// what a block may expand to. Its input is not trusted.
func lzfDecode(dst, src []byte, max int) ([]byte, error) {
	base := len(dst)
	limit := base + max
	for i := 0; i < len(src); {
		c := int(src[i])
		i++
		if c < 32 {
			n := c + 1
			if i+n > len(src) || len(dst)+n > limit {
				return dst, fmt.Errorf("%w: LZF literal run", ErrCorrupt)
			}
			dst = append(dst, src[i:i+n]...)
			i += n
			continue
		}
		n := c >> 5
		if n == 7 {
			if i == len(src) {
				return dst, fmt.Errorf("%w: LZF length", ErrCorrupt)
			}
			n += int(src[i])
			i++
		}
		if i == len(src) {
			return dst, fmt.Errorf("%w: LZF offset", ErrCorrupt)
		}
		off := (c&31)<<8 + int(src[i]) + 1
		i++
		n += 2
		from := len(dst) - off
		if from < base || len(dst)+n > limit {
			return dst, fmt.Errorf("%w: LZF back reference", ErrCorrupt)
		}
		if off >= n {
			dst = append(dst, dst[from:from+n]...)
			continue
		}
		// The run overlaps itself: it repeats its last off bytes.
		for ; n > off; n -= off {
			dst = append(dst, dst[len(dst)-off:]...)
		}
		from = len(dst) - off
		dst = append(dst, dst[from:from+n]...)
	}
	return dst, nil
}

const (
	lzfHashBits = 14
	lzfMaxLen   = 264
	lzfMaxOff   = 1 << 13
)

// lzfEncode compresses src behind dst. It gives up, and returns false, where
// that takes as much room as src.
func lzfEncode(dst, src []byte, table *[1 << lzfHashBits]int32) ([]byte, bool) {
	clear(table[:])
	limit := len(dst) + len(src)
	lit := 0 // start of the bytes not written yet
	flush := func(to int) bool {
		for lit < to {
			n := min(to-lit, 32)
			if len(dst)+n+1 > limit {
				return false
			}
			dst = append(dst, byte(n-1))
			dst = append(dst, src[lit:lit+n]...)
			lit += n
		}
		return true
	}
	for i := 0; i+2 < len(src); {
		h := uint32(src[i])<<16 | uint32(src[i+1])<<8 | uint32(src[i+2])
		slot := &table[h*2654435761>>(32-lzfHashBits)]
		ref := int(*slot) - 1
		*slot = int32(i + 1)
		off := i - ref - 1
		if ref < 0 || off >= lzfMaxOff || src[ref] != src[i] || src[ref+1] != src[i+1] || src[ref+2] != src[i+2] {
			i++
			continue
		}
		n := 3
		for n < lzfMaxLen && i+n < len(src) && src[ref+n] == src[i+n] {
			n++
		}
		if !flush(i) || len(dst)+3 > limit {
			return dst, false
		}
		if n < 9 {
			dst = append(dst, byte((n-2)<<5|off>>8), byte(off))
		} else {
			dst = append(dst, byte(7<<5|off>>8), byte(n-9), byte(off))
		}
		i += n
		lit = i
	}
	if !flush(len(src)) {
		return dst, false
	}
	return dst, true
}
