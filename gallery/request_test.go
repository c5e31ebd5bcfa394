package gallery

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// stamping signs like a transport would: anew for each attempt.
type stamping struct {
	n    int
	seen []string
}

func (s *stamping) RoundTrip(r *http.Request) (*http.Response, error) {
	s.n++
	r = r.Clone(r.Context())
	q := r.URL.Query()
	q.Set("oauth_signature", "SIG"+string(rune('0'+s.n)))
	r.URL.RawQuery = q.Encode()
	s.seen = append(s.seen, q.Get("oauth_signature"))
	return http.DefaultTransport.RoundTrip(r)
}

func TestRepeats(t *testing.T) {
	get := func(c *Client, ctx context.Context) error { _, err := c.Job(ctx, "j1"); return err }
	run := func(c *Client, ctx context.Context) error { _, err := c.Run(ctx, "j1", RunOptions{}); return err }
	cancel := func(c *Client, ctx context.Context) error { return c.Cancel(ctx, "j1") }
	publish := func(c *Client, ctx context.Context) error {
		_, err := c.Publish(ctx, Publication{FileName: "a.yxzp"}, strings.NewReader("x"), 1)
		return err
	}
	const hangUp = -1
	tests := []struct {
		name  string
		call  func(*Client, context.Context) error
		first int // status of the first answers
		times int // how many there are
		want  int // requests that arrive
		fails bool
	}{
		{"GET after 503", get, 503, 2, 3, false},
		{"GET after 429", get, 429, 1, 2, false},
		{"GET after a broken connection", get, hangUp, 1, 2, false},
		{"GET gives up", get, 502, 9, 4, true},
		{"GET is not repeated after 500", get, 500, 1, 1, true},
		{"GET is not repeated after 401", get, 401, 1, 1, true},
		{"POST job after 503 may have run", run, 503, 1, 1, true},
		{"POST job after a broken connection may have run", run, hangUp, 1, 1, true},
		{"POST job after 429 has not", run, 429, 1, 2, false},
		{"DELETE after a broken connection", cancel, hangUp, 1, 1, true},
		{"upload after 429 has no body left", publish, 429, 1, 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var requests atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				switch n := int(requests.Add(1)); {
				case n > tt.times:
					io.WriteString(w, `{"id":"j1"}`)
				case tt.first == hangUp:
					panic(http.ErrAbortHandler)
				default:
					w.WriteHeader(tt.first)
				}
			}))
			defer srv.Close()
			signer := &stamping{}
			c, err := New(srv.URL, &http.Client{Transport: signer})
			if err != nil {
				t.Fatal(err)
			}
			c.RetryWait = time.Nanosecond
			err = tt.call(c, background(t))
			if (err != nil) != tt.fails {
				t.Errorf("err = %v", err)
			}
			if n := int(requests.Load()); n != tt.want {
				t.Errorf("%d requests arrived, want %d", n, tt.want)
			}
			for i, sig := range signer.seen {
				for _, other := range signer.seen[:i] {
					if sig == other {
						t.Errorf("signature %s was sent twice", sig)
					}
				}
			}
		})
	}
}

func TestRunIsRepeatedWhenNoConnectionWasMade(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	dead := srv.URL
	srv.Close()
	signer := &stamping{}
	c, err := New(dead, &http.Client{Transport: signer})
	if err != nil {
		t.Fatal(err)
	}
	c.RetryWait = time.Nanosecond
	_, err = c.Run(background(t), "w1", RunOptions{})
	var re *RequestError
	if !errors.As(err, &re) || re.Method != "POST" || re.Path != "/gallery/api/v1/workflows/w1/jobs/" {
		t.Errorf("err = %#v", err)
	}
	if signer.n != 4 {
		t.Errorf("%d attempts, want 4", signer.n)
	}
	if strings.Contains(err.Error(), "SIG") {
		t.Errorf("the error holds a signature: %v", err)
	}
}

func TestErrorShapes(t *testing.T) {
	tests := []struct {
		name, body, want string
		status           int
		is               error
	}{
		{
			"OAuth 1 era", `{"data":null,"exceptionName":"UnauthorizedException","innerExceptionMessage":"","message":"The provided signature(oauth_signature) is invalid."}`,
			"GET /gallery/api/v1/jobs/j1/: 401 Unauthorized: UnauthorizedException: The provided signature(oauth_signature) is invalid.", 401, ErrUnauthorized,
		},
		{"with a BOM", "\uFEFF" + `{"message":"m"}`, "GET /gallery/api/v1/jobs/j1/: 404 Not Found: m", 404, ErrNotFound},
		{"OAuth 2 era", `{"message":"The request is invalid.","modelState":{"b":["x","y"],"a":["z"]}}`, "GET /gallery/api/v1/jobs/j1/: 400 Bad Request: The request is invalid. (a: z; b: x, y)", 400, nil},
		{"bare string", `"not you"`, "GET /gallery/api/v1/jobs/j1/: 403 Forbidden: not you", 403, ErrUnauthorized},
		{"token endpoint", `{"error":"invalid_client","error_description":"no such key"}`, "GET /gallery/api/v1/jobs/j1/: 400 Bad Request: invalid_client: no such key", 400, nil},
		{"proxy's page", `<html>/x?oauth_signature=abc%3D was not found</html>`, "GET /gallery/api/v1/jobs/j1/: 404 Not Found", 404, ErrNotFound},
		{"empty", ``, "GET /gallery/api/v1/jobs/j1/: 500 Internal Server Error", 500, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, mux := setup(t, "/gallery/api")
			mux.HandleFunc("/v1/jobs/j1/{$}", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Kickoff-Base-String", "GET&x&y")
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			})
			_, err := c.Job(background(t), "j1")
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("err = %#v", err)
			}
			if err.Error() != tt.want {
				t.Errorf("err = %s\nwant  %s", err, tt.want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("err is not %v", tt.is)
			}
			if e.BaseString != "GET&x&y" {
				t.Errorf("BaseString = %q", e.BaseString)
			}
			if strings.Contains(string(e.Body), "abc") {
				t.Errorf("Body holds a signature: %s", e.Body)
			}
		})
	}
}

func TestRedirectIsAnErrorNotFollowed(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	mux.HandleFunc("/v1/jobs/j1/{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://elsewhere.example/gallery/?oauth_signature=abc", http.StatusFound)
	})
	_, err := c.Job(background(t), "j1")
	if !errors.Is(err, ErrRedirected) || !strings.HasSuffix(err.Error(), "redirected to https://elsewhere.example/gallery/") {
		t.Errorf("err = %v", err)
	}
}

func TestAnswerThatIsNotJSON(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	mux.HandleFunc("/v1/jobs/j1/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<!doctype html>")
	})
	_, err := c.Job(background(t), "j1")
	if !errors.Is(err, ErrNotJSON) || !strings.Contains(err.Error(), "text/html") {
		t.Errorf("err = %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "soon": 0,
		"Fri, 02 Jan 2026 03:04:35 GMT": 30 * time.Second,
		"Fri, 02 Jan 2026 03:04:00 GMT": 0,
	} {
		if got := retryAfter(in, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", in, got, want)
		}
	}
}
