package format

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"
)

// csvField is one field of a record: its text and whether it was quoted.
type csvField struct {
	text   string
	quoted bool
}

// csvScanner splits text into records. It holds no position: record is given
// the text from the start of a record on.
type csvScanner struct {
	delim     []byte // empty: a line is one field
	eol       byte   // '\n', or '\r' in files that have no other
	quotes    QuoteMode
	delimMask uint64 // delim[0] in every byte
	eolMask   uint64
}

func newCSVScanner(delim string, q QuoteMode, cr bool) csvScanner {
	s := csvScanner{delim: []byte(delim), eol: '\n', quotes: q}
	switch delim {
	case "":
		// A whole line is one field: its quotes are part of the line.
		s.quotes = NoQuotes
	case "\n":
		// Fields end where lines do: one field a line, which may be quoted.
		s.delim = nil
	}
	if cr {
		s.eol = '\r'
	}
	s.eolMask = uint64(s.eol) * lowBits
	s.delimMask = s.eolMask
	if len(s.delim) > 0 {
		s.delimMask = uint64(s.delim[0]) * lowBits
	}
	return s
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

func load64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// next returns the first place from i on that holds the first byte of the
// delimiter or the line end, or len(b). Eight bytes are looked at a time.
func (s *csvScanner) next(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := load64(b[i:])
		x, y := w^s.delimMask, w^s.eolMask
		if m := ((x-lowBits)&^x | (y-lowBits)&^y) & highBits; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	d := byte(s.delimMask)
	for ; i < len(b) && b[i] != d && b[i] != s.eol; i++ {
	}
	return i
}

// scanState says how the scanning of a record ended.
type scanState uint8

const (
	scanDone     scanState = iota
	scanMore               // the text ends inside the record
	scanUnclosed           // the text ends inside quotes
)

// record appends the fields of the record that starts b to row. It returns the
// number of bytes and of line breaks that the record takes, its line end included.
// Fields are slices of b. last says that no text follows b.
func (s *csvScanner) record(b []byte, last bool, row []csvField) (out []csvField, n, lines int, st scanState) {
	i := 0
	for {
		if len(s.delim) == 1 {
			// The usual case by itself: plain fields, as many as there are.
			row, i = s.plain(b, i, row)
		}
		var f csvField
		var more bool
		start := i
		if s.quotes != NoQuotes && i < len(b) && s.isQuote(b[i]) {
			var breaks int
			f, i, breaks, more = s.quoted(b, i)
			lines += breaks
			if more {
				if last {
					return row, 0, lines, scanUnclosed
				}
				return row, 0, 0, scanMore
			}
			if i == len(b) && !last {
				return row, 0, 0, scanMore // what follows the quote is not known yet
			}
		}
		tail := i
		i = s.end(b, i)
		if i == len(b) && !last {
			return row, 0, 0, scanMore
		}
		atEnd := i == len(b) || b[i] == s.eol
		stop := i
		if atEnd && stop > tail && b[stop-1] == '\r' && s.eol == '\n' {
			stop--
		}
		switch {
		case !f.quoted:
			f.text = view(b[start:stop])
		case stop > tail:
			// Text behind the closing quote belongs to the field.
			f.text += string(b[tail:stop])
		}
		row = append(row, f)
		if atEnd {
			if i < len(b) {
				i++
			}
			return row, i, lines + 1, scanDone
		}
		i += len(s.delim)
	}
}

// plain takes the fields from i on that are not quoted and end with the
// delimiter, and returns the place behind them.
func (s *csvScanner) plain(b []byte, i int, row []csvField) ([]csvField, int) {
	d := s.delim[0]
	for i < len(b) {
		if c := b[i]; (c == '"' || c == '\'') && s.isQuote(c) {
			break
		}
		k := s.next(b, i)
		if k == len(b) || b[k] != d {
			break
		}
		row = append(row, csvField{text: view(b[i:k])})
		i = k + 1
	}
	return row, i
}

// end returns where the unquoted rest of a field ends.
func (s *csvScanner) end(b []byte, i int) int {
	if len(s.delim) == 0 {
		if k := bytes.IndexByte(b[i:], s.eol); k >= 0 {
			return i + k
		}
		return len(b)
	}
	for {
		i = s.next(b, i)
		if i == len(b) || b[i] == s.eol || len(s.delim) == 1 || bytes.HasPrefix(b[i:], s.delim) {
			return i
		}
		i++
	}
}

func (s *csvScanner) isQuote(c byte) bool {
	switch s.quotes {
	case DoubleQuotes:
		return c == '"'
	case SingleQuotes:
		return c == '\''
	case AutoQuotes:
		return c == '"' || c == '\''
	}
	return false
}

// quoted reads the quoted part of a field that starts at i, and returns the
// place behind the closing quote. more is true where there is none in b.
func (s *csvScanner) quoted(b []byte, i int) (f csvField, end, breaks int, more bool) {
	q := b[i]
	start, doubled := i+1, false
	for i = start; ; {
		k := bytes.IndexByte(b[i:], q)
		if k < 0 {
			return f, 0, 0, true
		}
		i += k + 1
		if i == len(b) || b[i] != q {
			break
		}
		i++
		doubled = true
	}
	text := b[start : i-1]
	f = csvField{text: view(text), quoted: true}
	if doubled {
		f.text = strings.ReplaceAll(f.text, string([]byte{q, q}), string(q))
	}
	return f, i, bytes.Count(text, []byte{s.eol}), false
}

// view is b as a string without a copy. It holds because a chunk of text is
// never written again after it was read.
func view(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b))
}
