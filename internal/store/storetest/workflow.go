package storetest

import (
	"testing"
	"time"

	"kickoff/internal/store"
)

func testPublish(t *testing.T, b *bundle) {
	w := b.publish(t, "Sales", func(w *store.Workflow, v *store.Version) {
		w.SourceID, w.Public, w.CanDownload, w.WorkerTag = "src-1", true, true, "gpu"
		v.Meta = store.MetaInfo{Name: "Sales", Description: "d", Author: "a", Copyright: "c", URL: "u", URLText: "t", OutputMessage: "o", NoOutputMessage: "n"}
		v.Questions = []store.Question{{Name: "Region", Type: "QuestionListBox", Description: "Pick", Value: "East", Multiple: true,
			Items: []store.Item{{Key: "East", Value: "E"}, {Key: "West", Value: "W"}}}}
	})
	if w.Published.Number != 1 || w.Published.WorkflowID != w.ID {
		t.Errorf("first version: %+v", w.Published)
	}
	got, err := b.s.Workflow(b.ctx, w.ID)
	wantErr(t, "Workflow", err, nil)
	wantSame(t, "Workflow", got, w)

	b.enqueue(t, w, nil)
	again := b.publish(t, "Sales 2", func(w *store.Workflow, v *store.Version) {
		w.SourceID = "src-1"
		v.UploadedAt = b.now.Add(time.Hour)
	})
	if again.ID != w.ID || again.Published.Number != 2 || again.Name != "Sales 2" || again.RunCount != 1 || !again.CreatedAt.Equal(w.CreatedAt) {
		t.Errorf("published again: %+v", again)
	}
	got, err = b.s.Workflow(b.ctx, w.ID)
	wantErr(t, "Workflow", err, nil)
	wantSame(t, "Workflow after second publish", got, again)
	versions, err := b.s.Versions(b.ctx, w.ID)
	wantErr(t, "Versions", err, nil)
	first := w.Published
	wantSame(t, "Versions", versions, []store.Version{first, again.Published})
	v, err := b.s.Version(b.ctx, first.ID)
	wantErr(t, "Version", err, nil)
	wantSame(t, "Version", v, first)

	// No source id: two publishes are two workflows.
	if x, y := b.publish(t, "x", nil), b.publish(t, "x", nil); x.ID == y.ID {
		t.Error("two publishes without a source id became one workflow")
	}
	// The same source id in another studio is another workflow.
	other := store.Studio{ID: store.NewID(), Name: "Other", CreatedAt: b.now}
	wantErr(t, "AddStudio", b.s.AddStudio(b.ctx, other), nil)
	if z := b.publish(t, "z", func(w *store.Workflow, _ *store.Version) { w.SourceID, w.StudioID = "src-1", other.ID }); z.ID == w.ID {
		t.Error("a publish to another studio changed this one's workflow")
	}
	_, err = b.s.Workflow(b.ctx, store.NewID())
	wantErr(t, "unknown workflow", err, store.ErrNotFound)
	_, err = b.s.Version(b.ctx, store.NewID())
	wantErr(t, "unknown version", err, store.ErrNotFound)
	_, err = b.s.Publish(b.ctx, store.Workflow{ID: store.NewID(), StudioID: b.studio.ID, OwnerID: store.NewID()}, store.Version{ID: store.NewID()})
	wantErr(t, "publish for an unknown owner", err, store.ErrNotFound)
}

func testListWorkflows(t *testing.T, b *bundle) {
	names := func(f store.WorkflowFilter) []string {
		t.Helper()
		l, err := b.s.ListWorkflows(b.ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		out := []string{}
		for _, w := range l {
			out = append(out, w.Name)
		}
		return out
	}
	add := func(name, description, author string, typ store.PackageType, age int) {
		b.publish(t, name, func(w *store.Workflow, v *store.Version) {
			w.CreatedAt = b.now.Add(time.Duration(age) * time.Second)
			v.UploadedAt = b.now.Add(-time.Duration(age) * time.Second)
			v.PackageType = typ
			v.Meta.Description, v.Meta.Author = description, author
		})
	}
	wantSame(t, "empty list", names(store.WorkflowFilter{}), []string{})
	add("beta", "100% sure", "Zoe", store.Module, 1)
	add("Alpha", "under_score", "mia", store.App, 2)
	add("Ökonomie", `back\slash`, "Bob", store.Macro, 3)

	macro := store.Macro
	for _, c := range []struct {
		what string
		f    store.WorkflowFilter
		want []string
	}{
		{"all", store.WorkflowFilter{}, []string{"beta", "Alpha", "Ökonomie"}},
		{"studio", store.WorkflowFilter{StudioID: b.studio.ID}, []string{"beta", "Alpha", "Ökonomie"}},
		{"other studio", store.WorkflowFilter{StudioID: store.NewID()}, []string{}},
		{"by name", store.WorkflowFilter{Sort: store.SortName}, []string{"Alpha", "beta", "Ökonomie"}},
		{"by name, down", store.WorkflowFilter{Sort: store.SortName, Descending: true}, []string{"Ökonomie", "beta", "Alpha"}},
		{"by author", store.WorkflowFilter{Sort: store.SortAuthor}, []string{"Ökonomie", "Alpha", "beta"}},
		{"by upload", store.WorkflowFilter{Sort: store.SortUploadDate}, []string{"Ökonomie", "Alpha", "beta"}},
		{"search", store.WorkflowFilter{Search: "ALPH"}, []string{"Alpha"}},
		{"search folds more than ASCII", store.WorkflowFilter{Search: "öKO"}, []string{"Ökonomie"}},
		{"search %", store.WorkflowFilter{Search: "0%"}, []string{"beta"}},
		{"search _", store.WorkflowFilter{Search: "r_s"}, []string{"Alpha"}},
		{"search backslash", store.WorkflowFilter{Search: `k\s`}, []string{"Ökonomie"}},
		{"search author", store.WorkflowFilter{Search: "zoe"}, []string{"beta"}},
		{"search quote", store.WorkflowFilter{Search: "' or '1'='1"}, []string{}},
		{"search NUL", store.WorkflowFilter{Search: "a\x00"}, []string{}},
		{"type", store.WorkflowFilter{PackageType: &macro}, []string{"Ökonomie"}},
		{"limit", store.WorkflowFilter{Limit: 2}, []string{"beta", "Alpha"}},
		{"offset", store.WorkflowFilter{Offset: 1}, []string{"Alpha", "Ökonomie"}},
		{"offset and limit", store.WorkflowFilter{Offset: 1, Limit: 1}, []string{"Alpha"}},
		{"beyond the end", store.WorkflowFilter{Offset: 9}, []string{}},
	} {
		wantSame(t, c.what, names(c.f), c.want)
	}
	for _, s := range []store.WorkflowSort{store.SortCopyright, store.SortDateMadePublic, store.SortDescription,
		store.SortExecutionMode, store.SortOwner, store.SortRunCount, store.SortSubscriptionID} {
		if n := len(names(store.WorkflowFilter{Sort: s})); n != 3 {
			t.Errorf("sorted by %s: %d workflows", s, n)
		}
	}
	l, err := b.s.ListWorkflows(b.ctx, store.WorkflowFilter{Search: "alpha"})
	if err != nil || len(l) != 1 {
		t.Fatal(l, err)
	}
	wantSame(t, "search by id", names(store.WorkflowFilter{Search: string(l[0].ID)}), []string{"Alpha"})
	if _, err := b.s.ListWorkflows(b.ctx, store.WorkflowFilter{Sort: "name; drop table jobs"}); err == nil {
		t.Error("an unknown sort field was taken")
	}
}

// testOddText: text of users comes back as it was, but for NUL, which no
// database keeps.
func testOddText(t *testing.T, b *bundle) {
	odd := "O'Brien \"q\" ? ?0 %s \\ \n\t é 日本 🎉 ; -- /* */"
	w := b.publish(t, odd, func(w *store.Workflow, v *store.Version) {
		v.Comments = odd
		v.Questions = []store.Question{{Name: odd, Value: "a\x00b", Items: []store.Item{}}}
	})
	got, err := b.s.Workflow(b.ctx, w.ID)
	wantErr(t, "Workflow", err, nil)
	if got.Name != odd || got.Published.Comments != odd || got.Published.Questions[0].Name != odd || got.Published.Questions[0].Value != "a\x00b" {
		t.Errorf("changed on the way: %+v", got)
	}
	j := b.enqueue(t, w, func(j *store.Job) { j.Answers = []store.Answer{{Name: odd, Value: "\x00" + odd}} })
	wantSame(t, "answers", j.Answers, []store.Answer{{Name: odd, Value: "\x00" + odd}})
	a := b.claim(t, j, "w").Claim()
	wantErr(t, "AppendMessages", b.s.AppendMessages(b.ctx, a, []store.Message{{Status: store.Info, Text: odd + "\x00", ToolID: 3}}), nil)
	m, err := b.s.Messages(b.ctx, j.ID)
	wantErr(t, "Messages", err, nil)
	wantSame(t, "Messages", m, []store.Message{{Status: store.Info, Text: odd + "\uFFFD", ToolID: 3}})
}
