package enginetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

// keepGoing: a sink whose records cannot be had leaves the others as they are,
// where the options say so; what failed is tried once and told once.
func keepGoing(t *testing.T, e engine.Engine) {
	for _, on := range []bool{false, true} {
		t.Run(fmt.Sprint(on), func(t *testing.T) {
			in := texts("a", "b")
			tried := 0
			broken := &plan.Apply{In: []plan.Node{in}, Fields: in.Fields, Name: "Broken",
				Run: func(context.Context, []record.Reader, record.Writer) error {
					tried++
					return &diag.Diagnostic{Code: diag.Failed, Tool: diag.Tool{ID: 3, Name: "Broken"}, Msg: "broken"}
				}}
			var closed []int
			sink := func(id int, n plan.Node) engine.Sink {
				return engine.Sink{Tool: diag.Tool{ID: id, Name: "Output Data"}, In: n, Open: func(context.Context) (record.Writer, error) {
					return &closing{func() { closed = append(closed, id) }}, nil
				}}
			}
			s := session(t, e, engine.Options{KeepGoing: on})
			below := &plan.Sort{In: broken, Keys: []plan.SortKey{{Col: 0}}}
			err := s.Run(context.Background(), []engine.Sink{sink(4, in), sink(5, broken), sink(6, below), sink(7, in)})
			all := diag.All(err)
			want := []int{4}
			if on {
				want = []int{4, 7}
			}
			if d := cmp.Diff(want, closed); d != "" {
				t.Errorf("sinks that were done (-want +got):\n%s", d)
			}
			if len(all) != 1 || all[0].Msg != "broken" || all[0].Tool.ID != 3 || tried != 1 {
				t.Errorf("tried %d times: %v", tried, err)
			}
		})
	}
}

// closing is a writer that tells when it is closed.
type closing struct{ done func() }

func (*closing) Write(context.Context, *record.Batch) error { return nil }

func (c *closing) Close() error {
	c.done()
	return nil
}
