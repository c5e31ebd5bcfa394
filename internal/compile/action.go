package compile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kickoff/internal/diag"
	"kickoff/workflow"
)

// applyActions carries out the document's actions with the values of its
// questions, in the order of the Action tools' ids. An action whose question has
// no value is left out: the tool keeps what it is configured with.
func (f *frame) applyActions() {
	var due []workflow.Action
	for _, block := range f.doc.Runtime.Actions {
		actions := block.True
		if block.ToolID != 0 {
			yes, known, err := f.condition(block)
			if err != nil {
				f.b.fail(f.named(block.ToolID, "Condition"), err)
				continue
			}
			if !known {
				continue
			}
			if !yes {
				actions = block.Else
			}
		}
		due = append(due, actions...)
	}
	slices.SortStableFunc(due, func(a, b workflow.Action) int { return cmp.Compare(a.ToolID, b.ToolID) })
	for _, a := range due {
		if err := f.apply(a); err != nil {
			f.b.fail(f.named(a.ToolID, "Action"), err)
		}
	}
}

func (f *frame) condition(block workflow.ActionBlock) (yes, known bool, err error) {
	vars := f.variables(block.ToolID)
	v, err := f.evaluate(diag.Tool(f.named(block.ToolID, "Condition")), block.Expression, vars)
	if err != nil || !v.known {
		return false, false, err
	}
	return v.truth, true, nil
}

// variable is a value that an action's expression can name.
type variable struct {
	names []string // "#1", the connection's name, the question's name and text
	kind  workflow.QuestionType
	value string
	set   bool // the question has a value
}

// variables lists the questions connected to an action, a condition or an error
// tool, in the order of their connections.
func (f *frame) variables(id int) []variable {
	questions := make(map[int]*workflow.Question)
	f.doc.Runtime.WalkQuestions(func(q *workflow.Question) { questions[q.ToolID] = q })
	var vars []variable
	for _, c := range f.doc.Connections {
		if c.To != id || c.ToAnchor != "Question" && c.ToAnchor != "Question Input" {
			continue
		}
		q := questions[c.From]
		if q == nil {
			continue
		}
		v := variable{kind: q.Type}
		v.value, v.set = f.values[c.From]
		for _, name := range []string{c.Name, q.Name, q.Description} {
			if name != "" {
				v.names = append(v.names, name)
			}
		}
		vars = append(vars, v)
	}
	if len(vars) == 1 {
		vars[0].names = append(vars[0].names, "#1")
	}
	return vars
}

// chosen is the question whose value an action takes: the one that it names, or
// the only one.
func chosen(a workflow.Action, vars []variable) (variable, bool) {
	for _, v := range vars {
		if a.Variable != "" && slices.ContainsFunc(v.names, func(n string) bool { return strings.EqualFold(n, a.Variable) }) {
			return v, v.set
		}
	}
	if len(vars) == 0 {
		return variable{}, false
	}
	return vars[0], vars[0].set
}

func (f *frame) apply(a workflow.Action) error {
	at := f.named(a.ToolID, "Action")
	vars := f.variables(a.ToolID)
	switch a.Type {
	case "UpdateValue", "Dynamic", "UpdateSelect", "UpdateInput", "UpdateOutput":
		v, ok := chosen(a, vars)
		if !ok {
			return nil
		}
		switch a.Type {
		case "UpdateSelect":
			return f.updateSelect(at, a, v.value)
		case "UpdateInput", "UpdateOutput":
			return f.updateFile(at, a, v.value)
		}
		if expression := strings.TrimSpace(a.Expression); expression != "" && a.Mode == "Expression" {
			return f.updateDynamic(at, a, v)
		}
		return f.update(at, a, v.value)
	case "UpdateValueFormula":
		v, err := f.evaluate(at, a.Expression, vars)
		if err != nil || !v.known {
			return err
		}
		return f.update(at, a, v.text)
	case "UpdateRawXml":
		v, err := f.evaluate(at, a.Expression, vars)
		if err != nil || !v.known {
			return err
		}
		return f.updateXML(at, a, v.text)
	case "DeleteTool":
		f.removed[a.Target] = true
		return nil
	case "Error":
		return f.raise(a, vars)
	}
	for _, v := range vars {
		if v.set {
			return &diag.Diagnostic{Code: diag.Unsupported, Tool: at, Option: "Type",
				Msg: fmt.Sprintf("the action %s does not run here", a.Type)}
		}
	}
	return nil
}

// raise evaluates an Error Message tool.
func (f *frame) raise(a workflow.Action, vars []variable) error {
	at := f.named(a.ToolID, "Error Message")
	v, err := f.evaluate(at, a.Expression, vars)
	if err != nil || !v.known || !v.truth {
		return err
	}
	return &diag.Diagnostic{Code: diag.Failed, Tool: at, Msg: a.Description}
}

// update writes a text at the action's destination, or replaces the part of the
// value that the action names.
func (f *frame) update(at diag.Tool, a workflow.Action, text string) error {
	n, p, err := f.destination(at, a)
	if err != nil || n == nil {
		return err
	}
	value := p.get(f.config(n))
	if a.Replace {
		if a.ReplaceText == "" {
			return nil
		}
		text = strings.ReplaceAll(value, a.ReplaceText, text)
	}
	return p.set(f.edit(n), text, at)
}

// updateDynamic is the action that Designer makes up itself for a pair of
// question and tool: the value as it is, or an expression that holds it.
func (f *frame) updateDynamic(at diag.Tool, a workflow.Action, v variable) error {
	const input = "{{INPUT}}"
	if strings.TrimSpace(a.Expression) == input {
		return f.update(at, a, v.value)
	}
	vars := []variable{v}
	vars[0].names = append(slices.Clone(v.names), "#1")
	got, err := f.evaluate(at, strings.ReplaceAll(a.Expression, input, "[#1]"), vars)
	if err != nil || !got.known {
		return err
	}
	return f.update(at, a, got.text)
}

// updateXML replaces the content of an element, or the element, by XML.
func (f *frame) updateXML(at diag.Tool, a workflow.Action, text string) error {
	n, p, err := f.destination(at, a)
	if err != nil || n == nil {
		return err
	}
	es, err := workflow.ParseFragment(text)
	if err != nil {
		return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "Expression", Err: err,
			Msg: fmt.Sprintf("the expression gives no well-formed XML: %v: %s", err, text)}
	}
	return p.replace(f.edit(n), es, a.OuterXML, at)
}

// updateFile sets the path of an Input Data or Output Data tool.
func (f *frame) updateFile(at diag.Tool, a workflow.Action, path string) error {
	n := f.doc.Node(a.Target)
	if n == nil {
		return nil // Designer writes -1 where its user chose no tool
	}
	file := f.edit(n).Child("File")
	if file == nil {
		return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "Destination",
			Msg: fmt.Sprintf("%s has no file to be set", f.tool(n))}
	}
	file.Text = path
	return nil
}

// check matches one "name=True" of a list; names may hold commas and equals signs.
var check = regexp.MustCompile(`(?i)=(True|False)(,|$)`)

// updateSelect ticks and unticks the fields of a Select tool.
func (f *frame) updateSelect(at diag.Tool, a workflow.Action, value string) error {
	n := f.doc.Node(a.Target)
	if n == nil {
		return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "SelectTool", Msg: fmt.Sprintf("there is no tool %d", a.Target)}
	}
	fields := f.edit(n).Child("SelectFields")
	if fields == nil {
		return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "SelectTool", Msg: fmt.Sprintf("%s has no list of fields", f.tool(n))}
	}
	for rest := value; rest != ""; {
		m := check.FindStringSubmatchIndex(rest)
		if m == nil {
			return &diag.Diagnostic{Code: diag.BadAnswer, Tool: at,
				Msg: fmt.Sprintf("%q is no list of fields of the form a=True,b=False", value)}
		}
		name, on := rest[:m[0]], rest[m[2]:m[3]]
		rest = rest[m[1]:]
		setField(fields, name, on)
	}
	return nil
}

// setField sets the tick of one field; a field that is not listed comes before
// the entry for all others.
func setField(fields *workflow.Element, name, on string) {
	for _, e := range fields.Children {
		if strings.EqualFold(e.Attr("field"), name) {
			e.SetAttr("selected", on)
			return
		}
	}
	e := &workflow.Element{Name: "SelectField", Attrs: []workflow.Attr{{Name: "field", Value: name}, {Name: "selected", Value: on}}}
	at := slices.IndexFunc(fields.Children, func(e *workflow.Element) bool { return e.Attr("field") == "*Unknown" })
	if at < 0 {
		at = len(fields.Children)
	}
	fields.Children = slices.Insert(fields.Children, at, e)
}
