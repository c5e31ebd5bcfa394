package workflow

import (
	"fmt"
	"strings"
)

// XML prints the element as XML text that parses to the same element.
func (e *Element) XML() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

// Clone returns a deep copy; it may be called on nil.
func (e *Element) Clone() *Element {
	if e == nil {
		return nil
	}
	c := &Element{Name: e.Name, Text: e.Text, Line: e.Line, Attrs: append([]Attr(nil), e.Attrs...)}
	for _, child := range e.Children {
		c.Children = append(c.Children, child.Clone())
	}
	return c
}

// SetAttr sets an attribute, whose name is matched ignoring case.
func (e *Element) SetAttr(name, value string) {
	for i := range e.Attrs {
		if strings.EqualFold(e.Attrs[i].Name, name) {
			e.Attrs[i].Value = value
			return
		}
	}
	e.Attrs = append(e.Attrs, Attr{name, value})
}

func (e *Element) write(b *strings.Builder) {
	b.WriteString("<" + e.Name)
	for _, a := range e.Attrs {
		b.WriteString(" " + a.Name + `="`)
		escape(b, a.Value, true)
		b.WriteByte('"')
	}
	if e.Text == "" && len(e.Children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	escape(b, e.Text, false)
	for _, c := range e.Children {
		c.write(b)
	}
	b.WriteString("</" + e.Name + ">")
}

// escape writes text so that a reader gets back the same characters: line
// breaks in attributes, and carriage returns and control characters anywhere, would
// not survive as they are.
func escape(b *strings.Builder, s string, attr bool) {
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"' && attr:
			b.WriteString("&quot;")
		case r == '\r':
			b.WriteString("&#xD;")
		case r == '\n' && attr:
			b.WriteString("&#xA;")
		case r == '\t' && attr:
			b.WriteString("&#x9;")
		case r < ' ' && r != '\t' && r != '\n':
			fmt.Fprintf(b, "&#x%X;", r)
		default:
			b.WriteRune(r)
		}
	}
}
