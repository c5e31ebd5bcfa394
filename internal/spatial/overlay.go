package spatial

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/peterstace/simplefeatures/geom"
)

// Combine makes one object of several of the same dimension; areas that overlap
// are counted once, and lines stay as they are. It returns false where points, lines and polygons are mixed.
func Combine(all ...Object) (Object, bool, error) {
	var list []geom.Geometry
	dim := -1
	for _, o := range all {
		if o.IsEmpty() {
			continue
		}
		if dim >= 0 && o.Dimension() != dim {
			return Object{}, false, nil
		}
		dim = o.Dimension()
		list = append(list, o.valid().g)
	}
	switch {
	case len(list) == 0:
		return Object{}, true, nil
	case dim == 1:
		var parts [][]XY
		for _, g := range list {
			parts = append(parts, Object{g}.parts()...)
		}
		return Lines(parts), true, nil
	}
	g, err := union(list)
	return result(g, err, "combine", list...)
}

// union makes one geometry of many, two and two: several at once come out wrong
// where they overlap in slivers.
func union(list []geom.Geometry) (geom.Geometry, error) {
	switch len(list) {
	case 0:
		return geom.Geometry{}, nil
	case 1:
		return list[0], nil
	}
	half := len(list) / 2
	a, err := union(list[:half])
	if err != nil {
		return a, err
	}
	b, err := union(list[half:])
	if err != nil {
		return b, err
	}
	return geom.Union(a, b)
}

// Intersect gives what two objects have in common.
func Intersect(a, b Object) (Object, bool, error) {
	a, b = a.valid(), b.valid()
	g, err := geom.Intersection(a.g, b.g)
	return result(g, err, "intersect", a.g, b.g)
}

// Cut gives what is left of an object without another. It returns false where
// the other is of a lower dimension and so takes nothing away. A line takes away
// from lines and points what is exactly an edge or a corner of it (the product's
// table of results of Spatial Process).
func Cut(from, off Object) (Object, bool, error) {
	switch {
	case from.IsEmpty() || off.IsEmpty():
		return from, true, nil
	case off.Dimension() < from.Dimension():
		return Object{}, false, nil
	case off.Dimension() < 2:
		return from.without(off), true, nil
	}
	off = off.valid()
	from = from.valid()
	g, err := geom.Difference(from.g, off.g)
	return result(g, err, "cut", from.g, off.g)
}

// without takes the corners of another object off points, and its edges off
// lines.
func (o Object) without(off Object) Object {
	corners, edges := make(map[XY]bool), make(map[[2]XY]bool)
	for _, p := range off.Vertices() {
		corners[p] = true
	}
	if o.Dimension() == 0 {
		var left []XY
		for _, p := range o.Vertices() {
			if !corners[p] {
				left = append(left, p)
			}
		}
		return Points(left)
	}
	for _, part := range off.parts() {
		for i := 1; i < len(part); i++ {
			edges[[2]XY{part[i-1], part[i]}] = true
			edges[[2]XY{part[i], part[i-1]}] = true
		}
	}
	var left [][]XY
	for _, part := range o.parts() {
		run := part[:1:1]
		for i := 1; i < len(part); i++ {
			if edges[[2]XY{part[i-1], part[i]}] {
				left, run = append(left, run), nil
			}
			run = append(run, part[i])
		}
		left = append(left, run)
	}
	return Lines(left)
}

// InverseIntersect gives what belongs to one of two objects only.
func InverseIntersect(a, b Object) (Object, bool, error) {
	if a.Dimension() != b.Dimension() && !a.IsEmpty() && !b.IsEmpty() {
		return Object{}, false, nil
	}
	a, b = a.valid(), b.valid()
	g, err := geom.SymmetricDifference(a.g, b.g)
	return result(g, err, "intersect inversely", a.g, b.g)
}

// result is what an algorithm made of geometries.
func result(g geom.Geometry, err error, what string, of ...geom.Geometry) (Object, bool, error) {
	if err != nil {
		return Object{}, false, fmt.Errorf("%s spatial objects: %w", what, err)
	}
	given := make(map[XY]bool)
	for _, from := range of {
		all := from.DumpCoordinates()
		for i := range all.Length() {
			given[all.GetXY(i)] = true
		}
	}
	return Object{g}.straight(given).rounded(), true, nil
}

// straight leaves out the places on straight lines that no given geometry had:
// the algorithms join separate parts by lines of their own, and leave a place
// where one of these met an edge.
func (o Object) straight(given map[XY]bool) Object {
	if o.Dimension() < 1 {
		return o
	}
	parts := o.parts()
	for i, part := range parts {
		if o.Dimension() == 2 && !given[part[0]] { // a corner first, where there is one
			for j, p := range part[:len(part)-1] {
				if given[p] {
					part = append(append(append([]XY{}, part[j:len(part)-1]...), part[:j]...), p)
					break
				}
			}
		}
		kept := part[:1:1]
		for j := 1; j < len(part); j++ {
			if j+1 < len(part) && !given[part[j]] && onLine(part[j], kept[len(kept)-1], part[j+1]) {
				continue
			}
			kept = append(kept, part[j])
		}
		parts[i] = kept
	}
	if o.Dimension() == 1 {
		return Lines(parts)
	}
	return Rings(parts)
}

// onLine reports whether p lies between a and b, as exactly as doubles can say.
func onLine(p, a, b XY) bool {
	ab, ap := b.Sub(a), p.Sub(a)
	l := ab.Dot(ab)
	return math.Abs(ab.Cross(ap)) <= 1e-12*l && ap.Dot(ab) > 0 && ap.Dot(ab) < l
}

// rounded puts places that were computed on the product's grid. Rings start at
// their place farthest east, as the product writes them.
func (o Object) rounded() Object {
	switch o.Dimension() {
	case -1:
		return Object{}
	case 0:
		pts := o.Vertices()
		for i := range pts {
			pts[i] = onGrid(pts[i])
		}
		return Points(pts)
	}
	parts := o.parts()
	for _, part := range parts {
		for i := range part {
			part[i] = onGrid(part[i])
		}
	}
	if o.Dimension() == 1 {
		return Lines(parts)
	}
	for i, ring := range parts {
		parts[i] = fromEast(ring)
	}
	return Rings(parts)
}

func onGrid(p XY) XY {
	const scale = 1e6
	// A zero has no sign.
	return XY{X: math.Round(p.X*scale)/scale + 0, Y: math.Round(p.Y*scale)/scale + 0}
}

// fromEast turns a closed ring so that it starts at its easternmost place, the
// southern one of several.
func fromEast(ring []XY) []XY {
	first := 0
	for i, p := range ring {
		if q := ring[first]; p.X > q.X || p.X == q.X && p.Y < q.Y {
			first = i
		}
	}
	n := len(ring) - 1
	out := make([]XY, 0, n+1)
	for i := range n {
		out = append(out, ring[(first+i)%n])
	}
	return append(out, out[0])
}

// Hull is the smallest convex polygon around the objects, or the line or point
// that they lie on.
func Hull(all ...Object) Object {
	var pts []XY
	for _, o := range all {
		pts = append(pts, o.Vertices()...)
	}
	if len(pts) == 0 {
		return Object{}
	}
	o := Object{Points(pts).g.ConvexHull()}
	if o.Dimension() < 2 {
		return o
	}
	parts := o.parts()
	parts[0] = fromEast(parts[0])
	return Rings(parts)
}

// Boundary is the lines around polygons, and the ends of lines.
func (o Object) Boundary() Object {
	if o.Dimension() == 2 {
		return Lines(o.parts())
	}
	return Object{o.g.Boundary()}
}

// RandomPoint is a place in the object; rnd gives numbers from 0 to below 1.
func (o Object) RandomPoint(rnd *rand.Rand) Object {
	pts := o.Vertices()
	switch o.Dimension() {
	case -1:
		return Object{}
	case 0:
		p := pts[rnd.IntN(len(pts))]
		return Point(p.X, p.Y)
	case 1:
		left := rnd.Float64() * o.Length(Mile)
		for _, part := range o.parts() {
			for i := 1; i < len(part); i++ {
				l := Between(part[i-1], part[i], Mile)
				if left <= l && l > 0 {
					p := onGrid(part[i-1].Add(part[i].Sub(part[i-1]).Scale(left / l)))
					return Point(p.X, p.Y)
				}
				left -= l
			}
		}
		return Point(pts[len(pts)-1].X, pts[len(pts)-1].Y)
	}
	lo, hi := o.Box()
	for range 10_000 {
		p := onGrid(XY{X: lo.X + rnd.Float64()*(hi.X-lo.X), Y: lo.Y + rnd.Float64()*(hi.Y-lo.Y)})
		if o.covers(p) {
			return Point(p.X, p.Y)
		}
	}
	return Object{o.g.PointOnSurface().AsGeometry()}
}
