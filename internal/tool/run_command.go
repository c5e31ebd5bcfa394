package tool

import (
	"context"
	"errors"
	"os"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// runCommandTool runs programs, where the owner of the server allows it: a
// workflow comes from anyone who may publish one.
var runCommandTool = Tool{
	Name:    "Run Command",
	Plugins: []string{"AlteryxBasePluginsGui.RunCommand.RunCommand"},
	Entry:   "AlteryxRunCommand",
	In:      []Anchor{{Name: "Input", Optional: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Writes its input to a file, runs a program and reads a file, each as far as it is configured. It is refused unless the owner of the server allows programs.",
	Differs: "The program runs in the folder of the run's outputs with few environment variables, for an hour at most. One whose results are read runs as soon as its input is known, the others when outputs are written.",
	Options: []Option{
		{Path: "ProgramName", Doc: "the program: a name in the search path, or a path from the workflow's folder"},
		{Path: "Arguments", Doc: "its arguments, separated by blanks; quotes keep one together. No shell reads them"},
		{Path: "WorkingDir", Doc: "must be empty", NotYet: "another folder to run in"},
		{Path: "RunMinimized", Doc: "has no effect on the result"},
		{Path: "RunSilent", Doc: "has no effect on the result"},
		{Path: "InputConfiguration/**", Doc: "the file that is read afterwards, as in Input Data"},
		{Path: "OutputConfiguration/**", Doc: "the file that is written before, as in Output Data"},
	},
	Compile: compileRunCommand,
}

// command is a Run Command at work.
type command struct {
	c       *Context
	program string
	args    []string
	out     *format.OutFile // nil where nothing is written before
}

func compileRunCommand(c *Context) (Outputs, error) {
	if !c.Run.Policy.RunCommand {
		err := c.Errorf(diag.Refused, "ProgramName", "the owner of this server does not allow workflows to run programs")
		err.(*diag.Diagnostic).Hint = "the owner allows programs with --run-command; kickoff exec takes --allow-commands"
		return nil, err
	}
	r, read, err := c.command()
	if err != nil {
		return nil, err
	}
	in := c.Input("Input")
	if in == nil {
		in = &plan.Values{Fields: record.Schema{record.New("Nothing", record.Bool, 0)}}
	}
	if read == nil {
		done := &plan.Apply{In: []plan.Node{in}, Fields: in.Schema(), Name: c.Tool.Name,
			Run: func(ctx context.Context, in []record.Reader, _ record.Writer) error { return r.run(ctx, in[0]) }}
		c.Sink(done, discard)
		return nil, nil
	}
	if c.Run.Session == nil {
		return nil, ErrNoData
	}
	records, err := c.Run.Session.Read(c, in)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(r.run(c, records), records.Close()); err != nil {
		return nil, err
	}
	node, err := c.readFile(read, c.result(read.String("File")))
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": node}, nil
}

// command reads the configuration; read is that of the file that is read
// afterwards, or nil.
func (c *Context) command() (r *command, read *workflow.Element, err error) {
	r = &command{c: c}
	if r.program, err = c.required("ProgramName"); err != nil {
		return nil, nil, err
	}
	r.program = strings.TrimSpace(r.program)
	if dir := strings.TrimSpace(c.Config.String("WorkingDir")); dir != "" && dir != "." {
		return nil, nil, c.unsupported("WorkingDir", dir)
	}
	if r.args, err = splitArguments(c.Config.String("Arguments")); err != nil {
		return nil, nil, c.Errorf(diag.BadConfig, "Arguments", "%v", err)
	}
	if e := c.Config.Child("OutputConfiguration/Configuration"); e != nil && strings.TrimSpace(e.String("File")) != "" {
		if e.Bool("MultiFile", false) {
			return nil, nil, c.unsupported("OutputConfiguration/Configuration/MultiFile", "True")
		}
		f, err := c.outFile(e)
		if err != nil {
			return nil, nil, err
		}
		r.out = &f
	}
	if e := c.Config.Child("InputConfiguration/Configuration"); e != nil && strings.TrimSpace(e.String("File")) != "" {
		read = e
	}
	return r, read, nil
}

// result is where the file that the program has written lies: in its folder,
// or where the workflow says.
func (c *Context) result(written string) string {
	path, table := format.SplitTable(written)
	name, err := format.OutputName(path)
	if err != nil {
		return written
	}
	dir, err := format.OpenOutFolder(c.Run.OutDir)
	if err != nil {
		return written
	}
	defer dir.Close()
	if !dir.Exists(name) {
		return written
	}
	if path = dir.Path(name); table != "" {
		path += "|||" + table
	}
	return path
}

// run writes the records and runs the program.
func (r *command) run(ctx context.Context, in record.Reader) error {
	w := record.Writer(nowhere{})
	if r.out != nil {
		var err error
		if w, err = r.c.createFile(*r.out, in.Schema()); err != nil {
			return err
		}
	}
	err := eachBatch(ctx, in, func(b *record.Batch) error { return w.Write(ctx, b) })
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	if err := os.MkdirAll(r.c.Run.OutDir, 0o777); err != nil {
		return err
	}
	said, err := runProgram(ctx, r.c.Run.Dir, r.c.Run.OutDir, r.program, r.args)
	if err != nil {
		return r.c.Errorf(diag.Failed, "ProgramName", "%s: %v", r.program, err)
	}
	if said != "" {
		r.c.Run.Report(engine.Message{Tool: r.c.Tool, Status: engine.Info, Text: said})
	}
	return nil
}
