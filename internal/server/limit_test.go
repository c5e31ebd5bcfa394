package server

import (
	"crypto/tls"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"kickoff/internal/config"
)

// limitStore makes SQLite behave as on a full disk, or with room again: the
// limit on pages holds per connection, so the writer's own is needed.
func limitStore(t *testing.T, g *testGallery, full bool) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(g.dir, "gallery.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var pages int
	if err := db.QueryRow("pragma page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	most := 1 << 30
	if full {
		most = pages + 8
	}
	if err := g.store.LimitPages(t.Context(), most); err != nil {
		t.Fatal(err)
	}
}

func TestLimiter(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLimiter(3, time.Second, func() time.Time { return now })
	for range 3 {
		if _, over := l.over("a"); over {
			t.Fatal("over too early")
		}
		l.failed("a")
	}
	if wait, over := l.over("a"); !over || wait != time.Second {
		t.Errorf("after three: %v, %v", wait, over)
	}
	if _, over := l.over("b"); over {
		t.Error("another name is over")
	}
	now = now.Add(1500 * time.Millisecond)
	if _, over := l.over("a"); over {
		t.Error("still over after a refill")
	}
	l.failed("a")
	if wait, over := l.over("a"); !over || wait != 500*time.Millisecond {
		t.Errorf("after the refilled one: %v, %v", wait, over)
	}
	// Memory is bounded, and names beyond it are limited together.
	now = now.Add(time.Hour)
	for i := range maxNames + 100 {
		l.failed(strconv.Itoa(i))
	}
	if len(l.buckets) > maxNames {
		t.Errorf("%d names are kept", len(l.buckets))
	}
	if _, over := l.over("a new one"); !over {
		t.Error("names beyond the bound are not limited")
	}
	l.lenient = true
	if _, over := l.over("a new one"); over {
		t.Error("a lenient limiter locks out whom it does not know")
	}
	now = now.Add(time.Hour)
	l.failed("x")
	if len(l.buckets) > 1 {
		t.Errorf("%d names are kept after all buckets were full again", len(l.buckets))
	}
	l.failed(strings.Repeat("x", 1<<20))
	for name := range l.buckets {
		if len(name) > maxName {
			t.Errorf("a name of %d bytes is kept", len(name))
		}
	}
}

func TestAddresses(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		name   string
		a      addresses
		peer   string
		tls    bool
		header map[string]string
		want   [3]string
	}{
		{"plain", addresses{}, "192.0.2.1:5", false, nil, [3]string{"http", "seen:8080", "192.0.2.1"}},
		{"TLS", addresses{}, "192.0.2.1:5", true, nil, [3]string{"https", "seen:8080", "192.0.2.1"}},
		{"a stranger's headers", addresses{proxies: proxies}, "192.0.2.1:5", false,
			map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil", "X-Forwarded-For": "1.1.1.1"}, [3]string{"http", "seen:8080", "192.0.2.1"}},
		{"a proxy's headers", addresses{proxies: proxies}, "10.1.1.1:5", false,
			map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "g.example.com", "X-Forwarded-For": "6.6.6.6, 192.0.2.9, 10.2.2.2"}, [3]string{"https", "g.example.com", "192.0.2.9"}},
		{"port apart", addresses{proxies: proxies}, "[::1]:5", false,
			map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "g.example.com", "X-Forwarded-Port": "8443"}, [3]string{"https", "g.example.com:8443", "::1"}},
		{"odd headers", addresses{proxies: proxies}, "10.1.1.1:5", false,
			map[string]string{"X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "a/b", "X-Forwarded-For": "unknown"}, [3]string{"http", "seen:8080", "10.1.1.1"}},
		{"configured", addresses{scheme: "https", host: "public", proxies: proxies}, "10.1.1.1:5", false,
			map[string]string{"X-Forwarded-Proto": "http", "X-Forwarded-Host": "other", "X-Forwarded-For": "192.0.2.9"}, [3]string{"https", "public", "192.0.2.9"}},
		{"mapped address", addresses{}, "[::ffff:192.0.2.1]:5", false, nil, [3]string{"http", "seen:8080", "192.0.2.1"}},
	} {
		r := httptest.NewRequest("GET", "/x", nil)
		r.Host, r.RemoteAddr = "seen:8080", c.peer
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		scheme, host, client := c.a.of(r)
		if got := [3]string{scheme, host, client.String()}; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	for in, want := range map[string]string{"192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64"} {
		if got := limitKey(netip.MustParseAddr(in)); got != want {
			t.Errorf("limitKey(%s) = %s, want %s", in, got, want)
		}
	}
}

// TestPublicURL: behind a proxy the signature covers the public address, and
// nothing else is tried.
func TestPublicURL(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.PublicURL = "https://gallery.example.com/gallery/" })
	if a := g.call(g.admin, "GET", list, ""); a.status != http.StatusUnauthorized {
		t.Errorf("signed for the address behind the proxy: %d %s", a.status, a.body)
	}
	g.server.addresses.host = g.http.Listener.Addr().String()
	g.server.addresses.scheme = "http"
	if a := g.call(g.admin, "GET", list, ""); a.status != http.StatusOK {
		t.Errorf("signed for the public address: %d %s", a.status, a.body)
	}
}
