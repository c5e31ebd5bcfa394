package format

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// XMLOptions say which elements of a document become rows (tools reference, XML
// Parse, and Input Data format 37).
type XMLOptions struct {
	// Element is the name of the elements to take, at any depth. Empty takes the
	// children of the root that are named like its first child.
	Element string
	// Root takes the root element, whatever Element says.
	Root bool
	// ChildValues adds the attributes and values of the direct children.
	ChildValues bool
	// OuterXML adds the XML of the element, and of the children with ChildValues.
	OuterXML bool
}

// XMLValue is one value of a row. Null stands for an element without text.
type XMLValue struct {
	Name, Text string
	Null       bool
}

// maxXMLDepth bounds the nesting of a document.
const maxXMLDepth = 1000

// ParseXML returns a row for each element taken: its text, named like it, its
// attributes, named element_attribute, then for each child the same, and
// name_OuterXML where asked for. A name that comes again in a row gets _2, _3 and so
// on. Elements within one that was taken are not taken again. The error of text
// that is no XML says the line.
func ParseXML(text string, o XMLOptions) ([][]XMLValue, error) {
	root, err := parseXMLTree(text)
	if err != nil {
		return nil, err
	}
	var rows [][]XMLValue
	take := func(e *xmlElement) { rows = append(rows, xmlRow(text, e, o)) }
	switch {
	case o.Root:
		take(root)
	case o.Element == "":
		for _, c := range root.children {
			if c.name == root.children[0].name {
				take(c)
			}
		}
	default:
		root.each(o.Element, take)
	}
	return rows, nil
}

// xmlElement is an element; its XML is text[from:to] of the document.
type xmlElement struct {
	name     string
	attrs    []xml.Attr
	text     strings.Builder
	children []*xmlElement
	from, to int64
}

func (e *xmlElement) each(name string, take func(*xmlElement)) {
	if e.name == name || localName(e.name) == name {
		take(e)
		return
	}
	for _, c := range e.children {
		c.each(name, take)
	}
}

func localName(n string) string { return n[strings.LastIndexByte(n, ':')+1:] }

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// parseXMLTree reads a document. Names keep their prefixes, so the tags are
// matched here; entities of a document type are not known and therefore refused.
func parseXMLTree(text string) (*xmlElement, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	// The text was decoded when it was read, whatever its declaration says.
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	fail := func(err error) error {
		line, _ := d.InputPos()
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			err = errors.New(syntax.Msg)
		}
		return fmt.Errorf("line %d: not XML: %w", line, err)
	}
	var root *xmlElement
	var open []*xmlElement
	for {
		at := d.InputOffset()
		tok, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fail(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			e := &xmlElement{name: qualified(t.Name), attrs: append([]xml.Attr(nil), t.Attr...), from: at}
			switch {
			case len(open) > 0:
				p := open[len(open)-1]
				p.children = append(p.children, e)
			case root != nil:
				return nil, fail(errors.New("a second root element"))
			default:
				root = e
			}
			if open = append(open, e); len(open) > maxXMLDepth {
				return nil, fail(fmt.Errorf("nested deeper than %d", maxXMLDepth))
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].name != qualified(t.Name) {
				return nil, fail(fmt.Errorf("</%s> ends no element", qualified(t.Name)))
			}
			open[len(open)-1].to = d.InputOffset()
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(t)
			} else if strings.Trim(string(t), " \t\r\n\ufeff") != "" {
				return nil, fail(errors.New("text outside the root element"))
			}
		}
	}
	if root == nil || len(open) > 0 {
		return nil, fail(io.ErrUnexpectedEOF)
	}
	return root, nil
}

// xmlRow makes the row of one element.
func xmlRow(text string, e *xmlElement, o XMLOptions) []XMLValue {
	var row []XMLValue
	used := map[string]bool{}
	add := func(name, value string, null bool) {
		n := name
		for k := 2; used[strings.ToLower(n)]; k++ {
			n = fmt.Sprintf("%s_%d", name, k)
		}
		used[strings.ToLower(n)] = true
		row = append(row, XMLValue{n, value, null})
	}
	values := func(x *xmlElement) {
		// The text of an element with children is what stands between them, layout
		// and all: the sizes in cached schemas say so.
		v := x.text.String()
		add(x.name, v, v == "")
		for _, a := range x.attrs {
			if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
				add(x.name+"_"+a.Name.Local, a.Value, false)
			}
		}
	}
	values(e)
	if o.ChildValues {
		for _, c := range e.children {
			values(c)
			if o.OuterXML {
				add(c.name+"_OuterXML", text[c.from:c.to], false)
			}
		}
	}
	if o.OuterXML {
		add(e.name+"_OuterXML", text[e.from:e.to], false)
	}
	return row
}
