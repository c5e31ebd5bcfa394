package tool

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/eval"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// outputDataTool writes files.
var outputDataTool = Tool{
	Name:    "Output Data",
	Plugins: []string{"AlteryxBasePluginsGui.DbFileOutput.DbFileOutput"},
	Entry:   "AlteryxDbFileOutput",
	In:      []Anchor{{Name: "Input"}},
	Doc:     "Writes the records to a file below the run's output folder, or to several files by the values of a field. Of an absolute path the file's name is taken.",
	Options: []Option{
		{Path: "Passwords", Doc: "has no effect on files"},
		{Path: "Disable", Doc: "True: nothing is written"},
		{Path: "File", Doc: "the path; behind ||| the sheet", NotYet: "databases"},
		{Path: "File/@FileFormat", Doc: "0 delimited text, 19 yxdb, 25 xlsx, 54 json"},
		{Path: "File/@MaxRecords", Doc: "records in a file", NotYet: "any number is refused"},
		{Path: "File/@RecordLimit", Doc: "has no effect on the result"},
		{Path: "FormatSpecificOptions/**", Doc: "the options of the format; an unknown one is an error"},
		{Path: "MultiFile", Doc: "True: a file for each value of MultiFileField"},
		{Path: "MultiFile/@value", Doc: "the same"},
		{Path: "MultiFileField", Doc: "the field whose values tell the files"},
		{Path: "MultiFileType", Doc: "Path: the value is the whole path; FileName: the file's or table's name; Suffix, Prefix: added to the name"},
		{Path: "KeepField", Doc: "True: the field is written too"},
	},
	Compile: compileOutputData,
}

func compileOutputData(c *Context) (Outputs, error) {
	if c.Config.Bool("Disable", false) {
		return nil, nil
	}
	in := c.Input("Input")
	f, err := c.outFile(c.Config)
	if err != nil {
		return nil, err
	}
	if !c.Config.Bool("MultiFile", false) {
		if f.Written == "" {
			return nil, c.Errorf(diag.BadConfig, "File", "no file is given")
		}
		c.Sink(in, func(context.Context) (record.Writer, error) { return c.createFile(f, in.Schema()) })
		return nil, nil
	}
	return nil, c.splitFiles(f, in)
}

// outFile reads an Output Data configuration, which another tool may hold.
func (c *Context) outFile(config *workflow.Element) (format.OutFile, error) {
	file := config.Child("File")
	f := format.OutFile{Written: strings.TrimSpace(config.String("File")), Format: -1, Options: options(config.Child("FormatSpecificOptions"))}
	if err := c.noDatabase(f.Written); err != nil {
		return f, err
	}
	if v := strings.TrimSpace(file.Attr("FileFormat")); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return f, c.Errorf(diag.BadConfig, "File/@FileFormat", "%q is no format", v)
		}
		f.Format = n
	}
	if v := strings.TrimSpace(file.Attr("MaxRecords")); v != "" && v != "0" {
		return f, c.unsupported("File/@MaxRecords", v)
	}
	notices := 0
	f.Notify = func(n format.Notice) {
		if notices++; notices <= conversionLimit {
			c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.Conversion, Text: n.String()})
		}
	}
	return f, nil
}

// createFile opens an output below the run's folder.
func (c *Context) createFile(f format.OutFile, s record.Schema) (record.Writer, error) {
	dir, err := format.OpenOutFolder(c.Run.OutDir)
	if err != nil {
		return nil, c.fileError(err)
	}
	w, _, err := dir.CreateOutput(f, s)
	if err != nil {
		return nil, errors.Join(c.fileError(err), dir.Close())
	}
	return &fileWriter{w, dir, c}, nil
}

// fileWriter closes the folder with the file.
type fileWriter struct {
	record.Writer
	dir *format.OutFolder
	c   *Context
}

func (w *fileWriter) Write(ctx context.Context, b *record.Batch) error {
	if err := w.Writer.Write(ctx, b); err != nil {
		return w.c.fileError(err)
	}
	return nil
}

func (w *fileWriter) Close() error {
	if err := errors.Join(w.Writer.Close(), w.dir.Close()); err != nil {
		return w.c.fileError(err)
	}
	return nil
}

// splitFiles writes a file for each value of a field. The records are sorted by
// it, so that one file is open at a time.
func (c *Context) splitFiles(f format.OutFile, in plan.Node) error {
	s := in.Schema()
	field, err := c.Field("MultiFileField", c.Config.String("MultiFileField"), s)
	if err != nil {
		return err
	}
	kind, err := c.choice("MultiFileType", "Path", "FileName", "Suffix", "Prefix")
	if err != nil {
		return err
	}
	m := &manyFiles{c: c, file: f, kind: kind, field: field}
	for p := range s {
		if p != field || c.Config.Bool("KeepField", false) {
			m.kept = append(m.kept, p)
			m.schema = append(m.schema, s[p])
		}
	}
	if len(m.kept) == 0 {
		return c.Errorf(diag.BadConfig, "KeepField", "no field is left to write")
	}
	c.Sink(sorted(in, []int{field}), func(context.Context) (record.Writer, error) { return m, nil })
	return nil
}

// manyFiles writes records to the files that a field tells.
type manyFiles struct {
	c      *Context
	file   format.OutFile
	kind   string
	field  int
	kept   []int
	schema record.Schema
	value  string
	open   record.Writer
	rows   *emitter
}

func (m *manyFiles) Write(ctx context.Context, b *record.Batch) error {
	for row := range b.Len {
		value := eval.At(b, row, m.field).Text()
		if m.open == nil || value != m.value {
			if err := m.next(ctx, value); err != nil {
				return err
			}
		}
		for i, p := range m.kept {
			m.rows.copy(i, b, row, p)
		}
		m.rows.ctx = ctx
		if err := m.rows.done(); err != nil {
			return err
		}
	}
	return nil
}

// next ends the file that is open and begins that of a value.
func (m *manyFiles) next(ctx context.Context, value string) error {
	if err := m.Close(); err != nil {
		return err
	}
	f := m.file
	var err error
	if f.Written, err = format.MultiFileName(m.file.Written, m.kind, value); err != nil {
		return m.c.fileError(err)
	}
	if f.Written == "" {
		return m.c.Errorf(diag.Failed, "MultiFileField", "a record names no file")
	}
	if m.open, err = m.c.createFile(f, m.schema); err != nil {
		return err
	}
	m.value, m.rows = value, newEmitter(ctx, m.schema, m.open)
	return nil
}

func (m *manyFiles) Close() error {
	if m.open == nil {
		return nil
	}
	err := errors.Join(m.rows.flush(), m.open.Close())
	m.open = nil
	return err
}
