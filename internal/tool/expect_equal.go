package tool

import (
	"context"

	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// expectEqualTool compares two streams, for tests of workflows.
var expectEqualTool = Tool{
	Name:    "Expect Equal",
	Plugins: []string{"AlteryxBasePluginsGui.ExpectEqual.ExpectEqual"},
	Macros:  []string{"CReW_ExpectEqual.yxmc"},
	In:      []Anchor{{Name: "Expected"}, {Name: "Actual"}},
	Doc:     "Checks that two streams have the same fields and records. A difference is an error of the run.",
	Compile: func(c *Context) (Outputs, error) {
		c.expect([]plan.Node{c.Input("Actual"), c.Input("Expected")}, sameRecords)
		return nil, nil
	},
}

// expect checks streams when the run is over.
func (c *Context) expect(in []plan.Node, run func(ctx context.Context, in []record.Reader) (failure string, err error)) {
	verdict := &plan.Apply{In: in, Fields: record.Schema{record.New("Failed", record.Bool, 0)}, Name: c.Tool.Name,
		Run: func(ctx context.Context, in []record.Reader, _ record.Writer) error {
			failure, err := run(ctx, in)
			if err == nil && failure != "" {
				c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.Error, Text: failure})
			}
			return err
		}}
	c.Sink(verdict, discard)
}
