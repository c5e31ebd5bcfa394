package compile

import (
	"sort"
	"strings"

	"kickoff/workflow"
)

// pair says that a tool must have done its work before another one starts.
type pair struct{ first, then int }

// isBlock reports whether a node is Block Until Done.
func isBlock(n *workflow.Node) bool {
	return n.Entry == "AlteryxBlockUntilDone" || strings.HasSuffix(n.Plugin, ".BlockUntilDone")
}

// barriers lists what must be done before what beyond the flow of records: the
// ends of the first stream of Block Until Done come before everything that only
// its later streams reach, and the tools in a control container come after those
// that its Control anchor waits for.
func (g *graph) barriers() []pair {
	var all []pair
	for _, n := range g.nodes {
		switch {
		case isBlock(n):
			all = append(all, g.blockPairs(n)...)
		case n.Plugin == workflow.PluginControlContainer:
			all = append(all, g.controlPairs(n)...)
		}
	}
	return all
}

func (g *graph) blockPairs(n *workflow.Node) []pair {
	byAnchor := make(map[string][]edge)
	var anchors []string
	for _, e := range g.out[n.ToolID] {
		a := strings.ToLower(e.FromAnchor)
		if byAnchor[a] == nil {
			anchors = append(anchors, a)
		}
		byAnchor[a] = append(byAnchor[a], e)
	}
	sort.Strings(anchors) // output, output2, output3
	var all []pair
	earlier := make(map[int]bool)
	var ends []int
	for _, a := range anchors {
		here := g.reach(byAnchor[a])
		for _, end := range ends {
			if here[end] {
				continue
			}
			for _, m := range g.nodes {
				if here[m.ToolID] && !earlier[m.ToolID] {
					all = append(all, pair{end, m.ToolID})
				}
			}
		}
		for _, m := range g.nodes {
			if here[m.ToolID] && !earlier[m.ToolID] {
				earlier[m.ToolID] = true
				if len(g.out[m.ToolID]) == 0 {
					ends = append(ends, m.ToolID)
				}
			}
		}
	}
	return all
}

// controlPairs orders the tools inside a control container after the container
// itself and after all ends that its control stream's tools lead to. The
// container comes after the tools of another one whose log it waits for.
func (g *graph) controlPairs(c *workflow.Node) []pair {
	var all []pair
	first := make(map[int]bool)
	for _, e := range g.in[c.ToolID] {
		first[e.From] = true
		if from := g.byID[e.From]; from.Plugin == workflow.PluginControlContainer {
			for _, m := range g.nodes {
				if g.control[m.ToolID] == from {
					first[m.ToolID] = true
				}
			}
		}
	}
	for _, m := range g.nodes {
		if first[m.ToolID] && m != c {
			all = append(all, pair{m.ToolID, c.ToolID})
		}
		if g.control[m.ToolID] == c {
			all = append(all, pair{c.ToolID, m.ToolID})
		}
	}
	return all
}
