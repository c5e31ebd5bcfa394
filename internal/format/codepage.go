package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"

	"kickoff/internal/codepage"
)

// CodePage is a Windows code page number. Documents write the number, or
// "UTF16".
type CodePage int

// The code pages that are treated by themselves.
const (
	Latin1  CodePage = 28591 // read and written as Windows-1252, as on the vendor's platform
	UTF8    CodePage = 65001
	UTF16LE CodePage = 1200
	UTF16BE CodePage = 1201
)

// ParseCodePage reads a code page as documents write it. Empty is Latin1.
func ParseCodePage(s string) (CodePage, error) {
	switch strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), "-", "")) {
	case "":
		return Latin1, nil
	case "UTF16", "UTF16LE", "UNICODE":
		return UTF16LE, nil
	case "UTF16BE":
		return UTF16BE, nil
	case "UTF8":
		return UTF8, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0, fmt.Errorf("code page %q is not a number", s)
	}
	c := CodePage(n)
	if _, err := c.encoding(); err != nil {
		return 0, err
	}
	return c, nil
}

// IsWide reports whether text of the code page needs V_WString: all but Latin-1,
// Windows-1252 and ASCII.
func (c CodePage) IsWide() bool { return c != Latin1 && c != 1252 && c != 20127 }

// encoding returns the x/text encoding, nil for UTF-8.
func (c CodePage) encoding() (encoding.Encoding, error) {
	switch c {
	case UTF8:
		return nil, nil
	case Latin1:
		return charmap.Windows1252, nil
	}
	if enc, ok := codepage.Lookup(int(c)); ok {
		return enc, nil
	}
	return nil, fmt.Errorf("code page %d is not supported", int(c))
}

// charmap returns the table of a code page of one byte a character, or nil.
func (c CodePage) charmap() *charmap.Charmap {
	enc, err := c.encoding()
	if err != nil {
		return nil
	}
	m, _ := enc.(*charmap.Charmap)
	return m
}

// decodeText returns r as UTF-8, without its byte order mark. A mark overrides
// the code page: documents that say 28591 read marked files as Unicode. The
// returned code page is the one in force. The caller checks that UTF-8 is valid,
// because only it knows the line.
func decodeText(r io.Reader, c CodePage) (io.Reader, CodePage, error) {
	head := make([]byte, 3)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, c, err
	}
	head = head[:n]
	switch {
	case n >= 3 && head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF:
		c, head = UTF8, nil
	case n >= 2 && head[0] == 0xFF && head[1] == 0xFE:
		c, head = UTF16LE, head[2:]
	case n >= 2 && head[0] == 0xFE && head[1] == 0xFF:
		c, head = UTF16BE, head[2:]
	}
	in := &prefixReader{head, r}
	if c == UTF8 {
		return in, c, nil
	}
	if m := c.charmap(); m != nil {
		return newByteDecoder(in, m), c, nil
	}
	enc, err := c.encoding()
	if err != nil {
		return nil, c, err
	}
	return transform.NewReader(in, enc.NewDecoder()), c, nil
}

// fits refuses a code page that cannot be that of a file whose first bytes are
// head: texts of two bytes a character have zeros in their line ends and
// delimiters at least, and others have none at every second place.
func (c CodePage) fits(head []byte) error {
	if len(head) < 8 || head[0] >= 0xFE && head[1] >= 0xFE {
		return nil // too short to tell, or with a byte order mark
	}
	zeros := [2]int{}
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	wide := c == UTF16LE || c == UTF16BE
	switch {
	case wide && zeros[0]+zeros[1] == 0:
		return errors.New("the file is not UTF-16; it is of another code page, perhaps 65001 or 28591")
	case !wide && zeros[1] > len(head)/3 && zeros[0] == 0:
		return errors.New("the file is of another code page, perhaps UTF-16 (1200)")
	case !wide && zeros[0] > len(head)/3 && zeros[1] == 0:
		return errors.New("the file is of another code page, perhaps UTF-16 (1201)")
	}
	return nil
}

// mistaken reports whether a text of one byte a character has characters of
// UTF-8 in head, which Latin-1 texts do not have by chance.
func (c CodePage) mistaken(head []byte) bool {
	if c.charmap() == nil || asciiPrefix(head) == len(head) {
		return false
	}
	for cut := range utf8.UTFMax { // the last character may not be there to its end
		if cut < len(head) && utf8.Valid(head[:len(head)-cut]) {
			return asciiPrefix(head) < len(head)-cut
		}
	}
	return false
}

// badUTF8 is the place of the first byte that is not UTF-8, or -1.
func badUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; ; {
		c, n := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}

// mend puts U+FFFD in the place of each byte that is not UTF-8.
func mend(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// mended says that mend was needed, first in a line.
func mended(line int64, b byte) Notice {
	return Notice{Line: line, Text: fmt.Sprintf("byte 0x%02X is not UTF-8 and was read as %q, as all of its kind are; the file is of another code page, perhaps 28591", b, utf8.RuneError)}
}

// archive names the kind of archive that a file begins as, or is empty: such a file
// would be read as text that nobody wrote.
func archive(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "a zip archive or a workbook"
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B, 8}):
		return "compressed (gzip)"
	}
	return ""
}

// firstBytes keeps the first bytes that are read.
type firstBytes struct {
	r    io.Reader
	kept []byte
}

func (f *firstBytes) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if room := 4096 - len(f.kept); room > 0 {
		f.kept = append(f.kept, b[:min(n, room)]...)
	}
	return n, err
}

// prefixReader gives back the bytes that were looked at, then reads on directly.
type prefixReader struct {
	head []byte
	r    io.Reader
}

func (p *prefixReader) Read(b []byte) (int, error) {
	if len(p.head) > 0 {
		n := copy(b, p.head)
		p.head = p.head[n:]
		return n, nil
	}
	return p.r.Read(b)
}

// byteDecoder turns a code page of single bytes into UTF-8. Runs of ASCII, which
// most files are made of, are copied as they are.
type byteDecoder struct {
	r     io.Reader
	table [256]string
	ascii bool // bytes below 0x80 stand for themselves
	raw   []byte
	out   []byte // decoded and not handed out yet
	err   error
}

func newByteDecoder(r io.Reader, m *charmap.Charmap) *byteDecoder {
	d := &byteDecoder{r: r, ascii: true}
	for i := range d.table {
		ch := m.DecodeByte(byte(i))
		if ch == 0xFFFD {
			// Bytes without a character pass as control characters, as Windows does.
			ch = rune(i)
		}
		d.table[i] = string(ch)
		if i < 0x80 && ch != rune(i) {
			d.ascii = false
		}
	}
	return d
}

func (d *byteDecoder) Read(b []byte) (int, error) {
	if len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		n, err := d.r.Read(b)
		d.err = err
		if n == 0 {
			return 0, err
		}
		k := 0
		if d.ascii {
			k = asciiPrefix(b[:n])
		}
		if k == n {
			return n, nil
		}
		// The rest may grow up to three times, so it goes by a buffer of our own.
		d.raw = d.raw[:0]
		for _, c := range b[k:n] {
			d.raw = append(d.raw, d.table[c]...)
		}
		d.out = d.raw
		if k > 0 {
			return k, nil
		}
	}
	n := copy(b, d.out)
	d.out = d.out[n:]
	return n, nil
}

// asciiPrefix returns how many leading bytes of b are below 0x80.
func asciiPrefix(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if load64(b[i:])&0x8080808080808080 != 0 {
			break
		}
	}
	for i < len(b) && b[i] < 0x80 {
		i++
	}
	return i
}
