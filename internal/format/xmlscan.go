package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlKind says what an xmlScanner found.
type xmlKind uint8

const (
	xmlStart xmlKind = iota
	xmlEnd
	xmlText
)

// xmlScanner reads the elements of an XML part of a workbook. It knows no
// namespaces, entities of a document type or encodings but UTF-8: sheets hold
// none of them, and encoding/xml takes ten times as long. name, attrs and text
// hold until the next call.
type xmlScanner struct {
	r    io.Reader
	buf  []byte
	pos  int
	eof  bool
	max  int // greatest size of one token
	name []byte
	// attrs is what stands behind the name in a tag.
	attrs []byte
	text  []byte
	ended bool // the last start tag ended itself
}

func newXMLScanner(r io.Reader, max int) *xmlScanner {
	return &xmlScanner{r: r, max: max, buf: make([]byte, 0, 64<<10)}
}

var errXMLToken = errors.New("a value or tag of the XML is too long")

// more reads on, keeping everything from pos on. It returns false at the end.
func (s *xmlScanner) more() (bool, error) {
	if s.eof {
		return false, nil
	}
	if s.pos > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
		s.pos = 0
	}
	if len(s.buf) == cap(s.buf) {
		if len(s.buf) >= s.max {
			return false, errXMLToken
		}
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	for {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if err == io.EOF {
			s.eof = true
			return n > 0, nil
		}
		if err != nil {
			return false, err
		}
		if n > 0 {
			return true, nil
		}
	}
}

// find returns the place of b relative to pos, from the place from on, or -1 at the end.
func (s *xmlScanner) find(b string, from int) (int, error) {
	for {
		if k := bytes.Index(s.buf[min(s.pos+from, len(s.buf)):], []byte(b)); k >= 0 {
			return from + k, nil
		}
		from = max(from, len(s.buf)-s.pos-len(b)+1)
		if ok, err := s.more(); !ok {
			return -1, err
		}
	}
}

// next returns the next start tag, end tag or text, or io.EOF.
func (s *xmlScanner) next() (xmlKind, error) {
	if s.ended {
		s.ended = false
		return xmlEnd, nil
	}
	for {
		k, err := s.find("<", 0)
		if err != nil {
			return 0, err
		}
		if k < 0 {
			return 0, io.EOF
		}
		if k > 0 {
			s.text = s.buf[s.pos : s.pos+k]
			s.pos += k
			return xmlText, nil
		}
		kind, skip, err := s.tag()
		if err != nil || !skip {
			return kind, err
		}
	}
}

// tag reads what begins with <. skip is true for what is no element.
func (s *xmlScanner) tag() (kind xmlKind, skip bool, err error) {
	for len(s.buf)-s.pos < 9 {
		if ok, err := s.more(); err != nil {
			return 0, false, err
		} else if !ok {
			break
		}
	}
	b := s.buf[s.pos:]
	until := func(end string, from int) (int, error) {
		k, err := s.find(end, from)
		if err == nil && k < 0 {
			err = io.ErrUnexpectedEOF
		}
		return k, err
	}
	switch {
	case bytes.HasPrefix(b, []byte("<!--")):
		k, err := until("-->", 4)
		s.pos += k + 3
		return 0, true, err
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		k, err := until("]]>", 9)
		if err != nil {
			return 0, false, err
		}
		// Text in CDATA is taken as it is; references are not expected in it.
		s.text = bytes.ReplaceAll(s.buf[s.pos+9:s.pos+k], []byte("&"), []byte("&amp;"))
		s.pos += k + 3
		return xmlText, false, nil
	case bytes.HasPrefix(b, []byte("<?")):
		k, err := until("?>", 2)
		s.pos += k + 2
		return 0, true, err
	case bytes.HasPrefix(b, []byte("<!")):
		return 0, false, errors.New("the XML has a document type, which is refused")
	}
	k, err := s.tagEnd()
	if err != nil {
		return 0, false, err
	}
	in := s.buf[s.pos+1 : s.pos+k]
	s.pos += k + 1
	kind = xmlStart
	if len(in) > 0 && in[0] == '/' {
		kind, in = xmlEnd, in[1:]
	} else if len(in) > 0 && in[len(in)-1] == '/' {
		s.ended, in = true, in[:len(in)-1]
	}
	i := bytes.IndexAny(in, " \t\r\n")
	if i < 0 {
		i = len(in)
	}
	s.name, s.attrs = in[:i], in[i:]
	if c := bytes.IndexByte(s.name, ':'); c >= 0 {
		s.name = s.name[c+1:]
	}
	return kind, false, nil
}

// tagEnd finds the > of a tag, which may stand in quoted values too.
func (s *xmlScanner) tagEnd() (int, error) {
	quote := byte(0)
	for i := 1; ; i++ {
		for s.pos+i >= len(s.buf) {
			if ok, err := s.more(); err != nil {
				return 0, err
			} else if !ok {
				return 0, io.ErrUnexpectedEOF
			}
		}
		switch c := s.buf[s.pos+i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i, nil
		}
	}
}

// attr returns the raw value of an attribute of the last start tag, without
// regard to its prefix.
func (s *xmlScanner) attr(name string) []byte {
	b := s.attrs
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return nil
		}
		n := bytes.TrimRight(b[:eq], " \t\r\n")
		if c := bytes.IndexByte(n, ':'); c >= 0 {
			n = n[c+1:]
		}
		b = bytes.TrimLeft(b[eq+1:], " \t\r\n")
		if len(b) == 0 {
			return nil
		}
		end := bytes.IndexByte(b[1:], b[0])
		if end < 0 {
			return nil
		}
		if string(n) == name {
			return b[1 : 1+end]
		}
		b = b[end+2:]
	}
}

// skip passes over the element whose start tag was read last.
func (s *xmlScanner) skip() error {
	for depth := 1; depth > 0; {
		k, err := s.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch k {
		case xmlStart:
			depth++
		case xmlEnd:
			depth--
		}
	}
	return nil
}

// appendXMLText appends raw text with its references resolved.
func appendXMLText(dst, raw []byte) ([]byte, error) {
	for {
		k := bytes.IndexByte(raw, '&')
		if k < 0 {
			return append(dst, raw...), nil
		}
		dst = append(dst, raw[:k]...)
		end := bytes.IndexByte(raw[k:], ';')
		if end < 0 {
			return dst, errors.New("an & in the XML without a ;")
		}
		ref := string(raw[k+1 : k+end])
		raw = raw[k+end+1:]
		switch ref {
		case "amp":
			dst = append(dst, '&')
		case "lt":
			dst = append(dst, '<')
		case "gt":
			dst = append(dst, '>')
		case "quot":
			dst = append(dst, '"')
		case "apos":
			dst = append(dst, '\'')
		default:
			c, err := charRef(ref)
			if err != nil {
				return dst, err
			}
			dst = utf8.AppendRune(dst, c)
		}
	}
}

func charRef(ref string) (rune, error) {
	base, digits := 10, ref
	if len(ref) > 1 && ref[0] == '#' {
		digits = ref[1:]
		if digits[0] == 'x' || digits[0] == 'X' {
			base, digits = 16, digits[1:]
		}
		if n, err := strconv.ParseUint(digits, base, 32); err == nil && n <= utf8.MaxRune {
			return rune(n), nil
		}
	}
	return 0, fmt.Errorf("unknown reference &%s; in the XML", ref)
}
