package spatial

import (
	"fmt"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// Relation is a set of patterns of the nine intersections of interiors,
// boundaries and exteriors (DE-9IM), of which one has to fit.
type Relation string

// The named relations. Intersects needs interiors that meet; objects that only
// share boundary touch each other.
const (
	Intersects          Relation = "T********"
	Contains            Relation = "T*****FF*"
	Within              Relation = "T*F**F***"
	Touches             Relation = "FT*******|F**T*****|F***T****"
	TouchesOrIntersects Relation = "T********|*T*******|***T*****|****T****"
	// Boxes is no pattern: the rectangles around the objects meet.
	Boxes Relation = "boxes"
)

// near says that objects which stand in the relation have a place in common, so
// that the rectangles around them meet.
func (r Relation) near() bool {
	switch r {
	case Intersects, Contains, Within, Touches, TouchesOrIntersects, Boxes:
		return true
	}
	return false
}

// ParseRelation checks patterns as documents have them, separated by |.
func ParseRelation(s string) (Relation, error) {
	s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	for _, p := range strings.Split(s, "|") {
		if len(p) != 9 || strings.Trim(p, "TF*012") != "" {
			return "", fmt.Errorf("%q is no pattern of nine of the characters T F * 0 1 2", p)
		}
	}
	return Relation(s), nil
}

// Holds reports whether two objects stand in the relation.
func (r Relation) Holds(a, b Object) (bool, error) {
	if a.IsEmpty() || b.IsEmpty() {
		return false, nil
	}
	if r.near() && !a.g.Envelope().Intersects(b.g.Envelope()) {
		return false, nil
	}
	switch r {
	case Boxes:
		return true, nil
	case TouchesOrIntersects:
		return meet(a, b), nil
	}
	matrix, err := geom.Relate(a.valid().g, b.valid().g)
	if err != nil {
		return false, fmt.Errorf("relate spatial objects: %w", err)
	}
	for _, p := range strings.Split(string(r), "|") {
		ok, err := geom.RelateMatches(matrix, p)
		if ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// meet reports whether two objects share a place.
func meet(a, b Object) bool { return geom.Intersects(a.valid().g, b.valid().g) }

// Equal reports whether two objects cover the same places.
func Equal(a, b Object) (bool, error) {
	if a.IsEmpty() || b.IsEmpty() {
		return a.IsEmpty() && b.IsEmpty(), nil
	}
	if geom.ExactEquals(a.g, b.g) {
		return true, nil
	}
	return geom.Equals(a.valid().g, b.valid().g)
}
