package noncemem

import (
	"encoding/binary"
	"math/bits"
)

// digest stands for a nonce: 128 bits of a keyed hash. The key keeps senders
// from choosing digests that collide or crowd one table.
type digest [16]byte

// table is a set of digests with open addressing. It holds no pointers, so
// the garbage collector passes it by, and grows by half: between 53 and 80 %
// of it is in use, which makes 20 to 30 bytes a digest.
type table struct {
	slots []digest // the zero digest marks a free slot
	n     int
}

const minSlots = 8

// insert adds d and reports whether it was absent.
func (t *table) insert(d digest) bool {
	if d == (digest{}) {
		d[0] = 1
	}
	if len(t.slots) > 0 {
		i, found := t.find(d)
		if found {
			return false
		}
		if 5*(t.n+1) <= 4*len(t.slots) {
			t.slots[i] = d
			t.n++
			return true
		}
	}
	t.grow()
	i, _ := t.find(d)
	t.slots[i] = d
	t.n++
	return true
}

// find returns the slot of d, or the free slot where it belongs.
func (t *table) find(d digest) (int, bool) {
	// The digest is uniform, so the high half of its product with the number
	// of slots is a uniform slot, for sizes that are no power of two as well.
	hi, _ := bits.Mul64(binary.LittleEndian.Uint64(d[:8]), uint64(len(t.slots)))
	for i := int(hi); ; {
		switch t.slots[i] {
		case d:
			return i, true
		case digest{}:
			return i, false
		}
		if i++; i == len(t.slots) {
			i = 0
		}
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]digest, max(minSlots, len(old)+len(old)/2))
	for _, d := range old {
		if d != (digest{}) {
			i, _ := t.find(d)
			t.slots[i] = d
		}
	}
}
