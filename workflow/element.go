// Package workflow reads workflow documents (.yxmd, .yxwz, .yxmc) and packages
// (.yxzp). It knows their structure and gives no meaning to a tool's configuration.
package workflow

import "strings"

// Element is one element of a document: what the configuration of a tool is
// made of.
type Element struct {
	Name     string
	Attrs    []Attr
	Text     string // character data directly inside, entities resolved, all pieces joined
	Children []*Element
	Line     int // where it starts in the document, from 1; 0 for an element made by a program
}

// Attr is an attribute.
type Attr struct{ Name, Value string }

// Attr returns an attribute's value, or "" where there is none.
func (e *Element) Attr(name string) string { v, _ := e.LookupAttr(name); return v }

// LookupAttr returns an attribute's value and whether it is there. The name is
// matched ignoring case, since documents vary.
func (e *Element) LookupAttr(name string) (string, bool) {
	if e == nil {
		return "", false
	}
	for _, a := range e.Attrs {
		if strings.EqualFold(a.Name, name) {
			return a.Value, true
		}
	}
	return "", false
}

// Child follows a path of element names ("Simple/Operands/Operand") and returns
// the first match, or nil. It may be called on nil.
func (e *Element) Child(path string) *Element {
	for _, name := range strings.Split(path, "/") {
		if e == nil {
			return nil
		}
		var next *Element
		for _, c := range e.Children {
			if c.Name == name {
				next = c
				break
			}
		}
		e = next
	}
	return e
}

// All returns the elements of the last name of the path below the first match
// of the rest: All("FormulaFields/FormulaField").
func (e *Element) All(path string) []*Element {
	dir, name := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		dir, name = path[:i], path[i+1:]
	}
	if dir != "" {
		e = e.Child(dir)
	}
	if e == nil {
		return nil
	}
	var all []*Element
	for _, c := range e.Children {
		if c.Name == name {
			all = append(all, c)
		}
	}
	return all
}

// String returns the text at a path, or "". An empty text is often written as an
// indented line end (<RootName>, line end, </RootName>), and is "" too.
func (e *Element) String(path string) string {
	c := e.Child(path)
	if c == nil || strings.Contains(c.Text, "\n") && strings.TrimSpace(c.Text) == "" {
		return ""
	}
	return c.Text
}

// Value returns the attribute "value" at a path, which is how most options are
// written (<NumRows value="2"/>); where there is no such attribute, the text.
func (e *Element) Value(path string) string {
	c := e.Child(path)
	if v, ok := c.LookupAttr("value"); ok {
		return v
	}
	if c == nil {
		return ""
	}
	return strings.TrimSpace(c.Text)
}

// Bool reports whether the option at a path is True (any case, or 1); def is
// the answer where it is absent or empty.
func (e *Element) Bool(path string, def bool) bool {
	v := e.Value(path)
	if v == "" {
		return def
	}
	return strings.EqualFold(v, "true") || v == "1"
}
