package profile

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// issuer gives tokens t1, t2, … and accepts the last one only.
type issuer struct {
	issued int
	seen   []string
}

func (s *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/webapi/oauth2/token" {
		key, secret, _ := r.BasicAuth()
		if key != "K1" || secret != "s3cret" || r.FormValue("grant_type") != "client_credentials" {
			w.WriteHeader(400)
			io.WriteString(w, `{"error":"invalid_client"}`)
			return
		}
		s.issued++
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"t%d","token_type":"bearer","expires_in":3600}`, s.issued)
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.seen = append(s.seen, r.Method+" "+r.Header.Get("Authorization")+" "+string(body))
	if r.Header.Get("Authorization") != fmt.Sprintf("Bearer t%d", s.issued) {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func connect(t *testing.T, s *issuer, secret string) (*http.Client, string) {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	c := Connection{Profile{URL: srv.URL + "/webapi", Auth: OAuth2, Key: "K1"}, secret}
	return &http.Client{Transport: c.Transport(nil)}, c.URL + "/v1/jobs/j/"
}

func TestTokenIsKeptAndReplacedWhenRefused(t *testing.T) {
	s := &issuer{}
	hc, url := connect(t, s, "s3cret")
	for range 3 {
		resp, err := hc.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if s.issued != 1 {
		t.Errorf("%d tokens for three requests", s.issued)
	}
	s.issued++ // the server forgets t1
	resp, err := hc.Post(url, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := s.seen[len(s.seen)-1]; resp.StatusCode != 200 || got != "POST Bearer t3 {}" {
		t.Errorf("%d after %s", resp.StatusCode, got)
	}
	// A body that can be read once is not sent again, but the next request works.
	s.issued++
	resp, err = hc.Post(url, "application/json", io.MultiReader(strings.NewReader("{}")))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 401 {
		t.Errorf("status %d", resp.StatusCode)
	}
	resp, err = hc.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestNoToken(t *testing.T) {
	hc, url := connect(t, &issuer{}, "wr0ng")
	_, err := hc.Get(url)
	if err == nil || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), "wr0ng") {
		t.Errorf("err = %v", err)
	}
}

func TestTokenRequestEndsWithItsContext(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer srv.Close()
	defer close(release)
	c := Connection{Profile{URL: srv.URL + "/webapi", Auth: OAuth2, Key: "K1"}, "s"}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", c.URL+"/x", nil)
	start := time.Now()
	if _, err := c.Transport(nil).RoundTrip(req); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("err = %v after %v", err, time.Since(start))
	}
}

// The secret travels in the token request only, never to where it is redirected.
func TestTokenRequestFollowsNoRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("was followed") }))
	defer elsewhere.Close()
	srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer srv.Close()
	c := Connection{Profile{URL: srv.URL + "/webapi", Auth: OAuth2, Key: "K1"}, "s"}
	hc := &http.Client{Transport: c.Transport(nil)}
	if _, err := hc.Get(c.URL + "/x"); err == nil {
		t.Error("no error")
	}
}
