//go:build cgo

package compile

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"kickoff/record"
)

func (r *tableReader) Next(context.Context) (*record.Batch, error) {
	if r.at >= len(r.rows) {
		return nil, io.EOF
	}
	b := record.NewBatch(r.fields, 1000)
	for ; r.at < len(r.rows) && b.Len < 1000; r.at++ {
		b.Append(r.rows[r.at]...)
	}
	return b, nil
}

// shrink takes steps and records away while a difference remains.
func (r *pipelineRunner) shrink(p *pipeline, diff string) (*pipeline, string) {
	keep := func(q *pipeline) bool {
		r.open() // what went wrong may have spoilt the session
		d := r.try(q)
		if d == "" {
			return false
		}
		*p, diff = *q, d
		return true
	}
	for budget := 400; budget > 0; budget-- {
		smaller := false
		for i := len(p.steps) - 1; i >= 0 && !smaller; i-- {
			if q, ok := p.without(i); ok {
				smaller = keep(q)
			}
		}
		for t := 0; t < len(p.tables) && !smaller; t++ {
			for size := (len(p.tables[t].rows) + 1) / 2; size > 0 && !smaller; size /= 2 {
				for from := 0; from < len(p.tables[t].rows) && !smaller && budget > 0; from += size {
					budget--
					old := p.tables[t].rows
					cut := append(slices.Clone(old[:from]), old[min(from+size, len(old)):]...)
					p.tables[t].rows = cut // steps hold the pipeline's tables
					if d := r.retry(p); d != "" {
						diff, smaller = d, true
					} else {
						p.tables[t].rows = old
					}
				}
			}
		}
		if !smaller {
			break
		}
	}
	return p, diff
}

func (r *pipelineRunner) retry(p *pipeline) string {
	r.open()
	return r.try(p)
}

// without leaves out a step that nothing reads.
func (p *pipeline) without(n int) (*pipeline, bool) {
	for _, s := range p.steps {
		for _, in := range s.inputs {
			if in.step == n {
				return nil, false
			}
		}
	}
	q := &pipeline{tables: p.tables, browse: make(map[ref]bool)}
	for r, on := range p.browse {
		if r.step > n {
			r.step--
		}
		q.browse[r] = on
	}
	for i, s := range p.steps {
		if i == n {
			continue
		}
		c := *s
		c.inputs = nil
		for _, in := range s.inputs {
			if in.step > n {
				in.step--
			}
			c.inputs = append(c.inputs, in)
		}
		q.steps = append(q.steps, &c)
	}
	return q, true
}

// String prints a pipeline for people: its tables and its tools.
func (p *pipeline) String() string {
	var b strings.Builder
	for i, s := range p.steps {
		fmt.Fprintf(&b, "tool %d %s %s", i+1, s.tool, s.config)
		for _, in := range s.inputs {
			fmt.Fprintf(&b, " <- %d.%s", in.step+1, p.steps[in.step].anchors[in.anchor])
		}
		b.WriteByte('\n')
		if s.tool != "table" {
			continue
		}
		var at int
		fmt.Sscan(s.config, &at)
		t := p.tables[at]
		for _, f := range t.fields {
			fmt.Fprintf(&b, "  %q %s %d.%d", f.Name, f.Type, f.Size, f.Scale)
		}
		b.WriteByte('\n')
		for n, r := range t.rows {
			if n == 20 {
				fmt.Fprintf(&b, "  ... %d records\n", len(t.rows))
				break
			}
			fmt.Fprintf(&b, "  %#v\n", r)
		}
	}
	return b.String()
}
