package tool

import (
	"kickoff/internal/plan"
	"kickoff/record"
)

// countRecordsTool stands in for the macro of that name.
var countRecordsTool = Tool{
	Name:   "Count Records",
	Macros: []string{"CountRecords.yxmc"},
	In:     []Anchor{{Name: "Input8"}},
	Out:    []Anchor{{Name: "Output9"}},
	Doc:    "Gives one record with the number of records, 0 for an empty stream.",
	Compile: func(c *Context) (Outputs, error) {
		return Outputs{"Output9": &plan.Aggregate{In: c.Input("Input8"), EmptyRow: true,
			Aggs: []plan.Agg{{Field: record.New("Count", record.Int64, 0), Func: plan.AggCount}}}}, nil
	},
}
