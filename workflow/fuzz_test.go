package workflow

import (
	"bytes"
	"os"
	"testing"
)

// fuzzLimits keep one input's work small.
var fuzzLimits = Limits{Document: 1 << 20, Depth: 64, Elements: 10_000, Entries: 100, Expanded: 1 << 22, Ratio: 100}

// FuzzParse looks for panics, for errors without a reason, and for elements that
// do not survive being printed.
func FuzzParse(f *testing.F) {
	sample, err := os.ReadFile("testdata/sales.yxwz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sample)
	f.Add([]byte(emptyDoc))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseLimited(data, fuzzLimits)
		if err != nil {
			if e, ok := err.(*Error); !ok || e.Msg == "" {
				t.Errorf("error %#v", err)
			}
			return
		}
		for _, q := range d.Questions() {
			v, _ := q.DefaultValue()
			_, _ = q.Value(v)
		}
		d.Walk(func(n *Node, in []*Node) {
			again, err := ParseElement([]byte(n.Config.XML()))
			if err != nil {
				t.Fatalf("printed configuration: %v\n%s", err, n.Config.XML())
			}
			if again.XML() != n.Config.XML() {
				t.Errorf("printed twice:\n%s\n%s", n.Config.XML(), again.XML())
			}
		})
	})
}

// FuzzPackage looks for panics and for content beyond the limits.
func FuzzPackage(f *testing.F) {
	f.Add(archive(f, "flow.yxmd", emptyDoc, `data\a.csv`, "x"))
	f.Add(archive(f, "m/sum.yxmc", emptyDoc))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := OpenPackage(bytes.NewReader(data), int64(len(data)), fuzzLimits)
		if err != nil {
			return
		}
		if _, err := p.Document(); err != nil {
			t.Errorf("the main document was checked and does not parse: %v", err)
		}
		dir := t.TempDir()
		_ = p.Extract(dir)
	})
}
