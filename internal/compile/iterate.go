package compile

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/workflow"
)

// iterate runs an iterative macro: what its loop output gives is the loop input
// of the next run, until that is empty or the limit is reached. The other
// outputs of all runs follow each other; the loop output itself gives what is
// left at the end.
func (c *call) iterate() (map[string]relation, error) {
	it := c.macro.doc.Runtime.Iterative
	loopIn, loopOut, err := c.loop(it)
	if err != nil {
		return nil, err
	}
	values := c.values()
	if c.f.b.session == nil {
		return c.checked(values), nil
	}
	p := c.f.b
	inputs, err := c.hold()
	if err != nil {
		return nil, err
	}
	limit := c.limit(it.Limit)
	all := newGatherer(c, it.Mode)
	b := &body{call: c}
	for n := 0; ; n++ {
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
		b.iteration = int64(n)
		if b.fr == nil || !b.again(inputs) {
			if !b.compile(inputs, values, n > 0) {
				return nil, nil // it is in the diagnostics
			}
			b.bind(inputs)
		}
		outs, err := b.run()
		if err != nil {
			return nil, err
		}
		left := outs[loopOut]
		delete(outs, loopOut)
		if err := all.add(outs); err != nil {
			return nil, err
		}
		if old, ok := inputs[loopIn].node.(*plan.Table); ok {
			if err := p.session.Drop(p.ctx, old); err != nil {
				return nil, err
			}
		}
		if left == nil || left.Rows == 0 || n+1 >= limit {
			return c.finish(it, all, left, n+1)
		}
		inputs[loopIn] = relation{node: left}
	}
}

// finish ends the loop after its last run. left is nil where no tool sends its records
// to the loop's output any more, as behind a Detour.
func (c *call) finish(it *workflow.Iterative, all *gatherer, left *plan.Table, runs int) (map[string]relation, error) {
	if left != nil && left.Rows > 0 {
		err := c.limitError(runs)
		switch {
		case strings.EqualFold(it.LimitBehavior, "Ignore"):
		case strings.EqualFold(it.LimitBehavior, "Warn"):
			c.f.b.say(engine.Message{Tool: c.tool(), Status: engine.Warning, Text: err.Msg})
		default:
			return nil, err
		}
	}
	outs, err := all.result()
	if err != nil {
		return nil, err
	}
	if left != nil {
		outs[lower(it.Output)] = relation{node: left}
	}
	return outs, nil
}

// loop finds the names of the loop's input and output among the macro's anchors.
func (c *call) loop(it *workflow.Iterative) (in, out string, err error) {
	if _, ok := anchorNamed(macroAnchors(c.macro.doc, workflow.PluginMacroInput), it.Input); !ok {
		return "", "", &diag.Diagnostic{Code: diag.BadConfig, Tool: c.tool(), Option: "IterativeMacro/Input",
			Msg: fmt.Sprintf("the macro has no input %q for its loop", it.Input)}
	}
	if _, ok := anchorNamed(c.out, it.Output); !ok {
		return "", "", &diag.Diagnostic{Code: diag.BadConfig, Tool: c.tool(), Option: "IterativeMacro/Output",
			Msg: fmt.Sprintf("the macro has no output %q for its loop", it.Output)}
	}
	return lower(it.Input), lower(it.Output), nil
}

// limit is how often the macro may be run.
func (c *call) limit(document int) int {
	limit := maxRuns
	if n := c.f.b.o.Run.Policy.MaxIterations; n > 0 {
		limit = n
	}
	if document > 0 {
		limit = min(limit, document)
	}
	return limit
}

// bind remembers the tables that the plan of the last compilation reads, as
// copies that can be made to mean others.
func (b *body) bind(inputs map[string]relation) {
	b.bound = make(map[string]*plan.Table)
	for name, r := range inputs {
		if t, ok := r.node.(*plan.Table); ok {
			b.bound[name] = t
		}
	}
}

// again makes the last plan read other tables, and reports whether that is the
// same as compiling again: the plan is fixed and the fields are the same.
func (b *body) again(inputs map[string]relation) bool {
	if !b.fr.fixed {
		return false
	}
	for name, r := range inputs {
		t, ok := r.node.(*plan.Table)
		if !ok || b.bound[name] == nil || !sameFields(t, b.bound[name]) {
			return false
		}
	}
	for name, r := range inputs {
		t := r.node.(*plan.Table)
		b.bound[name].Name, b.bound[name].Rows = t.Name, t.Rows
	}
	return true
}

func sameFields(a, b *plan.Table) bool {
	if len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Fields {
		x, y := a.Fields[i], b.Fields[i]
		if x.Name != y.Name || x.Type != y.Type || x.Size != y.Size || x.Scale != y.Scale {
			return false
		}
	}
	return true
}
