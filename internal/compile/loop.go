package compile

import (
	"fmt"
	"slices"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// maxRuns bounds the runs of a macro where neither the document nor the owner
// of the server does.
const maxRuns = 100_000

// body runs the inside of a batch or iterative macro again and again.
type body struct {
	call *call
	// fr is the frame of the last run, and plan what it gave; they are used
	// again where compiling once more would give the same.
	fr    *frame
	sinks []engine.Sink
	bound map[string]*plan.Table // the tables that the plan reads, by input
	// iteration counts the runs from 0.
	iteration int64
	noted     bool // what a run computes is on the program's list
}

// compile compiles the macro for one run, with inputs bound as given.
func (b *body) compile(inputs map[string]relation, values map[int]string, quiet bool) bool {
	p := b.call.f.b
	keep, sinks, before := p.quiet, p.sinks, len(p.prog.Diags)
	p.quiet, p.sinks = keep || quiet, nil
	b.fr = b.call.frame()
	b.fr.iteration = &b.iteration
	for name, r := range inputs {
		b.fr.inputs[name] = r
	}
	b.fr.start(values)
	if len(p.prog.Diags) == before {
		b.fr.compile()
	}
	b.sinks, p.sinks, p.quiet = p.sinks, sinks, keep
	return len(p.prog.Diags) == before
}

// outputs lists the outputs of the last run that have a relation, in the order
// of the macro's anchors.
func (b *body) outputs() (names []string, nodes []plan.Node) {
	for _, a := range b.call.out {
		if r, ok := b.fr.outputs[lower(a.Name)]; ok && r.node != nil {
			names, nodes = append(names, lower(a.Name)), append(nodes, r.node)
		}
	}
	return names, nodes
}

// run computes the outputs and then the sinks of the last run.
func (b *body) run() (map[string]*plan.Table, error) {
	p := b.call.f.b
	names, nodes := b.outputs()
	tables, err := p.session.MaterialiseAll(p.ctx, nodes)
	if err != nil {
		return nil, err
	}
	if len(b.sinks) > 0 {
		if err := p.session.Run(p.ctx, b.sinks); err != nil {
			return nil, err
		}
	}
	if !b.noted && !p.quiet { // the tools of later runs are the same; their plans are not kept
		b.noted = true
		p.prog.Done = append(p.prog.Done, nodes...)
		for _, s := range b.sinks {
			p.prog.Done = append(p.prog.Done, s.In)
		}
	}
	out := make(map[string]*plan.Table)
	for i, name := range names {
		out[name] = tables[i]
	}
	return out, nil
}

// checked compiles the macro once without data: its outputs have the schema of a
// run, and no records.
func (c *call) checked(values map[int]string) map[string]relation {
	b := &body{call: c}
	if !b.compile(nil, values, false) {
		return nil
	}
	outs := make(map[string]relation)
	for name, r := range b.fr.outputs {
		if r.node != nil {
			r.node = schemaNode(r.node.Schema(), c.tool().String())
		}
		r.guessed = true
		outs[name] = r
	}
	return outs
}

// hold materialises the inputs of the call, since every run reads them.
func (c *call) hold() (map[string]relation, error) {
	held := make(map[string]relation)
	for name, in := range c.in.byAnchor {
		t, err := c.f.b.session.Materialise(c.f.b.ctx, in[0].Node)
		if err != nil {
			return nil, err
		}
		if !c.f.b.quiet {
			c.f.b.prog.Done = append(c.f.b.prog.Done, in[0].Node)
		}
		held[lower(name)] = relation{node: t}
	}
	return held, nil
}

func (c *call) limitError(n int) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.Limit, Tool: c.tool(), Option: "IterationLimit",
		Msg: fmt.Sprintf("the macro was run %d times, which is its limit, and records are still left for another run", n)}
}

// gatherer puts the outputs of the runs together.
type gatherer struct {
	call  *call
	mode  workflow.OutputMode
	parts map[string][]*plan.Table
	first map[string]record.Schema // of the first run that gave an output
}

// fold is how many tables are put into one at a time: enough to keep the SQL of a
// union short, few enough to copy records seldom.
const fold = 64

func newGatherer(c *call, mode workflow.OutputMode) *gatherer {
	return &gatherer{call: c, mode: mode, parts: make(map[string][]*plan.Table), first: make(map[string]record.Schema)}
}

// add takes the outputs of one run.
func (g *gatherer) add(outs map[string]*plan.Table) error {
	p := g.call.f.b
	for name, t := range outs {
		if s, ok := g.first[name]; !ok {
			g.first[name] = t.Fields
		} else if err := g.agree(name, s, t.Fields); err != nil {
			return err
		}
		if t.Rows == 0 && g.idle(name, t) {
			if err := p.session.Drop(p.ctx, t); err != nil {
				return err
			}
			continue
		}
		g.parts[name] = append(g.parts[name], t)
		if len(g.parts[name]) >= fold {
			if err := g.fold(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// idle reports whether a table without records leaves an output as it is: its fields
// are those of another run, or those of the first run stay whatever it has.
func (g *gatherer) idle(name string, t *plan.Table) bool {
	parts := g.parts[name]
	if g.mode == workflow.AllSame || g.mode == "" {
		return len(parts) > 0
	}
	return slices.ContainsFunc(parts, func(p *plan.Table) bool { return sameFields(p, t) })
}

// fold puts the tables of an output into one.
func (g *gatherer) fold(name string) error {
	p := g.call.f.b
	parts := g.parts[name]
	all, err := g.union(parts)
	if err != nil {
		return err
	}
	t, err := p.session.Materialise(p.ctx, all)
	if err != nil {
		return err
	}
	for _, old := range parts {
		if err := p.session.Drop(p.ctx, old); err != nil {
			return err
		}
	}
	g.parts[name] = []*plan.Table{t}
	return nil
}

// result gives the outputs of all runs, in the order of the runs.
func (g *gatherer) result() (map[string]relation, error) {
	outs := make(map[string]relation)
	for name, parts := range g.parts {
		node, err := g.union(parts)
		if err != nil {
			return nil, err
		}
		outs[name] = relation{node: node}
	}
	return outs, nil
}

// agree checks that a later run gives what the output mode allows. Other names
// alone are a warning, and those of the first run stay (vendor's help, iterative macros).
func (g *gatherer) agree(name string, first, now record.Schema) error {
	if g.mode != workflow.AllSame && g.mode != "" {
		return nil
	}
	same, named := len(first) == len(now), true
	for i := 0; same && i < len(first); i++ {
		same = first[i].Type == now[i].Type
		named = named && first[i].Name == now[i].Name
	}
	if same && !named {
		g.call.f.b.say(engine.Message{Tool: g.call.tool(), Status: engine.Warning, Text: fmt.Sprintf(
			"the fields of the output %s have other names in a later run of the macro: first %v, then %v; the first stay", name, first.Names(), now.Names())})
	}
	if same {
		return nil
	}
	return &diag.Diagnostic{Code: diag.BadType, Tool: g.call.tool(), Option: "OutputMode",
		Msg:  fmt.Sprintf("the fields of the output %s are not the same in all runs of the macro: first %v, then %v", name, first.Names(), now.Names()),
		Hint: "let the macro put its outputs together by name or by position"}
}
