package format

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

func fetch(t *testing.T, d Downloader, at string, header http.Header) (*Response, error) {
	t.Helper()
	if d.MaxBytes == 0 {
		d.MaxBytes = 1 << 10
	}
	if d.Timeout == 0 {
		d.Timeout = 10 * time.Second
	}
	r, err := http.NewRequest(http.MethodGet, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header[k] = v
	}
	return d.Do(context.Background(), d.Client(), r)
}

func TestDownload(t *testing.T) {
	var seen http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = r.Header }))
	defer other.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/name":
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/large":
			io.WriteString(w, strings.Repeat("x", 2000))
		case "/slow":
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Second):
			}
		default:
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "short and stout")
		}
	}))
	defer s.Close()
	home := Downloader{Allow: []string{"127.0.0.1"}, Private: true}

	res, err := fetch(t, home, s.URL, nil)
	if err != nil || string(res.Body) != "short and stout" || !strings.HasPrefix(res.Header, "HTTP/1.1 418 I'm a teapot\r\n") {
		t.Fatalf("%v %v", res, err)
	}
	if _, err := fetch(t, home, s.URL+"/away", http.Header{"X-Key": {"secret"}, "User-Agent": {"me"}}); err != nil || seen.Get("X-Key") != "" || seen.Get("User-Agent") != "me" {
		t.Errorf("redirect to another host: %v, the key %q was told", err, seen.Get("X-Key"))
	}
	local := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		name, url string
		d         Downloader
		refused   bool
		want      string
	}{
		{"nothing allowed", s.URL, Downloader{Private: true}, true, "not among"},
		{"private address", s.URL, Downloader{Allow: []string{"*"}}, true, "not one of the public"},
		// The name is allowed, and resolves to a private address when it is dialled.
		{"private name", local, Downloader{Allow: []string{"LOCALHOST."}}, true, "not one of the public"},
		{"redirect to another name", s.URL + "/name", home, true, "elsewhere.invalid is not among"},
		{"redirect to a file", s.URL + "/file", home, true, "http"},
		{"scheme", "ftp://127.0.0.1/x", home, true, "http"},
		{"no host", "http:///x", home, true, "no host"},
		{"loop", s.URL + "/loop", home, false, "redirects"},
		{"large", s.URL + "/large?key=secret", home, false, "too large"},
		{"slow", s.URL + "/slow?key=secret", Downloader{Allow: home.Allow, Private: true, Timeout: 100 * time.Millisecond}, false, "exceeded"},
	} {
		_, err := fetch(t, c.d, c.url, nil)
		var refused *RefusedError
		if err == nil || errors.As(err, &refused) != c.refused || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := fetch(t, home, s.URL+"/large", nil); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestIsPublic(t *testing.T) {
	for a, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fd00::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:8.8.8.8": true,
		"::127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:0:7f00:1::": false,
	} {
		if got := IsPublic(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
}

func TestDownloadErrorHidesURL(t *testing.T) {
	u, _ := url.Parse("https://h.example/p?key=secret")
	if err := withoutURL(u, &url.Error{Op: "Get", URL: u.String(), Err: io.EOF}); err.Error() != "h.example: EOF" {
		t.Error(err)
	}
}
