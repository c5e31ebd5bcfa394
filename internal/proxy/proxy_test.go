package proxy

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kickoff/oauth1"
)

// setup starts a gallery that answers with gallery, behind a verifier, and a
// signing proxy to it.
func setup(t *testing.T, cfg Config, gallery http.HandlerFunc) (proxyURL string) {
	t.Helper()
	cred := oauth1.Credentials{ConsumerKey: "KEY", ConsumerSecret: "secret"}
	key := oauth1.NewKey(cred)
	v, err := oauth1.NewVerifier(oauth1.VerifierConfig{NoNonces: true, Strict: true, Keys: oauth1.KeyFunc(
		func(context.Context, string, string) (*oauth1.Key, error) { return key, nil },
	)})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := oauth1.FromHTTP(r, "http", r.Host, 1<<20)
		if err != nil {
			t.Error(err)
		}
		if verdict := v.Verify(r.Context(), &req); !verdict.OK() {
			t.Errorf("%s %s: %v", r.Method, r.RequestURI, &verdict)
		}
		gallery(w, r)
	}))
	t.Cleanup(srv.Close)
	cfg.Target, _ = url.Parse(srv.URL + "/gallery/api")
	cfg.Transport = &oauth1.Transport{Signer: oauth1.NewSigner(cred)}
	cfg.RetryWait = time.Nanosecond
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(h)
	t.Cleanup(front.Close)
	return front.URL
}

func TestPathsAndQueries(t *testing.T) {
	tests := []struct{ in, want string }{
		{"/v1/workflows/subscription/", "/gallery/api/v1/workflows/subscription/?"},
		{"//v1/jobs/x/", "/gallery/api/v1/jobs/x/?"},
		{"/gallery/api/v1/jobs/x/?b=1&a=%20+x", "/gallery/api/v1/jobs/x/?b=1&a=%20+x"},
		{"/api/v1/jobs/x", "/gallery/api/v1/jobs/x?"},
		{"/webapi/v3/jobs/x", "/gallery/api/v3/jobs/x?"},
		{"/apiary/x", "/gallery/api/apiary/x?"},
		{"/v1/jobs/a%2Fb%20c/", "/gallery/api/v1/jobs/a%2Fb%20c/?"},
		{"/v1/jobs/x/?format=Csv&oauth_nonce=1&oauth%5Ftoken=&limit=2", "/gallery/api/v1/jobs/x/?format=Csv&limit=2"},
	}
	var got string
	front := setup(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.EscapedPath() + "?" + withoutOAuth(r.URL.RawQuery)
		for _, name := range dropped {
			if v := r.Header.Get(name); v != "" {
				t.Errorf("%s reached the gallery: %s", name, v)
			}
		}
	})
	for _, tt := range tests {
		req, _ := http.NewRequest("GET", front+tt.in, nil)
		req.Header.Set("Authorization", `OAuth oauth_nonce="1"`)
		req.Header.Set("Cookie", "other=1")
		req.Header.Set("Referer", front)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 || got != tt.want {
			t.Errorf("%s: %d, gallery got %s, want %s", tt.in, resp.StatusCode, got, tt.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	header := func(pairs ...string) func(*http.Request) {
		return func(r *http.Request) {
			for i := 0; i < len(pairs); i += 2 {
				r.Header.Set(pairs[i], pairs[i+1])
			}
		}
	}
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	tests := []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"a program", func(*http.Request) {}, 200},
		{"localhost", host("localhost:1234"), 200},
		{"IPv6", host("[::1]:1234"), 200},
		{"a name of its own", host("proxy.example:80"), 200},
		{"rebound name", host("evil.example"), 403},
		{"rebound name with a point", host("evil.example."), 403},
		{"name that looks near", host("localhost.evil.example"), 403},
		{"no name", host(" "), 403},
		{"address bar", header("Sec-Fetch-Site", "none"), 200},
		{"own page", func(r *http.Request) { header("Sec-Fetch-Site", "same-origin", "Origin", "http://"+r.Host)(r) }, 200},
		{"node's fetch", header("Sec-Fetch-Mode", "cors"), 200},
		{"another site", header("Sec-Fetch-Site", "cross-site"), 403},
		{"another port of this machine", header("Sec-Fetch-Site", "same-site"), 403},
		{"another site, older browser", header("Origin", "https://evil.example"), 403},
		{"another port, older browser", header("Origin", "http://127.0.0.1:1"), 403},
		{"sandboxed page", header("Origin", "null"), 403},
		{"dots", func(r *http.Request) { r.URL.Path = "/v1/../../x" }, 400},
		{"encoded dots", func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/v1/../x", "/v1/%2e%2e/x" }, 400},
	}
	reached := 0
	front := setup(t, Config{Hosts: []string{"proxy.example"}}, func(http.ResponseWriter, *http.Request) { reached++ })
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reached = 0
			req, _ := http.NewRequest("GET", front+"/v1/jobs/x/", nil)
			req.Host = req.URL.Host
			tt.change(req)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != tt.want {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.want)
			}
			if (reached > 0) != (tt.want == 200) {
				t.Errorf("%d requests reached the gallery", reached)
			}
		})
	}
}

func TestForwardProxyUseIsRefused(t *testing.T) {
	front := setup(t, Config{}, func(http.ResponseWriter, *http.Request) { t.Error("reached the gallery") })
	u, _ := url.Parse(front)
	c := http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	resp, err := c.Get("http://gallery.example/gallery/api/v1/jobs/x/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 400 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestToken(t *testing.T) {
	front := setup(t, Config{Token: "let me in"}, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(fmt.Sprint(r.Header), "let me in") {
			t.Error("the token reached the gallery")
		}
	})
	for name, tt := range map[string]struct {
		set  func(*http.Request)
		want int
	}{
		"bearer":       {func(r *http.Request) { r.Header.Set("Authorization", "bearer let me in") }, 200},
		"basic":        {func(r *http.Request) { r.SetBasicAuth("any", "let me in") }, 200},
		"header":       {func(r *http.Request) { r.Header.Set("X-Kickoff-Token", "let me in") }, 200},
		"none":         {func(*http.Request) {}, 401},
		"wrong":        {func(r *http.Request) { r.Header.Set("X-Kickoff-Token", "let me i") }, 401},
		"empty bearer": {func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }, 401},
	} {
		req, _ := http.NewRequest("GET", front+"/v1/jobs/x/", nil)
		tt.set(req)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d", name, resp.StatusCode, tt.want)
		}
	}
}

func TestStreamsBothWays(t *testing.T) {
	front := setup(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		line, err := bufio.NewReader(r.Body).ReadString('\n')
		if err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, "got "+line)
		w.(http.Flusher).Flush()
		<-r.Context().Done() // the answer never ends by itself
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	up, in := io.Pipe()
	go func() {
		fmt.Fprintln(in, "first")
		in.Close()
	}()
	req, _ := http.NewRequestWithContext(ctx, "POST", front+"/v1/workflows/w/jobs/", up)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	if line != "got first\n" {
		t.Errorf("%q, %v", line, err)
	}
}

func TestRepeats(t *testing.T) {
	tests := []struct {
		method string
		first  int
		want   int // requests that arrive
		status int
	}{
		{"GET", 503, 2, 200},
		{"GET", -1, 2, 200},
		{"GET", 401, 1, 401},
		{"POST", 503, 1, 503},
		{"POST", -1, 1, 502},
		{"DELETE", 502, 1, 502},
	}
	for _, tt := range tests {
		var arrived atomic.Int32
		front := setup(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			if arrived.Add(1) > 1 {
				return
			}
			if tt.first == -1 {
				panic(http.ErrAbortHandler)
			}
			w.WriteHeader(tt.first)
		})
		var body io.Reader
		if tt.method == "POST" {
			body = strings.NewReader("{}")
		}
		req, _ := http.NewRequest(tt.method, front+"/v1/jobs/x/", body)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if n := int(arrived.Load()); n != tt.want || resp.StatusCode != tt.status {
			t.Errorf("%s after %d: %d requests, status %d", tt.method, tt.first, arrived.Load(), resp.StatusCode)
		}
	}
}

// dialing fails to connect a few times, then connects.
type dialing struct {
	base http.RoundTripper
	left int
}

func (d *dialing) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.left--; d.left >= 0 {
		return (&http.Transport{}).RoundTrip(must(http.NewRequest("GET", "http://127.0.0.1:1/", nil)))
	}
	return d.base.RoundTrip(r)
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

func TestPostIsRepeatedWhenNoConnectionWasMade(t *testing.T) {
	var got string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		got = string(data)
	}))
	defer srv.Close()
	target, _ := url.Parse(srv.URL + "/api")
	h, err := New(Config{Target: target, Transport: &dialing{http.DefaultTransport, 2}, RetryWait: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(h)
	defer front.Close()
	resp, err := http.Post(front.URL+"/v1/workflows/w/jobs/", "application/json", strings.NewReader(`{"questions":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || got != `{"questions":[]}` {
		t.Errorf("status %d, body %q", resp.StatusCode, got)
	}
}

func TestAnswersOfTheGallery(t *testing.T) {
	done := make(chan Answered, 2) // told after the client has its answer
	front := setup(t, Config{Done: func(a Answered) { a.Took = 0; done <- a }}, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Set-Cookie", "a=b")
		h.Set("Content-Disposition", `attachment; filename="a.csv"`)
		if strings.HasSuffix(r.URL.Path, "/moved/") {
			http.Redirect(w, r, "https://elsewhere.example/x/?oauth_signature=s", http.StatusMovedPermanently)
			return
		}
		w.WriteHeader(404)
		io.WriteString(w, "{}")
	})
	resp, err := http.Get(front + "/v1/jobs/x/?search=private")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if a := <-done; a != (Answered{Method: "GET", Path: "/v1/jobs/x/", Status: 404}) {
		t.Errorf("%+v", a)
	}
	if resp.StatusCode != 404 || resp.Header.Get("Content-Disposition") == "" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	for _, name := range []string{"Access-Control-Allow-Origin", "Set-Cookie"} {
		if v := resp.Header.Get(name); v != "" {
			t.Errorf("%s: %s came through", name, v)
		}
	}
	resp, err = http.Get(front + "/moved/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body struct{ ExceptionName, Message string }
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 502 || body.Message != "the gallery redirects to https://elsewhere.example/x/: log in again with that address" {
		t.Errorf("%d %+v", resp.StatusCode, body)
	}
	if a := <-done; a != (Answered{Method: "GET", Path: "/moved/", Status: 502}) {
		t.Errorf("%+v", a)
	}
}

func TestNobodyThere(t *testing.T) {
	target, _ := url.Parse("http://127.0.0.1:1/gallery/api")
	h, err := New(Config{Target: target, Transport: &oauth1.Transport{Signer: oauth1.NewSigner(oauth1.Credentials{ConsumerKey: "K", ConsumerSecret: "s"})}, RetryWait: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/v1/jobs/x/", nil)
	r.Host = "127.0.0.1"
	h.ServeHTTP(w, r)
	if w.Code != 502 || !strings.Contains(w.Body.String(), "connection refused") || strings.Contains(w.Body.String(), "oauth_") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
