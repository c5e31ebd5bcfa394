package tool

import (
	"context"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
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
		return &blobWriter{c: c, f: f, files: wholeFiles{c: c}}, nil
	})
	return nil, nil
}

// blobWriter writes a file for each record.
type blobWriter struct {
	c     *Context
	f     blobFile
	files wholeFiles
}

func (w *blobWriter) Write(ctx context.Context, b *record.Batch) error {
	for row := range b.Len {
		if err := ctx.Err(); err != nil {
			return err
		}
		path, err := w.f.path(b, row)
		if err != nil {
			return w.c.fileError(err)
		}
		if b.Cols[w.f.data].IsNull(row) {
			w.c.Run.Report(engine.Message{Tool: w.c.Tool, Status: engine.Conversion, Text: path + ": Null makes no file"})
			continue
		}
		if err := w.files.write(path, b.Cols[w.f.data].Bytes[row]); err != nil {
			return err
		}
	}
	return nil
}

func (w *blobWriter) Close() error { return nil }
