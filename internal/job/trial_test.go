package job

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kickoff/internal/store"
)

// try tries a script.
func (b *bench) try(ctx context.Context, pool *Pool, text string) error {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "package")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return pool.Try(ctx, path, "w.yxmd")
}

// pool starts a pool and returns it with what stops it.
func (b *bench) pool() (*Pool, context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	pool, done := NewPool(b.store, b.queue, b.blobs, b.o), make(chan error, 1)
	go func() { done <- pool.Run(ctx) }()
	b.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	})
	return pool, stop
}

// clean checks that trials have left no files and no jobs.
func (b *bench) clean(after string) {
	b.t.Helper()
	if list, err := os.ReadDir(filepath.Join(b.dir, "work", "runs")); err != nil || len(list) != 0 {
		b.t.Errorf("after %s: %v, %v", after, list, err)
	}
	if jobs, err := b.store.ListJobs(b.t.Context(), store.JobFilter{}); err != nil || len(jobs) != 0 {
		b.t.Errorf("after %s: %v, %v", after, jobs, err)
	}
}

// A trial ends as the job would, and leaves nothing.
func TestTry(t *testing.T) {
	b := newBench(t, Options{Slots: 1, TimeLimit: 2 * time.Second, Memory: 32 << 20})
	pool, _ := b.pool()
	for _, c := range []struct {
		name, script, want string
		tool               int
	}{
		{"success", "say hello\nanswers\nwrite a.csv x,y", "", 0},
		{"error", "say before\nfail tool 3 says no\nfail and again", "tool 3 says no", 3},
		{"crash", "crash out of luck", "failed: exit status 2", store.EngineToolID},
		{"time", "hang", "ran longer than the limit of 2s", store.EngineToolID},
		{"memory", "grow", "more memory than the limit of 32 MiB", store.EngineToolID},
		{"the one after them", "write a.csv x", "", 0},
	} {
		err := b.try(t.Context(), pool, c.script)
		var f *Failure
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want == "":
		case !errors.As(err, &f) || !strings.Contains(f.Text, c.want) || f.ToolID != c.tool:
			t.Errorf("%s: %v, want tool %d: %s", c.name, err, c.tool, c.want)
		}
		b.clean(c.name)
	}
}

// Who waits may give up, in the run and before it; the next trial has its turn.
func TestTryGivenUp(t *testing.T) {
	b := newBench(t, Options{Slots: 1, TimeLimit: time.Minute})
	pool, _ := b.pool()
	ctx, giveUp := context.WithCancel(t.Context())
	first, second := make(chan error), make(chan error)
	go func() { first <- b.try(ctx, pool, "hang") }()
	runs := filepath.Join(b.dir, "work", "runs")
	for list, _ := os.ReadDir(runs); len(list) == 0; list, _ = os.ReadDir(runs) {
		time.Sleep(5 * time.Millisecond)
	}
	waiting, leave := context.WithCancel(t.Context())
	go func() { second <- b.try(waiting, pool, "say never") }()
	leave()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("before its turn: %v, want the context's error", err)
	}
	giveUp()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("in the run: %v, want the context's error", err)
	}
	b.clean("trials given up")
	if err := b.try(t.Context(), pool, "say hello"); err != nil {
		t.Errorf("the trial after them: %v", err)
	}
}

// A pool that stops ends the trial in hand after the grace, and takes no other.
func TestTryStopped(t *testing.T) {
	b := newBench(t, Options{Slots: 1, TimeLimit: time.Minute, Grace: 50 * time.Millisecond})
	pool, stop := b.pool()
	running := make(chan error)
	go func() { running <- b.try(t.Context(), pool, "hang") }()
	runs := filepath.Join(b.dir, "work", "runs")
	for list, _ := os.ReadDir(runs); len(list) == 0; list, _ = os.ReadDir(runs) {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	if err := <-running; !errors.Is(err, ErrStopped) {
		t.Errorf("in the run: %v, want %v", err, ErrStopped)
	}
	if err := b.try(t.Context(), pool, "say never"); !errors.Is(err, ErrStopped) {
		t.Errorf("afterwards: %v, want %v", err, ErrStopped)
	}
	b.clean("the pool's end")
}

// A trial whose turn does not come is given up.
func TestTryBusy(t *testing.T) {
	b := newBench(t, Options{Slots: 1, TimeLimit: 300 * time.Millisecond})
	pool := NewPool(b.store, b.queue, b.blobs, b.o) // nobody runs it
	if err := b.try(t.Context(), pool, "say never"); !errors.Is(err, ErrBusy) {
		t.Errorf("%v, want %v", err, ErrBusy)
	}
}
