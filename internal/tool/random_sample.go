package tool

import (
	"context"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// randomSampleTool stands in for the macro of that name.
var randomSampleTool = Tool{
	Name:    "Random % Sample",
	Macros:  []string{"RandomRecords.yxmc"},
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Keeps a number or a part of the records, chosen at random, in their order.",
	Differs: "It keeps other records than the product does, as any two runs of it do; the same seed keeps the same ones here.",
	Options: []Option{
		{Path: "Value[@name='Number']", Doc: "True: a number of records"},
		{Path: "Value[@name='NNumber']", Doc: "the number"},
		{Path: "Value[@name='Percent']", Doc: "True: a part of the records"},
		{Path: "Value[@name='NPercent']", Doc: "the part in percent"},
		{Path: "Value[@name='Deterministic']", Doc: "True: Seed makes the choice"},
		{Path: "Value[@name='Seed']", Doc: "the seed"},
	},
	Compile: compileRandomSample,
}

func compileRandomSample(c *Context) (Outputs, error) {
	number := func(name string) (float64, error) {
		v := strings.TrimSpace(c.question(name))
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || x < 0 {
			return 0, c.Errorf(diag.BadConfig, "Value[@name='"+name+"']", "%q is not a number from 0 on", v)
		}
		return x, nil
	}
	name, percent := "NNumber", c.yes("Percent")
	if percent {
		name = "NPercent"
	}
	n, err := number(name)
	if err != nil {
		return nil, err
	}
	seed := c.Run.Seed
	if c.yes("Deterministic") {
		x, err := number("Seed")
		if err != nil {
			return nil, err
		}
		seed = int64(x)
	}
	take := func(all int) int {
		if percent {
			return int(float64(all) * min(n, 100) / 100) // as Sample counts the first N percent
		}
		return int(min(n, float64(all)))
	}
	return Outputs{"Output": c.drawn(c.Input("Input"), seed, take)}, nil
}

// drawn keeps as many records as take says, each with the same chance.
func (c *Context) drawn(in plan.Node, seed int64, take func(all int) int) plan.Node {
	s := in.Schema()
	return &plan.Apply{In: []plan.Node{in}, Fields: s, Name: c.Tool.Name,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
			all, err := record.ReadAll(ctx, in[0], 0)
			if err != nil {
				return err
			}
			rnd := rand.New(rand.NewPCG(uint64(seed), uint64(c.Tool.ID)))
			chosen := rnd.Perm(all.Len)[:take(all.Len)]
			sort.Ints(chosen)
			e := newEmitter(ctx, s, w)
			for _, row := range chosen {
				e.copies(all, row, len(s))
				if err := e.done(); err != nil {
					return err
				}
			}
			return e.flush()
		}}
}
