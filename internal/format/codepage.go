package format

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
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
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case 932:
		return japanese.ShiftJIS, nil
	case 51932, 20932:
		return japanese.EUCJP, nil
	case 50220:
		return japanese.ISO2022JP, nil
	case 936:
		return simplifiedchinese.GBK, nil
	case 54936:
		return simplifiedchinese.GB18030, nil
	case 52936:
		return simplifiedchinese.HZGB2312, nil
	case 949, 51949:
		return korean.EUCKR, nil
	case 950:
		return traditionalchinese.Big5, nil
	}
	if m := c.charmap(); m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("code page %d is not supported", int(c))
}

// charmap returns the table of a code page of one byte a character, or nil.
func (c CodePage) charmap() *charmap.Charmap {
	switch c {
	case Latin1, 1252, 20127:
		return charmap.Windows1252
	case 37:
		return charmap.CodePage037
	case 437:
		return charmap.CodePage437
	case 850:
		return charmap.CodePage850
	case 852:
		return charmap.CodePage852
	case 855:
		return charmap.CodePage855
	case 858:
		return charmap.CodePage858
	case 860:
		return charmap.CodePage860
	case 862:
		return charmap.CodePage862
	case 863:
		return charmap.CodePage863
	case 865:
		return charmap.CodePage865
	case 866:
		return charmap.CodePage866
	case 874:
		return charmap.Windows874
	case 1047:
		return charmap.CodePage1047
	case 1140:
		return charmap.CodePage1140
	case 1250:
		return charmap.Windows1250
	case 1251:
		return charmap.Windows1251
	case 1253:
		return charmap.Windows1253
	case 1254:
		return charmap.Windows1254
	case 1255:
		return charmap.Windows1255
	case 1256:
		return charmap.Windows1256
	case 1257:
		return charmap.Windows1257
	case 1258:
		return charmap.Windows1258
	case 10000:
		return charmap.Macintosh
	case 10007:
		return charmap.MacintoshCyrillic
	case 20866:
		return charmap.KOI8R
	case 21866:
		return charmap.KOI8U
	case 28592:
		return charmap.ISO8859_2
	case 28593:
		return charmap.ISO8859_3
	case 28594:
		return charmap.ISO8859_4
	case 28595:
		return charmap.ISO8859_5
	case 28596:
		return charmap.ISO8859_6
	case 28597:
		return charmap.ISO8859_7
	case 28598:
		return charmap.ISO8859_8
	case 28599:
		return charmap.ISO8859_9
	case 28603:
		return charmap.ISO8859_13
	case 28605:
		return charmap.ISO8859_15
	}
	return nil
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
