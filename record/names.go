package record

import (
	"strconv"
	"strings"
)

// Unique returns name, or where a field of s has it, ignoring case, the name that
// the product gives a duplicate: name2 to name9, then name9_2, name9_3 and so on.
// One that ends in a digit from 2 to 8 is counted on, and after another number
// stands _2.
func (s Schema) Unique(name string) string {
	if s.Index(name) < 0 {
		return name
	}
	d := newDuplicate(name)
	for {
		if c := d.next(); s.Index(c) < 0 {
			return c
		}
	}
}

// Distinct makes names differ, ignoring case, as Unique does. A name that stands
// in the list stays with the first that has it, also behind a duplicate that would
// be called so: A, A, A2 become A, A3, A2.
func Distinct(names []string) []string {
	out := make([]string, len(names))
	holder := make(map[string]int, len(names))
	next := make(map[string]*duplicate)
	place := func(i int, name string) {
		out[i] = name
		holder[strings.ToLower(name)] = i
	}
	again := func(i int) {
		d := next[names[i]]
		if d == nil {
			d = newDuplicate(names[i])
			next[names[i]] = d
		}
		for {
			c := d.next()
			if _, taken := holder[strings.ToLower(c)]; !taken {
				place(i, c)
				return
			}
		}
	}
	for i, name := range names {
		j, taken := holder[strings.ToLower(name)]
		switch {
		case !taken:
			place(i, name)
		case !strings.EqualFold(names[j], name):
			place(i, name)
			again(j)
		default:
			again(i)
		}
	}
	return out
}

// duplicate counts the names for fields whose own is taken.
type duplicate struct {
	root   string
	n      int
	behind bool // a _, and so of any length
}

func newDuplicate(name string) *duplicate {
	last := len(name) - 1
	switch {
	case last > 0 && '2' <= name[last] && name[last] <= '8' && !isDigit(name[last-1]):
		return &duplicate{root: name[:last], n: int(name[last] - '0')}
	case last >= 0 && isDigit(name[last]):
		return &duplicate{root: name + "_", n: 1, behind: true}
	}
	return &duplicate{root: name, n: 1}
}

func (d *duplicate) next() string {
	d.n++
	if d.n == 10 && !d.behind {
		d.root, d.n, d.behind = d.root+"9_", 2, true
	}
	return d.root + strconv.Itoa(d.n)
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
