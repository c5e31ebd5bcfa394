// Package compile turns a workflow document into plan nodes: it applies the
// answers, orders the tools, expands macros, compiles tool by tool and collects
// everything that is wrong before anything runs.
//
//	document ─► answers and actions ─► live tools and connections ─► order
//	         ─► each tool: constants, configuration, inputs ─► plan nodes
//	         ─► streams (what nothing reads) and sinks (what writes)
//
// A document is compiled twice. Check has no data: a tool whose schema depends
// on the data gives the schema that the document has cached, and what follows
// from such a guess is not reported. Compile has a session: it asks for the data
// it needs, and it runs the loops of batch and iterative macros and what must be
// done before a later part of the document begins.
package compile

import (
	"context"
	"fmt"
	"path/filepath"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

// Options say how a document is compiled.
type Options struct {
	// File is the document's path; relative paths start at its folder. It may be
	// empty for a document that is not in a file.
	File    string
	Answers map[string][]string // by the question's name; several for several items of a list
	Tools   []*tool.Tool
	// Run is what the tools share. Its Session is nil for a check. Constant, Dir
	// and Sinks are set here.
	Run *tool.Run
}

// Program is a compiled document.
type Program struct {
	// Tools are all enabled tools of the document and of its macros, in the order
	// in which they were compiled.
	Tools []*Tool
	// Streams are the output anchors that feed a Browse or nothing at all.
	Streams []Stream
	// Sinks are the ends of the plan that are still to be run, in their order.
	Sinks []engine.Sink
	// Done are the sinks and relations that were run while compiling.
	Done  []plan.Node
	Diags diag.List
}

// Stream is the output of a tool that a user gets to see.
type Stream struct {
	Tool   diag.Tool
	Anchor string
	Node   plan.Node
	// Browsed: it feeds a Browse or an output of the document; otherwise nothing.
	Browsed bool
}

// State says what became of a tool.
type State uint8

// The states.
const (
	Compiled State = iota
	Pruned         // left out: an input that it needs comes from nowhere
	Refused        // it cannot run, or follows a tool that cannot
	Unsure         // its schema depends on data that a check does not have
)

// Tool is one tool of the document.
type Tool struct {
	Diag   diag.Tool
	Plugin string // or the macro's path as written
	State  State
	Sink   bool // it has no outputs
	Effect bool // it has ends of the plan of its own: it writes, tests or reports
	// Anchors are the output anchors that it gave, in the tool's order.
	Anchors []string
	// Schemas are the output schemas by anchor; Cached are those the document
	// holds. They are nil where there is none.
	Schemas, Cached map[string]record.Schema
	// Guessed says that Schemas follow from a cached schema and not from the data.
	Guessed bool
}

// Check compiles without data. Its Diags are all that is known to be wrong.
func Check(ctx context.Context, d *workflow.Document, o Options) *Program {
	run := *o.Run
	run.Session = nil
	o.Run = &run
	return build(ctx, d, o)
}

// Compile compiles with data. Check should have found nothing wrong before,
// since parts of the document may be run. The error is that of the Diags, or one
// of the session.
func Compile(ctx context.Context, d *workflow.Document, o Options) (*Program, error) {
	p := build(ctx, d, o)
	return p, p.Diags.Err()
}

func build(ctx context.Context, d *workflow.Document, o Options) *Program {
	b := &builder{
		ctx: ctx, o: o, session: o.Run.Session, prog: &Program{},
		find: newFinder(o.Tools), macros: make(map[string]*workflow.Document), reported: make(map[string]bool), writes: make(map[string]bool), inside: d.Properties.Bool("ShowAllMacroMessages", false),
	}
	dir := clean(o.Run.Dir)
	if o.File != "" {
		dir = filepath.Dir(clean(o.File))
	}
	b.settings, b.amp = d.Properties, d.AMP
	f := &frame{b: b, doc: d, dir: dir, stack: []string{clean(o.File)}}
	b.checkEvents(d)
	b.checkChain(d)
	f.prepare(o.Answers)
	if len(b.prog.Diags) == 0 {
		f.compile()
		f.streams()
	}
	b.prog.Sinks = b.sinks
	return b.prog
}

func clean(file string) string {
	if file == "" {
		return ""
	}
	if abs, err := filepath.Abs(file); err == nil {
		return abs
	}
	return filepath.Clean(file)
}

// builder is what all documents of one compilation share.
type builder struct {
	ctx      context.Context
	o        Options
	session  engine.Session // nil in a check
	prog     *Program
	find     *finder
	macros   map[string]*workflow.Document // by absolute path
	sinks    []engine.Sink
	reported map[string]bool
	writes   map[string]bool   // files that the documents write, in lower case
	settings *workflow.Element // of the document that runs; macros obey it too
	amp      bool              // the newer engine runs it
	inside   bool              // messages from inside macros are reported
	quiet    bool              // inside a further run of a loop: tools were listed before
	lib      *fn.Library       // made when an action first needs it
}

// fail adds what is wrong to the program's diagnostics.
func (b *builder) fail(t diag.Tool, err error) {
	for _, d := range diag.All(err) {
		if d.Tool.ID == 0 {
			c := *d
			c.Tool = t
			d = &c
		}
		b.prog.Diags = append(b.prog.Diags, d)
	}
}

func (b *builder) failf(t diag.Tool, code diag.Code, format string, args ...any) {
	b.fail(t, &diag.Diagnostic{Code: code, Tool: t, Msg: fmt.Sprintf(format, args...)})
}

// say reports a message once, however often its tool is compiled. Of what goes
// on inside macros users see errors only, unless the document asks for all.
func (b *builder) say(m engine.Message) {
	if len(m.Tool.Path) > 0 && m.Status != engine.Error && !b.inside {
		return
	}
	key := fmt.Sprint(m.Tool, m.Status, m.Text)
	if b.reported[key] {
		return
	}
	b.reported[key] = true
	if b.o.Run.Report != nil {
		b.o.Run.Report(m)
	}
}

// flush runs the sinks so far, because what comes next must find their work done.
func (b *builder) flush() error {
	if b.session == nil || len(b.sinks) == 0 || len(b.prog.Diags) > 0 {
		return nil
	}
	sinks := b.sinks
	b.sinks = nil
	if err := b.session.Run(b.ctx, sinks); err != nil {
		return err
	}
	for _, s := range sinks {
		b.prog.Done = append(b.prog.Done, s.In)
	}
	return nil
}
