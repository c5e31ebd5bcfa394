package tool

import (
	"context"
	"strings"

	"kickoff/internal/diag"
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
	ts, us := c.Input("Targets").Schema(), c.Input("Universe").Schema()
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
	return c.pairs(nil, func(ctx context.Context, targets record.Reader, p *pairing) error { return m.run(ctx, c, targets, p) })
}

// run finds the partners of every target.
func (m spatialMatch) run(ctx context.Context, c *Context, in record.Reader, p *pairing) error {
	read := c.shapes(p.universe.Schema[m.universe].Name)
	all := make([]spatial.Object, p.universe.Len)
	for row := range all {
		all[row] = read.at(p.universe, row, m.universe)
	}
	index := spatial.NewIndex(all)
	targets := c.shapes(in.Schema()[m.target].Name)
	return eachBatch(ctx, in, func(b *record.Batch) error {
		for row := range b.Len {
			o, alone := targets.at(b, row, m.target), true
			for _, i := range index.Near(o, m.relation) {
				ok, err := m.relation.Holds(o, all[i])
				if err != nil {
					return c.Errorf(diag.Failed, "Method/@method", "%v", err)
				}
				if !ok {
					continue
				}
				alone = false
				if err := p.pair(b, row, i, nil); err != nil {
					return err
				}
			}
			if alone {
				if err := p.alone(b, row); err != nil {
					return err
				}
			}
		}
		return ctx.Err()
	})
}
