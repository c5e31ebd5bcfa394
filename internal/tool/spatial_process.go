package tool

import (
	"strings"

	"kickoff/internal/engine"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// spatialProcessTool combines two spatial objects of a record.
var spatialProcessTool = Tool{
	Name:    "Spatial Process",
	Plugins: []string{"AlteryxSpatialPluginsGui.SpatialProcess.SpatialProcess"},
	Entry:   "AlteryxSpatialProcess",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Combines, cuts or intersects two spatial objects of a record, in a field SpatialObj_Process. What nothing is left of is Null; so, with a warning, is what cannot be done with objects of these kinds.",
	Options: []Option{
		{Path: "SpatialObjFields/@field1", Doc: "the first object"},
		{Path: "SpatialObjFields/@field2", Doc: "the second object"},
		{Path: "Action/@action", Doc: "Combine, Cut1_From2, Cut2_From1, Intersection or InverseIntersection"},
		{Path: "Action/@noEmpty", Doc: "True drops records with an empty result"},
	},
	Compile: compileSpatialProcess,
}

type spatialAction func(a, b spatial.Object) (spatial.Object, bool, error)

// spatialActions are the actions by their names in lower case.
var spatialActions = map[string]spatialAction{
	"combine":             func(a, b spatial.Object) (spatial.Object, bool, error) { return spatial.Combine(a, b) },
	"cut1_from2":          func(a, b spatial.Object) (spatial.Object, bool, error) { return spatial.Cut(b, a) },
	"cut2_from1":          spatial.Cut,
	"intersection":        spatial.Intersect,
	"inverseintersection": spatial.InverseIntersect,
}

func compileSpatialProcess(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	fields, option := c.Config.Child("SpatialObjFields"), c.Config.Child("Action")
	var from [2]int
	for i, name := range [...]string{"field1", "field2"} {
		p, err := c.spatialField("SpatialObjFields/@"+name, fields.Attr(name), s)
		if err != nil {
			return nil, err
		}
		from[i] = p
	}
	action := spatialActions[strings.ToLower(option.Attr("action"))]
	if action == nil {
		return nil, c.unsupported("Action/@action", option.Attr("action"))
	}
	noEmpty := isTrue(option, "noEmpty", false)
	out := append(record.Schema(nil), s...)
	out = append(out, spatialOut(out.Unique("SpatialObj_Process")))
	return Outputs{"Output": c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		first, second := c.shapes(s[from[0]].Name), c.shapes(s[from[1]].Name)
		return func(e *emitter, b *record.Batch, row int) error {
			o, ok, err := action(first.at(b, row, from[0]), second.at(b, row, from[1]))
			o = first.made(o, err)
			if !ok && err == nil {
				first.wrong(engine.Warning, option.Attr("action")+" is not possible with objects of these kinds")
			}
			if noEmpty && o.IsEmpty() {
				return nil
			}
			e.copies(b, row, len(s))
			e.shape(len(s), o)
			return e.done()
		}
	})}, nil
}
