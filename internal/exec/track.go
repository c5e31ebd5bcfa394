package exec

import (
	"context"
	"fmt"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
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
	if key := w.sink.Tool.String(); len(w.sink.Tool.Path) == 0 || !w.x.looped[key] {
		w.x.looped[key] = true // of the runs of a loop one tells what ran
		w.x.done = append(w.x.done, w.sink)
	}
	before, err := w.x.files.changed(w.sink.Tool, w.records)
	for name, by := range before {
		w.x.log.add(engine.Message{Tool: w.sink.Tool, Status: engine.Warning, Text: fmt.Sprintf("%q was written by %s before and is replaced", name, by)})
	}
	return err
}

// Abort passes on that the sink failed.
func (w *counted) Abort() error {
	engine.Abandon(w.Writer)
	return nil
}

// sayWritten reports the files that were written, each with what it holds at the
// end: in a loop a file may be written many times. Of one that holds tables, each tool's.
func (x *execution) sayWritten() {
	for _, p := range x.files.parts {
		x.log.add(engine.Message{Tool: p.by, Status: engine.FileOutput, Text: said(p.records, "written to", p.file)})
	}
}

// sayRead reports how many records were read from each file, where the engine
// has counted them.
func (x *execution) sayRead() {
	told := make(map[string]bool)
	visit := func(n plan.Node) {
		a, ok := n.(*plan.Anchor)
		if !ok || told[a.Tool.String()] {
			return
		}
		name, ok := fileBelow(a.In)
		if !ok {
			return
		}
		records, ok := x.log.count(a.Tool, a.Name)
		for _, s := range x.streams {
			if s.done && s.Tool.String() == a.Tool.String() && s.Anchor == a.Name {
				records, ok = s.records, true
			}
		}
		if ok {
			told[a.Tool.String()] = true
			x.log.add(engine.Message{Tool: a.Tool, Status: engine.FileInput, Text: said(records, "read from", name)})
		}
	}
	for _, n := range x.prog.Done {
		plan.Walk(n, visit)
	}
	for _, s := range x.done {
		plan.Walk(s.In, visit)
	}
}

// fileBelow finds the file that a tool's own relation is read from.
func fileBelow(n plan.Node) (string, bool) {
	switch n := n.(type) {
	case *plan.Read:
		return n.Name, n.Name != ""
	case *plan.Anchor:
		return "", false // another tool's
	}
	for _, in := range n.Inputs() {
		if name, ok := fileBelow(in); ok {
			return name, true
		}
	}
	return "", false
}

// said is what users know from the product's log.
func said(n int64, done, file string) string {
	if n == 1 {
		return fmt.Sprintf("1 record was %s %q", done, file)
	}
	return fmt.Sprintf("%d records were %s %q", n, done, file)
}
