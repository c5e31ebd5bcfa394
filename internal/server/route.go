package server

import (
	"net/http"
	"slices"
	"strings"

	"kickoff/internal/store"
)

// route is one operation. Literal segments of its path match in any case; a
// segment in braces matches anything and is handed to the handler.
//
// http.ServeMux is not used: it redirects doubled slashes and missing ones,
// which breaks signed requests and drops the bodies of POSTs, it minds case,
// and it refuses v1/{appId}/package beside v1/jobs/{jobId}.
type route struct {
	method  string
	path    string
	role    store.Role // needed to call it
	limit   bodyLimit
	handle  func(s *Server, c *call) error
	pattern []string
}

// bodyLimit says which of the settings limits the body.
type bodyLimit int

const (
	smallBody  bodyLimit = iota // MaxBody
	uploadBody                  // MaxUpload, and the form around it
)

// routes are all operations below a base, each with the section of the API
// reference that describes it. Where several match, the one with the earlier
// literal segment wins, as v1/jobs/{jobId} does over v1/{appId}/package.
func routes() []route {
	list := []route{
		// Subscription API v1 (section 3).
		{method: "GET", path: "v1/workflows/subscription", role: store.Viewer, handle: (*Server).listWorkflows},
		{method: "GET", path: "v1/workflows/{workflow}/questions", role: store.Viewer, handle: (*Server).listQuestions},
		{method: "GET", path: "v1/workflows/{workflow}/jobs", role: store.Viewer, handle: (*Server).listJobs},
		{method: "POST", path: "v1/workflows/{workflow}/jobs", role: store.Member, handle: (*Server).enqueueJob},
		{method: "GET", path: "v1/jobs/{job}", role: store.Viewer, handle: (*Server).getJob},
		{method: "GET", path: "v1/jobs/{job}/output/{output}", role: store.Viewer, handle: (*Server).getOutput},
		{method: "GET", path: "v1/workflows/{workflow}/package", role: store.Viewer, handle: (*Server).getPackage},
		{method: "GET", path: "v1/{workflow}/package", role: store.Viewer, handle: (*Server).getPackage},

		// Admin API v1 (section 5).
		{method: "GET", path: "admin/v1/workflows", role: store.Curator, handle: (*Server).adminListWorkflows},
		{method: "POST", path: "admin/v1/workflows", role: store.Curator, limit: uploadBody, handle: (*Server).publish},
		{method: "GET", path: "admin/v1/{workflow}/package", role: store.Curator, handle: (*Server).getPackage},

		// V3 (section 7.4): cancel.
		{method: "DELETE", path: "v3/jobs/{job}", role: store.Member, handle: (*Server).cancelJob},

		// Our own, for the commands `kickoff user` and `kickoff key`.
		{method: "GET", path: "kickoff/v1/users", role: store.Curator, handle: (*Server).listUsers},
		{method: "POST", path: "kickoff/v1/users", role: store.Curator, handle: (*Server).createUser},
		{method: "GET", path: "kickoff/v1/keys", role: store.Curator, handle: (*Server).listKeys},
		{method: "POST", path: "kickoff/v1/keys", role: store.Curator, handle: (*Server).createKey},
		{method: "DELETE", path: "kickoff/v1/keys/{key}", role: store.Curator, handle: (*Server).revokeKey},
	}
	for i := range list {
		list[i].pattern = strings.Split(list[i].path, "/")
	}
	return list
}

// match finds the route of a path. When only other methods have the path,
// allowed lists them.
func match(list []route, method string, segments []string) (found *route, params map[string]string, allowed []string) {
	if method == http.MethodHead {
		method = http.MethodGet // net/http drops the body
	}
	for i := range list {
		r := &list[i]
		p, ok := r.match(segments)
		if !ok {
			continue
		}
		if r.method != method {
			if !slices.Contains(allowed, r.method) {
				allowed = append(allowed, r.method)
			}
			continue
		}
		if found == nil || firstParam(r) > firstParam(found) {
			found, params = r, p
		}
	}
	return found, params, allowed
}

func (r *route) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(r.pattern) {
		return nil, false
	}
	var params map[string]string
	for i, p := range r.pattern {
		if p[0] == '{' {
			if params == nil {
				params = make(map[string]string, 2)
			}
			params[p[1:len(p)-1]] = segments[i]
		} else if !strings.EqualFold(p, segments[i]) {
			return nil, false
		}
	}
	return params, true
}

// firstParam is the index of the first segment in braces.
func firstParam(r *route) int {
	for i, p := range r.pattern {
		if p[0] == '{' {
			return i
		}
	}
	return len(r.pattern)
}
