package tool

import (
	"kickoff/internal/diag"
	"kickoff/internal/plan"
)

// sampleTool keeps records by their place.
var sampleTool = Tool{
	Name:    "Sample",
	Plugins: []string{"AlteryxBasePluginsGui.Sample.Sample"},
	Entry:   "AlteryxSample",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Keeps the first or last records, all but the first, every Nth, or a part of them, of the whole or of each group.",
	Differs: "Random keeps other records than the product does, as any two runs of it do.",
	Options: []Option{
		{Path: "Mode", Doc: "First, Last, Skip (all but the first N), Sample (the first of every N), Random (each with a chance of 1 in N) or NPercent (the first N percent)"},
		{Path: "N", Doc: "the number that the mode speaks of"},
		{Path: "GroupFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupFields/Field/@name", Doc: "counts within groups of equal values"},
	},
	Compile: compileSample,
}

func compileSample(c *Context) (Outputs, error) {
	in := c.Input("Input")
	mode, err := c.choice("Mode", "First", "Last", "Skip", "Sample", "Random", "NPercent")
	if err != nil {
		return nil, err
	}
	n, err := c.number("N", 1)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, c.Errorf(diag.BadConfig, "N", "%v is negative", n)
	}
	group, err := c.fieldList("GroupFields/Field", "name", in.Schema())
	if err != nil {
		return nil, err
	}
	if mode == "Random" {
		if n < 1 {
			return nil, c.Errorf(diag.BadConfig, "N", "a chance of 1 in %v makes no sense", n)
		}
		return Outputs{"Output": c.chance(sorted(in, group), 1/n)}, nil
	}
	if mode == "Sample" && n < 1 {
		return nil, c.Errorf(diag.BadConfig, "N", "one of every %v records makes no sense", n)
	}
	s := &plan.Slice{In: sorted(in, group), N: n, Group: group}
	switch mode {
	case "Last":
		s.Mode = plan.Last
	case "Skip":
		s.Mode = plan.Skip
	case "Sample":
		s.Mode = plan.EveryNth
	case "NPercent":
		s.Mode = plan.Percent
	}
	return Outputs{"Output": s}, nil
}
