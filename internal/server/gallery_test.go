package server

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kickoff/internal/account"
	"kickoff/internal/blob"
	"kickoff/internal/config"
	"kickoff/internal/queue"
	"kickoff/internal/queue/local"
	"kickoff/internal/secret"
	"kickoff/internal/store"
	"kickoff/internal/store/sqlite"
	"kickoff/oauth1"
	"kickoff/oauth1/noncemem"
)

var update = flag.Bool("update", false, "rewrite golden files")

// appXML is an app with a list, a date and a number, invented for these tests.
const appXML = `<?xml version="1.0"?>
<AlteryxDocument yxmdVer="2021.4">
  <Nodes />
  <Connections />
  <Properties>
    <MetaInfo>
      <Name>Sales</Name>
      <Description>Sales &lt;by&gt; region &amp; day</Description>
      <Author>Ada</Author>
      <Copyright>2030</Copyright>
    </MetaInfo>
    <RuntimeProperties>
      <Questions>
        <Question><Type>ListBox</Type><Description>Pick</Description><Name>Region</Name><ToolId value="1" /><Multiple value="False" /><Default>East</Default><Mode>Manual</Mode><Manual_Values>East
West</Manual_Values></Question>
        <Question><Type>Date</Type><Description>First day</Description><Name>Start</Name><ToolId value="2" /><Default>2030-01-01</Default></Question>
        <Question><Type>NumericUpDown</Type><Description>Rows</Description><Name>Rows</Name><ToolId value="3" /><Minimum value="1" /><Maximum value="9" /><Increment value="1" /><Default value="5" /><Decimals value="0" /></Question>
      </Questions>
      <ModuleType>Wizard</ModuleType>
    </RuntimeProperties>
  </Properties>
</AlteryxDocument>
`

const plainXML = `<AlteryxDocument yxmdVer="2021.4"><Nodes /><Connections /><Properties /></AlteryxDocument>`

// testGallery is a server with everything real but the clock and the workers.
type testGallery struct {
	t      *testing.T
	dir    string
	cfg    config.Server
	server *Server
	http   *httptest.Server
	store  *sqlite.Store
	queue  *local.Queue
	blobs  *blob.Store
	nonces *noncemem.Store
	box    *secret.Box
	log    *lockedBuffer
	admin  account.Key // of the curator ada@example.com

	// try stands in for the run of a package that is to be validated.
	try func(ctx context.Context, path, fileName string) error

	mu       sync.Mutex
	now      time.Time
	realTime bool // of benchmarks
}

// lockedBuffer is a log that tests may read while the server writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newTestGallery(t *testing.T, change func(*config.Server)) *testGallery {
	t.Helper()
	g := &testGallery{t: t, dir: t.TempDir(), cfg: config.Default(), log: new(lockedBuffer), now: time.Date(2030, 1, 2, 3, 4, 5, 678901200, time.UTC),
		try: func(context.Context, string, string) error { return nil }}
	if change != nil {
		change(&g.cfg)
	}
	g.box = must(secret.NewBox(make([]byte, secret.KeySize)))
	g.open()
	g.admin = must(g.accounts().Init(t.Context(), "Finance", "ada@example.com"))
	t.Cleanup(func() { g.close() })
	return g
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// open opens everything in the folder, as a start of the server does.
func (g *testGallery) open() {
	ctx := context.Background()
	g.store = must(sqlite.Open(ctx, filepath.Join(g.dir, "gallery.db")))
	g.blobs = must(blob.OpenDir(filepath.Join(g.dir, "blobs")))
	g.queue = must(local.Open(ctx, g.store))
	g.nonces = must(noncemem.Open(noncemem.Config{Dir: filepath.Join(g.dir, "nonces"), Now: g.clock}))
	g.server = must(New(Options{
		Config: g.cfg, Store: g.store, Queue: g.queue, Blobs: g.blobs, Secrets: g.box, Nonces: g.nonces,
		Try: func(ctx context.Context, path, fileName string) error { return g.try(ctx, path, fileName) },
		Log: slog.New(slog.NewTextHandler(g.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: g.clock,
	}))
	g.http = httptest.NewServer(g.server)
}

func (g *testGallery) close() {
	g.http.Close()
	g.queue.Close()
	g.nonces.Close()
	g.blobs.Close()
	g.store.Close()
}

func (g *testGallery) restart() {
	g.close()
	g.open()
}

func (g *testGallery) clock() time.Time {
	if g.realTime {
		return time.Now()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

func (g *testGallery) advance(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = g.now.Add(d)
}

func (g *testGallery) accounts() *account.Service {
	return &account.Service{Store: g.store, Secrets: g.box, Now: g.clock}
}

// user makes a user with a key.
func (g *testGallery) user(email, role, studio string) account.Key {
	g.t.Helper()
	must(g.accounts().CreateUser(g.t.Context(), account.UserRequest{Email: email, Role: role, Studio: studio}))
	k := must(g.accounts().CreateKey(g.t.Context(), account.KeyRequest{Owner: email}))
	g.server.directory.forget()
	return k
}

// answer is what the server said.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) message() string {
	var e wireError
	json.Unmarshal([]byte(a.body), &e)
	return e.Message
}

// send sends a request as it is.
func (g *testGallery) send(method, target string, body io.Reader, header ...string) answer {
	g.t.Helper()
	r, err := http.NewRequest(method, g.http.URL+target, body)
	if err != nil {
		g.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(b)}
}

// sign adds a signature to a target, in the query.
func (g *testGallery) sign(k account.Key, method, target string) string {
	g.t.Helper()
	u := must(url.Parse(g.http.URL))
	path, query, _ := strings.Cut(target, "?")
	s := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: k.Consumer, ConsumerSecret: k.Secret})
	s.Now = g.clock
	signed := must(s.Sign(oauth1.Request{Method: method, Scheme: "http", Host: u.Host, Path: path, Query: query}))
	return path + "?" + signed.Query
}

// call signs and sends.
func (g *testGallery) call(k account.Key, method, target, body string, header ...string) answer {
	g.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	return g.send(method, g.sign(k, method, target), r, header...)
}

// get reads JSON that must be there.
func (g *testGallery) get(k account.Key, target string, v any) {
	g.t.Helper()
	a := g.call(k, "GET", target, "")
	if a.status != http.StatusOK {
		g.t.Fatalf("GET %s: %d %s", target, a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		g.t.Fatalf("GET %s: %v in %s", target, err, a.body)
	}
}

// pack makes a package of names and contents.
func pack(pairs ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		io.WriteString(must(z.Create(pairs[i])), pairs[i+1])
	}
	z.Close()
	return b.String()
}

// formOf makes a publish form: the file first, as clients send it.
func formOf(fileName, file string, fields ...string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if fileName != "" {
		io.WriteString(must(w.CreateFormFile("file", fileName)), file)
	}
	for i := 0; i < len(fields); i += 2 {
		w.WriteField(fields[i], fields[i+1])
	}
	w.Close()
	return b.String(), w.FormDataContentType()
}

// publish sends a form and returns the workflow's id.
func (g *testGallery) publish(fileName, file string, fields ...string) store.ID {
	g.t.Helper()
	g.advance(time.Second) // lists are in order of creation
	body, typ := formOf(fileName, file, fields...)
	a := g.call(g.admin, "POST", "/gallery/api/admin/v1/workflows/", body, "Content-Type", typ)
	if a.status != http.StatusOK {
		g.t.Fatalf("publish: %d %s", a.status, a.body)
	}
	var id store.ID
	if err := json.Unmarshal([]byte(a.body), &id); err != nil {
		g.t.Fatal(err)
	}
	return id
}

func (g *testGallery) publishApp() store.ID {
	g.t.Helper()
	return g.publish("Sales.yxzp", pack("Sales.yxwz", appXML), "name", "Sales", "owner", "ada@example.com", "sourceId", "src-1")
}

// post runs a workflow and returns the job's id.
func (g *testGallery) post(k account.Key, workflow store.ID, body string) store.ID {
	g.t.Helper()
	a := g.call(k, "POST", fmt.Sprintf("/gallery/api/v1/workflows/%s/jobs/", workflow), body, "Content-Type", "application/json")
	if a.status != http.StatusOK {
		g.t.Fatalf("post: %d %s", a.status, a.body)
	}
	var j struct{ ID store.ID }
	if err := json.Unmarshal([]byte(a.body), &j); err != nil {
		g.t.Fatal(err)
	}
	return j.ID
}

// work claims the next job and finishes it, as a worker would.
func (g *testGallery) work(text string, messages ...store.Message) store.Job {
	g.t.Helper()
	c := must(g.queue.Claim(g.t.Context(), queue.Worker{Name: "w", Lease: time.Minute}))
	info := must(g.blobs.Put(g.t.Context(), strings.NewReader(text), 0))
	csv := must(g.blobs.Put(g.t.Context(), strings.NewReader("csv of "+text), 0))
	err := g.queue.Finish(g.t.Context(), c.Job.Claim(), store.Result{
		Disposition: store.Success, Messages: messages, FinishedAt: g.clock(),
		Outputs: []store.Output{{ID: store.NewID(), Name: "out \"é\".xlsx", Files: []store.OutputFile{
			{Format: "Raw", Blob: info.Ref, Size: info.Size}, {Format: "Xlsx", Blob: info.Ref, Size: info.Size}, {Format: "Csv", Blob: csv.Ref, Size: csv.Size}}}},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return c.Job
}
