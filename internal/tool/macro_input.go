package tool

import "kickoff/internal/diag"

// macroInputTool is an input of a macro. The compiler binds it to the call;
// what is here serves a macro that runs by itself.
var macroInputTool = Tool{
	Name:    "Macro Input",
	Plugins: []string{"AlteryxBasePluginsGui.MacroInput.MacroInput"},
	Entry:   "AlteryxMacroInput",
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "The start of a stream that a macro takes from its caller, or its template where the macro runs by itself.",
	Options: []Option{
		{Path: "UseFileInput", Doc: "True: the template is a file"},
		{Path: "Name", Doc: "the name of the caller's anchor"},
		{Path: "Abbrev", Doc: "has no effect on the result"},
		{Path: "ShowFieldMap", Doc: "True: the caller's fields are matched with the template's by name", NotYet: "a map of other names"},
		{Path: "Optional", Doc: "True: the caller may leave the anchor unconnected"},
		{Path: "TextInput/**", Doc: "the template as a table"},
		{Path: "FileInput/**", Doc: "the template as a file"},
	},
	Compile: compileMacroInput,
}

func compileMacroInput(c *Context) (Outputs, error) {
	tool, template := &textInputTool, c.Config.Child("TextInput/Configuration")
	if c.Config.Bool("UseFileInput", false) {
		tool, template = &inputDataTool, c.Config.Child("FileInput/Configuration")
	}
	if template == nil {
		return nil, c.Errorf(diag.BadConfig, "TextInput", "the macro input has no template")
	}
	inner := *c
	inner.Config = template
	return tool.Compile(&inner)
}
