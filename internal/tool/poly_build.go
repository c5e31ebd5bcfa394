package tool

import (
	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// polyBuildTool makes lines and polygons of points.
var polyBuildTool = Tool{
	Name:    "Poly-Build",
	Plugins: []string{"AlteryxSpatialPluginsGui.PolyBuild.PolyBuild"},
	Entry:   "AlteryxPolyBuild",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Makes one line, polygon or convex hull of the points of each group, in a field SpatialObj_Built behind the group's field. Groups are sorted, and points without a sequence stand in the order of the input. Null where there are too few points.",
	Options: []Option{
		{Path: "SpatialObj/@field", Doc: "the points, or objects whose points are meant"},
		{Path: "GroupField/@field", Doc: "the field whose values make groups"},
		{Path: "BuildType", Doc: "SequencePolyline, SequencePolygon or ConvexHull"},
		{Path: "SequenceField", Doc: "the field that says the order of the points"},
		{Path: "SequenceField/@field", Doc: "the field that says the order of the points"},
	},
	Compile: compilePolyBuild,
}

func compilePolyBuild(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	from, err := c.object(s, "SpatialObj/@field", "SpatialObj")
	if err != nil {
		return nil, err
	}
	build, err := c.choice("BuildType", "SequencePolyline", "SequencePolygon", "ConvexHull")
	if err != nil {
		return nil, err
	}
	var group []int
	var out record.Schema
	var keys []plan.SortKey
	if name := c.Config.Child("GroupField").Attr("field"); name != "" {
		p, err := c.groupable("GroupField/@field", name, s)
		if err != nil {
			return nil, err
		}
		group, out, keys = []int{p}, record.Schema{s[p]}, []plan.SortKey{{Col: p}}
	}
	sequence := c.Config.Child("SequenceField").Attr("field")
	if sequence == "" {
		sequence = c.Config.Value("SequenceField")
	}
	if sequence != "" && build != "ConvexHull" {
		p, err := c.groupable("SequenceField/@field", sequence, s)
		if err != nil {
			return nil, err
		}
		keys = append(keys, plan.SortKey{Col: p})
	}
	if len(keys) > 0 {
		in = &plan.Sort{In: in, Keys: keys}
	}
	f := spatialOut(out.Unique("SpatialObj_Built"))
	f.Source = "PolyBuild: Method=" + build + " Source=" + s[from].Name
	out = append(out, f)
	read := c.shapes(s[from].Name)
	return Outputs{"Output": c.groupwise(in, group, out, func(e *emitter, b *record.Batch) error {
		var pts []spatial.XY
		for row := range b.Len {
			pts = append(pts, read.at(b, row, from).Vertices()...)
		}
		for i, p := range group {
			e.copy(i, b, 0, p)
		}
		e.shape(len(group), buildOf(build, pts))
		return e.done()
	})}, nil
}

func buildOf(build string, pts []spatial.XY) spatial.Object {
	switch {
	case len(pts) == 0:
		return spatial.Object{}
	case build == "ConvexHull":
		return spatial.Hull(spatial.Points(pts))
	case build == "SequencePolygon":
		return spatial.Rings([][]spatial.XY{pts})
	}
	return spatial.Lines([][]spatial.XY{pts})
}
