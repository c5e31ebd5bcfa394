package tool

import (
	"slices"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// tradeAreaTool draws circles around points.
var tradeAreaTool = Tool{
	Name:    "Trade Area",
	Plugins: []string{"AlteryxSpatialPluginsGui.TradeArea.TradeArea"},
	Entry:   "AlteryxTradeArea",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a record for each radius, with the circle around a point or around the centre of another object in a field SpatialObject_TradeArea, and fields RadiusSize and RadiusUnits.",
	Differs: "Circles have a corner every 3 degrees.",
	Strict:  true,
	Options: []Option{
		{Path: "SpatialObj/@field", Doc: "the point"},
		{Path: "SpatialObj/@includeOut", Doc: "False leaves the point out of the output"},
		{Path: "Radius", Doc: "the radius, or several with commas between them"},
		{Path: "Radius_Value", Doc: "the same"},
		{Path: "Radius_Specific", Doc: "the same"},
		{Path: "Radius_FromField", Doc: "True: the radius is in a field"},
		{Path: "Radius_Field", Doc: "the field with the radius"},
		{Path: "Radius_Field/@field", Doc: "the same"},
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
					sizes = []float64{b.Cols[radiusField].Floats[row]}
				}
			}
			p, ok := read.at(b, row, from).XY()
			for _, size := range sizes {
				for i, q := range kept {
					e.copy(i, b, row, q)
				}
				var area spatial.Object
				if ok && size > 0 {
					area = read.made(spatial.Circle(p, size*float64(unit)))
				}
				e.shape(len(kept), area)
				e.float(len(kept)+1, size)
				e.text(len(kept)+2, name)
				if err := e.done(); err != nil {
					return err
				}
			}
			return nil
		}
	})}, nil
}

// radii reads the radii, or the position of the field that holds them.
func (c *Context) radii(s record.Schema) (list []float64, field int, err error) {
	if c.Config.Bool("Radius_FromField", false) {
		name := c.Config.Child("Radius_Field").Attr("field")
		if name == "" {
			name = c.Config.Value("Radius_Field")
		}
		field, err = c.numberField("Radius_Field", name, s)
		return nil, field, err
	}
	for _, option := range []string{"Radius", "Radius_Value", "Radius_Specific"} {
		value := c.Config.Value(option)
		if value == "" {
			continue
		}
		for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
			r, err := strconv.ParseFloat(part, 64)
			if err != nil || r <= 0 {
				return nil, -1, c.Errorf(diag.BadConfig, option, "%q is no radius", part)
			}
			list = append(list, r)
		}
		slices.Sort(list)
		return list, -1, nil
	}
	return nil, -1, c.Errorf(diag.BadConfig, "Radius", "the radius is missing")
}
