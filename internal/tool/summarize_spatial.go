package tool

import (
	"strings"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// spatialAggregates are the aggregates of spatial objects, by their names in
// lower case.
var spatialAggregates = map[string]func(all []spatial.Object) (spatial.Object, bool, error){
	"spatialobjcombine":           func(all []spatial.Object) (spatial.Object, bool, error) { return spatial.Combine(all...) },
	"spatialobjintersect":         intersectAll,
	"spatialobjintersection":      intersectAll,
	"spatialobjconvexhull":        func(all []spatial.Object) (spatial.Object, bool, error) { return spatial.Hull(all...), true, nil },
	"spatialobjcentroid":          centroidOfAll,
	"spatialobjboundingrect":      boundsOfAll,
	"spatialobjboundingrectangle": boundsOfAll,
	"spatialobjboundrect":         boundsOfAll,
}

func intersectAll(all []spatial.Object) (spatial.Object, bool, error) {
	o := all[0]
	for _, next := range all[1:] {
		var ok bool
		var err error
		if o, ok, err = spatial.Intersect(o, next); err != nil || !ok {
			return o, ok, err
		}
	}
	return o, true, nil
}

// centroidOfAll is the centre of what the objects make together, and of their
// own centres where they are of several kinds.
func centroidOfAll(all []spatial.Object) (spatial.Object, bool, error) {
	o, ok, err := spatial.Combine(all...)
	if !ok && err == nil {
		var pts []spatial.XY
		for _, one := range all {
			if p, ok := one.XY(); ok {
				pts = append(pts, p)
			}
		}
		o = spatial.Points(pts)
	}
	return o.Centroid(), true, err
}

func boundsOfAll(all []spatial.Object) (spatial.Object, bool, error) {
	var pts []spatial.XY
	for _, o := range all {
		pts = append(pts, o.Vertices()...)
	}
	return spatial.Rectangle(spatial.Points(pts).Box()), true, nil
}

// spatialBreak stands between the GeoJSON of two objects, which has no line ends.
const spatialBreak = "\n"

// addSpatial adds an aggregate of spatial objects: the engine collects their
// GeoJSON, and together makes objects of it afterwards.
func (a *aggregator) addSpatial(at, name, source string) (*plan.Agg, error) {
	p, err := a.c.spatialField(at+"/@field", source, a.in)
	if err != nil {
		return nil, err
	}
	text := record.New("", record.VWString, record.MaxVWString)
	agg := plan.Agg{Func: plan.AggConcat, Arg: a.as(p, text), Separator: spatialBreak, Field: text}
	agg.Field.Name = name + "_" + source
	a.aggs = append(a.aggs, agg)
	return &agg, nil
}

// together makes the objects of the collected GeoJSON in the fields at the
// positions.
func (c *Context) together(in plan.Node, actions map[int]string) plan.Node {
	s := in.Schema()
	out := append(record.Schema(nil), s...)
	for p := range actions {
		out[p] = spatialOut(s[p].Name)
	}
	return c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		report := make(map[int]*shapes, len(actions))
		for p := range actions {
			report[p] = c.shapes(s[p].Name)
		}
		return func(e *emitter, b *record.Batch, row int) error {
			for col := range s {
				if name, ok := actions[col]; ok {
					e.shape(col, report[col].aggregate(name, b, row, col))
				} else {
					e.copy(col, b, row, col)
				}
			}
			return e.done()
		}
	})
}

func (s *shapes) aggregate(name string, b *record.Batch, row, col int) spatial.Object {
	if b.Cols[col].IsNull(row) || b.Cols[col].Strings[row] == "" {
		return spatial.Object{}
	}
	var all []spatial.Object
	for _, text := range strings.Split(b.Cols[col].Strings[row], spatialBreak) {
		o, err := spatial.ParseGeoJSON(text)
		if s.made(o, err); err == nil {
			all = append(all, o)
		}
	}
	if len(all) == 0 {
		return spatial.Object{}
	}
	o, ok, err := spatialAggregates[name](all)
	if !ok && err == nil {
		s.wrong(engine.Conversion, name+": points, lines and polygons do not mix")
		return spatial.Object{}
	}
	return s.made(o, err)
}
