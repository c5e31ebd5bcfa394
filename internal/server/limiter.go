package server

import (
	"strings"
	"sync"
	"time"
)

// limiter counts failed attempts by name. Each name has a bucket of burst
// failures that refills at one per refill; a name without any left is over.
// Memory is bounded: beyond maxNames, names share one bucket.
type limiter struct {
	burst  float64
	refill time.Duration
	now    func() time.Time
	// lenient: a name that is not known is not over, even when there is no room
	// to know it. So a crowd that fills the memory locks nobody else out.
	lenient bool

	mu      sync.Mutex
	buckets map[string]*bucket
	rest    bucket // of all names beyond maxNames
	swept   time.Time
}

type bucket struct {
	left float64
	at   time.Time
}

// The bounds of the memory: strangers choose names.
const (
	maxNames = 50_000
	maxName  = 128
)

func cutName(name string) string { return name[:min(len(name), maxName)] }

func newLimiter(burst int, refill time.Duration, now func() time.Time) *limiter {
	return &limiter{burst: float64(burst), refill: refill, now: now, buckets: make(map[string]*bucket), rest: bucket{float64(burst), now()}}
}

// level brings a bucket up to now. The caller holds mu.
func (l *limiter) level(b *bucket) float64 {
	now := l.now()
	if d := now.Sub(b.at); d > 0 {
		b.left = min(l.burst, b.left+float64(d)/float64(l.refill))
		b.at = now
	}
	return b.left
}

// over reports whether a name has used up its failures, and when it has the
// next one.
func (l *limiter) over(name string) (time.Duration, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[cutName(name)]
	if b == nil {
		if l.lenient || len(l.buckets) < maxNames {
			return 0, false
		}
		b = &l.rest
	}
	if left := l.level(b); left < 1 {
		return time.Duration((1 - left) * float64(l.refill)), true
	}
	return 0, false
}

// failed counts a failure of a name.
func (l *limiter) failed(name string) {
	if len(name) > maxName {
		name = strings.Clone(cutName(name)) // not a part that keeps the whole
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[name]
	if b == nil {
		if len(l.buckets) >= maxNames {
			l.forget()
		}
		if len(l.buckets) >= maxNames {
			b = &l.rest
		} else {
			b = &bucket{l.burst, l.now()}
			l.buckets[name] = b
		}
	}
	l.level(b)
	b.left = max(0, b.left-1)
}

// forget drops the names whose buckets are full again, at most once a second.
// The caller holds mu.
func (l *limiter) forget() {
	now := l.now()
	if now.Sub(l.swept) < time.Second {
		return
	}
	l.swept = now
	for name, b := range l.buckets {
		if l.level(b) >= l.burst {
			delete(l.buckets, name)
		}
	}
}
