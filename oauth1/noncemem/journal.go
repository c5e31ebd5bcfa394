package noncemem

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// journal is the log of a store: segments of 20-byte records, written in
// groups, one segment for each five minutes, deleted when all its nonces have
// expired.
//
//	segment  nonces-NNNNNNNN.log: header, then records
//	header   magic 8, secret 32, boot id 36
//	record   expiry 4 (seconds since 1970), digest 16
//	lease    0, then "lease…", then 8 bytes: accept until, 0 when closed in order
type journal struct {
	dir    string
	secret [32]byte
	floor  int64
	lock   *os.File

	mu      sync.Mutex
	turn    sync.Cond
	pending *group
	free    *group // for reuse
	writing bool

	// Below: touched by the writer of a group alone.
	f        *os.File
	size     int64
	seq      uint64
	started  int64 // second in which the segment began
	lease    int64
	segments []segment // oldest first, the open one last
}

type segment struct {
	path string
	last int64 // latest expiry in it
}

// group is the records that go to disk in one write, with those who wait for it.
type group struct {
	buf     []byte
	last    int64
	now     int64
	force   bool // to the disk itself before anyone goes on
	waiters int
	done    bool
	err     error
}

const (
	magic      = "KICKNON1"
	headerSize = 8 + 32 + 36
	recordSize = 20
	leaseMark  = "lease\x00\x00\x00"

	segmentSpan = 300 // seconds
	leaseSpan   = 5   // seconds
	// aheadSlack is how far a timestamp may be in the future before its nonce
	// is forced to disk at once; after a power failure timestamps up to the
	// end of the lease and this much are refused.
	aheadSlack = 2
	maxWindow  = 3600 // seconds; no verifier takes timestamps older than this
)

func (j *journal) append(expires int64, d digest, now int64, force bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.pending == nil {
		if j.pending, j.free = j.free, nil; j.pending == nil {
			j.pending = &group{}
		}
	}
	g := j.pending
	g.waiters++
	g.now = max(g.now, now)
	g.buf = binary.BigEndian.AppendUint32(g.buf, uint32(expires))
	g.buf = append(g.buf, d[:]...)
	g.last = max(g.last, expires)
	g.force = g.force || force
	for !g.done {
		if j.writing {
			j.turn.Wait()
			continue
		}
		j.writing, j.pending = true, nil
		j.mu.Unlock()
		err := j.write(g)
		j.mu.Lock()
		g.done, g.err = true, err
		j.writing = false
		j.turn.Broadcast()
	}
	err := g.err
	if g.waiters--; g.waiters == 0 {
		*g = group{buf: g.buf[:0]}
		j.free = g
	}
	return err
}

// write puts a group into the log, after a new segment or a new lease where one is due.
func (j *journal) write(g *group) error {
	now := g.now
	if now >= j.started+segmentSpan {
		if err := j.rotate(now); err != nil {
			return fmt.Errorf("starting a segment of the nonce log: %w", err)
		}
	}
	if now >= j.lease {
		if err := j.extendLease(now + leaseSpan); err != nil {
			return fmt.Errorf("extending the lease of the nonce log: %w", err)
		}
	}
	if err := j.put(g.buf); err != nil {
		return fmt.Errorf("writing nonce log: %w", err)
	}
	cur := &j.segments[len(j.segments)-1]
	cur.last = max(cur.last, g.last)
	if g.force {
		if err := j.f.Sync(); err != nil {
			return fmt.Errorf("syncing nonce log: %w", err)
		}
	}
	return nil
}

// put writes whole records; what a failed write leaves is cut off again.
func (j *journal) put(b []byte) error {
	if _, err := j.f.WriteAt(b, j.size); err != nil {
		return errors.Join(err, j.f.Truncate(j.size))
	}
	j.size += int64(len(b))
	return nil
}

func (j *journal) extendLease(until int64) error {
	b := binary.BigEndian.AppendUint32(nil, 0)
	b = append(b, leaseMark...)
	b = binary.BigEndian.AppendUint64(b, uint64(until))
	if err := j.put(b); err != nil {
		return err
	}
	if err := j.f.Sync(); err != nil {
		return err
	}
	j.lease = until
	return nil
}

// rotate starts a segment and deletes those whose nonces have all expired.
func (j *journal) rotate(now int64) error {
	path := filepath.Join(j.dir, fmt.Sprintf("nonces-%08d.log", j.seq+1))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	header := append([]byte(magic), j.secret[:]...)
	header = append(header, bootID()...)
	header = append(header, make([]byte, headerSize-len(header))...)
	if _, err = f.WriteAt(header, 0); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = syncDir(j.dir)
	}
	if err != nil {
		return errors.Join(err, f.Close(), os.Remove(path))
	}
	if j.f != nil {
		// All that the old segment holds gets to disk, and its lease ends.
		if err := j.extendLease(0); err != nil {
			return errors.Join(err, f.Close(), os.Remove(path))
		}
		j.f.Close() // synced
	}
	j.f, j.size, j.started, j.lease = f, headerSize, now, 0
	j.seq++
	live := j.segments[:0]
	for _, s := range j.segments {
		if s.last >= now || os.Remove(s.path) != nil {
			live = append(live, s)
		}
	}
	j.segments = append(live, segment{path: path})
	return nil
}

func (j *journal) close() error {
	err := j.extendLease(0)
	return errors.Join(err, j.f.Close(), j.lock.Close())
}

// openJournal reads the log in dir, calls keep for each nonce that is alive,
// and starts a segment.
func openJournal(dir string, now int64, keep func(expires int64, d digest)) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the nonce log: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("locking nonce log %s: %w", dir, err)
	}
	j := &journal{dir: dir, lock: lock}
	j.turn.L = &j.mu
	if err := j.replay(now, keep); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	if j.secret == ([32]byte{}) {
		rand.Read(j.secret[:])
	}
	if err := j.rotate(now); err != nil {
		return nil, errors.Join(fmt.Errorf("starting nonce log: %w", err), lock.Close())
	}
	return j, nil
}

// replay reads all segments, oldest first.
func (j *journal) replay(now int64, keep func(int64, digest)) error {
	paths, err := filepath.Glob(filepath.Join(j.dir, "nonces-*.log"))
	if err != nil {
		return err
	}
	for _, path := range paths { // Glob sorts, and the numbers have equal length
		var seq uint64
		if _, err := fmt.Sscanf(filepath.Base(path), "nonces-%d.log", &seq); err != nil {
			continue
		}
		j.seq = max(j.seq, seq)
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("reading nonce log: %w", err)
		}
		if len(b) < headerSize { // its maker died before anything was accepted under it
			j.segments = append(j.segments, segment{path: path})
			continue
		}
		if string(b[:8]) != magic {
			return fmt.Errorf("%s is no nonce log or is damaged; while it is away, requests of the last minutes can be replayed", path)
		}
		secret := [32]byte(b[8:40])
		if j.secret != ([32]byte{}) && secret != j.secret {
			return fmt.Errorf("%s belongs to another nonce log", path)
		}
		j.secret = secret
		last, lease := readRecords(b[headerSize:], now, keep)
		boot := strings.TrimRight(string(b[40:headerSize]), "\x00")
		if here := bootID(); lease > 0 && (here == "" || here != boot) {
			j.floor = max(j.floor, lease+aheadSlack)
			last = max(last, lease+maxWindow) // the segment stays until no window reaches back to it
		}
		j.segments = append(j.segments, segment{path: path, last: last})
	}
	return nil
}

// readRecords returns the latest expiry and the last lease. A torn record at
// the end was never acknowledged; zeros are what a power failure may leave.
func readRecords(b []byte, now int64, keep func(int64, digest)) (last, lease int64) {
	for ; len(b) >= recordSize; b = b[recordSize:] {
		expires := int64(binary.BigEndian.Uint32(b))
		d := digest(b[4:recordSize])
		switch {
		case expires > 0:
			last = max(last, expires)
			if expires >= now {
				keep(expires, d)
			}
		case string(d[:8]) == leaseMark:
			lease = int64(binary.BigEndian.Uint64(d[8:]))
		}
	}
	return last, lease
}

// bootID tells one boot of the machine from the next, where the system does
// (Linux); elsewhere it is empty and every crash counts as a power failure.
func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	id := strings.TrimSpace(string(b))
	return id[:min(len(id), 36)]
}
