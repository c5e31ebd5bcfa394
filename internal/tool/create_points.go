package tool

import (
	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// createPointsTool makes points of two fields of numbers.
var createPointsTool = Tool{
	Name:    "Create Points",
	Plugins: []string{"AlteryxSpatialPluginsGui.CreatePoints.CreatePoints"},
	Entry:   "AlteryxCreatePoints",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Adds a field Centroid with the point at a longitude and a latitude. Null where one of them is Null.",
	Options: []Option{
		{Path: "Fields/@fieldX", Doc: "the longitude"},
		{Path: "Fields/@fieldY", Doc: "the latitude"},
		{Path: "Mode", Doc: "Double: degrees; Int: millionths of degrees", NotYet: "Projected, coordinates of another system"},
		{Path: "Projection", Doc: "the system of projected coordinates, without effect on the other modes"},
	},
	Compile: compileCreatePoints,
}

func compileCreatePoints(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	mode, err := c.choice("Mode", "Double", "Int")
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
	f := spatialOut(s.Unique("Centroid"))
	f.Source = "CreatePoints: x=" + fields.Attr("fieldX") + " y=" + fields.Attr("fieldY")
	return Outputs{"Output": c.project(numbers, append(out, plan.Column{Field: f, Expr: made}))}, nil
}
