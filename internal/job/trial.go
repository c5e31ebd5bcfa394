package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"kickoff/internal/store"
)

// Failure is a trial's run that did not succeed: the first error of its log.
type Failure struct {
	Text   string
	ToolID int // store.EngineToolID where it comes from no tool
}

func (f *Failure) Error() string {
	if f.ToolID == store.EngineToolID {
		return f.Text
	}
	return fmt.Sprintf("tool %d: %s", f.ToolID, f.Text)
}

// ErrBusy: other trials ran all the time that one may wait for its turn.
var ErrBusy = errors.New("other workflows are being tried")

// trial is a package to run before it is accepted.
type trial struct {
	ctx            context.Context // of who waits for it
	path, fileName string
	done           chan error
}

// Try runs the package at path as a job is run, with the answers that the
// workflow itself has and within a job's limits, and keeps nothing of it: there
// is no row that a crash could leave. Trials run one at a time, beside the jobs,
// and wait for their turn as long as a run may take. A run that does not succeed
// is a *Failure; other errors are ctx's, ErrBusy, ErrStopped and the machine's.
func (p *Pool) Try(ctx context.Context, path, fileName string) error {
	t := trial{ctx: ctx, path: path, fileName: fileName, done: make(chan error, 1)}
	turn := time.NewTimer(p.o.TimeLimit)
	defer turn.Stop()
	select {
	case p.trials <- t:
		return <-t.done
	case <-ctx.Done():
		return ctx.Err()
	case <-p.stopped:
		return ErrStopped
	case <-turn.C:
		return ErrBusy
	}
}

// serveTrials runs trials until ctx ends, and ends the one in hand with work.
func (p *Pool) serveTrials(ctx, work context.Context) {
	defer close(p.stopped)
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-p.trials:
			run, stop := context.WithCancel(t.ctx)
			free := context.AfterFunc(work, stop)
			err := p.try(run, t)
			switch {
			case t.ctx.Err() != nil:
				err = t.ctx.Err()
			case err != nil && work.Err() != nil:
				err = ErrStopped
			}
			free()
			stop()
			t.done <- err
		}
	}
}

func (p *Pool) try(ctx context.Context, t trial) error {
	dir, err := os.MkdirTemp(filepath.Join(p.o.Dir, "runs"), "trial-")
	if err != nil {
		return fmt.Errorf("make the trial's folder: %w", err)
	}
	defer os.RemoveAll(dir)
	files := filepath.Join(dir, "package")
	if err := os.Mkdir(files, 0o700); err != nil {
		return fmt.Errorf("make the trial's folder: %w", err)
	}
	document, err := p.o.Unpack(t.path, t.fileName, files)
	if err != nil {
		return fmt.Errorf("unpack the workflow: %w", err)
	}
	child, err := start(ctx, p.o.Command, childEnv())
	if err != nil {
		return err
	}
	defer func() {
		child.kill()
		<-child.done
	}()
	failure := &Failure{Text: "The run ended without a success and without an error", ToolID: store.EngineToolID}
	found := false
	outcome, err := p.drive(ctx, child, filepath.Join(files, document), dir, nil, func(m store.Message) {
		if m.Status == store.ErrorMessage && !found {
			failure.Text, failure.ToolID, found = m.Text, m.ToolID, true
		}
	}, func(context.Context, func(error)) {})
	switch {
	case errors.Is(err, ErrStopped), errors.Is(err, syscall.ENOSPC):
		return err
	case err != nil:
		return &Failure{Text: p.say(err), ToolID: store.EngineToolID}
	case !outcome.Success:
		return failure
	}
	return nil
}
