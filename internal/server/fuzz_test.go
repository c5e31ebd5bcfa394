package server

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kickoff/internal/blob"
	"kickoff/internal/config"
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

// FuzzPublishForm: no form makes the server fail or leaves a file behind.
func FuzzPublishForm(f *testing.F) {
	for _, file := range []string{pack("a.yxmd", plainXML), plainXML, "", "PK\x03\x04"} {
		body, typ := formOf("a.yxzp", file, "name", "x", "isPublic", "true")
		f.Add(typ, body)
		f.Add(typ, body[:len(body)*2/3])
	}
	f.Add("multipart/form-data; boundary=--alteryx", "----alteryx\r\n\r\n\r\n----alteryx--")
	dir := f.TempDir()
	s := &Server{blobs: must(blob.OpenDir(dir)), cfg: config.Default(), now: time.Now}
	s.cfg.MaxUpload = 1 << 20
	f.Fuzz(func(t *testing.T, typ, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", typ)
		form, err := s.readForm(&call{r: r})
		if err == nil && form.file != nil {
			_, err = s.newVersion(t.Context(), form, form.fields["name"])
		}
		if form != nil {
			form.discard()
		}
		if err != nil {
			if e, internal := toAPIError(err); internal || e.status < 400 || e.status >= 500 {
				t.Errorf("%d %v", e.status, err)
			}
		}
		if left := must(os.ReadDir(filepath.Join(dir, "tmp"))); len(left) != 0 {
			t.Errorf("%d files are left", len(left))
		}
	})
}
