package server

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestPaths(t *testing.T) {
	g := newTestGallery(t, nil)
	app := string(g.publishApp())
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/gallery/api/v1/workflows/subscription/", 200},
		{"GET", "/gallery/api/v1/workflows/subscription", 200},
		{"GET", "/api/v1/workflows/subscription/", 200},
		{"GET", "/webapi/v1/workflows/subscription", 200},
		{"GET", "/webapi//v1/workflows/subscription", 200},
		{"GET", "//gallery//api///v1/workflows//subscription//", 200},
		{"GET", "/Gallery/API/V1/Workflows/SUBSCRIPTION/", 200},
		{"GET", "/gallery/api/v1/%77orkflows/subscription/", 200},
		{"GET", "/gallery/api/v1/workflows/" + app + "/questions", 200},
		{"GET", "/gallery/api/v1/workflows/" + strings.ToUpper(app) + "/questions/", 200},
		{"GET", "/gallery/api/v1/" + app + "/package/", 200},
		{"GET", "/gallery/api/v1/workflows/" + app + "/package", 200},
		{"GET", "/gallery/api/admin/v1/" + app + "/package/", 200},
		{"GET", "/gallery/api/Admin/V1/workflows/", 200},
		{"HEAD", "/gallery/api/v1/workflows/subscription/", 200},
		{"GET", "/gallery/api/v1/jobs/0123456789abcdef01234567/", 404},
		{"GET", "/gallery/api/v1/jobs/package/", 400}, // a job called "package", not the package of "jobs"
		{"GET", "/gallery/api/v1/workflows/xyz/questions/", 400},
		{"GET", "/gallery/api/v1/workflows/..%2f..%2fetc/questions/", 400},
		{"GET", "/gallery/api/v1/workflows/%00%ff/questions/", 400},
		{"GET", "/gallery/api/v1/workflows/" + strings.Repeat("a", 5000) + "/questions/", 400},
		{"GET", "/gallery/api/v1/nothing/", 404},
		{"GET", "/gallery/api/", 404},
		{"GET", "/gallery/v1/workflows/subscription/", 404},
		{"GET", "/", 404},
		{"DELETE", "/gallery/api/v1/workflows/subscription/", 405},
		{"POST", "/gallery/api/v1/workflows/" + app + "/jobs", 200}, // and not redirected
		{"POST", "/webapi//v1/workflows/" + app + "/jobs", 200},
	} {
		a := g.call(g.admin, c.method, c.path, "")
		if a.status != c.status {
			t.Errorf("%s %.80s: %d %.200s, want %d", c.method, c.path, a.status, a.body, c.status)
		}
		if c.method != "HEAD" && a.status >= 400 && !strings.Contains(a.body, `"message":"`) {
			t.Errorf("%s %.80s: error without a message: %s", c.method, c.path, a.body)
		}
	}
	if a := g.call(g.admin, "DELETE", "/api/v1/workflows/subscription/", ""); a.header.Get("Allow") != "GET" {
		t.Errorf("Allow: %q", a.header.Get("Allow"))
	}
	if a := g.send("OPTIONS", "/gallery/api/v1/workflows/subscription/", nil); a.status != 200 || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("OPTIONS: %d %v", a.status, a.header)
	}
	if a := g.send("GET", "/healthz", nil); a.status != 200 || a.body != "ok\n" {
		t.Errorf("healthz: %d %q", a.status, a.body)
	}
}

// TestRoutes checks that the table itself is sound.
func TestRoutes(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range routes() {
		if name := r.method + " " + r.path; seen[name] {
			t.Errorf("%s stands twice", name)
		} else {
			seen[name] = true
		}
		if r.handle == nil || slices.Contains(r.pattern, "") {
			t.Errorf("%s %s is malformed", r.method, r.path)
		}
		if strings.HasPrefix(r.path, "admin/") && r.role < 3 {
			t.Errorf("%s %s is not for curators", r.method, r.path)
		}
		if r.method != http.MethodGet && r.role < 1 {
			t.Errorf("%s %s changes something and is for viewers", r.method, r.path)
		}
	}
}
