// Package local is the queue of a gallery that is one process: in memory over
// the job rows, from which it is rebuilt at the start.
//
// A job goes from Enqueue to a waiting worker by a channel, without polling.
// What the memory forgets in a crash the rows still say.
package local

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"kickoff/internal/queue"
	"kickoff/internal/store"
)

// Queue implements queue.Queue.
type Queue struct {
	jobs store.Jobs

	mu      sync.Mutex
	lanes   map[lane]*fifo
	seq     int64
	n       int
	workers []*waiter                   // waiting, longest first
	running map[store.ID]*cancelledFlag // claimed or being claimed
	closed  bool
}

var _ queue.Queue = (*Queue)(nil)

// lane is one first-in first-out line: jobs of one priority and worker tag.
type lane struct {
	priority store.Priority
	tag      string
}

type item struct {
	id  store.ID
	seq int64 // order of arrival over all lanes
	lane
}

// waiter is a worker in Claim. got has room for one job.
type waiter struct {
	tags []string
	got  chan item
}

func (w *waiter) takes(tag string) bool { return tag == "" || slices.Contains(w.tags, tag) }

// cancelledFlag is a channel that is closed once.
type cancelledFlag struct {
	c    chan struct{}
	once sync.Once
}

func (f *cancelledFlag) raise() { f.once.Do(func() { close(f.c) }) }

// Open makes a queue of the jobs that wait in the store.
func Open(ctx context.Context, jobs store.Jobs) (*Queue, error) {
	q := &Queue{jobs: jobs, lanes: make(map[lane]*fifo), running: make(map[store.ID]*cancelledFlag)}
	waiting, err := jobs.ListJobs(ctx, store.JobFilter{Status: store.Queued, Ascending: true})
	if err != nil {
		return nil, fmt.Errorf("rebuild queue: %w", err)
	}
	for _, j := range waiting {
		q.push(j)
	}
	return q, nil
}

// Enqueue implements queue.Queue.
func (q *Queue) Enqueue(ctx context.Context, j store.Job, maxQueued int) error {
	if err := q.jobs.Enqueue(ctx, j, maxQueued); err != nil {
		return err
	}
	q.push(j)
	return nil
}

func (q *Queue) push(j store.Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.seq++
	q.give(item{id: j.ID, seq: q.seq, lane: lane{j.Priority, j.WorkerTag}})
}

// give hands an item to the worker that has waited longest for one like it, or
// puts it in its lane. The caller holds mu.
func (q *Queue) give(it item) {
	for i, w := range q.workers {
		if w.takes(it.tag) {
			q.workers = slices.Delete(q.workers, i, i+1)
			w.got <- it
			return
		}
	}
	l := q.lanes[it.lane]
	if l == nil {
		l = new(fifo)
		q.lanes[it.lane] = l
	}
	l.insert(it)
	q.n++
}

// take removes the item that the worker is to have next: of the highest
// priority, the oldest. The caller holds mu.
func (q *Queue) take(w *waiter) (item, bool) {
	for p := store.Critical; p >= store.Low; p-- {
		var best *fifo
		var key lane
		for _, tag := range append([]string{""}, w.tags...) {
			k := lane{p, tag}
			if l := q.lanes[k]; l != nil && (best == nil || l.front().seq < best.front().seq) {
				best, key = l, k
			}
		}
		if best != nil {
			it := best.pop()
			if best.empty() {
				delete(q.lanes, key)
			}
			q.n--
			return it, true
		}
	}
	return item{}, false
}

// Claim implements queue.Queue.
func (q *Queue) Claim(ctx context.Context, w queue.Worker) (queue.Claimed, error) {
	for {
		it, err := q.next(ctx, w.Tags)
		if err != nil {
			return queue.Claimed{}, err
		}
		flag := &cancelledFlag{c: make(chan struct{})}
		q.mu.Lock()
		q.running[it.id] = flag // before the claim: a cancel may follow it at once
		q.mu.Unlock()
		j, err := q.jobs.Claim(ctx, it.id, w.Name, time.Now().Add(w.Lease))
		if err == nil {
			return queue.Claimed{Job: j, Cancelled: flag.c}, nil
		}
		q.mu.Lock()
		delete(q.running, it.id)
		gone := errors.Is(err, store.ErrState) || errors.Is(err, store.ErrNotFound)
		if !gone {
			q.give(it) // it keeps its place
		}
		q.mu.Unlock()
		if !gone {
			return queue.Claimed{}, err
		}
		// Cancelled while it waited: the next one, then.
	}
}

// next waits for an item.
func (q *Queue) next(ctx context.Context, tags []string) (item, error) {
	w := &waiter{tags: tags, got: make(chan item, 1)}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return item{}, queue.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		q.mu.Unlock()
		return item{}, err
	}
	if it, ok := q.take(w); ok {
		q.mu.Unlock()
		return it, nil
	}
	q.workers = append(q.workers, w)
	q.mu.Unlock()

	select {
	case it, ok := <-w.got:
		if !ok {
			return item{}, queue.ErrClosed
		}
		return it, nil
	case <-ctx.Done():
		q.mu.Lock()
		defer q.mu.Unlock()
		if i := slices.Index(q.workers, w); i >= 0 {
			q.workers = slices.Delete(q.workers, i, i+1)
		} else if it, ok := <-w.got; ok {
			q.give(it) // it was given to us in the meantime
		}
		return item{}, ctx.Err()
	}
}

// Finish implements queue.Queue.
func (q *Queue) Finish(ctx context.Context, a store.Attempt, r store.Result) error {
	err := q.jobs.Finish(ctx, a, r)
	if err == nil {
		q.forget(a.Job)
	}
	return err
}

// forget drops the flag of a job that does not run any more.
func (q *Queue) forget(id store.ID) *cancelledFlag {
	q.mu.Lock()
	defer q.mu.Unlock()
	f := q.running[id]
	delete(q.running, id)
	return f
}

// Cancel implements queue.Queue.
func (q *Queue) Cancel(ctx context.Context, job store.ID, at time.Time) (store.Job, error) {
	j, err := q.jobs.Cancel(ctx, job, at)
	if err != nil {
		return j, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if j.Status == store.Running {
		if f := q.running[job]; f != nil {
			f.raise()
		}
		return j, nil
	}
	key := lane{j.Priority, j.WorkerTag}
	if l := q.lanes[key]; l != nil && l.remove(job) {
		q.n--
		if l.empty() {
			delete(q.lanes, key)
		}
	}
	return j, nil
}

// Sweep implements queue.Queue.
func (q *Queue) Sweep(ctx context.Context, now time.Time) ([]store.Job, error) {
	lost, err := q.jobs.ExpireLeases(ctx, now)
	for _, j := range lost {
		// A worker that is alive after all, only late, stops too: it has lost the job.
		if f := q.forget(j.ID); f != nil {
			f.raise()
		}
		if j.Status == store.Queued {
			q.push(j)
		}
	}
	return lost, err
}

// Len implements queue.Queue.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n
}

// Close implements queue.Queue.
func (q *Queue) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.closed = true
		for _, w := range q.workers {
			close(w.got)
		}
		q.workers = nil
	}
	return nil
}
