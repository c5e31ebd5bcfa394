package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
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
		number := "#" + strconv.Itoa(len(vars)+1)
		for _, name := range []string{cmp.Or(c.Name, number), q.Name, q.Description} {
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
// the only one, or the first where it names none.
func chosen(at diag.Tool, a workflow.Action, vars []variable) (v variable, ok bool, err error) {
	for _, v := range vars {
		if a.Variable != "" && v.named(a.Variable) {
			return v, v.set, nil
		}
	}
	switch {
	case len(vars) == 0:
		return variable{}, false, nil
	case len(vars) > 1 && a.Variable != "":
		return variable{}, false, &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "Variable",
			Msg: fmt.Sprintf("none of the %d questions that are connected to the action is called %q", len(vars), a.Variable)}
	}
	return vars[0], vars[0].set, nil
}

func (f *frame) apply(a workflow.Action) error {
	at := f.named(a.ToolID, "Action")
	vars := f.variables(a.ToolID)
	switch a.Type {
	case "UpdateValue", "Dynamic", "UpdateSelect", "UpdateInput", "UpdateOutput":
		v, ok, err := chosen(at, a, vars)
		if err != nil {
			return err
		}
		if !ok {
			return f.decided(at, a, vars)
		}
		switch a.Type {
		case "UpdateSelect":
			return f.updateSelect(at, a, v.value)
		case "UpdateInput", "UpdateOutput":
			return f.updateFile(at, a, v.value)
		}
		if expression := strings.TrimSpace(a.Expression); expression != "" && a.Mode == "Expression" {
			return f.updateDynamic(at, a, v, vars)
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
	case "ReverseFieldMap":
		return f.reverseFieldMap(at, a)
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

// decided is an action that takes the value of a question and has none. A question
// without a value leaves the tool alone; where a condition alone decides, the
// expression is the value.
func (f *frame) decided(at diag.Tool, a workflow.Action, vars []variable) error {
	condition := slices.ContainsFunc(f.doc.Connections, func(c workflow.Connection) bool {
		return c.To == a.ToolID && c.ToAnchor == "Condition"
	})
	if len(vars) > 0 || !condition {
		return nil
	}
	if a.Mode != "Expression" || strings.TrimSpace(a.Expression) == "" || strings.Contains(a.Expression, input) {
		return &diag.Diagnostic{Code: diag.Unsupported, Tool: at, Option: "Type",
			Msg:  fmt.Sprintf("the action %s takes the value of a question, and only a condition is connected", a.Type),
			Hint: "let the action be Update Value With Formula, which has a value of its own"}
	}
	v, err := f.evaluate(at, a.Expression, nil)
	if err != nil || !v.known {
		return err
	}
	return f.update(at, a, v.text)
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
	if len(p.steps) == 0 && p.attr == "" {
		return &diag.Diagnostic{Code: diag.BadConfig, Tool: at, Option: "Destination",
			Msg: fmt.Sprintf("%q is all of %s and names no option of it", a.Destination, f.tool(n))}
	}
	value := p.get(f.config(n))
	if a.Replace {
		if a.ReplaceText == "" {
			return nil
		}
		if !strings.Contains(value, a.ReplaceText) {
			f.b.say(engine.Message{Tool: at, Status: engine.Warning,
				Text: fmt.Sprintf("nothing is replaced, since %s does not stand in %s of %s", a.ReplaceText, a.Destination, f.tool(n))})
		}
		text = strings.ReplaceAll(value, a.ReplaceText, text)
	}
	return p.set(f.edit(n), text, at)
}

// input stands for the question's value in the expression of an action that
// Designer makes up.
const input = "{{INPUT}}"

// updateDynamic is the action that Designer makes up itself for a pair of
// question and tool: the value as it is, or an expression that holds it, as a name or
// as a text in quotes.
func (f *frame) updateDynamic(at diag.Tool, a workflow.Action, v variable, vars []variable) error {
	if strings.TrimSpace(a.Expression) == input {
		return f.update(at, a, v.value)
	}
	v.names = []string{input}
	got, err := f.evaluate(at, inputByName(a.Expression), append(vars, v))
	if err != nil || !got.known {
		return err
	}
	return f.update(at, a, got.text)
}

// inputByName puts a name where an expression holds the question's value: alone, or in a
// text, which the value then divides.
func inputByName(source string) string {
	const name = "[" + input + "]"
	var b strings.Builder
	for {
		start := strings.IndexAny(source, `"'[`)
		if start < 0 {
			break
		}
		closing := source[start : start+1]
		if closing == "[" {
			closing = "]"
		}
		length := strings.Index(source[start+1:], closing)
		if length < 0 {
			break // which is said when the expression is read
		}
		within := source[start+1 : start+1+length]
		b.WriteString(strings.ReplaceAll(source[:start], input, name))
		switch {
		case within == input:
			b.WriteString(name)
		case closing == "]" || !strings.Contains(within, input):
			b.WriteString(source[start : start+length+2])
		default:
			b.WriteString("(" + closing + strings.ReplaceAll(within, input, closing+"+"+name+"+"+closing) + closing + ")")
		}
		source = source[start+length+2:]
	}
	b.WriteString(strings.ReplaceAll(source, input, name))
	return b.String()
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

// updateFile sets the path of an Input Data or Output Data tool. A file of another
// kind than the one before is read and written as what it is.
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
	was, known := format.FormatOf(fileName(file.Text))
	is, told := format.FormatOf(fileName(path))
	file.Text = path
	if known && told && is != was && file.Attr("FileFormat") == strconv.Itoa(was) {
		file.SetAttr("FileFormat", strconv.Itoa(is))
		config := f.edit(n)
		config.Children = slices.DeleteFunc(config.Children, func(e *workflow.Element) bool { return e.Name == "FormatSpecificOptions" })
	}
	return nil
}

// fileName is a file as documents name it, without the sheet or table in it.
func fileName(written string) string {
	name, _ := format.SplitTable(written)
	return name
}
