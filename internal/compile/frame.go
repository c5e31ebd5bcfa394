package compile

import (
	"fmt"
	"maps"
	"path/filepath"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

// frame is one document being compiled: the main one, or a macro for one call.
type frame struct {
	b     *builder
	doc   *workflow.Document
	dir   string   // its folder
	stack []string // the files of the documents around it and its own, outermost first
	// call is the call in the main document that the frame belongs to, and path
	// the ids of the calls that lead to it; both are empty for the main document.
	call diag.Tool
	path []int

	values    map[int]string            // answers by the question's tool id
	configs   map[int]*workflow.Element // configurations that actions have changed
	removed   map[int]bool              // tools that actions have taken out
	inputs    map[string]relation       // of a macro, by the input's name in lower case
	outputs   map[string]relation       // likewise, filled by compiling
	mapped    map[int][]mappedField     // the fields that the call maps, by the macro input's tool id
	undecided map[int]bool              // in a check, tools that wait for a control parameter's value
	open      bool                      // the same of the call that the frame belongs to
	iteration *int64                    // [Engine.IterationNumber], which changes from run to run of a loop
	results   map[int][]output          // by tool
	states    map[int]State
	g         *graph
	// fixed says that compiling again for another run of a loop would give the
	// same plan: nothing looked at data or at a value of the run, and at the
	// iteration's number only expressions did, where it is a variable.
	fixed bool
}

// relation is what an output anchor gives.
type relation struct {
	node plan.Node
	// guessed says that the schema is the one the document has cached, and the
	// records cannot be had.
	guessed bool
}

// output is a relation at an output anchor of a tool.
type output struct {
	anchor string
	relation
}

// tool names a node of the frame for messages.
func (f *frame) tool(n *workflow.Node) diag.Tool { return f.named(n.ToolID, f.name(n)) }

func (f *frame) named(id int, name string) diag.Tool {
	if len(f.path) == 0 {
		return diag.Tool{ID: id, Name: name}
	}
	return diag.Tool{ID: f.path[0], Name: name, Path: append(append([]int(nil), f.path...), id)}
}

func (f *frame) name(n *workflow.Node) string { return f.b.find.name(n) }

// config is the configuration of a node with the actions applied.
func (f *frame) config(n *workflow.Node) *workflow.Element {
	if c := f.configs[n.ToolID]; c != nil {
		return c
	}
	return n.Config
}

// edit returns the configuration of a node for changing.
func (f *frame) edit(n *workflow.Node) *workflow.Element {
	if f.configs[n.ToolID] == nil {
		f.configs[n.ToolID] = n.Config.Clone()
	}
	return f.configs[n.ToolID]
}

// prepare applies the answers of the main document. Answers that fit no
// question are diagnostics.
func (f *frame) prepare(answers map[string][]string) {
	values, answered := make(map[int]string), make(map[int]bool)
	left := maps.Clone(answers)
	for _, q := range f.doc.Questions() {
		given, ok := takeAnswer(left, q)
		if !ok {
			// A text box without a default is none that was left empty: a tool that it
			// would empty keeps what its author ran it with.
			if v, ok := q.DefaultValue(); ok && (v != "" || q.Type != workflow.TextBox) {
				values[q.ToolID] = v
			}
			continue
		}
		v, err := q.Values(given)
		if err != nil {
			f.b.fail(f.named(q.ToolID, q.Name), &diag.Diagnostic{
				Code: diag.BadAnswer, Tool: f.named(q.ToolID, q.Name), Msg: "the answer does not fit: " + err.Error(), Err: err,
			})
			continue
		}
		values[q.ToolID], answered[q.ToolID] = v, true
	}
	chooseRadio(f.doc.Runtime.Questions, answered, values)
	for _, name := range sortedKeys(left) {
		f.b.fail(diag.Tool{}, &diag.Diagnostic{
			Code: diag.BadAnswer, Msg: "no question is called " + strconv.Quote(name), Hint: f.questionHint(),
		})
	}
	f.start(values)
}

// start applies actions with the given answers and finds the live tools.
func (f *frame) start(values map[int]string) {
	f.values = values
	f.configs, f.removed = make(map[int]*workflow.Element), make(map[int]bool)
	f.results, f.states = make(map[int][]output), make(map[int]State)
	f.outputs = make(map[string]relation)
	f.fixed = true
	f.applyActions()
	f.noteWrites()
	f.findUndecided()
	f.g = newGraph(f.doc, f.config, f.removed)
	for _, c := range f.g.dangling {
		f.b.say(engine.Message{Tool: f.call, Status: engine.Warning,
			Text: fmt.Sprintf("a connection leads from tool %d (%s) to tool %d (%s), one of which the document does not have; it is left out", c.From, c.FromAnchor, c.To, c.ToAnchor)})
	}
}

// compile compiles the live tools in order.
func (f *frame) compile() {
	order, cycle := f.g.order(f.g.barriers())
	if order == nil && cycle == nil {
		// What must be done before what goes in circles, the records do not.
		order, cycle = f.g.order(nil)
		if order != nil {
			f.b.say(engine.Message{Tool: f.call, Status: engine.Warning,
				Text: "the order that Block Until Done or Control Containers ask for contradicts itself and is not kept"})
		}
	}
	if order == nil {
		d := cycleError(f.g, cycle, f.name)
		d.Tool = f.named(d.Tool.ID, d.Tool.Name)
		f.b.fail(d.Tool, d)
		return
	}
	waits := make(map[int]bool)
	for _, p := range f.g.barriers() {
		waits[p.then] = true
	}
	for _, n := range order {
		if err := f.b.ctx.Err(); err != nil {
			f.b.fail(f.tool(n), err)
			return
		}
		if waits[n.ToolID] {
			if err := f.b.flush(); err != nil {
				f.b.fail(f.tool(n), err)
				return
			}
		}
		f.node(n)
		if len(f.b.prog.Diags) > 0 && f.b.session != nil {
			return // with data at hand, the first error is the end
		}
	}
}

// streams collects the outputs of the main document that a user gets to see.
func (f *frame) streams() {
	for _, n := range f.g.nodes {
		for _, o := range f.results[n.ToolID] {
			if seen, browsed := f.seen(n, o.anchor); o.node != nil && seen {
				f.b.prog.Streams = append(f.b.prog.Streams, Stream{f.tool(n), o.anchor, o.node, browsed})
			}
		}
	}
}

// seen reports whether an output anchor's records are shown as a stream: it
// feeds a Browse or an output of the document (browsed), a file that is no text,
// a view that is not made here, or nothing at all.
func (f *frame) seen(n *workflow.Node, anchor string) (seen, browsed bool) {
	fed := false
	for _, e := range f.g.out[n.ToolID] {
		if lower(e.FromAnchor) != lower(anchor) {
			continue
		}
		fed = true
		switch to := f.g.byID[e.To]; {
		case isBrowse(to) && f.b.settings.Bool("DisableBrowse", false): // nobody looks
		case isBrowse(to), to.Plugin == workflow.PluginMacroOutput:
			return true, true
		case f.writesNoText(to), f.g.onScreen(to):
			seen = true
		}
	}
	return seen || !fed, false
}

// writesNoText reports whether a tool writes a file that is no text, such as a
// workbook: the records stand in a stream too, where anything can read them.
func (f *frame) writesNoText(n *workflow.Node) bool {
	format, ok := f.config(n).Child("File").LookupAttr("FileFormat")
	return strings.HasSuffix(n.Plugin, ".DbFileOutput") && ok && format != csvFormat
}

// csvFormat is the FileFormat of delimited text (tools reference, Input Data).
const csvFormat = "0"

// top is the folder below which all lies that the document brings along: a package's,
// whose main document may stand in a folder of its own, or else that of the main document.
func (f *frame) top() string {
	if p := f.b.o.Run.Package; p != "" {
		return p
	}
	return filepath.Dir(f.stack[0])
}

// run is what a tool of this frame shares with the others. done ends the time in
// which its reports are those of compiling, each of which is made once.
func (f *frame) run(n *workflow.Node) (r *tool.Run, done func()) {
	c := *f.b.o.Run
	c.Session = nil
	if f.b.session != nil {
		c.Session = &watched{Session: f.b.session, f: f}
	}
	c.Top = f.top()
	c.Dir, c.Sinks, c.Constant, c.Variable = f.dir, nil, f.constantOf(n), f.variable
	compiling, report := true, c.Report
	c.Report = func(m engine.Message) {
		if compiling {
			f.b.say(m)
		} else if report != nil {
			report(m)
		}
	}
	return &c, func() { compiling = false }
}

// schemaNode stands for a relation whose records cannot be had.
func schemaNode(s record.Schema, name string) plan.Node {
	return &plan.Read{Fields: s, Name: name, Open: noData}
}

func isBrowse(n *workflow.Node) bool {
	return n.Entry == "AlteryxBrowseV2" || filepath.Ext(n.Plugin) == ".BrowseV2" || filepath.Ext(n.Plugin) == ".Browse"
}
