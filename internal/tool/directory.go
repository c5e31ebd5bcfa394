package tool

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
)

// directoryTool lists the files of a folder.
var directoryTool = Tool{
	Name:    "Directory",
	Plugins: []string{"AlteryxBasePluginsGui.Directory.Directory"},
	Entry:   "AlteryxDirectory",
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Lists the files of a folder, by path.",
	Differs: "CreationTime and LastAccessTime are Null and the short name is empty, since file systems here do not keep them; of the attributes only read-only and hidden (a name with a point in front) are told.",
	Options: []Option{
		{Path: "Directory", Doc: "the folder; one that is not there is looked for by its last names below the workflow's folder, one of another machine then by the files that FileSpec names"},
		{Path: "FileSpec", Doc: "the names, with * and ?; *.* is all"},
		{Path: "IncludeSubDirs", Doc: "True: folders below are listed too"},
	},
	Compile: compileDirectory,
}

// directorySchema is what the tool gives (tools reference, Directory).
func directorySchema() record.Schema {
	s := record.Schema{
		record.New("FullPath", record.VWString, 32767), record.New("Directory", record.VWString, 32767),
		record.New("FileName", record.VWString, 260), record.New("ShortFileName", record.VWString, 14),
		record.New("CreationTime", record.DateTime, 0), record.New("LastAccessTime", record.DateTime, 0),
		record.New("LastWriteTime", record.DateTime, 0), record.New("Size", record.Int64, 0),
	}
	for _, name := range []string{"Archive", "Compressed", "Encrypted", "Hidden", "Normal", "Offline", "ReadOnly", "System", "Temporary"} {
		s = append(s, record.New("Attribute"+name, record.Bool, 0))
	}
	return s
}

func compileDirectory(c *Context) (Outputs, error) {
	dir, err := c.required("Directory")
	if err != nil {
		return nil, err
	}
	spec, below := c.Config.String("FileSpec"), c.Config.Bool("IncludeSubDirs", false)
	if strings.ContainsAny(spec, `/\`) {
		return nil, c.Errorf(diag.BadConfig, "FileSpec", "%q is no name of files", spec)
	}
	_, note, err := c.folder().List(dir, spec, below)
	if err != nil {
		err := c.fileError(err)
		if d, ok := err.(*diag.Diagnostic); ok {
			d.Option = "Directory"
		}
		return nil, err
	}
	if note != "" {
		c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.FileInput, Text: note})
	}
	s := directorySchema()
	return Outputs{"Output": &plan.Read{Fields: s, Name: dir, Open: func(context.Context) (record.Reader, error) {
		files, _, err := c.folder().List(dir, spec, below)
		if err != nil {
			return nil, c.fileError(err)
		}
		b := record.NewBatch(s, len(files))
		for _, f := range files {
			in, name := filepath.Split(f.Path)
			readOnly, hidden := f.Info.Mode().Perm()&0o222 == 0, strings.HasPrefix(name, ".")
			b.Append(format.WindowsForm(f.Path), format.WindowsForm(in), name, "", nil, nil, localTime(f.Info.ModTime().In(c.Run.Now.Location())), f.Info.Size(),
				false, false, false, hidden, !readOnly && !hidden, false, readOnly, false, false)
		}
		return &single{b}, nil
	}}}, nil
}

// localTime is the reading of a clock, as a DateTime in whole seconds.
func localTime(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC).UnixMicro()
}
