package tool

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// rankTool numbers records by their place in an order.
var rankTool = Tool{
	Name:    "Rank",
	Plugins: []string{"AlteryxBasePluginsGui.Ranking.Ranking", "AlteryxBasePluginsGui.Rank.Rank"},
	Entry:   "AlteryxRank",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Sorts the records, by group if there are groups, and adds a field with the rank for each kind of ranking that is chosen.",
	Differs: "The fields are called Rank_Ordinal, Rank_Dense, Rank_Standard, Rank_Modified and Rank_Fractional; how the product calls them is not set down anywhere.",
	Options: []Option{
		{Path: "RankingModes/Mode", Doc: "Ordinal (1 2 3 4), Dense (1 2 2 3), Standard (1 2 2 4), Modified competition (1 3 3 4) or Fractional (1 2.5 2.5 4)"},
		{Path: "SortInfo/@locale", Doc: "0: by code point; other values: as in a dictionary"},
		{Path: "SortInfo/Field/@field", Doc: "a field to rank by"},
		{Path: "SortInfo/Field/@order", Doc: "Ascending or Descending"},
		{Path: "GroupFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupFields/Field/@field", Doc: "ranks within groups of equal values"},
		{Path: "GroupFields/Field/@name", Doc: "the same, as other tools write it"},
	},
	Compile: compileRank,
}

// rankings are the kinds of ranking: what the configuration's word begins with,
// and the rank of records that stand at places first to last, from 1, and have
// the same values, the nth such values.
var rankings = []struct {
	name string
	rank func(place, first, last, nth int) float64
}{
	{"Ordinal", func(place, _, _, _ int) float64 { return float64(place) }},
	{"Dense", func(_, _, _, nth int) float64 { return float64(nth) }},
	{"Standard", func(_, first, _, _ int) float64 { return float64(first) }},
	{"Modified", func(_, _, last, _ int) float64 { return float64(last) }},
	{"Fractional", func(_, first, last, _ int) float64 { return float64(first+last) / 2 }},
}

func compileRank(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	keys, err := c.sortKeys("SortInfo", s)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, c.Errorf(diag.BadConfig, "SortInfo/Field", "there is no field to rank by")
	}
	group, err := c.groupFields(s)
	if err != nil {
		return nil, err
	}
	var chosen []int
	out := append(record.Schema(nil), s...)
	for i, e := range c.Config.All("RankingModes/Mode") {
		word := e.Attr("value")
		if word == "" {
			word = strings.TrimSpace(e.Text)
		}
		at := -1
		for k, r := range rankings {
			if strings.HasPrefix(strings.ToLower(word), strings.ToLower(r.name)) {
				at = k
			}
		}
		if at < 0 {
			return nil, c.unsupported(fmt.Sprintf("RankingModes/Mode[%d]", i+1), word)
		}
		t := record.Int64
		if rankings[at].name == "Fractional" {
			t = record.Double
		}
		chosen = append(chosen, at)
		out = append(out, record.New(out.Unique("Rank_"+rankings[at].name), t, 0))
	}
	if len(chosen) == 0 {
		return nil, c.Errorf(diag.BadConfig, "RankingModes", "no kind of ranking is chosen")
	}
	order := make([]plan.SortKey, 0, len(group)+len(keys))
	for _, g := range group {
		order = append(order, plan.SortKey{Col: g})
	}
	cols := make([]int, len(keys))
	for i, k := range keys {
		cols[i] = k.Col
	}
	sorted := &plan.Sort{In: in, Keys: append(order, keys...)}
	return Outputs{"Output": c.groupwise(sorted, group, out, func(e *emitter, b *record.Batch) error {
		nth := 0
		for first := 0; first < b.Len; {
			end := first + 1
			for end < b.Len && sameValues(b, first, end, cols) {
				end++
			}
			nth++
			for row := first; row < end; row++ {
				e.copies(b, row, len(s))
				for i, k := range chosen {
					rank := rankings[k].rank(row+1, first+1, end, nth)
					if out[len(s)+i].Type == record.Double {
						e.value(len(s)+i, rank)
					} else {
						e.int(len(s)+i, int64(rank))
					}
				}
				if err := e.done(); err != nil {
					return err
				}
			}
			first = end
		}
		return nil
	})}, nil
}
