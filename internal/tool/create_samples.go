package tool

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// createSamplesTool stands in for the macro of that name.
var createSamplesTool = Tool{
	Name:    "Create Samples",
	Macros:  []string{"Create_Samples.yxmc"},
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Estimation"}, {Name: "Validation"}, {Name: "Holdout"}},
	Doc:     "Shares the records out at random to two samples of a given part and the rest. Each keeps the order of the records.",
	Differs: "The records go to other samples than in the product, whose random numbers are its own.",
	Options: []Option{
		{Path: "Value[@name='estimation pct']", Doc: "percent of the records in the estimation sample"},
		{Path: "Value[@name='validation pct']", Doc: "percent of the records in the validation sample"},
		{Path: "Value[@name='rand seed']", Doc: "the same seed makes the same samples"},
	},
	Compile: compileCreateSamples,
}

func compileCreateSamples(c *Context) (Outputs, error) {
	in := c.Input("Input")
	var parts [3]float64
	for i, name := range []string{"estimation pct", "validation pct", "rand seed"} {
		v := strings.TrimSpace(c.question(name))
		if v == "" && i == 2 {
			v = "1"
		}
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || x < 0 {
			return nil, c.Errorf(diag.BadConfig, "Value[@name='"+name+"']", "%q is not a number from 0 on", v)
		}
		parts[i] = x
	}
	if parts[0]+parts[1] > 100 {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='validation pct']", "the samples are more than 100 percent together")
	}
	s := in.Schema()
	sample := func(which int) plan.Node {
		return &plan.Apply{In: []plan.Node{in}, Fields: s, Name: c.Tool.Name,
			Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
				all, err := record.ReadAll(ctx, in[0], 0)
				if err != nil {
					return err
				}
				first := int(math.Round(float64(all.Len) * parts[0] / 100))
				second := min(all.Len, first+int(math.Round(float64(all.Len)*parts[1]/100)))
				place := rand.New(rand.NewPCG(uint64(parts[2]), 0)).Perm(all.Len)
				e := newEmitter(ctx, s, w)
				for row, at := range place {
					in := 0
					switch {
					case at >= second:
						in = 2
					case at >= first:
						in = 1
					}
					if in != which {
						continue
					}
					e.copies(all, row, len(s))
					if err := e.done(); err != nil {
						return err
					}
				}
				return e.flush()
			}}
	}
	return Outputs{"Estimation": sample(0), "Validation": sample(1), "Holdout": sample(2)}, nil
}
