package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kickoff/internal/account"
	"kickoff/internal/config"
	"kickoff/oauth1"
)

// TestGracefulStop: an upload that is under way when the server is stopped
// comes to its end; new connections are refused.
func TestGracefulStop(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.Listen = "127.0.0.1:0" })
	ln := must(g.server.Listen(t.Context()))
	g.server.addresses.scheme, g.server.addresses.host = "http", ln.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.server.Serve(ctx, ln) }()

	body, typ := formOf("Sales.yxzp", pack("Sales.yxwz", appXML), "name", "Sales")
	pr, pw := io.Pipe()
	answered := make(chan int, 1)
	go func() {
		r := must(http.NewRequest("POST", "http://"+ln.Addr().String()+g.signFor(ln.Addr().String(), "POST", publishPath), pr))
		r.Header.Set("Content-Type", typ)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	io.WriteString(pw, body[:len(body)/2]) // returns when it is read by the transport
	time.Sleep(50 * time.Millisecond)
	stop()
	time.Sleep(50 * time.Millisecond)
	if _, err := http.Get("http://" + ln.Addr().String() + "/healthz"); err == nil {
		t.Error("a stopped server takes new connections")
	}
	io.WriteString(pw, body[len(body)/2:])
	pw.Close()
	if status := <-answered; status != 200 {
		t.Errorf("the upload got %d", status)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// signFor signs for a server that is not the test's own.
func (g *testGallery) signFor(host, method, path string) string {
	s := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: g.admin.Consumer, ConsumerSecret: g.admin.Secret})
	s.Now = g.clock
	return path + "?" + must(s.Sign(oauth1.Request{Method: method, Scheme: "http", Host: host, Path: path})).Query
}

func TestListenErrors(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.Listen = "127.0.0.1:0" })
	ln := must(g.server.Listen(t.Context()))
	defer ln.Close()
	for address, want := range map[string]string{ln.Addr().String(): "in use", "127.0.0.1:99999": "listen on", "203.0.113.7:80": "does not have"} {
		g.server.cfg.Listen = address
		if l, err := g.server.Listen(t.Context()); err == nil {
			l.Close()
			t.Errorf("%s: no error", address)
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// TestFlood: while one address sends wrong signatures as fast as it can, others
// are served.
func TestFlood(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.TrustedProxies = []string{"127.0.0.1"} })
	ctx, stop := context.WithCancel(t.Context())
	var sent atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			bad := account.Key{Consumer: g.admin.Consumer, Secret: "guess"}
			for ctx.Err() == nil {
				g.call(bad, "GET", list, "", "X-Forwarded-For", "192.0.2.66")
				sent.Add(1)
			}
		})
	}
	var worst time.Duration
	good := 0
	for end := time.Now().Add(20 * time.Second); (good < 50 || sent.Load() < 500) && time.Now().Before(end); good++ {
		began := time.Now()
		if a := g.call(g.admin, "GET", list, "", "X-Forwarded-For", "198.51.100.7"); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
		worst = max(worst, time.Since(began))
	}
	stop()
	wg.Wait()
	if sent.Load() < 500 {
		t.Errorf("only %d guesses were sent beside %d good requests", sent.Load(), good)
	}
	if worst > 2*time.Second {
		t.Errorf("a good request took %v beside %d guesses", worst, sent.Load())
	}
	if n := strings.Count(g.log.String(), "request refused"); n > 300 {
		t.Errorf("%d log lines", n)
	}
}

// TestPanic: a handler that panics is answered with 500, and the server goes on.
func TestPanic(t *testing.T) {
	g := newTestGallery(t, nil)
	g.server.routes = append(g.server.routes, route{
		method: "GET", path: "v1/panic", pattern: []string{"v1", "panic"}, handle: func(*Server, *call) error { panic("oops") },
	})
	if a := g.call(g.admin, "GET", "/gallery/api/v1/panic/", ""); a.status != 500 || strings.Contains(a.body, "oops") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if !strings.Contains(g.log.String(), "oops") {
		t.Error("the log does not say why")
	}
	if a := g.call(g.admin, "GET", list, ""); a.status != 200 {
		t.Errorf("afterwards: %d", a.status)
	}
}

// TestHalfAnswer: a blob that vanishes while it is sent cuts the connection, so
// that no client takes the half for the whole.
func TestHalfAnswer(t *testing.T) {
	g := newTestGallery(t, nil)
	g.server.routes = append(g.server.routes, route{
		method: "GET", path: "v1/half", pattern: []string{"v1", "half"}, handle: func(_ *Server, c *call) error {
			c.w.Write(bytes.Repeat([]byte("x"), 100))
			return fmt.Errorf("the rest is gone")
		},
	})
	r := must(http.NewRequest("GET", g.http.URL+g.sign(g.admin, "GET", "/gallery/api/v1/half/"), nil))
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return // cut before anything came
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("%d bytes came as a whole answer", len(b))
	}
}
