package compile

import (
	"fmt"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/workflow"
)

// path is the way from a tool's configuration to what an action changes:
// "Data/r[1]/c[2]", "SelectFields/SelectField[@field='x']/@selected".
type path struct {
	steps []step
	attr  string // the attribute at its end, or ""
}

// step is one element of a path.
type step struct {
	name        string
	index       int    // from 1; 0 is not given
	attr, value string // [@attr='value'], or ""
}

// destination finds the tool and the path that an action names. The tool is nil
// where the document no longer has it.
func (f *frame) destination(at diag.Tool, a workflow.Action) (*workflow.Node, path, error) {
	bad := func(format string, args ...any) error {
		return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "Destination",
			Msg: fmt.Sprintf("%q: ", a.Destination) + fmt.Sprintf(format, args...)}
	}
	if a.Destination == "" {
		return nil, path{}, nil // Designer leaves it empty where its user chose nothing
	}
	head, rest, _ := strings.Cut(a.Destination, "/")
	id, err := strconv.Atoi(head)
	if err != nil {
		return nil, path{}, bad("it does not begin with a tool's id")
	}
	n := f.doc.Node(id)
	if n == nil {
		return nil, path{}, nil
	}
	p, err := parsePath(rest)
	if err != nil {
		return nil, path{}, bad("%v", err)
	}
	return n, p, nil
}

func parsePath(s string) (path, error) {
	var p path
	for s != "" {
		if attr, ok := strings.CutPrefix(s, "@"); ok {
			p.attr = attr
			return p, nil
		}
		var st step
		end := strings.IndexAny(s, "/[")
		if end < 0 {
			end = len(s)
		}
		st.name, s = s[:end], s[end:]
		for strings.HasPrefix(s, "[") {
			inner, after, err := bracket(s)
			if err != nil {
				return p, err
			}
			if err := st.filter(inner); err != nil {
				return p, err
			}
			s = after
		}
		if st.name == "" {
			return p, fmt.Errorf("an element has no name")
		}
		p.steps = append(p.steps, st)
		if s != "" && s[0] != '/' {
			return p, fmt.Errorf("%q is not understood", s)
		}
		s = strings.TrimPrefix(s, "/")
	}
	return p, nil
}

// bracket splits "[inner]after"; a bracket in quotes does not end it.
func bracket(s string) (inner, after string, err error) {
	var quote byte
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ']':
			return s[1:i], s[i+1:], nil
		}
	}
	return "", "", fmt.Errorf("a bracket is not closed")
}

// filter reads what stands in brackets: a number, or @attr='value'.
func (st *step) filter(s string) error {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		st.index = n
		return nil
	}
	name, value, ok := strings.Cut(strings.TrimPrefix(s, "@"), "=")
	if !ok || !strings.HasPrefix(s, "@") || len(value) < 2 || value[0] != value[len(value)-1] {
		return fmt.Errorf("[%s] is not understood", s)
	}
	st.attr, st.value = strings.TrimSpace(name), value[1:len(value)-1]
	return nil
}

// find follows the path from a configuration; it returns nil where it ends
// before. parent is the element above the last one.
func (p path) find(e *workflow.Element) (at, parent *workflow.Element) {
	at = e
	for _, st := range p.steps {
		parent = at
		at = st.find(parent)
		if at == nil {
			return nil, parent
		}
	}
	return at, parent
}

func (st step) find(e *workflow.Element) *workflow.Element {
	n := 0
	for _, c := range e.Children {
		if c.Name != st.name {
			continue
		}
		if st.attr != "" && c.Attr(st.attr) != st.value {
			continue
		}
		if n++; n == max(st.index, 1) {
			return c
		}
	}
	return nil
}

// make follows the path and adds what is missing of it.
func (p path) make(e *workflow.Element) (*workflow.Element, bool) {
	for _, st := range p.steps {
		next := st.find(e)
		if next == nil {
			if st.index > 1 {
				return nil, false
			}
			next = &workflow.Element{Name: st.name}
			if st.attr != "" {
				next.SetAttr(st.attr, st.value)
			}
			e.Children = append(e.Children, next)
		}
		e = next
	}
	return e, true
}

// get reads the value at the path, or "".
func (p path) get(e *workflow.Element) string {
	at, _ := p.find(e)
	if p.attr != "" {
		return at.Attr(p.attr)
	}
	if at == nil {
		return ""
	}
	return at.Text
}

// set writes a value at the path.
func (p path) set(e *workflow.Element, value string, tool diag.Tool) error {
	at, ok := p.make(e)
	if !ok {
		return missing(tool)
	}
	if p.attr != "" {
		at.SetAttr(p.attr, value)
		return nil
	}
	at.Text, at.Children = value, nil
	return nil
}

// replace puts elements in the place of the content at the path, or of the
// element itself.
func (p path) replace(e *workflow.Element, es []*workflow.Element, outer bool, tool diag.Tool) error {
	at, parent := p.find(e)
	if at == nil {
		var ok bool
		if at, ok = p.make(e); !ok {
			return missing(tool)
		}
		_, parent = p.find(e)
	}
	if !outer {
		at.Children, at.Text = es, ""
		return nil
	}
	if parent == nil {
		// All of the configuration: the XML is one element that stands for it.
		if len(es) != 1 || es[0].Name != e.Name {
			return missing(tool)
		}
		e.Attrs, e.Children, e.Text = es[0].Attrs, es[0].Children, es[0].Text
		return nil
	}
	var children []*workflow.Element
	for _, c := range parent.Children {
		if c == at {
			children = append(children, es...)
		} else {
			children = append(children, c)
		}
	}
	parent.Children = children
	return nil
}

func missing(tool diag.Tool) error {
	return &diag.Diagnostic{Code: diag.BadConfig, Tool: tool, Option: "Destination", Msg: "the tool has no such option"}
}
