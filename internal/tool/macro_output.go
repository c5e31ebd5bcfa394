package tool

// macroOutputTool is an output of a macro. The compiler binds it to the call;
// in a macro that runs by itself it ends a stream.
var macroOutputTool = Tool{
	Name:    "Macro Output",
	Plugins: []string{"AlteryxBasePluginsGui.MacroOutput.MacroOutput"},
	Entry:   "AlteryxMacroOutput",
	In:      []Anchor{{Name: "Input"}},
	Doc:     "The end of a stream that a macro gives to its caller.",
	Options: []Option{
		{Path: "Name", Doc: "the name of the caller's anchor"},
		{Path: "Abbrev", Doc: "has no effect on the result"},
	},
	Compile: func(c *Context) (Outputs, error) { return nil, nil },
}
