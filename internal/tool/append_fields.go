package tool

import (
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
		source = c.watch(source, sourceLimit, func() error {
			if mode == "Warn" {
				c.Warnf("the source has more than %d records", sourceLimit)
				return nil
			}
			return c.Errorf(diag.Failed, "CartesianMode", "the source has more than %d records", sourceLimit)
		})
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
