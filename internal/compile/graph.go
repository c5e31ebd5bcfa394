package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/workflow"
)

// edge is a connection between two live tools.
type edge struct {
	workflow.Connection
	index int // in the document
}

// graph is the tools of a document that take part in a run, and how records
// flow between them.
type graph struct {
	nodes []*workflow.Node // in document order
	byID  map[int]*workflow.Node
	in    map[int][]edge // by the tool they lead to
	out   map[int][]edge
	// wired are the input anchors that the document connects, also to tools that
	// are switched off: what is missing there is missing on purpose.
	wired map[anchorKey]bool
	// control is the control container around a tool, or nil.
	control map[int]*workflow.Node
	// dangling are the connections from or to a tool that the document lacks.
	dangling []workflow.Connection
}

// anchorKey names an anchor of a tool; the name is in lower case.
type anchorKey struct {
	tool   int
	anchor string
}

func keyOf(tool int, anchor string) anchorKey { return anchorKey{tool, strings.ToLower(anchor)} }

// layout are plugins that are for people: they hold no records.
var layout = []string{
	"AlteryxGuiToolkit.TextBox.TextBox", workflow.PluginContainer, "AlteryxGuiToolkit.HtmlBox.HtmlBox",
	"AlteryxGuiToolkit.Action.Action", "AlteryxGuiToolkit.Condition.Condition", "AlteryxGuiToolkit.Error.Error",
}

// isLayout reports whether a node takes no part in the flow of records.
func isLayout(n *workflow.Node) bool {
	return slices.Contains(layout, n.Plugin) || strings.HasPrefix(n.Plugin, "AlteryxGuiToolkit.Questions.")
}

// isInterface reports whether a connection carries an answer and not records.
func isInterface(c workflow.Connection) bool {
	switch c.ToAnchor {
	case "Question", "Question Input", "Action", "Condition":
		return true
	}
	switch c.FromAnchor {
	case "Question", "Action", "True Condition", "False Condition":
		return true
	}
	return false
}

// newGraph collects the live tools of a document. config gives the configuration
// of a node with the actions applied, removed the tools that actions took out:
// what they would have given is missing, as from a disabled container.
func newGraph(d *workflow.Document, config func(*workflow.Node) *workflow.Element, removed map[int]bool) *graph {
	g := &graph{
		byID: make(map[int]*workflow.Node), in: make(map[int][]edge), out: make(map[int][]edge),
		wired: make(map[anchorKey]bool), control: make(map[int]*workflow.Node),
	}
	known := make(map[int]bool)
	d.Walk(func(n *workflow.Node, in []*workflow.Node) {
		known[n.ToolID] = true
		if isLayout(n) || removed[n.ToolID] || config(n).Bool("Disabled", false) && n.IsContainer() {
			return
		}
		var control *workflow.Node
		for _, c := range in {
			if config(c).Bool("Disabled", false) {
				return
			}
			if c.Plugin == workflow.PluginControlContainer {
				control = c
			}
		}
		g.nodes = append(g.nodes, n)
		g.byID[n.ToolID] = n
		if control != nil {
			g.control[n.ToolID] = control
		}
	})
	for i, c := range d.Connections {
		if isInterface(c) {
			continue
		}
		if !known[c.From] || !known[c.To] {
			g.dangling = append(g.dangling, c)
		}
		g.wired[keyOf(c.To, c.ToAnchor)] = true
		if g.byID[c.From] == nil || g.byID[c.To] == nil {
			continue
		}
		e := edge{c, i}
		g.out[c.From] = append(g.out[c.From], e)
		g.in[c.To] = append(g.in[c.To], e)
	}
	for _, es := range g.in {
		slices.SortStableFunc(es, func(a, b edge) int {
			return cmp.Or(cmp.Compare(connectionNumber(a.Name), connectionNumber(b.Name)), cmp.Compare(a.index, b.index))
		})
	}
	return g
}

// connectionNumber gives the n of "#n"; other names come after all numbers.
func connectionNumber(name string) int {
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "#")); err == nil {
		return n
	}
	return 1 << 30
}

// order sorts the tools so that each comes after those it depends on: its
// inputs, and what must be done before it. Ties keep the order of the document.
// Where the tools go in circles it returns them instead.
func (g *graph) order(before []pair) (order []*workflow.Node, cycle []int) {
	next, waits := make(map[int][]int), make(map[int]int)
	link := func(a, b int) {
		next[a] = append(next[a], b)
		waits[b]++
	}
	for id, es := range g.out {
		for _, e := range es {
			link(id, e.To)
		}
	}
	for _, p := range before {
		link(p.first, p.then)
	}
	order = make([]*workflow.Node, 0, len(g.nodes))
	done := make(map[int]bool)
	for progress := true; progress; {
		progress = false
		for _, n := range g.nodes {
			if done[n.ToolID] || waits[n.ToolID] > 0 {
				continue
			}
			done[n.ToolID], progress = true, true
			order = append(order, n)
			for _, to := range next[n.ToolID] {
				waits[to]--
			}
		}
	}
	if len(order) == len(g.nodes) {
		return order, nil
	}
	return nil, findCycle(g, done)
}

// findCycle returns one circle among the tools that could not be ordered, in the
// direction of the records.
func findCycle(g *graph, done map[int]bool) []int {
	for _, start := range g.nodes {
		if done[start.ToolID] {
			continue
		}
		// Walk upstream: everything left waits for something left, so a tool
		// comes up twice.
		at, seen := start.ToolID, make(map[int]int)
		var path []int
		for {
			if i, again := seen[at]; again {
				cycle := path[i:]
				slices.Reverse(cycle)
				return cycle
			}
			seen[at] = len(path)
			path = append(path, at)
			up := -1
			for _, e := range g.in[at] {
				if !done[e.From] {
					up = e.From
					break
				}
			}
			if up < 0 {
				break
			}
			at = up
		}
	}
	return nil
}

// cycleError says which tools go in circles.
func cycleError(g *graph, cycle []int, name func(*workflow.Node) string) *diag.Diagnostic {
	at := slices.Index(cycle, slices.Min(cycle))
	cycle = append(slices.Clone(cycle[at:]), cycle[:at]...)
	var parts []string
	for _, id := range append(cycle, cycle[0]) {
		parts = append(parts, fmt.Sprintf("%d (%s)", id, name(g.byID[id])))
	}
	return &diag.Diagnostic{
		Code: diag.BadGraph, Tool: diag.Tool{ID: cycle[0], Name: name(g.byID[cycle[0]])},
		Msg:  "the tools are connected in a circle: " + strings.Join(parts, " -> "),
		Hint: "take one of these connections out; loops are made with iterative macros",
	}
}

// reach returns the tools that records from the given edges come to.
func (g *graph) reach(edges []edge) map[int]bool {
	seen := make(map[int]bool)
	stack := slices.Clone(edges)
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[e.To] {
			continue
		}
		seen[e.To] = true
		stack = append(stack, g.out[e.To]...)
	}
	return seen
}
