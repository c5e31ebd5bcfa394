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
		{Path: "IntersectPoly", Doc: "True: a field with what the two have in common. Its name is that of the one spatial field which the schema in the document has beside those of the inputs", NotYet: "documents without that schema"},
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
	common           bool // what the two have in common is wanted
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
	var extra record.Schema
	if m.common = c.Config.Bool("IntersectPoly", false); m.common {
		if extra, err = c.commonField(ts, us); err != nil {
			return nil, err
		}
	}
	method := c.Config.Child("Method").Attr("method")
	named, ok := relations[strings.ToLower(method)]
	if m.relation = named; !ok {
		if m.relation, err = spatial.ParseRelation(method); err != nil {
			return nil, c.Errorf(diag.Unsupported, "Method/@method", "the method %q is not known: %v", method, err)
		}
	}
	return c.pairs(extra, func(ctx context.Context, targets record.Reader, p *pairing) error { return m.run(ctx, c, targets, p) })
}

// commonField is the field for what the two have in common, which only the document
// names.
func (c *Context) commonField(ts, us record.Schema) (record.Schema, error) {
	var found record.Schema
	for _, f := range c.Cached["Matched"] {
		if f.Type != record.SpatialObj {
			continue
		}
		own := ts.Index(f.Name) >= 0 || us.Index(f.Name) >= 0 || us.Index(strings.TrimPrefix(f.Name, "Universe_")) >= 0
		for _, e := range c.Config.All("SelectConfiguration/Configuration/SelectFields/SelectField") {
			own = own || strings.EqualFold(e.Attr("rename"), f.Name)
		}
		if !own {
			found = append(found, spatialOut(f.Name))
		}
	}
	if len(found) != 1 {
		err := c.Errorf(diag.Unsupported, "IntersectPoly", "how the field of the common part is called is known only from the schema in the document, which has %d such fields", len(found))
		err.(*diag.Diagnostic).Hint = "use Spatial Process for the common part"
		return nil, err
	}
	return found, nil
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
				var more func(at int)
				if m.common {
					more = func(at int) {
						part, _, err := spatial.Intersect(o, all[i])
						p.e.shape(at, targets.made(part, err))
					}
				}
				if err := p.pair(b, row, i, more); err != nil {
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
