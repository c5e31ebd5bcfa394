// Package enginetest judges engines: what every implementation of
// engine.Engine must do, compared with the plain engine where that says it.
package enginetest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/internal/plan"
	"kickoff/record"
)

// Run judges an engine. plans is how many random plans it is asked.
func Run(t *testing.T, e engine.Engine, plans int) {
	t.Run("plans", func(t *testing.T) { random(t, e, plans) })
	t.Run("counts", func(t *testing.T) { randomCounts(t, e, plans/4) })
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, e) })
	}
}

// session opens a session that ends with the test.
func session(t testing.TB, e engine.Engine, o engine.Options) engine.Session {
	t.Helper()
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	s, err := e.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// rows reads a relation as text, a line for each record.
func rows(s engine.Session, n plan.Node) ([]string, error) {
	ctx := context.Background()
	r, err := s.Read(ctx, n)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := record.ReadAll(ctx, r, 0)
	if err != nil {
		return nil, err
	}
	return lines(b), nil
}

func lines(b *record.Batch) []string {
	var out []string
	for i := range b.Len {
		var cells []string
		for j := range b.Cols {
			v := b.Value(i, j)
			if f, ok := v.(float64); ok {
				// Sums in another order differ in the last digits.
				v = fmt.Sprintf("%.9g", f+0)
			}
			cells = append(cells, fmt.Sprintf("%v", v))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	return out
}

// random compares random plans, order included.
func random(t *testing.T, e engine.Engine, plans int) {
	s, want := session(t, e, engine.Options{}), session(t, plain.Engine{}, engine.Options{})
	for seed := range uint64(plans) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
		n := g.plan(1 + g.IntN(5))
		if size(n) > 5000 {
			continue
		}
		expect(t, s, want, n, seed)
		if t.Failed() {
			return
		}
	}
}

// size bounds the records of a plan from above.
func size(n plan.Node) float64 {
	if v, ok := n.(*plan.Values); ok {
		return float64(len(v.Rows))
	}
	if _, ok := n.(*plan.Read); ok {
		return 12
	}
	if j, ok := n.(*plan.Join); ok && !j.ByPosition {
		return size(j.Left)*size(j.Right) + size(j.Left) + size(j.Right)
	}
	sum := 0.0
	for _, in := range n.Inputs() {
		sum += size(in)
	}
	if _, ok := n.(*plan.Unnest); ok {
		sum *= 4
	}
	return math.Max(sum, 1)
}

func expect(t *testing.T, s, want engine.Session, n plan.Node, seed uint64) {
	t.Helper()
	w, err := rows(want, n)
	if err != nil {
		t.Fatalf("seed %d: the plain engine: %v\n%s", seed, err, Describe(n))
	}
	g, err := rows(s, n)
	if err != nil {
		t.Errorf("seed %d: %v\n%s", seed, err, Describe(n))
		return
	}
	for i := range max(len(g), len(w)) {
		a, b := "(none)", "(none)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("seed %d, record %d:\n got %s\nwant %s\n%s", seed, i+1, a, b, Describe(n))
			return
		}
	}
}

// randomCounts compares the records of all anchors of random plans.
func randomCounts(t *testing.T, e engine.Engine, plans int) {
	for seed := range uint64(plans) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 11))}
		n := g.plan(1 + g.IntN(5))
		if size(n) > 5000 {
			continue
		}
		counts := make(map[int]int64)
		s := session(t, e, engine.Options{Events: func(e engine.Event) {
			if c, ok := e.(*engine.Counted); ok {
				counts[c.Tool.ID] = c.Records
			}
		}})
		if err := s.Run(context.Background(), []engine.Sink{{In: n, Open: func(context.Context) (record.Writer, error) { return discard{}, nil }}}); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want := session(t, plain.Engine{}, engine.Options{})
		plan.Walk(n, func(m plan.Node) {
			a, ok := m.(*plan.Anchor)
			if !ok {
				return
			}
			w, err := rows(want, a)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := counts[a.Tool.ID]; !ok || got != int64(len(w)) {
				t.Errorf("seed %d: tool %d counted %d records (%v), want %d\n%s", seed, a.Tool.ID, got, ok, len(w), Describe(n))
			}
		})
		s.Close()
		if t.Failed() {
			return
		}
	}
}

// discard is a writer that drops everything.
type discard struct{}

func (discard) Write(context.Context, *record.Batch) error { return nil }
func (discard) Close() error                               { return nil }
