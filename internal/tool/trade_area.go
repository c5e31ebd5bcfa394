package tool

import (
	"math"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// tradeAreaTool draws circles and rings around points.
var tradeAreaTool = Tool{
	Name:    "Trade Area",
	Plugins: []string{"AlteryxSpatialPluginsGui.TradeArea.TradeArea"},
	Entry:   "AlteryxTradeArea",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a record for each radius, with the circle or ring around a point or around the centre of another object in a field SpatialObject_TradeArea, and fields RadiusSize and RadiusUnits.",
	Differs: "Circles have a corner every 3 degrees. The RadiusSize of a ring is its outer radius.",
	Strict:  true,
	Options: []Option{
		{Path: "SpatialObj/@field", Doc: "the point"},
		{Path: "SpatialObj/@includeOut", Doc: "False leaves the point out of the output"},
		{Path: "Radius*", Doc: "the radius, or several with commas between them, in whose order the areas come; 5-10 is the ring between two radii. With Radius_FromField, the field that holds the radius. Versions name the option differently"},
		{Path: "Radius_FromField", Doc: "True: the radius is in a field"},
		{Path: "Units/@units", Doc: "Miles or Kilometers", NotYet: "Minutes: there is no road data"},
		{Path: "Units/@noOverlap", Doc: "areas that take their common parts from each other", NotYet: "True is refused"},
		{Path: "DriveTimeDataSet", Doc: "has no effect on the result"},
	},
	Compile: compileTradeArea,
}

func compileTradeArea(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	from, err := c.object(s, "SpatialObj/@field", "SpatialObj")
	if err != nil {
		return nil, err
	}
	units := c.Config.Child("Units")
	unit, err := c.unit("Units/@units", units.Attr("units"))
	if err != nil {
		return nil, err
	}
	if isTrue(units, "noOverlap", false) {
		return nil, c.unsupported("Units/@noOverlap", "True")
	}
	radii, radiusField, err := c.radii(s)
	if err != nil {
		return nil, err
	}
	numbers := in
	if radiusField >= 0 {
		numbers, radiusField = c.asNumber(in, radiusField)
	}
	kept := others(s, -1)
	if !isTrue(c.Config.Child("SpatialObj"), "includeOut", true) {
		kept = others(s, from)
	}
	out := make(record.Schema, 0, len(kept)+3)
	for _, p := range kept {
		out = append(out, s[p])
	}
	name := "Miles"
	if unit == spatial.Kilometer {
		name = "Kilometers"
	}
	for _, f := range []record.Field{spatialOut("SpatialObject_TradeArea"), record.New("RadiusSize", record.Double, 0), record.New("RadiusUnits", record.String, 10)} {
		f.Name = out.Unique(f.Name)
		out = append(out, f)
	}
	return Outputs{"Output": c.each(numbers, out, func() func(*emitter, *record.Batch, int) error {
		read := c.shapes(s[from].Name)
		return func(e *emitter, b *record.Batch, row int) error {
			sizes := radii
			if radiusField >= 0 {
				if sizes = nil; !b.Cols[radiusField].IsNull(row) {
					sizes = []ring{{outer: b.Cols[radiusField].Floats[row]}}
				}
			}
			p, ok := read.at(b, row, from).XY()
			for _, size := range sizes {
				for i, q := range kept {
					e.copy(i, b, row, q)
				}
				var area spatial.Object
				if ok && size.outer > 0 {
					area = read.made(size.around(p, unit))
				}
				e.shape(len(kept), area)
				e.float(len(kept)+1, size.outer)
				e.text(len(kept)+2, name)
				if err := e.done(); err != nil {
					return err
				}
			}
			return nil
		}
	})}, nil
}

// ring is the area between two radii; a circle has no inner one.
type ring struct{ inner, outer float64 }

// around draws the ring around a point.
func (r ring) around(p spatial.XY, unit spatial.Unit) (spatial.Object, error) {
	area, err := spatial.Circle(p, r.outer*float64(unit))
	if err != nil || r.inner == 0 {
		return area, err
	}
	hole, err := spatial.Circle(p, r.inner*float64(unit))
	if err != nil {
		return area, err
	}
	area, _, err = spatial.Cut(area, hole)
	return area, err
}

// radii reads the radii, or the position of the field that holds them.
func (c *Context) radii(s record.Schema) (list []ring, field int, err error) {
	fromField := c.Config.Bool("Radius_FromField", false)
	found, wrong := "", ""
	for _, e := range c.Config.Children {
		value := e.Attr("field")
		if value == "" {
			value = c.Config.Value(e.Name)
		}
		if !strings.HasPrefix(e.Name, "Radius") || e.Name == "Radius_FromField" || value == "" {
			continue
		}
		numbers, ok := radiusList(value)
		if fromField && s.Index(value) < 0 || !fromField && !ok {
			wrong = value
			continue
		}
		if found != "" {
			return nil, -1, c.Errorf(diag.BadConfig, e.Name, "the radius is in %s too", found)
		}
		found, list = e.Name, numbers
		if fromField {
			if field, err = c.numberField(e.Name, value, s); err != nil {
				return nil, -1, err
			}
		}
	}
	switch {
	case found == "" && wrong != "":
		return nil, -1, c.Errorf(diag.BadConfig, "Radius", "%q is no radius, and no ring from a smaller one to a larger one", wrong)
	case found == "":
		return nil, -1, c.Errorf(diag.BadConfig, "Radius", "the radius is missing")
	case fromField:
		return nil, field, nil
	}
	return list, -1, nil
}

// radiusList reads positive numbers, and pairs of them for rings, with commas between.
func radiusList(s string) ([]ring, bool) {
	var list []ring
	for _, part := range strings.Split(s, ",") {
		inner, outer, isRing := strings.Cut(strings.TrimSpace(part), "-")
		if !isRing {
			inner, outer = "0", inner
		}
		from, err := strconv.ParseFloat(strings.TrimSpace(inner), 64)
		to, err2 := strconv.ParseFloat(strings.TrimSpace(outer), 64)
		if err != nil || err2 != nil || !(from >= 0 && to > from && to <= math.MaxFloat64) {
			return nil, false
		}
		list = append(list, ring{from, to})
	}
	return list, true
}
