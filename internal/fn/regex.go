package fn

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
)

// Regex is a compiled pattern. It runs on Go's regexp, which takes time linear
// in the text, where the pattern and the text allow, and else on a backtracking
// engine with a time limit.
type Regex struct {
	pattern string
	re      *regexp.Regexp  // nil where only bt can
	bt      *regexp2.Regexp // nil where re does all
	whole   *regexp.Regexp  // re anchored at both ends
	wholeBT *regexp2.Regexp
	words   bool // re is wrong where the text is not ASCII
	empty   bool // may match an empty text
}

// ErrRegexTime is the error of a pattern that takes too long on a text.
var ErrRegexTime = errors.New("the pattern takes too long on one value, since it backtracks; write it without repeats inside repeats")

// CompileRegex compiles a pattern of the language. Errors say what is wrong
// with the pattern.
func CompileRegex(pattern string, ignoreCase bool, limit time.Duration) (*Regex, error) {
	t, err := translateRegex(pattern, ignoreCase)
	if err != nil {
		return nil, fmt.Errorf("the pattern %q: %w", pattern, err)
	}
	flags := regexFlags(ignoreCase)
	r := &Regex{pattern: pattern, words: t.words}
	if !t.backtracks {
		r.empty = matchesEmpty(flags + t.re2)
		if r.re, err = regexp.Compile(flags + t.re2); err == nil {
			r.whole, err = regexp.Compile(`\A(?:` + flags + t.re2 + `)\z`)
		}
		switch {
		case err != nil: // Go refuses repeats above 1000, which the other engine has
			r.re, r.whole = nil, nil
		case !r.words && !r.empty:
			return r, nil
		}
	}
	opt := regexp2.RegexOptions(regexp2.RE2 | regexp2.Singleline | regexp2.Multiline)
	if ignoreCase {
		opt |= regexp2.IgnoreCase
	}
	if r.bt, err = regexp2.Compile(t.backtracking, opt); err == nil {
		r.wholeBT, err = regexp2.Compile(`\A(?:`+t.backtracking+`)\z`, opt)
	}
	if err != nil {
		return nil, fmt.Errorf("the pattern %q: %w", pattern, err)
	}
	r.bt.MatchTimeout, r.wholeBT.MatchTimeout = limit, limit
	return r, nil
}

// regexFlags are those of the vendor's regex library by default: a point matches
// line breaks, and ^ and $ match at them.
func regexFlags(ignoreCase bool) string {
	if ignoreCase {
		return "(?ism)"
	}
	return "(?sm)"
}

// RE2 returns the pattern, flags included, for engines built on RE2, or false
// where RE2 cannot do it and CompileRegex backtracks. empty says that it may match
// an empty text: where the next match after one starts, engines do not agree.
func RE2(pattern string, ignoreCase bool) (re string, empty, ok bool) {
	t, err := translateRegex(pattern, ignoreCase)
	if err != nil || t.backtracks || t.words {
		return "", false, false
	}
	s := regexFlags(ignoreCase) + t.re2
	tree, err := syntax.Parse(s, syntax.Perl)
	if err != nil || classRanges(tree) > maxClassRanges {
		return "", false, false
	}
	return s, least(tree) == 0, true
}

// Span is a place in a text, in bytes; Start is -1 where a group took no part.
type Span struct{ Start, End int }

// fast reports whether Go's regexp finds what is to be found in s.
func (r *Regex) fast(s string) bool { return r.re != nil && !(r.words && !isASCII(s)) }

// MatchWhole reports whether the pattern matches all of s.
func (r *Regex) MatchWhole(s string) (bool, error) {
	if r.fast(s) {
		return r.whole.MatchString(s), nil
	}
	ok, err := r.wholeBT.MatchString(s)
	return ok, r.timed(err)
}

// Groups is the number of marked groups.
func (r *Regex) Groups() int {
	if r.re != nil {
		return r.re.NumSubexp()
	}
	return len(r.bt.GetGroupNumbers()) - 1
}

// FindWhole returns the places of the groups of a match of all of s, the whole
// match first, or nil.
func (r *Regex) FindWhole(s string) ([]Span, error) {
	if r.fast(s) {
		return spans(r.whole.FindStringSubmatchIndex(s)), nil
	}
	m, err := r.wholeBT.FindStringMatch(s)
	if err != nil || m == nil {
		return nil, r.timed(err)
	}
	return spansBT(m, runePlaces(s)), nil
}

// FindAll returns the matches in s, at most max of them if max is positive;
// each is the place of the whole match and those of the groups. An empty match
// at the end of the one before does not count.
func (r *Regex) FindAll(s string, max int) ([][]Span, error) {
	if max <= 0 {
		max = -1
	}
	if r.fast(s) {
		return allSpans(r.re.FindAllStringSubmatchIndex(s, max)), nil
	}
	all, err := r.findBT(s, func(all [][]Span, next []Span) bool {
		return len(all) == 0 || next[0].End > all[len(all)-1][0].End
	}, max)
	return all, r.timed(err)
}

// findEach returns the matches in s as the vendor's regex library goes through
// them: an empty match may stand at the end of the one before, so that .* is found
// twice in "abc".
func (r *Regex) findEach(s string) ([][]Span, error) {
	if r.fast(s) && !r.empty {
		return allSpans(r.re.FindAllStringSubmatchIndex(s, -1)), nil
	}
	all, err := r.findBT(s, func([][]Span, []Span) bool { return true }, -1)
	return all, r.timed(err)
}

// findBT collects the matches that the backtracking engine finds and keep takes.
func (r *Regex) findBT(s string, keep func(all [][]Span, next []Span) bool, max int) (all [][]Span, err error) {
	places := runePlaces(s)
	m, err := r.bt.FindStringMatch(s)
	for err == nil && m != nil && (max < 0 || len(all) < max) {
		if found := spansBT(m, places); keep(all, found) {
			all = append(all, found)
		}
		m, err = r.bt.FindNextMatch(m)
	}
	return all, err
}

func allSpans(index [][]int) [][]Span {
	all := make([][]Span, len(index))
	for i, m := range index {
		all[i] = spans(m)
	}
	return all
}

// timed names the time limit; regexp2 has no error value for it.
func (r *Regex) timed(err error) error {
	if err != nil {
		return fmt.Errorf("the pattern %q: %w", r.pattern, ErrRegexTime)
	}
	return nil
}

func spans(index []int) []Span {
	if index == nil {
		return nil
	}
	s := make([]Span, len(index)/2)
	for i := range s {
		s[i] = Span{index[2*i], index[2*i+1]}
	}
	return s
}

// runePlaces lists where each character starts, since regexp2 counts characters;
// nil where each is one byte.
func runePlaces(s string) []int {
	if len(s) == runeCount(s) {
		return nil
	}
	places := make([]int, 0, len(s)+1)
	for i := range s {
		places = append(places, i)
	}
	return append(places, len(s))
}

func spansBT(m *regexp2.Match, places []int) []Span {
	groups := m.Groups()
	s := make([]Span, len(groups))
	for i, g := range groups {
		s[i] = Span{-1, -1}
		if len(g.Captures) == 0 {
			continue
		}
		start, end := g.Index, g.Index+g.Length
		if places != nil {
			start, end = places[start], places[end]
		}
		s[i] = Span{start, end}
	}
	return s
}

// ReplaceAll replaces each match by the replacement.
func (r *Regex) ReplaceAll(s string, to *Replacement) (string, error) {
	all, err := r.findEach(s)
	if err != nil || len(all) == 0 {
		return s, err
	}
	var b strings.Builder
	at := 0
	for _, m := range all {
		b.WriteString(s[at:m[0].Start])
		to.expand(&b, s, m)
		at = m[0].End
		if b.Len() > maxText {
			return "", fmt.Errorf("the pattern %q: the replaced text is too long", r.pattern)
		}
	}
	b.WriteString(s[at:])
	return b.String(), nil
}

// regexKey finds a compiled pattern.
type regexKey struct {
	pattern    string
	ignoreCase bool
}

// regexCache keeps the patterns of a run, which rarely has more than a few. Where
// patterns come from the data it forgets all of them now and then.
type regexCache struct {
	mu   sync.RWMutex
	regs map[regexKey]compiled
	reps map[string]*Replacement
}

type compiled struct {
	re  *Regex
	err error
}

const regexCacheSize = 500

// Regex returns a compiled pattern from the library's cache.
func (l *Library) Regex(pattern string, ignoreCase bool) (*Regex, error) {
	c, key := &l.regexes, regexKey{pattern, ignoreCase}
	c.mu.RLock()
	hit, ok := c.regs[key]
	c.mu.RUnlock()
	if ok {
		return hit.re, hit.err
	}
	hit.re, hit.err = CompileRegex(pattern, ignoreCase, l.opt.RegexTimeout)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.regs) >= regexCacheSize || c.regs == nil {
		c.regs = make(map[regexKey]compiled)
	}
	c.regs[key] = hit
	return hit.re, hit.err
}

// replacement returns a parsed replacement from the cache.
func (l *Library) replacement(s string) *Replacement {
	c := &l.regexes
	c.mu.RLock()
	hit, ok := c.reps[s]
	c.mu.RUnlock()
	if ok {
		return hit
	}
	hit = ParseReplacement(s)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.reps) >= regexCacheSize || c.reps == nil {
		c.reps = make(map[string]*Replacement)
	}
	c.reps[s] = hit
	return hit
}

// regexMatch and the others take Null as text that nothing matches.
func regexMatch(l *Library, a []Value) (Value, error) {
	if a[0].IsNull() || a[1].IsNull() {
		return Bool(false), nil
	}
	re, err := l.Regex(a[1].Text(), flag(a, 2, true))
	if err != nil {
		return Value{}, fmt.Errorf("REGEX_Match: %w", err)
	}
	ok, err := re.MatchWhole(a[0].Text())
	if err != nil {
		return Value{}, fmt.Errorf("REGEX_Match: %w", err)
	}
	return Bool(ok), nil
}

func regexCountMatches(l *Library, a []Value) (Value, error) {
	if a[0].IsNull() || a[1].IsNull() {
		return Int(0), nil
	}
	re, err := l.Regex(a[1].Text(), flag(a, 2, true))
	if err != nil {
		return Value{}, fmt.Errorf("REGEX_CountMatches: %w", err)
	}
	all, err := re.findEach(a[0].Text())
	if err != nil {
		return Value{}, fmt.Errorf("REGEX_CountMatches: %w", err)
	}
	return Int(int64(len(all))), nil
}

// regexReplace: a Null text or replacement is empty, a Null pattern replaces nothing.
func regexReplace(l *Library, a []Value) (Value, error) {
	if a[0].IsNull() || a[1].IsNull() {
		return Text(a[0].Text()), nil
	}
	re, err := l.Regex(a[1].Text(), flag(a, 3, true))
	if err != nil {
		return Value{}, fmt.Errorf("REGEX_Replace: %w", err)
	}
	s, err := re.ReplaceAll(a[0].Text(), l.replacement(a[2].Text()))
	if err != nil {
		return Value{}, fmt.Errorf("REGEX_Replace: %w", err)
	}
	return Text(s), nil
}
