package tool

// detourTool sends the stream one of two ways.
var detourTool = Tool{
	Name:    "Detour",
	Plugins: []string{"AlteryxBasePluginsGui.Detour.Detour"},
	Entry:   "AlteryxDetour",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Left"}, {Name: "Right"}},
	Doc:     "Sends the stream to the left or to the right. The tools on the other way do not run.",
	Options: []Option{{Path: "DetourRight", Doc: "True: to the right"}},
	Compile: func(c *Context) (Outputs, error) {
		if c.Config.Bool("DetourRight", false) {
			return Outputs{"Right": c.Input("Input")}, nil
		}
		return Outputs{"Left": c.Input("Input")}, nil
	},
}
