package spatial

import (
	"math"
	"testing"
)

// TestProjections compares with what PROJ 9 gives, which for the British grid without its
// grid of shifts uses seven parameters too. 1e-7 degrees are a centimetre.
func TestProjections(t *testing.T) {
	for _, c := range []struct {
		code           string
		x, y, lon, lat float64
	}{
		{"EPSG:27700", 651409.903, 313177.270, 1.7160519494, 52.6579785969},
		{"EPSG:27700", 530000, 180000, -0.1283539784, 51.5039908241},
		{"epsg:27700", 216600, 771200, -5.0047119586, 56.7960882118},
		{"EPSG:3857", -8238310.24, 4970071.58, -74.00600003910363, 40.71280000583932},
		{"EPSG:32633", 312345, 5812345, 12.2397811134, 52.4290591234},
		{"EPSG:32633", 866021, 9300000, 42.7327204268, 82.9446417957},
		{"EPSG:32733", 500000, 6000000, 15, -36.1447180988},
		{"EPSG:32718", 290000, 8665000, -76.9292614760, -12.0696960145},
		{"EPSG:25832", 691875.6, 5334832.7, 11.5791836978, 48.1377912555},
		{" EPSG:4326 ", 12.5, -3, 12.5, -3},
	} {
		p, err := ParseProjection(c.code)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := p(c.x, c.y)
		if !ok || math.Abs(got.X-c.lon) > 1e-7 || math.Abs(got.Y-c.lat) > 1e-7 {
			t.Errorf("%s (%v, %v): %v %v, want %v %v", c.code, c.x, c.y, got, ok, c.lon, c.lat)
		}
	}
	for _, code := range []string{"", "27700", "EPSG:", "EPSG:9", "EPSG:31287", "EPSG:32661", "WGS84"} {
		if _, err := ParseProjection(code); err == nil {
			t.Errorf("%q was taken", code)
		}
	}
	for _, code := range []string{"EPSG:4326", "EPSG:32633", "EPSG:27700", "EPSG:3857"} {
		p, err := ParseProjection(code)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := p(math.NaN(), 1); ok {
			t.Errorf("%s: no number gives %v", code, got)
		}
	}
}
