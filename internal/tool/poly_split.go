package tool

import (
	"strings"

	"kickoff/internal/spatial"
	"kickoff/record"
)

// polySplitTool takes spatial objects apart.
var polySplitTool = Tool{
	Name:    "Poly-Split",
	Plugins: []string{"AlteryxSpatialPluginsGui.PolySplit.PolySplit"},
	Entry:   "AlteryxPolySplit",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a record for every point or part of a spatial object, in a field Split_SpatialObj that takes its place behind the other fields. With Region, a field Split_IsHole says which are holes. Null gives no record.",
	Options: []Option{
		{Path: "SpatialObj/@field", Doc: "the object to take apart"},
		{Path: "SplitTo/@type", Doc: "Point: every point, the first of a ring again at its end; Region: every line or ring; RegionsWithHoles: every line or polygon with its holes"},
	},
	Compile: compilePolySplit,
}

func compilePolySplit(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	from, err := c.object(s, "SpatialObj/@field", "SpatialObj")
	if err != nil {
		return nil, err
	}
	var split func(o spatial.Object) []spatial.Object
	holes := false
	switch typ := c.Config.Child("SplitTo").Attr("type"); strings.ToLower(typ) {
	case "point", "points":
		split = points
	case "region", "regions":
		split, holes = spatial.Object.Parts, true
	case "regionswithholes", "regionwithholes":
		split = spatial.Object.Regions
	default:
		return nil, c.unsupported("SplitTo/@type", typ)
	}
	var out record.Schema
	var kept []int
	for i, f := range s {
		if i != from {
			out, kept = append(out, f), append(kept, i)
		}
	}
	f := spatialOut(out.Unique("Split_SpatialObj"))
	f.Source = "PolySplit: SpatialObj Source=" + s[from].Name
	out = append(out, f)
	if holes {
		out = append(out, record.New(out.Unique("Split_IsHole"), record.Bool, 0))
	}
	return Outputs{"Output": c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		read := c.shapes(s[from].Name)
		return func(e *emitter, b *record.Batch, row int) error {
			o := read.at(b, row, from)
			hole := o.Holes()
			for n, part := range split(o) {
				for i, p := range kept {
					e.copy(i, b, row, p)
				}
				e.shape(len(kept), part)
				if holes {
					e.value(len(kept)+1, n < len(hole) && hole[n])
				}
				if err := e.done(); err != nil {
					return err
				}
			}
			return nil
		}
	})}, nil
}

func points(o spatial.Object) []spatial.Object {
	var all []spatial.Object
	for _, p := range o.Vertices() {
		all = append(all, spatial.Point(p.X, p.Y))
	}
	return all
}
