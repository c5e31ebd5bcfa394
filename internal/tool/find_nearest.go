package tool

import (
	"context"
	"math"
	"slices"

	"kickoff/internal/diag"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// findNearestTool pairs each record with the nearest ones of another stream.
var findNearestTool = Tool{
	Name:    "Find Nearest",
	Plugins: []string{"AlteryxSpatialPluginsGui.FindNearest.FindNearest"},
	Entry:   "AlteryxFindNearest",
	In:      []Anchor{{Name: "Targets"}, {Name: "Universe"}},
	Out:     []Anchor{{Name: "Matched"}, {Name: "Unmatched"}},
	Doc:     "Puts beside each target the nearest records of the universe, with rank, distance and direction, in the target's order. Targets with none within the distance go to Unmatched.",
	Differs: "Distances are those of a sphere of 3956.5625 miles, which the product's own examples and buffers have, not of an ellipsoid.",
	Options: append([]Option{
		{Path: "Target/@SpatialObj", Doc: "the target's point, or the object whose centre is meant"},
		{Path: "Universe/@SpatialObj", Doc: "the universe's point, line or polygon"},
		{Path: "HowMany", Doc: "how many of the nearest; 1 unless given"},
		{Path: "MaxDistance", Doc: "how far they may lie"},
		{Path: "MaxDistanceUnits", Doc: "Miles or Kilometers", NotYet: "DriveTime: there is no road data"},
		{Path: "Ignore0", Doc: "True: those at no distance are passed over"},
		{Path: "DriveTimeDataSet", Doc: "has no effect on the result"},
		{Path: "SelectConfiguration/Configuration/@outputConnection", Doc: "has no effect on the result"},
	}, selectOptions("SelectConfiguration/Configuration/")...),
	Compile: compileFindNearest,
}

// findNearest is the configuration.
type findNearest struct {
	target, universe int
	many             int
	limit            float64
	unit             spatial.Unit
	ignore0          bool
}

func compileFindNearest(c *Context) (Outputs, error) {
	ts, us := c.Input("Targets").Schema(), c.Input("Universe").Schema()
	var f findNearest
	var err error
	if f.target, err = c.spatialField("Target/@SpatialObj", c.Config.Child("Target").Attr("SpatialObj"), ts); err != nil {
		return nil, err
	}
	if f.universe, err = c.spatialField("Universe/@SpatialObj", c.Config.Child("Universe").Attr("SpatialObj"), us); err != nil {
		return nil, err
	}
	many, err := c.integer("HowMany", 1)
	if err != nil {
		return nil, err
	}
	if many < 1 {
		return nil, c.Errorf(diag.BadConfig, "HowMany", "%d is no number of records to find", many)
	}
	f.many = int(min(many, math.MaxInt32))
	if f.limit, err = c.number("MaxDistance", math.Inf(1)); err != nil {
		return nil, err
	}
	if f.unit, err = c.unit("MaxDistanceUnits", c.Config.Value("MaxDistanceUnits")); err != nil {
		return nil, err
	}
	f.ignore0 = c.Config.Bool("Ignore0", false)
	extra := record.Schema{record.New("FindNearestRank", record.Int32, 0), distanceField(f.unit), record.New("Direction", record.String, 2)}
	return c.pairs(extra, func(ctx context.Context, targets record.Reader, p *pairing) error { return f.run(ctx, c, targets, p) })
}

// neighbour is a record of the universe that was found.
type neighbour struct {
	row       int
	distance  float64
	direction string
}

// run finds the neighbours of every target.
func (f findNearest) run(ctx context.Context, c *Context, in record.Reader, p *pairing) error {
	read := c.shapes(p.universe.Schema[f.universe].Name)
	places := make([]place, 0, p.universe.Len)
	for row := range p.universe.Len {
		if o := read.at(p.universe, row, f.universe); !o.IsEmpty() {
			lo, hi := o.Box()
			places = append(places, place{row, o, lo.Y, hi.Y})
		}
	}
	targets := c.shapes(in.Schema()[f.target].Name)
	return eachBatch(ctx, in, func(b *record.Batch) error {
		for row := range b.Len {
			var found []neighbour
			if at, ok := targets.at(b, row, f.target).XY(); ok {
				found = f.find(at, places)
			}
			if err := f.write(p, b, row, found); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

func (f findNearest) write(p *pairing, targets *record.Batch, row int, found []neighbour) error {
	if len(found) == 0 {
		return p.alone(targets, row)
	}
	for rank, n := range found {
		err := p.pair(targets, row, n.row, func(at int) {
			p.e.int(at, int64(rank+1))
			p.e.float(at+1, n.distance)
			p.e.text(at+2, n.direction)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// place is a record of the universe. South and north bound its latitudes, and so
// how near it can be at all.
type place struct {
	row          int
	o            spatial.Object
	south, north float64
}

// find returns the nearest places in order; equal ones keep that of the input.
func (f findNearest) find(p spatial.XY, places []place) []neighbour {
	var found []neighbour
	limit := f.limit
	for _, q := range places {
		least := spatial.Between(p, spatial.XY{X: p.X, Y: math.Max(q.south, math.Min(q.north, p.Y))}, f.unit)
		if least > limit*(1+1e-9) {
			continue
		}
		to := q.o.Nearest(p)
		d := spatial.Between(p, to, f.unit)
		if d > limit || f.ignore0 && d == 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(found, d, func(n neighbour, d float64) int {
			if n.distance <= d {
				return -1
			}
			return 1
		})
		if at == f.many {
			continue
		}
		if len(found) == f.many {
			found = found[:f.many-1]
		}
		found = slices.Insert(found, at, neighbour{q.row, d, spatial.Cardinal(spatial.Direction(p, to))})
		if len(found) == f.many {
			limit = math.Min(limit, found[len(found)-1].distance)
		}
	}
	return found
}
