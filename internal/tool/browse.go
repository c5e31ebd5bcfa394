package tool

// browseTool shows records. The stream that it is connected to is kept as a
// result of the run by the compiler, so nothing is left to do here.
var browseTool = Tool{
	Name:    "Browse",
	Plugins: []string{"AlteryxBasePluginsGui.BrowseV2.BrowseV2", "AlteryxBasePluginsGui.Browse.Browse"},
	Entry:   "AlteryxBrowseV2",
	In:      []Anchor{{Name: "Input"}},
	Doc:     "Shows the records of a stream; they are kept as a result of the run.",
	Options: []Option{
		{Path: "TempFile", Doc: "has no effect on the result"},
		{Path: "TempFileDataProfiling", Doc: "has no effect on the result"},
		{Path: "Layout/**", Doc: "has no effect on the result"},
	},
	Compile: func(c *Context) (Outputs, error) { return nil, nil },
}
