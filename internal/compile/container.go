package compile

import (
	"fmt"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// controlContainer compiles a control container that is switched on. What stands
// in it is ordered after it; of its own outputs only the order is used. Where its
// control input is connected and brings no record, what stands in it is not run.
func (f *frame) controlContainer(n *workflow.Node) {
	for _, e := range f.g.out[n.ToolID] {
		to := f.g.byID[e.To]
		switch {
		case to.Plugin == workflow.PluginControlContainer:
		case isBrowse(to):
			f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Warning, Text: "the Log output of a control container gives no records here; the messages of a run are in its log"})
		default:
			f.b.fail(f.tool(n), &diag.Diagnostic{
				Code: diag.Unsupported, Tool: f.tool(n), Msg: "the Log output of a control container gives no records here",
				Hint: fmt.Sprintf("disconnect tool %d; the messages of a run are in its log", to.ToolID),
			})
			f.refuse(n, nil)
			return
		}
	}
	if err := f.b.flush(); err != nil {
		f.b.fail(f.tool(n), err)
		return
	}
	active, err := f.activated(n)
	if err != nil {
		f.b.fail(f.tool(n), err)
		return
	}
	if !active {
		f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Info, Text: "the control input brings no record, so what stands in the container is not run"})
		f.states[n.ToolID] = Pruned
		return
	}
	f.states[n.ToolID] = Compiled
}

// activated reports whether a control container runs: nothing is connected to its
// control input, or a record comes from there, or the log of another one that runs.
func (f *frame) activated(n *workflow.Node) (bool, error) {
	in := f.g.in[n.ToolID]
	for _, e := range in {
		if f.g.byID[e.From].Plugin == workflow.PluginControlContainer {
			if f.states[e.From] == Compiled {
				return true, nil
			}
			continue
		}
		r, ok, err := f.origin(e)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		if r.node == nil || f.b.session == nil {
			return true, nil // what is missing is reported where it went wrong
		}
		f.fixed = false
		some, err := f.anyRecord(r.node)
		if err != nil || some {
			return some, err
		}
	}
	return len(in) == 0, nil
}

// anyRecord reports whether a relation has a record.
func (f *frame) anyRecord(n plan.Node) (bool, error) {
	r, err := f.b.session.Read(f.b.ctx, &plan.Slice{In: n, Mode: plan.First, N: 1})
	if err != nil {
		return false, err
	}
	defer r.Close()
	b, err := record.ReadAll(f.b.ctx, r, 1)
	return err == nil && b.Len > 0, err
}
