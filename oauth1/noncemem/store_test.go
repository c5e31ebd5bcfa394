package noncemem

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"kickoff/oauth1"
	"kickoff/oauth1/noncetest"
)

func open(t testing.TB, cfg Config) *Store {
	t.Helper()
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestMemory(t *testing.T) {
	noncetest.Run(t, noncetest.Harness{
		Open: func(t *testing.T, clock func() time.Time, max int) oauth1.NonceStore {
			return open(t, Config{Max: max, MaxPerKey: max, Now: clock})
		},
	})
}

// TestLog opens the log of a store that was never closed, as after a kill.
func TestLog(t *testing.T) {
	noncetest.Run(t, noncetest.Harness{
		Open: func(t *testing.T, clock func() time.Time, max int) oauth1.NonceStore {
			return open(t, Config{Max: max, MaxPerKey: max, Now: clock, Dir: t.TempDir()})
		},
		Again: func(t *testing.T, s oauth1.NonceStore) oauth1.NonceStore {
			old := s.(*Store)
			crash(t, old)
			return open(t, old.cfg)
		},
	})
}

// crash leaves the log as a killed process does: no last word, lock gone.
func crash(t *testing.T, s *Store) {
	t.Helper()
	if err := errors.Join(s.log.f.Close(), s.log.lock.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestOneProcessAFolder(t *testing.T) {
	dir := t.TempDir()
	open(t, Config{Dir: dir})
	if _, err := Open(Config{Dir: dir}); err == nil {
		t.Error("a second store opened the same folder")
	}
}

func TestQuota(t *testing.T) {
	var clock noncetest.Clock
	clock.Set(1000)
	s := open(t, Config{Max: 20, MaxPerKey: 5, Now: clock.Now})
	use := func(key, value string, timestamp int64) error {
		return s.Use(t.Context(), oauth1.Nonce{ConsumerKey: key, Timestamp: timestamp, Value: value, Expires: timestamp + 300})
	}
	for i := range 5 {
		if err := use("noisy", strconv.Itoa(i), 1000); err != nil {
			t.Fatal(err)
		}
		if err := use("noisy", "0", 1000); !errors.Is(err, oauth1.ErrNonceUsed) && !errors.Is(err, oauth1.ErrNonceQuota) {
			t.Fatalf("replay: %v", err) // and it does not count against the quota
		}
	}
	if err := use("noisy", "more", 1000); !errors.Is(err, oauth1.ErrNonceQuota) {
		t.Errorf("sixth nonce: %v", err)
	}
	if err := use("quiet", "n", 1000); err != nil {
		t.Errorf("another key pays for the noisy one: %v", err)
	}
	clock.Set(1400)
	if err := use("noisy", "later", 1400); err != nil {
		t.Errorf("quota stays used up: %v", err)
	}
	if s.Len() != 1 {
		t.Errorf("%d nonces kept, want 1", s.Len())
	}
}

// TestMemoryPerNonce measures the heap over sizes that hit the tables just
// before and just after they grow.
func TestMemoryPerNonce(t *testing.T) {
	const limit = 40
	for _, n := range []int{100_000, 140_000, 200_000, 300_000, 450_000, 600_000} {
		s := open(t, Config{Max: n, MaxPerKey: n, Now: func() time.Time { return time.Unix(10_000, 0) }})
		before := heap()
		for i := range n {
			ts := int64(10_000 - 300 + i%601)
			if err := s.Use(t.Context(), oauth1.Nonce{ConsumerKey: "key", Timestamp: ts, Value: strconv.Itoa(i), Expires: ts + 300}); err != nil {
				t.Fatal(err)
			}
		}
		per := float64(heap()-before) / float64(n)
		t.Logf("%d nonces: %.1f bytes each", n, per)
		if per > limit {
			t.Errorf("%d nonces: %.1f bytes each, want at most %d", n, per, limit)
		}
		runtime.KeepAlive(s)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestPowerFailure takes away what was not forced to disk and gives the
// segment another boot's name: what had been accepted must not pass again.
func TestPowerFailure(t *testing.T) {
	var clock noncetest.Clock
	now := int64(1_600_000_000)
	clock.Set(now)
	cfg := Config{Dir: t.TempDir(), Now: clock.Now}
	s := open(t, cfg)
	at := func(ts int64, value string) oauth1.Nonce {
		return oauth1.Nonce{ConsumerKey: "key", Timestamp: ts, Value: value, Expires: ts + 300}
	}
	use := func(n oauth1.Nonce) error { return s.Use(t.Context(), n) }
	if err := errors.Join(use(at(now, "1")), use(at(now+1, "2")), use(at(now+100, "forced")), use(at(now+2, "lost"))); err != nil {
		t.Fatal(err)
	}
	path, size := s.log.segments[0].path, s.log.size
	crash(t, s)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("00000000-another-boot-00000000000000"), 40); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(size-7), f.Close()); err != nil {
		t.Fatal(err)
	}
	for round := range 2 { // the floor holds through a second restart
		s = open(t, cfg)
		if err := use(at(now+100, "forced")); !errors.Is(err, oauth1.ErrNonceUsed) {
			t.Errorf("round %d: nonce from the future: %v", round, err)
		}
		for _, n := range []oauth1.Nonce{at(now, "1"), at(now+1, "2"), at(now+2, "lost"), at(now, "new")} {
			if err := use(n); !errors.Is(err, ErrRecovering) && !errors.Is(err, oauth1.ErrNonceUsed) {
				t.Errorf("round %d: nonce %q: %v", round, n.Value, err)
			}
		}
		clock.Set(now + leaseSpan + aheadSlack + 1 + int64(round))
		if err := use(at(clock.Now().Unix(), fmt.Sprint("after", round))); err != nil {
			t.Errorf("round %d: the store does not recover: %v", round, err)
		}
		clock.Set(now)
		crash(t, s)
	}
}

func TestCloseLeavesNoFloor(t *testing.T) {
	var clock noncetest.Clock
	clock.Set(1_600_000_000)
	cfg := Config{Dir: t.TempDir(), Now: clock.Now}
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	n := oauth1.Nonce{ConsumerKey: "k", Timestamp: 1_600_000_000, Value: "n", Expires: 1_600_000_300}
	if err := errors.Join(s.Use(t.Context(), n), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	if s.floor != 0 {
		t.Error("an orderly close counts as a power failure")
	}
	if err := s.Use(t.Context(), n); !errors.Is(err, oauth1.ErrNonceUsed) {
		t.Error(err)
	}
}

// TestSegments lets an hour pass: old segments go, live nonces stay.
func TestSegments(t *testing.T) {
	var clock noncetest.Clock
	now := int64(1_600_000_000)
	cfg := Config{Dir: t.TempDir(), Now: clock.Now}
	clock.Set(now)
	s := open(t, cfg)
	for end := now + 3600; now < end; now += 10 {
		clock.Set(now)
		if err := s.Use(t.Context(), oauth1.Nonce{ConsumerKey: "k", Timestamp: now, Value: "n", Expires: now + 300}); err != nil {
			t.Fatal(err)
		}
		if now%900 == 0 {
			crash(t, s)
			s = open(t, cfg)
		}
	}
	for ts := now - 300; ts < now; ts += 10 {
		if err := s.Use(t.Context(), oauth1.Nonce{ConsumerKey: "k", Timestamp: ts, Value: "n", Expires: ts + 300}); !errors.Is(err, oauth1.ErrNonceUsed) {
			t.Errorf("nonce of %d s ago: %v", now-ts, err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(cfg.Dir, "*.log"))
	if len(files) > 4 {
		t.Errorf("%d segments kept, want at most 4", len(files))
	}
}

// TestDiskFailure: a nonce that cannot be logged is refused, and stays used.
func TestDiskFailure(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir()})
	now := time.Now().Unix()
	n := oauth1.Nonce{ConsumerKey: "k", Timestamp: now, Value: "n", Expires: now + 300}
	good := s.log.f
	s.log.f, _ = os.Open(os.DevNull) // writes fail
	if err := s.Use(t.Context(), n); err == nil || errors.Is(err, oauth1.ErrNonceUsed) {
		t.Fatalf("with a broken disk: %v", err)
	}
	s.log.f = good
	if err := s.Use(t.Context(), n); !errors.Is(err, oauth1.ErrNonceUsed) {
		t.Errorf("second try: %v", err)
	}
	n.Value = "m"
	if err := s.Use(t.Context(), n); err != nil {
		t.Errorf("after the disk came back: %v", err)
	}
}

func TestDamagedLogIsNotIgnored(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nonces-00000001.log"), make([]byte, 200), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Config{Dir: dir}); err == nil {
		t.Error("a damaged log was taken")
	}
}

func BenchmarkUse(b *testing.B) {
	for _, name := range []string{"memory", "log"} {
		store := func(b *testing.B) *Store {
			cfg := Config{Max: 1 << 30, MaxPerKey: 1 << 30}
			if name == "log" {
				cfg.Dir = b.TempDir()
			}
			return open(b, cfg)
		}
		b.Run(name, func(b *testing.B) {
			s := store(b)
			n := oauth1.Nonce{ConsumerKey: "8D9F4E2C6B1A0375c2b7d9e14f0a6b83", Timestamp: time.Now().Unix()}
			n.Expires = n.Timestamp + 300
			values := make([]string, b.N)
			for i := range values {
				values[i] = strconv.Itoa(i)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				n.Value = values[i]
				if err := s.Use(b.Context(), n); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" parallel", func(b *testing.B) {
			s := store(b)
			var callers atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				n := oauth1.Nonce{ConsumerKey: strconv.FormatInt(callers.Add(1), 10), Timestamp: time.Now().Unix()}
				n.Expires = n.Timestamp + 300
				for i := 0; pb.Next(); i++ {
					n.Value = strconv.Itoa(i)
					if err := s.Use(b.Context(), n); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
