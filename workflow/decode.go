package workflow

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Limits bound what a document or a package may hold. Zero fields take the
// values of DefaultLimits.
type Limits struct {
	Document int64 // bytes of one XML document
	Depth    int   // nesting of its elements
	Elements int   // number of its elements

	Entries  int   // files in a package
	Expanded int64 // bytes of all files of a package, expanded
	// Ratio is how many times larger than the archive its expanded content may
	// be; packages that expand to less than 16 MiB are not measured.
	Ratio int64
}

// DefaultLimits are far above what Designer writes: the largest document of
// some two thousand public ones has a few megabytes.
var DefaultLimits = Limits{
	Document: 128 << 20, Depth: 1000, Elements: 2_000_000,
	Entries: 10_000, Expanded: 4 << 30, Ratio: 200,
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits
	or := func(v, def int64) int64 {
		if v > 0 {
			return v
		}
		return def
	}
	return Limits{
		Document: or(l.Document, d.Document), Depth: int(or(int64(l.Depth), int64(d.Depth))),
		Elements: int(or(int64(l.Elements), int64(d.Elements))), Entries: int(or(int64(l.Entries), int64(d.Entries))),
		Expanded: or(l.Expanded, d.Expanded), Ratio: or(l.Ratio, d.Ratio),
	}
}

// Error says why a document or a package was not accepted.
type Error struct {
	File string // the file inside a package, else ""
	Line int    // the line of the document, from 1, or 0
	Msg  string // lower case, no full stop
}

// Error prints "a.yxmd: line 7: text".
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ": ")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	return b.String() + e.Msg
}

func errorAt(line int, format string, args ...any) *Error {
	return &Error{Line: line, Msg: fmt.Sprintf(format, args...)}
}

// ParseElement reads one XML element, with the limits of DefaultLimits.
func ParseElement(data []byte) (*Element, error) { return decode(data, DefaultLimits) }

// ParseFragment reads the content of an element: any number of elements, text
// between them dropped.
func ParseFragment(text string) ([]*Element, error) {
	e, err := ParseElement([]byte("<fragment>" + text + "</fragment>"))
	if err != nil {
		return nil, err
	}
	return e.Children, nil
}

// decode reads an XML document into elements. Document type declarations, and
// with them entities, are refused: no document needs them, and they are how a
// small file becomes a large one.
func decode(data []byte, lim Limits) (*Element, error) {
	if int64(len(data)) > lim.Document {
		return nil, errorAt(0, "the document has %d bytes, more than the limit of %d", len(data), lim.Document)
	}
	data, err := toUTF8(data)
	if err != nil {
		return nil, err
	}
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) == 0 {
		return nil, errorAt(0, "the document is empty")
	} else if trimmed[0] != '<' {
		return nil, errorAt(1, "the document is not XML; it may be locked or encrypted")
	}
	data, controls := replaceControls(data)
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = charset
	t := tree{lim: lim, controls: controls}
	for {
		tok, err := d.Token()
		line, _ := d.InputPos()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, syntaxError(err, line)
		}
		if err := t.add(tok, line); err != nil {
			return nil, err
		}
	}
	if t.root == nil {
		return nil, errorAt(0, "the document has no element")
	}
	return t.root, nil
}

// tree is the document read so far.
type tree struct {
	lim   Limits
	root  *Element
	open  []*Element
	text  [][]byte // the text of each open element
	count int
	// controls says that private characters stand for control characters.
	controls bool
}

// plain is a text as the document means it.
func (t *tree) plain(s string) string {
	if !t.controls {
		return s
	}
	return restoreControls(s)
}

func (t *tree) add(tok xml.Token, line int) error {
	last := len(t.open) - 1
	switch tok := tok.(type) {
	case xml.StartElement:
		return t.start(tok, line)
	case xml.EndElement:
		e := t.open[last]
		// White space between elements is layout; in an element without children
		// it is a value.
		if len(e.Children) == 0 || len(bytes.TrimSpace(t.text[last])) > 0 {
			e.Text = t.plain(string(t.text[last]))
		}
		t.open, t.text = t.open[:last], t.text[:last]
	case xml.CharData:
		if last >= 0 {
			t.text[last] = append(t.text[last], tok...)
		} else if len(bytes.TrimSpace(tok)) > 0 {
			return errorAt(line, "text outside the root element")
		}
	case xml.Directive:
		return errorAt(line, "document type declarations and entities are not accepted")
	}
	return nil
}

// xmlSpace is what encoding/xml takes the prefix xml for.
const xmlSpace = "http://www.w3.org/XML/1998/namespace"

func (t *tree) start(tok xml.StartElement, line int) error {
	if t.count++; t.count > t.lim.Elements {
		return errorAt(line, "the document has more than %d elements", t.lim.Elements)
	}
	if len(t.open) >= t.lim.Depth {
		return errorAt(line, "elements are nested deeper than %d", t.lim.Depth)
	}
	e := &Element{Name: tok.Name.Local, Line: line}
	for _, a := range tok.Attr {
		if a.Name.Space == xmlSpace { // xml:space: white space is kept everywhere
			continue
		}
		e.Attrs = append(e.Attrs, Attr{a.Name.Local, t.plain(a.Value)})
	}
	switch {
	case len(t.open) > 0:
		p := t.open[len(t.open)-1]
		p.Children = append(p.Children, e)
	case t.root == nil:
		t.root = e
	default:
		return errorAt(line, "a second root element <%s>", e.Name)
	}
	t.open, t.text = append(t.open, e), append(t.text, nil)
	return nil
}

func syntaxError(err error, line int) *Error {
	var s *xml.SyntaxError
	if errors.As(err, &s) {
		return errorAt(s.Line, "not well-formed XML: %s", s.Msg)
	}
	return errorAt(line, "not well-formed XML: %s", strings.TrimPrefix(err.Error(), "xml: "))
}

// charset serves the encodings named in XML declarations that toUTF8 has not
// already dealt with. Designer writes UTF-8 and, at times, UTF-16.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf16", "utf-16le", "utf-16be", "unicode":
		return in, nil
	case "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	}
	return nil, errors.New("the encoding is not known")
}

// toUTF8 drops a byte order mark and converts UTF-16, which it also knows by
// the zero bytes of its first character.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return fromUTF16(data[2:], 0, 1)
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return fromUTF16(data[2:], 1, 0)
	case len(data) >= 2 && data[0] == '<' && data[1] == 0:
		return fromUTF16(data, 0, 1)
	case len(data) >= 2 && data[0] == 0 && data[1] == '<':
		return fromUTF16(data, 1, 0)
	}
	return data, nil
}

func fromUTF16(data []byte, lo, hi int) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, errorAt(0, "the document is UTF-16 but ends in the middle of a character")
	}
	out := make([]byte, 0, len(data)/2)
	for i := 0; i < len(data); i += 2 {
		r := rune(data[i+lo]) | rune(data[i+hi])<<8
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if full := utf16.DecodeRune(r, rune(data[i+2+lo])|rune(data[i+2+hi])<<8); full != utf8.RuneError {
				r = full
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}
