package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/blob"
	"kickoff/internal/queue"
	"kickoff/internal/queue/local"
	"kickoff/internal/store"
	"kickoff/internal/store/sqlite"
)

// childArg makes this test binary a child process.
const childArg = "run-job-for-test"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == childArg {
		if err := Serve(context.Background(), script{}, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// script is a runner that does what the document says, a line each.
type script struct{}

func (script) Warm(context.Context) error { return nil }

func (script) Run(ctx context.Context, s Spec, report func(store.Message)) Outcome {
	b, err := os.ReadFile(s.Document)
	if err != nil {
		report(store.Message{Status: store.ErrorMessage, Text: err.Error()})
		return Outcome{}
	}
	o := Outcome{Success: true}
	for _, l := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		word, rest, _ := strings.Cut(l, " ")
		switch word {
		case "say":
			report(store.Message{Status: store.Info, Text: rest, ToolID: 1})
		case "answers":
			for _, a := range s.Answers {
				report(store.Message{Status: store.Info, Text: a.Name + "=" + a.Value, ToolID: 2})
			}
		case "write":
			name, text, _ := strings.Cut(rest, " ")
			if err := os.WriteFile(filepath.Join(s.OutDir, name), []byte(text), 0o600); err != nil {
				panic(err)
			}
			o.Files = append(o.Files, OutputFile{Name: name, Path: name})
		case "fail":
			report(store.Message{Status: store.ErrorMessage, Text: rest, ToolID: 3})
			o.Success = false
		case "crash":
			panic(rest)
		case "hang":
			select {}
		case "grow":
			var all [][]byte
			for {
				b := make([]byte, 16<<20)
				for i := 0; i < len(b); i += 4096 { // touched pages count
					b[i] = 1
				}
				all = append(all, b)
				time.Sleep(time.Duration(len(all)) * time.Millisecond)
			}
		}
	}
	return o
}

// bench is a pool with all that it works on.
type bench struct {
	t     *testing.T
	store store.Store
	queue queue.Queue
	blobs *blob.Store
	user  store.User
	dir   string
	o     Options
}

// newBench opens everything; run starts the pool.
func newBench(t *testing.T, o Options) *bench {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	s, err := sqlite.Open(ctx, filepath.Join(dir, "kickoff.db"))
	if err != nil {
		t.Fatal(err)
	}
	q, err := local.Open(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenDir(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, store: s, queue: q, blobs: blobs, dir: dir}
	studio := store.Studio{ID: store.NewID(), Name: "Finance", CreatedAt: time.Now()}
	b.user = store.User{ID: store.NewID(), StudioID: studio.ID, Email: "ada@example.com", Role: store.Curator, Active: true, CreatedAt: time.Now()}
	key := store.Key{ID: store.NewID(), Consumer: "KEY1", Sealed: []byte{1}, StudioID: studio.ID, UserID: b.user.ID, CreatedAt: time.Now()}
	if err := s.Init(ctx, studio, b.user, key); err != nil {
		t.Fatal(err)
	}
	o.Command, o.Dir, o.Worker = []string{os.Args[0], childArg}, filepath.Join(dir, "work"), "test"
	o.Unpack = func(path, name, dir string) (string, error) {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		return name, os.WriteFile(filepath.Join(dir, name), text, 0o600)
	}
	o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	b.o = o
	t.Cleanup(func() {
		q.Close()
		s.Close()
		blobs.Close()
	})
	return b
}

// run starts the pool, which works until the test ends.
func (b *bench) run() *bench {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewPool(b.store, b.queue, b.blobs, b.o).Run(ctx) }()
	b.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	})
	return b
}

// start publishes a script and queues a run of it.
func (b *bench) start(text string, answers ...store.Answer) store.ID {
	b.t.Helper()
	ctx := b.t.Context()
	info, err := b.blobs.Put(ctx, strings.NewReader(text), 0)
	if err != nil {
		b.t.Fatal(err)
	}
	w, err := b.store.Publish(ctx, store.Workflow{ID: store.NewID(), StudioID: b.user.StudioID, OwnerID: b.user.ID, Name: "w", CreatedAt: time.Now()},
		store.Version{ID: store.NewID(), AuthorID: b.user.ID, FileName: "w.yxmd", Blob: info.Ref, Size: info.Size, UploadedAt: time.Now()})
	if err != nil {
		b.t.Fatal(err)
	}
	j := store.Job{ID: store.NewID(), StudioID: b.user.StudioID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: b.user.ID,
		Source: store.FromAPI, Priority: store.Medium, Answers: answers, Status: store.Queued, Disposition: store.None, CreatedAt: time.Now()}
	if err := b.queue.Enqueue(ctx, j, 0); err != nil {
		b.t.Fatal(err)
	}
	return j.ID
}

// until waits for a job to be in a state.
func (b *bench) until(id store.ID, ok func(store.Job) bool) store.Job {
	b.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		j, err := b.store.Job(b.t.Context(), id)
		if err != nil {
			b.t.Fatal(err)
		}
		if ok(j) {
			return j
		}
	}
	b.t.Fatal("the job did not get there in 20 s")
	return store.Job{}
}

func completed(j store.Job) bool { return j.Status == store.Completed }
func running(j store.Job) bool   { return j.Status == store.Running }

func (b *bench) texts(id store.ID) []string {
	b.t.Helper()
	ms, err := b.store.Messages(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	var texts []string
	for _, m := range ms {
		texts = append(texts, m.Text)
	}
	return texts
}

func TestSuccess(t *testing.T) {
	b := newBench(t, Options{}).run()
	id := b.start("say hello\nanswers\nwrite a.csv x,y", store.Answer{Name: "Region", Value: "West"})
	if j := b.until(id, completed); j.Disposition != store.Success || j.Attempt != 1 {
		t.Errorf("got %s at attempt %d", j.Disposition, j.Attempt)
	}
	if diff := cmp.Diff([]string{"hello", "Region=West"}, b.texts(id)); diff != "" {
		t.Error(diff)
	}
	outputs, err := b.store.Outputs(t.Context(), id)
	if err != nil || len(outputs) != 1 {
		t.Fatalf("outputs: %v, %v", outputs, err)
	}
	var got []string
	for _, f := range outputs[0].Files {
		r, err := b.blobs.Open(t.Context(), f.Blob)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		r.Close()
		got = append(got, f.Format+" "+string(text))
	}
	if diff := cmp.Diff([]string{"Raw x,y", "Csv x,y"}, got); diff != "" {
		t.Error(diff)
	}
}

// What goes wrong in a child is the end of its job, and the next job runs.
func TestFailures(t *testing.T) {
	b := newBench(t, Options{Slots: 1, TimeLimit: 2 * time.Second, Memory: 32 << 20, Lease: time.Second}).run()
	for _, c := range []struct {
		name, script, message string
	}{
		{"error", "fail tool 3 says no", "tool 3 says no"},
		{"crash", "say before\ncrash out of luck", "failed: exit status 2"},
		{"time", "hang", "ran longer than the limit of 2s"},
		{"memory", "grow", "more memory than the limit of 32 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := b.start(c.script + "\nwrite a.csv x")
			if j := b.until(id, completed); j.Disposition != store.Error {
				t.Errorf("disposition %s, want Error", j.Disposition)
			}
			if texts := strings.Join(b.texts(id), "\n"); !strings.Contains(texts, c.message) {
				t.Errorf("messages %q do not hold %q", texts, c.message)
			}
		})
	}
	if j := b.until(b.start("say still here"), completed); j.Disposition != store.Success {
		t.Errorf("the job after them: %s, %q", j.Disposition, b.texts(j.ID))
	}
}

func TestCancel(t *testing.T) {
	b := newBench(t, Options{Slots: 1}).run()
	id := b.start("hang")
	waiting := b.start("say never")
	b.until(id, running)
	for _, id := range []store.ID{waiting, id} {
		if _, err := b.queue.Cancel(t.Context(), id, time.Now()); err != nil {
			t.Fatal(err)
		}
		if j := b.until(id, completed); j.Disposition != store.Cancelled {
			t.Errorf("disposition %s, want Cancelled", j.Disposition)
		}
	}
	if _, err := b.queue.Cancel(t.Context(), id, time.Now()); !errors.Is(err, store.ErrState) {
		t.Errorf("cancel of a finished job: %v, want ErrState", err)
	}
}

// Jobs that ran when the process before this one died are reported as lost, and
// what they left behind is removed.
func TestLostAtStart(t *testing.T) {
	b := newBench(t, Options{Sole: true, Slots: 1, Lease: time.Hour})
	id := b.start("say never")
	if _, err := b.queue.Claim(t.Context(), queue.Worker{Name: "before", Lease: time.Hour}); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(b.dir, "work", "runs", "left-1")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	b.run()
	if j := b.until(id, completed); j.Disposition != store.Error {
		t.Errorf("disposition %s, want Error", j.Disposition)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the lost job's files: %v, want them gone", err)
	}
	if j := b.until(b.start("say hello"), completed); j.Disposition != store.Success {
		t.Errorf("the job after it: %s", j.Disposition)
	}
}

// fullQueue answers the first calls of Finish as a full disk does.
type fullQueue struct {
	queue.Queue
	full   atomic.Int32 // calls that are still to fail
	before func()       // called before each
}

func (q *fullQueue) Finish(ctx context.Context, a store.Attempt, r store.Result) error {
	q.before()
	if q.full.Add(-1) >= 0 {
		return fmt.Errorf("commit: %w", store.ErrNoSpace)
	}
	return q.Queue.Finish(ctx, a, r)
}

// A job that has filled the disk gives back what its run holds, and ends as
// what it was, not as lost.
func TestFinishOnFullDisk(t *testing.T) {
	b := newBench(t, Options{Slots: 1, Lease: 20 * time.Second})
	runs := filepath.Join(b.dir, "work", "runs")
	var left []int
	q := &fullQueue{Queue: b.queue, before: func() {
		list, err := os.ReadDir(runs)
		if err != nil {
			t.Error(err)
		}
		left = append(left, len(list))
	}}
	q.full.Store(3)
	b.queue = q
	b.run()
	if j := b.until(b.start("write a.csv x"), completed); j.Disposition != store.Success {
		t.Errorf("disposition %s, %q", j.Disposition, b.texts(j.ID))
	}
	if want := []int{1, 0, 0, 0}; !slices.Equal(left, want) {
		t.Errorf("folders of runs at each try: %v, want %v", left, want)
	}
}
