package compile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/workflow"
)

// The classic engine pushes one record after the other through the tools, and each
// anchor hands a record to its connections in the order of the document. A tool
// that works record by record pushes what it makes at once; one that needs all of
// its input (Sort, Summarize, Join) pushes when its input has ended, in a burst. So
// the streams of a Union come burst by burst, and inside a burst in the order of
// the records that they have in common. A Join goes through both sides by the key
// and pushes to its three outputs as it goes.

// incoming is a stream at the input of a tool, followed up to the burst that its
// records come in.
type incoming struct {
	index int
	edge  edge
	// chain are the relations from the input to the one that gives the burst.
	chain []plan.Node
}

// burst is the streams that come at the same time.
type burst struct {
	streams []*incoming
	tool    int  // that gives it, 0 where it is not in this document
	waits   bool // for the end of its inputs
}

// arrival returns what finds the order in which the records of streams come, which
// is known where the classic engine runs the document.
func (f *frame) arrival(edges []edge, in []tool.Input) func() *tool.Arrival {
	if f.b.amp || len(in) < 2 {
		return nil
	}
	return func() *tool.Arrival {
		streams := make([]*incoming, len(in))
		for i := range in {
			streams[i] = &incoming{index: i, edge: edges[i], chain: chain(in[i].Node)}
		}
		all := &tool.Arrival{}
		for _, b := range f.inTime(f.bursts(streams)) {
			all.Parts = append(all.Parts, f.together(b))
		}
		if len(all.Parts) == 1 {
			return all.Parts[0]
		}
		return all
	}
}

// chain lists the relations below n that its records come from one by one, n
// first, and last the one that gives them in a burst.
func chain(n plan.Node) []plan.Node {
	list := []plan.Node{n}
	for {
		below, ok := plan.Source(n)
		if !ok {
			return list
		}
		n = below
		list = append(list, n)
	}
}

func (s *incoming) end() plan.Node { return s.chain[len(s.chain)-1] }

// bursts groups streams by what they come from, in the order of the streams.
func (f *frame) bursts(streams []*incoming) []*burst {
	var list []*burst
	known := make(map[any]*burst)
	for _, s := range streams {
		last := s.giver()
		var key any = s.end()
		if byKey(s.end()) && last != nil {
			key = last.Tool.String() // one merge gives all outputs of a Join
		}
		b := known[key]
		if b == nil {
			b = &burst{waits: waits(s.end())}
			if last != nil {
				b.tool, _ = f.place(last)
			}
			known[key] = b
			list = append(list, b)
		}
		b.streams = append(b.streams, s)
	}
	return list
}

// giver is the anchor that a stream's burst comes from.
func (s *incoming) giver() (last *plan.Anchor) {
	for _, n := range s.chain {
		if a, ok := n.(*plan.Anchor); ok {
			last = a
		}
	}
	return last
}

// byKey reports whether a relation is what a Join gives by its key.
func byKey(n plan.Node) bool {
	j, ok := n.(*plan.Join)
	return ok && (j.Kind == plan.Inner || j.Kind == plan.Anti) && !j.ByPosition && !j.KeepLeft && len(j.LeftKeys) > 0
}

// waits reports whether a relation gives nothing before its inputs have ended. Of
// operators in Go and of tables it is not known.
func waits(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Sort, *plan.Aggregate, *plan.Slice, *plan.Window:
		return true
	case *plan.Join:
		return n.Kind != plan.Cross || waitsForSource(n)
	}
	return false
}

// waitsForSource reports whether Append Fields has to keep its targets, because its
// source comes from the same relation and ends with it.
func waitsForSource(n *plan.Join) bool {
	left := make(map[plan.Node]bool)
	plan.Walk(n.Left, func(n plan.Node) { left[n] = true })
	shared := false
	plan.Walk(n.Right, func(n plan.Node) { shared = shared || left[n] })
	return shared
}

// inTime puts bursts in the order in which they come, as far as it is known; the
// others keep their places.
func (f *frame) inTime(list []*burst) []*burst {
	if len(list) < 2 {
		return list
	}
	ends := f.ends()
	var out []*burst
	for len(list) > 0 {
		next := slices.IndexFunc(list, func(b *burst) bool {
			return !slices.ContainsFunc(list, func(other *burst) bool { return other != b && f.precedes(other, b, ends) })
		})
		next = max(next, 0)
		out = append(out, list[next])
		list = slices.Delete(list, next, next+1)
	}
	return out
}

// precedes reports whether a burst is known to come before another one: the other
// waits for the end of what it comes from, or both wait for the same sources and
// the end of these reaches it first.
func (f *frame) precedes(a, b *burst, ends map[int]ending) bool {
	if a.tool == 0 || b.tool == 0 || a.tool == b.tool || !b.waits {
		return false
	}
	if f.g.reach(f.g.out[a.tool])[b.tool] {
		return true
	}
	return a.waits && ends[a.tool].sources == ends[b.tool].sources && ends[a.tool].at < ends[b.tool].at
}

// ending is when all inputs of a tool have ended, and the sources they come from.
type ending struct {
	at      int
	sources string
}

// ends follows the ends of all sources through the document: a tool whose inputs
// have all ended ends its outputs one after the other, each connection with all
// that follows from it.
func (f *frame) ends() map[int]ending {
	all := make(map[int]ending)
	open := make(map[int]int)
	from := make(map[int]map[int]bool)
	var end func(n *workflow.Node)
	end = func(n *workflow.Node) {
		id := n.ToolID
		if from[id] == nil {
			from[id] = map[int]bool{id: true}
		}
		var sources strings.Builder
		for _, s := range f.g.nodes {
			if from[id][s.ToolID] {
				sources.WriteString(strconv.Itoa(s.ToolID) + " ")
			}
		}
		all[id] = ending{len(all), sources.String()}
		out := slices.Clone(f.g.out[id])
		slices.SortStableFunc(out, func(a, b edge) int {
			return cmp.Or(cmp.Compare(f.anchorOrder(id, a.FromAnchor), f.anchorOrder(id, b.FromAnchor)), cmp.Compare(a.index, b.index))
		})
		for _, e := range out {
			if from[e.To] == nil {
				from[e.To] = make(map[int]bool)
			}
			for s := range from[id] {
				from[e.To][s] = true
			}
			if open[e.To]--; open[e.To] == 0 {
				end(f.g.byID[e.To])
			}
		}
	}
	for _, n := range f.g.nodes {
		open[n.ToolID] = len(f.g.in[n.ToolID])
	}
	for _, n := range f.g.nodes {
		if len(f.g.in[n.ToolID]) == 0 {
			end(n)
		}
	}
	return all
}

// anchorOrder is the place of an output anchor among those of its tool.
func (f *frame) anchorOrder(id int, anchor string) int {
	return slices.IndexFunc(f.results[id], func(o output) bool { return strings.EqualFold(o.anchor, anchor) })
}

// together arranges the streams of a burst.
func (f *frame) together(b *burst) *tool.Arrival {
	if groups := groupBy(b.streams, func(s *incoming) any { return s.end() }); len(groups) > 1 {
		a := &tool.Arrival{}
		for _, g := range groups {
			j := g[0].end().(*plan.Join)
			a.Parts = append(a.Parts, f.merged(g))
			a.From = append(a.From, &plan.Origin{At: j, Keys: j.LeftKeys})
		}
		return a
	}
	return f.merged(b.streams)
}

// merged arranges streams that come from one relation: by the records of the
// nearest one that all come from, and for the same record in the order in which it
// is handed on.
func (f *frame) merged(streams []*incoming) *tool.Arrival {
	if len(streams) == 1 {
		return &tool.Arrival{Stream: streams[0].index}
	}
	at := slices.IndexFunc(streams[0].chain, func(n plan.Node) bool {
		return !slices.ContainsFunc(streams, func(s *incoming) bool { return !slices.Contains(s.chain, n) })
	})
	common := streams[0].chain[at]
	groups := groupBy(streams, func(s *incoming) any {
		if i := slices.Index(s.chain, common); i > 0 {
			return s.chain[i-1]
		}
		return s // it is the relation itself
	})
	slices.SortStableFunc(groups, func(a, b []*incoming) int {
		return slices.Compare(f.way(a[0], common), f.way(b[0], common))
	})
	a, from := &tool.Arrival{}, &plan.Origin{At: common}
	for _, g := range groups {
		a.Parts = append(a.Parts, f.merged(g))
		a.From = append(a.From, from)
	}
	return a
}

// groupBy groups streams, in the order of their first ones.
func groupBy(streams []*incoming, key func(*incoming) any) [][]*incoming {
	at := make(map[any]int)
	var groups [][]*incoming
	for _, s := range streams {
		k := key(s)
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}

// way tells the ways of records from a relation apart: at each tool between, the
// connection that they come by and the anchor that they leave by. Of two ways the
// lesser is taken first.
func (f *frame) way(s *incoming, from plan.Node) []int {
	at := slices.Index(s.chain, from)
	var way []int
	last, leaves := 0, ""
	for i := at; i >= 0; i-- {
		a, ok := s.chain[i].(*plan.Anchor)
		if !ok {
			continue
		}
		id, anchor := f.place(a)
		if id == 0 || id == last {
			continue
		}
		if last != 0 {
			way = append(way, f.edgeBetween(last, leaves, id))
		}
		if i < at {
			way = append(way, f.anchorOrder(id, anchor))
		}
		last, leaves = id, anchor
	}
	return append(way, s.edge.index)
}

// edgeBetween is the place in the document of the connection between two tools; -1
// where there is none. The anchor is empty where it is not known.
func (f *frame) edgeBetween(from int, anchor string, to int) int {
	for _, e := range f.g.out[from] {
		if e.To == to && (anchor == "" || strings.EqualFold(e.FromAnchor, anchor)) {
			return e.index
		}
	}
	return -1
}

// place is the tool of this document that an anchor is of, and the anchor's name.
// Of one inside a macro it is the call, with no name; of one outside it is 0.
func (f *frame) place(a *plan.Anchor) (id int, anchor string) {
	path := a.Tool.Path
	if len(path) == 0 {
		path = []int{a.Tool.ID}
	}
	depth := len(f.path)
	if len(path) <= depth || !slices.Equal(path[:depth], f.path) {
		return 0, ""
	}
	if len(path) > depth+1 {
		return path[depth], ""
	}
	return path[depth], a.Name
}
