package tool

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// createPointsTool makes points of two fields of numbers.
var createPointsTool = Tool{
	Name:    "Create Points",
	Plugins: []string{"AlteryxSpatialPluginsGui.CreatePoints.CreatePoints"},
	Entry:   "AlteryxCreatePoints",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Adds a field Centroid with the point at a longitude and a latitude, or at coordinates of another system. Null where one of them is Null.",
	Differs: "Coordinates of the British grid are right within some five metres: its datum is shifted by seven parameters, as nothing is said of the product's way.",
	Options: []Option{
		{Path: "Fields/@fieldX", Doc: "the longitude or easting"},
		{Path: "Fields/@fieldY", Doc: "the latitude or northing"},
		{Path: "Mode", Doc: "Double: degrees; Int: millionths of degrees; Projected: coordinates of another system"},
		{Path: "Projection", Doc: "of Projected: EPSG:3857 (Web Mercator), 326NN and 327NN (UTM on WGS84), 258NN (UTM on ETRS89), 27700 (British National Grid), 4326 or 4258 (degrees)", NotYet: "other systems"},
	},
	Compile: compileCreatePoints,
}

func compileCreatePoints(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	mode, err := c.choice("Mode", "Double", "Int", "Projected")
	if err != nil {
		return nil, err
	}
	fields := c.Config.Child("Fields")
	if fields == nil {
		return nil, c.Errorf(diag.BadConfig, "Fields", "the fields of the coordinates are missing")
	}
	cols := sames(s)
	var args [2]int
	for i, option := range [...]string{"fieldX", "fieldY"} {
		p, err := c.numberField("Fields/@"+option, fields.Attr(option), s)
		if err != nil {
			return nil, err
		}
		col := same(s, p)
		col.Field = record.New(fieldsOf(cols).Unique(s[p].Name), record.Double, 0)
		args[i] = len(cols)
		cols = append(cols, col)
	}
	numbers := c.project(in, cols)
	f := spatialOut(s.Unique("Centroid"))
	f.Source = "CreatePoints: x=" + fields.Attr("fieldX") + " y=" + fields.Attr("fieldY")
	if mode == "Projected" {
		out, err := c.projected(numbers, args, append(s[:len(s):len(s)], f))
		return Outputs{"Output": out}, err
	}
	ns := numbers.Schema()
	var x, y expr.Node = expr.FieldAt(ns, args[0]), expr.FieldAt(ns, args[1])
	if mode == "Int" {
		x, y = infix(expr.Div, x, whole(1_000_000)), infix(expr.Div, y, whole(1_000_000))
	}
	made, err := c.tree("Fields", call("ST_CreatePoint", x, y), ns)
	if err != nil {
		return nil, err
	}
	out := sames(ns)[:len(s)]
	return Outputs{"Output": c.project(numbers, append(out, plan.Column{Field: f, Expr: made}))}, nil
}

// projected makes points of coordinates of another system.
func (c *Context) projected(in plan.Node, args [2]int, out record.Schema) (plan.Node, error) {
	system, err := c.required("Projection")
	if err != nil {
		return nil, err
	}
	to, err := spatial.ParseProjection(system)
	if err != nil {
		return nil, c.Errorf(diag.Unsupported, "Projection", "%v", err)
	}
	at, system := len(out)-1, strings.TrimSpace(system)
	return c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		report := c.shapes(out[at].Name)
		return func(e *emitter, b *record.Batch, row int) error {
			e.copies(b, row, at)
			var o spatial.Object
			if x, y := &b.Cols[args[0]], &b.Cols[args[1]]; !x.IsNull(row) && !y.IsNull(row) {
				if p, ok := to(x.Floats[row], y.Floats[row]); ok {
					o = spatial.Point(p.X, p.Y)
				} else {
					report.wrong(engine.Conversion, fmt.Sprintf("%v, %v is no place in %s", x.Floats[row], y.Floats[row], system))
				}
			}
			e.shape(at, o)
			return e.done()
		}
	}), nil
}
