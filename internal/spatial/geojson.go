package spatial

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// GeoJSON is the object as text, the way in which the product shows spatial
// objects and writes them to text files.
func (o Object) GeoJSON() string {
	if o.IsEmpty() {
		return ""
	}
	b := []byte(`{ "type": "`)
	switch o.Dimension() {
	case 0:
		pts := o.Vertices()
		if len(pts) == 1 {
			b = appendPlace(append(b, `Point", "coordinates": `...), pts[0])
		} else {
			b = appendPlaces(append(b, `MultiPoint", "coordinates": `...), pts)
		}
	case 1:
		parts := o.parts()
		if len(parts) == 1 {
			b = appendPlaces(append(b, `LineString", "coordinates": `...), parts[0])
		} else {
			b = appendList(append(b, `MultiLineString", "coordinates": `...), parts, appendPlaces)
		}
	default:
		regions := o.Regions()
		if len(regions) == 1 {
			b = appendPolygon(append(b, `Polygon", "coordinates": `...), regions[0])
		} else {
			b = appendList(append(b, `MultiPolygon", "coordinates": `...), regions, appendPolygon)
		}
	}
	return string(append(b, " }"...))
}

func appendList[T any](b []byte, list []T, one func([]byte, T) []byte) []byte {
	b = append(b, "[ "...)
	for i, v := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = one(b, v)
	}
	return append(b, " ]"...)
}

func appendPolygon(b []byte, o Object) []byte { return appendList(b, o.parts(), appendPlaces) }

func appendPlaces(b []byte, pts []XY) []byte { return appendList(b, pts, appendPlace) }

func appendPlace(b []byte, p XY) []byte {
	b = appendNumber(append(b, "[ "...), p.X)
	b = appendNumber(append(b, ", "...), p.Y)
	return append(b, " ]"...)
}

// appendNumber prints the shortest digits that read back the same, with a point.
func appendNumber(b []byte, v float64) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.AppendFloat(b, v, 'f', 1, 64)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// ParseGeoJSON reads a geometry.
func ParseGeoJSON(s string) (Object, error) {
	g, err := geom.UnmarshalGeoJSON([]byte(strings.TrimSpace(s)), geom.NoValidate{})
	if err != nil {
		return Object{}, fmt.Errorf("no GeoJSON geometry: %w", err)
	}
	o := Object{g.Force2D()}
	if o.Dimension() == 2 {
		return Rings(o.parts()), nil
	}
	return o, nil
}

// Text is the GeoJSON of the bytes of a record. Bytes that are no geometry are
// printed as hexadecimal digits, so that nothing is lost.
func Text(b []byte) string {
	o, err := Decode(b)
	if err != nil {
		return fmt.Sprintf("%X", b)
	}
	return o.GeoJSON()
}
