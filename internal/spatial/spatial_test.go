package spatial

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func parse(t *testing.T, s string) Object {
	t.Helper()
	o, err := ParseGeoJSON(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func square(x, y, side float64) Object {
	return Rectangle(XY{X: x, Y: y}, XY{X: x + side, Y: y + side})
}

// TestBytes writes every kind of object to bytes and reads it again.
func TestBytes(t *testing.T) {
	for _, s := range []string{
		`{ "type": "Point", "coordinates": [ -105.25, 40.0 ] }`,
		`{ "type": "MultiPoint", "coordinates": [ [ 0.0, 0.0 ], [ 1.5, 2.0 ] ] }`,
		`{ "type": "LineString", "coordinates": [ [ 0.0, 0.0 ], [ 1.0, 2.0 ], [ 3.0, 4.0 ] ] }`,
		`{ "type": "MultiLineString", "coordinates": [ [ [ 0.0, 0.0 ], [ 1.0, 2.0 ] ], [ [ 5.0, 5.0 ], [ 6.0, 6.0 ] ] ] }`,
		`{ "type": "Polygon", "coordinates": [ [ [ 0.0, 0.0 ], [ 0.0, 4.0 ], [ 4.0, 4.0 ], [ 4.0, 0.0 ], [ 0.0, 0.0 ] ], [ [ 1.0, 1.0 ], [ 2.0, 1.0 ], [ 2.0, 2.0 ], [ 1.0, 1.0 ] ] ] }`,
		`{ "type": "MultiPolygon", "coordinates": [ [ [ [ 0.0, 0.0 ], [ 0.0, 1.0 ], [ 1.0, 1.0 ], [ 0.0, 0.0 ] ] ], [ [ [ 5.0, 5.0 ], [ 5.0, 6.0 ], [ 6.0, 6.0 ], [ 5.0, 5.0 ] ] ] ] }`,
	} {
		b := parse(t, s).Encode()
		o, err := Decode(b)
		if err != nil || o.GeoJSON() != s {
			t.Errorf("%s became %s, %v", s, o.GeoJSON(), err)
		}
		for n := range b {
			if _, err := Decode(b[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes are read without an error", s, n, len(b))
			}
		}
	}
	if b := (Object{}).Encode(); b != nil {
		t.Errorf("an empty object has bytes: %x", b)
	}
	if s := Text([]byte{9, 0, 0, 0, 1}); s != "0900000001" {
		t.Errorf("bytes that are no object print as %s", s)
	}
}

// TestMeasures compares with the example of the product's help, with the area of
// a hemisphere, and with whole degrees of the equator.
func TestMeasures(t *testing.T) {
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-6*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	near("help", Between(XY{X: -90, Y: 42}, XY{X: -80, Y: 43}, Mile), 513.473706)
	oneDegree := EarthRadius * degree
	near("feet", Lines([][]XY{{{X: 0, Y: 0}, {X: 1, Y: 0}}}).Length(Foot), oneDegree*5280)
	near("meters", Lines([][]XY{{{X: 0, Y: 0}, {X: 1, Y: 0}}}).Length(Meter), oneDegree*1609.344)
	near("sphere", Rectangle(XY{X: -180, Y: -90}, XY{X: 180, Y: 90}).Area(Mile), 4*math.Pi*EarthRadius*EarthRadius)
	near("hole", Rings([][]XY{square(0, 0, 4).Vertices(), reversed(square(1, 1, 2).Vertices())}).Area(Kilometer),
		square(0, 0, 4).Area(Kilometer)-square(1, 1, 2).Area(Kilometer))
	near("bow tie", Rings([][]XY{{{X: 0, Y: 0}, {X: 2, Y: 2}, {X: 2, Y: 0}, {X: 0, Y: 2}, {X: 0, Y: 0}}}).Area(Mile),
		2*Rings([][]XY{{{X: 0, Y: 0}, {X: 1, Y: 1}, {X: 0, Y: 2}, {X: 0, Y: 0}}}).Area(Mile))
	for degrees, want := range map[float64]string{0: "N", 22: "N", 23: "NE", 90: "E", 181: "S", 337: "NW", 338: "N", 359.9: "N"} {
		if got := Cardinal(degrees); got != want {
			t.Errorf("%g degrees are %s, want %s", degrees, got, want)
		}
	}
	for s, want := range map[string]Unit{"Mi": Mile, "miles": Mile, "KM": Kilometer, "Kilometers": Kilometer, "Meters": Meter, "Feet": Foot} {
		if u, ok := ParseUnit(s); !ok || u != want {
			t.Errorf("%s is %v", s, u)
		}
	}
	if _, ok := ParseUnit("Minutes"); ok {
		t.Error("minutes are a unit of length")
	}
}

// TestNearest holds the nearest place of an edge against many places on it.
func TestNearest(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		place := func() XY { return XY{X: rnd.Float64()*60 - 30, Y: rnd.Float64()*120 - 60} }
		p, a, b := place(), place(), place()
		o := Lines([][]XY{{a, b}})
		best := math.Inf(1)
		for i := range 1001 {
			best = math.Min(best, Between(p, a.Add(b.Sub(a).Scale(float64(i)/1000)), Mile))
		}
		got := Distance(Point(p.X, p.Y), o, Mile)
		if got > best+1e-9 || got < best-1 {
			t.Errorf("from %v to %v-%v: %v, but there is a place at %v", p, a, b, got, best)
		}
	}
	if d := Distance(square(0, 0, 2), square(1, 1, 2), Mile); d != 0 {
		t.Errorf("overlapping squares are %v apart", d)
	}
	if d := Distance(square(0, 0, 1), square(2, 0, 1), Mile); math.Abs(d-Between(XY{X: 1, Y: 1}, XY{X: 2, Y: 1}, Mile)) > 1e-9 {
		t.Errorf("squares a degree apart are %v apart", d)
	}
	if d := FromEdge(XY{X: 1, Y: 0.5}, square(0, 0, 4), Mile); d >= 0 {
		t.Errorf("a place inside is %v from the edge", d)
	}
}

// TestOverlay checks the sums of areas on random polygons, with rings that cross
// themselves among them.
func TestOverlay(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	random := func() Object {
		pts := make([]XY, 3+rnd.IntN(6))
		for i := range pts {
			pts[i] = XY{X: math.Round(rnd.Float64()*1e4) / 1e3, Y: math.Round(rnd.Float64()*1e4) / 1e3}
		}
		return Rings([][]XY{pts})
	}
	area := func(o Object, ok bool, err error) float64 {
		t.Helper()
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		return o.Area(Mile)
	}
	for range 100 {
		a, b := random(), random()
		x, y := a.Area(Mile), b.Area(Mile)
		both, common := area(Combine(a, b)), area(Intersect(a, b))
		near := func(what string, got, want float64) {
			t.Helper()
			// Places are rounded to a millionth of a degree.
			if math.Abs(got-want) > 0.05 {
				t.Fatalf("%s of %s and %s: %v, want %v", what, a.GeoJSON(), b.GeoJSON(), got, want)
			}
		}
		near("combined", both, x+y-common)
		near("cut", area(Cut(a, b)), x-common)
		near("inverse intersection", area(InverseIntersect(a, b)), both-common)
		meets, err := Intersects.Holds(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if meets != (common > 0) && common != 0 {
			t.Fatalf("Intersects of %s and %s is %v, but they have %v in common", a.GeoJSON(), b.GeoJSON(), meets, common)
		}
	}
}

// TestBuffer holds a buffer against the distances that it means.
func TestBuffer(t *testing.T) {
	star := parse(t, `{"type":"Polygon","coordinates":[[[10,50],[12,44],[7,48],[13,48],[8,44],[10,50]]]}`)
	for name, o := range map[string]Object{
		"point": Point(10, 50), "line": Lines([][]XY{{{X: 0, Y: 0}, {X: 1, Y: 1}, {X: 2, Y: 0.5}}}),
		"square": square(5, 60, 1), "star": star,
	} {
		b, err := o.Buffer(2, CoarseArc)
		if err != nil {
			t.Fatal(name, err)
		}
		if len(b.Regions()) != 1 || len(b.parts()) != 1 {
			t.Errorf("%s: the buffer has %d parts", name, len(b.parts()))
		}
		for _, p := range b.parts()[0] {
			// A corner between the strips of two edges lies farther away.
			if d := Distance(Point(p.X, p.Y), o, Mile); d < 1.9 || name != "star" && d > 2.001 {
				t.Errorf("%s: a corner is %v miles away", name, d)
			}
		}
		if o.Dimension() < 2 {
			continue
		}
		in, err := o.Buffer(-2, CoarseArc)
		if err != nil {
			t.Fatal(name, err)
		}
		if in.Area(Mile) >= o.Area(Mile) || o.Area(Mile) >= b.Area(Mile) {
			t.Errorf("%s: areas %v, %v, %v do not grow", name, in.Area(Mile), o.Area(Mile), b.Area(Mile))
		}
	}
	circle, err := Circle(XY{X: 10, Y: 50}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if a := circle.Area(Mile); math.Abs(a-math.Pi*25) > 0.1 {
		t.Errorf("a circle of 5 miles covers %v square miles", a)
	}
}

// TestIndex finds what a look at every object finds.
func TestIndex(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	all := []Object{{}}
	for range 50 {
		all = append(all, square(rnd.Float64()*20, rnd.Float64()*20, rnd.Float64()*3))
	}
	x := NewIndex(all)
	for _, o := range all {
		near := make(map[int]bool)
		for _, i := range x.Near(o, TouchesOrIntersects) {
			near[i] = true
		}
		for i, other := range all {
			ok, err := TouchesOrIntersects.Holds(o, other)
			if err != nil {
				t.Fatal(err)
			}
			if ok && !near[i] {
				t.Errorf("%s is not found near %s", other.GeoJSON(), o.GeoJSON())
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Point(1, 2).Encode())
	f.Add(square(0, 0, 1).Encode())
	f.Add(Lines([][]XY{{{X: 0, Y: 0}, {X: 1, Y: 1}}}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Decode(o.Encode())
		// Which of rings that cross each other is a hole of which is not defined.
		if !o.IsEmpty() && (err != nil || !slices.Equal(places(again), places(o))) {
			t.Errorf("%s became %s, %v", o.GeoJSON(), again.GeoJSON(), err)
		}
	})
}

// places lists the vertices of an object, sorted.
func places(o Object) []XY {
	all := o.Vertices()
	slices.SortFunc(all, func(a, b XY) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	return all
}
