// Package store holds the domain types of a gallery and the interface of the
// place they are kept in.
//
// A studio owns workflows; a workflow has versions, each with its package (a
// blob) and its questions; a job runs one version with answers and leaves
// messages and outputs. Users belong to a studio and have a role; keys belong
// to a user or to a studio and sign requests.
//
// The package knows no database. Implementations live below it, one package
// each, and are judged by the suite in storetest. Large things (packages,
// outputs) are never in the store: a row holds the blob's reference.
package store

import (
	"context"
	"errors"
	"time"
)

// The errors an implementation returns, wrapped with what was being done.
var (
	// ErrNotFound: no such row, or none that the filter may see.
	ErrNotFound = errors.New("not found")
	// ErrExists: a row with this unique value (e-mail, consumer key, id) is there.
	ErrExists = errors.New("exists already")
	// ErrState: the row is there, but not in the state the call needs, for
	// example a claim of a job that is not queued, or a cancel of a finished one.
	ErrState = errors.New("wrong state")
	// ErrStale: the attempt does not hold the job any more. It was finished,
	// lost, or given to another worker. The worker drops its result.
	ErrStale = errors.New("attempt does not hold the job any more")
	// ErrQueueFull: the submitter has as many queued jobs as allowed.
	ErrQueueFull = errors.New("too many queued jobs")
	// ErrNoSpace: the disk or the database quota is full; nothing was written.
	ErrNoSpace = errors.New("no space left")
)

// Store keeps everything but the blobs. All methods are safe for concurrent
// use. A write that returned nil is durable: it is there after a kill -9.
type Store interface {
	Accounts
	Workflows
	Jobs

	// Ping reports whether the store can be read, for health checks.
	Ping(ctx context.Context) error
	Close() error
}

// Accounts are the studios, users, keys and tokens.
type Accounts interface {
	// Init makes the first studio with its curator and key, all or nothing.
	// ErrExists when there is a user already.
	Init(ctx context.Context, s Studio, u User, k Key) error

	// Revision changes whenever a studio, user or key does, in whatever
	// process: who keeps copies in memory asks for it first.
	Revision(ctx context.Context) (int64, error)

	AddStudio(ctx context.Context, s Studio) error
	Studio(ctx context.Context, id ID) (Studio, error)
	// Studios are all studios by name.
	Studios(ctx context.Context) ([]Studio, error)

	// AddUser stores a new user. ErrExists when the e-mail is taken,
	// whatever its case; ErrNotFound when there is no such studio.
	AddUser(ctx context.Context, u User) error
	User(ctx context.Context, id ID) (User, error)
	// UserByEmail ignores the case of the e-mail address.
	UserByEmail(ctx context.Context, email string) (User, error)
	// Users are all users by e-mail.
	Users(ctx context.Context) ([]User, error)

	AddKey(ctx context.Context, k Key) error
	// KeyByConsumer finds a key by the name it signs with, revoked or not.
	// The comparison is exact.
	KeyByConsumer(ctx context.Context, consumer string) (Key, error)
	Key(ctx context.Context, id ID) (Key, error)
	// Keys are all keys, oldest first.
	Keys(ctx context.Context) ([]Key, error)
	// RevokeKey marks the key revoked and drops its tokens. Revoking twice is
	// no error and keeps the first time.
	RevokeKey(ctx context.Context, id ID, at time.Time) error

	// AddToken stores a token. ErrState when its key is revoked.
	AddToken(ctx context.Context, t Token) error
	// Token finds a token by the hash of its value. Expired ones are found
	// too: the caller compares with its clock.
	Token(ctx context.Context, hash string) (Token, error)
	// DropTokens deletes the tokens that expired before the given time.
	DropTokens(ctx context.Context, before time.Time) error
}

// Workflows are the published workflows with their versions.
type Workflows interface {
	// Publish stores a version. When w.SourceID is not empty and a workflow of
	// the studio has it, v becomes that workflow's next version and the rest of
	// w updates its row; otherwise w is new. It returns the workflow as stored.
	Publish(ctx context.Context, w Workflow, v Version) (Workflow, error)
	// Workflow finds a workflow with its published version.
	Workflow(ctx context.Context, id ID) (Workflow, error)
	ListWorkflows(ctx context.Context, f WorkflowFilter) ([]Workflow, error)
	// Version finds one version of any workflow.
	Version(ctx context.Context, id ID) (Version, error)
	// Versions are all versions of a workflow, oldest first.
	Versions(ctx context.Context, workflow ID) ([]Version, error)
}

// Jobs are the job rows. Queues build on them: the row is the record, a queue
// only remembers what is waiting.
type Jobs interface {
	// Enqueue stores a new job as Queued and counts the run of its workflow,
	// in one transaction. ErrQueueFull when the submitter already has
	// maxQueued jobs waiting; 0 means no limit.
	Enqueue(ctx context.Context, j Job, maxQueued int) error
	// Job finds a job, without messages and outputs.
	Job(ctx context.Context, id ID) (Job, error)
	// ListJobs returns jobs without messages and outputs.
	ListJobs(ctx context.Context, f JobFilter) ([]Job, error)
	// Messages are a job's messages in the order they were appended.
	Messages(ctx context.Context, job ID) ([]Message, error)
	// Outputs are a job's outputs in the order they were recorded.
	Outputs(ctx context.Context, job ID) ([]Output, error)
	// LastJobs finds the newest job of each of the workflows that has one.
	LastJobs(ctx context.Context, workflows []ID) (map[ID]Job, error)

	// Claim makes a queued job Running and gives it to the worker until the
	// lease ends. The result's Attempt names the claim in all later calls.
	// ErrState when the job is not queued (cancelled, or claimed by another).
	Claim(ctx context.Context, job ID, worker string, lease time.Time) (Job, error)
	// Heartbeat extends the lease of a running attempt. It reports whether the
	// job is to be cancelled. ErrStale when the attempt has lost the job.
	Heartbeat(ctx context.Context, a Attempt, lease time.Time) (cancel bool, err error)
	// AppendMessages adds messages to a running job. ErrStale as above.
	AppendMessages(ctx context.Context, a Attempt, m []Message) error
	// Finish ends a running job once: messages, outputs and disposition in one
	// transaction. A second call for the same attempt, or a call of an attempt
	// that has lost the job, is ErrStale and changes nothing.
	Finish(ctx context.Context, a Attempt, r Result) error
	// Cancel ends a queued job at once as Completed and Cancelled, and marks a
	// running one, whose worker hears of it by Heartbeat. It returns the job as
	// it is then. ErrState when it is finished already.
	Cancel(ctx context.Context, job ID, at time.Time) (Job, error)
	// ExpireLeases deals with the running jobs whose lease ended before now:
	// those of workflows marked SafeToRepeat, not cancelled and with fewer than
	// MaxAttempts attempts are queued again, all others end as Completed with
	// disposition Error and a message that says their worker was lost. It
	// returns the jobs as they are then.
	ExpireLeases(ctx context.Context, now time.Time) ([]Job, error)
	// DropOutputs deletes the output rows of jobs finished before the given
	// time and returns their blobs that no other row uses any more.
	DropOutputs(ctx context.Context, before time.Time) ([]string, error)
}

// MaxAttempts is how often a job that is safe to repeat is tried before its
// loss is reported: a document that kills its worker must not do so for ever.
const MaxAttempts = 3
