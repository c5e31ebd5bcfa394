package tool

import "kickoff/internal/diag"

// detourEndTool takes the stream up where a Detour has sent it.
var detourEndTool = Tool{
	Name:    "Detour End",
	Plugins: []string{"AlteryxBasePluginsGui.DetourEnd.DetourEnd"},
	Entry:   "AlteryxDetourEnd",
	In:      []Anchor{{Name: "Left", Optional: true}, {Name: "Right", Optional: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives the stream of the way that a Detour has chosen.",
	Compile: func(c *Context) (Outputs, error) {
		left, right := c.Input("Left"), c.Input("Right")
		switch {
		case left != nil && right != nil:
			return nil, c.Errorf(diag.BadGraph, "", "both ways bring records; one of them should come from a Detour that goes the other way")
		case left != nil:
			return Outputs{"Output": left}, nil
		case right != nil:
			return Outputs{"Output": right}, nil
		}
		return nil, nil
	},
}
