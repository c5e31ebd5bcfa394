package fn

import (
	"crypto/md5"
	"encoding/hex"

	"kickoff/internal/spatial"
	"kickoff/record"
)

// shape reads a spatial object; Null is an empty one. The engine hands its bytes
// out as a Blob.
func shape(v Value) (spatial.Object, error) {
	if v.IsNull() {
		return spatial.Object{}, nil
	}
	o, err := spatial.Decode([]byte(v.s))
	if err != nil {
		return o, &Conversion{Msg: err.Error()}
	}
	return o, nil
}

func shapes(a []Value) ([]spatial.Object, error) {
	all := make([]spatial.Object, 0, len(a))
	for _, v := range a {
		o, err := shape(v)
		if err != nil {
			return nil, err
		}
		if !o.IsEmpty() {
			all = append(all, o)
		}
	}
	return all, nil
}

// ofShape makes a value of an object; an empty one is Null.
func ofShape(o spatial.Object) Value {
	if o.IsEmpty() {
		return Value{}
	}
	return Object(record.SpatialObj, string(o.Encode()))
}

// made is a value of what an operation made, Null with a conversion error where
// it could not.
func made(name string, o spatial.Object, ok bool, err error) (Value, error) {
	switch {
	case err != nil:
		return fail("%s: %v", name, err)
	case !ok:
		return warn(Value{}, "%s: the spatial objects are not of a kind for it", name)
	}
	return ofShape(o), nil
}

// one makes a function of one object.
func one(f func(o spatial.Object) Value) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		o, err := shape(a[0])
		if err != nil || o.IsEmpty() {
			return Value{}, err
		}
		return f(o), nil
	}
}

// many makes a function of objects of which Null is passed over.
func many(f func(all []spatial.Object) spatial.Object) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		all, err := shapes(a)
		if err != nil || len(all) == 0 {
			return Value{}, err
		}
		return ofShape(f(all)), nil
	}
}

// pair makes a function that combines two objects.
func pair(name string, f func(a, b spatial.Object) (spatial.Object, bool, error)) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		x, err := shape(a[0])
		if err != nil {
			return Value{}, err
		}
		y, err := shape(a[1])
		if err != nil {
			return Value{}, err
		}
		o, ok, err := f(x, y)
		return made(name, o, ok, err)
	}
}

// related makes a test of two objects.
func related(r spatial.Relation) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) { return holds(r, a) }
}

func holds(r spatial.Relation, a []Value) (Value, error) {
	x, err := shape(a[0])
	if err != nil {
		return Value{}, err
	}
	y, err := shape(a[1])
	if err != nil {
		return Value{}, err
	}
	ok, err := r.Holds(x, y)
	if err != nil {
		return fail("%v", err)
	}
	return Bool(ok), nil
}

// measured makes a function of an object and a unit.
func measured(name string, f func(o spatial.Object, in spatial.Unit) float64) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		unit, ok := spatial.ParseUnit(a[1].Text())
		if !ok {
			return fail("%s: %s is no unit; there are Mi, KM, Meters and Feet", name, brief(a[1]))
		}
		o, err := shape(a[0])
		if err != nil {
			return Value{}, err
		}
		return finite(f(o, unit)), nil
	}
}

// atPoint makes a function that gives one of an object's points.
func atPoint(which func(n int) int) func(*Library, []Value) (Value, error) {
	return one(func(o spatial.Object) Value {
		pts := o.Vertices()
		p := pts[which(len(pts))]
		return ofShape(spatial.Point(p.X, p.Y))
	})
}

func stPointN(_ *Library, a []Value) (Value, error) {
	o, err := shape(a[0])
	if err != nil {
		return Value{}, err
	}
	pts, n := o.Vertices(), a[1].Int()
	if n < 1 || n > int64(len(pts)) {
		return Value{}, nil
	}
	return ofShape(spatial.Point(pts[n-1].X, pts[n-1].Y)), nil
}

// side makes a function that gives a side of the rectangle around an object.
func side(f func(lo, hi spatial.XY) float64) func(*Library, []Value) (Value, error) {
	return one(func(o spatial.Object) Value { return Float(f(o.Box())) })
}

func centroid(f func(p spatial.XY) Value) func(*Library, []Value) (Value, error) {
	return one(func(o spatial.Object) Value {
		p, ok := o.XY()
		if !ok {
			return Value{}
		}
		return f(p)
	})
}

func stCreatePoint(_ *Library, a []Value) (Value, error) {
	return ofShape(spatial.Point(a[0].Float(), a[1].Float())), nil
}

func vertices(all []spatial.Object) []spatial.XY {
	var pts []spatial.XY
	for _, o := range all {
		pts = append(pts, o.Vertices()...)
	}
	return pts
}

func createLine(all []spatial.Object) spatial.Object {
	return spatial.Lines([][]spatial.XY{vertices(all)})
}

func createPolygon(all []spatial.Object) spatial.Object {
	return spatial.Rings([][]spatial.XY{vertices(all)})
}

func boundingRectangle(all []spatial.Object) spatial.Object {
	lo, hi := spatial.Points(vertices(all)).Box()
	return spatial.Rectangle(lo, hi)
}

func convexHull(all []spatial.Object) spatial.Object { return spatial.Hull(all...) }

func stCombine(_ *Library, a []Value) (Value, error) {
	all, err := shapes(a)
	if err != nil {
		return Value{}, err
	}
	o, ok, err := spatial.Combine(all...)
	return made("ST_Combine", o, ok, err)
}

func stIntersection(_ *Library, a []Value) (Value, error) {
	all, err := shapes(a)
	if err != nil || len(all) == 0 {
		return Value{}, err
	}
	o, ok := all[0], true
	for _, next := range all[1:] {
		if o, ok, err = spatial.Intersect(o, next); err != nil || !ok {
			break
		}
	}
	return made("ST_Intersection", o, ok, err)
}

func stDistance(_ *Library, a []Value) (Value, error) {
	unit, ok := spatial.ParseUnit(a[2].Text())
	if !ok {
		return fail("ST_Distance: %s is no unit; there are Mi, KM, Meters and Feet", brief(a[2]))
	}
	all, err := shapes(a[:2])
	if err != nil || len(all) < 2 {
		return Value{}, err
	}
	return finite(spatial.Distance(all[0], all[1], unit)), nil
}

func stRelate(_ *Library, a []Value) (Value, error) {
	r, err := spatial.ParseRelation(a[2].Text())
	if err != nil {
		return fail("ST_Relate: %v", err)
	}
	return holds(r, a)
}

func stRandomPoint(l *Library, a []Value) (Value, error) {
	o, err := shape(a[0])
	if err != nil {
		return Value{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return ofShape(o.RandomPoint(l.rand)), nil
}

func stMD5(o spatial.Object) Value {
	sum := md5.Sum(o.Encode())
	return Text(hex.EncodeToString(sum[:]))
}

func objectType(o spatial.Object) Value { return Text(o.Type()) }
