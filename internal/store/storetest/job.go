package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kickoff/internal/store"
)

func testJobLife(t *testing.T, b *bundle) {
	w := b.publish(t, "w", nil)
	j := b.enqueue(t, w, func(j *store.Job) { j.Priority, j.WorkerTag = store.High, "gpu" })
	want := store.Job{
		ID: j.ID, StudioID: b.studio.ID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: b.user.ID, Source: store.FromAPI,
		Priority: store.High, WorkerTag: "gpu", Answers: []store.Answer{{Name: "Region", Value: "East"}},
		Status: store.Queued, Disposition: store.None, CreatedAt: b.now,
	}
	wantSame(t, "queued job", j, want)
	got, err := b.s.Workflow(b.ctx, w.ID)
	wantErr(t, "Workflow", err, nil)
	if got.RunCount != 1 || !got.LastRunAt.Equal(b.now) {
		t.Errorf("run count %d, last run %v", got.RunCount, got.LastRunAt)
	}

	lease := b.now.Add(time.Minute)
	r := must(t)(b.s.Claim(b.ctx, j.ID, "w1", lease))
	if r.Status != store.Running || r.Attempt != 1 || r.Worker != "w1" || !r.LeaseUntil.Equal(lease) || r.StartedAt.IsZero() {
		t.Errorf("claimed job: %+v", r)
	}
	_, err = b.s.Claim(b.ctx, j.ID, "w2", lease)
	wantErr(t, "second claim", err, store.ErrState)
	_, err = b.s.Claim(b.ctx, store.NewID(), "w2", lease)
	wantErr(t, "claim of no job", err, store.ErrNotFound)

	a := r.Claim()
	cancel, err := b.s.Heartbeat(b.ctx, a, lease.Add(time.Minute))
	wantErr(t, "Heartbeat", err, nil)
	if cancel {
		t.Error("Heartbeat asks for a cancel nobody wanted")
	}
	m1 := store.Message{Status: store.Info, Text: "read", ToolID: 1}
	m2 := store.Message{Status: store.ConversionError, Text: "no number", ToolID: 2}
	wantErr(t, "AppendMessages", b.s.AppendMessages(b.ctx, a, []store.Message{m1}), nil)
	wantErr(t, "no messages", b.s.AppendMessages(b.ctx, a, nil), nil)
	outs := []store.Output{
		{ID: store.NewID(), Name: "b.csv", Files: []store.OutputFile{{Format: "Raw", Blob: "x", Size: 3}, {Format: "Csv", Blob: "x", Size: 3}}},
		{ID: store.NewID(), Name: "a.xlsx", Files: []store.OutputFile{{Format: "Raw", Blob: "y", Size: 1 << 40}}},
	}
	end := b.now.Add(2 * time.Minute)
	res := store.Result{Disposition: store.Success, Messages: []store.Message{m2}, Outputs: outs, FinishedAt: end}
	if err := b.s.Finish(b.ctx, a, store.Result{Disposition: store.None}); err == nil {
		t.Error("a job was finished without an end")
	}
	wantErr(t, "Finish", b.s.Finish(b.ctx, a, res), nil)
	done := must(t)(b.s.Job(b.ctx, j.ID))
	if done.Status != store.Completed || done.Disposition != store.Success || !done.FinishedAt.Equal(end) {
		t.Errorf("finished job: %+v", done)
	}
	msgs, err := b.s.Messages(b.ctx, j.ID)
	wantErr(t, "Messages", err, nil)
	wantSame(t, "Messages", msgs, []store.Message{m1, m2})
	os, err := b.s.Outputs(b.ctx, j.ID)
	wantErr(t, "Outputs", err, nil)
	wantSame(t, "Outputs", os, outs)
	wantErr(t, "second Finish", b.s.Finish(b.ctx, a, res), store.ErrStale)
	_, err = b.s.Job(b.ctx, store.NewID())
	wantErr(t, "unknown job", err, store.ErrNotFound)
	lost := want
	lost.ID, lost.WorkflowID = store.NewID(), store.NewID()
	wantErr(t, "job of no workflow", b.s.Enqueue(b.ctx, lost, 0), store.ErrNotFound)
	wantErr(t, "same id", b.s.Enqueue(b.ctx, want, 0), store.ErrExists)
}

func testQueueLimit(t *testing.T, b *bundle) {
	w := b.publish(t, "w", nil)
	first := b.enqueue(t, w, nil)
	b.enqueue(t, w, nil)
	j := store.Job{ID: store.NewID(), StudioID: b.studio.ID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: b.user.ID, CreatedAt: b.now}
	wantErr(t, "third job of two allowed", b.s.Enqueue(b.ctx, j, 2), store.ErrQueueFull)
	if got, _ := b.s.Workflow(b.ctx, w.ID); got.RunCount != 2 {
		t.Errorf("a refused job was counted as run: %d", got.RunCount)
	}
	other := j
	other.ID, other.SubmitterID = store.NewID(), b.studio.ID
	wantErr(t, "another submitter's", b.s.Enqueue(b.ctx, other, 2), nil)
	b.claim(t, first, "w1")
	wantErr(t, "after one started", b.s.Enqueue(b.ctx, j, 2), nil)
}

func testCancel(t *testing.T, b *bundle) {
	w := b.publish(t, "w", nil)
	j := b.enqueue(t, w, nil)
	at := b.now.Add(time.Second)
	c := must(t)(b.s.Cancel(b.ctx, j.ID, at))
	if c.Status != store.Completed || c.Disposition != store.Cancelled || !c.FinishedAt.Equal(at) {
		t.Errorf("cancelled while queued: %+v", c)
	}
	_, err := b.s.Claim(b.ctx, j.ID, "w1", b.now)
	wantErr(t, "claim of a cancelled job", err, store.ErrState)
	_, err = b.s.Cancel(b.ctx, j.ID, at)
	wantErr(t, "second Cancel", err, store.ErrState)
	_, err = b.s.Cancel(b.ctx, store.NewID(), at)
	wantErr(t, "Cancel of no job", err, store.ErrNotFound)

	j = b.enqueue(t, w, nil)
	a := b.claim(t, j, "w1").Claim()
	for range 2 { // asking twice is no error
		c = must(t)(b.s.Cancel(b.ctx, j.ID, at))
		if c.Status != store.Running || !c.Cancelling {
			t.Errorf("cancelled while running: %+v", c)
		}
	}
	cancel, err := b.s.Heartbeat(b.ctx, a, b.now.Add(time.Hour))
	if err != nil || !cancel {
		t.Errorf("Heartbeat = %v, %v", cancel, err)
	}
	wantErr(t, "Finish", b.s.Finish(b.ctx, a, store.Result{Disposition: store.Cancelled, FinishedAt: at}), nil)
}

func testStaleAttempt(t *testing.T, b *bundle) {
	j := b.enqueue(t, b.publish(t, "w", nil), nil)
	good := b.claim(t, j, "w1").Claim()
	for name, a := range map[string]store.Attempt{
		"other worker":  {Job: good.Job, Number: good.Number, Worker: "w2"},
		"other attempt": {Job: good.Job, Number: 2, Worker: "w1"},
		"other job":     {Job: store.NewID(), Number: 1, Worker: "w1"},
	} {
		_, err := b.s.Heartbeat(b.ctx, a, b.now.Add(time.Hour))
		wantErr(t, name+" Heartbeat", err, store.ErrStale)
		wantErr(t, name+" AppendMessages", b.s.AppendMessages(b.ctx, a, []store.Message{{Text: "x"}}), store.ErrStale)
		wantErr(t, name+" Finish", b.s.Finish(b.ctx, a, store.Result{Disposition: store.Success,
			Outputs: []store.Output{{ID: store.NewID()}}}), store.ErrStale)
	}
	if m, err := b.s.Messages(b.ctx, j.ID); err != nil || len(m) != 0 {
		t.Errorf("stale attempts left messages %v, %v", m, err)
	}
	if o, err := b.s.Outputs(b.ctx, j.ID); err != nil || len(o) != 0 {
		t.Errorf("stale attempts left outputs %v, %v", o, err)
	}
}

func testExpireLeases(t *testing.T, b *bundle) {
	w := b.publish(t, "w", nil)
	dead, cancelled, alive, queued := b.enqueue(t, w, nil), b.enqueue(t, w, nil), b.enqueue(t, w, nil), b.enqueue(t, w, nil)
	a := b.claim(t, dead, "w1").Claim()
	b.claim(t, cancelled, "w2")
	must(t)(b.s.Cancel(b.ctx, cancelled.ID, b.now))
	ok := b.claim(t, alive, "w3").Claim()
	now := b.now.Add(2 * time.Minute)
	if _, err := b.s.Heartbeat(b.ctx, ok, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	lost, err := b.s.ExpireLeases(b.ctx, now)
	wantErr(t, "ExpireLeases", err, nil)
	got := map[store.ID]store.Disposition{}
	for _, j := range lost {
		if j.Status != store.Completed || !j.FinishedAt.Equal(now) {
			t.Errorf("lost job: %+v", j)
		}
		got[j.ID] = j.Disposition
	}
	wantSame(t, "lost jobs", got, map[store.ID]store.Disposition{dead.ID: store.Error, cancelled.ID: store.Cancelled})
	m, err := b.s.Messages(b.ctx, dead.ID)
	if err != nil || len(m) != 1 || m[0].Status != store.ErrorMessage || m[0].ToolID != store.EngineToolID {
		t.Errorf("messages of the lost job: %v, %v", m, err)
	}
	wantErr(t, "Finish of the lost", b.s.Finish(b.ctx, a, store.Result{Disposition: store.Success}), store.ErrStale)
	wantErr(t, "Finish of the living", b.s.Finish(b.ctx, ok, store.Result{Disposition: store.Success}), nil)
	if j := must(t)(b.s.Job(b.ctx, queued.ID)); j.Status != store.Queued {
		t.Errorf("a queued job was touched: %+v", j)
	}
	if lost, err = b.s.ExpireLeases(b.ctx, now); err != nil || len(lost) != 0 {
		t.Errorf("second sweep: %v, %v", lost, err)
	}
}

func testSafeToRepeat(t *testing.T, b *bundle) {
	w := b.publish(t, "w", func(w *store.Workflow, _ *store.Version) { w.SafeToRepeat = true })
	j := b.enqueue(t, w, nil)
	now := b.now.Add(2 * time.Minute)
	for n := 1; n <= store.MaxAttempts; n++ {
		if c := b.claim(t, j, "w1"); c.Attempt != n {
			t.Fatalf("attempt %d, want %d", c.Attempt, n)
		}
		lost, err := b.s.ExpireLeases(b.ctx, now)
		if err != nil || len(lost) != 1 {
			t.Fatal(lost, err)
		}
		want := store.Queued
		if n == store.MaxAttempts {
			want = store.Completed
		}
		if lost[0].Status != want {
			t.Errorf("after attempt %d: %s, want %s", n, lost[0].Status, want)
		}
	}
	m, err := b.s.Messages(b.ctx, j.ID)
	if err != nil || len(m) != store.MaxAttempts {
		t.Errorf("messages: %v, %v", m, err)
	}
}

func testListJobs(t *testing.T, b *bundle) {
	w, x := b.publish(t, "w", nil), b.publish(t, "x", nil)
	var ids []store.ID
	for i, p := range []store.Priority{store.Low, store.Critical, store.Medium} {
		ids = append(ids, b.enqueue(t, w, func(j *store.Job) {
			j.Priority, j.CreatedAt = p, b.now.Add(time.Duration(i)*time.Second)
		}).ID)
	}
	web := b.enqueue(t, x, func(j *store.Job) { j.Source, j.CreatedAt = store.FromWeb, b.now.Add(time.Hour) }).ID
	b.claim(t, store.Job{ID: ids[0]}, "w1")
	for _, c := range []struct {
		what string
		f    store.JobFilter
		want []store.ID
	}{
		{"newest first", store.JobFilter{}, []store.ID{web, ids[2], ids[1], ids[0]}},
		{"of a workflow", store.JobFilter{WorkflowID: w.ID}, []store.ID{ids[2], ids[1], ids[0]}},
		{"oldest first", store.JobFilter{WorkflowID: w.ID, Ascending: true, Sort: "createdate"}, ids},
		{"by priority", store.JobFilter{WorkflowID: w.ID, Sort: "priority"}, []store.ID{ids[1], ids[2], ids[0]}},
		{"queued", store.JobFilter{Status: store.Queued, Ascending: true}, []store.ID{ids[1], ids[2], web}},
		{"from the web", store.JobFilter{Source: store.FromWeb}, []store.ID{web}},
		{"page", store.JobFilter{Offset: 1, Limit: 2}, []store.ID{ids[2], ids[1]}},
		{"of another studio", store.JobFilter{StudioID: store.NewID()}, []store.ID{}},
		{"of the submitter", store.JobFilter{SubmitterID: b.user.ID, Limit: 1}, []store.ID{web}},
	} {
		l, err := b.s.ListJobs(b.ctx, c.f)
		wantErr(t, c.what, err, nil)
		got := []store.ID{}
		for _, j := range l {
			got = append(got, j.ID)
		}
		wantSame(t, c.what, got, c.want)
	}
	if _, err := b.s.ListJobs(b.ctx, store.JobFilter{Sort: "1"}); err == nil {
		t.Error("an unknown sort field was taken")
	}
	last, err := b.s.LastJobs(b.ctx, []store.ID{w.ID, x.ID, store.NewID()})
	wantErr(t, "LastJobs", err, nil)
	if len(last) != 2 || last[w.ID].ID != ids[2] || last[x.ID].ID != web {
		t.Errorf("LastJobs: %v", last)
	}
}

func testManyMessages(t *testing.T, b *bundle) {
	a := b.claim(t, b.enqueue(t, b.publish(t, "w", nil), nil), "w1").Claim()
	var want []store.Message
	for i := range 2345 {
		want = append(want, store.Message{Status: store.ConversionError, Text: fmt.Sprintf("field %d is no number", i), ToolID: i})
	}
	wantErr(t, "AppendMessages", b.s.AppendMessages(b.ctx, a, want[:1300]), nil)
	wantErr(t, "AppendMessages", b.s.AppendMessages(b.ctx, a, want[1300:]), nil)
	got, err := b.s.Messages(b.ctx, a.Job)
	wantErr(t, "Messages", err, nil)
	wantSame(t, "Messages", got, want)
}

func testDropOutputs(t *testing.T, b *bundle) {
	w := b.publish(t, "w", func(_ *store.Workflow, v *store.Version) { v.Blob = "package" })
	finish := func(end time.Time, blobs ...string) store.Job {
		j := b.enqueue(t, w, nil)
		var o []store.Output
		for _, x := range blobs {
			o = append(o, store.Output{ID: store.NewID(), Name: x, Files: []store.OutputFile{{Format: "Raw", Blob: x, Size: 1}, {Format: "Csv", Blob: x, Size: 1}}})
		}
		wantErr(t, "Finish", b.s.Finish(b.ctx, b.claim(t, j, "w").Claim(), store.Result{Disposition: store.Success, Outputs: o, FinishedAt: end}), nil)
		return j
	}
	old := finish(b.now, "only", "shared", "package")
	young := finish(b.now.Add(time.Hour), "shared")
	got, err := b.s.DropOutputs(b.ctx, b.now.Add(time.Minute))
	wantErr(t, "DropOutputs", err, nil)
	wantSame(t, "blobs to delete", got, []string{"only"})
	for j, want := range map[store.ID]int{old.ID: 0, young.ID: 1} {
		if o, err := b.s.Outputs(b.ctx, j); err != nil || len(o) != want {
			t.Errorf("outputs left: %v, %v, want %d", o, err, want)
		}
	}
	if got, err = b.s.DropOutputs(b.ctx, b.now.Add(time.Minute)); err != nil || len(got) != 0 {
		t.Errorf("second DropOutputs: %v, %v", got, err)
	}
}

func testConcurrentClaims(t *testing.T, b *bundle) {
	j := b.enqueue(t, b.publish(t, "w", nil), nil)
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			switch _, err := b.s.Claim(b.ctx, j.ID, fmt.Sprint("w", i), b.now); {
			case err == nil:
				won.Add(1)
			default:
				wantErr(t, "lost race", err, store.ErrState)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d workers claimed one job", won.Load())
	}
}

// testConcurrentWrites mixes writes that succeed with writes that fail: a
// failed one must not take its neighbours with it.
func testConcurrentWrites(t *testing.T, b *bundle) {
	w := b.publish(t, "w", nil)
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			j := store.Job{ID: store.NewID(), StudioID: b.studio.ID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: b.user.ID, CreatedAt: b.now}
			want := error(nil)
			if i%4 == 3 {
				j.WorkflowID, want = store.NewID(), store.ErrNotFound
			}
			wantErr(t, "Enqueue", b.s.Enqueue(b.ctx, j, 0), want)
			_, err := b.s.Job(b.ctx, j.ID)
			wantErr(t, "Job", err, want)
		})
	}
	wg.Wait()
	if l, err := b.s.ListJobs(b.ctx, store.JobFilter{}); err != nil || len(l) != 150 {
		t.Errorf("%d jobs, %v", len(l), err)
	}
}

func testCancelledContext(t *testing.T, b *bundle) {
	w := b.publish(t, "w", nil)
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	j := store.Job{ID: store.NewID(), StudioID: b.studio.ID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: b.user.ID, CreatedAt: b.now}
	wantErr(t, "Enqueue", b.s.Enqueue(ctx, j, 0), context.Canceled)
	wantErr(t, "Enqueue after it", b.s.Enqueue(b.ctx, j, 0), nil)
}

func testRestart(t *testing.T, b *bundle, reopen func(t *testing.T, s store.Store) store.Store) {
	w := b.publish(t, "w", nil)
	queued, running := b.enqueue(t, w, nil), b.enqueue(t, w, nil)
	running = b.claim(t, running, "w1")
	b.s = reopen(t, b.s)
	wantSame(t, "queued job", must(t)(b.s.Job(b.ctx, queued.ID)), queued)
	wantSame(t, "running job", must(t)(b.s.Job(b.ctx, running.ID)), running)
	wantErr(t, "Finish", b.s.Finish(b.ctx, running.Claim(), store.Result{Disposition: store.Success}), nil)
	k, err := b.s.KeyByConsumer(b.ctx, b.key.Consumer)
	wantErr(t, "KeyByConsumer", err, nil)
	wantSame(t, "key", k, b.key)
	wantErr(t, "Ping", b.s.Ping(b.ctx), nil)
}
