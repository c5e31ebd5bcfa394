package server

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/account"
	"kickoff/internal/store"
)

var (
	idForm = regexp.MustCompile(`"[0-9a-f]{24}"`)
)

// TestShapes compares whole answers, byte for byte but for ids, which are
// numbered in the order in which they first appear.
func TestShapes(t *testing.T) {
	g := newTestGallery(t, nil)
	var out strings.Builder
	ids := map[string]string{}
	mask := func(text string) string {
		return idForm.ReplaceAllStringFunc(text, func(id string) string {
			if ids[id] == "" {
				ids[id] = fmt.Sprintf(`"id%d"`, len(ids)+1)
			}
			return ids[id]
		})
	}
	show := func(what string, a answer) {
		fmt.Fprintf(&out, "## %s\n%d %s\n%s\n\n", what, a.status, a.header.Get("Content-Type"), mask(a.body))
	}
	get := func(k account.Key, path string) {
		t.Helper()
		show("GET "+strings.Trim(mask(`"`+path+`"`), `"`), g.call(k, "GET", path, ""))
	}
	show("empty list", g.call(g.admin, "GET", "/gallery/api/v1/workflows/subscription/", ""))
	app := g.publishApp()
	plain := g.publish("plain.yxmd", plainXML, "name", "Plain", "workerTag", "gpu")
	get(g.admin, "/gallery/api/v1/workflows/subscription/")
	get(g.admin, "/webapi/v1/workflows/subscription")
	show("questions", g.call(g.admin, "GET", "/gallery/api/v1/workflows/"+string(app)+"/questions/", ""))
	show("questions of a workflow", g.call(g.admin, "GET", "/gallery/api/v1/workflows/"+string(plain)+"/questions/", ""))
	show("job list, empty", g.call(g.admin, "GET", "/gallery/api/v1/workflows/"+string(app)+"/jobs/", ""))
	show("POST job", g.call(g.admin, "POST", "/gallery/api/v1/workflows/"+string(app)+"/jobs/", `{"questions":[{"name":"Region","value":"West"}],"priority":"2"}`))
	job := g.work("bytes", store.Message{Status: store.Info, Text: `12 records <read> & "kept"`, ToolID: 4},
		store.Message{Status: store.ErrorMessage, Text: "bad\u0001é", ToolID: store.EngineToolID})
	show("job", g.call(g.admin, "GET", "/gallery/api/v1/jobs/"+string(job.ID)+"/", ""))
	show("job without messages", g.call(g.admin, "GET", "/gallery/api/v1/jobs/"+string(job.ID)+"/?includeMessages=False", ""))
	show("job under /webapi", g.call(g.admin, "GET", "/webapi/v1/jobs/"+string(job.ID), ""))
	show("job list", g.call(g.admin, "GET", "/gallery/api/v1/workflows/"+string(app)+"/jobs/", ""))
	show("admin list", g.call(g.admin, "GET", "/gallery/api/admin/v1/workflows/", ""))
	show("not signed", g.send("GET", "/gallery/api/v1/workflows/subscription/", nil))
	show("not signed under /webapi", g.send("GET", "/webapi/v1/workflows/subscription/", nil))
	show("unknown key", g.call(account.Key{Consumer: "NOBODY", Secret: "x"}, "GET", "/gallery/api/v1/workflows/subscription/", ""))
	show("unknown workflow", g.call(g.admin, "GET", "/gallery/api/v1/workflows/0123456789abcdef01234567/questions/", ""))
	show("unknown workflow under /webapi", g.call(g.admin, "GET", "/webapi/v1/workflows/0123456789abcdef01234567/questions/", ""))

	const golden = "testdata/shapes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")); d != "" {
		t.Errorf("answers changed (-want +got); look at the difference, then run with -update:\n%s", d)
	}
}
