package spatial

import (
	"slices"

	"github.com/peterstace/simplefeatures/rtree"
)

// Index finds the objects of a list by the rectangles around them.
type Index struct {
	tree *rtree.RTree
	all  []int // those that are not empty
}

// NewIndex makes an index of objects; empty ones are never found.
func NewIndex(list []Object) *Index {
	x := &Index{}
	var items []rtree.BulkItem
	for i, o := range list {
		if box, ok := o.g.Envelope().AsBox(); ok {
			items = append(items, rtree.BulkItem{Box: box, RecordID: i})
			x.all = append(x.all, i)
		}
	}
	x.tree = rtree.BulkLoad(items)
	return x
}

// Near lists, in order, the positions of the objects that can stand in the
// relation to o at all.
func (x *Index) Near(o Object, r Relation) []int {
	box, ok := o.g.Envelope().AsBox()
	if !ok {
		return nil
	}
	if !r.near() {
		return x.all
	}
	var found []int
	// The search fails only where the function does.
	_ = x.tree.RangeSearch(box, func(i int) error {
		found = append(found, i)
		return nil
	})
	slices.Sort(found)
	return found
}
