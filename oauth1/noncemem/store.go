// Package noncemem keeps used nonces in memory, for a gallery that is one
// process: 20 to 30 bytes each, spread over locks, and with a log in a folder
// so that a restart opens no time in which an old request passes again.
//
// Nonces are kept in buckets by the second at which they expire; a bucket
// goes as a whole when its last second has passed. A live nonce is never
// evicted: when the store is full it says so, and the request is refused.
//
// # What survives what
//
// A nonce is written to the log before its request is accepted, grouped with
// those that arrive meanwhile. So a killed process loses none. A power
// failure may lose what the operating system had not yet put on disk; for
// that the log holds a lease, forced to disk ahead of time, which says until
// when requests may be accepted without being on disk. After a power failure
// the store refuses timestamps up to the end of the last lease, some seconds,
// and no request can pass twice. Timestamps from the future, which would
// outlast that, are forced to disk one by one.
package noncemem

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"kickoff/oauth1"
)

// Config says how large a store may grow and where its log is.
type Config struct {
	// Max is the number of live nonces, 0 means 1,000,000 (at most 30 MB): over
	// a window of 5 minutes to either side 1,600 requests a second.
	Max int
	// MaxPerKey is the number of live nonces of one consumer key; 0 means a
	// quarter of Max.
	MaxPerKey int
	// Dir is the folder of the log, made if missing. Empty means that the
	// store forgets with the process: then every restart opens a window in
	// which requests can be replayed.
	Dir string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

const (
	shards     = 32
	bucketSpan = 60 // seconds
)

// Store is an oauth1.NonceStore. It is safe for concurrent use.
type Store struct {
	cfg    Config
	secret [32]byte // keys the digests
	seed   maphash.Seed
	log    *journal // nil without Dir
	floor  int64    // timestamps up to here are refused after a power failure

	live    atomic.Int64
	dropped atomic.Int64 // buckets up to this one are gone
	sweep   sync.Mutex
	shard   [shards]shard
	quota   [shards]quota
}

type shard struct {
	mu      sync.Mutex
	buckets []bucket // few: one a minute of the window
	_       [64]byte // keep neighbours out of each other's cache line
}

type bucket struct {
	id int64 // expiry divided by bucketSpan
	table
}

var _ oauth1.NonceStore = (*Store)(nil)

// ErrRecovering is returned for timestamps of the seconds before a power
// failure, for which the store cannot tell. It passes within seconds.
var ErrRecovering = errors.New("nonce store lost its last seconds in a power failure and refuses requests from then")

// Open returns a store, with the nonces of the log in cfg.Dir that are still
// alive. One store at a time may use a folder.
func Open(cfg Config) (*Store, error) {
	if cfg.Max == 0 {
		cfg.Max = 1_000_000
	}
	if cfg.MaxPerKey == 0 {
		cfg.MaxPerKey = max(cfg.Max/4, 1)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Store{cfg: cfg, seed: maphash.MakeSeed()}
	now := cfg.Now().Unix()
	s.dropped.Store(lastDead(now))
	if cfg.Dir == "" {
		rand.Read(s.secret[:])
		return s, nil
	}
	var err error
	s.log, err = openJournal(cfg.Dir, now, func(expires int64, d digest) {
		if s.insert(expires, d) == nil {
			s.live.Add(1)
		}
	})
	if err != nil {
		return nil, err
	}
	s.secret, s.floor = s.log.secret, s.log.floor
	return s, nil
}

// lastDead is the newest bucket of which every second has passed.
func lastDead(now int64) int64 { return now/bucketSpan - 1 }

// Use records n; see oauth1.NonceStore.
func (s *Store) Use(_ context.Context, n oauth1.Nonce) error {
	now := s.cfg.Now().Unix()
	s.dropDead(now)
	if n.Expires < now {
		return oauth1.ErrNonceExpired
	}
	if n.Timestamp <= s.floor {
		return ErrRecovering
	}
	if s.live.Add(1) > int64(s.cfg.Max) {
		s.live.Add(-1)
		return oauth1.ErrNonceStoreFull
	}
	q := &s.quota[maphash.String(s.seed, n.ConsumerKey)%shards]
	if !q.take(n.ConsumerKey, n.Expires/bucketSpan, s.cfg.MaxPerKey) {
		s.live.Add(-1)
		return oauth1.ErrNonceQuota
	}
	d := s.digest(n)
	if err := s.insert(n.Expires, d); err != nil {
		q.giveBack(n.ConsumerKey, n.Expires/bucketSpan)
		s.live.Add(-1)
		return err
	}
	if s.log == nil {
		return nil
	}
	// The nonce stays used when the log fails: the request is refused, and a
	// second try with the same nonce must not find the way open.
	return s.log.append(n.Expires, d, now, n.Timestamp > now+aheadSlack)
}

// Len returns the number of nonces kept.
func (s *Store) Len() int { return int(s.live.Load()) }

// Close forces the log to disk and closes it. The store must not be in use.
func (s *Store) Close() error {
	if s.log == nil {
		return nil
	}
	return s.log.close()
}

// digest hashes the three parts of n behind the secret, each text with its length in front.
func (s *Store) digest(n oauth1.Nonce) (d digest) {
	var stack [256]byte
	b := append(stack[:0], s.secret[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(n.Timestamp))
	b = binary.BigEndian.AppendUint32(b, uint32(len(n.ConsumerKey)))
	b = append(b, n.ConsumerKey...)
	b = append(b, n.Value...)
	sum := sha256.Sum256(b)
	copy(d[:], sum[:])
	return d
}

// insert adds d to the bucket of its expiry.
func (s *Store) insert(expires int64, d digest) error {
	id := expires / bucketSpan
	sh := &s.shard[d[15]%shards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if id <= s.dropped.Load() { // the clock was set back, or Expires is long past
		return oauth1.ErrNonceExpired
	}
	for i := range sh.buckets {
		if sh.buckets[i].id == id {
			if !sh.buckets[i].insert(d) {
				return oauth1.ErrNonceUsed
			}
			return nil
		}
	}
	sh.buckets = append(sh.buckets, bucket{id: id})
	sh.buckets[len(sh.buckets)-1].insert(d)
	return nil
}

// dropDead drops the buckets whose last second has passed. The mark is set
// before they go, under which insert no longer takes such nonces.
func (s *Store) dropDead(now int64) {
	dead := lastDead(now)
	if dead <= s.dropped.Load() || !s.sweep.TryLock() {
		return
	}
	defer s.sweep.Unlock()
	if dead <= s.dropped.Load() {
		return
	}
	s.dropped.Store(dead)
	for i := range s.shard {
		sh := &s.shard[i]
		sh.mu.Lock()
		kept := sh.buckets[:0]
		for _, b := range sh.buckets {
			if b.id > dead {
				kept = append(kept, b)
			} else {
				s.live.Add(-int64(b.n))
			}
		}
		clear(sh.buckets[len(kept):]) // let go of the tables
		sh.buckets = kept
		sh.mu.Unlock()
		s.quota[i].dropDead(dead)
	}
}
