package explain

import (
	"bytes"
	"slices"
	"strings"

	"kickoff/oauth1/internal/keyed"
)

// set is a number of mistakes at once.
type set []*variant

// maxSets bounds the sets kept for one text.
const maxSets = 8

// piece is an element rendered under one set of mistakes. Other sets of the
// same size that make the same text are kept beside it.
type piece struct {
	element
	sets []set
}

// joinPiece and methodPiece are the elements that need no rendering.
type joinPiece struct {
	joiner
	set set
}

type methodPiece struct {
	text string
	set  set
}

// keyPiece is a key prepared for hashing.
type keyPiece struct {
	text   []byte
	key    *keyed.Key
	use    hashUse
	hash   keyed.Hash
	proves bool
	sets   []set
}

// plan holds the variants of a question by axis, and the elements that do not
// depend on what is changed as a whole, by number of mistakes.
type plan struct {
	*facts
	byAxis  [axes][]variant
	methods [][]methodPiece
	keys    [][]keyPiece
	wholes  []*whole
}

// whole is one set of changes to all elements, with the elements under it.
type whole struct {
	set    set
	base   recipe
	urls   [][]piece
	params [][]piece
	joins  [][]joinPiece
}

func newPlan(f *facts) *plan {
	p := &plan{facts: f}
	all := make([]variant, 0, 400)
	var count [axes]int
	for _, table := range tables {
		for i := range table {
			m := &table[i]
			if m.variants == nil {
				continue
			}
			for _, v := range m.variants(f) {
				v.mistake = m
				count[v.axis]++
				all = append(all, v)
			}
		}
	}
	room := make([]variant, 0, len(all))
	for a, n := range count {
		p.byAxis[a] = room[len(room) : len(room) : len(room)+n]
		room = room[:len(room)+n]
	}
	for i := range all {
		p.byAxis[all[i].axis] = append(p.byAxis[all[i].axis], all[i])
	}
	p.wholes = []*whole{{base: f.right}}
	return p
}

// limits returns the first and last axis of a part.
func (p part) limits() (first, last axis) {
	first, last = axes, 0
	for a := axis(0); a < axes; a++ {
		if a.part() == p {
			first, last = min(first, a), a
		}
	}
	return first, last
}

// each calls visit for every set of exactly n mistakes on different axes of
// part, applied to r in the order of the axes. Recipe and set are visit's
// until it returns. With workers > 1 it takes every
// workers-th first mistake, from worker on.
func (p *plan) each(pt part, n int, r *recipe, worker, workers int, visit func(*recipe, set) bool) bool {
	first, last := pt.limits()
	turn := 0
	frames := make([]recipe, n)
	chosen := make(set, n)
	var step func(k int, r *recipe, from axis) bool
	step = func(k int, r *recipe, from axis) bool {
		if k == n {
			return visit(r, chosen)
		}
		for a := from; a <= last; a++ {
			for i := range p.byAxis[a] {
				if k == 0 {
					if turn++; turn%workers != worker {
						continue
					}
				}
				v := &p.byAxis[a][i]
				if v.idle(r) {
					continue
				}
				frames[k], chosen[k] = *r, v
				v.apply(&frames[k])
				if !step(k+1, &frames[k], a+1) {
					return false
				}
			}
		}
		return true
	}
	return step(0, r, first)
}

// wholesUpTo lists the changes to all elements of at most n mistakes.
func (p *plan) wholesUpTo(n int) []*whole {
	for have := len(p.wholes[len(p.wholes)-1].set); have < n; {
		have++
		before := len(p.wholes)
		p.each(partWhole, have, &p.right, 0, 1, func(r *recipe, s set) bool {
			if p.matters(r) {
				p.wholes = append(p.wholes, &whole{set: slices.Clone(s), base: *r})
			}
			return true
		})
		if len(p.wholes) == before {
			break
		}
	}
	return p.wholes
}

// matters reports whether the spelling of r writes any character that can
// occur in this question in another way than the right one does. A spelling
// that does not would only repeat the search.
func (p *plan) matters(r *recipe) bool {
	if r.params.names == rfc && r.join.outer == rfc && r.params.values == rfc {
		return true
	}
	s := r.join.outer
	if s.hex != rfc.hex || s.charset != rfc.charset || s.plus {
		return true
	}
	text := p.text()
	for c := range 256 {
		if s.safe[c] != rfc.safe[c] && strings.IndexByte(text, byte(c)) >= 0 {
			return true
		}
	}
	return false
}

// text is everything that may get into a base string.
func (p *plan) text() string {
	var b strings.Builder
	b.WriteString("http://%:=&._-")
	for _, s := range []string{p.right.url.host, p.hostTyped, p.right.url.path, decode(p.right.url.path, false), p.q.Fragment, p.q.User, string(p.q.Body), p.presented, p.realm, p.rightSignature} {
		b.WriteString(s)
	}
	for _, list := range [][]string{p.roots, p.knownHosts} {
		b.WriteString(strings.Join(list, ""))
	}
	for _, q := range p.right.params.list {
		b.WriteString(q.name + q.value + q.rawValue)
	}
	return b.String()
}

// url, param, join, method and key return the pieces of exactly n mistakes.

func (p *plan) url(w *whole, n int) []piece {
	for len(w.urls) <= n {
		w.urls = append(w.urls, p.render(w, partURL, w.urls, func(dst []byte, r *recipe) []byte { return r.url.render(dst) }))
	}
	return w.urls[n]
}

func (p *plan) param(w *whole, ws *workspace, n int) []piece {
	for len(w.params) <= n {
		w.params = append(w.params, p.render(w, partParams, w.params, func(dst []byte, r *recipe) []byte { return r.params.render(dst, ws) }))
	}
	return w.params[n]
}

// render makes the pieces of one mistake more than have, without the texts
// that fewer mistakes make.
func (p *plan) render(w *whole, pt part, have [][]piece, text func([]byte, *recipe) []byte) []piece {
	known := map[string]int{}
	for _, list := range have {
		for _, q := range list {
			known[string(q.raw)] = -1
		}
	}
	var list []piece
	var scratch []byte
	p.each(pt, len(have), &w.base, 0, 1, func(r *recipe, s set) bool {
		scratch = text(scratch[:0], r)
		at, ok := known[string(scratch)]
		switch {
		case !ok:
			raw := bytes.Clone(scratch)
			known[string(raw)] = len(list)
			enc := r.join.outer.appendBytes(make([]byte, 0, len(raw)+len(raw)/2), raw)
			list = append(list, piece{element{raw, enc}, []set{slices.Clone(s)}})
		case at >= 0 && len(list[at].sets) < maxSets:
			list[at].sets = append(list[at].sets, slices.Clone(s))
		}
		return true
	})
	return list
}

func (p *plan) join(w *whole, n int) []joinPiece {
	for len(w.joins) <= n {
		var list []joinPiece
		p.each(partJoin, len(w.joins), &w.base, 0, 1, func(r *recipe, s set) bool {
			list = append(list, joinPiece{r.join, slices.Clone(s)})
			return true
		})
		w.joins = append(w.joins, list)
	}
	return w.joins[n]
}

func (p *plan) method(n int) []methodPiece {
	for len(p.methods) <= n {
		var list []methodPiece
		p.each(partMethod, len(p.methods), &p.right, 0, 1, func(r *recipe, s set) bool {
			list = append(list, methodPiece{r.method, slices.Clone(s)})
			return true
		})
		p.methods = append(p.methods, list)
	}
	return p.methods[n]
}

func (p *plan) key(n int, targets []target) []keyPiece {
	var c keyed.Computer
	for len(p.keys) <= n {
		type keyID struct {
			use  hashUse
			hash keyed.Hash
			text string
		}
		known := map[keyID]int{}
		id := func(k *keyPiece) keyID { return keyID{k.use, k.hash, string(k.text)} }
		for _, list := range p.keys {
			for i := range list {
				known[id(&list[i])] = -1
			}
		}
		var list []keyPiece
		p.each(partKey, len(p.keys), &p.right, 0, 1, func(r *recipe, s set) bool {
			k := keyPiece{text: r.key.render(nil), use: r.key.use, hash: r.key.hash, proves: r.key.usesSecret(), sets: []set{slices.Clone(s)}}
			if k.proves && len(r.key.secret) == 0 || !fits(k.use, k.hash, targets) {
				return true
			}
			at, ok := known[id(&k)]
			switch {
			case !ok:
				if k.use == useHMAC {
					k.key = c.Prepare(k.hash, k.text)
				}
				known[id(&k)] = len(list)
				list = append(list, k)
			case at >= 0 && len(list[at].sets) < maxSets:
				list[at].sets = append(list[at].sets, slices.Clone(s))
			}
			return true
		})
		p.keys = append(p.keys, list)
	}
	return p.keys[n]
}

// fits reports whether any target is as long as the hash makes digests.
func fits(use hashUse, h keyed.Hash, targets []target) bool {
	if use == usePlaintext {
		return true
	}
	for _, t := range targets {
		if len(t.digest) == h.Size() {
			return true
		}
	}
	return false
}
