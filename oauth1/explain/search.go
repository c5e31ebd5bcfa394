package explain

import (
	"bytes"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"kickoff/oauth1/internal/keyed"
)

// keepUpTo is the number of mistakes in one element up to which its pieces are
// kept to be joined with others. Larger sets are rendered, hashed and
// forgotten, which bounds the memory of a search.
const keepUpTo = 2

// maxHits bounds what one search returns; more sets than this that all make
// the same signature help nobody.
const maxHits = 32

// search looks for the sets of a given size that make one of the targets.
type search struct {
	*plan
	targets []target
	workers int
	keep    int   // pieces of up to so many mistakes are kept at this level
	budget  int64 // hashes that may still be spent; <0: as many as it takes

	hashes, bases atomic.Int64
	stop          atomic.Bool
	mu            sync.Mutex
	hits          []hit
}

// hit is a set that makes a target.
type hit struct {
	set    set
	target *target
	base   string
	proves bool
}

// workspace is the scratch of one goroutine.
type workspace struct {
	items []*item // in room, so that sorting moves little
	room  []item
	hash  keyed.Computer
	base  []byte

	hashes, bases int64 // of this goroutine
}

// combination is one choice for each element but the key.
type combination struct {
	whole  *whole
	method *methodPiece
	url    []set
	params []set
	join   *joinPiece
}

// level searches all sets of exactly n mistakes before the output. It
// returns an error only if ctx ends.
func (s *search) level(ctx context.Context, n int, targets []*target) error {
	if len(targets) == 0 {
		return nil
	}
	defer context.AfterFunc(ctx, func() { s.stop.Store(true) })()
	// Sets that fill the level alone are not joined with any other.
	s.keep = max(0, min(keepUpTo, n-1))
	wholes := s.wholesUpTo(n)
	s.prepare(wholes, n)
	if s.stop.Load() {
		return ctx.Err() // pieces are missing, and the workers may not add any
	}
	workers := s.workers
	if n < 2 {
		workers = 1
	}
	var wg sync.WaitGroup
	for i := range workers {
		run := func() {
			w := &workspace{}
			for _, wh := range wholes {
				if left := n - len(wh.set); left >= 0 {
					s.under(w, wh, left, i, workers, targets)
				}
			}
			s.hashes.Add(w.hashes)
			s.bases.Add(w.bases)
		}
		if workers == 1 {
			run()
		} else {
			wg.Go(run)
		}
	}
	wg.Wait()
	return ctx.Err()
}

// prepare renders the pieces that the workers share.
func (s *search) prepare(wholes []*whole, n int) {
	for i := range n + 1 {
		s.method(i)
		s.key(i, s.targets)
	}
	var wg sync.WaitGroup
	gate := make(chan struct{}, s.workers)
	for _, wh := range wholes {
		f := func() {
			ws := &workspace{}
			for i := 0; i <= min(n-len(wh.set), s.keep) && !s.stop.Load(); i++ {
				s.url(wh, i)
				s.param(wh, ws, i)
				s.join(wh, i)
			}
			for i := s.keep + 1; i <= n-len(wh.set); i++ {
				s.join(wh, i)
			}
		}
		if n < 2 {
			f()
			continue
		}
		wg.Go(func() {
			gate <- struct{}{}
			f()
			<-gate
		})
	}
	wg.Wait()
}

// under tries every way to spread left mistakes over the elements under wh.
// Of the combinations a worker takes every workers-th.
func (s *search) under(w *workspace, wh *whole, left, worker, workers int, targets []*target) {
	turn := 0
	mine := func() bool {
		turn++
		return turn%workers == worker
	}
	for nm := 0; nm <= left; nm++ {
		methods := s.method(nm)
		for nj := 0; nm+nj <= left && len(methods) > 0; nj++ {
			joins := s.join(wh, nj)
			for nu := 0; nm+nj+nu <= left && len(joins) > 0; nu++ {
				for np := 0; nm+nj+nu+np <= left; np++ {
					keys := s.keys[left-nm-nj-nu-np]
					if len(keys) == 0 {
						continue
					}
					for mi := range methods {
						for ji := range joins {
							c := combination{whole: wh, method: &methods[mi], join: &joins[ji]}
							if !s.cross(w, c, nu, np, keys, targets, mine) {
								return
							}
						}
					}
				}
			}
		}
	}
}

// cross tries the URL pieces of nu mistakes with the parameter pieces of np
// mistakes. Where one of the two is not kept it is rendered on the way; the
// other is then small.
func (s *search) cross(w *workspace, c combination, nu, np int, keys []keyPiece, targets []*target, mine func() bool) bool {
	wh := c.whole
	try := func(u, p *piece) bool {
		if s.stop.Load() {
			return false
		}
		c.url, c.params = u.sets, p.sets
		return s.try(w, c, u.element, p.element, keys, targets)
	}
	one := piece{sets: make([]set, 1)}
	switch {
	case nu > s.keep:
		return s.each(partURL, nu, &wh.base, 0, 1, func(r *recipe, chosen set) bool {
			if !mine() {
				return true
			}
			one.raw = r.url.render(one.raw[:0])
			one.enc = r.join.outer.appendBytes(one.enc[:0], one.raw)
			one.sets[0] = chosen
			for i := range s.kept(wh.params, np) {
				if !try(&one, &wh.params[np][i]) {
					return false
				}
			}
			return true
		})
	case np > s.keep:
		return s.each(partParams, np, &wh.base, 0, 1, func(r *recipe, chosen set) bool {
			if !mine() {
				return true
			}
			one.raw = r.params.render(one.raw[:0], w)
			one.enc = r.join.outer.appendBytes(one.enc[:0], one.raw)
			one.sets[0] = chosen
			for i := range s.kept(wh.urls, nu) {
				if !try(&wh.urls[nu][i], &one) {
					return false
				}
			}
			return true
		})
	}
	urls, params := s.kept(wh.urls, nu), s.kept(wh.params, np)
	for i := range urls {
		for j := range params {
			if mine() && !try(&urls[i], &params[j]) {
				return false
			}
		}
	}
	return true
}

func (s *search) kept(pieces [][]piece, n int) []piece {
	if n >= len(pieces) {
		return nil
	}
	return pieces[n]
}

// try builds one base string and computes its signatures with all keys.
func (s *search) try(w *workspace, c combination, u, p element, keys []keyPiece, targets []*target) bool {
	w.base = c.join.render(w.base[:0], c.method.text, u, p)
	w.bases++
	for i := range keys {
		k := &keys[i]
		if k.use == usePlaintext {
			continue // depends on no base string: see plaintext
		}
		if s.budget >= 0 && s.hashes.Load()+w.hashes >= s.budget {
			return false
		}
		w.hashes++
		digest := k.sum(&w.hash, w.base)
		for _, t := range targets {
			if bytes.Equal(digest, t.digest) {
				s.record(c, k, t, w.base)
			}
		}
	}
	return true
}

// sum computes the digest that k makes of base.
func (k *keyPiece) sum(c *keyed.Computer, base []byte) []byte {
	switch k.use {
	case useBaseOnly:
		return c.Plain(k.hash, base)
	case useKeyFirst:
		return c.Plain(k.hash, k.text, base)
	case useKeyLast:
		return c.Plain(k.hash, base, k.text)
	case useSwapped:
		return c.Sum(c.Prepare(k.hash, base), k.text)
	}
	return c.Sum(k.key, base)
}

// record keeps every set of mistakes that a hit stands for.
func (s *search) record(c combination, k *keyPiece, t *target, base []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range c.url {
		for _, p := range c.params {
			for _, key := range k.sets {
				if len(s.hits) >= maxHits {
					return
				}
				s.hits = append(s.hits, hit{
					set:    slices.Concat(c.whole.set, c.method.set, u, p, c.join.set, key),
					target: t, base: string(base), proves: k.proves,
				})
			}
		}
	}
}

// plaintext looks for keys of n mistakes that were sent instead of a digest.
func (s *search) plaintext(n int) {
	var w workspace
	for i := range s.key(n, s.targets) {
		k := &s.keys[n][i]
		if k.use == usePlaintext && len(k.text) >= 8 && (s.presented == string(k.text) || s.presented == rfc.string(string(k.text))) {
			base := s.right.base(nil, &w)
			for _, set := range k.sets {
				s.hits = append(s.hits, hit{set: set, target: &target{}, base: string(base), proves: k.proves})
			}
		}
	}
}

func workersOf(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}
