package tool

import (
	"context"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
)

// generateRowsTool makes records by a loop.
var generateRowsTool = Tool{
	Name:    "Generate Rows",
	Plugins: []string{"AlteryxBasePluginsGui.GenerateRows.GenerateRows"},
	Entry:   "AlteryxGenerateRows",
	In:      []Anchor{{Name: "Input", Optional: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Makes records by a loop, for each input record or by itself: a field starts with one value and gets the next one as long as a condition holds.",
	Options: []Option{
		{Path: "UpdateField", Doc: "True: an existing field gets the value; False: a new one"},
		{Path: "UpdateField_Name", Doc: "the existing field"},
		{Path: "CreateField_Name", Doc: "the new field"},
		{Path: "CreateField_Type", Doc: "its type"},
		{Path: "CreateField_Size", Doc: "its size"},
		{Path: "Expression_Init", Doc: "the first value"},
		{Path: "Expression_Cond", Doc: "a record is made as long as this is true"},
		{Path: "Expression_Loop", Doc: "the next value"},
		{Path: "RecordCount", Doc: "has no effect on the result"},
	},
	Compile: compileGenerateRows,
}

// maxGenerated bounds the records that one loop may make.
const maxGenerated = 100_000_000

// generator is a Generate Rows at work.
type generator struct {
	c                *Context
	s                record.Schema
	target           int
	init, cond, loop *eval.Program
	steady           bool // the loop's next value follows from the one before
}

func compileGenerateRows(c *Context) (Outputs, error) {
	g := &generator{c: c, steady: true}
	in := c.Input("Input")
	if in != nil {
		g.s = append(g.s, in.Schema()...)
	}
	var err error
	if g.target, err = c.targetField(&g.s); err != nil {
		return nil, err
	}
	for _, e := range []struct {
		option string
		to     **eval.Program
	}{{"Expression_Init", &g.init}, {"Expression_Cond", &g.cond}, {"Expression_Loop", &g.loop}} {
		source, err := c.required(e.option)
		if err != nil {
			return nil, err
		}
		n, err := c.Expr(e.option, source, g.s)
		if err != nil {
			return nil, err
		}
		if e.option != "Expression_Cond" {
			if err := c.assignable(e.option, source, n, g.s[g.target]); err != nil {
				return nil, err
			}
		}
		g.steady = g.steady && !isVolatile(n)
		if *e.to, err = c.program(e.option, source, n); err != nil {
			return nil, err
		}
	}
	out := &plan.Apply{Fields: g.s, Name: c.Tool.Name, Each: true, Run: g.run}
	if in != nil {
		out.In = []plan.Node{in}
	}
	if g.steady {
		return Outputs{"Output": out}, nil
	}
	table, err := c.once(out)
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": table}, nil
}

func (g *generator) run(ctx context.Context, in []record.Reader, w record.Writer) error {
	e, report := newEmitter(ctx, g.s, w), g.c.conversions().report(g.s[g.target].Name)
	frames := [3]*eval.Frame{g.init.Frame(), g.cond.Frame(), g.loop.Frame()}
	for _, f := range frames {
		f.Report = report
	}
	values := make([]fn.Value, 0, len(g.s))
	if len(in) == 0 {
		if err := g.generate(ctx, e, frames, append(values, fn.Value{}), nil, 0); err != nil {
			return err
		}
		return e.flush()
	}
	err := eachBatch(ctx, in[0], func(b *record.Batch) error {
		for row := range b.Len {
			values = valuesAt(b, row, values)
			if g.target == len(values) {
				values = append(values, fn.Value{})
			}
			if err := g.generate(ctx, e, frames, values, b, row); err != nil {
				return err
			}
			e.place++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.flush()
}

// generate runs the loop for one record.
func (g *generator) generate(ctx context.Context, e *emitter, frames [3]*eval.Frame, values []fn.Value, b *record.Batch, row int) error {
	next := func(f *eval.Frame) (fn.Value, error) {
		v, err := f.EvalValues(values)
		if err != nil {
			return v, g.c.Errorf(diag.Failed, "Expression_Loop", "%v", err)
		}
		return f.Assign(v, g.s[g.target]), nil
	}
	v, err := next(frames[0])
	if err != nil {
		return err
	}
	values[g.target] = v
	for n := 0; ; n++ {
		ok, err := frames[1].EvalValues(values)
		if err != nil {
			return g.c.Errorf(diag.Failed, "Expression_Cond", "%v", err)
		}
		if !ok.IsTrue() {
			return nil
		}
		if n == maxGenerated {
			return g.c.Errorf(diag.Limit, "Expression_Cond", "the loop has made %d records and does not end", n)
		}
		for col := range g.s {
			if col == g.target {
				e.put(col, values[col])
			} else {
				e.copy(col, b, row, col)
			}
		}
		if err := e.done(); err != nil {
			return err
		}
		if n%batchSize == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		v, err := next(frames[2])
		if err != nil {
			return err
		}
		if g.steady && v.Type() == values[g.target].Type() && fn.Same(v, values[g.target]) {
			return g.c.Errorf(diag.Failed, "Expression_Loop", "the loop does not end: the value stays %q", v.Text())
		}
		values[g.target] = v
	}
}
