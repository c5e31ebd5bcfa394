package tool

import (
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/spatial"
	"kickoff/record"
	"kickoff/workflow"
)

// spatialInfoTool adds fields with what is known of a spatial object.
var spatialInfoTool = Tool{
	Name:    "Spatial Info",
	Plugins: []string{"AlteryxSpatialPluginsGui.SpatialInfo.SpatialInfo"},
	Entry:   "AlteryxSpatialInfo",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Adds areas, lengths, the bounding rectangle, the centre, the ends and counts of a spatial object. Null where it is Null. The fields have the names that the document holds for them, where it holds any.",
	Options: []Option{
		{Path: "SpatialObj/@field", Doc: "the spatial object"},
		{Path: "SpatialObj", Doc: "the same"},
		{Path: "SpatialObjField", Doc: "the same"},
		{Path: "SpatialObjField/@field", Doc: "the same"},
		{Path: "SpatialObject/@field", Doc: "the same"},
		{Path: "SelectedItems/Item/@name", Doc: "what to add: area and length in miles or kilometers, the bounding rectangle, the centroid and the end points as objects or as X and Y, the numbers of parts and points, the type", NotYet: "the Peano key"},
		{Path: "SelectedItems/Item/@selected", Doc: "False leaves it out"},
	},
	Compile: compileSpatialInfo,
}

// fact is what Spatial Info knows of an object: fields, and how they are filled.
type fact struct {
	fields record.Schema
	add    func(e *emitter, col int, o spatial.Object)
}

func compileSpatialInfo(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	from, err := c.object(s, "SpatialObj/@field", "SpatialObj", "SpatialObjField/@field", "SpatialObjField", "SpatialObject/@field")
	if err != nil {
		return nil, err
	}
	var facts []fact
	out := append(record.Schema(nil), s...)
	for _, item := range c.Config.All("SelectedItems/Item") {
		f, err := c.fact(item)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
		for _, field := range f.fields {
			field.Name = out.Unique(field.Name)
			out = append(out, field)
		}
	}
	c.cachedNames(out, len(s))
	return Outputs{"Output": c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		read := c.shapes(s[from].Name)
		return func(e *emitter, b *record.Batch, row int) error {
			e.copies(b, row, len(s))
			o := read.at(b, row, from)
			col := len(s)
			for _, f := range facts {
				if o.IsEmpty() {
					for i := range f.fields {
						e.null(col + i)
					}
				} else {
					f.add(e, col, o)
				}
				col += len(f.fields)
			}
			return e.done()
		}
	})}, nil
}

// cachedNames gives the fields from a position on the names that the document
// holds for the output, where it holds as many fields of the same types.
func (c *Context) cachedNames(out record.Schema, from int) {
	cached := c.Cached["Output"]
	if len(cached) != len(out) {
		return
	}
	for i := from; i < len(out); i++ {
		if cached[i].Type != out[i].Type {
			return
		}
	}
	for i := from; i < len(out); i++ {
		if out[:i].Index(cached[i].Name) < 0 {
			out[i].Name = cached[i].Name
		}
	}
}

// fact finds what an item asks for. The names of items differ between versions,
// so their words are looked at.
func (c *Context) fact(item *workflow.Element) (fact, error) {
	name := item.Attr("name")
	if !isTrue(item, "selected", true) {
		return fact{}, nil
	}
	key := strings.NewReplacer(" ", "", "_", "", "(", "", ")", "").Replace(strings.ToLower(name))
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(key, w) {
				return true
			}
		}
		return false
	}
	unit, suffix := spatial.Mile, "Mi"
	if has("km", "kilometer") {
		unit, suffix = spatial.Kilometer, "Km"
	}
	number := func(name string) record.Field { return record.New(name, record.Double, 0) }
	count := func(name string, n func(o spatial.Object) int) fact {
		return fact{record.Schema{record.New(name, record.Int32, 0)}, func(e *emitter, col int, o spatial.Object) { e.int(col, int64(n(o))) }}
	}
	switch {
	case has("peano"):
	case has("area") && (unit == spatial.Kilometer || has("mi")):
		return fact{record.Schema{number("AreaSq" + suffix)}, func(e *emitter, col int, o spatial.Object) { e.float(col, o.Area(unit)) }}, nil
	case has("length") && (unit == spatial.Kilometer || has("mi")):
		return fact{record.Schema{number("Length" + suffix)}, func(e *emitter, col int, o spatial.Object) { e.float(col, o.Length(unit)) }}, nil
	case has("centroid") && has("xy", "xandy"):
		return fact{record.Schema{number("CentroidX"), number("CentroidY")}, func(e *emitter, col int, o spatial.Object) {
			p, _ := o.XY()
			e.places(col, p)
		}}, nil
	case has("centroid"):
		return fact{record.Schema{spatialOut("Centroid")}, func(e *emitter, col int, o spatial.Object) { e.shape(col, o.Centroid()) }}, nil
	case has("endpoint") && has("xy", "xandy"):
		return fact{record.Schema{number("StartX"), number("StartY"), number("EndX"), number("EndY")}, func(e *emitter, col int, o spatial.Object) {
			pts := o.Vertices()
			e.places(col, pts[0], pts[len(pts)-1])
		}}, nil
	case has("endpoint"):
		return fact{record.Schema{spatialOut("StartPoint"), spatialOut("EndPoint")}, func(e *emitter, col int, o spatial.Object) {
			pts := o.Vertices()
			e.shape(col, spatial.Point(pts[0].X, pts[0].Y))
			e.shape(col+1, spatial.Point(pts[len(pts)-1].X, pts[len(pts)-1].Y))
		}}, nil
	case has("bound", "rect") && has("xy", "xandy"):
		return fact{record.Schema{number("BR_Left"), number("BR_Top"), number("BR_Right"), number("BR_Bottom")}, func(e *emitter, col int, o spatial.Object) {
			lo, hi := o.Box()
			e.places(col, spatial.XY{X: lo.X, Y: hi.Y}, spatial.XY{X: hi.X, Y: lo.Y})
		}}, nil
	case has("bound", "rect") && has("point"):
		return fact{record.Schema{spatialOut("BR_TopLeft"), spatialOut("BR_BottomRight")}, func(e *emitter, col int, o spatial.Object) {
			lo, hi := o.Box()
			e.shape(col, spatial.Point(lo.X, hi.Y))
			e.shape(col+1, spatial.Point(hi.X, lo.Y))
		}}, nil
	case has("bound", "rect"):
		return fact{record.Schema{spatialOut("BoundingRectangle")}, func(e *emitter, col int, o spatial.Object) { e.shape(col, spatial.Rectangle(o.Box())) }}, nil
	case has("parts"):
		return count("NumParts", spatial.Object.NumParts), nil
	case has("points"):
		return count("NumPoints", func(o spatial.Object) int { return len(o.Vertices()) }), nil
	case has("type"):
		return fact{record.Schema{record.New("SpatialObjType", record.String, 10)}, func(e *emitter, col int, o spatial.Object) { e.text(col, o.Type()) }}, nil
	}
	return fact{}, c.Errorf(diag.Unsupported, "SelectedItems/Item/@name", "the item %q is not known here", name)
}

// places adds the coordinates of places.
func (e *emitter) places(col int, pts ...spatial.XY) {
	for i, p := range pts {
		e.float(col+2*i, p.X)
		e.float(col+2*i+1, p.Y)
	}
}
