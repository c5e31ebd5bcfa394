package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"kickoff/internal/blob"
	"kickoff/internal/queue"
	"kickoff/internal/store"
)

// Why a child was stopped before its end.
var (
	errCancelled = errors.New("cancelled")
	errTime      = errors.New("time limit")
	errMemory    = errors.New("memory limit")
	errLost      = errors.New("the job was given to another worker")
)

// ErrStopped: the pool was stopped while the workflow ran.
var ErrStopped = errors.New("the server was stopped while the job ran")

// run runs a claimed job in the child and finishes it.
func (p *Pool) run(ctx context.Context, c queue.Claimed, child *process) {
	a := c.Job.Claim()
	log := p.o.Log.With("job", a.Job, "attempt", a.Number, "worker", a.Worker)
	began := time.Now()
	dir := filepath.Join(p.o.Dir, "runs", fmt.Sprintf("%s-%d", a.Job, a.Number))
	defer os.RemoveAll(dir)
	defer func() { <-child.done }() // attempt has killed it

	messages := &messages{pool: p, attempt: a}
	result, err := p.attempt(ctx, c, child, dir, messages)
	if errors.Is(err, errLost) {
		log.Warn("drop the result", "err", err)
		return
	}
	if err != nil {
		result.Disposition = store.Error
		if errors.Is(err, errCancelled) {
			result.Disposition = store.Cancelled
		}
		result.Messages = append(result.Messages, store.Message{Status: store.ErrorMessage, Text: p.say(err), ToolID: store.EngineToolID})
		result.Outputs = nil
	}
	result.Messages = append(messages.rest(), result.Messages...)
	result.FinishedAt = time.Now()
	// The row is finished even when the server is stopping: the outcome is known.
	finish, done := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer done()
	free := func() {
		<-child.done
		os.RemoveAll(dir)
	}
	if err := p.finish(finish, a, result, free); err != nil {
		log.Error("finish the job", "err", err)
		return
	}
	log.Info("job finished", "disposition", result.Disposition, "seconds", time.Since(began).Seconds())
}

// finish stores the end of a job. Where the disk is full it first frees what
// the run itself has written, then tries again until half the lease is over:
// a job that nobody finishes would end as lost.
func (p *Pool) finish(ctx context.Context, a store.Attempt, r store.Result, free func()) error {
	err := p.queue.Finish(ctx, a, r)
	if !errors.Is(err, store.ErrNoSpace) {
		return err
	}
	free()
	ctx, stop := context.WithTimeout(ctx, p.o.Lease/2)
	defer stop()
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		if err = p.queue.Finish(ctx, a, r); !errors.Is(err, store.ErrNoSpace) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

// say puts an error into the words of the job's log.
func (p *Pool) say(err error) string {
	switch {
	case errors.Is(err, errCancelled):
		return "The job was cancelled"
	case errors.Is(err, errTime):
		return fmt.Sprintf("The job ran longer than the limit of %v and was stopped", p.o.TimeLimit)
	case errors.Is(err, errMemory):
		return fmt.Sprintf("The job used more memory than the limit of %d MiB and was stopped", p.o.Memory>>20)
	case errors.Is(err, blob.ErrNoSpace), errors.Is(err, store.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		return "The server's disk is full; no output of this job was kept"
	}
	return err.Error()
}

// attempt does the work: it returns the result, or an error that is the job's end.
func (p *Pool) attempt(ctx context.Context, c queue.Claimed, child *process, dir string, messages *messages) (store.Result, error) {
	defer child.kill()
	v, err := p.store.Version(ctx, c.Job.VersionID)
	if err != nil {
		return store.Result{}, fmt.Errorf("find the workflow's version: %w", err)
	}
	document, err := p.packages.open(ctx, v.Blob, v.FileName, func() (string, error) { return p.blobs.Path(v.Blob) })
	if err != nil {
		return store.Result{}, err
	}
	outcome, err := p.drive(ctx, child, document, dir, c.Job.Answers, messages.add, func(ctx context.Context, end func(error)) {
		p.hold(ctx, c, end, messages)
	})
	if err != nil {
		return store.Result{}, err
	}
	outputs, err := keep(ctx, p.blobs, filepath.Join(dir, outFolder), filepath.Join(dir, tempFolder), outcome.Files, p.o.Convert)
	if err != nil {
		return store.Result{}, err
	}
	r := store.Result{Disposition: store.Error, Outputs: outputs}
	if outcome.Success {
		r.Disposition = store.Success
	}
	return r, nil
}

// The folders of a run, below its own.
const outFolder, tempFolder = "out", "tmp"

// drive runs a document in the child, which is gone afterwards. It kills the
// child when ctx ends, when the run goes over a limit and when watch, which goes
// on beside it, calls end; the cause is the error then.
func (p *Pool) drive(ctx context.Context, child *process, document, dir string, answers []store.Answer, report func(store.Message), watch func(ctx context.Context, end func(cause error))) (Outcome, error) {
	out, tmp := filepath.Join(dir, outFolder), filepath.Join(dir, tempFolder)
	for _, d := range []string{out, tmp} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return Outcome{}, fmt.Errorf("make the job's folder: %w", err)
		}
	}
	run, stop := context.WithCancelCause(ctx)
	end := func(cause error) { stop(cause); child.kill() }
	var wg sync.WaitGroup
	wg.Go(func() { p.limit(run, child, end) })
	wg.Go(func() { watch(run, end) })
	outcome, err := child.run(Spec{
		Document: document, OutDir: out, TempDir: tmp, Answers: answers, Now: time.Now(),
		Memory: p.o.Memory, Threads: p.o.Threads, Policy: p.o.Policy,
	}, report)
	stop(nil)
	wg.Wait()
	if cause := context.Cause(run); cause != nil && !errors.Is(cause, context.Canceled) {
		return Outcome{}, cause
	}
	if err != nil && ctx.Err() != nil {
		err = ErrStopped
	}
	return outcome, err
}

// limit kills the child when its run goes over a limit or ctx ends.
func (p *Pool) limit(ctx context.Context, child *process, end func(cause error)) {
	look := time.NewTicker(200 * time.Millisecond)
	over := time.NewTimer(p.o.TimeLimit)
	defer look.Stop()
	defer over.Stop()
	for {
		select {
		case <-ctx.Done():
			child.kill()
			return
		case <-over.C:
			end(errTime)
			return
		case <-look.C:
			// The engine keeps to the limit itself; what is around it may take a
			// quarter more and some for the program.
			if resident(child.cmd.Process.Pid) > p.o.Memory+p.o.Memory/4+(256<<20) {
				end(errMemory)
				return
			}
		}
	}
}

// hold keeps the lease and passes messages on; end is told when the job is
// cancelled or lost.
func (p *Pool) hold(ctx context.Context, c queue.Claimed, end func(cause error), messages *messages) {
	beat := time.NewTicker(p.o.Lease / 3)
	look := time.NewTicker(200 * time.Millisecond)
	defer beat.Stop()
	defer look.Stop()
	a := c.Job.Claim()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.Cancelled:
			end(errCancelled)
			return
		case <-look.C:
			if err := messages.flush(ctx); errors.Is(err, store.ErrStale) {
				end(errLost)
				return
			}
		case now := <-beat.C:
			cancel, err := p.store.Heartbeat(ctx, a, now.Add(p.o.Lease))
			switch {
			case errors.Is(err, store.ErrStale):
				end(errLost)
				return
			case err != nil:
				p.o.Log.Error("keep the lease", "job", a.Job, "err", err)
			case cancel:
				end(errCancelled)
				return
			}
		}
	}
}

// maxMessages is how many messages of one job are kept; a workflow that
// writes more gets a note instead.
const maxMessages = 10000

// messages collects what the child reports and stores it in groups.
type messages struct {
	pool    *Pool
	attempt store.Attempt
	mu      sync.Mutex
	waiting []store.Message
	count   int
}

func (m *messages) add(x store.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count++
	switch {
	case m.count < maxMessages:
		m.waiting = append(m.waiting, x)
	case m.count == maxMessages:
		m.waiting = append(m.waiting, store.Message{Status: store.Warning, Text: "There are more messages; they are not kept", ToolID: store.EngineToolID})
	case x.Status == store.ErrorMessage && m.count < 2*maxMessages:
		m.waiting = append(m.waiting, x) // why a job failed is kept all the same
	}
}

// rest takes the messages that are not stored yet.
func (m *messages) rest() []store.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	rest := m.waiting
	m.waiting = nil
	return rest
}

// flush stores the waiting messages. They are put back when that fails.
func (m *messages) flush(ctx context.Context) error {
	rest := m.rest()
	if len(rest) == 0 {
		return nil
	}
	err := m.pool.store.AppendMessages(ctx, m.attempt, rest)
	if err != nil {
		m.mu.Lock()
		m.waiting = append(rest, m.waiting...)
		m.mu.Unlock()
	}
	return err
}
