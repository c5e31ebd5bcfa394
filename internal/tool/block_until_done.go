package tool

// blockUntilDoneTool hands on one stream after the other.
var blockUntilDoneTool = Tool{
	Name:    "Block Until Done",
	Plugins: []string{"AlteryxBasePluginsGui.BlockUntilDone.BlockUntilDone"},
	Entry:   "AlteryxBlockUntilDone",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}, {Name: "Output2"}, {Name: "Output3"}},
	Doc:     "Gives the stream three times. What is written downstream is written in the order of the outputs' tools.",
	Compile: func(c *Context) (Outputs, error) {
		in := c.Input("Input")
		return Outputs{"Output": in, "Output2": in, "Output3": in}, nil
	},
}
