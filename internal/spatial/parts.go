package spatial

import (
	"cmp"
	"math"

	"github.com/peterstace/simplefeatures/geom"
)

// Points makes an object of places.
func Points(pts []XY) Object {
	list := make([]geom.Point, len(pts))
	for i, p := range pts {
		list[i] = point(p)
	}
	if len(list) == 1 {
		return Object{list[0].AsGeometry()}
	}
	return Object{geom.NewMultiPoint(list).AsGeometry()}
}

// Lines makes an object of one or more lines. Those without two different
// points are left out.
func Lines(parts [][]XY) Object {
	var list []geom.LineString
	for _, p := range parts {
		if p = withoutRepeats(p); len(p) > 1 {
			list = append(list, lineString(p))
		}
	}
	if len(list) == 1 {
		return Object{list[0].AsGeometry()}
	}
	return Object{geom.NewMultiLineString(list).AsGeometry()}
}

// Rings makes polygons of rings. As shapefiles have it, a ring that runs
// clockwise is an outer one and the others are holes in the smallest that holds
// them; a ring that no other holds is an outer one however it runs.
func Rings(rings [][]XY) Object {
	type ring struct {
		pts    []XY
		area   float64
		holder int
	}
	var all []ring
	for _, p := range rings {
		if p = closed(withoutRepeats(p)); len(p) > 3 {
			all = append(all, ring{p, signedArea(p), -1})
		}
	}
	for i := range all {
		if all[i].area < 0 {
			continue
		}
		for j := range all {
			if j != i && all[j].area < 0 && -all[j].area >= all[i].area && inRing(all[i].pts, all[j].pts) &&
				(all[i].holder < 0 || -all[j].area < -all[all[i].holder].area) {
				all[i].holder = j
			}
		}
	}
	var list []geom.Polygon
	for i := range all {
		if all[i].holder >= 0 {
			continue
		}
		own := []geom.LineString{lineString(all[i].pts)}
		for _, hole := range all {
			if hole.holder == i {
				own = append(own, lineString(hole.pts))
			}
		}
		list = append(list, geom.NewPolygon(own))
	}
	return polygons(list)
}

func polygons(list []geom.Polygon) Object {
	if len(list) == 1 {
		return Object{list[0].AsGeometry()}
	}
	return Object{geom.NewMultiPolygon(list).AsGeometry()}
}

func lineString(pts []XY) geom.LineString {
	flat := make([]float64, 0, 2*len(pts))
	for _, p := range pts {
		flat = append(flat, p.X, p.Y)
	}
	return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
}

func withoutRepeats(pts []XY) []XY {
	out := make([]XY, 0, len(pts))
	for i, p := range pts {
		if i == 0 || p != pts[i-1] {
			out = append(out, p)
		}
	}
	return out
}

func closed(pts []XY) []XY {
	if n := len(pts); n > 0 && pts[0] != pts[n-1] {
		return append(pts, pts[0])
	}
	return pts
}

// signedArea is that of a closed ring, positive where it runs counterclockwise.
// It adds up the same way whichever way the ring runs, so that the ring turned
// round has exactly the opposite area, however that is rounded.
func signedArea(ring []XY) float64 {
	for i, j := 1, len(ring)-2; i < j; i, j = i+1, j-1 {
		switch c := cmp.Or(cmp.Compare(ring[i].X, ring[j].X), cmp.Compare(ring[i].Y, ring[j].Y)); {
		case c < 0:
			return crosses(ring)
		case c > 0:
			return -crosses(reversed(ring))
		}
	}
	return 0 // it goes back the way it came
}

func crosses(ring []XY) float64 {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1].Sub(ring[0]), ring[i].Sub(ring[0])
		sum += a.Cross(b)
	}
	return sum / 2
}

// inRing reports whether a ring lies in another, by the first of its places that
// is not on the other's boundary.
func inRing(inner, outer []XY) bool {
	for i := 1; i < len(inner); i++ {
		mid := inner[i-1].Add(inner[i]).Scale(0.5)
		if side := windings(mid, outer); side != onBoundary {
			return side != 0
		}
	}
	return true
}

const onBoundary = math.MinInt

// windings counts how often a closed ring goes around a place.
func windings(p XY, ring []XY) int {
	n := 0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if math.Max(a.Y, b.Y) < p.Y || math.Min(a.Y, b.Y) > p.Y {
			continue
		}
		side := b.Sub(a).Cross(p.Sub(a))
		if side == 0 && math.Min(a.X, b.X) <= p.X && p.X <= math.Max(a.X, b.X) {
			return onBoundary
		}
		switch {
		case a.Y <= p.Y && b.Y > p.Y && side > 0:
			n++
		case a.Y > p.Y && b.Y <= p.Y && side < 0:
			n--
		}
	}
	return n
}

// parts lists the lines of an object, or the rings of its polygons, each outer
// ring clockwise and followed by its holes.
func (o Object) parts() [][]XY {
	var out [][]XY
	dim := o.Dimension()
	for _, g := range o.g.Dump() {
		switch {
		case g.Dimension() != dim || g.IsEmpty():
		case g.IsLineString():
			out = append(out, sequence(g.MustAsLineString().Coordinates()))
		case g.IsPolygon():
			for i, r := range g.MustAsPolygon().DumpRings() {
				pts := sequence(r.Coordinates())
				if a := signedArea(pts); i == 0 && a > 0 || i > 0 && a < 0 {
					pts = reversed(pts)
				}
				out = append(out, pts)
			}
		}
	}
	return out
}

func sequence(s geom.Sequence) []XY {
	pts := make([]XY, s.Length())
	for i := range pts {
		pts[i] = s.GetXY(i)
	}
	return pts
}

func reversed(pts []XY) []XY {
	out := make([]XY, len(pts))
	for i, p := range pts {
		out[len(pts)-1-i] = p
	}
	return out
}

// Dimension is 0 for points, 1 for lines, 2 for polygons and -1 for nothing; of
// a mixture it is the highest.
func (o Object) Dimension() int {
	if o.IsEmpty() {
		return -1
	}
	return o.g.Dimension()
}

// Vertices lists all places of the object, in order; a ring has its first place
// again at its end.
func (o Object) Vertices() []XY {
	if o.Dimension() > 0 {
		var out []XY
		for _, p := range o.parts() {
			out = append(out, p...)
		}
		return out
	}
	var out []XY
	for _, g := range o.g.Dump() {
		if p, ok := g.AsPoint(); ok {
			if xy, ok := p.XY(); ok {
				out = append(out, xy)
			}
		}
	}
	return out
}

// Regions are the points, lines or polygons that the object consists of, a
// polygon with its holes.
func (o Object) Regions() []Object {
	var out []Object
	for _, g := range o.g.Dump() {
		if !g.IsEmpty() && g.Dimension() == o.Dimension() {
			out = append(out, Object{g})
		}
	}
	return out
}

// Parts are the points and lines of an object, or each ring of its polygons as a
// polygon of its own.
func (o Object) Parts() []Object {
	if o.Dimension() < 2 {
		return o.Regions()
	}
	var out []Object
	for _, p := range o.parts() {
		if signedArea(p) > 0 {
			p = reversed(p)
		}
		out = append(out, Rings([][]XY{p}))
	}
	return out
}

// Holes says of each of the Parts of polygons whether it is a hole.
func (o Object) Holes() []bool {
	if o.Dimension() < 2 {
		return nil
	}
	var out []bool
	for _, p := range o.parts() {
		out = append(out, signedArea(p) > 0)
	}
	return out
}

// NumParts counts the points, the lines or the rings.
func (o Object) NumParts() int {
	if o.Dimension() < 1 {
		return len(o.Vertices())
	}
	return len(o.parts())
}

// Box is the smallest rectangle around the object.
func (o Object) Box() (lo, hi XY) {
	lo, hi, _ = o.g.Envelope().MinMaxXYs()
	return lo, hi
}

// Rectangle is the polygon with two opposite corners.
func Rectangle(lo, hi XY) Object {
	return Rings([][]XY{{lo, {X: lo.X, Y: hi.Y}, hi, {X: hi.X, Y: lo.Y}, lo}})
}

// Type names the kind of object.
func (o Object) Type() string {
	if o.IsEmpty() {
		return ""
	}
	return [...]string{"Point", "Line", "Polygon"}[o.Dimension()]
}
