package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"kickoff/oauth1"
)

const (
	fakeKey    = "8DA3C9A7E88FD2Eb4b7d"
	fakeSecret = "cb1d3a6287f0d86e9a31"
)

// fakeGallery speaks the wire of both eras, with two apps, a workflow and a
// job that takes three looks to end. It verifies every signature and knows
// every nonce it has seen.
type fakeGallery struct {
	mux      *http.ServeMux
	verifier *oauth1.Verifier

	mu        sync.Mutex
	looks     map[string]int // job to how often it was asked for
	cancelled map[string]bool
	sent      string // body of the last run
}

type nonces struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (n *nonces) Use(_ context.Context, o oauth1.Nonce) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	id := fmt.Sprint(o)
	if n.seen[id] {
		return oauth1.ErrNonceUsed
	}
	n.seen[id] = true
	return nil
}

const (
	idExplorer = "57ac2b43c1e7a50b14d0fe21"
	idReport   = "57ac2b43c1e7a50b14d0fe22"
	idBroken   = "57ac2b43c1e7a50b14d0fe23"
	idTwin1    = "57ac2b43c1e7a50b14d0fe24"
	idTwin2    = "57ac2b43c1e7a50b14d0fe25"
)

func newFakeGallery() (*fakeGallery, error) {
	g := &fakeGallery{mux: http.NewServeMux(), looks: map[string]int{}, cancelled: map[string]bool{}}
	key := oauth1.NewKey(oauth1.Credentials{ConsumerKey: fakeKey, ConsumerSecret: fakeSecret})
	var err error
	g.verifier, err = oauth1.NewVerifier(oauth1.VerifierConfig{
		Nonces: &nonces{seen: map[string]bool{}},
		Strict: true,
		Keys: oauth1.KeyFunc(func(_ context.Context, k, _ string) (*oauth1.Key, error) {
			if k != fakeKey {
				return nil, oauth1.ErrUnknownKey
			}
			return key, nil
		}),
	})
	if err != nil {
		return nil, err
	}
	for _, base := range []string{"/gallery/api", "/webapi"} {
		for pattern, h := range map[string]http.HandlerFunc{
			"GET /v1/workflows/subscription/{$}":    g.list,
			"GET /v1/workflows/{id}/questions/{$}":  g.questions,
			"GET /v1/workflows/{id}/jobs/{$}":       g.jobs,
			"POST /v1/workflows/{id}/jobs/{$}":      g.run,
			"GET /v1/jobs/{id}/{$}":                 g.job,
			"GET /v1/jobs/{id}/output/{output}/{$}": g.output,
			"DELETE /v3/jobs/{id}":                  g.cancel,
			"GET /admin/v1/workflows/{$}":           g.listAll,
			"POST /admin/v1/workflows/{$}":          g.publish,
			"GET /v1/" + idReport + "/package/{$}":  g.pack,
			"GET /v1/workflows/{id}/package":        g.pack,
		} {
			method, path, _ := strings.Cut(pattern, " ")
			g.mux.HandleFunc(method+" "+base+path, h)
		}
	}
	g.mux.HandleFunc("POST /webapi/oauth2/token", g.token)
	return g, nil
}

// ServeHTTP lets in who is authenticated; /sent shows the last run's body to the script.
func (g *fakeGallery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/sent":
		io.WriteString(w, g.sent)
		return
	case r.URL.Path == "/webapi/oauth2/token":
	case strings.HasPrefix(r.URL.Path, "/webapi/"):
		if r.Header.Get("Authorization") != "Bearer tok1" {
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"message":"Authorization has been denied for this request."}`)
			return
		}
	case strings.HasPrefix(r.URL.Path, "/gallery/api/"):
		req, err := oauth1.FromHTTP(r, "http", r.Host, 1<<20)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if v := g.verifier.Verify(r.Context(), &req); !v.OK() {
			w.Header().Set("X-Kickoff-Base-String", v.Base)
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"data":null,"exceptionName":"UnauthorizedException","innerExceptionMessage":"","message":"The provided signature(oauth_signature) is invalid."}`)
			return
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mux.ServeHTTP(w, r)
}

func (g *fakeGallery) token(w http.ResponseWriter, r *http.Request) {
	key, secret, ok := r.BasicAuth()
	if !ok || key != fakeKey || secret != fakeSecret {
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"error":"invalid_client","error_description":"no such key, or not its secret"}`)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"access_token":"tok1","token_type":"bearer","expires_in":3600}`)
}

func (g *fakeGallery) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	var page []string
	for _, f := range []struct {
		id, name, file string
		kind           int
	}{
		{idExplorer, "Sales Explorer", "Sales Explorer.yxwz", 0},
		{idReport, "Monthly Report", "Monthly Report.yxmd", 1},
		{idBroken, "", "Broken.yxmd", 1},
		{idTwin1, "Twin", "Twin.yxmd", 1},
		{idTwin2, "Twin", "Twin copy.yxmd", 1},
	} {
		if s := q.Get("search"); s != "" && !strings.Contains(strings.ToLower(f.name), strings.ToLower(s)) {
			continue
		}
		if k := q.Get("packageType"); k != "" && k != strconv.Itoa(f.kind) {
			continue
		}
		page = append(page, fmt.Sprintf(`{"id":%q,"subscriptionId":"57ab000000000000000000aa","public":false,"runDisabled":false,"packageType":%d,
		  "uploadDate":"2016-08-11T16:49:40.732Z","fileName":%q,"metaInfo":{"name":%q,"description":"","author":"Ann","copyright":"","url":"","urlText":"",
		  "outputMessage":"","noOutputFilesMessage":""},"isChained":false,"version":1,"runCount":3,"workerTag":""}`, f.id, f.kind, f.file, f.name))
	}
	page = page[min(offset, len(page)):]
	fmt.Fprintf(w, "\uFEFF[%s]", strings.Join(page[:min(limit, len(page))], ","))
}

func (g *fakeGallery) listAll(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("offset") != "0" {
		io.WriteString(w, "[]")
		return
	}
	io.WriteString(w, `[{"id":"w1","packageType":2,"version":3,"runCount":0,"uploadDate":"2016-08-11T16:49:40Z","lastRunDate":null,"metaInfo":{"name":"Cleaner"},
	  "subscriptionName":"Finance","publishedVersionOwner":{"email":"ann@example.com"}},
	  {"id":"w2","packageType":"Module","version":1,"runCount":9,"uploadDate":"2016-08-12T16:49:40Z","lastRunDate":"2017-01-01T00:00:00Z","metaInfo":{"name":"Report"},
	  "subscriptionName":"Sales","publishedVersionOwner":null}]`)
}

func (g *fakeGallery) questions(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("id") != idExplorer {
		io.WriteString(w, "[]")
		return
	}
	io.WriteString(w, `[{"name":"Region","type":"QuestionListBox","description":"Pick one","multiple":"False","value":"East",
	  "items":[{"key":"East","value":"East"},{"key":"The West","value":"West"}]},
	  {"name":"Start","type":"QuestionDate","description":"First day"},
	  {"name":"Months","type":"QuestionListBox","description":"","multiple":"True","items":[{"key":"Jan","value":"1"},{"key":"Feb","value":"2"}]}]`)
}

func (g *fakeGallery) run(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g.sent = string(body)
	id := map[string]string{idExplorer: "aaaaaaaaaaaaaaaaaaaaaaa1", idReport: "aaaaaaaaaaaaaaaaaaaaaaa2", idBroken: "aaaaaaaaaaaaaaaaaaaaaaa3"}[r.PathValue("id")]
	if id == "" {
		refuse(w, http.StatusNotFound, "NotFoundException", "there is no such workflow")
		return
	}
	g.writeJob(w, id, "Queued", false)
}

func (g *fakeGallery) job(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !strings.HasPrefix(id, "aaaa") {
		refuse(w, http.StatusNotFound, "NotFoundException", "there is no such job")
		return
	}
	g.looks[id]++
	status := "Running"
	switch n := g.looks[id]; {
	case g.cancelled[id] || strings.HasSuffix(id, "2") || n > 2 && id != "aaaaaaaaaaaaaaaaaaaaaaaf":
		status = "Completed"
	case n == 1:
		status = "Queued"
	}
	g.writeJob(w, id, status, r.URL.Query().Get("includeMessages") != "false")
}

func (g *fakeGallery) writeJob(w io.Writer, id, status string, full bool) {
	j := map[string]any{"id": id, "appId": nil, "createDate": "2018-10-17T13:58:43.9759132Z", "status": status, "disposition": "None",
		"outputs": []any{}, "messages": []any{}, "priority": 1, "workerTag": nil}
	if status == "Completed" {
		j["disposition"] = "Success"
		j["outputs"] = []any{
			map[string]any{"id": "o1", "name": "sales.csv", "formats": []string{"Raw", "Csv", "Yxdb"}},
			map[string]any{"id": "o2", "name": `C:\out\sales.csv`, "formats": []string{"Csv"}},
		}
		if full {
			j["messages"] = []any{
				map[string]any{"status": 1, "text": "12 records were read", "toolId": 1},
				map[string]any{"status": 2, "text": "a field was cut", "toolId": 4},
			}
		}
	}
	switch {
	case g.cancelled[id]:
		j["disposition"], j["outputs"], j["messages"] = "Cancelled", []any{}, []any{}
	case status == "Completed" && strings.HasSuffix(id, "3"):
		j["disposition"], j["outputs"] = "Error", []any{}
		j["messages"] = []any{map[string]any{"status": 3, "text": "the file is missing", "toolId": 7}}
	}
	json.NewEncoder(w).Encode(j)
}

func (g *fakeGallery) jobs(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("offset") != "0" {
		io.WriteString(w, "[]")
		return
	}
	io.WriteString(w, `[{"id":"aaaaaaaaaaaaaaaaaaaaaaa1","createDate":"2018-10-17T13:58:43Z","status":"Completed","disposition":"Success","priority":0,"workerTag":""},
	  {"id":"aaaaaaaaaaaaaaaaaaaaaaa3","createDate":"2018-10-16T13:58:43Z","status":"Completed","disposition":"Error","priority":3,"workerTag":""}]`)
}

func (g *fakeGallery) output(w http.ResponseWriter, r *http.Request) {
	format := r.URL.Query().Get("format")
	if format == "Yxdb" {
		// The connection breaks in the middle of the file.
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "Alteryx")
		return
	}
	w.Header().Set("Content-Disposition", `attachment; filename="sales.csv"`)
	fmt.Fprintf(w, "region,%s,%s\nEast,1,2\n", r.PathValue("output"), format)
}

func (g *fakeGallery) cancel(w http.ResponseWriter, r *http.Request) {
	if g.cancelled[r.PathValue("id")] {
		refuse(w, http.StatusBadRequest, "BadRequestException", "the job has ended")
		return
	}
	g.cancelled[r.PathValue("id")] = true
}

func (g *fakeGallery) pack(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Disposition", `attachment; filename="Monthly Report.yxzp"`)
	io.WriteString(w, "PK a package")
}

func (g *fakeGallery) publish(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", err.Error())
		return
	}
	if r.FormValue("owner") == "" {
		refuse(w, http.StatusBadRequest, "BadRequestException", "owner is missing")
		return
	}
	f, h, err := r.FormFile("file")
	if err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", err.Error())
		return
	}
	data, _ := io.ReadAll(f)
	g.sent = fmt.Sprintf("%s %q by %s from %q: %s", h.Filename, r.FormValue("name"), r.FormValue("owner"), r.FormValue("sourceId"), data)
	io.WriteString(w, `"57ac2b43c1e7a50b14d0fe99"`)
}

func refuse(w http.ResponseWriter, status int, exception, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"data": nil, "exceptionName": exception, "innerExceptionMessage": "", "message": message})
}
