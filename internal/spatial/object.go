// Package spatial holds the values of the field type SpatialObj: their form in
// records and files, their measures on the Earth, and what is made of them.
//
// A value in a record is the bytes that a .yxdb file has for it, a geometry of
// an ESRI shapefile without the header of its record, little endian:
//
//	u32 1, x, y                                              a point
//	u32 8, box, u32 n, points                                several points
//	u32 3, box, u32 parts, u32 n, first point of each, points  lines
//	u32 5, box, u32 parts, u32 n, first point of each, points  rings of polygons
//
// so nothing is converted on the way in and out. Coordinates are degrees of
// WGS84, x the longitude and y the latitude; nothing keeps them in its range,
// since workflows draw on a plane of their own as well. A value without a point
// does not exist: it is Null.
//
// Geometry is planar in longitude and latitude, as the product has it; lengths,
// areas and distances are those of a sphere (measure.go). Algorithms come from
// peterstace/simplefeatures.
package spatial

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/peterstace/simplefeatures/geom"
)

// The types of geometries in the byte form.
const (
	shapePoint      = 1
	shapeLine       = 3
	shapePolygon    = 5
	shapeMultiPoint = 8
)

// Object is a geometry: points, lines or polygons. The zero value is empty.
type Object struct {
	g geom.Geometry
}

// XY is a place.
type XY = geom.XY

// Point is the object of one place.
func Point(x, y float64) Object { return Object{point(XY{X: x, Y: y}).AsGeometry()} }

func point(p XY) geom.Point { return geom.NewPoint(geom.Coordinates{XY: p}) }

// IsEmpty reports whether the object has no point.
func (o Object) IsEmpty() bool { return o.g.IsEmpty() }

// Decode reads the bytes of a record. Its errors say what is wrong with them.
func Decode(b []byte) (Object, error) {
	r := shapeReader{b: b}
	switch typ := r.u32(); typ {
	case shapePoint:
		p := r.xy()
		if r.bad || !finite(p) {
			return Object{}, fmt.Errorf("a spatial object of %d bytes is no point", len(b))
		}
		return Object{point(p).AsGeometry()}, nil
	case shapeMultiPoint:
		r.skip(32)
		pts := r.points(int(r.u32()))
		if r.bad {
			return Object{}, fmt.Errorf("a spatial object of %d bytes is cut off", len(b))
		}
		return Points(pts), nil
	case shapeLine, shapePolygon:
		r.skip(32)
		parts, n := int(r.u32()), int(r.u32())
		if r.bad || parts < 0 || parts > len(b)/4 {
			return Object{}, fmt.Errorf("a spatial object of %d bytes is cut off", len(b))
		}
		starts := make([]int, parts+1)
		for i := range parts {
			starts[i] = int(r.u32())
		}
		starts[parts] = n
		pts := r.points(n)
		if r.bad {
			return Object{}, fmt.Errorf("a spatial object of %d bytes is cut off", len(b))
		}
		lists := make([][]XY, parts)
		for i := range parts {
			if starts[i] < 0 || starts[i] > starts[i+1] || starts[i+1] > n {
				return Object{}, fmt.Errorf("part %d of a spatial object lies outside its points", i+1)
			}
			lists[i] = pts[starts[i]:starts[i+1]]
		}
		if typ == shapeLine {
			return Lines(lists), nil
		}
		return Rings(lists), nil
	default:
		return Object{}, fmt.Errorf("spatial objects of shape type %d are not known", typ)
	}
}

// shapeReader takes values from the front of bytes, and remembers when there
// were too few.
type shapeReader struct {
	b   []byte
	bad bool
}

func (r *shapeReader) skip(n int) []byte {
	if len(r.b) < n {
		r.b, r.bad = nil, true
		return nil
	}
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

func (r *shapeReader) u32() uint32 {
	if b := r.skip(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *shapeReader) xy() XY {
	b := r.skip(16)
	if b == nil {
		return XY{}
	}
	return XY{X: coordinate(binary.LittleEndian.Uint64(b)), Y: coordinate(binary.LittleEndian.Uint64(b[8:]))}
}

// nearest is how near to 0 a coordinate may be that is not 0: far below the size
// of anything, and large enough for areas not to vanish.
const nearest = 1e-100

func coordinate(bits uint64) float64 {
	if v := math.Float64frombits(bits); !(math.Abs(v) < nearest) {
		return v
	}
	return 0
}

func (r *shapeReader) points(n int) []XY {
	if n < 0 || n > len(r.b)/16 {
		r.bad = true
		return nil
	}
	pts := make([]XY, n)
	for i := range pts {
		pts[i] = r.xy()
		r.bad = r.bad || !finite(pts[i])
	}
	return pts
}

// farthest is how far from the origin a place may lie: beyond all degrees and
// meters, and near enough for areas not to overflow.
const farthest = 1e15

// finite reports whether p is a place that can be computed with.
func finite(p XY) bool { return math.Abs(p.X) <= farthest && math.Abs(p.Y) <= farthest }

// Encode gives the bytes of a record, nil for an empty object, which is Null. Of
// a mixture, the parts of the highest dimension are kept.
func (o Object) Encode() []byte {
	if o.IsEmpty() {
		return nil
	}
	le := binary.LittleEndian
	switch o.Dimension() {
	case 0:
		pts := o.Vertices()
		if len(pts) == 1 {
			return appendXY(le.AppendUint32(nil, shapePoint), pts[0])
		}
		b := o.appendBox(le.AppendUint32(nil, shapeMultiPoint))
		b = le.AppendUint32(b, uint32(len(pts)))
		for _, p := range pts {
			b = appendXY(b, p)
		}
		return b
	case 1:
		return o.appendParts(shapeLine)
	}
	return o.appendParts(shapePolygon)
}

func (o Object) appendParts(typ uint32) []byte {
	le := binary.LittleEndian
	parts := o.parts()
	b := o.appendBox(le.AppendUint32(nil, typ))
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	b = le.AppendUint32(le.AppendUint32(b, uint32(len(parts))), uint32(n))
	n = 0
	for _, p := range parts {
		b = le.AppendUint32(b, uint32(n))
		n += len(p)
	}
	for _, part := range parts {
		for _, p := range part {
			b = appendXY(b, p)
		}
	}
	return b
}

func appendXY(b []byte, p XY) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p.X))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(p.Y))
}

func (o Object) appendBox(b []byte) []byte {
	lo, hi := o.Box()
	return appendXY(appendXY(b, lo), hi)
}
