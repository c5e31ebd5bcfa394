package tool

import "kickoff/internal/diag"

// runCommandTool runs programs, which is refused: a workflow comes from anyone
// who may publish one.
var runCommandTool = Tool{
	Name:    "Run Command",
	Plugins: []string{"AlteryxBasePluginsGui.RunCommand.RunCommand"},
	Entry:   "AlteryxRunCommand",
	In:      []Anchor{{Name: "Input", Optional: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Runs a program between writing and reading a file. Programs are not run here.",
	Options: []Option{
		{Path: "ProgramName", Doc: "the program", NotYet: "programs are not run"},
		{Path: "Arguments", Doc: "its arguments", NotYet: "programs are not run"},
		{Path: "WorkingDir", Doc: "its folder", NotYet: "programs are not run"},
		{Path: "RunMinimized", Doc: "has no effect on the result"},
		{Path: "RunSilent", Doc: "has no effect on the result"},
		{Path: "InputConfiguration/**", Doc: "the file that is read afterwards", NotYet: "programs are not run"},
		{Path: "OutputConfiguration/**", Doc: "the file that is written before", NotYet: "programs are not run"},
	},
	Compile: func(c *Context) (Outputs, error) {
		code, msg := diag.Refused, "the owner of this server does not allow workflows to run programs"
		if c.Run.Policy.RunCommand {
			code, msg = diag.Unsupported, "programs cannot be run by this version"
		}
		err := c.Errorf(code, "ProgramName", "%s", msg)
		err.(*diag.Diagnostic).Hint = "run the program outside and read what it has written with Input Data"
		return nil, err
	},
}
