package tool

// selectTool keeps, renames, reorders and retypes fields.
var selectTool = Tool{
	Name:    "Select",
	Plugins: []string{"AlteryxBasePluginsGui.AlteryxSelect.AlteryxSelect"},
	Entry:   "AlteryxSelect",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Keeps, drops, renames and reorders fields and changes their types and sizes.",
	Options: selectOptions(""),
	Compile: compileSelect,
}

func compileSelect(c *Context) (Outputs, error) {
	s, err := c.selection("")
	if err != nil {
		return nil, err
	}
	in := c.Input("Input")
	offer := make([]offered, len(in.Schema()))
	for i, f := range in.Schema() {
		offer[i] = offered{Field: f}
	}
	out, err := s.apply(c, in, offer)
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": out}, nil
}
