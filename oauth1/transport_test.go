package oauth1_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kickoff/oauth1"
)

var testCredentials = oauth1.Credentials{ConsumerKey: "8D1C5E0F", ConsumerSecret: "s3cr3t of a test"}

// gallery is a server that answers 200 with the body it was sent to requests
// that verify, and 401 with the reason to others.
func gallery(t *testing.T) *httptest.Server {
	t.Helper()
	key := oauth1.NewKey(testCredentials)
	seen := map[oauth1.Nonce]bool{}
	v, err := oauth1.NewVerifier(oauth1.VerifierConfig{
		Strict: true,
		Keys: oauth1.KeyFunc(func(_ context.Context, consumerKey, _ string) (*oauth1.Key, error) {
			if consumerKey != testCredentials.ConsumerKey {
				return nil, oauth1.ErrUnknownKey
			}
			return key, nil
		}),
		Nonces: nonceFunc(func(n oauth1.Nonce) error {
			if seen[n] {
				return oauth1.ErrNonceUsed
			}
			seen[n] = true
			return nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := oauth1.FromHTTP(r, "http", r.Host, 1<<16)
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		if verdict := v.Verify(r.Context(), &req); !verdict.OK() {
			http.Error(w, verdict.String(), http.StatusUnauthorized)
			return
		}
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/landed/?q=1", http.StatusTemporaryRedirect)
			return
		}
		io.Copy(w, r.Body)
	}))
	t.Cleanup(srv.Close)
	return srv
}

type nonceFunc func(oauth1.Nonce) error

func (f nonceFunc) Use(_ context.Context, n oauth1.Nonce) error { return f(n) }

func TestTransport(t *testing.T) {
	srv := gallery(t)
	tests := []struct {
		name, method, target, contentType, body string
	}{
		{"root", "GET", "", "", ""},
		{"plain", "GET", "/gallery/api/v1/workflows/subscription/", "", ""},
		{"no slash", "GET", "/webapi//v1/jobs", "", ""},
		{"query", "GET", "/x/?limit=2&limit=10&search=&flag&a%5B%5D=z&q=a+b%20c", "", ""},
		{"semicolon", "GET", "/x/?a=1;b=2&c=3", "", ""},
		{"escaped path", "GET", "/jobs/a%20b/output/c%2Fd/%e4", "", ""},
		{"json", "POST", "/x/", "application/json", `{"questions":[]}`},
		{"form", "POST", "/x/?a=1", "application/x-www-form-urlencoded; charset=utf-8", "b=2+3&a=%C3%A9&c="},
		{"delete", "DELETE", "/x/1", "", ""},
		{"redirect", "GET", "/moved", "", ""},
	}
	for _, placement := range []oauth1.Placement{oauth1.InQuery, oauth1.InHeader} {
		client := &http.Client{Transport: &oauth1.Transport{Signer: oauth1.NewSigner(testCredentials), Placement: placement}}
		for _, tt := range tests {
			req, err := http.NewRequest(tt.method, srv.URL+tt.target, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if tt.contentType != "" {
				req.Header.Set("Content-Type", tt.contentType)
			}
			before := req.URL.String()
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != 200 || string(body) != tt.body {
				t.Errorf("%s, placement %d: %d %q", tt.name, placement, resp.StatusCode, body)
			}
			if req.URL.String() != before || req.Header.Get("Authorization") != "" {
				t.Errorf("%s, placement %d: the caller's request was changed", tt.name, placement)
			}
		}
	}
}

func TestTransportErrorKeepsSignatureOut(t *testing.T) {
	client := &http.Client{Transport: &oauth1.Transport{Signer: oauth1.NewSigner(testCredentials)}}
	_, err := client.Get("http://example.com/?oauth_signature=already")
	if err == nil || !strings.Contains(err.Error(), "holds oauth parameters already") {
		t.Fatalf("signed twice: %v", err)
	}
	body := &closeRecorder{Reader: strings.NewReader("a=%")}
	req, _ := http.NewRequest("POST", "http://example.com/", body)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err = client.Do(req); err == nil || !strings.Contains(err.Error(), "hexadecimal") {
		t.Errorf("malformed form: %v", err)
	}
	if !body.closed {
		t.Error("body stays open after an error")
	}
}

type closeRecorder struct {
	io.Reader
	closed bool
}

func (c *closeRecorder) Close() error { c.closed = true; return nil }

func TestFromHTTPLimitsForm(t *testing.T) {
	for _, length := range []int64{11, -1} {
		r := httptest.NewRequest("POST", "/", strings.NewReader("a=123456789"))
		r.ContentLength = length
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if _, err := oauth1.FromHTTP(r, "http", "h", 10); !errors.Is(err, oauth1.ErrFormTooLarge) {
			t.Errorf("length %d: %v", length, err)
		}
	}
}

// TestTransportSignsEachAttempt sends one request twice: the nonce differs.
func TestTransportSignsEachAttempt(t *testing.T) {
	srv := gallery(t)
	client := &http.Client{Transport: &oauth1.Transport{Signer: oauth1.NewSigner(testCredentials)}}
	req, err := http.NewRequest("GET", srv.URL+"/x/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("status %s", resp.Status)
		}
	}
}

// TestTransportFollowsServerClock has a client whose clock is two hours late.
func TestTransportFollowsServerClock(t *testing.T) {
	srv := gallery(t)
	for _, follow := range []bool{false, true} {
		late := &oauth1.Clock{}
		late.Follow(&http.Response{Header: http.Header{"Date": {time.Now().Add(-2 * time.Hour).UTC().Format(http.TimeFormat)}}})
		signer := oauth1.NewSigner(testCredentials)
		signer.Now = late.Now
		transport := &oauth1.Transport{Signer: signer}
		if follow {
			transport.Clock = late
		}
		client := &http.Client{Transport: transport}
		for _, body := range []string{"", `{"questions":[]}`} {
			resp, err := client.Post(srv.URL+"/x/", "application/json", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			got, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if follow && (resp.StatusCode != 200 || string(got) != body) || !follow && !strings.Contains(string(got), string(oauth1.StaleTimestamp)) {
				t.Errorf("follow %t, body %q: %s %s", follow, body, resp.Status, got)
			}
			late.Follow(&http.Response{Header: http.Header{"Date": {time.Now().Add(-2 * time.Hour).UTC().Format(http.TimeFormat)}}})
		}
	}
}
