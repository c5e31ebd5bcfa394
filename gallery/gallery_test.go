package gallery

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// setup starts a server under a prefix, so that a path that forgets the base
// fails, and a client of it that does not wait between repeats.
func setup(t *testing.T, base string) (*Client, *http.ServeMux) {
	t.Helper()
	mux := http.NewServeMux()
	root := http.NewServeMux()
	root.Handle(base+"/", http.StripPrefix(base, mux))
	root.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("request outside the base: %s", r.URL.Path)
		http.NotFound(w, r)
	})
	srv := httptest.NewServer(root)
	t.Cleanup(srv.Close)
	c, err := New(srv.URL+base, srv.Client())
	if err != nil {
		t.Fatal(err)
	}
	c.RetryWait = time.Nanosecond
	return c, mux
}

// answer serves body for one method and path, and checks the method.
func answer(t *testing.T, mux *http.ServeMux, method, path, body string) {
	t.Helper()
	if strings.HasSuffix(path, "/") {
		path += "{$}"
	}
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			t.Errorf("%s: method %s, want %s", path, r.Method, method)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(body))
	})
}

func background(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}
