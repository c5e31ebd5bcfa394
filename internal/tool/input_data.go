package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// inputDataTool reads files.
var inputDataTool = Tool{
	Name:    "Input Data",
	Plugins: []string{"AlteryxBasePluginsGui.DbFileInput.DbFileInput"},
	Entry:   "AlteryxDbFileInput",
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Reads a file, or all files that a name with * or ? means. A file that is not where the workflow says is looked for by its name below the workflow's folder.",
	Options: append([]Option{
		{Path: "Passwords", Doc: "has no effect on files"},
		{Path: "File", Doc: "the path; behind ||| the sheet, range or table", NotYet: "databases"},
	}, fileOptions...),
	Compile: compileInputData,
}

// fileOptions are those of a file that is read, which other tools have too.
var fileOptions = []Option{
	{Path: "File/@FileFormat", Doc: "0 delimited text, 8 xls, 12 ESRI shapefile in degrees, 19 yxdb, 21 fixed width, 25 xlsx, 36 SQLite, 37 xml, 54 json, 57 zip"},
	{Path: "File/@RecordLimit", Doc: "how many records to read at most"},
	{Path: "File/@SearchSubDirs", Doc: "True: folders below are searched too"},
	{Path: "File/@OutputFileName", Doc: "Path or FileName: a last field FileName with the file's path or name"},
	{Path: "FormatSpecificOptions/**", Doc: "the options of the format; an unknown one that is not empty or False is an error"},
}

func compileInputData(c *Context) (Outputs, error) {
	in, err := c.readFile(c.Config, c.Config.String("File"))
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": in}, nil
}

// readFile makes the relation of an Input Data configuration, which may be the
// template of another tool, for a path.
func (c *Context) readFile(config *workflow.Element, written string) (plan.Node, error) {
	file := config.Child("File")
	f := format.File{Written: strings.TrimSpace(written), Format: -1, Options: options(config.Child("FormatSpecificOptions")),
		SubDirs: isTrue(file, "SearchSubDirs", false), FileName: file.Attr("OutputFileName"), Cached: c.Cached["Output"].Names()}
	if f.Written == "" {
		return nil, c.Errorf(diag.BadConfig, "File", "no file is given")
	}
	if err := c.noDatabase(f.Written); err != nil {
		return nil, err
	}
	if v := strings.TrimSpace(file.Attr("RecordLimit")); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return nil, c.Errorf(diag.BadConfig, "File/@RecordLimit", "%q is not a whole number", v)
		}
		f.RecordLimit = n
	}
	if v := strings.TrimSpace(file.Attr("FileFormat")); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return nil, c.Errorf(diag.BadConfig, "File/@FileFormat", "%q is no format", v)
		}
		f.Format = n
	}
	// The file may be read more than once, and says the same each time.
	var notices []format.Notice
	f.Notify = func(n format.Notice) {
		if len(notices) < conversionLimit && !slices.Contains(notices, n) {
			notices = append(notices, n)
			c.Warnf("%s", n)
		}
	}
	in, err := c.folder().Input(f)
	if err != nil {
		return nil, c.fileError(err)
	}
	for _, found := range in.Files {
		if found.Note != "" {
			c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.FileInput, Text: found.Note})
		}
	}
	read, err := c.readRelation(in, f.Written)
	if err != nil {
		return nil, err
	}
	return c.typed(read, in.Types), nil
}

// typed converts fields of text to the types that the document gives them.
func (c *Context) typed(n plan.Node, types []record.Type) plan.Node {
	s := n.Schema()
	cols := make([]plan.Column, len(s))
	same := true
	for i, f := range s {
		if i < len(types) && !types[i].IsString() {
			f, same = record.New(f.Name, types[i], 0), false
		}
		cols[i] = plan.Column{Field: f, Expr: expr.FieldAt(s, i)}
	}
	if same {
		return n
	}
	return c.project(n, cols)
}

// readRelation opens an input to learn its schema.
func (c *Context) readRelation(in *format.Input, name string) (plan.Node, error) {
	r, err := in.Open(c)
	if err != nil {
		return nil, c.fileError(err)
	}
	schema := r.Schema()
	if err := r.Close(); err != nil {
		return nil, c.fileError(err)
	}
	read := &plan.Read{Fields: schema, Name: name, Open: func(ctx context.Context) (record.Reader, error) {
		r, err := in.Open(ctx)
		if err != nil {
			return nil, c.fileError(err)
		}
		return fileReader{r, c}, nil
	}}
	return read, nil
}

// fileReader makes the errors of a reader diagnostics of the tool.
type fileReader struct {
	record.Reader
	c *Context
}

// Next reads the next batch.
func (r fileReader) Next(ctx context.Context) (*record.Batch, error) {
	b, err := r.Reader.Next(ctx)
	if err != nil && ctx.Err() == nil {
		err = r.c.fileError(err)
	}
	return b, err
}

// options are the elements of FormatSpecificOptions.
func options(e *workflow.Element) format.Options {
	o := make(format.Options)
	if e == nil {
		return o
	}
	for _, child := range e.Children {
		text := child.Text
		for _, attr := range []string{"value", "mode"} {
			if v, ok := child.LookupAttr(attr); ok {
				text = v
			}
		}
		if len(child.Children) > 0 {
			// The layout of a fixed width file is an element of its own.
			var inner strings.Builder
			for _, e := range child.Children {
				inner.WriteString(e.XML())
			}
			text = inner.String()
		}
		o[child.Name] = strings.Trim(text, "\r\n")
	}
	return o
}

// noDatabase refuses a database connection. What it says names the kind alone:
// passwords stand in connections in more than one form.
func (c *Context) noDatabase(written string) error {
	for _, database := range []string{"odbc:", "oci:", "odb:", "aka:", "oracle:", "snowbl:", "mdb:", "hdfs:"} {
		if strings.HasPrefix(strings.ToLower(written), database) {
			err := c.Errorf(diag.Unsupported, "File", "a database connection (%s) cannot be opened here", database)
			err.(*diag.Diagnostic).Hint = "use a file instead of the table"
			return err
		}
	}
	return nil
}

// fileError is the diagnostic for an error of a file. The end of a file is none.
func (c *Context) fileError(err error) error {
	var (
		already *diag.Diagnostic
		missing *format.NotFoundError
		option  *format.OptionError
		unknown *format.UnsupportedFormatError
	)
	switch {
	case errors.Is(err, io.EOF), errors.As(err, &already), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &missing):
		code := diag.NoFile
		if missing.Outside {
			code = diag.Refused
		}
		return &diag.Diagnostic{Code: code, Tool: c.Tool, Option: "File", Msg: err.Error(), Err: err}
	case errors.As(err, &option):
		return &diag.Diagnostic{Code: diag.Unsupported, Tool: c.Tool, Option: "FormatSpecificOptions/" + option.Option,
			Msg: fmt.Sprintf("the value %q: %s", option.Value, option.Reason), Err: err}
	case errors.As(err, &unknown):
		return &diag.Diagnostic{Code: diag.Unsupported, Tool: c.Tool, Option: "File/@FileFormat", Msg: err.Error(), Err: err}
	}
	return &diag.Diagnostic{Code: diag.BadFile, Tool: c.Tool, Option: "File", Msg: err.Error(), Err: err}
}
