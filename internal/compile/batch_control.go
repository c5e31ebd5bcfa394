package compile

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/record"
	"kickoff/workflow"
)

// control is how the records of a batch macro's control input are used.
type control struct {
	// params are the positions of the fields that the control parameters take, by
	// the parameter's tool id.
	params map[int]int
	// groups are the fields to group by: positions in the control input, and the
	// fields of each grouped input in the same order, by the input's name.
	groups  []int
	grouped map[string][]int
}

// control reads which fields of the control input mean what.
func (c *call) control() (*control, error) {
	ctl := &control{params: make(map[int]int), grouped: make(map[string][]int)}
	in := c.in.byAnchor["Control"][0].Node.Schema()
	field := func(option, name string, s record.Schema) (int, error) {
		if i := s.Index(name); i >= 0 {
			return i, nil
		}
		return 0, &diag.Diagnostic{Code: diag.NoField, Tool: c.tool(), Option: option, Msg: fmt.Sprintf("the field %q is not in the input", name)}
	}
	for _, l := range c.lines("ControlParams") {
		q := c.question(workflow.ControlParam, l[0])
		if l[1] == "" {
			continue
		}
		if q == nil {
			c.f.b.say(engine.Message{Tool: c.tool(), Status: engine.Warning,
				Text: fmt.Sprintf("the macro has no control parameter %q; the field %q is left out", l[0], l[1])})
			continue
		}
		i, err := field("ControlParams", l[1], in)
		if err != nil {
			return nil, err
		}
		ctl.params[q.ToolID] = i
	}
	c.macro.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if _, given := ctl.params[q.ToolID]; q.Type == workflow.ControlParam && !given {
			c.f.b.say(engine.Message{Tool: c.tool(), Status: engine.Warning,
				Text: fmt.Sprintf("no field is chosen for the control parameter %q: its actions change nothing, and it is empty where a text names it", q.Name)})
		}
	})
	listed, unknown := map[string]bool{"Control": true}, error(nil)
	for _, l := range c.lines("BatchMacroGroupBy") {
		if lower(l[0]) == "control" {
			if l[1] == "" {
				continue
			}
			i, err := field("BatchMacroGroupBy", l[1], in)
			if err != nil {
				return nil, err
			}
			ctl.groups = append(ctl.groups, i)
			continue
		}
		anchor, err := c.grouped(l[0])
		if err != nil {
			unknown = err
			continue
		}
		listed[anchor] = true
		ins := c.in.byAnchor[anchor]
		if len(ins) == 0 || l[1] == "" {
			continue // it may be left open
		}
		i, err := field("BatchMacroGroupBy", l[1], ins[0].Node.Schema())
		if err != nil {
			return nil, err
		}
		ctl.grouped[lower(anchor)] = append(ctl.grouped[lower(anchor)], i)
	}
	for anchor := range c.in.byAnchor {
		if unknown != nil && !listed[anchor] {
			return nil, unknown // else the macro had another input once
		}
	}
	for name, cols := range ctl.grouped {
		if len(cols) != len(ctl.groups) {
			return nil, &diag.Diagnostic{Code: diag.BadConfig, Tool: c.tool(), Option: "BatchMacroGroupBy",
				Msg: fmt.Sprintf("the control input is grouped by %d fields and the input %s by %d", len(ctl.groups), name, len(cols))}
		}
	}
	return ctl, nil
}

// question finds a question of the macro by its name or else by its text.
func (c *call) question(kind workflow.QuestionType, name string) (found *workflow.Question) {
	for _, of := range []func(*workflow.Question) string{
		func(q *workflow.Question) string { return q.Name }, func(q *workflow.Question) string { return q.Description },
	} {
		c.macro.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
			if found == nil && q.Type == kind && strings.EqualFold(of(q), name) {
				found = q
			}
		})
	}
	return found
}

// grouped finds the input that a line of BatchMacroGroupBy means: by the name of the
// input, or of its question.
func (c *call) grouped(name string) (string, error) {
	inputs := macroAnchors(c.macro.doc, workflow.PluginMacroInput)
	if a, ok := anchorNamed(inputs, name); ok {
		return a.Name, nil
	}
	if q := c.question(workflow.MacroInput, name); q != nil {
		if n := c.macro.doc.Node(q.ToolID); n != nil {
			return n.Config.Value("Name"), nil
		}
	}
	return "", &diag.Diagnostic{Code: diag.BadConfig, Tool: c.tool(), Option: "BatchMacroGroupBy",
		Msg: fmt.Sprintf("the macro has no input %q to be grouped", name)}
}

// lines reads a value of the call that holds a line "name=field" each.
func (c *call) lines(name string) [][2]string {
	var all [][2]string
	for _, v := range c.config.All("Value") {
		if !strings.EqualFold(v.Attr("name"), name) {
			continue
		}
		for _, line := range strings.Split(v.Text, "\n") {
			// A parameter's name may hold an equals sign; a field's may as well, but
			// Designer numbers parameters and that comes first.
			if k, f, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
				all = append(all, [2]string{k, f})
			}
		}
	}
	return all
}
