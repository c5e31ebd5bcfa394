package compile

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/tool"
	"kickoff/workflow"
)

// gathered are the inputs of a tool.
type gathered struct {
	byAnchor map[string][]tool.Input
	edges    map[string][]edge // that the inputs come by
	guessed  bool
}

// single reports an input that more than one connection leads to.
func (g gathered) single() error {
	for _, anchor := range sortedKeys(g.byAnchor) {
		if len(g.byAnchor[anchor]) > 1 {
			return &diag.Diagnostic{Code: diag.BadGraph, Msg: fmt.Sprintf("the input %s takes one connection", anchor)}
		}
	}
	return nil
}

// gather collects the relations at the input anchors of a tool. The state is
// Compiled where the tool can be compiled with them.
func (f *frame) gather(n *workflow.Node, in []tool.Anchor) (gathered, State) {
	g := gathered{byAnchor: make(map[string][]tool.Input), edges: make(map[string][]edge)}
	state := Compiled
	for _, e := range f.g.in[n.ToolID] {
		a, ok := anchorNamed(in, e.ToAnchor)
		if !ok && f.standsIn(n) && len(in) == 1 {
			a, ok = in[0], true
		}
		if !ok {
			f.b.failf(f.tool(n), diag.BadGraph, "a connection leads to the input %q, which the tool does not have", e.ToAnchor)
			return g, Refused
		}
		r, ok, err := f.origin(e)
		if err != nil {
			f.b.fail(f.tool(n), err)
			return g, Refused
		}
		if !ok {
			continue
		}
		if r.node == nil {
			if state != Refused {
				state = f.states[e.From]
			}
			continue
		}
		g.guessed = g.guessed || r.guessed
		g.byAnchor[a.Name] = append(g.byAnchor[a.Name], tool.Input{Name: e.Name, Node: r.node})
		g.edges[a.Name] = append(g.edges[a.Name], e)
	}
	if state != Compiled {
		return g, state
	}
	for _, a := range in {
		if a.Optional || len(g.byAnchor[a.Name]) > 0 {
			continue
		}
		if !f.g.wired[keyOf(n.ToolID, a.Name)] {
			f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Warning,
				Text: fmt.Sprintf("nothing is connected to the input %s, so the tool is not run", a.Name)})
		}
		return g, Pruned
	}
	return g, Compiled
}

// origin finds the relation that a connection brings. ok is false where its tool
// gives nothing there on purpose; a relation without a node is one that could
// not be compiled.
func (f *frame) origin(e edge) (r relation, ok bool, err error) {
	for _, o := range f.results[e.From] {
		if strings.EqualFold(o.anchor, e.FromAnchor) {
			return o.relation, true, nil
		}
	}
	from := f.g.byID[e.From]
	if all := f.results[e.From]; f.standsIn(from) && len(all) == 1 {
		return all[0].relation, true, nil
	}
	switch f.states[e.From] {
	case Pruned:
		return relation{}, false, nil
	case Refused, Unsure:
		return relation{}, true, nil
	}
	if !f.b.find.hasOutput(f, from, e.FromAnchor) {
		return relation{}, false, &diag.Diagnostic{Code: diag.BadGraph, Tool: f.tool(f.g.byID[e.To]),
			Msg: fmt.Sprintf("a connection comes from the output %q of %s, which has no such output", e.FromAnchor, f.tool(from))}
	}
	return relation{}, false, nil // the tool sends its records another way
}

// standsIn reports whether one of our tools stands in for the macro that a node
// calls. The anchors of a macro are called by numbers that differ from one
// version of it to the next ("Input6"); where there is one, it is meant.
func (f *frame) standsIn(n *workflow.Node) bool {
	t := f.b.find.known(n)
	return t != nil && len(t.Macros) > 0 || f.b.find.shipped(n) != nil
}
