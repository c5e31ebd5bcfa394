package tool

import (
	"context"

	"kickoff/internal/plan"
	"kickoff/record"
)

// expectZeroRecordsTool checks that a stream is empty, for tests of workflows.
var expectZeroRecordsTool = Tool{
	Name:   "Expect Zero Records",
	Macros: []string{"CReW_ExpectZeroRecords.yxmc"},
	In:     []Anchor{{Name: "Input6"}},
	Doc:    "Checks that a stream has no records. One that has is an error of the run.",
	Compile: func(c *Context) (Outputs, error) {
		c.expect([]plan.Node{c.Input("Input6")}, func(ctx context.Context, in []record.Reader) (string, error) {
			n, err := countRecords(ctx, in[0])
			return unless(n == 0, "expected 0 records, and there are %d", n), err
		})
		return nil, nil
	},
}
