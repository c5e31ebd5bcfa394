package spatial

import (
	"math"
	"strings"
)

// EarthRadius, in miles, is that of the product's sphere. Its own example of the
// function Distance gives it to the last digit, and the corners of a buffer that
// it wrote lie on circles of this radius to the last digit too, although its
// help speaks of an ellipsoid.
const EarthRadius = 3956.5625

// Unit is a length in miles.
type Unit float64

// The units of lengths.
const (
	Mile      Unit = 1
	Kilometer Unit = 1 / 1.609344
	Meter     Unit = Kilometer / 1000
	Foot      Unit = 1.0 / 5280
)

// ParseUnit finds a unit by its names in documents and expressions.
func ParseUnit(s string) (Unit, bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "mi", "mile", "miles":
		return Mile, true
	case "km", "kilometer", "kilometers", "kilometre", "kilometres":
		return Kilometer, true
	case "m", "meter", "meters", "metre", "metres":
		return Meter, true
	case "ft", "foot", "feet":
		return Foot, true
	}
	return 0, false
}

const degree = math.Pi / 180

// Between is the length of the great circle between two places.
func Between(a, b XY, in Unit) float64 {
	lat1, lat2 := a.Y*degree, b.Y*degree
	s1 := math.Sin((lat2 - lat1) / 2)
	s2 := math.Sin((b.X - a.X) * degree / 2)
	h := s1*s1 + math.Cos(lat1)*math.Cos(lat2)*s2*s2
	return 2 * EarthRadius * math.Asin(math.Min(1, math.Sqrt(h))) / float64(in)
}

// Direction is the course at a towards b, in degrees from north by east, from 0
// to below 360.
func Direction(a, b XY) float64 {
	lat1, lat2, dx := a.Y*degree, b.Y*degree, (b.X-a.X)*degree
	d := math.Atan2(math.Sin(dx)*math.Cos(lat2), math.Cos(lat1)*math.Sin(lat2)-math.Sin(lat1)*math.Cos(lat2)*math.Cos(dx)) / degree
	if d < 0 {
		d += 360
	}
	return math.Mod(d, 360)
}

// Cardinal is the name of the nearest of the eight winds.
func Cardinal(degrees float64) string {
	names := [...]string{"N", "NE", "E", "SE", "S", "SW", "W", "NW"}
	return names[int(math.Floor(degrees/45+0.5))%8]
}

// Length is that of the lines, or of the boundary of polygons.
func (o Object) Length(in Unit) float64 {
	sum := 0.0
	if o.Dimension() < 1 {
		return 0
	}
	for _, p := range o.parts() {
		for i := 1; i < len(p); i++ {
			sum += Between(p[i-1], p[i], in)
		}
	}
	return sum
}

// Area is that of the polygons, in squares of the unit. Their edges are straight
// in longitude and latitude.
func (o Object) Area(in Unit) float64 {
	if o.Dimension() < 2 {
		return 0
	}
	sum := 0.0
	for _, region := range o.valid().Regions() {
		for i, ring := range region.parts() {
			a := math.Abs(sphereArea(ring))
			if i > 0 {
				a = -a
			}
			sum += a
		}
	}
	r := EarthRadius / float64(in)
	return sum * r * r
}

// sphereArea is that of a ring on the unit sphere: the integral of the sine of
// the latitude over the longitude.
func sphereArea(ring []XY) float64 {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		mean, half := (a.Y+b.Y)/2*degree, (b.Y-a.Y)/2*degree
		s := math.Sin(mean)
		if half != 0 {
			s *= math.Sin(half) / half
		}
		sum += (b.X - a.X) * degree * s
	}
	return sum
}

// Centroid is the centre of mass of the object.
func (o Object) Centroid() Object {
	if o.Dimension() == 2 {
		o = o.valid()
	}
	return Object{o.g.Centroid().AsGeometry()}
}

// XY is the place of a point, and the centroid of any other object.
func (o Object) XY() (XY, bool) {
	if p, ok := o.g.AsPoint(); ok {
		return p.XY()
	}
	p, ok := o.Centroid().g.AsPoint()
	if !ok {
		return XY{}, false
	}
	return p.XY()
}
