package tool

import (
	"strconv"

	"kickoff/internal/diag"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// bufferTool widens or narrows spatial objects.
var bufferTool = Tool{
	Name:    "Buffer",
	Plugins: []string{"AlteryxSpatialPluginsGui.Buffer.Buffer"},
	Entry:   "AlteryxBuffer",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a spatial object with everything around it within a distance, in a field with _Buffer behind its name. A negative distance takes the rim off polygons; what it leaves nothing of is Null.",
	Differs: "Arcs have a corner every 15 degrees or a little more where the buffer is generalized, as the product has them, and every 3 degrees elsewhere.",
	Options: []Option{
		{Path: "SpatialObjectField", Doc: "the spatial object"},
		{Path: "IncludeSourceInOutput", Doc: "True keeps the spatial object beside its buffer"},
		{Path: "GeneralizeToOnePercent", Doc: "True: arcs with few corners"},
		{Path: "BufferSizeSource", Doc: "SpecificValue, or Field"},
		{Path: "BufferSizeSpecificValue", Doc: "the distance"},
		{Path: "BufferSizeField", Doc: "the field with the distance"},
		{Path: "Units", Doc: "Miles or Kilometers"},
	},
	Compile: compileBuffer,
}

func compileBuffer(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	from, err := c.object(s, "SpatialObjectField")
	if err != nil {
		return nil, err
	}
	unit, err := c.unit("Units", c.Config.Value("Units"))
	if err != nil {
		return nil, err
	}
	source, err := c.choice("BufferSizeSource", "SpecificValue", "Field")
	if err != nil {
		return nil, err
	}
	size, sizeField := 0.0, -1
	if source == "Field" {
		if sizeField, err = c.numberField("BufferSizeField", c.Config.Value("BufferSizeField"), s); err != nil {
			return nil, err
		}
	} else if size, err = strconv.ParseFloat(c.Config.Value("BufferSizeSpecificValue"), 64); err != nil {
		return nil, c.Errorf(diag.BadConfig, "BufferSizeSpecificValue", "%q is not a number", c.Config.Value("BufferSizeSpecificValue"))
	}
	arc := spatial.FineArc
	if c.Config.Bool("GeneralizeToOnePercent", true) {
		arc = spatial.CoarseArc
	}
	kept := others(s, from)
	if c.Config.Bool("IncludeSourceInOutput", false) {
		kept = others(s, -1)
	}
	numbers := in
	if sizeField >= 0 {
		numbers, sizeField = c.asNumber(in, sizeField)
	}
	out := make(record.Schema, 0, len(kept)+1)
	for _, p := range kept {
		out = append(out, s[p])
	}
	out = append(out, spatialOut(out.Unique(s[from].Name+"_Buffer")))
	return Outputs{"Output": c.each(numbers, out, func() func(*emitter, *record.Batch, int) error {
		read := c.shapes(s[from].Name)
		return func(e *emitter, b *record.Batch, row int) error {
			for i, p := range kept {
				e.copy(i, b, row, p)
			}
			distance, ok := size, true
			if sizeField >= 0 {
				if ok = !b.Cols[sizeField].IsNull(row); ok {
					distance = b.Cols[sizeField].Floats[row]
				}
			}
			o := read.at(b, row, from)
			if !ok {
				o = spatial.Object{}
			}
			e.shape(len(kept), read.made(o.Buffer(distance*float64(unit), arc)))
			return e.done()
		}
	})}, nil
}
