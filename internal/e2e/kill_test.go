package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/gallery"
	"kickoff/internal/store"
	"kickoff/internal/store/sqlite"
)

// killRounds is how often the server is killed; KICKOFF_KILL_ROUNDS asks for more.
func killRounds(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("KICKOFF_KILL_ROUNDS")); err == nil {
		return n
	}
	if testing.Short() {
		return 10
	}
	return 200
}

// acknowledged is all that the server has said yes to, over all its lives.
type acknowledged struct {
	mu        sync.Mutex
	workflows map[string]string // id by source id
	jobs      map[string]string // id to the answer that it was started with
	ended     map[string]string // id to its end as first seen
}

// TestKill kills the server with kill -9 at random moments, over and over, while
// clients publish and run. Whatever was acknowledged is there after each restart,
// a job that has ended stays as it ended, and none is left running.
func TestKill(t *testing.T) {
	data := t.TempDir()
	ack := &acknowledged{workflows: make(map[string]string), jobs: make(map[string]string), ended: make(map[string]string)}
	rounds, kills := killRounds(t), 0
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for round := range rounds {
		s := serve(t, data)
		c := s.client()
		if round%10 == 0 {
			ack.check(t, s, c)
		}
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for worker := range 3 {
			wg.Go(func() { ack.work(ctx, s, c, round, worker) })
		}
		time.Sleep(time.Duration(random.IntN(250)) * time.Millisecond)
		s.kill()
		kills++
		stop()
		wg.Wait()
	}
	s := serve(t, data)
	c := s.client()
	ack.check(t, s, c)
	end := time.Now().Add(90 * time.Second)
	for id := range ack.jobs {
		for {
			j, err := c.Job(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if j.Ended() {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("job %s is %s and does not end", id, j.Status)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	s.kill()
	ack.checkAnswers(t, filepath.Join(data, "gallery.db"))
	t.Logf("%d kills, %d workflows and %d jobs acknowledged, %d ends seen", kills, len(ack.workflows), len(ack.jobs), len(ack.ended))
	if len(ack.jobs) < rounds/10 {
		t.Errorf("only %d jobs in %d rounds: the test hardly tests", len(ack.jobs), rounds)
	}
}

// work publishes and runs until the server is gone.
func (a *acknowledged) work(ctx context.Context, s *server, c *gallery.Client, round, worker int) {
	for n := 0; ctx.Err() == nil; n++ {
		source := fmt.Sprintf("source %d", (round+worker)%7)
		id, err := s.publish(ctx, c, "Sales Explorer.yxwz", source)
		if err != nil {
			return
		}
		a.mu.Lock()
		if old := a.workflows[source]; old != "" && old != id {
			a.jobs["the same source id got two workflows: "+old+" and "+id] = ""
		}
		a.workflows[source] = id
		a.mu.Unlock()
		answer := strconv.Itoa(1 + (round*31+worker*7+n)%99)
		j, err := c.Run(ctx, id, gallery.RunOptions{Answers: []gallery.Answer{{Name: "Minimum Quantity", Value: answer}}})
		if err != nil {
			return
		}
		a.mu.Lock()
		a.jobs[j.ID] = answer
		a.mu.Unlock()
		for range 5 {
			j, err := c.Job(ctx, j.ID)
			if err != nil {
				return
			}
			if j.Ended() {
				a.saw(j)
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func end(j *gallery.Job) string { return fmt.Sprintf("%s, %d outputs", j.Disposition, len(j.Outputs)) }

func (a *acknowledged) saw(j *gallery.Job) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended[j.ID] == "" {
		a.ended[j.ID] = end(j)
	}
}

// check compares what the server has with what it said.
func (a *acknowledged) check(t *testing.T, s *server, c *gallery.Client) {
	t.Helper()
	have := make(map[string]bool)
	for w, err := range c.Workflows(t.Context(), gallery.ListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		have[w.ID] = true
	}
	for source, id := range a.workflows {
		if !have[id] {
			t.Fatalf("workflow %s (%s) was acknowledged and is gone", id, source)
		}
	}
	for id := range a.jobs {
		j, err := c.Job(t.Context(), id)
		if err != nil {
			t.Fatalf("job %s was acknowledged: %v\n%s", id, err, s.log)
		}
		if was := a.ended[id]; was != "" && was != end(j) {
			t.Fatalf("job %s ended as %q and is now %q", id, was, end(j))
		}
		if j.Ended() {
			a.saw(j)
		}
	}
}

// checkAnswers looks for the answers in the store itself: the API does not show them.
func (a *acknowledged) checkAnswers(t *testing.T, file string) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for id, answer := range a.jobs {
		j, err := st.Job(t.Context(), store.ID(id))
		if err != nil {
			t.Fatalf("job %s: %v", id, err)
		}
		want := []store.Answer{{Name: "Minimum Quantity", Value: answer}}
		if diff := cmp.Diff(want, j.Answers); diff != "" {
			t.Fatalf("job %s, answers: %s", id, diff)
		}
		if j.Status != store.Completed || j.Attempt > 1 {
			t.Fatalf("job %s is %s after %d attempts", id, j.Status, j.Attempt)
		}
	}
}
