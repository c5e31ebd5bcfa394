package explain

import (
	"context"

	"kickoff/oauth1/internal/keyed"
)

// QuickHashes is enough for all single mistakes of an ordinary gallery call.
const QuickHashes = 512

// quickParams bounds the requests that Quick looks at: rendering grows with
// the square of their parameters, and anyone can send many. Calls of a
// gallery have some ten.
const quickParams = 40

// Quick looks for one mistake, in the caller's goroutine and with exactly
// that many hashes, whatever it finds and whether the secret is the right
// one: a server can answer unknown keys after the same work, by asking with a
// secret that it made up. It reports the likeliest explanation that proves
// that the signer holds the secret. Where the candidates are more than hashes
// the last ones are not tried.
func Quick(q Question, hashes int) (Explanation, bool) {
	f := newFacts(&q)
	if len(f.right.params.list) > quickParams || len(f.presented) > maxPresented {
		spend(f, hashes)
		return Explanation{}, false
	}
	s := &search{plan: newPlan(f), targets: invert(f.presented), workers: 1, budget: int64(hashes)}
	if len(s.targets) == 0 { // no digest to look for; go through the same motions
		s.targets = []target{{digest: make([]byte, keyed.SHA1.Size())}}
	}
	ctx := context.Background()
	var plain, written []*target
	for i := range s.targets {
		switch len(s.targets[i].output) {
		case 0:
			plain = append(plain, &s.targets[i])
		case 1:
			written = append(written, &s.targets[i])
		}
	}
	_ = s.level(ctx, 0, append(written, plain...)) // fails only if ctx ends
	_ = s.level(ctx, 1, plain)
	spend(f, hashes-int(s.hashes.Load()))

	var w workspace
	rep := Report{Expected: string(f.right.base(nil, &w))}
	s.report(&rep)
	if rep.Right {
		return Explanation{}, false
	}
	for _, e := range rep.Found {
		if e.Proves {
			return e, true
		}
	}
	return Explanation{}, false
}

// spend computes n signatures of the right base string.
func spend(f *facts, n int) {
	var w workspace
	base := f.right.base(nil, &w)
	key := w.hash.Prepare(keyed.SHA1, f.right.key.render(nil))
	for range n {
		w.hash.Sum(key, base)
	}
}
