package tool

import (
	"context"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// spatialMatchTool pairs records by how their spatial objects lie to each other.
var spatialMatchTool = Tool{
	Name:    "Spatial Match",
	Plugins: []string{"AlteryxSpatialPluginsGui.SpatialMatch.SpatialMatch"},
	Entry:   "AlteryxSpatialMatch",
	In:      []Anchor{{Name: "Targets"}, {Name: "Universe"}},
	Out:     []Anchor{{Name: "Matched"}, {Name: "Unmatched"}},
	Doc:     "Puts beside each target every record of the universe whose spatial object stands in a relation to the target's, in the order of the target and then of the universe. Targets without any go to Unmatched.",
	Options: append([]Option{
		{Path: "Target/@SpatialObj", Doc: "the target's spatial object"},
		{Path: "Universe/@SpatialObj", Doc: "the universe's spatial object"},
		{Path: "Method/@method", Doc: "Intersects, Contains, Within, Touches, TouchesOrIntersects, BoundingRect or patterns of the nine intersections (DE-9IM) with | between them: how the target lies to the universe"},
		{Path: "IntersectPoly", Doc: "a field with what the two have in common", NotYet: "True is refused"},
		{Path: "SelectConfiguration/Configuration/@outputConnection", Doc: "has no effect on the result"},
	}, selectOptions("SelectConfiguration/Configuration/")...),
	Compile: compileSpatialMatch,
}

// relations are the named methods, in lower case.
var relations = map[string]spatial.Relation{
	"intersects": spatial.Intersects, "contains": spatial.Contains, "within": spatial.Within, "touches": spatial.Touches,
	"touchesorintersects": spatial.TouchesOrIntersects, "boundingrect": spatial.Boxes, "boundingrectangle": spatial.Boxes,
}

// spatialMatch is the configuration.
type spatialMatch struct {
	target, universe int
	relation         spatial.Relation
}

func compileSpatialMatch(c *Context) (Outputs, error) {
	target, universe := c.Input("Targets"), c.Input("Universe")
	ts, us := target.Schema(), universe.Schema()
	var m spatialMatch
	var err error
	if m.target, err = c.spatialField("Target/@SpatialObj", c.Config.Child("Target").Attr("SpatialObj"), ts); err != nil {
		return nil, err
	}
	if m.universe, err = c.spatialField("Universe/@SpatialObj", c.Config.Child("Universe").Attr("SpatialObj"), us); err != nil {
		return nil, err
	}
	if c.Config.Bool("IntersectPoly", false) {
		return nil, c.unsupported("IntersectPoly", "True")
	}
	method := c.Config.Child("Method").Attr("method")
	named, ok := relations[strings.ToLower(method)]
	if m.relation = named; !ok {
		if m.relation, err = spatial.ParseRelation(method); err != nil {
			return nil, c.Errorf(diag.Unsupported, "Method/@method", "the method %q is not known: %v", method, err)
		}
	}
	s, err := c.selection("SelectConfiguration/Configuration")
	if err != nil {
		return nil, err
	}
	var offer []offered
	for _, field := range ts {
		offer = append(offer, offered{field, "Target_"})
	}
	for _, field := range us {
		offer = append(offer, offered{field, "Universe_"})
	}
	in := []plan.Node{target, universe}
	all := unique(append(append(record.Schema(nil), ts...), us...))
	matched := c.apply(in, all, func(ctx context.Context, in []record.Reader, e *emitter) error {
		return m.run(c, ctx, in, func(targets *record.Batch, row int, table *record.Batch, found []int) error {
			for _, other := range found {
				e.copies(targets, row, len(ts))
				for i := range us {
					e.copy(len(ts)+i, table, other, i)
				}
				if err := e.done(); err != nil {
					return err
				}
			}
			return nil
		})
	})
	unmatched := c.apply(in, ts, func(ctx context.Context, in []record.Reader, e *emitter) error {
		return m.run(c, ctx, in, func(targets *record.Batch, row int, _ *record.Batch, found []int) error {
			if len(found) > 0 {
				return nil
			}
			e.copies(targets, row, len(ts))
			return e.done()
		})
	})
	selected, err := s.apply(c, matched, offer)
	if err != nil {
		return nil, err
	}
	return Outputs{"Matched": selected, "Unmatched": unmatched}, nil
}

// run finds the partners of every target.
func (m spatialMatch) run(c *Context, ctx context.Context, in []record.Reader, give func(targets *record.Batch, row int, table *record.Batch, found []int) error) error {
	table, err := record.ReadAll(ctx, in[1], 0)
	if err != nil {
		return err
	}
	read := c.shapes(table.Schema[m.universe].Name)
	all := make([]spatial.Object, table.Len)
	for row := range all {
		all[row] = read.at(table, row, m.universe)
	}
	index := spatial.NewIndex(all)
	targets := c.shapes(in[0].Schema()[m.target].Name)
	return eachBatch(ctx, in[0], func(b *record.Batch) error {
		for row := range b.Len {
			o := targets.at(b, row, m.target)
			var found []int
			for _, i := range index.Near(o, m.relation) {
				ok, err := m.relation.Holds(o, all[i])
				if err != nil {
					return c.Errorf(diag.Failed, "Method/@method", "%v", err)
				}
				if ok {
					found = append(found, i)
				}
			}
			if err := give(b, row, table, found); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}
