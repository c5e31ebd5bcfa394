package tool

import (
	"fmt"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// appendFieldsTool puts every record of one stream beside every record of another.
var appendFieldsTool = Tool{
	Name:    "Append Fields",
	Plugins: []string{"AlteryxBasePluginsGui.AppendFields.AppendFields"},
	Entry:   "AlteryxAppendFields",
	In:      []Anchor{{Name: "Targets"}, {Name: "Source"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Puts every record of the source beside every record of the target, in the target's order.",
	Options: append([]Option{
		{Path: "CartesianMode", Doc: "Error, Warn or Allow: what happens where the source has more than 16 records"},
		{Path: "SelectConfiguration/Configuration/@outputConnection", Doc: "has no effect on the result"},
	}, selectOptions("SelectConfiguration/Configuration/")...),
	Compile: compileAppendFields,
}

// sourceLimit is how many records the source may have unless CartesianMode says
// otherwise.
const sourceLimit = 16

// defaultMaxCross is how many records may come out where the policy says nothing.
const defaultMaxCross = 100_000_000

func compileAppendFields(c *Context) (Outputs, error) {
	target, source := c.Input("Targets"), c.Input("Source")
	mode, err := c.choice("CartesianMode", "Error", "Warn", "Allow")
	if err != nil {
		return nil, err
	}
	s, err := c.selection("SelectConfiguration/Configuration")
	if err != nil {
		return nil, err
	}
	ts, ss := target.Schema(), source.Schema()
	if mode != "Allow" {
		source = &plan.Check{In: source, Accept: func(n int64) error {
			switch {
			case n <= sourceLimit:
				return nil
			case mode == "Warn":
				c.Warnf("the source has more than %d records", sourceLimit)
				return nil
			}
			return c.Errorf(diag.Failed, "CartesianMode", "the source has more than %d records", sourceLimit)
		}}
	}
	if mode != "Error" { // 16 records of the source bound it otherwise
		limit := c.Run.Policy.MaxCross
		if limit <= 0 {
			limit = defaultMaxCross
		}
		target, source = c.bounded(target, source, limit)
	}
	offer := make([]offered, 0, len(ts)+len(ss))
	for _, f := range ts {
		offer = append(offer, offered{f, "Target_"})
	}
	for _, f := range ss {
		offer = append(offer, offered{f, "Source_"})
	}
	j := &plan.Join{Left: target, Right: source, Kind: plan.Cross}
	j.RenamedRight = unique(append(append(record.Schema(nil), ts...), ss...))[len(ts):]
	out, err := s.apply(c, j, offer)
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": out}, nil
}

// bounded ends the run when every record of a beside every one of b would be more
// than a limit.
func (c *Context) bounded(a, b plan.Node, limit int64) (plan.Node, plan.Node) {
	counts := [2]int64{-1, -1}
	check := func(in plan.Node, i int) plan.Node {
		return &plan.Check{In: in, Accept: func(n int64) error {
			other := counts[1-i]
			if counts[i] = n; other < 0 {
				return nil // its turn comes
			}
			counts = [2]int64{-1, -1} // for another run
			if other > 0 && n > limit/other {
				return &diag.Diagnostic{Code: diag.Limit, Tool: c.Tool, Option: "CartesianMode",
					Msg:  fmt.Sprintf("every record of the one input beside every record of the other gives more than %d records, which is the limit", limit),
					Hint: "keep fewer records before, or join by a field"}
			}
			return nil
		}}
	}
	return check(a, 0), check(b, 1)
}
