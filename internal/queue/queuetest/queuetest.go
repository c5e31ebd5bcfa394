// Package queuetest judges implementations of queue.Queue. A backend's own test
// opens a queue over an empty store and calls Run.
package queuetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kickoff/internal/queue"
	"kickoff/internal/store"
)

// Run runs the suite. newStore returns an empty store and open a queue over
// it; opening a second one over the same store is a restart.
func Run(t *testing.T, newStore func(t *testing.T) store.Store, open func(t *testing.T, s store.Store) queue.Queue) {
	for _, c := range []struct {
		name string
		f    func(t *testing.T, b *bundle)
	}{
		{"Order", testOrder},
		{"Tags", testTags},
		{"WaitsForJob", testWaits},
		{"GivesUp", testGivesUp},
		{"CancelQueued", testCancelQueued},
		{"CancelRunning", testCancelRunning},
		{"RefusedIsNotQueued", testRefused},
		{"Sweep", testSweep},
		{"Restart", testRestart},
		{"Close", testClose},
		{"EachJobOnce", testEachJobOnce},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.f(t, newBundle(t, newStore(t), open))
		})
	}
}

type bundle struct {
	s    store.Store
	q    queue.Queue
	open func() queue.Queue
	w    store.Workflow // not safe to repeat
	safe store.Workflow
	ctx  context.Context
}

func newBundle(t *testing.T, s store.Store, open func(*testing.T, store.Store) queue.Queue) *bundle {
	t.Helper()
	studio := store.Studio{ID: store.NewID(), Name: "s"}
	user := store.User{ID: store.NewID(), StudioID: studio.ID, Email: "a@example.com"}
	if err := s.Init(t.Context(), studio, user, store.Key{ID: store.NewID(), Consumer: "K", Sealed: []byte("x"), StudioID: studio.ID}); err != nil {
		t.Fatal(err)
	}
	b := &bundle{s: s, open: func() queue.Queue { return open(t, s) }, ctx: t.Context()}
	b.q = b.open()
	for _, w := range []*store.Workflow{&b.w, &b.safe} {
		got, err := s.Publish(t.Context(),
			store.Workflow{ID: store.NewID(), StudioID: studio.ID, OwnerID: user.ID, SafeToRepeat: w == &b.safe},
			store.Version{ID: store.NewID(), AuthorID: user.ID})
		if err != nil {
			t.Fatal(err)
		}
		*w = got
	}
	return b
}

func (b *bundle) job(w store.Workflow, p store.Priority, tag string) store.Job {
	return store.Job{
		ID: store.NewID(), StudioID: w.StudioID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: w.OwnerID,
		Source: store.FromAPI, Priority: p, WorkerTag: tag, CreatedAt: time.Now(),
	}
}

func (b *bundle) enqueue(t *testing.T, w store.Workflow, p store.Priority, tag string) store.ID {
	t.Helper()
	j := b.job(w, p, tag)
	if err := b.q.Enqueue(b.ctx, j, 0); err != nil {
		t.Fatal(err)
	}
	return j.ID
}

func (b *bundle) claim(t *testing.T, worker string, tags ...string) queue.Claimed {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	c, err := b.q.Claim(ctx, queue.Worker{Name: worker, Tags: tags, Lease: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wantIdle checks that there is nothing for a worker with these tags.
func (b *bundle) wantIdle(t *testing.T, tags ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Millisecond)
	defer cancel()
	if c, err := b.q.Claim(ctx, queue.Worker{Name: "idle", Tags: tags, Lease: time.Minute}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("claimed %v, %v, want nothing", c.Job.ID, err)
	}
}

func testOrder(t *testing.T, b *bundle) {
	low := b.enqueue(t, b.w, store.Low, "")
	m1, m2 := b.enqueue(t, b.w, store.Medium, ""), b.enqueue(t, b.w, store.Medium, "")
	critical := b.enqueue(t, b.w, store.Critical, "")
	high := b.enqueue(t, b.w, store.High, "")
	if n := b.q.Len(); n != 5 {
		t.Errorf("Len = %d, want 5", n)
	}
	for i, want := range []store.ID{critical, high, m1, m2, low} {
		c := b.claim(t, "w")
		if c.Job.ID != want {
			t.Errorf("claim %d: priority %v out of order", i, c.Job.Priority)
		}
		if c.Job.Status != store.Running || c.Job.Attempt != 1 || c.Job.Worker != "w" {
			t.Errorf("claimed job: %+v", c.Job)
		}
	}
	if n := b.q.Len(); n != 0 {
		t.Errorf("Len = %d, want 0", n)
	}
}

func testTags(t *testing.T, b *bundle) {
	gpu := b.enqueue(t, b.w, store.Medium, "gpu")
	b.wantIdle(t)
	b.wantIdle(t, "ssd")
	plain := b.enqueue(t, b.w, store.Medium, "")
	ssd := b.enqueue(t, b.w, store.Medium, "ssd")
	for i, want := range []store.ID{gpu, plain, ssd} { // oldest first over all tags
		if c := b.claim(t, "w", "ssd", "gpu"); c.Job.ID != want {
			t.Errorf("claim %d: got the job tagged %q", i, c.Job.WorkerTag)
		}
	}
}

func testWaits(t *testing.T, b *bundle) {
	got := make(chan store.ID)
	for range 2 {
		go func() {
			c, err := b.q.Claim(b.ctx, queue.Worker{Name: "w", Tags: []string{"gpu"}, Lease: time.Minute})
			if err != nil {
				t.Error(err)
			}
			got <- c.Job.ID
		}()
	}
	time.Sleep(10 * time.Millisecond)
	want := map[store.ID]bool{b.enqueue(t, b.w, store.Low, "gpu"): true, b.enqueue(t, b.w, store.Low, ""): true}
	for range 2 {
		select {
		case id := <-got:
			if !want[id] {
				t.Errorf("claimed %v", id)
			}
			delete(want, id)
		case <-time.After(10 * time.Second):
			t.Fatal("a waiting worker was not woken")
		}
	}
}

func testGivesUp(t *testing.T, b *bundle) {
	b.wantIdle(t)
	// The job that comes after goes to the next worker, not to the one that left.
	id := b.enqueue(t, b.w, store.Low, "")
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	if _, err := b.q.Claim(ctx, queue.Worker{Name: "w", Lease: time.Minute}); !errors.Is(err, context.Canceled) {
		t.Errorf("Claim with an ended context: %v", err)
	}
	if c := b.claim(t, "w"); c.Job.ID != id {
		t.Error("claimed another job")
	}
}

func testCancelQueued(t *testing.T, b *bundle) {
	a, c := b.enqueue(t, b.w, store.Medium, ""), b.enqueue(t, b.w, store.Medium, "")
	j, err := b.q.Cancel(b.ctx, a, time.Now())
	if err != nil || j.Disposition != store.Cancelled {
		t.Fatalf("Cancel = %+v, %v", j, err)
	}
	if n := b.q.Len(); n != 1 {
		t.Errorf("Len = %d, want 1", n)
	}
	if got := b.claim(t, "w"); got.Job.ID != c {
		t.Error("a cancelled job was claimed")
	}
	if _, err := b.q.Cancel(b.ctx, a, time.Now()); !errors.Is(err, store.ErrState) {
		t.Errorf("second Cancel: %v", err)
	}
	if _, err := b.q.Cancel(b.ctx, store.NewID(), time.Now()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Cancel of no job: %v", err)
	}
}

func testCancelRunning(t *testing.T, b *bundle) {
	b.enqueue(t, b.w, store.Medium, "")
	c := b.claim(t, "w")
	select {
	case <-c.Cancelled:
		t.Fatal("cancelled before anyone asked")
	default:
	}
	for range 2 {
		if j, err := b.q.Cancel(b.ctx, c.Job.ID, time.Now()); err != nil || !j.Cancelling {
			t.Fatalf("Cancel = %+v, %v", j, err)
		}
	}
	b.wantStopped(t, c)
	if err := b.q.Finish(b.ctx, c.Job.Claim(), store.Result{Disposition: store.Cancelled, FinishedAt: time.Now()}); err != nil {
		t.Error(err)
	}
}

// wantStopped waits for the worker to hear that it is to stop, by the channel or
// by its next heartbeat.
func (b *bundle) wantStopped(t *testing.T, c queue.Claimed) {
	t.Helper()
	select {
	case <-c.Cancelled:
	case <-time.After(time.Second):
		if cancel, err := b.s.Heartbeat(b.ctx, c.Job.Claim(), time.Now().Add(time.Minute)); err == nil && !cancel {
			t.Error("the worker did not hear of the cancel")
		}
	}
}

func testRefused(t *testing.T, b *bundle) {
	b.enqueue(t, b.w, store.Medium, "")
	if err := b.q.Enqueue(b.ctx, b.job(b.w, store.Critical, ""), 1); !errors.Is(err, store.ErrQueueFull) {
		t.Fatalf("second job of one allowed: %v", err)
	}
	if n := b.q.Len(); n != 1 {
		t.Errorf("Len = %d, want 1", n)
	}
	b.claim(t, "w")
	b.wantIdle(t)
}

func testSweep(t *testing.T, b *bundle) {
	once, again := b.enqueue(t, b.w, store.High, ""), b.enqueue(t, b.safe, store.Medium, "")
	first, second := b.claim(t, "w1"), b.claim(t, "w2")
	if first.Job.ID != once || second.Job.ID != again {
		t.Fatal("claimed out of order")
	}
	lost, err := b.q.Sweep(b.ctx, time.Now().Add(time.Hour))
	if err != nil || len(lost) != 2 {
		t.Fatalf("Sweep = %v, %v", lost, err)
	}
	b.wantStopped(t, first)
	if err := b.q.Finish(b.ctx, first.Job.Claim(), store.Result{Disposition: store.Success}); !errors.Is(err, store.ErrStale) {
		t.Errorf("Finish of a lost attempt: %v", err)
	}
	c := b.claim(t, "w3")
	if c.Job.ID != again || c.Job.Attempt != 2 {
		t.Errorf("claimed after the sweep: %+v", c.Job)
	}
	if err := b.q.Finish(b.ctx, second.Job.Claim(), store.Result{Disposition: store.Success}); !errors.Is(err, store.ErrStale) {
		t.Errorf("Finish of the attempt before: %v", err)
	}
	if err := b.q.Finish(b.ctx, c.Job.Claim(), store.Result{Disposition: store.Success, FinishedAt: time.Now()}); err != nil {
		t.Error(err)
	}
	b.wantIdle(t)
}

func testRestart(t *testing.T, b *bundle) {
	low, high := b.enqueue(t, b.w, store.Low, "gpu"), b.enqueue(t, b.w, store.High, "")
	done := b.enqueue(t, b.w, store.Critical, "")
	if err := b.q.Finish(b.ctx, b.claim(t, "w").Job.Claim(), store.Result{Disposition: store.Success, FinishedAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	b.q.Close()
	b.q = b.open()
	for _, want := range []store.ID{high, low} {
		if c := b.claim(t, "w", "gpu"); c.Job.ID != want || c.Job.ID == done {
			t.Errorf("after the restart: claimed %+v", c.Job)
		}
	}
	b.wantIdle(t, "gpu")
}

func testClose(t *testing.T, b *bundle) {
	got := make(chan error, 1)
	go func() {
		_, err := b.q.Claim(b.ctx, queue.Worker{Name: "w", Lease: time.Minute})
		got <- err
	}()
	time.Sleep(10 * time.Millisecond)
	if err := b.q.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-got:
		if !errors.Is(err, queue.ErrClosed) {
			t.Errorf("waiting Claim: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Close left a Claim waiting")
	}
	if _, err := b.q.Claim(b.ctx, queue.Worker{Name: "w", Lease: time.Minute}); !errors.Is(err, queue.ErrClosed) {
		t.Errorf("Claim after Close: %v", err)
	}
}

// testEachJobOnce lets submitters, workers that give up, and cancels race.
func testEachJobOnce(t *testing.T, b *bundle) {
	const submitters, each = 4, 25
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	var mu sync.Mutex
	ran, cancelled := map[store.ID]int{}, map[store.ID]bool{}
	var workers, rest sync.WaitGroup
	for i := range 6 {
		workers.Go(func() {
			for ctx.Err() == nil {
				short, end := context.WithTimeout(ctx, time.Duration(i+1)*time.Millisecond)
				c, err := b.q.Claim(short, queue.Worker{Name: fmt.Sprint("w", i), Lease: time.Minute})
				end()
				if err != nil {
					continue
				}
				mu.Lock()
				ran[c.Job.ID]++
				mu.Unlock()
				if err := b.q.Finish(b.ctx, c.Job.Claim(), store.Result{Disposition: store.Success, FinishedAt: time.Now()}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range submitters {
		rest.Go(func() {
			for k := range each {
				id := b.enqueue(t, b.w, store.Priority((i+k)%4), "")
				if k%5 == 0 {
					if j, err := b.q.Cancel(b.ctx, id, time.Now()); err == nil && j.Status == store.Completed {
						mu.Lock()
						cancelled[id] = true
						mu.Unlock()
					}
				}
			}
		})
	}
	rest.Wait()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		mu.Lock()
		n := len(ran) + len(cancelled)
		mu.Unlock()
		if n == submitters*each {
			break
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	workers.Wait()
	if n := len(ran) + len(cancelled); n != submitters*each {
		t.Errorf("%d of %d jobs came to an end", n, submitters*each)
	}
	for id, n := range ran {
		if n != 1 || cancelled[id] {
			t.Errorf("job ran %d times, cancelled %v", n, cancelled[id])
		}
	}
	jobs, err := b.s.ListJobs(b.ctx, store.JobFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Status != store.Completed {
			t.Errorf("job is %s", j.Status)
		}
	}
}
