package local

import (
	"slices"

	"kickoff/internal/store"
)

// fifo is a line of items in order of arrival.
type fifo struct {
	items []item
	head  int // items before it are gone
}

func (f *fifo) empty() bool  { return f.head == len(f.items) }
func (f *fifo) front() *item { return &f.items[f.head] }

func (f *fifo) pop() item {
	it := f.items[f.head]
	f.items[f.head] = item{}
	f.head++
	if f.head > 64 && f.head > len(f.items)/2 {
		f.items = slices.Delete(f.items, 0, f.head)
		f.head = 0
	}
	return it
}

// insert adds an item at its place, nearly always the end: only an item whose
// claim failed comes back to the front.
func (f *fifo) insert(it item) {
	i := len(f.items)
	for i > f.head && f.items[i-1].seq > it.seq {
		i--
	}
	f.items = slices.Insert(f.items, i, it)
}

func (f *fifo) remove(id store.ID) bool {
	for i := f.head; i < len(f.items); i++ {
		if f.items[i].id == id {
			f.items = slices.Delete(f.items, i, i+1)
			return true
		}
	}
	return false
}
