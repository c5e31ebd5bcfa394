package spatial

import (
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"
)

// valid gives polygons whose rings do not cross themselves or each other, as the
// algorithms need them. A ring that crosses itself is taken apart into loops; it
// covers what any of them covers, as the product has it where it buffers a star.
func (o Object) valid() Object {
	if o.Dimension() < 2 || o.g.Validate() == nil {
		return o
	}
	var outer, holes []geom.Geometry
	for _, region := range o.Regions() {
		for i, ring := range region.parts() {
			for _, loop := range loops(ring) {
				g := geom.NewPolygon([]geom.LineString{lineString(loop)}).AsGeometry()
				if i == 0 {
					outer = append(outer, g)
				} else {
					holes = append(holes, g)
				}
			}
		}
	}
	all, err := union(outer)
	if err == nil && len(holes) > 0 {
		var h geom.Geometry
		if h, err = union(holes); err == nil {
			all, err = geom.Difference(all, h)
		}
	}
	if err != nil {
		return o
	}
	return Object{all}
}

// loops takes a closed ring apart where it crosses or touches itself.
func loops(ring []XY) [][]XY {
	ring = noded(ring)
	var out [][]XY
	at := make(map[XY]int)
	var path []XY
	for _, p := range ring {
		if from, seen := at[p]; seen {
			loop := append(slices.Clone(path[from:]), p)
			for _, q := range path[from+1:] {
				delete(at, q)
			}
			path = path[:from+1]
			if len(loop) > 3 && signedArea(loop) != 0 {
				out = append(out, loop)
			}
			continue
		}
		at[p] = len(path)
		path = append(path, p)
	}
	return out
}

// noded adds the places where the edges of a ring cross or touch each other.
func noded(ring []XY) []XY {
	n := len(ring) - 1
	cuts := make([][]XY, n)
	for i := range n {
		for j := i + 1; j < n; j++ {
			a, b, c, d := ring[i], ring[i+1], ring[j], ring[j+1]
			if math.Max(a.X, b.X) < math.Min(c.X, d.X) || math.Max(c.X, d.X) < math.Min(a.X, b.X) ||
				math.Max(a.Y, b.Y) < math.Min(c.Y, d.Y) || math.Max(c.Y, d.Y) < math.Min(a.Y, b.Y) {
				continue
			}
			for _, p := range crossings(a, b, c, d) {
				cuts[i], cuts[j] = append(cuts[i], p), append(cuts[j], p)
			}
		}
	}
	var out []XY
	for i, cut := range cuts {
		a := ring[i]
		slices.SortFunc(cut, func(p, q XY) int {
			u, v := p.Sub(a), q.Sub(a)
			switch d := u.Dot(u) - v.Dot(v); {
			case d < 0:
				return -1
			case d > 0:
				return 1
			}
			return 0
		})
		out = append(out, a)
		for _, p := range cut {
			if p != out[len(out)-1] && p != ring[i+1] {
				out = append(out, p)
			}
		}
	}
	return append(out, ring[n])
}

// crossings are the places that two edges share: one, or the ends of the
// stretch where they lie on each other.
func crossings(a, b, c, d XY) []XY {
	ab, cd := b.Sub(a), d.Sub(c)
	den := ab.Cross(cd)
	if den == 0 {
		if ab.Cross(c.Sub(a)) != 0 {
			return nil
		}
		var out []XY
		on := func(p, a, ab XY) {
			if t := p.Sub(a).Dot(ab); t >= 0 && t <= ab.Dot(ab) {
				out = append(out, p)
			}
		}
		on(a, c, cd)
		on(b, c, cd)
		on(c, a, ab)
		on(d, a, ab)
		return out
	}
	t, u := c.Sub(a).Cross(cd)/den, c.Sub(a).Cross(ab)/den
	switch {
	case t < 0 || t > 1 || u < 0 || u > 1:
		return nil
	case t == 0:
		return []XY{a}
	case t == 1:
		return []XY{b}
	case u == 0:
		return []XY{c}
	case u == 1:
		return []XY{d}
	}
	return []XY{a.Add(ab.Scale(t))}
}
