package server

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/config"
	"kickoff/internal/job"
	"kickoff/internal/store"
)

const publishPath = "/gallery/api/admin/v1/workflows/"

func TestPublishVersions(t *testing.T) {
	g := newTestGallery(t, nil)
	first := g.publish("1.yxzp", pack("Sales.yxwz", appXML), "name", "Sales", "owner", "ada@example.com", "validate", "false",
		"isPublic", "False", "sourceId", "src", "workerTag", "", "canDownload", "true")
	again := g.publish("2.yxzp", pack("Sales2.yxwz", appXML), "name", "Sales II", "sourceId", "src")
	if first != again {
		t.Errorf("the same source id made another workflow")
	}
	var ws []struct {
		ID       store.ID
		Version  int
		FileName string
		MetaInfo struct{ Name string }
	}
	g.get(g.admin, list, &ws)
	if len(ws) != 1 || ws[0].Version != 2 || ws[0].FileName != "Sales2.yxwz" || ws[0].MetaInfo.Name != "Sales II" {
		t.Errorf("%+v", ws)
	}
	if other := g.publish("3.yxzp", pack("Sales.yxwz", appXML), "name", "Sales"); other == first {
		t.Error("no source id made a version of another workflow")
	}
	bo := g.user("bo@example.com", "artisan", "Audit")
	g.publish("4.yxzp", pack("Sales.yxwz", appXML), "name", "Bo's", "owner", "BO@example.com")
	g.get(bo, list, &ws)
	if len(ws) != 1 || ws[0].MetaInfo.Name != "Bo's" {
		t.Errorf("the owner's studio has %+v", ws)
	}
}

func TestPublishedPackage(t *testing.T) {
	g := newTestGallery(t, nil)
	packed := pack("Sales.yxwz", appXML, "data/in.csv", "a,b\n1,2\n")
	id := g.publish("Sales.yxzp", packed, "name", "Sales")
	a := g.call(g.admin, "GET", "/gallery/api/v1/"+string(id)+"/package/", "")
	if a.status != 200 || a.body != packed || a.header.Get("Content-Disposition") != `attachment; filename="Sales.yxzp"` {
		t.Errorf("%d %d bytes, %v", a.status, len(a.body), a.header)
	}
	// A single document becomes a package, the same one each time.
	for _, name := range []string{"Plain.yxmd", "C:\\work\\Plain.yxmd", "no extension"} {
		id = g.publish(name, plainXML, "name", "Plain")
		a = g.call(g.admin, "GET", "/webapi/v1/workflows/"+string(id)+"/package", "")
		z := must(zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body))))
		if len(z.File) != 1 || z.File[0].Name != "Plain.yxmd" {
			t.Fatalf("%s: %v", name, z.File)
		}
		if got := string(must(io.ReadAll(must(z.File[0].Open())))); got != plainXML {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestPublishForms sends the forms of clients that differ (API reference,
// section 12).
func TestPublishForms(t *testing.T) {
	g := newTestGallery(t, nil)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("--alteryx"); err != nil {
		t.Fatal(err)
	}
	for _, f := range [][2]string{{"name", "Sales"}, {"owner", "ada@example.com"}, {"validate", "True"}, {"file", pack("Sales.yxwz", appXML)}, {"sourceId", "s1"}} {
		// Every field is a file part.
		part := must(w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="%s"; filename="%s.bin"`, f[0], f[0])}}))
		io.WriteString(part, f[1])
	}
	w.Close()
	a := g.call(g.admin, "POST", publishPath, b.String(), "Content-Type", `multipart/form-data; boundary="--alteryx"`)
	var id string
	if err := json.Unmarshal([]byte(a.body), &id); a.status != 200 || err != nil {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if got := must(g.store.Workflow(t.Context(), store.ID(id))); got.Name != "Sales" || got.SourceID != "s1" {
		t.Errorf("%+v", got)
	}
}

func TestPublishRefusals(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.MaxUpload = 1 << 20 })
	good := pack("Sales.yxwz", appXML)
	bomb := pack("Sales.yxwz", appXML, "zeros", strings.Repeat("\x00", 64<<20))
	if len(bomb) > 1<<20 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	form := func(file string, fields ...string) string {
		body, _ := formOf("x.yxzp", file, fields...)
		return body
	}
	_, typ := formOf("x", "")
	boundary := strings.TrimPrefix(typ, "multipart/form-data; boundary=")
	for _, c := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"no form", "hello", 400, "form"},
		{"no file", "\x00" + func() string { b, _ := formOf("", "", "name", "x"); return b }(), 400, "no file"},
		{"truncated", form(good)[:len(good)/2], 400, "cut off"},
		{"cut after the file", strings.TrimSuffix(form(good), "--\r\n"), 400, "cut off before its end; nothing was stored."},
		{"too large", form(strings.Repeat("x", 1<<20+1)), 413, "larger"},
		{"zip bomb", form(bomb), 400, "expands to"},
		{"truncated package", form(good[:len(good)-30]), 400, "ZIP"},
		{"path out of the package", form(pack("Sales.yxwz", appXML, "../../etc/cron.d/x", "x")), 400, "leads out"},
		{"entities", form(pack("a.yxmd", `<!DOCTYPE a [<!ENTITY b "c">]><AlteryxDocument>&b;</AlteryxDocument>`)), 400, "a.yxmd"},
		{"deep XML", form(strings.Repeat("<a>", 100000)), 400, "accepted"},
		{"no workflow in it", form(pack("readme.txt", "hi")), 400, "no workflow document"},
		{"no XML", form("hello"), 400, "accepted"},
		{"unknown owner", form(good, "owner", "nobody@example.com"), 400, "nobody@example.com"},
		{"bad flag", form(good, "isPublic", "perhaps"), 400, "true or false"},
		{"field twice", form(good, "name", "a", "name", "b"), 400, "twice"},
		{"large field", form(good, "name", strings.Repeat("x", 70<<10)), 413, "65536"},
		{"many fields", form(good, strings.Split(strings.Repeat("f,x,", 70)+"f,x", ",")...), 400, ""},
	} {
		body := strings.TrimPrefix(c.body, "\x00")
		b := boundary
		if i := strings.Index(body, "\r\n"); i > 2 && strings.HasPrefix(body, "--") {
			b = body[2:i]
		}
		a := g.call(g.admin, "POST", publishPath, body, "Content-Type", "multipart/form-data; boundary="+b)
		if a.status != c.status || !strings.Contains(a.message(), c.want) {
			t.Errorf("%s: %d %s, want %d %q", c.name, a.status, a.body, c.status, c.want)
		}
	}
	if a := g.call(g.admin, "POST", publishPath, "{}", "Content-Type", "application/json"); a.status != 400 {
		t.Errorf("JSON: %d %s", a.status, a.body)
	}
	if a := g.call(g.admin, "GET", publishPath, ""); a.body != "[]" {
		t.Errorf("refused uploads left %s", a.body)
	}
	left := must(os.ReadDir(filepath.Join(g.dir, "blobs", "tmp")))
	if len(left) != 0 {
		t.Errorf("refused uploads left files: %v", left)
	}
	if blobs := must(filepath.Glob(filepath.Join(g.dir, "blobs", "objects", "*", "*"))); len(blobs) != 0 {
		t.Errorf("refused uploads left blobs: %v", blobs)
	}
}

// left checks that the server has these workflows, at these versions, and that
// nothing else was kept.
func (g *testGallery) left(name string, want map[string]int, blobs int) {
	g.t.Helper()
	var ws []struct {
		Version  int
		MetaInfo struct{ Name string }
	}
	g.get(g.admin, list, &ws)
	got := make(map[string]int)
	for _, w := range ws {
		got[w.MetaInfo.Name] = w.Version
	}
	if diff := cmp.Diff(want, got); diff != "" {
		g.t.Errorf("%s: workflows (-want +got):\n%s", name, diff)
	}
	if staged := must(os.ReadDir(filepath.Join(g.dir, "blobs", "tmp"))); len(staged) != 0 {
		g.t.Errorf("%s: files were left: %v", name, staged)
	}
	if kept := must(filepath.Glob(filepath.Join(g.dir, "blobs", "objects", "*", "*"))); len(kept) != blobs {
		g.t.Errorf("%s: %d blobs, want %d", name, len(kept), blobs)
	}
}

// A package that is to be validated is accepted when its run succeeds, and
// leaves nothing when it does not.
func TestPublishValidated(t *testing.T) {
	g := newTestGallery(t, nil)
	post := func(file string, fields ...string) answer {
		body, typ := formOf("x.yxmd", file, fields...)
		return g.call(g.admin, "POST", publishPath, body, "Content-Type", typ)
	}
	tried := 0
	var result error
	g.try = func(_ context.Context, path, fileName string) error {
		tried++
		z := must(zip.OpenReader(path))
		defer z.Close()
		if len(z.File) != 1 || z.File[0].Name != fileName {
			t.Errorf("tried %s of %v", fileName, z.File)
		}
		return result
	}
	if a := post(plainXML, "name", "Plain", "sourceId", "s", "validate", "True"); a.status != 200 || tried != 1 {
		t.Fatalf("%d %s, tried %d times", a.status, a.body, tried)
	}
	g.left("a run that succeeds", map[string]int{"Plain": 1}, 1)
	other := strings.Replace(plainXML, "2021.4", "2022.1", 1)
	for _, c := range []struct {
		name   string
		result error
		status int
		want   string
	}{
		{"a tool's error", &job.Failure{Text: "the field \"x\" is not there", ToolID: 7}, 400, `tool 7: the field "x" is not there`},
		{"an error of no tool", &job.Failure{Text: "The job ran longer than the limit", ToolID: store.EngineToolID}, 400, "its run failed: The job ran longer"},
		{"no turn", job.ErrBusy, 503, "other workflows are being validated"},
		{"a server that stops", job.ErrStopped, 503, "the server was stopped"},
		{"a full disk", fmt.Errorf("run: %w", syscall.ENOSPC), 507, "disk is full"},
	} {
		result = c.result
		a := post(other, "name", "Plain", "sourceId", "s", "validate", "true")
		if a.status != c.status || !strings.Contains(a.message(), c.want) {
			t.Errorf("%s: %d %s, want %d %q", c.name, a.status, a.body, c.status, c.want)
		}
		if busy := errors.Is(c.result, job.ErrBusy); busy != (a.header.Get("Retry-After") != "") {
			t.Errorf("%s: Retry-After %q", c.name, a.header.Get("Retry-After"))
		}
		g.left(c.name, map[string]int{"Plain": 1}, 1)
	}
	tried = 0
	for name, a := range map[string]answer{
		"a macro":          post(strings.Replace(plainXML, "<Properties />", "<Properties><RuntimeProperties><ModuleType>Macro</ModuleType></RuntimeProperties></Properties>", 1), "validate", "true"),
		"a worker's tag":   post(other, "validate", "true", "workerTag", "elsewhere"),
		"a flag as a word": post(other, "validate", "yes"),
	} {
		if a.status != 400 || tried != 0 {
			t.Errorf("%s: %d %s, tried %d times", name, a.status, a.body, tried)
		}
	}
	g.left("what cannot be run", map[string]int{"Plain": 1}, 1)
	if a := post(other, "name", "Plain", "sourceId", "s", "validate", "false"); a.status != 200 || tried != 0 {
		t.Errorf("without validate: %d %s, tried %d times", a.status, a.body, tried)
	}
	g.left("without validate", map[string]int{"Plain": 2}, 2)
}

// Who gives the request up ends the run.
func TestPublishGivenUp(t *testing.T) {
	g := newTestGallery(t, nil)
	began, ended := make(chan struct{}), make(chan struct{})
	g.try = func(ctx context.Context, _, _ string) error {
		defer close(ended)
		close(began)
		<-ctx.Done()
		return ctx.Err()
	}
	body, typ := formOf("x.yxmd", plainXML, "validate", "true")
	target := g.sign(g.admin, "POST", publishPath)
	ctx, giveUp := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		r := must(http.NewRequestWithContext(ctx, "POST", g.http.URL+target, strings.NewReader(body)))
		r.Header.Set("Content-Type", typ)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err == nil {
			resp.Body.Close()
		}
		done <- err
	}()
	select {
	case <-began:
	case err := <-done:
		t.Fatalf("it was not tried: %v", err)
	}
	giveUp()
	if err := <-done; err == nil {
		t.Error("a request that was given up was answered")
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the run goes on though nobody waits for it")
	}
	g.left("a request given up", map[string]int{}, 0)
}

func TestSearchAndSort(t *testing.T) {
	g := newTestGallery(t, nil)
	for _, name := range []string{"beta", "Alpha 50% & é", "gamma"} {
		g.publish("x.yxmd", plainXML, "name", name)
	}
	for query, want := range map[string]string{
		"":                                       "beta,Alpha 50% & é,gamma",
		"?sortField=name":                        "Alpha 50% & é,beta,gamma",
		"?sortField=NAME&direction=desc":         "gamma,beta,Alpha 50% & é",
		"?search=50%25%20%26%20%C3%A9":           "Alpha 50% & é",
		"?limit=1&offset=1":                      "Alpha 50% & é",
		"?packageType=1&search=A&sortField=name": "Alpha 50% & é,beta,gamma",
		"?packageType=0":                         "",
		"?packageType=Module&limit=1":            "beta",
	} {
		var ws []struct{ MetaInfo struct{ Name string } }
		g.get(g.admin, list+query, &ws)
		var names []string
		for _, w := range ws {
			names = append(names, w.MetaInfo.Name)
		}
		if got := strings.Join(names, ","); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}
