package tool

import "kickoff/internal/plan"

// detourTool sends the stream one of two ways.
var detourTool = Tool{
	Name:    "Detour",
	Plugins: []string{"AlteryxBasePluginsGui.Detour.Detour"},
	Entry:   "AlteryxDetour",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Left"}, {Name: "Right"}},
	Doc:     "Sends the stream to the left or to the right. The other way gets no records.",
	Options: []Option{{Path: "DetourRight", Doc: "True: to the right"}},
	Compile: compileDetour,
}

func compileDetour(c *Context) (Outputs, error) {
	in := c.Input("Input")
	none := &plan.Values{Fields: in.Schema()}
	if c.Config.Bool("DetourRight", false) {
		return Outputs{"Left": none, "Right": in}, nil
	}
	return Outputs{"Left": in, "Right": none}, nil
}
