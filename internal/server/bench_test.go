package server

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kickoff/internal/config"
	"kickoff/internal/secret"
	"kickoff/internal/store"
	"kickoff/oauth1"
)

// BenchmarkSignedList compares signed lists over HTTP with the same handler
// without authentication, in interleaved rounds of one run, and reports the
// requests per second of both and the median of their ratios (aim: ≥ 0.9).
func BenchmarkSignedList(b *testing.B) {
	g := benchGallery(b)
	u := strings.TrimPrefix(g.http.URL, "http://")
	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{w: &responseWriter{ResponseWriter: w}, r: r}
		scheme, host, client := g.server.addresses.of(r)
		c.scheme, c.host, c.client = scheme, host, limitKey(client)
		var segments []string
		c.base, segments = splitPath(r.URL.EscapedPath())
		cors(c)
		route, params, _ := match(g.server.routes, r.Method, segments)
		c.params, c.query = params, parseQuery(r.URL.RawQuery)
		c.who = g.server.directory.current.Load().keys[g.admin.Consumer].caller
		if err := route.handle(g.server, c); err != nil {
			g.server.fail(c, err)
		}
	}))
	defer open.Close()
	s := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: g.admin.Consumer, ConsumerSecret: g.admin.Secret})
	const n = 200
	targets := make([]string, n)
	round := func(base string, sign bool) time.Duration {
		for i := range targets {
			targets[i] = list + "?limit=10"
			if sign { // beforehand: the client's work is not measured
				targets[i] = list + "?" + must(s.Sign(oauth1.Request{Method: "GET", Scheme: "http", Host: u, Path: list, Query: "limit=10"})).Query
			}
		}
		began := time.Now()
		for _, t := range targets {
			if a := getStatus(base + t); a != http.StatusOK {
				b.Fatalf("%d", a)
			}
		}
		return time.Since(began)
	}
	round(g.http.URL, true)
	round(open.URL, false)
	var ratios []float64
	var signed, plain time.Duration
	rounds := 0
	for b.Loop() {
		a, o := round(g.http.URL, true), round(open.URL, false)
		signed, plain = signed+a, plain+o
		ratios = append(ratios, float64(o)/float64(a))
		rounds++
	}
	slices.Sort(ratios)
	b.ReportMetric(float64(n*rounds)/signed.Seconds(), "signed/s")
	b.ReportMetric(float64(n*rounds)/plain.Seconds(), "open/s")
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
}

func benchGallery(b *testing.B) *testGallery {
	g := &testGallery{dir: b.TempDir(), cfg: config.Default(), log: new(lockedBuffer)}
	g.box = must(secret.NewBox(make([]byte, secret.KeySize)))
	g.realTime = true
	g.open()
	g.server.log = slog.New(slog.DiscardHandler)
	b.Cleanup(g.close)
	g.admin = must(g.accounts().Init(b.Context(), "Finance", "ada@example.com"))
	for i := range 10 {
		name := fmt.Sprintf("Workflow %d", i)
		u := must(g.store.Users(b.Context()))[0]
		must(g.store.Publish(b.Context(),
			store.Workflow{ID: store.NewID(), StudioID: u.StudioID, OwnerID: u.ID, Name: name, CreatedAt: time.Now()},
			store.Version{ID: store.NewID(), AuthorID: u.ID, FileName: name + ".yxwz", Meta: store.MetaInfo{Name: name}, UploadedAt: time.Now()}))
	}
	return g
}

func getStatus(address string) int {
	resp, err := http.Get(address)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
