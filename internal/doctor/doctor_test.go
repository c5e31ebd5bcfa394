package doctor

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/gallery"
)

const refusal = `{"data":null,"exceptionName":"UnauthorizedException","innerExceptionMessage":"","message":"The provided signature(oauth_signature) is invalid."}`

// speaks is a gallery of the given eras below /gallery/api and /webapi.
func speaks(oauth1, oauth2 bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case oauth1 && strings.HasPrefix(r.URL.Path, "/gallery/api/v1/"):
			w.WriteHeader(401)
			io.WriteString(w, "\uFEFF"+refusal)
		case oauth2 && r.URL.Path == "/webapi/oauth2/token":
			w.WriteHeader(400)
			io.WriteString(w, `{"error":"invalid_client"}`)
		case oauth2 && strings.HasPrefix(r.URL.Path, "/webapi/"):
			w.WriteHeader(401)
			io.WriteString(w, `{"message":"Authorization has been denied for this request."}`)
		default:
			w.WriteHeader(404)
			io.WriteString(w, "<html>nothing here</html>")
		}
	}
}

func examine(t *testing.T, p Patient, address string) (bool, map[string]Finding) {
	t.Helper()
	base, err := gallery.ParseBase(address)
	if err != nil {
		t.Fatal(err)
	}
	p.Base = base
	all := map[string]Finding{}
	well := Examine(t.Context(), p, func(f Finding) { all[f.Check] = f })
	if len(all) != len(checks) {
		t.Errorf("%d findings of %d checks", len(all), len(checks))
	}
	return well, all
}

func TestFindings(t *testing.T) {
	signed := func(p Patient) Patient {
		p.Auth, p.Key, p.Secret = "oauth1", "KEY", "s3cret"
		p.Try = func(context.Context) error { return nil }
		return p
	}
	refuse := func(e *gallery.Error) func(context.Context) error { return func(context.Context) error { return e } }
	at := func(d time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(d) } }
	tests := []struct {
		name    string
		handler http.HandlerFunc
		change  func(*Patient)
		path    string
		check   string
		want    Outcome
		text    string // regular expressions
		cure    string
	}{
		{"all well", speaks(true, false), func(*Patient) {}, "/gallery", "key", OK, "taken", "^$"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://new.example"+r.URL.Path, http.StatusMovedPermanently)
		}, func(*Patient) {}, "/gallery", "address", Fail, "redirects to https://new.example/gallery/api/v1", "kickoff login https://new.example/gallery/api$"},
		{
			"only OAuth 2", speaks(false, true),
			func(*Patient) {}, "/gallery", "api", Fail, "^not oauth1, but oauth2 at http://.*/webapi$", "kickoff login http://.*/webapi \\(servers from 2022.1",
		},
		{"no API", speaks(false, false), func(*Patient) {}, "/gallery", "api", Fail, "no gallery API here", "as far as /gallery"},
		{
			"gateway in trouble", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) },
			func(*Patient) {}, "/gallery", "address", Fail, "503 Service Unavailable", "in trouble",
		},
		{"clock a bit off", speaks(true, false), func(p *Patient) { p.Now = at(time.Minute) }, "/gallery", "clock", OK, "^this machine is (59|60|1m[01])s? ?.*ahead", ""},
		{"clock off", speaks(true, false), func(p *Patient) { p.Now = at(-10 * time.Minute) }, "/gallery", "clock", Fail, "behind the server, so timestamps", "time server"},
		{"clock nearly off", speaks(true, false), func(p *Patient) { p.Now = at(4 * time.Minute) }, "/gallery", "clock", Warn, "ahead", "time server"},
		{"blank in secret", speaks(true, false), func(p *Patient) { p.Secret = " s3cret" }, "/gallery", "secret", Fail, "blank before or after the secret", "login"},
		{"quotes", speaks(true, false), func(p *Patient) { p.Key = `"KEY"` }, "/gallery", "secret", Fail, "key stands in quotes", "login"},
		{"same twice", speaks(true, false), func(p *Patient) { p.Secret = p.Key }, "/gallery", "secret", Fail, "same text", "login"},
		{"signs to encode", speaks(true, false), func(p *Patient) { p.Secret = "a+b" }, "/gallery", "secret", Warn, "fail to encode", "new key"},
		{
			"wrong secret", speaks(true, false),
			func(p *Patient) {
				p.Try = refuse(&gallery.Error{Status: 401, Message: "The provided signature(oauth_signature) is invalid."})
			},
			"/gallery", "key", Fail, "is invalid", "do not belong together",
		},
		{
			"server behind a proxy", speaks(true, false),
			func(p *Patient) {
				p.Try = refuse(&gallery.Error{Status: 401, URL: "http://outer/gallery/api/v1/workflows/subscription/", BaseString: "GET&http%3A%2F%2Finner%3A8080%2Fgallery%2Fapi%2Fv1%2Fworkflows%2Fsubscription%2F&a%3Db"})
			},
			"/gallery", "key", Fail, "against http://inner:8080/gallery/api/v1/workflows/subscription/,", "--public-url",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(tt.handler)
			defer srv.Close()
			p := signed(Patient{})
			tt.change(&p)
			well, all := examine(t, p, srv.URL+tt.path)
			f := all[tt.check]
			if f.Outcome != tt.want || !regexp.MustCompile(tt.text).MatchString(f.Text) || !regexp.MustCompile(tt.cure).MatchString(f.Cure) {
				t.Errorf("%+v", f)
			}
			if well != (tt.want != Fail) {
				t.Errorf("well = %v", well)
			}
			for _, f := range all {
				if p.Secret != p.Key && strings.Contains(f.Text+f.Cure, "s3cret") {
					t.Errorf("the secret is in %+v", f)
				}
			}
		})
	}
}

func TestTLS(t *testing.T) {
	srv := httptest.NewTLSServer(speaks(true, false))
	defer srv.Close()
	_, all := examine(t, Patient{}, srv.URL+"/gallery")
	if f := all["tls"]; f.Outcome != Fail || !strings.Contains(f.Text, "signed by nobody this machine trusts") || all["key"].Outcome != Skipped {
		t.Errorf("%+v", f)
	}
	_, all = examine(t, Patient{Transport: srv.Client().Transport}, srv.URL+"/gallery")
	if f := all["tls"]; f.Outcome != OK || !strings.Contains(f.Text, "good until") {
		t.Errorf("%+v", f)
	}
	_, all = examine(t, Patient{Transport: srv.Client().Transport}, strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)+"/gallery")
	if f := all["tls"]; f.Outcome != Fail || !strings.Contains(f.Text, "for another host than localhost") || !strings.Contains(f.Cure, "example.com") {
		t.Errorf("%+v", f)
	}
	plain := httptest.NewServer(speaks(true, false))
	defer plain.Close()
	_, all = examine(t, Patient{}, strings.Replace(plain.URL, "http:", "https:", 1)+"/gallery")
	if f := all["tls"]; f.Outcome != Fail || !strings.Contains(f.Text, "does not speak TLS") {
		t.Errorf("%+v", f)
	}
}

func TestEras(t *testing.T) {
	for _, tt := range []struct {
		oauth1, oauth2 bool
		path           string
		want           []Era
	}{
		{true, true, "/gallery/api", []Era{{"oauth1", "/gallery/api"}, {"oauth2", "/webapi"}}},
		{true, true, "/webapi", []Era{{"oauth2", "/webapi"}, {"oauth1", "/gallery/api"}}},
		{false, true, "/gallery/api", []Era{{"oauth2", "/webapi"}}},
		{true, false, "/sub/folder/api", []Era{{"oauth1", "/gallery/api"}}},
		{false, false, "/gallery/api", nil},
	} {
		srv := httptest.NewServer(speaks(tt.oauth1, tt.oauth2))
		got, err := Eras(t.Context(), nil, srv.URL+tt.path)
		srv.Close()
		for i := range got {
			u, _ := url.Parse(got[i].URL)
			got[i].URL = u.Path
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%+v: %v %s", tt, err, diff)
		}
	}
	if _, err := Eras(t.Context(), nil, "http://127.0.0.1:1/gallery/api"); err == nil {
		t.Error("no error though nobody is there")
	}
}
