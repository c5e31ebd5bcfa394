package compile

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/workflow"
)

// percent matches a constant in its textual form, %User.rate%.
var percent = regexp.MustCompile(`(?i)%(User|Engine|Question)\.([^%]+)%`)

// substitute returns a node's configuration with the textual constants replaced,
// in whatever option they stand.
func (f *frame) substitute(n *workflow.Node) *workflow.Element {
	c := f.config(n)
	if !mentions(c, '%') {
		return c
	}
	c = c.Clone()
	at := f.tool(n)
	rewrite(c, func(s string) string {
		s, _ = f.inText(at, s)
		return s
	})
	return c
}

// inText replaces the textual constants in a text. open says that one of them has no
// value yet.
func (f *frame) inText(at diag.Tool, s string) (text string, open bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, false
	}
	text = percent.ReplaceAllStringFunc(s, func(m string) string {
		parts := percent.FindStringSubmatch(m)
		if v, _, ok := f.constant(at, parts[1], parts[2]); ok {
			return v
		}
		if f.waits(parts[1], parts[2]) {
			open = true
			return m
		}
		f.b.say(engine.Message{Tool: at, Status: engine.Warning, Text: fmt.Sprintf("there is no constant %s; it stays as it is written", m)})
		return m
	})
	return text, open
}

// waits reports whether a constant is a control parameter, whose value a check does
// not have.
func (f *frame) waits(namespace, name string) bool {
	return f.b.session == nil && strings.EqualFold(namespace, "question") && f.question(func(q *workflow.Question) bool {
		return q.Type == workflow.ControlParam && strings.EqualFold(q.Name, name)
	}) != nil
}

// constantOf gives the constants as the expressions of one tool see them: without
// a namespace, [#1] is the answer of the question wired to the tool itself.
func (f *frame) constantOf(n *workflow.Node) func(namespace, name string) (string, bool, bool) {
	at := f.tool(n)
	return func(namespace, name string) (string, bool, bool) {
		if namespace != "" {
			return f.constant(at, namespace, name)
		}
		for _, c := range f.doc.Connections {
			if c.To != n.ToolID || c.ToAnchor != "Question" || !strings.EqualFold(c.Name, name) {
				continue
			}
			if v, ok := f.values[c.From]; ok {
				_, err := strconv.ParseFloat(v, 64)
				return v, err == nil, true
			}
			if q := f.question(func(q *workflow.Question) bool { return q.ToolID == c.From }); q != nil {
				return f.unanswered(at, q)
			}
		}
		return "", false, false
	}
}

// constant gives the value of a constant, its name matched ignoring case, to a tool.
func (f *frame) constant(at diag.Tool, namespace, name string) (value string, numeric, ok bool) {
	switch lower(namespace) {
	case "engine":
		return f.engineConstant(name)
	case "question":
		return f.questionConstant(at, name)
	}
	for _, c := range f.doc.Constants {
		if strings.EqualFold(c.Namespace, namespace) && strings.EqualFold(c.Name, name) {
			return c.Value, c.Numeric, true
		}
	}
	return "", false, false
}

// variable gives the constant that expressions see change from run to run of a loop.
func (f *frame) variable(namespace, name string) *int64 {
	if lower(namespace) == "engine" && lower(name) == "iterationnumber" {
		return f.iteration
	}
	return nil
}

func (f *frame) engineConstant(name string) (value string, numeric, ok bool) {
	switch lower(name) {
	case "iterationnumber":
		f.fixed = false
		if f.iteration == nil {
			return "0", true, true
		}
		return strconv.FormatInt(*f.iteration, 10), true, true
	case "workflowdirectory", "moduledirectory":
		dir := f.dir
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs
		}
		return strings.TrimSuffix(format.WindowsForm(dir), `\`) + `\`, false, true
	case "workflowfilename":
		return filepath.Base(f.stack[0]), false, true
	case "tempfilepath":
		return filepath.Clean(f.b.o.Run.OutDir) + string(filepath.Separator), false, true
	case "version":
		return f.doc.Version, false, true
	case "guiinteraction":
		return "0", true, true
	}
	return "", false, false
}

// questionConstant gives the answer of a question by its name.
func (f *frame) questionConstant(at diag.Tool, name string) (value string, numeric, ok bool) {
	f.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if v, has := f.values[q.ToolID]; has && !ok && strings.EqualFold(q.Name, name) {
			value, numeric, ok = v, q.Type == workflow.NumericUpDown, true
		}
	})
	if ok {
		return value, numeric, true
	}
	if q := f.question(func(q *workflow.Question) bool { return strings.EqualFold(q.Name, name) }); q != nil {
		return f.unanswered(at, q)
	}
	return f.stored(name)
}

// stored is the value of a question that the document holds.
func (f *frame) stored(name string) (value string, numeric, ok bool) {
	for _, c := range f.doc.Constants {
		if strings.EqualFold(c.Namespace, "Question") && strings.EqualFold(c.Name, name) {
			return c.Value, c.Numeric, true
		}
	}
	return "", false, false
}

// question finds a question.
func (f *frame) question(is func(*workflow.Question) bool) (found *workflow.Question) {
	f.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if found == nil && is(q) {
			found = q
		}
	})
	return found
}

// unanswered gives what an expression sees of a question without an answer and
// without a default: what the form shows when it opens, which is the day of the
// run for a date and the first choice of a list. A control parameter that takes no
// field is empty; before the run its value is not known.
func (f *frame) unanswered(at diag.Tool, q *workflow.Question) (value string, numeric, ok bool) {
	if value, numeric, ok = f.stored(q.Name); ok {
		return value, numeric, true
	}
	switch {
	case q.Type == workflow.Date:
		value = f.b.o.Run.Now.Format("2006-01-02")
	case q.Type == workflow.NumericUpDown:
		value, numeric = cmp.Or(q.Min, "0"), true
	case q.Type == workflow.ListBox && !q.Multiple && len(q.Items) > 0:
		value = q.Items[0].Value
	case q.Type == workflow.TextBox:
		return "", false, true
	case q.Type == workflow.ControlParam && f.b.session != nil:
		return "", false, true // which the call has said
	case q.Type == workflow.ListBox, q.Type == workflow.Tree, q.Type == workflow.FileBrowse, q.Type == workflow.FolderBrowse:
	default:
		return "", false, false
	}
	f.b.say(engine.Message{Tool: at, Status: engine.Warning,
		Text: fmt.Sprintf("the question %q has neither an answer nor a default; %q is taken", q.Name, value)})
	return value, numeric, true
}

// mentions reports whether a character stands anywhere in an element.
func mentions(e *workflow.Element, c byte) bool {
	if strings.IndexByte(e.Text, c) >= 0 {
		return true
	}
	for _, a := range e.Attrs {
		if strings.IndexByte(a.Value, c) >= 0 {
			return true
		}
	}
	for _, child := range e.Children {
		if mentions(child, c) {
			return true
		}
	}
	return false
}

// rewrite changes every text and attribute of an element.
func rewrite(e *workflow.Element, change func(string) string) {
	e.Text = change(e.Text)
	for i := range e.Attrs {
		e.Attrs[i].Value = change(e.Attrs[i].Value)
	}
	for _, child := range e.Children {
		rewrite(child, change)
	}
}

func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}
