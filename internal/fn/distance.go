package fn

import "kickoff/internal/spatial"

// distance is the length in miles of the great circle between two places in
// degrees. Null counts as 0.
func distance(_ *Library, a []Value) (Value, error) {
	from, to := spatial.XY{X: a[1].Float(), Y: a[0].Float()}, spatial.XY{X: a[3].Float(), Y: a[2].Float()}
	return finite(spatial.Between(from, to, spatial.Mile)), nil
}
