package yxdb

import (
	"fmt"
	"math"
	"unicode/utf16"

	"kickoff/record"
)

// encode puts one record into w.rec: the fixed part, then the length and the
// values of the variable part.
func (w *Writer) encode(b *record.Batch, row int) error {
	fixed := w.fixed
	if w.vars {
		fixed += 4
	}
	if cap(w.rec) < fixed {
		w.rec = make([]byte, fixed, 2*fixed)
	}
	w.rec = w.rec[:fixed]
	clear(w.rec)
	for i, f := range w.schema {
		at := w.start[i]
		c := &b.Cols[i]
		null := c.IsNull(row)
		if isVar(f.Type) {
			if null {
				w.rec[at] = 1
			} else if err := w.variable(f, c, row, at); err != nil {
				return fmt.Errorf("field %q: %w", f.Name, err)
			}
			continue
		}
		if f.Type == record.Bool {
			switch {
			case null:
				w.rec[at] = 2
			case c.Ints[row] != 0:
				w.rec[at] = 1
			}
			continue
		}
		if null {
			w.rec[at+width(f)-1] = 1
			continue
		}
		if err := w.fixedValue(f, c, row, w.rec[at:at+width(f)-1]); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	if w.vars {
		n := len(w.rec) - fixed
		if n > maxRecord {
			return fmt.Errorf("%d bytes, the limit is %d", n, maxRecord)
		}
		le.PutUint32(w.rec[w.fixed:], uint32(n))
	}
	return nil
}

// fixedValue stores a value that is not Null in its room, which holds zeros.
func (w *Writer) fixedValue(f record.Field, c *record.Column, row int, room []byte) error {
	var text []byte
	switch f.Type {
	case record.Byte:
		room[0] = byte(c.Ints[row])
		return nil
	case record.Int16:
		le.PutUint16(room, uint16(c.Ints[row]))
		return nil
	case record.Int32:
		le.PutUint32(room, uint32(c.Ints[row]))
		return nil
	case record.Int64:
		le.PutUint64(room, uint64(c.Ints[row]))
		return nil
	case record.Float:
		le.PutUint32(room, math.Float32bits(float32(c.Floats[row])))
		return nil
	case record.Double:
		le.PutUint64(room, math.Float64bits(c.Floats[row]))
		return nil
	case record.Date:
		text = []byte(record.FormatDate(c.Ints[row]))
	case record.Time:
		text = []byte(record.FormatTime(c.Ints[row]))
	case record.DateTime:
		text = []byte(record.FormatDateTime(c.Ints[row]))
	case record.FixedDecimal:
		// A decimal that is cut would be another number.
		if text = []byte(c.Strings[row]); len(text) > len(room) {
			return fmt.Errorf("the number %s is longer than %d characters", text, len(room))
		}
	case record.String:
		var lost int
		text, lost = appendNarrow(nil, c.Strings[row])
		w.lost.Replaced += int64(lost)
	case record.WString:
		text = appendWide(nil, c.Strings[row])
		// Half of a surrogate pair is not left behind.
		if n := len(room); len(text) > n && n >= 2 && utf16.IsSurrogate(rune(le.Uint16(text[n-2:]))) &&
			utf16.DecodeRune(rune(le.Uint16(text[n-2:])), rune(le.Uint16(text[n:]))) != 0xFFFD {
			text = append(text[:n-2:n-2], 0, 0, 0, 0)
		}
	}
	if len(text) > len(room) {
		w.lost.Cut++
	}
	copy(room, text)
	return nil
}

// variable stores a value that is not Null behind the record, and a reference
// to it at its place in the fixed part. Up to three bytes stand in the reference.
func (w *Writer) variable(f record.Field, c *record.Column, row, at int) error {
	start := len(w.rec)
	// Room for the longer form of the length; the shorter one is moved up.
	w.rec = append(w.rec, 0, 0, 0, 0)
	switch f.Type {
	case record.VString:
		var lost int
		w.rec, lost = appendNarrow(w.rec, c.Strings[row])
		w.lost.Replaced += int64(lost)
	case record.VWString:
		w.rec = appendWide(w.rec, c.Strings[row])
	default:
		w.rec = append(w.rec, c.Bytes[row]...)
	}
	v := w.rec[start+4:]
	n := len(v)
	switch {
	case n == 0:
		w.rec = w.rec[:start]
		return nil
	case n <= 3:
		var ref [4]byte
		copy(ref[:], v)
		le.PutUint32(w.rec[at:], le.Uint32(ref[:])|uint32(n)<<28)
		w.rec = w.rec[:start]
		return nil
	case n <= 127:
		w.rec[start] = byte(n<<1 | 1)
		copy(w.rec[start+1:], v)
		w.rec = w.rec[:start+1+n]
	case n > maxRecord:
		return fmt.Errorf("a value of %d bytes, the limit is %d", n, maxRecord)
	default:
		le.PutUint32(w.rec[start:], uint32(n)<<1)
	}
	ref := uint32(start - at)
	if ref >= 1<<28 {
		ref |= 0x80000000 // else it would look like a value in the reference
	}
	le.PutUint32(w.rec[at:], ref)
	return nil
}
