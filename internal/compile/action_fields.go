package compile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kickoff/internal/diag"
	"kickoff/workflow"
)

// check matches one "name=True" of a list; names may hold commas and equals signs.
var check = regexp.MustCompile(`(?i)=(True|False)(,|$)`)

// updateSelect ticks and unticks the fields of a Select tool.
func (f *frame) updateSelect(at diag.Tool, a workflow.Action, value string) error {
	fields, err := f.selectFields(at, a.Target)
	if err != nil {
		return err
	}
	for rest := value; rest != ""; {
		m := check.FindStringSubmatchIndex(rest)
		if m == nil {
			return &diag.Diagnostic{Code: diag.BadAnswer, Tool: at,
				Msg: fmt.Sprintf("%q is no list of fields of the form a=True,b=False", value)}
		}
		name, on := rest[:m[0]], rest[m[2]:m[3]]
		rest = rest[m[1]:]
		entry(fields, name).SetAttr("selected", on)
	}
	return nil
}

// selectFields is the list of fields of a Select tool that an action changes.
func (f *frame) selectFields(at diag.Tool, id int) (*workflow.Element, error) {
	n := f.doc.Node(id)
	if n == nil {
		return nil, &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "SelectTool", Msg: fmt.Sprintf("there is no tool %d", id)}
	}
	fields := f.edit(n).Child("SelectFields")
	if fields == nil {
		return nil, &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "SelectTool", Msg: fmt.Sprintf("%s has no list of fields", f.tool(n))}
	}
	return fields, nil
}

// entry is the entry of one field; one that is not listed gets an entry before that
// for all others, and their tick.
func entry(fields *workflow.Element, name string) *workflow.Element {
	for _, e := range fields.Children {
		if strings.EqualFold(e.Attr("field"), name) {
			return e
		}
	}
	selected := "True"
	at := slices.IndexFunc(fields.Children, func(e *workflow.Element) bool { return e.Attr("field") == "*Unknown" })
	if at < 0 {
		at = len(fields.Children)
	} else {
		selected = fields.Children[at].Attr("selected")
	}
	e := &workflow.Element{Name: "SelectField", Attrs: []workflow.Attr{{Name: "field", Value: name}, {Name: "selected", Value: selected}}}
	fields.Children = slices.Insert(fields.Children, at, e)
	return e
}

// reverseFieldMap gives fields that the call has mapped to a macro input the names
// back that they came with, in a Select tool: the one that the action names or is
// connected to.
func (f *frame) reverseFieldMap(at diag.Tool, a workflow.Action) error {
	for _, v := range f.variables(a.ToolID) {
		if v.kind != workflow.MacroInput {
			return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "Type",
				Msg: fmt.Sprintf("the action %s takes the field map of a macro input and no answer", a.Type)}
		}
	}
	var mapped []mappedField
	targets := []int{a.Target}
	if a.Target == 0 {
		head, _, _ := strings.Cut(a.Destination, "/")
		targets = []int{number(head)}
	}
	for _, c := range f.doc.Connections {
		if c.To == a.ToolID && c.FromAnchor == "Question" {
			mapped = append(mapped, f.mapped[c.From]...)
		}
		if c.From == a.ToolID && c.FromAnchor == "Action" && targets[0] == 0 {
			targets = append(targets, c.To)
		}
	}
	for _, id := range targets {
		if id == 0 || len(mapped) == 0 {
			continue
		}
		fields, err := f.selectFields(at, id)
		if err != nil {
			return err
		}
		for _, m := range mapped {
			if m.in != m.template {
				entry(fields, m.template).SetAttr("rename", m.in)
			}
		}
	}
	if len(mapped) > 0 && len(targets) == 1 && targets[0] == 0 {
		return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "SelectTool", Msg: "the action names no Select tool to give the fields their names back"}
	}
	return nil
}
