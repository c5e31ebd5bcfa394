package explain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// DefaultDepth is how many mistakes at once Explain looks for.
const DefaultDepth = 2

// MaxDepth is the largest Depth; more is taken as this. Five mistakes at once
// take minutes, and the search does not join two elements of three each.
const MaxDepth = 2*keepUpTo + 1

// Explain answers q. It returns ctx's error, with what it has found so far,
// if ctx ends.
func Explain(ctx context.Context, q Question) (Report, error) {
	f := newFacts(&q)
	rep := Report{Depth: -1, Seen: append(f.byState(), f.bySight()...)}
	var w workspace
	rep.Expected = string(f.right.base(nil, &w))
	if f.presented == "" {
		return rep, nil
	}
	depth := min(q.Depth, MaxDepth)
	if depth <= 0 {
		depth = DefaultDepth
	}
	s := &search{plan: newPlan(f), targets: invert(f.presented), workers: workersOf(q.Workers), budget: -1}
	err := s.deepen(ctx, depth, &rep)
	rep.Candidates, rep.Bases = int(s.hashes.Load()), int(s.bases.Load())
	s.report(&rep)
	return rep, err
}

// deepen searches for 0, 1, … up to depth mistakes and stops at the first hit.
func (s *search) deepen(ctx context.Context, depth int, rep *Report) error {
	for n := 0; n <= depth; n++ {
		for left := 0; left <= n; left++ { // mistakes before the output; the others lie in it
			var targets []*target
			for i := range s.targets {
				if t := &s.targets[i]; len(t.output) == n-left {
					targets = append(targets, t)
				}
			}
			if err := s.level(ctx, left, targets); err != nil {
				return err
			}
		}
		s.plaintext(n)
		if s.secret != "" || len(s.others) > 0 {
			rep.Depth = n
		}
		if len(s.hits) > 0 {
			return nil
		}
	}
	return nil
}

// report turns the hits into explanations.
func (s *search) report(rep *Report) {
	known := map[string]bool{}
	for _, h := range s.hits {
		e := Explanation{Signed: h.base, Proves: h.proves}
		for _, v := range h.set {
			e.Mistakes = append(e.Mistakes, v.found())
		}
		e.Mistakes = append(e.Mistakes, h.target.findings()...)
		if len(e.Mistakes) == 0 {
			rep.Right = true
			continue
		}
		if id := e.ids(); known[id] {
			continue
		} else {
			known[id] = true
		}
		e.SignedPart, e.ExpectedPart = diff(e.Signed, rep.Expected)
		rep.Found = append(rep.Found, e)
	}
	slices.SortStableFunc(rep.Found, func(a, b Explanation) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.ids(), b.ids()))
	})
}

// ids names the set of mistakes, whatever their details.
func (e *Explanation) ids() string {
	var ids []string
	for _, m := range e.Mistakes {
		ids = append(ids, m.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, "+")
}

// rank is lower for likelier sets.
func (e *Explanation) rank() int {
	n := 0
	for _, m := range e.Mistakes {
		n += m.likely
	}
	if !e.Proves {
		n += 10
	}
	return n
}

// found is v as a finding.
func (v *variant) found() Finding {
	detail := v.what
	if strings.Contains(detail, "%s") || strings.Contains(detail, "%q") {
		detail = fmt.Sprintf(detail, v.arg)
	}
	return v.mistake.found(detail)
}

func (m *Mistake) found(detail string) Finding {
	return Finding{ID: m.ID, Text: m.Text, Detail: detail, Cure: m.Cure, likely: m.Likely}
}
