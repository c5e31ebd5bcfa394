package compile

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

// mappedInput is a connected macro input whose fields the call maps to those of
// the input's template (tools reference, Macro Input, ShowFieldMap).
type mappedInput struct {
	id       int // of the macro input
	name     string
	question string // the name of its question
	in       *tool.Input
	template record.Schema
	from     map[string]string // the field that comes in, by the template's, both in lower case
	fields   []mappedField     // what was found for the template's fields
}

// mappedField is a field of a template and the one that comes in for it.
type mappedField struct{ template, in string }

// optionalMark ends the name of a template field that a call may leave unmapped.
const optionalMark = "(optional)"

// mapFields gives the inputs of a macro that map fields the names and the order
// of their templates. Fields that the template does not have follow.
//
// How a call writes a map down is not known from any document. So whatever in
// its configuration is no answer is read as one, as lines or as elements that
// pair a field of the template with one that comes in; what is neither is refused.
// A field that is not in a map is the one of its name. An optional field that
// is not there is Null. What is mapped is given by the macro input.
func (f *frame) mapFields(n *workflow.Node, m *macro, in gathered) (map[int][]mappedField, error) {
	mapped, err := f.mappedInputs(n, m, in)
	if err != nil || len(mapped) == 0 {
		return nil, err
	}
	for _, e := range f.unanswering(n, m) {
		known := false
		for _, x := range mapped {
			if name := lower(e.Attr("name")); len(mapped) > 1 && !strings.Contains(name, lower(x.name)) && name != lower(x.question) {
				continue
			}
			known = x.read(e) || known
		}
		if !known {
			what := e.Name
			if e.Attr("name") != "" {
				what = fmt.Sprintf("%s[@name='%s']", e.Name, e.Attr("name"))
			}
			return nil, f.unmapped(n, mapped[0], "what the call holds in %s is not understood", what)
		}
	}
	all := make(map[int][]mappedField)
	for _, x := range mapped {
		if err := f.project(n, x, in.guessed); err != nil {
			return nil, err
		}
		all[x.id] = x.fields
	}
	return all, nil
}

func (f *frame) unmapped(n *workflow.Node, x *mappedInput, format string, args ...any) error {
	return &diag.Diagnostic{Code: diag.Unsupported, Tool: f.tool(n),
		Msg:  fmt.Sprintf("the input %q of the macro maps fields, and ", x.name) + fmt.Sprintf(format, args...),
		Hint: "rename the fields before the macro with a Select, and switch the field map of the macro input off"}
}

// mappedInputs lists the connected inputs of a macro that map fields.
func (f *frame) mappedInputs(n *workflow.Node, m *macro, in gathered) (all []*mappedInput, err error) {
	m.doc.Walk(func(input *workflow.Node, _ []*workflow.Node) {
		if input.Plugin != workflow.PluginMacroInput || !input.Config.Bool("ShowFieldMap", false) {
			return
		}
		x := &mappedInput{id: input.ToolID, name: input.Config.Value("Name"), from: make(map[string]string)}
		m.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
			if q.ToolID == input.ToolID {
				x.question = q.Name
			}
		})
		for anchor, ins := range in.byAnchor {
			if strings.EqualFold(anchor, x.name) && len(ins) > 0 {
				x.in = &ins[0]
			}
		}
		if x.in == nil {
			return // it gives its template
		}
		var ok bool
		if x.template, ok = template(input); !ok && err == nil {
			err = f.unmapped(n, x, "the fields of its template are not known")
		}
		all = append(all, x)
	})
	return all, err
}

// template is the schema of a macro input's template: that of its table, whose
// types may not be told, or the one that the document has cached for its file.
func template(input *workflow.Node) (record.Schema, bool) {
	if s, ok := input.Schemas["Output"]; ok || input.Config.Bool("UseFileInput", false) {
		return s, ok
	}
	var s record.Schema
	for _, e := range input.Config.All("TextInput/Configuration/Fields/Field") {
		s = append(s, record.New(e.Attr("name"), record.VWString, record.MaxVWString))
	}
	return s, len(s) > 0
}

// unanswering lists what in the configuration of a call is no answer to a
// question of the macro.
func (f *frame) unanswering(n *workflow.Node, m *macro) []*workflow.Element {
	asked := map[string]bool{"controlparams": true, "batchmacrogroupby": true}
	m.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if q.Type != workflow.MacroInput {
			asked[lower(q.Name)] = true
		}
	})
	var all []*workflow.Element
	for _, e := range f.substitute(n).Children {
		if e.Name != "Value" || !asked[lower(e.Attr("name"))] {
			all = append(all, e)
		}
	}
	return all
}

// read takes an element as the input's map, and reports whether it is one: each
// of its pairs has a field of the template and one that comes in, or none, always
// in the same order. The macro's side comes first where both orders are possible, as
// in the lines of a batch macro.
func (x *mappedInput) read(e *workflow.Element) bool {
	pairs, ok := pairs(e)
	if !ok {
		return false
	}
	for _, side := range [2]int{0, 1} {
		from := make(map[string]string)
		for _, p := range pairs {
			mine, theirs := p[side], p[1-side]
			if x.template.Index(mine) < 0 || theirs != "" && x.in.Node.Schema().Index(theirs) < 0 {
				from = nil
				break
			}
			from[lower(mine)] = lower(theirs)
		}
		if from != nil {
			x.from = from
			return true
		}
	}
	return false
}

// pairs reads the lines "a=b" of an element, or the elements in it that have two
// attributes or one and a text.
func pairs(e *workflow.Element) (all [][2]string, ok bool) {
	if len(e.Children) == 0 {
		for _, line := range strings.Split(e.Text, "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			a, b, two := strings.Cut(line, "=")
			if !two {
				return nil, false
			}
			all = append(all, [2]string{a, b})
		}
		return all, true
	}
	for _, c := range e.Children {
		text := strings.TrimSpace(c.Text)
		switch {
		case len(c.Children) > 0:
			inner, ok := pairs(c)
			if !ok {
				return nil, false
			}
			all = append(all, inner...)
		case len(c.Attrs) == 2 && text == "":
			all = append(all, [2]string{c.Attrs[0].Value, c.Attrs[1].Value})
		case len(c.Attrs) == 1:
			all = append(all, [2]string{c.Attrs[0].Value, text})
		default:
			return nil, false
		}
	}
	return all, true
}

// project gives an input the template's names. Where the fields are not certain
// before the data is there, they stay as they are.
func (f *frame) project(n *workflow.Node, x *mappedInput, guessed bool) error {
	s := x.in.Node.Schema()
	var cols []plan.Column
	taken := make(map[int]bool)
	var names record.Schema
	for _, t := range x.template {
		from, written := x.from[lower(t.Name)]
		if !written {
			from = t.Name
		}
		at := -1
		if from != "" {
			at = s.Index(from)
		}
		optional := strings.HasSuffix(lower(strings.TrimSpace(t.Name)), optionalMark)
		if at < 0 && !written && optional {
			at = s.Index(strings.TrimSpace(t.Name[:strings.LastIndexByte(t.Name, '(')]))
		}
		switch {
		case at >= 0:
			field := s[at]
			x.fields = append(x.fields, mappedField{t.Name, field.Name})
			field.Name = t.Name
			cols = append(cols, plan.Column{Field: field, Expr: expr.FieldAt(s, at)})
			taken[at] = true
		case optional:
			f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Info,
				Text: fmt.Sprintf("the optional field %q of the input %q is not mapped and is Null", t.Name, x.name)})
			cols = append(cols, plan.Column{Field: t, Expr: null()})
		case guessed:
			return nil
		default:
			return f.unmapped(n, x, "no field that comes in is called %q", t.Name)
		}
		names = append(names, cols[len(cols)-1].Field)
	}
	for i, field := range s {
		if !taken[i] {
			field.Name = names.Unique(field.Name)
			names = append(names, field)
			cols = append(cols, plan.Column{Field: field, Expr: expr.FieldAt(s, i)})
		}
	}
	x.in.Node = &plan.Project{In: x.in.Node, Cols: cols, Tool: f.tool(n)}
	return nil
}
