package tool

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/record"
	"kickoff/workflow"
)

// outputDataTool writes files.
var outputDataTool = Tool{
	Name:    "Output Data",
	Plugins: []string{"AlteryxBasePluginsGui.DbFileOutput.DbFileOutput"},
	Entry:   "AlteryxDbFileOutput",
	In:      []Anchor{{Name: "Input"}},
	Doc:     "Writes the records to a file below the run's output folder, or to several files by the values of a field. Of an absolute path the file's name is taken. Of a workbook that stands there before the run the other sheets are kept.",
	Options: []Option{
		{Path: "Passwords", Doc: "has no effect on files"},
		{Path: "Disable", Doc: "True: nothing is written"},
		{Path: "File", Doc: "the path; behind ||| the sheet or the table", NotYet: "databases other than SQLite files"},
		{Path: "File/@FileFormat", Doc: "0 delimited text, whatever the extension is; 19 yxdb, 21 fixed width, 25 xlsx, 36 SQLite, 54 json"},
		{Path: "File/@MaxRecords", Doc: "how many records a file holds at most: those that follow go to NAME_1, NAME_2 and so on"},
		{Path: "File/@RecordLimit", Doc: "has no effect on the result"},
		{Path: "FormatSpecificOptions/**", Doc: "the options of the format; an unknown one that is not empty or False is an error"},
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
	if v := strings.TrimSpace(file.Attr("MaxRecords")); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			return f, c.Errorf(diag.BadConfig, "File/@MaxRecords", "%q is not a number of records", v)
		}
		f.MaxRecords = n
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
	if f.MaxRecords > 0 {
		return c.cutFiles(f, s)
	}
	dir, err := format.OpenOutFolder(c.Run.OutDir)
	if err != nil {
		return nil, c.fileError(err)
	}
	f.Existing = func() (*os.File, error) { return c.existing(f.Written) }
	w, name, err := dir.CreateOutput(f, s)
	if err != nil {
		return nil, errors.Join(c.fileError(err), dir.Close())
	}
	return &fileWriter{Writer: w, dir: dir, c: c, written: f.Written, name: name}, nil
}

// existing opens the file that stands exactly where the document writes, before
// the run. Where there is none, or it may not be read, it is nil.
func (c *Context) existing(written string) (*os.File, error) {
	folder := c.folder()
	folder.Wrote = nil
	path, _ := format.SplitTable(written)
	found, err := folder.FindOne(path)
	if err != nil || found.Note != "" {
		return nil, nil
	}
	return folder.Open(found.Path)
}

// fileWriter closes the folder with the file.
type fileWriter struct {
	record.Writer
	dir     *format.OutFolder
	c       *Context
	written string // as the document has it
	name    string
	records int64
}

func (w *fileWriter) Write(ctx context.Context, b *record.Batch) error {
	w.records += int64(b.Len)
	if err := w.Writer.Write(ctx, b); err != nil {
		return w.c.fileError(err)
	}
	return nil
}

// Abort gives the file up.
func (w *fileWriter) Abort() error {
	engine.Abandon(w.Writer)
	return w.dir.Close()
}

func (w *fileWriter) Close() error {
	if err := errors.Join(w.Writer.Close(), w.dir.Close()); err != nil {
		return w.c.fileError(err)
	}
	if w.c.Run.Written != nil {
		path, _ := format.SplitTable(w.written)
		if other := w.c.Run.Written(w.name, path, w.records); other != "" {
			w.c.Warnf("%q is written to %q, as %q was before", path, w.name, other)
		}
	}
	return nil
}
