package tool

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// Context is what a tool is compiled with: its configuration, its inputs, and
// the run that it is part of.
type Context struct {
	context.Context
	Tool    diag.Tool
	Config  *workflow.Element // Properties/Configuration, actions applied, never nil
	Inputs  map[string][]Input
	Outputs map[string]bool // the output anchors that something reads
	// Arrival says in which order the records of the streams at the tool's Multi
	// input come, where that is known: nil means stream by stream. It may be nil.
	Arrival func() *Arrival
	// Cached is the schema that the document holds for each output anchor. It
	// may be stale: a fallback where the data cannot be had, never the truth.
	Cached map[string]record.Schema
	Run    *Run
}

// Run is what all tools of one run share.
type Run struct {
	// Session computes relations while the document is compiled, for tools whose
	// schema depends on the data. It is nil when a document is only checked.
	Session engine.Session
	Dir     string // the document's folder; relative paths start here
	Top     string // the folder of the main document or, in a package, of the package, where Dir is another
	Package string // the folder that a package was unpacked to, or empty
	OutDir  string // Output Data never writes outside this folder
	Now     time.Time
	Seed    int64
	// Constant gives the value of [Engine.X], [User.X] and [Question.X].
	Constant func(namespace, name string) (value string, numeric, ok bool)
	// Variable gives those of them that differ from run to run of a loop; nil for
	// the others.
	Variable func(namespace, name string) *int64
	// Wrote finds a file that this run has written, by the path that a document
	// has for it. It may be nil.
	Wrote func(written string) (path string, ok bool)
	// Written is told how many records a file below OutDir got, by its path with
	// slashes, and which path the document has for it. It returns another path that
	// the file was written for before, or "": of those of another machine only the name is
	// left. It may be nil.
	Written func(file, written string, records int64) (other string)
	// Report takes a message for the job's log. One of status Error makes the run's
	// disposition Error. Operators call it from goroutines of their own.
	Report func(engine.Message)
	// Sinks are the ends of the plan, in the order in which tools made them.
	Sinks  []engine.Sink
	Policy Policy
}

// Policy is what the owner of the server allows; the zero value is the safe one.
type Policy struct {
	Download      []string // host names that Download may reach; "*" is all public ones
	PrivateHosts  bool     // Download may reach private addresses
	RunCommand    bool
	ReadAnywhere  bool  // inputs may lie outside the document's folder
	MaxCross      int64 // records that a cartesian join may give; 0 is a hundred million
	MaxIterations int
}

// ErrNoData is returned by Query when a document is only checked.
var ErrNoData = fmt.Errorf("the schema depends on the data")

// Input returns the relation at an input anchor, or nil where nothing is connected.
func (c *Context) Input(anchor string) plan.Node {
	if in := c.Inputs[anchor]; len(in) > 0 {
		return in[0].Node
	}
	return nil
}

// Errorf returns a diagnostic about an option of the tool; option may be "".
func (c *Context) Errorf(code diag.Code, option, format string, args ...any) error {
	return &diag.Diagnostic{Code: code, Tool: c.Tool, Option: option, Msg: fmt.Sprintf(format, args...)}
}

// Warnf reports a warning.
func (c *Context) Warnf(format string, args ...any) {
	c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.Warning, Text: fmt.Sprintf(format, args...)})
}

// Expr parses and checks an expression of the configuration against the fields
// of in. Its errors name the option and underline the place.
func (c *Context) Expr(option, source string, in record.Schema) (expr.Node, error) {
	return c.ExprEnv(option, source, expr.Env{Schema: in})
}

// ExprEnv is Expr with more than fields in the environment.
func (c *Context) ExprEnv(option, source string, env expr.Env) (expr.Node, error) {
	env.Constant, env.Now = c.Run.Constant, c.Run.Now
	if env.CurrentName == nil { // an expression over names is computed here and now
		env.Variable = c.Run.Variable
	}
	n, err := expr.Parse(source)
	if err == nil {
		n, err = checkAnswers(n, env)
	}
	if err == nil {
		err = checkPatterns(n)
	}
	if err != nil {
		return nil, c.badExpr(option, source, err)
	}
	for _, r := range expr.Remarks(n) {
		c.Warnf("%s: %s", option, r.Msg)
	}
	return n, nil
}

// answer is a way to read the values of questions.
type answer func(value string, numeric bool) (string, bool)

// answers are the ways besides the one that the question's kind suggests: as text,
// and as a number, with 1 for a tick.
var answers = []answer{
	func(v string, _ bool) (string, bool) { return v, false },
	func(v string, numeric bool) (string, bool) {
		switch strings.ToLower(v) {
		case "true":
			return "1", true
		case "false":
			return "0", true
		}
		_, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return v, numeric || err == nil
	},
}

// checkAnswers checks an expression. Documents do not say of what type the value of a
// question is; expressions show it by what they do with it. So where one does not
// fit, the values are read in the other ways.
func checkAnswers(parsed expr.Node, env expr.Env) (expr.Node, error) {
	n, err := expr.Check(parsed, env)
	if err == nil || env.Constant == nil {
		return n, err
	}
	for _, as := range answers {
		other, asked := env, false
		other.Constant = func(namespace, name string) (string, bool, bool) {
			v, numeric, ok := env.Constant(namespace, name)
			if ok && (namespace == "" || strings.EqualFold(namespace, "Question")) {
				asked = true
				v, numeric = as(v, numeric)
			}
			return v, numeric, ok
		}
		if n, wrong := expr.Check(parsed, other); wrong == nil && asked {
			return n, nil
		}
	}
	return nil, err
}

// checkPatterns compiles the patterns that an expression holds as literals, so
// that a wrong one is shown in its place before the run.
func checkPatterns(n expr.Node) (err error) {
	expr.Walk(n, func(n expr.Node) bool {
		call, ok := n.(*expr.Call)
		if !ok || err != nil || !strings.HasPrefix(call.Name, "REGEX_") {
			return err == nil
		}
		if p, ok := call.Args[1].(*expr.Text); ok {
			if _, wrong := fn.CompileRegex(p.Value, true, regexTimeout); wrong != nil {
				err = &expr.Error{Span: p.Pos(), Msg: call.Name + ": " + wrong.Error()}
			}
		}
		return err == nil
	})
	return err
}

// badExpr is the diagnostic for an error that an expression gave.
func (c *Context) badExpr(option, source string, err error) error {
	d := &diag.Diagnostic{Code: diag.BadExpr, Tool: c.Tool, Option: option, Msg: err.Error(), Err: err}
	var e *expr.Error
	if errors.As(err, &e) {
		d.Source, d.Msg, d.Span = source, e.Msg, diag.Span(e.Span)
	}
	return d
}

// Field returns the position of a field named in the configuration.
func (c *Context) Field(option, name string, in record.Schema) (int, error) {
	if i := in.Index(name); i >= 0 {
		return i, nil
	}
	return 0, c.Errorf(diag.NoField, option, "the field %q is not in the input", name)
}

// Query computes a relation while the document is compiled and keeps it, for a
// tool whose schema depends on the data. It returns ErrNoData when the document
// is only checked.
func (c *Context) Query(n plan.Node) (*plan.Table, error) {
	if c.Run.Session == nil {
		return nil, ErrNoData
	}
	return c.Run.Session.Materialise(c, n)
}

// Rows computes a relation while the document is compiled and returns at most
// max of its records.
func (c *Context) Rows(n plan.Node, max int) (*record.Batch, error) {
	if c.Run.Session == nil {
		return nil, ErrNoData
	}
	r, err := c.Run.Session.Read(c, n)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return record.ReadAll(c, r, max)
}

// Sink adds an end of the plan.
func (c *Context) Sink(in plan.Node, open func(ctx context.Context) (record.Writer, error)) {
	c.Run.Sinks = append(c.Run.Sinks, engine.Sink{Tool: c.Tool, In: in, Open: open})
}
