package tool

import (
	"context"
	"errors"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/record"
)

// blobOutputTool writes the values of a field as files.
var blobOutputTool = Tool{
	Name:    "Blob Output",
	Plugins: []string{"AlteryxBasePluginsGui.BlobOutput.BlobOutput"},
	Entry:   "AlteryxBlobOutput",
	In:      []Anchor{{Name: "Input"}},
	Doc:     "Writes the bytes of each record to a file of its own below the run's output folder. Of Null no file is made.",
	Options: []Option{
		{Path: "*", Doc: "read as those of Blob Input: the path of the file, the field of bytes, and the field that changes the path with the way in which it does"},
	},
	Compile: compileBlobOutput,
}

func compileBlobOutput(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	f, err := c.blobFile(s)
	if err != nil {
		return nil, err
	}
	if f.data < 0 {
		for i, field := range s {
			if field.Type == record.Blob {
				if f.data >= 0 {
					return nil, c.Errorf(diag.Unsupported, "", "the bytes are either in %q or in %q", s[f.data].Name, field.Name)
				}
				f.data = i
			}
		}
	}
	switch {
	case f.data < 0 || s[f.data].Type != record.Blob:
		return nil, c.Errorf(diag.BadType, "", "the input has no field of bytes to write")
	case f.field < 0:
		return nil, c.Errorf(diag.Unsupported, "", "no field tells the files of the records apart")
	}
	c.Sink(in, func(context.Context) (record.Writer, error) {
		dir, err := format.OpenOutFolder(c.Run.OutDir)
		if err != nil {
			return nil, c.fileError(err)
		}
		return &blobWriter{c: c, f: f, dir: dir}, nil
	})
	return nil, nil
}

// blobWriter writes a file for each record.
type blobWriter struct {
	c    *Context
	f    blobFile
	dir  *format.OutFolder
	seen map[string]bool
}

func (w *blobWriter) Write(ctx context.Context, b *record.Batch) error {
	for row := range b.Len {
		if err := ctx.Err(); err != nil {
			return err
		}
		path, err := w.f.path(b, row)
		if err == nil && b.Cols[w.f.field].IsNull(row) {
			err = errors.New("a record names no file")
		}
		if err != nil {
			return w.c.fileError(err)
		}
		if b.Cols[w.f.data].IsNull(row) {
			w.c.Run.Report(engine.Message{Tool: w.c.Tool, Status: engine.Conversion, Text: path + ": Null makes no file"})
			continue
		}
		if err := w.write(path, b.Cols[w.f.data].Bytes[row]); err != nil {
			return w.c.fileError(err)
		}
	}
	return nil
}

func (w *blobWriter) write(path string, data []byte) error {
	name, err := format.OutputName(path)
	if err != nil {
		return err
	}
	if w.seen[name] {
		w.c.Warnf("%q is written by more than one record, and holds the last", name)
	}
	if w.seen == nil {
		w.seen = make(map[string]bool)
	}
	w.seen[name] = true
	file, err := w.dir.Create(name)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err == nil && w.c.Run.Written != nil {
		w.c.Run.Written(name, 1)
	}
	return err
}

func (w *blobWriter) Close() error { return w.dir.Close() }
