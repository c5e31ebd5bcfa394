// Package queue is how jobs get from the server to the workers.
//
// The job row in the store is the record; a queue remembers what is waiting
// and wakes a worker. Enqueue writes the row and queues it as one: a job that
// was acknowledged is never forgotten, and none runs that was not.
package queue

import (
	"context"
	"errors"
	"time"

	"kickoff/internal/store"
)

// ErrClosed is returned by Claim when the queue was closed.
var ErrClosed = errors.New("queue closed")

// Queue hands jobs to workers: higher priority first, then older first. All
// methods are safe for concurrent use.
type Queue interface {
	// Enqueue stores the job and queues it, in one transaction. Errors are
	// those of store.Jobs.Enqueue.
	Enqueue(ctx context.Context, j store.Job, maxQueued int) error
	// Claim waits for a job that the worker may take and claims it.
	// It ends with ctx's error, or ErrClosed.
	Claim(ctx context.Context, w Worker) (Claimed, error)
	// Finish ends the attempt in the store and forgets it.
	// Errors are those of store.Jobs.Finish.
	Finish(ctx context.Context, a store.Attempt, r store.Result) error
	// Cancel ends a waiting job and asks the worker of a running one to stop it.
	// Errors are those of store.Jobs.Cancel.
	Cancel(ctx context.Context, job store.ID, at time.Time) (store.Job, error)
	// Sweep deals with lost workers (store.Jobs.ExpireLeases) and queues again
	// what is to be repeated. It returns the jobs that were lost. To be called
	// every few seconds.
	Sweep(ctx context.Context, now time.Time) ([]store.Job, error)
	// Len is the number of waiting jobs.
	Len() int
	// Close ends all waiting Claims with ErrClosed. Waiting jobs stay in the store.
	Close() error
}

// Worker says who claims and what it may take.
type Worker struct {
	// Name is unique among all workers of all processes, for example
	// "host/1234/2"; it stands in the job row.
	Name string
	// Tags: the worker takes jobs with one of these tags, and jobs without one.
	Tags []string
	// Lease is how long the claim holds without a heartbeat.
	Lease time.Duration
}

// Claimed is a job that a worker now holds.
type Claimed struct {
	Job store.Job // Job.Claim() names the attempt
	// Cancelled is closed when the job is to be stopped. A queue that cannot
	// reach the worker at once leaves it to store.Jobs.Heartbeat.
	Cancelled <-chan struct{}
}
