package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"kickoff/internal/blob"
	"kickoff/internal/queue"
	"kickoff/internal/store"
)

// Options say how a Pool works. The zero value of a number is its default.
type Options struct {
	Slots     int           // jobs at a time; 2
	Command   []string      // starts a child: the binary and its arguments
	Dir       string        // for unpacked packages and the files of running jobs
	Worker    string        // name of this process, unique among all; slots add their number
	Tags      []string      // worker tags
	TimeLimit time.Duration // of a job's run; 1 h
	Memory    int64         // of a job, in bytes; 2 GiB
	Threads   int           // of a job; 0 is the engine's choice
	Lease     time.Duration // 30 s
	Grace     time.Duration // how long running jobs may go on when the pool is stopped; 30 s
	// Sole says that no other process works on this store: what is running at
	// the start was lost with the process before.
	Sole    bool
	Policy  Policy
	Unpack  Unpack
	Convert Convert
	Log     *slog.Logger
}

// Pool runs jobs, one per slot at a time.
type Pool struct {
	o        Options
	store    store.Store
	queue    queue.Queue
	blobs    *blob.Store
	packages *packages
	trials   chan trial
	stopped  chan struct{} // closed when no more trials are taken
}

// NewPool returns a pool; Run starts it, once.
func NewPool(s store.Store, q queue.Queue, b *blob.Store, o Options) *Pool {
	if o.Slots == 0 {
		o.Slots = 2
	}
	if o.TimeLimit == 0 {
		o.TimeLimit = time.Hour
	}
	if o.Memory == 0 {
		o.Memory = 2 << 30
	}
	if o.Lease == 0 {
		o.Lease = 30 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 30 * time.Second
	}
	return &Pool{
		o: o, store: s, queue: q, blobs: b, packages: &packages{dir: filepath.Join(o.Dir, "packages"), unpack: o.Unpack},
		trials: make(chan trial), stopped: make(chan struct{}),
	}
}

// Run works until ctx ends, then lets running jobs go on for Options.Grace and
// ends them. It returns when all children are gone.
func (p *Pool) Run(ctx context.Context) error {
	// Files of jobs that were running when the process before this one died.
	runs := filepath.Join(p.o.Dir, "runs")
	if p.o.Sole {
		if err := os.RemoveAll(runs); err != nil {
			return fmt.Errorf("remove the files of lost jobs: %w", err)
		}
	}
	for _, d := range []string{runs, p.packages.dir} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return fmt.Errorf("make the workers' folder: %w", err)
		}
	}
	start := time.Now()
	if p.o.Sole {
		start = start.Add(365 * 24 * time.Hour) // beyond every lease
	}
	if err := p.sweep(ctx, start); err != nil {
		return err
	}
	// work outlives ctx by the grace period, for jobs that are running.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(p.o.Grace, stop) })()
	var wg sync.WaitGroup
	for i := range p.o.Slots {
		wg.Go(func() { p.slot(ctx, work, fmt.Sprintf("%s/%d", p.o.Worker, i+1)) })
	}
	wg.Go(func() { p.serveTrials(ctx, work) })
	wg.Go(func() {
		tick := time.NewTicker(p.o.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-tick.C:
				if err := p.sweep(ctx, now); err != nil && ctx.Err() == nil {
					p.o.Log.Error("look for lost jobs", "err", err)
				}
			}
		}
	})
	wg.Wait()
	return nil
}

func (p *Pool) sweep(ctx context.Context, now time.Time) error {
	lost, err := p.queue.Sweep(ctx, now)
	if err != nil {
		return fmt.Errorf("look for lost jobs: %w", err)
	}
	for _, j := range lost {
		p.o.Log.Warn("job lost its worker", "job", j.ID, "attempt", j.Attempt, "status", j.Status)
	}
	return nil
}

// slot claims and runs jobs one after the other, with a warm child ready
// before each claim.
func (p *Pool) slot(ctx, work context.Context, name string) {
	var child *process
	defer func() {
		if child != nil {
			child.kill()
			<-child.done
		}
	}()
	wait := backoff.NewExponentialBackOff()
	for ctx.Err() == nil {
		if child == nil || !child.alive() {
			var err error
			if child, err = start(ctx, p.o.Command, childEnv()); err != nil {
				if ctx.Err() == nil {
					p.o.Log.Error("no child process", "slot", name, "err", err)
					sleep(ctx, wait.NextBackOff())
				}
				continue
			}
			wait.Reset()
		}
		c, err := p.queue.Claim(ctx, queue.Worker{Name: name, Tags: p.o.Tags, Lease: p.o.Lease})
		if errors.Is(err, queue.ErrClosed) {
			return
		}
		if err != nil {
			if ctx.Err() == nil {
				p.o.Log.Error("claim a job", "slot", name, "err", err)
				sleep(ctx, wait.NextBackOff())
			}
			continue
		}
		if !child.alive() { // it died while it waited: this job gets a new one
			if again, err := start(ctx, p.o.Command, childEnv()); err == nil {
				child = again
			}
		}
		p.run(work, c, child)
		child = nil
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// childEnv is the environment of a child: none of the server's settings, which
// hold its secrets.
func childEnv() []string {
	env := []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"}
	for _, k := range []string{"TZ", "TMPDIR", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(k); ok {
			env = append(env, k+"="+v)
		}
	}
	return env
}
