package spatial

import (
	"math"
	"strconv"
	"testing"
)

// ragged is a polygon of n corners that is not convex.
func ragged(n int) Object {
	pts := make([]XY, n)
	for i := range pts {
		r, a := 2+0.3*float64(i%3), 2*math.Pi*float64(i)/float64(n)
		pts[i] = XY{X: 10 + r*math.Cos(a), Y: 50 + r*math.Sin(a)}
	}
	return Rings([][]XY{pts})
}

func BenchmarkBuffer(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		o := ragged(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := o.Buffer(1, CoarseArc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
