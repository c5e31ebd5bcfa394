package compile

import (
	"strconv"
	"strings"

	"kickoff/workflow"
)

// awaits reports whether a node's configuration depends on a control parameter,
// whose values only the control input's records bring: what is wrong with the
// node in a check, such as a file that is not there, may be right in the run.
func (f *frame) awaits(n *workflow.Node) bool {
	if f.waits {
		return true
	}
	open := make(map[int]bool) // the parameters, and what they are connected to
	var names []string
	f.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if _, set := f.values[q.ToolID]; q.Type == workflow.ControlParam && !set {
			open[q.ToolID] = true
			names = append(names, "question."+lower(q.Name))
		}
	})
	if len(open) == 0 {
		return false
	}
	for _, c := range f.doc.Connections {
		if c.FromAnchor == "Question" && open[c.From] {
			open[c.To] = true
		}
	}
	if open[n.ToolID] || holdsAny(f.config(n), names) {
		return true
	}
	for _, block := range f.doc.Runtime.Actions {
		for _, actions := range [][]workflow.Action{block.True, block.Else} {
			for _, a := range actions {
				if (open[a.ToolID] || open[block.ToolID]) && targets(a, n.ToolID) {
					return true
				}
			}
		}
	}
	return false
}

// targets reports whether an action changes a tool.
func targets(a workflow.Action, id int) bool {
	head, _, _ := strings.Cut(a.Destination, "/")
	return a.Target == id || head == strconv.Itoa(id)
}

// holdsAny reports whether one of the texts, in lower case, stands in an element.
func holdsAny(e *workflow.Element, texts []string) bool {
	holds := func(s string) bool {
		s = lower(s)
		for _, t := range texts {
			if strings.Contains(s, t) {
				return true
			}
		}
		return false
	}
	if holds(e.Text) {
		return true
	}
	for _, a := range e.Attrs {
		if holds(a.Value) {
			return true
		}
	}
	for _, c := range e.Children {
		if holdsAny(c, texts) {
			return true
		}
	}
	return false
}
