package noncemem

import "sync"

// quota counts the live nonces of some consumer keys, so that one noisy client
// cannot fill the store for all. It costs some 200 bytes for each active key.
type quota struct {
	mu   sync.Mutex
	keys map[string]*usage
	_    [64]byte
}

type usage struct {
	total   int
	buckets []bucketCount
}

type bucketCount struct {
	id int64
	n  int
}

// take counts one nonce of key, or reports false where that would make more than limit.
func (q *quota) take(key string, id int64, limit int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	u := q.keys[key]
	if u == nil {
		u = &usage{}
		if q.keys == nil {
			q.keys = map[string]*usage{}
		}
		q.keys[key] = u
	}
	if u.total >= limit {
		return false
	}
	u.total++
	u.count(id, 1)
	return true
}

// giveBack undoes a take whose nonce was not recorded.
func (q *quota) giveBack(key string, id int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if u := q.keys[key]; u != nil && u.count(id, -1) {
		u.total--
	}
}

// count adds n to bucket id and reports whether it was there already.
func (u *usage) count(id int64, n int) bool {
	for i := range u.buckets {
		if u.buckets[i].id == id {
			u.buckets[i].n += n
			return true
		}
	}
	if n > 0 {
		u.buckets = append(u.buckets, bucketCount{id, n})
	}
	return false
}

func (q *quota) dropDead(dead int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for key, u := range q.keys {
		kept := u.buckets[:0]
		for _, b := range u.buckets {
			if b.id > dead {
				kept = append(kept, b)
			} else {
				u.total -= b.n
			}
		}
		u.buckets = kept
		if u.total == 0 {
			delete(q.keys, key)
		}
	}
}
