package tool

import (
	"math"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// equalSum makes tiles of records that follow each other, whose sums are as close to
// each other as whole records allow: each tile ends where its sum comes closest to what
// is left, shared out among the tiles that are left.
func (c *Context) equalSum(in plan.Node, group []int) (plan.Node, error) {
	s := in.Schema()
	n, err := c.tileCount("EqualSum/NumTiles")
	if err != nil {
		return nil, err
	}
	// The field that records are sorted by first is in no document that is known, so
	// whatever else the method holds is refused.
	for _, e := range c.Config.Child("EqualSum").Children {
		if e.Name != "NumTiles" && e.Name != "SumField" && (strings.TrimSpace(e.Text+e.Attr("value")) != "" || len(e.Children) > 0) {
			return nil, c.Errorf(diag.Unsupported, "EqualSum/"+e.Name, "only the number of tiles and the field of the sum are known; sort the records before the tool")
		}
	}
	in, col, err := c.tileNumber("EqualSum/SumField", in)
	if err != nil {
		return nil, err
	}
	return c.tiled(s, sorted(in, group), group, tileType(n), func(b *record.Batch) []int64 {
		return sumTiles(b, col, n)
	}, nil), nil
}

// sumTiles shares the records of a group out to n tiles. Null counts as 0.
func sumTiles(b *record.Batch, col int, n int64) []int64 {
	value := func(row int) float64 {
		if b.Cols[col].IsNull(row) {
			return 0
		}
		return b.Cols[col].Floats[row]
	}
	left := 0.0
	for row := range b.Len {
		left += value(row)
	}
	tiles := make([]int64, b.Len)
	row := 0
	for tile := int64(1); row < b.Len; tile++ {
		if tile >= n {
			for ; row < b.Len; row++ {
				tiles[row] = n
			}
			break
		}
		goal, sum := left/float64(n-tile+1), 0.0
		for first := row; row < b.Len; row++ {
			next := sum + value(row)
			if row > first && math.Abs(next-goal) >= math.Abs(sum-goal) {
				break
			}
			tiles[row], sum = tile, next
		}
		left -= sum
	}
	return tiles
}
