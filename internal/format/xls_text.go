package format

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
)

var errShortRecord = errors.New("the record is too short")

// xlsText reads the numbers and texts of a record one after the other, over the
// records that continue it. After an error all is zero.
type xlsText struct {
	parts [][]byte
	err   error
}

// take returns the next n bytes; a number never stands across two records.
func (x *xlsText) take(n int) []byte {
	for len(x.parts) > 1 && len(x.parts[0]) == 0 {
		x.parts = x.parts[1:]
	}
	if x.err != nil || n > len(x.parts[0]) {
		x.err = errShortRecord
		return make([]byte, 8)[:min(n, 8)]
	}
	b := x.parts[0][:n]
	x.parts[0] = x.parts[0][n:]
	return b
}

func (x *xlsText) u8() int  { return int(x.take(1)[0]) }
func (x *xlsText) u16() int { return int(binary.LittleEndian.Uint16(x.take(2))) }
func (x *xlsText) u32() int { return int(binary.LittleEndian.Uint32(x.take(4))) }

// skip passes over bytes that may go on in the next record.
func (x *xlsText) skip(n int) {
	for n > 0 && x.err == nil {
		if len(x.parts[0]) == 0 && len(x.parts) == 1 {
			x.err = errShortRecord
			return
		}
		k := len(x.take(max(1, min(n, len(x.parts[0])))))
		n -= k
	}
}

// text reads a text of n characters, before which a byte says whether they have
// one byte each or two.
func (x *xlsText) text(n int) string { return x.characters(n, x.u8()&1 != 0) }

// rich reads a text of the table of shared texts with its length; fonts and
// phonetics are passed over.
func (x *xlsText) rich() string {
	n, flags := x.u16(), x.u8()
	runs, ext := 0, 0
	if flags&8 != 0 {
		runs = x.u16()
	}
	if flags&4 != 0 {
		ext = x.u32()
	}
	s := x.characters(n, flags&1 != 0)
	x.skip(4*runs + ext)
	return s
}

// characters reads n characters. Where they go on in the next record, its first
// byte says anew how wide they are.
func (x *xlsText) characters(n int, wide bool) string {
	var b strings.Builder
	var units []uint16
	for n > 0 && x.err == nil {
		if len(x.parts[0]) == 0 {
			if len(x.parts) == 1 {
				x.err = errShortRecord
				break
			}
			x.parts = x.parts[1:]
			wide = x.u8()&1 != 0
			continue
		}
		if wide {
			k := min(n, len(x.parts[0])/2)
			if k == 0 {
				x.err = errShortRecord
				break
			}
			raw := x.take(2 * k)
			for i := range k {
				units = append(units, binary.LittleEndian.Uint16(raw[2*i:]))
			}
			n -= k
			continue
		}
		k := min(n, len(x.parts[0]))
		for _, c := range x.take(k) {
			units = append(units, uint16(c))
		}
		n -= k
	}
	for _, r := range utf16.Decode(units) {
		b.WriteRune(r)
	}
	return b.String()
}
