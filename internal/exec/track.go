package exec

import (
	"context"
	"fmt"
	"strings"

	"kickoff/internal/engine"
	"kickoff/record"
)

// tracked is a session that notes which sinks have done their work, how many
// records they took, and which files they left.
type tracked struct {
	engine.Session
	x *execution
}

// Run computes all sinks.
func (t *tracked) Run(ctx context.Context, sinks []engine.Sink) error {
	noted := make([]engine.Sink, len(sinks))
	for i, s := range sinks {
		open := s.Open
		noted[i] = s
		noted[i].Open = func(ctx context.Context) (record.Writer, error) {
			w, err := open(ctx)
			if err != nil {
				return nil, err
			}
			return &counted{Writer: w, x: t.x, sink: s}, nil
		}
	}
	return t.Session.Run(ctx, noted)
}

// counted is the writer of a sink.
type counted struct {
	record.Writer
	x       *execution
	sink    engine.Sink
	records int64
	closed  bool
}

// Write counts and passes on.
func (w *counted) Write(ctx context.Context, b *record.Batch) error {
	w.records += int64(b.Len)
	return w.Writer.Write(ctx, b)
}

// Close notes that the sink has done its work.
func (w *counted) Close() error {
	if err := w.Writer.Close(); err != nil {
		return err
	}
	if w.closed {
		return nil
	}
	w.closed = true
	w.x.done = append(w.x.done, w.sink)
	return w.x.files.changed(w.sink.Tool, w.records)
}

// sayWritten reports the files that were written, each with what it holds at the
// end: in a loop a file may be written many times.
func (x *execution) sayWritten() {
	for i, o := range x.files.written {
		x.log.add(engine.Message{Tool: x.files.by[i], Status: engine.FileOutput, Text: wrote(o.Records, strings.TrimPrefix(o.File, "files/"))})
	}
}

// wrote is what users know from the product's log.
func wrote(n int64, file string) string {
	if n == 1 {
		return fmt.Sprintf("1 record was written to %q", file)
	}
	return fmt.Sprintf("%d records were written to %q", n, file)
}
