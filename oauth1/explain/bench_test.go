package explain_test

import (
	"testing"

	"kickoff/oauth1/explain"
)

// BenchmarkExplain times searches that find one, two and three mistakes, and
// one that finds nothing, which searches all of its depth.
func BenchmarkExplain(b *testing.B) {
	for _, bm := range []struct {
		name, signature string
		depth, mistakes int
	}{
		{"one", "E+gAWvcaLJLS0sRVk85CsHHVKcE=", 3, 1},
		{"two", "s9NWYOwFjLH277CKl77Oz4FT7/A=", 3, 2},
		{"three", "NSugUx7zk6A1ZXzmdgwqUleL6CE=", 3, 3},
		{"none of one", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", 1, 0},
		{"none of two", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", 2, 0},
		{"none of three", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", 3, 0},
	} {
		b.Run(bm.name, func(b *testing.B) {
			q := ask(listRequest, bm.signature)
			q.Depth = bm.depth
			var rep explain.Report
			b.ReportAllocs()
			cpu := cpuTime()
			for range b.N {
				var err error
				if rep, err = explain.Explain(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
			if n := len(rep.Found); n > 0 != (bm.mistakes > 0) || n > 0 && len(rep.Found[0].Mistakes) != bm.mistakes {
				b.Fatalf("found %+v", rep.Found)
			}
			// Processor time tells more than the clock on a machine that has others to serve.
			b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/1000/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(rep.Candidates), "candidates")
			b.ReportMetric(float64(rep.Bases), "base-strings")
		})
	}
}
