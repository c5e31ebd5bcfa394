package fn

import "math"

// earthRadius in miles is what the documented example of Distance gives, to its
// last digit: the product measures on a sphere, although its help speaks of an
// ellipsoid (which would give 515.0870 there instead of 513.4737).
const earthRadius = 3956.5625

// distance is the length in miles of the great circle between two places in
// degrees. Null counts as 0.
func distance(_ *Library, a []Value) (Value, error) {
	const rad = math.Pi / 180
	lat1, lat2 := a[0].Float()*rad, a[2].Float()*rad
	s1 := math.Sin((lat2 - lat1) / 2)
	s2 := math.Sin((a[3].Float() - a[1].Float()) * rad / 2)
	h := s1*s1 + math.Cos(lat1)*math.Cos(lat2)*s2*s2
	return finite(2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))), nil
}
