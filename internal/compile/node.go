package compile

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

// node compiles one tool and keeps its outputs.
func (f *frame) node(n *workflow.Node) {
	switch c := f.g.control[n.ToolID]; {
	case c != nil && f.states[c.ToolID] == Pruned:
		f.skip(n, Pruned, nil)
		return
	case n.Plugin == workflow.PluginMacroInput && f.bound(n):
		return
	case f.bindOutput(n):
		return
	case n.Plugin == workflow.PluginControlContainer:
		f.controlContainer(n)
		return
	}
	found, err := f.b.find.tool(f, n)
	if err != nil && f.g.onScreen(n) {
		f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Warning, Text: "reports and charts are not made here; nothing but this view of the data is missing"})
		f.skip(n, Pruned, nil)
		return
	}
	if err != nil && f.inert(n) {
		f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Warning, Text: "no records reach the tool and nothing is made of what it gives, so it is not run"})
		f.skip(n, Pruned, nil)
		return
	}
	if err != nil {
		// It is reported, and said what follows from it, even where an input is
		// missing: it is a cause of its own.
		f.b.fail(f.tool(n), err)
		f.refuse(n, nil)
		return
	}
	if found.macro != nil {
		f.macroCall(n, found.macro)
		return
	}
	t := found.tool
	if t.Name == "Run Command" && f.suppressed(t) {
		f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Warning, Text: "the program is not run, since the workflow's settings switch all output off"})
		f.skip(n, Pruned, t.Out)
		return
	}
	inputs, state := f.gather(n, t.In)
	if state != Compiled {
		f.skip(n, state, t.Out)
		return
	}
	f.build(n, t, inputs)
}

// build compiles a tool with its inputs.
func (f *frame) build(n *workflow.Node, t *tool.Tool, in gathered) {
	run, done := f.run(n)
	defer done()
	c := &tool.Context{
		Context: f.b.ctx, Tool: f.tool(n), Config: f.substitute(n), Inputs: in.byAnchor,
		Outputs: f.wanted(n, t.Out), Cached: n.Schemas, Run: run,
	}
	if t.In != nil && t.In[0].Multi {
		name := t.In[0].Name
		c.Arrival = f.arrival(in.edges[name], in.byAnchor[name])
	}
	outs, err := f.compileTool(t, c)
	if f.b.session == nil && (f.open || f.undecided[n.ToolID]) {
		in.guessed = true // what the tool gives in the run may be something else
	}
	switch {
	case errors.Is(err, tool.ErrNoData):
		f.fixed = false
		f.guess(n, t.Out, Unsure)
		return
	case err != nil && (f.b.session == nil && f.writtenBefore(c.Config, err) || f.mayFit(n, err)):
		f.guess(n, t.Out, Unsure)
		return
	case err != nil && in.guessed && !certain(err):
		f.guess(n, t.Out, Unsure)
		return
	case err != nil:
		f.b.fail(c.Tool, err)
		f.refuse(n, t.Out)
		return
	}
	if len(run.Sinks) > 0 {
		f.fixed = false // the next run may read what this one writes
	}
	if !f.suppressed(t) {
		f.b.sinks = append(f.b.sinks, run.Sinks...)
	} else if len(run.Sinks) > 0 {
		f.b.say(engine.Message{Tool: c.Tool, Status: engine.Warning, Text: "nothing is written, since the workflow's settings switch all output off"})
	}
	var all []output
	for _, a := range t.Out {
		node := outs[a.Name]
		if node == nil {
			continue
		}
		node = f.limit(t, node)
		all = append(all, output{a.Name, relation{&plan.Anchor{In: node, Tool: c.Tool, Name: a.Name}, in.guessed}})
	}
	if isBlock(n) && f.b.session != nil && len(all) > 0 {
		if all, err = f.block(all, outs); err != nil {
			f.b.fail(c.Tool, err)
			f.refuse(n, t.Out)
			return
		}
	}
	f.done(n, Compiled, in.guessed, all)
	f.last(func(t *Tool) { t.Effect = len(run.Sinks) > 0 })
}

// last changes the entry of the tool that was compiled last.
func (f *frame) last(change func(*Tool)) {
	if n := len(f.b.prog.Tools); n > 0 && !f.b.quiet {
		change(f.b.prog.Tools[n-1])
	}
}

// compileTool calls the tool. A defect in it is a diagnostic with the tool's
// name and not the end of the program: documents come from strangers.
func (f *frame) compileTool(t *tool.Tool, c *tool.Context) (outs tool.Outputs, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &diag.Diagnostic{Code: diag.Internal, Tool: c.Tool, Msg: fmt.Sprintf("the tool's compilation broke down: %v", r),
				Err: fmt.Errorf("%v\n%s", r, debug.Stack())}
		}
	}()
	return t.Build(c)
}

// block computes the stream of Block Until Done once for all its outputs.
func (f *frame) block(all []output, outs tool.Outputs) ([]output, error) {
	var in plan.Node
	for _, n := range outs {
		in = n
	}
	table, err := f.b.session.Materialise(f.b.ctx, in)
	if err != nil {
		return nil, err
	}
	f.fixed = false
	for i := range all {
		anchor := *all[i].node.(*plan.Anchor)
		anchor.In = table
		all[i].node = &anchor
	}
	return all, nil
}

// limit applies the workflow's limit of records for inputs.
func (f *frame) limit(t *tool.Tool, node plan.Node) plan.Node {
	n := number(f.b.settings.Value("GlobalRecordLimit"))
	if n <= 0 || t.Name != "Input Data" {
		return node
	}
	return &plan.Slice{In: node, Mode: plan.First, N: float64(n)}
}

// suppressed reports whether the settings of the document that runs switch off
// what a tool writes, in its macros too.
func (f *frame) suppressed(t *tool.Tool) bool {
	if !f.b.settings.Bool("DisableAllOutput", false) {
		return false
	}
	return t.Name == "Output Data" || t.Name == "Email" || t.Name == "Run Command"
}

// wanted lists the output anchors that something reads. In the main document an
// anchor that nothing reads is a result.
func (f *frame) wanted(n *workflow.Node, out []tool.Anchor) map[string]bool {
	want := make(map[string]bool)
	for _, a := range out {
		seen, _ := f.seen(n, a.Name)
		want[a.Name] = len(f.path) == 0 && seen
		for _, e := range f.g.out[n.ToolID] {
			want[a.Name] = want[a.Name] || strings.EqualFold(e.FromAnchor, a.Name)
		}
	}
	return want
}

// writtenBefore reports whether what is wrong is that a file is missing which the
// workflow writes itself, perhaps before it is read.
func (f *frame) writtenBefore(config *workflow.Element, err error) bool {
	for _, d := range diag.All(err) {
		if d.Code != diag.NoFile {
			return false
		}
	}
	path, _ := format.SplitTable(config.String("File"))
	name, err := format.OutputName(path)
	return err == nil && f.b.writes[lower(name)]
}

// noteWrites collects the files that the document's Output Data tools write.
func (f *frame) noteWrites() {
	f.doc.Walk(func(n *workflow.Node, _ []*workflow.Node) {
		if n.Entry != "AlteryxDbFileOutput" && !strings.HasSuffix(n.Plugin, ".DbFileOutput") {
			return
		}
		path, _ := format.SplitTable(f.substitute(n).String("File"))
		if name, err := format.OutputName(path); err == nil {
			f.b.writes[lower(name)] = true
		}
	})
}

// certain reports whether an error holds whatever the schema of the inputs is.
func certain(err error) bool {
	for _, d := range diag.All(err) {
		switch d.Code {
		case diag.Unsupported, diag.UnknownTool, diag.NoMacro, diag.Refused, diag.NoFile, diag.Internal:
			return true
		}
	}
	return false
}

// done keeps what a tool gave.
func (f *frame) done(n *workflow.Node, s State, guessed bool, all []output) {
	f.states[n.ToolID] = s
	f.results[n.ToolID] = all
	if f.b.quiet {
		return
	}
	t := &Tool{Diag: f.tool(n), Plugin: plugin(n), State: s, Sink: len(all) == 0, Cached: n.Schemas, Guessed: guessed}
	for _, o := range all {
		if o.node == nil {
			continue
		}
		if t.Schemas == nil {
			t.Schemas = make(map[string]record.Schema)
		}
		t.Schemas[o.anchor] = o.node.Schema()
		t.Anchors = append(t.Anchors, o.anchor)
	}
	f.b.prog.Tools = append(f.b.prog.Tools, t)
}

func plugin(n *workflow.Node) string {
	if n.Plugin == "" {
		return n.Macro
	}
	return n.Plugin
}

// refuse marks a tool that cannot run. In a check what follows goes on with the
// schemas that the document has cached, to find what else is wrong.
func (f *frame) refuse(n *workflow.Node, out []tool.Anchor) { f.guess(n, out, Refused) }

// guess gives a tool the outputs that the document has cached.
func (f *frame) guess(n *workflow.Node, out []tool.Anchor, s State) {
	var all []output
	known := make(map[string]bool)
	add := func(anchor string) {
		if known[lower(anchor)] {
			return
		}
		known[lower(anchor)] = true
		r := relation{guessed: true}
		if f.b.session == nil {
			r.node = f.cached(n, anchor)
		}
		all = append(all, output{anchor, r})
	}
	for _, a := range out {
		add(a.Name)
	}
	for _, e := range f.g.out[n.ToolID] {
		add(e.FromAnchor)
	}
	f.done(n, s, true, all)
}

// cached is a stand-in with the schema that the document has cached for an output, or
// nil.
func (f *frame) cached(n *workflow.Node, anchor string) plan.Node {
	for name, schema := range n.Schemas {
		if strings.EqualFold(name, anchor) {
			return schemaNode(schema, f.tool(n).String())
		}
	}
	return nil
}

// skip marks a tool that is not compiled because of its inputs.
func (f *frame) skip(n *workflow.Node, s State, out []tool.Anchor) {
	if s != Pruned {
		f.guess(n, out, s)
		return
	}
	f.done(n, s, false, nil)
}

func anchorNamed(all []tool.Anchor, name string) (tool.Anchor, bool) {
	for _, a := range all {
		if strings.EqualFold(a.Name, name) {
			return a, true
		}
	}
	return tool.Anchor{}, false
}

func noData(context.Context) (record.Reader, error) {
	return nil, errors.New("the records of a tool that cannot run were asked for")
}

func lower(s string) string { return strings.ToLower(s) }
