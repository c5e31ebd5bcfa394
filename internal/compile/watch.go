package compile

import (
	"context"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// watched is the session as tools see it while they are compiled. A tool that
// looks at data makes the plan of its document good for this data only.
type watched struct {
	engine.Session
	f *frame
}

func (w *watched) saw(n plan.Node) {
	w.f.fixed = false
	if !w.f.b.quiet {
		w.f.b.prog.Done = append(w.f.b.prog.Done, n)
	}
}

// Materialise computes a relation and keeps it.
func (w *watched) Materialise(ctx context.Context, n plan.Node) (*plan.Table, error) {
	w.saw(n)
	return w.Session.Materialise(ctx, n)
}

// MaterialiseAll computes relations and keeps them.
func (w *watched) MaterialiseAll(ctx context.Context, nodes []plan.Node) ([]*plan.Table, error) {
	for _, n := range nodes {
		w.saw(n)
	}
	return w.Session.MaterialiseAll(ctx, nodes)
}

// Read computes a relation and hands out its records.
func (w *watched) Read(ctx context.Context, n plan.Node) (record.Reader, error) {
	w.saw(n)
	return w.Session.Read(ctx, n)
}
