package e2e

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"kickoff/workflow"
)

// mutator changes documents by their structure. Values come from all documents
// of the corpus, so that an option gets what another document has there.
type mutator struct {
	*rand.Rand
	pool *pool
}

// pool is what the documents of the corpus are made of.
type pool struct {
	attrs       map[string][]string // values of attributes, by element and name
	texts       map[string][]string // texts, by the element's name
	expressions []string
	nodes       []*workflow.Element            // tools
	configs     map[string][]*workflow.Element // their configurations, by plugin
	roots       []*workflow.Element
}

func newPool() *pool {
	return &pool{attrs: make(map[string][]string), texts: make(map[string][]string), configs: make(map[string][]*workflow.Element)}
}

// add takes a document's parts.
func (p *pool) add(root *workflow.Element) {
	p.roots = append(p.roots, root)
	each(root, func(e, _ *workflow.Element) {
		for _, a := range e.Attrs {
			p.attrs[e.Name+"@"+a.Name] = append(p.attrs[e.Name+"@"+a.Name], a.Value)
			if strings.EqualFold(a.Name, "expression") {
				p.expressions = append(p.expressions, a.Value)
			}
		}
		if text := strings.TrimSpace(e.Text); text != "" {
			p.texts[e.Name] = append(p.texts[e.Name], e.Text)
			if strings.HasPrefix(e.Name, "Expression") {
				p.expressions = append(p.expressions, e.Text)
			}
		}
		if e.Name == "Node" {
			p.nodes = append(p.nodes, e)
			if c := e.Child("Properties/Configuration"); c != nil {
				plugin := e.Child("GuiSettings").Attr("Plugin")
				p.configs[plugin] = append(p.configs[plugin], c)
			}
		}
	})
}

// each calls visit for all elements with their parents, from the root down.
func each(root *workflow.Element, visit func(e, parent *workflow.Element)) {
	var walk func(e, parent *workflow.Element)
	walk = func(e, parent *workflow.Element) {
		visit(e, parent)
		for _, c := range e.Children {
			walk(c, e)
		}
	}
	walk(root, nil)
}

// oddTexts and oddNumbers stand where a program expects something usual.
var oddTexts = []string{"", " ", "\x01", "\n", "'", `"`, "]", "[", "[Row-1:a]", "%User.x%", "[a]", "a]b", "\\", "..", "/", "*", "?", "a|b", "ä", "\u200b", "\U0001F600", "A\u0301",
	"NaN", "-0", "1e400", "0x10", "Null()", "True", "9999-12-31", "10000-01-01", "2023-02-30", "0000-00-00", "1e-400", "Infinity", "-1e5", "((((((((((", "SELECT 1; --", "{", "<r>", "%", "$1", "(a+)+$", "(?<x>"}

var oddNumbers = []string{"0", "-1", "1", "2", "255", "256", "32768", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1e308", "0.5", "1073741823", "99999999999999999999"}

var fieldTypes = []string{"Bool", "Byte", "Int16", "Int32", "Int64", "FixedDecimal", "Float", "Double", "String", "WString", "V_String", "V_WString", "Date", "Time", "DateTime", "Blob", "SpatialObj", "Unknown"}

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// odd is a text that hardly any document has.
func (m *mutator) odd() string {
	switch m.IntN(8) {
	case 0:
		return strings.Repeat(one(m.Rand, []string{"a", "é", "((", "[a]+", "1", "-", "IF 1 THEN "}), 1<<m.IntN(15))
	case 1, 2, 3:
		return one(m.Rand, oddNumbers)
	}
	return one(m.Rand, oddTexts)
}

// elements lists the elements of a document, those in tools' configurations
// several times.
func elements(root *workflow.Element) (all, parents []*workflow.Element) {
	each(root, func(e, parent *workflow.Element) {
		n := 1
		switch e.Name {
		case "Position", "GuiSettings", "Left", "Annotation", "DisplayMode", "Name", "DefaultAnnotationText", "RecordInfo", "MetaInfo":
		default:
			n = 3
		}
		for range n {
			if parent != nil {
				all, parents = append(all, e), append(parents, parent)
			}
		}
	})
	return all, parents
}

// named lists the elements of a name.
func named(root *workflow.Element, name string) []*workflow.Element {
	var all []*workflow.Element
	each(root, func(e, _ *workflow.Element) {
		if e.Name == name {
			all = append(all, e)
		}
	})
	return all
}

// mutate changes a document in one to six places and returns its text.
func (m *mutator) mutate(root *workflow.Element) string {
	for range 1 + m.IntN(3) + m.IntN(4) {
		m.change(root)
	}
	text := root.XML()
	if m.IntN(30) == 0 {
		text = m.damage(text)
	}
	return text
}

func (m *mutator) change(root *workflow.Element) {
	all, parents := elements(root)
	if len(all) == 0 {
		return
	}
	at := m.IntN(len(all))
	e, parent := all[at], parents[at]
	nodes, connections := named(root, "Node"), named(root, "Connection")
	switch m.IntN(20) {
	case 0:
		parent.Children = without(parent.Children, e)
	case 1:
		parent.Children = append(parent.Children, e.Clone())
	case 2: // to somewhere else, or below itself
		c := e.Clone()
		if m.IntN(2) == 0 {
			parent.Children = without(parent.Children, e)
		}
		to := one(m.Rand, all)
		to.Children = append(to.Children, c)
	case 3:
		m.Shuffle(len(parent.Children), func(i, j int) {
			parent.Children[i], parent.Children[j] = parent.Children[j], parent.Children[i]
		})
	case 4, 5, 6, 7:
		m.value(e)
	case 8, 9:
		m.field(root)
	case 10, 11:
		m.expression(root)
	case 12:
		m.size(root)
	case 13, 14:
		m.connection(root, nodes, connections)
	case 15, 16:
		m.cross(root, nodes, connections)
	case 17:
		if len(nodes) > 0 {
			n := one(m.Rand, nodes)
			others := m.pool.configs[n.Child("GuiSettings").Attr("Plugin")]
			if c := n.Child("Properties/Configuration"); c != nil && len(others) > 0 {
				*c = *one(m.Rand, others).Clone()
			}
		}
	case 18:
		m.cell(root)
	case 19: // into itself, deep
		for range 1 << m.IntN(8) {
			parent.Children = []*workflow.Element{{Name: e.Name, Attrs: e.Attrs, Children: parent.Children}}
		}
	}
}

func without(list []*workflow.Element, e *workflow.Element) []*workflow.Element {
	var kept []*workflow.Element
	for _, x := range list {
		if x != e {
			kept = append(kept, x)
		}
	}
	return kept
}

// value changes an attribute or the text of an element: to what another
// document has there, or to something odd, or to a part.
func (m *mutator) value(e *workflow.Element) {
	to := &e.Text
	others := m.pool.texts[e.Name]
	if len(e.Attrs) > 0 && (e.Text == "" || m.IntN(2) == 0) {
		a := &e.Attrs[m.IntN(len(e.Attrs))]
		to, others = &a.Value, m.pool.attrs[e.Name+"@"+a.Name]
	}
	switch n := m.IntN(4); {
	case n < 2 && len(others) > 0:
		*to = one(m.Rand, others)
	case n == 2 && *to != "":
		r := []rune(*to)
		*to = string(r[:m.IntN(len(r))])
	case *to == "True" || *to == "False":
		*to = map[string]string{"True": "False", "False": "True"}[*to]
	default:
		*to = m.odd()
	}
}

// field gives a field another name, everywhere or in one place.
func (m *mutator) field(root *workflow.Element) {
	var places []*string
	each(root, func(e, _ *workflow.Element) {
		for i, a := range e.Attrs {
			switch a.Name {
			case "field", "rename", "name":
				places = append(places, &e.Attrs[i].Value)
			}
		}
		if e.Name == "Field" && e.Text != "" {
			places = append(places, &e.Text)
		}
	})
	if len(places) == 0 {
		return
	}
	place := one(m.Rand, places)
	from, to := *place, *one(m.Rand, places)
	if m.IntN(3) == 0 {
		to = m.odd()
	}
	if m.IntN(2) == 0 {
		*place = to
		return
	}
	for _, p := range places {
		if *p == from {
			*p = to
		}
	}
}

// expression replaces an expression by another of the corpus, or by a piece of
// it, or puts two together.
func (m *mutator) expression(root *workflow.Element) {
	var places []*string
	each(root, func(e, _ *workflow.Element) {
		for i, a := range e.Attrs {
			if strings.EqualFold(a.Name, "expression") {
				places = append(places, &e.Attrs[i].Value)
			}
		}
		if strings.HasPrefix(e.Name, "Expression") {
			places = append(places, &e.Text)
		}
	})
	if len(places) == 0 || len(m.pool.expressions) == 0 {
		return
	}
	place, other := one(m.Rand, places), one(m.Rand, m.pool.expressions)
	switch m.IntN(5) {
	case 0, 1:
		*place = other
	case 2:
		*place = "(" + *place + ")" + one(m.Rand, []string{"+", "*", "=", "<", " AND ", " IN ", "/", "-"}) + "(" + other + ")"
	case 3:
		*place = "IF " + *place + " THEN " + other + " ELSE " + one(m.Rand, m.pool.expressions) + " ENDIF"
	case 4:
		if n := len(*place); n > 0 {
			at := m.IntN(n)
			*place = (*place)[:at] + m.odd() + (*place)[at+m.IntN(n-at):]
		}
	}
}

// size changes a type, a size or a number.
func (m *mutator) size(root *workflow.Element) {
	var places []*string
	each(root, func(e, _ *workflow.Element) {
		for i, a := range e.Attrs {
			_, err := strconv.ParseFloat(a.Value, 64)
			if (err == nil || a.Name == "type") && a.Name != "ToolID" && a.Name != "x" && a.Name != "y" {
				places = append(places, &e.Attrs[i].Value)
			}
		}
	})
	if len(places) == 0 {
		return
	}
	if p := one(m.Rand, places); strings.ContainsAny(*p, "0123456789") && !strings.Contains(*p, "Int") {
		*p = one(m.Rand, oddNumbers)
	} else {
		*p = one(m.Rand, fieldTypes)
	}
}

// connection turns, doubles, drops or adds a connection; some go in a circle.
func (m *mutator) connection(root *workflow.Element, nodes, connections []*workflow.Element) {
	all := root.Child("Connections")
	if all == nil || len(nodes) == 0 || len(connections) == 0 {
		return
	}
	c := one(m.Rand, connections)
	switch m.IntN(6) {
	case 0:
		all.Children = without(all.Children, c)
		return
	case 1:
		all.Children = append(all.Children, c.Clone())
		return
	case 2, 3:
		c = c.Clone()
		all.Children = append(all.Children, c)
	}
	from, to := c.Child("Origin"), c.Child("Destination")
	if from == nil || to == nil {
		return
	}
	switch m.IntN(5) {
	case 0:
		from.SetAttr("ToolID", one(m.Rand, nodes).Attr("ToolID"))
	case 1:
		to.SetAttr("ToolID", one(m.Rand, nodes).Attr("ToolID"))
	case 2:
		to.SetAttr("ToolID", from.Attr("ToolID"))
	case 3:
		a, b := from.Attr("ToolID"), to.Attr("ToolID")
		from.SetAttr("ToolID", b)
		to.SetAttr("ToolID", a)
	case 4:
		end := one(m.Rand, []*workflow.Element{from, to})
		end.SetAttr("Connection", one(m.Rand, []string{"Input", "Output", "Left", "Right", "Join", "True", "False", "Unique", "Duplicates", "Targets", "Source", "#1", "", "Control", "Nowhere"}))
	}
}

// cross puts a tool of another document behind one of this, before what
// follows it, or takes all tools of the other.
func (m *mutator) cross(root *workflow.Element, nodes, connections []*workflow.Element) {
	list, wires := root.Child("Nodes"), root.Child("Connections")
	if list == nil || wires == nil || len(m.pool.nodes) == 0 {
		return
	}
	if m.IntN(4) == 0 { // two documents beside one another, ids and all
		other := one(m.Rand, m.pool.roots).Clone()
		if a, b := other.Child("Nodes"), other.Child("Connections"); a != nil && b != nil && len(named(other, "Node")) < 200 {
			list.Children = append(list.Children, a.Children...)
			wires.Children = append(wires.Children, b.Children...)
		}
		return
	}
	n := one(m.Rand, m.pool.nodes).Clone()
	id := fmt.Sprint(10_000 + m.IntN(1000))
	n.SetAttr("ToolID", id)
	list.Children = append(list.Children, n)
	if len(connections) == 0 {
		return
	}
	c := one(m.Rand, connections)
	from, to := c.Child("Origin"), c.Child("Destination")
	if from == nil || to == nil {
		return
	}
	in, out := one(m.Rand, []string{"Input", "Input", "Input", "Left", "Right", "Targets", "Source"}), one(m.Rand, []string{"Output", "Output", "Output", "True", "Join", "Unique"})
	behind := &workflow.Element{Name: "Connection", Children: []*workflow.Element{
		{Name: "Origin", Attrs: []workflow.Attr{{Name: "ToolID", Value: id}, {Name: "Connection", Value: out}}}, to.Clone()}}
	wires.Children = append(wires.Children, behind)
	to.SetAttr("ToolID", id)
	to.SetAttr("Connection", in)
}

// cell changes a cell of a Text Input, or doubles its records.
func (m *mutator) cell(root *workflow.Element) {
	if data := named(root, "Data"); len(data) > 0 && m.IntN(4) == 0 {
		d := one(m.Rand, data)
		for range m.IntN(7) {
			if len(d.Children) > 0 && len(d.Children) < 5000 {
				d.Children = append(d.Children, d.Children...)
			}
		}
		return
	}
	if cells := named(root, "c"); len(cells) > 0 {
		one(m.Rand, cells).Text = m.odd()
	}
}

// damage breaks the text itself.
func (m *mutator) damage(text string) string {
	b := []byte(text)
	if len(b) == 0 {
		return text
	}
	at := m.IntN(len(b))
	switch m.IntN(4) {
	case 0:
		return string(b[:at])
	case 1:
		b[at] = byte(m.IntN(256))
		return string(b)
	case 2:
		return text[:at] + m.odd() + text[at:]
	}
	end := min(len(b), at+m.IntN(400))
	return text[:at] + text[end:]
}
