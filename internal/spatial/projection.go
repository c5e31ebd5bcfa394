package spatial

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Projection turns coordinates of another system into degrees of WGS84; ok is false
// where they lie outside of what the system is for.
type Projection func(x, y float64) (p XY, ok bool)

// ParseProjection finds a system of coordinates by its code in the EPSG registry,
// "EPSG:27700". x is the easting or longitude, y the northing or latitude, whatever
// order the registry has them in. Known are degrees, Web Mercator, UTM on WGS84 and
// ETRS89, and the British National Grid. Of the libraries in Go without cgo the one that
// knows these is metres off away from the middle of a zone, so the formulas are here.
func ParseProjection(s string) (Projection, error) {
	code, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(s)), "EPSG:")
	n, err := strconv.Atoi(code)
	if !ok || err != nil {
		return nil, fmt.Errorf("%q is not a code such as EPSG:27700", s)
	}
	utm := func(zone int, northing float64) Projection {
		t := newTransverse(wgs84, 0.9996, 0, float64(zone*6-183), 500_000, northing)
		return func(x, y float64) (XY, bool) { return degrees(t.inverse(x, y)) }
	}
	switch {
	case n == 4326 || n == 4258:
		return func(x, y float64) (XY, bool) { return degrees(x, y) }, nil
	case n == 3857:
		return func(x, y float64) (XY, bool) {
			return degrees(x/wgs84.a*180/math.Pi, math.Atan(math.Sinh(y/wgs84.a))*180/math.Pi)
		}, nil
	case n > 32600 && n <= 32660:
		return utm(n-32600, 0), nil
	case n > 32700 && n <= 32760:
		return utm(n-32700, 10_000_000), nil
	case n >= 25828 && n <= 25838: // the ellipsoid of ETRS89 differs from that of WGS84 in the eleventh digit
		return utm(n-25800, 0), nil
	case n == 27700:
		t := newTransverse(airy, 0.9996012717, 49, -2, 400_000, -100_000)
		return func(x, y float64) (XY, bool) { return degrees(britishToWGS84(t.inverse(x, y))) }, nil
	}
	return nil, fmt.Errorf("the system EPSG:%d is not known here", n)
}

// degrees checks a longitude and a latitude, which may be NaN.
func degrees(lon, lat float64) (XY, bool) {
	return XY{X: lon, Y: lat}, math.Abs(lon) <= 180 && math.Abs(lat) <= 90
}

// ellipsoid is given by its half axes in metres.
type ellipsoid struct{ a, b float64 }

var (
	wgs84 = ellipsoid{6378137, 6356752.314245}
	airy  = ellipsoid{6377563.396, 6356256.909}
)

// transverse is a transverse Mercator projection, by Krüger's series in the third
// flattening to its fourth power (C. F. F. Karney, Transverse Mercator with an accuracy of
// a few nanometers, 2011, equations 11, 12, 15, 25, 26, 35), which is exact to the millimetre within a zone.
type transverse struct {
	scale, lon, east, north float64 // scale is k0 A; north is where the equator would be
	beta                    [4]float64
	e                       float64
}

func newTransverse(el ellipsoid, k0, lat0, lon0, east, north float64) *transverse {
	n := (el.a - el.b) / (el.a + el.b)
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	t := &transverse{
		scale: k0 * el.a / (1 + n) * (1 + n2/4 + n4/64), lon: lon0, east: east, north: north,
		beta: [4]float64{n/2 - 2*n2/3 + 37*n3/96 - n4/360, n2/48 + n3/15 - 437*n4/1440, 17*n3/480 - 37*n4/840, 4397 * n4 / 161280},
		e:    math.Sqrt(1 - el.b*el.b/(el.a*el.a)),
	}
	alpha := [4]float64{n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180, 13*n2/48 - 3*n3/5 + 557*n4/1440, 61*n3/240 - 103*n4/140, 49561 * n4 / 161280}
	sin := math.Sin(lat0 * math.Pi / 180)
	xi := math.Atan(math.Sinh(math.Atanh(sin) - t.e*math.Atanh(t.e*sin)))
	from := xi
	for j, a := range alpha {
		from += a * math.Sin(2*float64(j+1)*xi)
	}
	t.north -= from * t.scale
	return t
}

// inverse gives the longitude and latitude on the ellipsoid.
func (t *transverse) inverse(x, y float64) (lon, lat float64) {
	xi, eta := (y-t.north)/t.scale, (x-t.east)/t.scale
	u, v := xi, eta
	for j, b := range t.beta {
		k := 2 * float64(j+1)
		u -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		v -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	conformal := math.Asin(math.Sin(u) / math.Cosh(v))
	psi, phi := math.Asinh(math.Tan(conformal)), conformal
	for range 6 { // each step takes off two digits and more
		sin := math.Sin(phi)
		phi = math.Atan(math.Sinh(psi + t.e*math.Atanh(t.e*sin)))
	}
	return t.lon + math.Atan2(math.Sinh(v), math.Cos(u))*180/math.Pi, phi * 180 / math.Pi
}

// britishToWGS84 shifts degrees of the datum OSGB36 by the seven parameters that the
// Ordnance Survey gives for the whole country, which is right within some five metres (A
// guide to coordinate systems in Great Britain, section 6.6).
func britishToWGS84(lon, lat float64) (float64, float64) {
	const second = math.Pi / 180 / 3600
	const tx, ty, tz, rx, ry, rz, ds = 446.448, -125.157, 542.060, 0.1502 * second, 0.2470 * second, 0.8421 * second, -20.4894e-6
	phi, lambda := lat*math.Pi/180, lon*math.Pi/180
	e2 := 1 - airy.b*airy.b/(airy.a*airy.a)
	nu := airy.a / math.Sqrt(1-e2*math.Sin(phi)*math.Sin(phi))
	x, y, z := nu*math.Cos(phi)*math.Cos(lambda), nu*math.Cos(phi)*math.Sin(lambda), nu*(1-e2)*math.Sin(phi)
	x, y, z = tx+(1+ds)*x-rz*y+ry*z, ty+rz*x+(1+ds)*y-rx*z, tz-ry*x+rx*y+(1+ds)*z
	e2 = 1 - wgs84.b*wgs84.b/(wgs84.a*wgs84.a)
	p := math.Hypot(x, y)
	phi = math.Atan2(z, p*(1-e2))
	for range 6 {
		sin := math.Sin(phi)
		phi = math.Atan2(z+e2*wgs84.a/math.Sqrt(1-e2*sin*sin)*sin, p)
	}
	return math.Atan2(y, x) * 180 / math.Pi, phi * 180 / math.Pi
}
