package compile

import (
	"fmt"
	"path/filepath"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/workflow"
)

// maxDepth bounds how deep macros may call each other.
const maxDepth = 32

// macroCall compiles the call of a macro.
func (f *frame) macroCall(n *workflow.Node, m *macro) {
	in := macroAnchors(m.doc, workflow.PluginMacroInput)
	if m.doc.Runtime.Batch != nil {
		in = append(in, tool.Anchor{Name: "Control"})
	}
	out := macroAnchors(m.doc, workflow.PluginMacroOutput)
	if len(f.stack) > maxDepth {
		f.b.failf(f.tool(n), diag.Limit, "macros are nested deeper than %d", maxDepth)
		f.refuse(n, out)
		return
	}
	inputs, state := f.gather(n, in)
	if state != Compiled {
		f.skip(n, state, out)
		return
	}
	if err := inputs.single(); err != nil {
		f.b.fail(f.tool(n), err)
		f.refuse(n, out)
		return
	}
	mapped, err := f.mapFields(n, m, inputs)
	if err != nil {
		f.b.fail(f.tool(n), err)
		f.refuse(n, out)
		return
	}
	c := &call{f: f, node: n, macro: m, in: inputs, mapped: mapped, out: out, config: f.substitute(n)}
	var outs map[string]relation
	before := len(f.b.prog.Diags)
	place := len(f.b.prog.Tools)
	switch {
	case m.doc.Runtime.Iterative != nil:
		f.fixed = false
		outs, err = c.iterate()
	case m.doc.Runtime.Batch != nil:
		f.fixed = false
		outs, err = c.batch()
	default:
		body := c.frame()
		body.start(c.values())
		if len(f.b.prog.Diags) == before {
			body.compile()
		}
		outs, f.fixed = body.outputs, f.fixed && body.fixed
	}
	if err != nil && f.b.session == nil && inputs.guessed && !certain(err) {
		f.guess(n, out, Unsure)
		return
	}
	if err != nil {
		f.b.fail(f.tool(n), err)
	}
	if len(f.b.prog.Diags) > before {
		f.refuse(n, out)
		f.lead(place)
		return
	}
	var all []output
	state = Compiled
	for _, a := range out {
		r, ok := outs[lower(a.Name)]
		if !ok {
			continue
		}
		if r.node == nil && f.b.session == nil {
			// What is inside waits for data; the call may have cached what it gave.
			state = Unsure
			r.node = f.cached(n, a.Name)
		}
		if r.node != nil {
			r.node = &plan.Anchor{In: r.node, Tool: f.tool(n), Name: a.Name}
			r.guessed = r.guessed || inputs.guessed
		}
		all = append(all, output{a.Name, r})
	}
	f.done(n, state, inputs.guessed, all)
	f.lead(place)
}

// lead moves the last entry of the list of tools, a call, before those of the
// tools inside it, which begin at a position.
func (f *frame) lead(at int) {
	tools := f.b.prog.Tools
	if f.b.quiet || at >= len(tools)-1 {
		return
	}
	last := tools[len(tools)-1]
	copy(tools[at+1:], tools[at:len(tools)-1])
	tools[at] = last
}

// call is one call of a macro.
type call struct {
	f      *frame
	node   *workflow.Node
	macro  *macro
	in     gathered
	mapped map[int][]mappedField // by macro input
	out    []tool.Anchor
	config *workflow.Element
}

// tool names the call for messages.
func (c *call) tool() diag.Tool { return c.f.tool(c.node) }

// frame makes the frame of the macro's body with the call's inputs bound.
func (c *call) frame() *frame {
	f := c.f
	body := &frame{
		b: f.b, doc: c.macro.doc, dir: filepath.Dir(c.macro.file), stack: append(f.stack[:len(f.stack):len(f.stack)], c.macro.file),
		call: f.call, path: append(append([]int(nil), f.path...), c.node.ToolID), iteration: f.iteration,
		open:   f.open || f.undecided[c.node.ToolID],
		inputs: make(map[string]relation), mapped: c.mapped,
	}
	if len(f.path) == 0 {
		body.call = c.tool()
	}
	for name, in := range c.in.byAnchor {
		body.inputs[lower(name)] = relation{in[0].Node, c.in.guessed}
	}
	return body
}

// values are the answers that the call gives to the macro's questions.
func (c *call) values() map[int]string {
	given := make(map[string]string)
	for _, v := range c.config.All("Value") {
		given[lower(v.Attr("name"))] = v.Text
	}
	values := make(map[int]string)
	asked := map[string]bool{"": true, "controlparams": true, "batchmacrogroupby": true}
	c.macro.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		asked[lower(q.Name)] = true
		if !q.Asks() {
			return
		}
		if v, ok := given[lower(q.Name)]; ok {
			values[q.ToolID] = v
		} else if v, ok := q.DefaultValue(); ok {
			values[q.ToolID] = v
		}
	})
	for _, v := range c.config.All("Value") {
		if name := v.Attr("name"); !asked[lower(name)] && len(c.mapped) == 0 { // else it maps fields
			c.f.b.say(engine.Message{Tool: c.tool(), Status: engine.Warning,
				Text: fmt.Sprintf("the macro asks no question called %q; the answer that the call holds is left out", name)})
		}
	}
	return values
}

// bound serves a macro input that a call has connected. It returns false where
// the input gives its template: in a macro that runs by itself, and at an
// optional input that the call leaves open.
func (f *frame) bound(n *workflow.Node) bool {
	if len(f.path) == 0 {
		return false
	}
	r, ok := f.inputs[lower(n.Config.Value("Name"))]
	if !ok {
		return false
	}
	if r.node != nil {
		r.node = &plan.Anchor{In: r.node, Tool: f.tool(n), Name: "Output"}
	}
	f.done(n, Compiled, r.guessed, []output{{"Output", r}})
	return true
}

// bindOutput keeps what reaches a macro output of a called macro.
func (f *frame) bindOutput(n *workflow.Node) bool {
	if len(f.path) == 0 || n.Plugin != workflow.PluginMacroOutput {
		return false
	}
	in, state := f.gather(n, []tool.Anchor{{Name: "Input"}})
	if state != Compiled {
		if state != Pruned {
			f.outputs[lower(n.Config.Value("Name"))] = relation{guessed: true}
		}
		f.skip(n, state, nil)
		return true
	}
	if err := in.single(); err != nil {
		f.b.fail(f.tool(n), err)
		f.refuse(n, nil)
		return true
	}
	f.outputs[lower(n.Config.Value("Name"))] = relation{in.byAnchor["Input"][0].Node, in.guessed}
	f.done(n, Compiled, in.guessed, nil)
	return true
}

// checkChain says that the app that follows this one is not run.
func (b *builder) checkChain(d *workflow.Document) {
	if next := d.Runtime.Chain; next != "" {
		b.say(engine.Message{Status: engine.Warning, Text: fmt.Sprintf("the app is followed by another one, %s, which is not run", next)})
	}
}

// checkEvents says that commands and mails around a run are not carried out.
func (b *builder) checkEvents(d *workflow.Document) {
	events := d.Properties.Child("Events")
	if events == nil || !events.Bool("Enabled", true) {
		return
	}
	for _, e := range events.Children {
		if strings.HasPrefix(e.Name, "Event") {
			b.say(engine.Message{Status: engine.Warning, Text: "the workflow's events (commands or mails before or after a run) are not carried out"})
			return
		}
	}
}
