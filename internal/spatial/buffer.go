package spatial

import (
	"math"

	"github.com/peterstace/simplefeatures/geom"
)

// How fine the arcs around corners are: the least angle of a step. The coarse
// one, and where arcs start and end, follow from a buffer that the product wrote.
const (
	CoarseArc = 15 * degree
	FineArc   = 3 * degree
)

// Buffer is the object with everything around it within a distance of miles; with
// a negative one, polygons without their rim, and nothing of points and lines.
func (o Object) Buffer(miles, arc float64) (Object, error) {
	if o.IsEmpty() || miles == 0 {
		return o, nil
	}
	if miles < 0 && o.Dimension() < 2 {
		return Object{}, nil
	}
	if o.Dimension() == 2 && o.g.Validate() != nil {
		o = o.valid().rounded()
	}
	r := rim{radius: math.Abs(miles) / EarthRadius / degree, arc: arc}
	switch o.Dimension() {
	case 0:
		for _, p := range o.Vertices() {
			r.sector(p, 0, 2*math.Pi)
		}
	case 1:
		for _, part := range o.parts() {
			r.line(part)
		}
	default:
		for _, ring := range o.parts() {
			if miles < 0 {
				ring = reversed(ring)
			}
			r.ring(ring)
		}
	}
	if miles > 0 && o.Dimension() == 2 {
		r.pieces = append(r.pieces, o.g)
	}
	all, err := union(r.pieces)
	if err == nil && miles < 0 {
		r.pieces = append(r.pieces, o.g)
		all, err = geom.Difference(o.g, all)
	}
	buffer, _, err := result(all, err, "buffer", r.pieces...)
	return buffer, err
}

// Circle is the polygon of the places within a distance of miles.
func Circle(p XY, miles float64) (Object, error) {
	return Point(p.X, p.Y).Buffer(miles, FineArc)
}

// rim collects the strips beside edges and the sectors at corners.
type rim struct {
	radius float64 // degrees of latitude
	arc    float64
	pieces []geom.Geometry
}

// off is the place in a direction of the plane, at the radius on the ground.
func (r *rim) off(p XY, angle float64) XY {
	sin, cos := math.Sincos(angle)
	return onGrid(XY{X: p.X + r.radius*cos/math.Max(1e-6, math.Cos(p.Y*degree)), Y: p.Y + r.radius*sin})
}

func (r *rim) add(ring []XY) {
	if ring = closed(withoutRepeats(ring)); len(ring) > 3 {
		r.pieces = append(r.pieces, geom.NewPolygon([]geom.LineString{lineString(ring)}).AsGeometry())
	}
}

// sector is the part of the circle around p from an angle on.
func (r *rim) sector(p XY, from, sweep float64) {
	n := max(1, int(math.Abs(sweep)/r.arc+1e-9))
	whole := math.Abs(sweep) == 2*math.Pi
	var ring []XY
	if !whole {
		ring = append(ring, p)
	}
	for i := range n {
		ring = append(ring, r.off(p, from+sweep*float64(i)/float64(n)))
	}
	if !whole {
		ring = append(ring, r.off(p, from+sweep))
	}
	r.add(ring)
}

// line goes along a line, on both sides and around its ends.
func (r *rim) line(pts []XY) {
	course, n := courses(pts), len(pts)-1
	for i, at := range course {
		a, b := pts[i], pts[i+1]
		r.add([]XY{r.off(a, at+quarter), r.off(b, at+quarter), r.off(b, at-quarter), r.off(a, at-quarter)})
		if i == 0 {
			continue
		}
		if turn := math.Remainder(at-course[i-1], 2*math.Pi); turn > 0 {
			r.sector(a, course[i-1]-quarter, turn)
		} else if turn < 0 {
			r.sector(a, course[i-1]+quarter, turn)
		}
	}
	r.sector(pts[0], course[0]+quarter, math.Pi)
	r.sector(pts[n], course[n-1]-quarter, math.Pi)
}

// ring goes along the left side of a closed ring.
func (r *rim) ring(pts []XY) {
	course := courses(pts)
	for i, at := range course {
		a, b := pts[i], pts[i+1]
		r.add([]XY{a, r.off(a, at+quarter), r.off(b, at+quarter), b})
		before := course[(i+len(course)-1)%len(course)]
		if turn := math.Remainder(at-before, 2*math.Pi); turn < 0 {
			r.sector(a, before+quarter, turn)
		}
	}
}

const quarter = math.Pi / 2

// courses are the directions of the edges in the plane.
func courses(pts []XY) []float64 {
	course := make([]float64, len(pts)-1)
	for i := range course {
		d := pts[i+1].Sub(pts[i])
		course[i] = math.Atan2(d.Y, d.X)
	}
	return course
}
