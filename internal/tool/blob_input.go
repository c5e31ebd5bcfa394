package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
)

// blobInputTool reads whole files into a field.
var blobInputTool = Tool{
	Name:    "Blob Input",
	Plugins: []string{"AlteryxBasePluginsGui.BlobInput.BlobInput"},
	Entry:   "AlteryxBlobInput",
	In:      []Anchor{{Name: "Input", Optional: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a file as it is in a field Blob: one record, or behind each record of the input the file that it names.",
	Differs: "Where the document holds the schema of the output, the field has the name of the field of bytes in it.",
	Options: []Option{
		{Path: "*", Doc: "what the options are called is not set down anywhere, so a value counts by what it is: the path of the file; a field of the input; Path, FileName, Suffix or Prefix for what the field changes in the path, as in Output Data; a switch for what happens to missing files", NotYet: "files in pieces"},
	},
	Compile: compileBlobInput,
}

func compileBlobInput(c *Context) (Outputs, error) {
	in := c.Input("Input")
	if in == nil {
		// One record without fields cannot be, so the field of the file is there first.
		in = &plan.Values{Fields: record.Schema{record.New("Blob", record.Blob, record.MaxVString)}, Rows: [][]any{{nil}}}
	}
	s := in.Schema()
	if c.Input("Input") == nil {
		s = nil
	}
	f, err := c.blobFile(s)
	if err != nil {
		return nil, err
	}
	name := "Blob"
	for _, field := range c.Cached["Output"] {
		if field.Type == record.Blob && s.Index(field.Name) < 0 {
			name = field.Name
			break
		}
	}
	out := append(record.Schema(nil), s...)
	out = append(out, record.New(out.Unique(name), record.Blob, record.MaxVString))
	at := len(out) - 1
	return Outputs{"Output": &plan.Apply{In: []plan.Node{in}, Fields: out, Name: c.Tool.Name,
		Run: func(ctx context.Context, ins []record.Reader, w record.Writer) error {
			e := newEmitter(ctx, out, w)
			err := eachBatch(ctx, ins[0], func(b *record.Batch) error {
				for row := range b.Len {
					if err := ctx.Err(); err != nil {
						return err
					}
					path, err := f.path(b, row)
					if err != nil {
						return c.fileError(err)
					}
					data, err := c.wholeFile(path)
					var none *format.NotFoundError
					if f.missing && errors.As(err, &none) && !none.Outside {
						c.Warnf("%v", err)
						data, err = nil, nil
					}
					if err != nil {
						return c.fileError(err)
					}
					e.copies(b, row, at)
					if data == nil {
						e.null(at)
					} else {
						e.value(at, data)
					}
					e.hold(len(data))
					if err := e.done(); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return e.flush()
		}}}, nil
}

// wholeFile reads a file that a document names; it is never nil without an error.
func (c *Context) wholeFile(written string) ([]byte, error) {
	found, err := c.folder().FindOne(written)
	if err != nil {
		return nil, err
	}
	if found.Note != "" {
		c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.FileInput, Text: found.Note})
	}
	file, err := c.folder().Open(found.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, math.MaxInt32+1))
	if err == nil && len(data) > math.MaxInt32 {
		err = fmt.Errorf("%s is larger than a field of bytes", written)
	}
	return data, err
}
