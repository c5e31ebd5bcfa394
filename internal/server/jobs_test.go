package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/account"
	"kickoff/internal/config"
	"kickoff/internal/queue"
	"kickoff/internal/store"
)

// TestJobBodies sends the bodies that clients send (client reference, section
// 0.9 and the captures) and those that make no sense.
func TestJobBodies(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.WorkerTags = []string{"gpu"} })
	app := g.publishApp()
	plain := g.publish("p.yxmd", plainXML, "name", "Plain")
	macro := g.publish("m.yxmc", strings.Replace(appXML, "Wizard", "Macro", 1), "name", "Macro")
	tagged := g.publish("t.yxmd", plainXML, "name", "Tagged", "workerTag", "fpga")
	east := []store.Answer{{Name: "Region", Value: "East"}}
	for _, c := range []struct {
		workflow store.ID
		body     string
		want     []store.Answer
		priority store.Priority
		err      string // part of the message; "" for 200
	}{
		{app, ``, nil, store.Medium, ""},
		{app, `{}`, nil, store.Medium, ""},
		{app, "\ufeff{}", nil, store.Medium, ""},
		{app, `{"questions":[]}`, nil, store.Medium, ""},
		{app, `{"questions":null}`, nil, store.Medium, ""},
		{app, `{"questions":[[]],"priority":"0"}`, nil, store.Low, ""},
		{app, `{"questions":[null]}`, nil, store.Medium, ""},
		{app, `{"questions":[{"name":"Region","value":"East"}]}`, east, store.Medium, ""},
		{app, `{"questions": [{"name": "Region", "value": "East"}], "priority": "0"}`, east, store.Low, ""},
		{app, `{"questions":[{"name":"region","value":"East"}],"priority":3}`, east, store.Critical, ""},
		{app, `{"questions":[{"name":"Region","value":"East"}],"priority":"Low","credentialId":""}`, east, store.Low, ""},
		{app, `{"questions": {"Region": "East"}, "priority": "Default"}`, east, store.Medium, ""},
		{app, `{"questions":[{"name":"Rows","value":7},{"name":"Start","value":"2021-01-01"}],"priority":null}`,
			[]store.Answer{{Name: "Rows", Value: "7"}, {Name: "Start", Value: "2021-01-01"}}, store.Medium, ""},
		{app, `{"workerTag":"gpu"}`, nil, store.Medium, ""},
		{plain, `{"questions":[]}`, nil, store.Medium, ""},

		{plain, `{"questions":[{"name":"Region","value":"East"}]}`, nil, 0, "asks no questions"},
		{app, `{"questions":[{"name":"Regoin","value":"East"}]}`, nil, 0, `no question "Regoin"; the questions are: Region, Start, Rows`},
		{app, `{"questions":[{"name":"Region","value":"Mars"}]}`, nil, 0, `the question "Region" does not fit`},
		{app, `{"questions":[{"name":"Rows","value":"10"}]}`, nil, 0, `the question "Rows" does not fit`},
		{app, `{"questions":[{"name":"Start","value":"1.2.2030"}]}`, nil, 0, `the question "Start" does not fit`},
		{app, `{"questions":[{"name":"Region","value":"East"},{"name":"REGION","value":"West"}]}`, nil, 0, "two answers"},
		{app, `{"questions":[{"value":"East"}]}`, nil, 0, "no name"},
		{app, `{"questions":[7]}`, nil, 0, "no object"},
		{app, `{"questions":"East"}`, nil, 0, "neither a list nor an object"},
		{app, `{"questions":[{"name":"Region","value":{"a":1}}]}`, nil, 0, "is an object"},
		{app, `{"priority":"urgent"}`, nil, 0, `unknown priority "urgent"`},
		{app, `{"priority":7}`, nil, 0, `unknown priority "7"`},
		{app, `{"workerTag":"quantum"}`, nil, 0, `worker tag "quantum"`},
		{tagged, `{}`, nil, 0, `worker tag "fpga"`},
		{macro, `{}`, nil, 0, "macro"},
		{app, "{\"questions\":[\n{\"name\" \"Region\"}]}", nil, 0, "line 2, column 9"},
		{app, `[]`, nil, 0, "The body is no JSON of the form"},
		{app, `{"questions":[` + strings.Repeat("[", 20000), nil, 0, "The body is no JSON"},
	} {
		a := g.call(g.admin, "POST", fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/", c.workflow), c.body)
		if c.err != "" {
			if a.status != 400 || !strings.Contains(a.message(), c.err) {
				t.Errorf("%.80s: %d %s, want %q", c.body, a.status, a.body, c.err)
			}
			continue
		}
		if a.status != 200 {
			t.Errorf("%s: %d %s", c.body, a.status, a.body)
			continue
		}
		job := must(g.queue.Claim(t.Context(), queue.Worker{Name: "w", Tags: []string{"gpu"}, Lease: time.Minute})).Job
		if len(job.Answers) == 0 {
			job.Answers = nil
		}
		if d := cmp.Diff(c.want, job.Answers); d != "" || job.Priority != c.priority {
			t.Errorf("%s: priority %v, answers %s", c.body, job.Priority, d)
		}
	}
	if n := g.queue.Len(); n != 0 {
		t.Errorf("%d jobs of refused requests were queued", n)
	}
}

func TestBodyLimits(t *testing.T) {
	g := newTestGallery(t, nil)
	app := g.publishApp()
	path := fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/", app)
	if a := g.call(g.admin, "POST", path, `{"x":"`+strings.Repeat("x", 2<<20)+`"}`); a.status != 413 || !strings.Contains(a.message(), "1048576") {
		t.Errorf("2 MB: %d %s", a.status, a.body)
	}
	// A gigabyte that is announced is refused before it is sent.
	r := must(http.NewRequest("POST", g.http.URL+g.sign(g.admin, "POST", path), io.LimitReader(zeros{}, 1<<30)))
	r.ContentLength = 1 << 30
	r.Header.Set("Expect", "100-continue")
	resp, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 413 {
		t.Errorf("1 GB announced: %d", resp.StatusCode)
	}
	// One that is not announced is cut at the limit: the server answers, or has
	// closed the connection while we were sending.
	r = must(http.NewRequest("POST", g.http.URL+g.sign(g.admin, "POST", path), io.LimitReader(zeros{}, 1<<30)))
	r.ContentLength = -1
	if resp, err := http.DefaultTransport.RoundTrip(r); err == nil {
		resp.Body.Close()
		if resp.StatusCode != 413 {
			t.Errorf("1 GB in chunks: %d", resp.StatusCode)
		}
	}
	form := strings.Repeat("a=1&", 30000)
	if a := g.call(g.admin, "POST", path, form, "Content-Type", "application/x-www-form-urlencoded"); a.status != 413 {
		t.Errorf("a large form, which would have to be signed: %d %s", a.status, a.body)
	}
	if n := g.queue.Len(); n != 0 {
		t.Errorf("%d jobs were queued", n)
	}
	if a := g.call(g.admin, "GET", list, ""); a.status != 200 {
		t.Errorf("afterwards: %d %s", a.status, a.body)
	}
}

// TestBrokenBodies: a body that ends too soon, or whose chunks are none, is the
// client's fault and starts nothing.
func TestBrokenBodies(t *testing.T) {
	g := newTestGallery(t, nil)
	path := fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/", g.publishApp())
	for _, c := range []struct{ name, header, body, want string }{
		{"cut", "Content-Length: 100", `{"questions":[]`, "cut off before its end"},
		{"cut where it is whole", "Content-Length: 100", `{"questions":[]}`, "cut off before its end"},
		{"no chunk", "Transfer-Encoding: chunked", "zz\r\n", "could not be read"},
		{"last chunk missing", "Transfer-Encoding: chunked", "2\r\n{}\r\n", "cut off before its end"},
	} {
		conn := must(net.Dial("tcp", g.http.Listener.Addr().String()))
		defer conn.Close()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s\r\n\r\n%s",
			g.sign(g.admin, "POST", path), conn.RemoteAddr(), c.header, c.body)
		conn.(*net.TCPConn).CloseWrite()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		body := must(io.ReadAll(resp.Body))
		if resp.StatusCode != 400 || !strings.Contains(string(body), c.want) || !strings.Contains(string(body), "exceptionName") {
			t.Errorf("%s: %d %s", c.name, resp.StatusCode, body)
		}
	}
	if n := g.queue.Len(); n != 0 {
		t.Errorf("%d jobs were queued", n)
	}
	if log := g.log.String(); strings.Contains(log, "ERROR") {
		t.Errorf("a client's fault is logged as the server's:\n%s", log)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestQueueLimit(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.MaxQueued = 3 })
	app := g.publishApp()
	for range 3 {
		g.post(g.admin, app, "")
	}
	a := g.call(g.admin, "POST", fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/", app), "")
	if a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("fourth job of three allowed: %d %s", a.status, a.body)
	}
	g.post(g.user("m@example.com", "member", "Finance"), app, "") // another user's
	g.work("x")
	g.post(g.admin, app, "")
}

func TestJobLists(t *testing.T) {
	g := newTestGallery(t, nil)
	app := g.publishApp()
	var ids []store.ID
	for _, p := range []string{"0", "3", "1"} {
		ids = append(ids, g.post(g.admin, app, `{"priority":`+p+`}`))
		g.advance(time.Second)
	}
	for _, c := range []struct {
		query string
		want  []store.ID
	}{
		{"", []store.ID{ids[2], ids[1], ids[0]}},
		{"?limit=2", []store.ID{ids[2], ids[1]}},
		{"?offset=1&limit=1", []store.ID{ids[1]}},
		{"?sortField=createdate", ids},
		{"?SORTFIELD=CreateDate&Direction=DESC", []store.ID{ids[2], ids[1], ids[0]}},
		{"?sortField=priority&direction=asc", []store.ID{ids[0], ids[2], ids[1]}},
		{"?offset=7", []store.ID{}},
		{"?limit=", []store.ID{ids[2], ids[1], ids[0]}},
	} {
		var jobs []wireJobItemForm
		g.get(g.admin, fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/%s", app, c.query), &jobs)
		got := []store.ID{}
		for _, j := range jobs {
			got = append(got, j.ID)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.query, d)
		}
	}
	for _, query := range []string{"limit=-1", "limit=x", "limit=99999999999", "offset=1.5", "sortField=name", "direction=up", "sortField=createdate&direction=up"} {
		if a := g.call(g.admin, "GET", fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/?%s", app, query), ""); a.status != 400 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	for _, query := range []string{"packageType=7", "sortField=colour", "limit=-1"} {
		if a := g.call(g.admin, "GET", list+"?"+query, ""); a.status != 400 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

type wireJobItemForm struct{ ID store.ID }

func TestCancel(t *testing.T) {
	g := newTestGallery(t, nil)
	app := g.publishApp()
	path := func(id store.ID) string { return "/gallery/api/v3/jobs/" + string(id) }
	queued := g.post(g.admin, app, "")
	if a := g.call(g.admin, "DELETE", path(queued), ""); a.status != 200 || a.body != "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	var j struct{ Status, Disposition string }
	g.get(g.admin, "/gallery/api/v1/jobs/"+string(queued), &j)
	if j.Status != "Completed" || j.Disposition != "Cancelled" {
		t.Errorf("%+v", j)
	}
	if a := g.call(g.admin, "DELETE", path(queued), ""); a.status != 400 || !strings.Contains(a.message(), "finished already") {
		t.Errorf("again: %d %s", a.status, a.body)
	}
	running := g.post(g.admin, app, "")
	c := must(g.queue.Claim(t.Context(), queue.Worker{Name: "w", Lease: time.Minute}))
	if a := g.call(g.admin, "DELETE", "/webapi/v3/jobs/"+string(running), ""); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	select {
	case <-c.Cancelled:
	case <-time.After(5 * time.Second):
		t.Error("the worker did not hear of it")
	}
}

func TestOutputs(t *testing.T) {
	g := newTestGallery(t, nil)
	id := g.post(g.admin, g.publishApp(), "")
	path := "/gallery/api/v1/jobs/" + string(id) + "/output/"
	if a := g.call(g.admin, "GET", path+"0123456789abcdef01234567/", ""); a.status != 404 || !strings.Contains(a.message(), "Queued") {
		t.Errorf("before the job ran: %d %s", a.status, a.body)
	}
	g.work("raw bytes")
	var j struct{ Outputs []struct{ ID string } }
	g.get(g.admin, "/gallery/api/v1/jobs/"+string(id)+"/", &j)
	path += j.Outputs[0].ID + "/"
	for _, c := range []struct {
		query, body, name string
		status            int
	}{
		{"", "raw bytes", `attachment; filename="out ___.xlsx"; filename*=UTF-8''out%20%22%C3%A9%22.xlsx`, 200},
		{"?format=Raw", "raw bytes", `attachment; filename="out ___.xlsx"; filename*=UTF-8''out%20%22%C3%A9%22.xlsx`, 200},
		{"?format=csv", "csv of raw bytes", `attachment; filename="out ___.csv"; filename*=UTF-8''out%20%22%C3%A9%22.csv`, 200},
		{"?format=Yxdb", "only as Raw, Xlsx, Csv", "", 400},
		{"?format=../x", "only as Raw, Xlsx, Csv", "", 400},
	} {
		a := g.call(g.admin, "GET", path+c.query, "")
		if a.status != c.status || !strings.Contains(a.body, c.body) || a.header.Get("Content-Disposition") != c.name {
			t.Errorf("%s: %d %q %s", c.query, a.status, a.body, a.header.Get("Content-Disposition"))
		}
	}
	if a := g.call(g.admin, "GET", path+"?format=Csv", "", "Range", "bytes=4-5"); a.status != 206 || a.body != "of" {
		t.Errorf("range: %d %q", a.status, a.body)
	}
	if a := g.call(g.admin, "HEAD", path+"?format=Csv", ""); a.status != 200 || a.header.Get("Content-Length") != "16" {
		t.Errorf("HEAD: %d %v", a.status, a.header)
	}
	if a := g.call(g.admin, "GET", strings.Replace(path, j.Outputs[0].ID, "0123456789abcdef01234567", 1), ""); a.status != 404 {
		t.Errorf("unknown output: %d %s", a.status, a.body)
	}
}

// TestFullDisk: what cannot be stored is refused with 507, and the store is
// whole afterwards. SQLite is told that its file may not grow.
func TestFullDisk(t *testing.T) {
	g := newTestGallery(t, nil)
	app := g.publishApp()
	limitStore(t, g, true)
	path := fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/", app)
	full := false
	var acknowledged int
	for range 2000 {
		a := g.call(g.admin, "POST", path, `{"questions":[{"name":"Region","value":"East"}]}`)
		if a.status == 507 {
			full = true
			break
		}
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		acknowledged++
		if acknowledged%90 == 0 {
			for range 90 {
				g.queue.Claim(t.Context(), queue.Worker{Name: "w", Lease: time.Minute})
			}
		}
	}
	if !full {
		t.Fatal("the store never got full")
	}
	limitStore(t, g, false)
	if a := g.call(g.admin, "POST", path, ""); a.status != 200 {
		t.Errorf("with room again: %d %s", a.status, a.body)
	}
	var jobs []wireJobItemForm
	g.get(g.admin, path, &jobs)
	if len(jobs) != acknowledged+1 {
		t.Errorf("%d jobs are there, %d were acknowledged", len(jobs), acknowledged+1)
	}
}

// TestRestart: everything that was acknowledged is there after a restart.
func TestRestart(t *testing.T) {
	g := newTestGallery(t, nil)
	app := g.publishApp()
	done := g.post(g.admin, app, `{"priority":3}`)
	g.work("result")
	low, high := g.post(g.admin, app, `{"priority":"low"}`), g.post(g.admin, app, `{"priority":"high"}`)
	g.restart()
	var j struct {
		Disposition string
		Outputs     []struct{ ID string }
	}
	g.get(g.admin, "/gallery/api/v1/jobs/"+string(done), &j)
	if j.Disposition != "Success" || len(j.Outputs) != 1 {
		t.Fatalf("%+v", j)
	}
	if a := g.call(g.admin, "GET", "/gallery/api/v1/jobs/"+string(done)+"/output/"+j.Outputs[0].ID+"/", ""); a.body != "result" {
		t.Errorf("output: %d %s", a.status, a.body)
	}
	for _, want := range []store.ID{high, low} {
		if got := g.work("x"); got.ID != want {
			t.Errorf("ran %s, want %s", got.ID, want)
		}
	}
}

// TestManyClients: submitters, pollers and workers at once.
func TestManyClients(t *testing.T) {
	g := newTestGallery(t, nil)
	app := g.publishApp()
	const clients, each = 6, 8
	var keys []account.Key
	for i := range clients {
		keys = append(keys, g.user(fmt.Sprintf("u%d@example.com", i), "member", "Finance"))
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range clients * each / 3 {
				g.work("out")
			}
		})
	}
	for _, k := range keys {
		wg.Go(func() {
			for range each {
				id := g.post(k, app, `{"questions":[{"name":"Region","value":"West"}]}`)
				for end := time.Now().Add(20 * time.Second); ; {
					var j struct{ Status, Disposition string }
					g.get(k, "/gallery/api/v1/jobs/"+string(id)+"/", &j)
					if j.Status == "Completed" {
						if j.Disposition != "Success" {
							t.Errorf("%+v", j)
						}
						break
					}
					if time.Now().After(end) {
						t.Errorf("job %s is %s", id, j.Status)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	var ws []struct{ RunCount int }
	g.get(g.admin, list, &ws)
	if ws[0].RunCount != clients*each {
		t.Errorf("run count %d, want %d", ws[0].RunCount, clients*each)
	}
}

func TestOldOutputsAreDropped(t *testing.T) {
	g := newTestGallery(t, nil)
	id := g.post(g.admin, g.publishApp(), "")
	g.work("old")
	if err := g.server.clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	outs := must(g.store.Outputs(t.Context(), id))
	if len(outs) != 1 {
		t.Fatal("dropped too early")
	}
	p := must(g.blobs.Path(outs[0].Files[0].Blob))
	past := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(p, past, past); err != nil {
		t.Fatal(err)
	}
	g.advance(31 * 24 * time.Hour)
	if err := g.server.clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	if outs := must(g.store.Outputs(t.Context(), id)); len(outs) != 0 {
		t.Error("kept for ever")
	}
	if _, err := os.Stat(p); err == nil {
		t.Error("the blob is still there")
	}
	if _, err := os.Stat(filepath.Join(g.dir, "blobs")); err != nil {
		t.Error(err)
	}
}
