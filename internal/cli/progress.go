package cli

import (
	"fmt"
	"io"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"kickoff/gallery"
)

// progress shows how a job goes on standard error: a moving line on a
// terminal, elsewhere a line for each change of status.
type progress struct {
	a    *app
	name string
	id   string

	mu     sync.Mutex // mpb draws from a goroutine of its own
	status gallery.Status

	bars *mpb.Progress
	bar  *mpb.Bar
}

func (a *app) newProgress(name string, job *gallery.Job) *progress {
	p := &progress{a: a, name: printable(name), id: job.ID}
	if a.ErrTTY {
		p.bars = mpb.New(mpb.WithOutput(a.Err))
		p.bar = p.bars.New(0, mpb.SpinnerStyle(),
			mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return p.line() })),
			mpb.AppendDecorators(decor.Elapsed(decor.ET_STYLE_MMSS)),
			mpb.BarWidth(1))
	}
	p.poll(job)
	return p
}

func (p *progress) poll(job *gallery.Job) {
	p.mu.Lock()
	changed := job.Status != p.status
	p.status = job.Status
	p.mu.Unlock()
	if changed && p.bar == nil {
		fmt.Fprintln(p.a.Err, p.line())
	}
}

func (p *progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%s: job %s: %s", p.name, p.id, printable(string(p.status)))
}

// watch shows a bar of what was read of r, on a terminal, until done is called.
// size is -1 where it is not known.
func (a *app) watch(r io.Reader, name string, size int64) (watched io.Reader, done func()) {
	if !a.ErrTTY {
		return r, func() {}
	}
	bars := mpb.New(mpb.WithOutput(a.Err))
	bar := bars.New(max(size, 0), mpb.BarStyle(),
		mpb.PrependDecorators(decor.Name(printable(name)+" ")),
		mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f"), decor.AverageSpeed(decor.SizeB1024(0), " % .1f")),
		mpb.BarRemoveOnComplete())
	if w, err := bar.ProxyReader(r); err == nil {
		watched = w
	} else {
		watched = r // no bar is no reason for no file
	}
	return watched, func() {
		bar.Abort(true)
		bars.Wait()
	}
}

// done leaves the last line standing.
func (p *progress) done() {
	if p.bar != nil {
		p.bar.Abort(false)
		p.bars.Wait()
	}
}
