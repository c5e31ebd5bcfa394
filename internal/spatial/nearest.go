package spatial

import "math"

// Nearest is the place of the object that is nearest to p: p itself where it
// lies in a polygon.
func (o Object) Nearest(p XY) XY {
	if o.covers(p) {
		return p
	}
	return o.NearestEdge(p)
}

// NearestEdge is the place on the boundary of polygons, on lines or among points
// that is nearest to p.
func (o Object) NearestEdge(p XY) XY {
	if o.Dimension() < 1 {
		best, at := math.Inf(1), XY{}
		for _, q := range o.Vertices() {
			if d := Between(p, q, Mile); d < best {
				best, at = d, q
			}
		}
		return at
	}
	// On a map that is true to scale around p the nearest edge is found; on the
	// edge itself the great circle decides.
	scale := math.Cos(p.Y * degree)
	best := math.Inf(1)
	var from, to XY
	for _, part := range o.parts() {
		for i := 1; i < len(part); i++ {
			a := XY{X: (part[i-1].X - p.X) * scale, Y: part[i-1].Y - p.Y}
			b := XY{X: (part[i].X - p.X) * scale, Y: part[i].Y - p.Y}
			ab := b.Sub(a)
			t := 0.0
			if l := ab.Dot(ab); l > 0 {
				t = math.Min(1, math.Max(0, -a.Dot(ab)/l))
			}
			q := a.Add(ab.Scale(t))
			if d := q.Dot(q); d < best {
				best, from, to = d, part[i-1], part[i]
			}
		}
	}
	return onEdge(p, from, to)
}

// onEdge is the place on an edge that is nearest to p: where the distance stops
// falling along the edge.
func onEdge(p, from, to XY) XY {
	edge := to.Sub(from)
	dLat, dLon := edge.Y*degree, edge.X*degree
	// rise is the derivative of the haversine of the distance.
	rise := func(t float64) float64 {
		q := from.Add(edge.Scale(t))
		north, east := (q.Y-p.Y)*degree, (q.X-p.X)*degree
		s := math.Sin(east / 2)
		return math.Sin(north)/2*dLat + math.Cos(p.Y*degree)*(math.Cos(q.Y*degree)*math.Sin(east)/2*dLon-math.Sin(q.Y*degree)*s*s*dLat)
	}
	if rise(0) >= 0 {
		return from
	}
	if rise(1) <= 0 {
		return to
	}
	lo, hi := 0.0, 1.0
	for range 60 {
		if mid := (lo + hi) / 2; rise(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return from.Add(edge.Scale((lo + hi) / 2))
}

// covers reports whether p lies in a polygon of the object or on its boundary.
func (o Object) covers(p XY) bool {
	if o.Dimension() < 2 {
		return false
	}
	for _, region := range o.Regions() {
		in := false
		for i, ring := range region.parts() {
			n := windings(p, ring)
			if n == onBoundary {
				return true
			}
			if i == 0 {
				in = n != 0
			} else if n != 0 {
				in = false
			}
		}
		if in {
			return true
		}
	}
	return false
}

// Distance is the length of the shortest great circle between two objects, 0
// where they share a place.
func Distance(a, b Object, in Unit) float64 {
	p, ok := a.single()
	if !ok {
		if p, ok = b.single(); ok {
			a, b = b, a
		}
	}
	if ok {
		return Between(p, b.Nearest(p), in)
	}
	if meet(a, b) {
		return 0
	}
	// Two boundaries that do not cross are nearest at a corner of one of them.
	best := math.Inf(1)
	for _, pair := range [2][2]Object{{a, b}, {b, a}} {
		for _, p := range pair[0].Vertices() {
			best = math.Min(best, Between(p, pair[1].Nearest(p), in))
		}
	}
	return best
}

// single is the place of an object that is one point.
func (o Object) single() (XY, bool) {
	if p, ok := o.g.AsPoint(); ok {
		return p.XY()
	}
	return XY{}, false
}

// FromEdge is the distance of a place from an object, negative where it lies in
// a polygon: that to the nearest edge.
func FromEdge(p XY, o Object, in Unit) float64 {
	d := Between(p, o.NearestEdge(p), in)
	if o.covers(p) {
		return -d
	}
	return d
}
