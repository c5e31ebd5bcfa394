package tool

import (
	"fmt"
	"strconv"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// selection is the list of fields that Select, Join, Append Fields and Join
// Multiple share: which fields to keep, in which order, under which names and
// with which types.
type selection struct {
	path    string // of the configuration, for messages
	ordered bool   // the entries' order is the fields' order
	entries []selectField
	keep    bool // fields that no entry names are kept
	comma   bool // texts have a comma as the decimal point
	present bool // the configuration has a list
}

type selectField struct {
	path     string
	field    string // with the prefix of its input, if any
	prefix   string
	selected bool
	element  *workflow.Element
}

// selection reads the list below the element at path.
func (c *Context) selection(path string) (selection, error) {
	base := c.Config
	at := ""
	if path != "" {
		base, at = c.Config.Child(path), path+"/"
	}
	s := selection{path: at, keep: true}
	if base == nil {
		return s, nil
	}
	s.comma = base.Bool("CommaDecimal", false)
	s.ordered = base.Bool("OrderChanged", false)
	for i, e := range base.All("SelectFields/SelectField") {
		s.present = true
		f := selectField{
			path:  fmt.Sprintf("%sSelectFields/SelectField[%d]", at, i+1),
			field: e.Attr("field"), prefix: e.Attr("input"), selected: isTrue(e, "selected", true), element: e,
		}
		if f.field == unknownFields {
			s.keep = f.selected
		}
		s.entries = append(s.entries, f)
	}
	return s, nil
}

// offered is a field that a selection chooses from.
type offered struct {
	record.Field
	prefix string // "Left_", "Input_#2_" ..., or ""
}

// apply chooses from the fields of n, which stand in offer under their own
// names and with the prefix of their input.
func (s selection) apply(c *Context, n plan.Node, offer []offered) (plan.Node, error) {
	in := n.Schema()
	entry, order := s.match(c, offer)
	var kept []int
	if s.ordered {
		kept = s.inOrder(order, entry, len(offer))
	} else {
		for i := range offer {
			if e := entry[i]; e == nil && s.keep || e != nil && e.selected {
				kept = append(kept, i)
			}
		}
	}
	cols := make([]plan.Column, len(kept))
	out := make(record.Schema, len(kept))
	renamed := make([]bool, len(kept))
	for i, p := range kept {
		cols[i].Expr = expr.FieldAt(in, p)
		out[i] = offer[p].Field
		if e := entry[p]; e != nil {
			f, err := e.change(c, out[i])
			if err != nil {
				return nil, err
			}
			renamed[i] = f.Name != out[i].Name
			out[i] = f
		}
	}
	s.distinct(c, out, renamed, kept, offer)
	same := len(kept) == len(in)
	var commas []int // numbers that become text
	for i := range cols {
		if from := in[kept[i]].Type; s.comma && from.IsString() && out[i].Type.IsNumeric() {
			var err error
			if cols[i].Expr, err = c.tree(s.path+"CommaDecimal", swapped(cols[i].Expr), in); err != nil {
				return nil, err
			}
		} else if s.comma && from.IsNumeric() && !from.IsInteger() && out[i].Type.IsString() {
			commas = append(commas, i)
		}
		cols[i].Field = out[i]
		same = same && kept[i] == i && out[i] == in[i]
	}
	if same {
		return n, nil
	}
	return c.withCommas(c.project(n, cols), commas)
}

// swapped is a text with its points and commas in each other's place, so that
// what is a number with a decimal comma becomes one with a point.
func swapped(field expr.Node) expr.Node {
	n := field
	for _, by := range [][2]string{{".", "\x00"}, {",", "."}, {"\x00", ","}} {
		n = call("Replace", n, text(by[0]), text(by[1]))
	}
	return call("IIF", call("IsNull", field), call("Null"), n)
}

// withCommas writes the decimal point of some texts as a comma.
func (c *Context) withCommas(n plan.Node, fields []int) (plan.Node, error) {
	if len(fields) == 0 {
		return n, nil
	}
	s := n.Schema()
	cols := sames(s)
	for _, i := range fields {
		var err error
		field := expr.FieldAt(s, i)
		with := call("IIF", call("IsNull", field), call("Null"), call("Replace", field, text("."), text(",")))
		if cols[i].Expr, err = c.tree("CommaDecimal", with, s); err != nil {
			return nil, err
		}
	}
	return c.project(n, cols), nil
}

// match finds the entry of each offered field, and the order of the entries as
// positions, in which -1 is "all others". Entries of fields that are not there
// are passed over with a warning.
func (s selection) match(c *Context, offer []offered) (entry map[int]*selectField, order []int) {
	entry = make(map[int]*selectField)
	var missing []string
	for i := range s.entries {
		e := &s.entries[i]
		if e.field == unknownFields {
			order = append(order, -1)
			continue
		}
		p := find(offer, e)
		if p < 0 {
			if e.selected {
				missing = append(missing, strconv.Quote(e.field))
			}
			continue
		}
		if entry[p] == nil {
			entry[p] = e
			order = append(order, p)
		}
	}
	if len(missing) > 0 && c != nil {
		c.Warnf("these fields are not in the input: %s", strings.Join(missing, ", "))
	}
	return entry, order
}

// unjoined lists the fields of one input, of the given prefix, that its records
// without a partner have: the chosen ones and the keys, as they came in.
func (s selection) unjoined(offer []offered, prefix string, keys []int) []int {
	entry, _ := s.match(nil, offer)
	var kept []int
	first := -1
	for i, o := range offer {
		if o.prefix != prefix {
			continue
		}
		if first < 0 {
			first = i
		}
		e := entry[i]
		wanted := e == nil && s.keep || e != nil && e.selected
		for _, k := range keys {
			wanted = wanted || k == i-first
		}
		if wanted {
			kept = append(kept, i-first)
		}
	}
	return kept
}

// inOrder lists the chosen positions in the order of the entries.
func (s selection) inOrder(order []int, entry map[int]*selectField, n int) []int {
	var kept []int
	others := func() {
		for i := range n {
			if entry[i] == nil && s.keep {
				kept = append(kept, i)
			}
		}
	}
	placed := false
	for _, p := range order {
		switch {
		case p < 0:
			others()
			placed = true
		case entry[p].selected:
			kept = append(kept, p)
		}
	}
	if !placed {
		others()
	}
	return kept
}

// find returns the position of the field that an entry means, or -1. The entry
// names it with the prefix of its input where the input attribute says so, and
// some versions leave out that attribute.
func find(offer []offered, e *selectField) int {
	for pass := range 3 {
		for i, o := range offer {
			switch {
			case pass == 0 && e.prefix != "" && o.prefix == e.prefix && strings.EqualFold(e.field, o.prefix+o.Name),
				pass == 1 && e.prefix == "" && strings.EqualFold(e.field, o.Name) && (o.prefix == "" || !ambiguous(offer, o)),
				pass == 2 && o.prefix != "" && strings.EqualFold(e.field, o.prefix+o.Name):
				return i
			}
		}
	}
	return -1
}

// ambiguous reports whether another input offers a field of the same name.
func ambiguous(offer []offered, o offered) bool {
	for _, other := range offer {
		if other.prefix != o.prefix && strings.EqualFold(other.Name, o.Name) {
			return true
		}
	}
	return false
}

// change applies the entry's new name, type, size and description to a field.
func (e *selectField) change(c *Context, f record.Field) (record.Field, error) {
	if name := e.element.Attr("rename"); name != "" {
		f.Name = name
	}
	if d, ok := e.element.LookupAttr("description"); ok {
		f.Description = d
	}
	typ, size := e.element.Attr("type"), e.element.Attr("size")
	if typ == "" && size == "" {
		return f, nil
	}
	if typ == "" {
		typ = f.Type.String()
	}
	to, err := c.fieldType(e.path+"/@type", f.Name, typ, size)
	if err != nil {
		return f, err
	}
	if size == "" && to.Type == f.Type {
		to.Size, to.Scale = f.Size, f.Scale
	}
	if !convertible(f.Type, to.Type) {
		return f, c.Errorf(diag.BadType, e.path+"/@type", "the field %q of type %s cannot become %s", f.Name, f.Type, to.Type)
	}
	f.Type, f.Size, f.Scale = to.Type, to.Size, to.Scale
	return f, nil
}

// convertible says which types a field may change to: those of objects only to
// each other, and spatial objects to text, which is their GeoJSON, and back.
func convertible(from, to record.Type) bool {
	object := func(t record.Type) bool { return t == record.SpatialObj || t == record.Blob }
	return object(from) == object(to) || from == record.SpatialObj && to.IsString() || from.IsString() && to == record.SpatialObj
}

// distinct makes the names in out differ. A field of a later input whose name is
// taken gets the prefix of its input; another duplicate gets a number, as wherever
// the product adds a field.
func (s selection) distinct(c *Context, out record.Schema, renamed []bool, kept []int, offer []offered) {
	seen := make(map[string]bool, len(out))
	for i := range out {
		if o := offer[kept[i]]; o.prefix != "" && !renamed[i] && seen[strings.ToLower(out[i].Name)] {
			out[i].Name = o.prefix + out[i].Name
		}
		seen[strings.ToLower(out[i].Name)] = true
	}
	for i, name := range record.Distinct(out.Names()) {
		if name != out[i].Name {
			c.Warnf("there were several fields named %q; a duplicate was renamed to %q", out[i].Name, name)
			out[i].Name = name
		}
	}
}

// selectOptions are the rows of the options table for a selection below a path.
func selectOptions(at string) []Option {
	return []Option{
		{Path: at + "OrderChanged", Doc: "True: the fields stand in the order of the list"},
		{Path: at + "CommaDecimal", Doc: "True: where a type changes from text to number or back, the text has a comma as the decimal point"},
		{Path: at + "SelectFields/SelectField/@field", Doc: "a field, or *Unknown for all that are not listed"},
		{Path: at + "SelectFields/SelectField/@selected", Doc: "True keeps the field, False drops it"},
		{Path: at + "SelectFields/SelectField/@rename", Doc: "a new name"},
		{Path: at + "SelectFields/SelectField/@type", Doc: "a new type"},
		{Path: at + "SelectFields/SelectField/@size", Doc: "a new size"},
		{Path: at + "SelectFields/SelectField/@description", Doc: "a description"},
		{Path: at + "SelectFields/SelectField/@input", Doc: "the prefix of the input that the field comes from"},
		{Path: at + "SelectFields/SelectField/@forced", Doc: "has no effect on the result"},
	}
}
