package gallery

import (
	"context"
	"errors"
	"net/url"
	"time"
)

// WaitOptions say how often [Client.Wait] asks. The zero value starts with
// 50 ms and grows to 5 s.
type WaitOptions struct {
	First time.Duration // pause after the first look (default 50 ms)
	Max   time.Duration // longest pause (default 5 s)
	// Poll, where it is not nil, is called with what each look found.
	Poll func(*Job)
}

// patience is how many looks in a row may fail, each after its own repeats,
// before Wait gives up: a long job should survive a server's restart.
const patience = 5

// Wait asks for a job until it has ended, and returns it with its messages and
// outputs. A job that failed is no error: see [Job.Succeeded]. The wait ends
// early with ctx, whose error is then in the error's chain.
func (c *Client) Wait(ctx context.Context, jobID string, o WaitOptions) (*Job, error) {
	if o.First <= 0 {
		o.First = 50 * time.Millisecond
	}
	if o.Max <= 0 {
		o.Max = 5 * time.Second
	}
	brief := url.Values{"includeMessages": {"false"}}
	failures := 0
	for pause := o.First; ; pause = min(pause*3/2, o.Max) {
		job, err := c.job(ctx, jobID, brief)
		switch {
		case err == nil && job.Ended():
			if o.Poll != nil {
				o.Poll(job)
			}
			return c.Job(ctx, jobID)
		case err == nil:
			failures = 0
			if o.Poll != nil {
				o.Poll(job)
			}
		case ctx.Err() != nil || !passing(err) || failures == patience:
			return nil, err
		default:
			failures++
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, &RequestError{Method: "GET", Path: c.url("v1/jobs/"+url.PathEscape(jobID)+"/", nil).EscapedPath(), Err: err}
		}
	}
}

// passing reports whether an error may be gone at the next look.
func passing(err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.Status >= 500 || e.Status == 429
	}
	return !errors.Is(err, ErrNotJSON)
}
