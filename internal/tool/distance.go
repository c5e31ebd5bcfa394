package tool

import (
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// distanceTool measures between two spatial objects of a record.
var distanceTool = Tool{
	Name:    "Distance",
	Plugins: []string{"AlteryxSpatialPluginsGui.Distance.Distance"},
	Entry:   "AlteryxDistance",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Adds the distance from a point, or the centre of another object, to a spatial object of the same record, and the direction. Null where one of them is Null.",
	Differs: "Distances are those of a sphere of 3956.5625 miles, which the product's own examples and buffers have, not of an ellipsoid.",
	Strict:  true,
	Options: []Option{
		{Path: "SpatialObjSource", Doc: "the field to measure from"},
		{Path: "SpatialObj*", Doc: "the field to measure to, SpatialObjDest or as the version names it"},
		{Path: "OutputDistance", Doc: "True: a field DistanceMiles or DistanceKilometers"},
		{Path: "Units", Doc: "Miles or Kilometers; where it is missing, what the document's own list of fields says, or else Miles"},
		{Path: "Units/@units", Doc: "the same"},
		{Path: "DistanceUnits", Doc: "the same"},
		{Path: "DistToInsideEdge", Doc: "True: inside a polygon, the distance to its nearest edge as a negative number; False: 0"},
		{Path: "ReturnNearest", Doc: "True: a field NearestPoint with the point that was measured to"},
		{Path: "OutputCardinalDirection", Doc: "True: a field Direction with one of eight winds"},
		{Path: "OutputDirectionDegrees", Doc: "True: a field DirectionDegrees, from north by east"},
		{Path: "OutputDriveTimeAndDistance", Doc: "the time and distance by road", NotYet: "True is refused: there is no road data"},
		{Path: "DriveTimeDataSet", Doc: "has no effect on the result"},
		{Path: "MaxDriveTime", Doc: "has no effect on the result"},
		{Path: "DriveDistanceOnly", Doc: "has no effect on the result"},
		{Path: "DriveReverse", Doc: "has no effect on the result"},
	},
	Compile: compileDistance,
}

// distanceOptions is the configuration.
type distanceOptions struct {
	from, to                              int
	unit                                  spatial.Unit
	distance, nearest, wind, degrees, rim bool
}

func compileDistance(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	if c.Config.Bool("OutputDriveTimeAndDistance", false) {
		return nil, c.Errorf(diag.Unsupported, "OutputDriveTimeAndDistance", "there is no road data to find drive times with")
	}
	d := distanceOptions{
		distance: c.Config.Bool("OutputDistance", true), nearest: c.Config.Bool("ReturnNearest", false),
		wind: c.Config.Bool("OutputCardinalDirection", false), degrees: c.Config.Bool("OutputDirectionDegrees", false),
		rim: c.Config.Bool("DistToInsideEdge", false),
	}
	var err error
	if d.from, err = c.object(s, "SpatialObjSource"); err != nil {
		return nil, err
	}
	if d.to, err = c.destination(s); err != nil {
		return nil, err
	}
	if d.unit, err = c.unit("Units", c.distanceUnit()); err != nil {
		return nil, err
	}
	out := append(record.Schema(nil), s...)
	add := func(wanted bool, f record.Field) {
		if wanted {
			f.Name = out.Unique(f.Name)
			out = append(out, f)
		}
	}
	add(d.distance, distanceField(d.unit))
	add(d.nearest, spatialOut("NearestPoint"))
	add(d.wind, record.New("Direction", record.String, 2))
	add(d.degrees, record.New("DirectionDegrees", record.Double, 0))
	return Outputs{"Output": c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		from, to := c.shapes(s[d.from].Name), c.shapes(s[d.to].Name)
		return func(e *emitter, b *record.Batch, row int) error {
			e.copies(b, row, len(s))
			d.measure(e, len(s), from.at(b, row, d.from), to.at(b, row, d.to))
			return e.done()
		}
	})}, nil
}

// destination finds the field to measure to.
func (c *Context) destination(s record.Schema) (int, error) {
	for _, e := range c.Config.Children {
		if strings.HasPrefix(e.Name, "SpatialObj") && e.Name != "SpatialObjSource" && c.Config.Value(e.Name) != "" {
			return c.spatialField(e.Name, c.Config.Value(e.Name), s)
		}
	}
	return c.spatialField("SpatialObjDest", "", s)
}

// distanceUnit is the unit as the document has it, or "".
func (c *Context) distanceUnit() string {
	for _, unit := range []string{c.Config.Value("Units"), c.Config.Child("Units").Attr("units"), c.Config.Value("DistanceUnits")} {
		if unit != "" {
			return unit
		}
	}
	for _, unit := range []spatial.Unit{spatial.Mile, spatial.Kilometer} {
		if name := distanceField(unit).Name; c.Cached["Output"].Index(name) >= 0 {
			return strings.TrimPrefix(name, "Distance")
		}
	}
	return ""
}

// measure adds the fields from col on.
func (d distanceOptions) measure(e *emitter, col int, from, to spatial.Object) {
	p, ok := from.XY()
	if !ok || to.IsEmpty() {
		for ; col < len(e.batch.Cols); col++ {
			e.null(col)
		}
		return
	}
	q := to.Nearest(p)
	miles := spatial.Between(p, q, d.unit)
	if d.rim {
		q, miles = to.NearestEdge(p), spatial.FromEdge(p, to, d.unit)
	}
	if d.distance {
		e.float(col, miles)
		col++
	}
	if d.nearest {
		e.shape(col, spatial.Point(q.X, q.Y))
		col++
	}
	course := spatial.Direction(p, q)
	if d.wind {
		e.text(col, spatial.Cardinal(course))
		col++
	}
	if d.degrees {
		e.float(col, course)
	}
}
