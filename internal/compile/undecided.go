package compile

import (
	"strings"

	"kickoff/internal/diag"
	"kickoff/workflow"
)

// findUndecided finds the tools of a batch macro that a check cannot judge: what
// they are configured with depends on control parameters, whose values come with
// the records of the control input. Until then there is only what the macro's author tried
// it with: a file of his own, the name of a sheet.
func (f *frame) findUndecided() {
	f.undecided = make(map[int]bool)
	if f.b.session != nil || len(f.path) == 0 {
		return
	}
	open := make(map[int]bool) // parameters, and actions and conditions that take them
	var names []string
	f.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if _, has := f.values[q.ToolID]; q.Type == workflow.ControlParam && !has {
			open[q.ToolID] = true
			names = append(names, "question."+lower(q.Name))
		}
	})
	if len(open) == 0 {
		return
	}
	for _, c := range f.doc.Connections {
		if open[c.From] && isInterface(c) {
			f.undecided[c.To] = true
		}
	}
	for _, block := range f.doc.Runtime.Actions {
		for _, actions := range [][]workflow.Action{block.True, block.Else} {
			for _, a := range actions {
				if f.undecided[a.ToolID] || block.ToolID != 0 && f.undecided[block.ToolID] {
					f.undecided[a.Target] = true
					head, _, _ := strings.Cut(a.Destination, "/")
					f.undecided[number(head)] = true
				}
			}
		}
	}
	f.doc.Walk(func(n *workflow.Node, in []*workflow.Node) {
		for _, c := range in {
			f.undecided[n.ToolID] = f.undecided[n.ToolID] || f.undecided[c.ToolID]
		}
		text := ""
		if !n.IsContainer() {
			text = lower(f.config(n).XML())
		}
		for _, name := range names {
			f.undecided[n.ToolID] = f.undecided[n.ToolID] || strings.Contains(text, name)
		}
	})
}

// mayFit reports whether an error of a tool may be gone once the control
// parameters have values.
func (f *frame) mayFit(n *workflow.Node, err error) bool {
	if f.b.session != nil || !f.open && !f.undecided[n.ToolID] {
		return false
	}
	for _, d := range diag.All(err) {
		switch d.Code {
		case diag.Unsupported, diag.UnknownTool, diag.Internal:
			return false
		}
	}
	return true
}
