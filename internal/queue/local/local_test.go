package local

import (
	"path/filepath"
	"testing"
	"time"

	"kickoff/internal/queue"
	"kickoff/internal/queue/queuetest"
	"kickoff/internal/store"
	"kickoff/internal/store/sqlite"
)

func newStore(t testing.TB) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gallery.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func open(t testing.TB, s store.Store) *Queue {
	t.Helper()
	q, err := Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestQueue(t *testing.T) {
	queuetest.Run(t,
		func(t *testing.T) store.Store { return newStore(t) },
		func(t *testing.T, s store.Store) queue.Queue { return open(t, s) })
}

func TestFIFO(t *testing.T) {
	var f fifo
	for i := range int64(200) {
		f.insert(item{seq: i})
	}
	for i := range int64(150) {
		if got := f.pop().seq; got != i {
			t.Fatalf("pop = %d, want %d", got, i)
		}
		if i%50 == 49 { // comes back to the front
			f.insert(item{seq: i})
			if got := f.pop().seq; got != i {
				t.Fatalf("pop after return = %d, want %d", got, i)
			}
		}
	}
	f.items[f.head+7].id = "x"
	if !f.remove("x") || f.remove("x") {
		t.Error("remove")
	}
	n := 0
	for ; !f.empty(); n++ {
		f.pop()
	}
	if n != 49 {
		t.Errorf("%d left, want 49", n)
	}
}

// BenchmarkHandOver is the time from push to the worker, without the store.
func BenchmarkHandOver(b *testing.B) {
	q := open(b, newStore(b))
	back := make(chan item)
	go func() {
		for {
			it, err := q.next(b.Context(), nil)
			if err != nil {
				return
			}
			back <- it
		}
	}()
	for b.Loop() {
		q.push(store.Job{ID: "x"})
		<-back
	}
}

// BenchmarkLife is Enqueue, Claim and Finish, each durable.
func BenchmarkLife(b *testing.B) {
	s := newStore(b)
	studio := store.Studio{ID: store.NewID(), Name: "s"}
	user := store.User{ID: store.NewID(), StudioID: studio.ID, Email: "a@example.com"}
	if err := s.Init(b.Context(), studio, user, store.Key{ID: store.NewID(), Consumer: "K", Sealed: []byte("x"), StudioID: studio.ID}); err != nil {
		b.Fatal(err)
	}
	w, err := s.Publish(b.Context(), store.Workflow{ID: store.NewID(), StudioID: studio.ID, OwnerID: user.ID}, store.Version{ID: store.NewID(), AuthorID: user.ID})
	if err != nil {
		b.Fatal(err)
	}
	q := open(b, s)
	for b.Loop() {
		j := store.Job{ID: store.NewID(), StudioID: studio.ID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: user.ID, CreatedAt: time.Now()}
		if err := q.Enqueue(b.Context(), j, 0); err != nil {
			b.Fatal(err)
		}
		c, err := q.Claim(b.Context(), queue.Worker{Name: "w", Lease: time.Minute})
		if err != nil {
			b.Fatal(err)
		}
		if err := q.Finish(b.Context(), c.Job.Claim(), store.Result{Disposition: store.Success, FinishedAt: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}
