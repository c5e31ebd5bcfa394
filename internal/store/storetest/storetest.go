// Package storetest judges implementations of store.Store. A backend's own test
// opens an empty store and calls Run.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/store"
)

// Run runs the suite. open returns a new empty store each time it is called
// and closes it when the test ends; reopen closes a store and opens it again,
// as a restart of the process would.
func Run(t *testing.T, open func(t *testing.T) store.Store, reopen func(t *testing.T, s store.Store) store.Store) {
	for _, c := range []struct {
		name string
		f    func(t *testing.T, b *bundle)
	}{
		{"Init", testInit},
		{"Accounts", testAccounts},
		{"Keys", testKeys},
		{"Revision", testRevision},
		{"Tokens", testTokens},
		{"Publish", testPublish},
		{"ListWorkflows", testListWorkflows},
		{"OddText", testOddText},
		{"JobLife", testJobLife},
		{"QueueLimit", testQueueLimit},
		{"Cancel", testCancel},
		{"StaleAttempt", testStaleAttempt},
		{"ExpireLeases", testExpireLeases},
		{"SafeToRepeat", testSafeToRepeat},
		{"ListJobs", testListJobs},
		{"ManyMessages", testManyMessages},
		{"DropOutputs", testDropOutputs},
		{"ConcurrentClaims", testConcurrentClaims},
		{"ConcurrentWrites", testConcurrentWrites},
		{"CancelledContext", testCancelledContext},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.f(t, newBundle(t, open(t)))
		})
	}
	t.Run("Restart", func(t *testing.T) {
		t.Parallel()
		testRestart(t, newBundle(t, open(t)), reopen)
	})
}

// bundle is a store with one studio and its curator.
type bundle struct {
	s      store.Store
	ctx    context.Context
	studio store.Studio
	user   store.User
	key    store.Key
	now    time.Time
}

func newBundle(t *testing.T, s store.Store) *bundle {
	t.Helper()
	now := time.Date(2030, 1, 2, 3, 4, 5, 678901234, time.UTC)
	b := &bundle{s: s, ctx: t.Context(), now: now}
	b.studio = store.Studio{ID: store.NewID(), Name: "Finance", CreatedAt: now}
	b.user = store.User{
		ID: store.NewID(), StudioID: b.studio.ID, Email: "Ada@example.com", FirstName: "Ada", LastName: "Nowak",
		Role: store.Curator, Active: true, CreatedAt: now,
	}
	b.key = store.Key{
		ID: store.NewID(), Consumer: "KEY1", Sealed: []byte{0, 1, 0xff}, StudioID: b.studio.ID, UserID: b.user.ID, Label: "first", CreatedAt: now,
	}
	if err := s.Init(b.ctx, b.studio, b.user, b.key); err != nil {
		t.Fatal(err)
	}
	return b
}

// publish adds a workflow that change may alter first.
func (b *bundle) publish(t *testing.T, name string, change func(w *store.Workflow, v *store.Version)) store.Workflow {
	t.Helper()
	w := store.Workflow{ID: store.NewID(), StudioID: b.studio.ID, OwnerID: b.user.ID, Name: name, CreatedAt: b.now}
	v := store.Version{
		ID: store.NewID(), AuthorID: b.user.ID, PackageType: store.App, FileName: name + ".yxwz", Meta: store.MetaInfo{Name: name},
		Blob: "b-" + name, Size: 42, UploadedAt: b.now,
	}
	if change != nil {
		change(&w, &v)
	}
	out, err := b.s.Publish(b.ctx, w, v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (b *bundle) enqueue(t *testing.T, w store.Workflow, change func(j *store.Job)) store.Job {
	t.Helper()
	j := store.Job{
		ID: store.NewID(), StudioID: w.StudioID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: b.user.ID,
		Source: store.FromAPI, Priority: store.Medium, Answers: []store.Answer{{Name: "Region", Value: "East"}}, CreatedAt: b.now,
	}
	if change != nil {
		change(&j)
	}
	if err := b.s.Enqueue(b.ctx, j, 0); err != nil {
		t.Fatal(err)
	}
	return must(t)(b.s.Job(b.ctx, j.ID))
}

// claim makes a job Running with a lease of a minute from b.now.
func (b *bundle) claim(t *testing.T, j store.Job, worker string) store.Job {
	t.Helper()
	return must(t)(b.s.Claim(b.ctx, j.ID, worker, b.now.Add(time.Minute)))
}

func must(t *testing.T) func(store.Job, error) store.Job {
	return func(j store.Job, err error) store.Job {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func wantSame(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
