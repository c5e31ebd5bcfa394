// Package noncetest judges implementations of oauth1.NonceStore. A store's own
// test is a call of Run; what only it does (files, limits of its own) it
// tests beside that.
package noncetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kickoff/oauth1"
)

// Harness makes the stores to be judged.
type Harness struct {
	// Open returns an empty store that reads the given clock and holds at
	// most max live nonces, of any key.
	Open func(t *testing.T, clock func() time.Time, max int) oauth1.NonceStore

	// Again returns a handle on the nonces of a store that was used before:
	// what another process sees, or this one after a crash. Nil for stores
	// that neither share nor survive.
	Again func(t *testing.T, s oauth1.NonceStore) oauth1.NonceStore

	// Shared says that the first handle goes on working beside the second.
	Shared bool
}

const window = 300

// Clock is a clock that tests move by hand. The zero Clock stands at 1970.
type Clock struct{ seconds atomic.Int64 }

// Now returns the time that was set.
func (c *Clock) Now() time.Time { return time.Unix(c.seconds.Load(), 0) }

// Set moves the clock.
func (c *Clock) Set(seconds int64) { c.seconds.Store(seconds) }

const start = 1_600_000_000

func nonce(key string, timestamp int64, value string) oauth1.Nonce {
	return oauth1.Nonce{ConsumerKey: key, Timestamp: timestamp, Value: value, Expires: timestamp + window}
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	open := func(t *testing.T, max int) (oauth1.NonceStore, *Clock) {
		clock := &Clock{}
		clock.Set(start)
		return h.Open(t, clock.Now, max), clock
	}
	use := func(t *testing.T, s oauth1.NonceStore, n oauth1.Nonce, want error) {
		t.Helper()
		if err := s.Use(t.Context(), n); !errors.Is(err, want) {
			t.Fatalf("Use(%q, %d, %q) = %v, want %v", n.ConsumerKey, n.Timestamp-start, n.Value, err, want)
		}
	}

	t.Run("once", func(t *testing.T) {
		s, _ := open(t, 1000)
		use(t, s, nonce("key", start, "abc"), nil)
		use(t, s, nonce("key", start, "abc"), oauth1.ErrNonceUsed)
		use(t, s, nonce("key", start+1, "abc"), nil)
		use(t, s, nonce("other", start, "abc"), nil)
		use(t, s, nonce("key", start, "ABC"), nil)
		use(t, s, nonce("key", start, "abc"), oauth1.ErrNonceUsed)
	})
	t.Run("parts stay apart", func(t *testing.T) {
		s, _ := open(t, 1000)
		for _, n := range []oauth1.Nonce{
			nonce("ab", start, "c"), nonce("a", start, "bc"), nonce("abc", start, ""), nonce("", start, "abc"),
			nonce("a\x00b", start, "c"), nonce("a", start, "\x00bc"), nonce("a:b", start, "c"), nonce("a", start, "b:c"),
		} {
			use(t, s, n, nil)
		}
	})
	t.Run("odd text", func(t *testing.T) {
		s, _ := open(t, 1000)
		for _, v := range []string{"", "'; drop table nonces; --", "é\xff\x00", string(make([]byte, 4096))} {
			use(t, s, nonce("key"+v, start, v), nil)
			use(t, s, nonce("key"+v, start, v), oauth1.ErrNonceUsed)
		}
	})
	t.Run("live until the last second", func(t *testing.T) {
		s, clock := open(t, 1000)
		for ts := int64(start - window); ts <= start+window; ts += 7 {
			use(t, s, nonce("key", ts, "n"), nil)
		}
		for now := int64(start); now <= start+2*window; now += 13 {
			clock.Set(now)
			use(t, s, nonce("filler", now, "f"), nil)
			for ts := int64(start - window); ts <= start+window; ts += 7 {
				if err := s.Use(t.Context(), nonce("key", ts, "n")); ts+window >= now && !errors.Is(err, oauth1.ErrNonceUsed) {
					t.Fatalf("at %d the nonce of %d, alive until %d: %v", now-start, ts-start, ts-start+window, err)
				} else if err == nil {
					t.Fatalf("at %d the dead nonce of %d passes again", now-start, ts-start)
				}
			}
		}
	})
	t.Run("clock set back", func(t *testing.T) {
		s, clock := open(t, 1000)
		use(t, s, nonce("key", start, "n"), nil)
		clock.Set(start + 3*window)
		use(t, s, nonce("key", start+3*window, "n"), nil)
		clock.Set(start)
		if err := s.Use(t.Context(), nonce("key", start, "n")); err == nil {
			t.Fatal("a used nonce passes after the clock was set back")
		}
	})
	t.Run("full", func(t *testing.T) {
		s, clock := open(t, 50)
		for i := range 50 {
			use(t, s, nonce(fmt.Sprint("key", i), start, "n"), nil)
		}
		for i := range 10 {
			use(t, s, nonce(fmt.Sprint("more", i), start, "n"), oauth1.ErrNonceStoreFull)
		}
		for i := range 50 { // nothing was pushed out
			if err := s.Use(t.Context(), nonce(fmt.Sprint("key", i), start, "n")); err == nil {
				t.Fatalf("nonce %d was evicted from a full store", i)
			}
		}
		clock.Set(start + 2*window)
		for i := range 50 {
			use(t, s, nonce(fmt.Sprint("key", i), start+2*window, "n"), nil)
		}
	})
	t.Run("concurrent", func(t *testing.T) {
		s, _ := open(t, 10_000)
		handles := []oauth1.NonceStore{s}
		if h.Shared {
			handles = append(handles, h.Again(t, s))
		}
		race(t, handles)
	})
	if h.Again != nil {
		t.Run("again", func(t *testing.T) {
			s, _ := open(t, 1000)
			for i := range 100 {
				use(t, s, nonce("key", start+int64(i), "n"), nil)
			}
			for range 3 {
				s = h.Again(t, s)
				for i := range 100 {
					use(t, s, nonce("key", start+int64(i), "n"), oauth1.ErrNonceUsed)
				}
			}
			use(t, s, nonce("key", start, "m"), nil)
		})
	}
}

// race has many goroutines bring the same nonces: each must pass once.
func race(t *testing.T, handles []oauth1.NonceStore) {
	const nonces, callers = 100, 16
	var passed [nonces]atomic.Int32
	var wg sync.WaitGroup
	for c := range callers {
		s := handles[c%len(handles)]
		wg.Go(func() {
			for i := range nonces {
				switch err := s.Use(t.Context(), nonce("key", start, fmt.Sprint(i))); {
				case err == nil:
					passed[i].Add(1)
				case !errors.Is(err, oauth1.ErrNonceUsed):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range passed {
		if n := passed[i].Load(); n != 1 {
			t.Errorf("nonce %d passed %d times", i, n)
		}
	}
}
