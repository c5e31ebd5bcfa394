package server

import (
	"strings"
	"testing"

	"kickoff/internal/store"
)

// FuzzJobRequest: any body gives a request whose parts make sense, or an error
// that says why.
func FuzzJobRequest(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `{"questions":[[]],"priority":"0"}`, `{"questions":[{"name":"Region","value":"East"}],"priority":2}`,
		`{"questions":{"Region":"East","Rows":7}}`, "\ufeff{}", `{"questions":[{"name":"a","value":["x",1,null]}]}`, `{"priority":"Default"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r, err := readJobRequest(strings.NewReader(body))
		if err != nil {
			if e, internal := toAPIError(err); internal || e.status != 400 || e.message == "" {
				t.Errorf("error %v", err)
			}
			return
		}
		if r.priority < store.Low || r.priority > store.Critical {
			t.Errorf("priority %d", r.priority)
		}
	})
}

// FuzzPath: no path makes the router fail, and a route it finds has ids.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"/gallery/api/v1/jobs/x/", "//webapi//v1//a/package", "/%zz/%2f", "/API/v1/workflows/subscription"} {
		f.Add("GET", s)
	}
	list := routes()
	f.Fuzz(func(t *testing.T, method, path string) {
		_, segments := splitPath(path)
		r, params, _ := match(list, method, segments)
		if r == nil {
			return
		}
		for name, v := range params {
			if v == "" {
				t.Errorf("%s: empty %s", path, name)
			}
		}
	})
}
