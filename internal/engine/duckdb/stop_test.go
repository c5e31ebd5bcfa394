//go:build cgo

package duckdb

import (
	"context"
	"testing"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// TestConversionStop: more conversion errors of a field than the limit end the
// run, where the workflow is set so, also one that keeps going after errors.
func TestConversionStop(t *testing.T) {
	for _, bad := range []int{2, 3} {
		in := &plan.Values{Fields: record.Schema{record.New("Text", record.VWString, 20)}}
		for i := range 10 {
			v := "1"
			if i < bad {
				v = "x"
			}
			in.Rows = append(in.Rows, []any{v})
		}
		p := &plan.Project{In: in, Tool: diag.Tool{ID: 4, Name: "Select"}, Cols: []plan.Column{
			{Field: record.New("n", record.Int32, 0), Expr: expr.FieldAt(in.Fields, 0)}}}
		done := 0
		sink := engine.Sink{Tool: diag.Tool{ID: 9, Name: "Output Data"}, In: p, Open: func(context.Context) (record.Writer, error) {
			done++
			return nothing{}, nil
		}}
		other := sink
		other.In = in
		s := openTest(t, engine.Options{ConversionLimit: 2, ConversionStop: true, KeepGoing: true})
		err := s.Run(context.Background(), []engine.Sink{sink, other})
		if bad == 2 {
			if err != nil || done != 2 {
				t.Errorf("at the limit: %d sinks, %v", done, err)
			}
			continue
		}
		if all := diag.All(err); len(all) != 1 || all[0].Code != diag.Limit || all[0].Tool.ID != 4 || done > 1 {
			t.Errorf("beyond the limit: %d sinks, %v", done, err)
		}
	}
}

// nothing is a writer that drops everything.
type nothing struct{}

func (nothing) Write(context.Context, *record.Batch) error { return nil }
func (nothing) Close() error                               { return nil }
