package tool

import (
	"context"

	"kickoff/expr"
	"kickoff/internal/plan"
	"kickoff/record"
)

// pairing is the operator of the tools that look for records of a universe for
// each target. It searches once for both outputs: a target for which nothing was
// found is a record as well, marked by the last field.
type pairing struct {
	e        *emitter
	targets  record.Schema
	universe *record.Batch
	extra    int // how many fields stand behind those of the two
}

// pairs gives the outputs of such a tool: Matched with the fields that its
// configuration selects, and Unmatched with the targets' own. For each batch of
// targets find writes every record to p, in order; extra are the fields that it
// adds to a pair.
func (c *Context) pairs(extra record.Schema, find func(ctx context.Context, targets record.Reader, p *pairing) error) (Outputs, error) {
	s, err := c.selection("SelectConfiguration/Configuration")
	if err != nil {
		return nil, err
	}
	in := []plan.Node{c.Input("Targets"), c.Input("Universe")}
	ts := in[0].Schema()
	var all record.Schema
	var offer []offered
	for _, side := range []struct {
		fields record.Schema
		prefix string
	}{{ts, "Target_"}, {in[1].Schema(), "Universe_"}, {extra, ""}} {
		all = append(all, side.fields...)
		for _, f := range side.fields {
			offer = append(offer, offered{f, side.prefix})
		}
	}
	found := len(all)
	all = unique(append(all, record.New("Found", record.Bool, 0)))
	both := &plan.Apply{In: in, Fields: all, Name: c.Tool.Name, Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
		universe, err := record.ReadAll(ctx, in[1], 0)
		if err != nil {
			return err
		}
		p := &pairing{e: newEmitter(ctx, all, w), targets: ts, universe: universe, extra: len(extra)}
		if err := find(ctx, in[0], p); err != nil {
			return err
		}
		return p.e.flush()
	}}
	isFound := expr.FieldAt(all, found)
	matched, err := s.apply(c, c.pick(&plan.Filter{In: both, Cond: isFound}, upTo(found)), offer)
	if err != nil {
		return nil, err
	}
	return Outputs{"Matched": matched, "Unmatched": c.pick(&plan.Filter{In: both, Cond: isFound, Not: true}, upTo(len(ts)))}, nil
}

// pair writes a target beside a record of the universe. more adds the further
// fields, the first of which is at the column that it is given.
func (p *pairing) pair(targets *record.Batch, row, other int, more func(at int)) error {
	p.e.copies(targets, row, len(p.targets))
	at := len(p.targets)
	for col := range p.universe.Cols {
		p.e.copy(at+col, p.universe, other, col)
	}
	at += len(p.universe.Cols)
	if more != nil {
		more(at)
	}
	p.e.int(at+p.extra, 1)
	return p.e.done()
}

// alone writes a target for which nothing was found.
func (p *pairing) alone(targets *record.Batch, row int) error {
	p.e.copies(targets, row, len(p.targets))
	found := len(p.targets) + len(p.universe.Cols) + p.extra
	for col := len(p.targets); col < found; col++ {
		p.e.null(col)
	}
	p.e.int(found, 0)
	return p.e.done()
}
