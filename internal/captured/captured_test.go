package captured

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/oauth1"
)

const signedURL = "https://host:443/gallery/api/v1/jobs/a%2fb/?format=Csv&oauth_nonce=x&oauth_signature=s%3d"

func TestParse(t *testing.T) {
	get := func(url string, h http.Header) Request { return Request{Method: "GET", URL: url, Header: h} }
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	tests := []struct {
		name, in string
		want     Request
	}{
		{"address", "\n " + signedURL + "\n", get(signedURL, http.Header{})},
		{"curl", "curl '" + signedURL + "'", get(signedURL, http.Header{})},
		{"prompt", "$ curl -sS \"" + signedURL + "\" | jq .", get(signedURL, http.Header{})},
		{
			"header", "curl https://h/x -H 'Authorization: OAuth oauth_nonce=\"a b\"' \\\n  --header \"Accept: */*\" -o out.csv --compressed",
			get("https://h/x", http.Header{"Authorization": {`OAuth oauth_nonce="a b"`}, "Accept": {"*/*"}}),
		},
		{"method", "curl -XPUT https://h/x", Request{Method: "PUT", URL: "https://h/x", Header: http.Header{}}},
		{"head", "curl -sI --url=https://h/x", Request{Method: "HEAD", URL: "https://h/x", Header: http.Header{}}},
		{"form", "curl https://h/x -d a=1 --data-urlencode 'b=c d'", Request{Method: "POST", URL: "https://h/x", Header: form, Body: []byte("a=1&b=c%20d")}},
		{"get with data", "curl -G https://h/x?z=0 -d a=1 -d b=2", get("https://h/x?z=0&a=1&b=2", http.Header{})},
		{
			"chrome", "curl 'https://h/x' \\\n  -H $'x-a: it\\'s \\u00e9' \\\n  --data-raw $'{\"a\":\"\\\\n\"}' -H 'content-type: application/json'",
			Request{Method: "POST", URL: "https://h/x", Header: http.Header{"X-A": {"it's é"}, "Content-Type": {"application/json"}}, Body: []byte(`{"a":"\n"}`)},
		},
		{
			"chrome on Windows", "curl ^\"https://h/x?a=1^&b=^%^20^\" ^\r\n  -H ^\"accept: */*^\"",
			get("https://h/x?a=1&b=%20", http.Header{"Accept": {"*/*"}}),
		},
		{"multipart", "curl https://h/x -F file=@a.yxzp", Request{Method: "POST", URL: "https://h/x", Header: http.Header{"Content-Type": {"multipart/form-data"}}}},
		{
			"log", "POST /gallery/api/v1/x/?a=%20 HTTP/1.1\r\nHost: h:8080\r\nContent-Type: application/json\r\n\r\n{}",
			Request{Method: "POST", URL: "https://h:8080/gallery/api/v1/x/?a=%20", Header: http.Header{"Host": {"h:8080"}, "Content-Type": {"application/json"}}, Body: []byte("{}")},
		},
		{"log line", "GET https://h/x?oauth_nonce=1", get("https://h/x?oauth_nonce=1", http.Header{})},
		{
			"har", `{"log":{"entries":[{"request":{"method":"GET","url":"https://h/page"}},{"request":{"method":"post","url":"https://h/x?oauth_nonce=1",
			 "headers":[{"name":"accept","value":"*/*"}],"postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"b c"}]}},"response":{"status":401}}]}}`,
			Request{Method: "POST", URL: "https://h/x?oauth_nonce=1", Status: 401, Body: []byte("a=b+c"), Header: http.Header{"Accept": {"*/*"}, "Content-Type": {"application/x-www-form-urlencoded"}}},
		},
	}
	for _, tt := range tests {
		got, err := Parse([]byte(tt.in))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if len(got) != 1 {
			t.Errorf("%s: %d requests", tt.name, len(got))
		}
		if len(got[0].Body) == 0 {
			got[0].Body = nil
		}
		if diff := cmp.Diff(tt.want, got[0]); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	for name, in := range map[string]string{
		"nothing": " ", "no scheme": "host/x", "two lines": "https://h/x\nhttps://h/y", "ftp": "ftp://h/x", "no host": "https:///x",
		"unquoted &": "curl https://h/x?a=1&b=2", "open quote": "curl 'https://h/x", "unknown option": "curl --frobnicate https://h/x",
		"option without value": "curl https://h/x -H", "two addresses": "curl https://h/x https://h/y", "no address": "curl -s",
		"body from a file": "curl https://h/x -d @secret.txt", "path without host": "GET /x HTTP/1.1\n\n", "other JSON": `{"a":1}`,
		"empty har": `{"log":{"entries":[]}}`, "cut har": `{"log":`, "header that is none": "curl https://h/x -H 'what is this'",
	} {
		if got, err := Parse([]byte(in)); err == nil {
			t.Errorf("%s: %+v, want an error", name, got)
		}
	}
}

func TestSigned(t *testing.T) {
	r, err := FromURL("get", "HTTPS://u:p@Host:443/a%2fb?x=+%20&oauth_nonce=1#frag?no")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.AddHeader(`OAuth oauth_version="1.0"`); err != nil {
		t.Fatal(err)
	}
	got, user, fragment, err := r.Signed()
	want := oauth1.Request{Method: "GET", Scheme: "https", Host: "Host:443", Path: "/a%2fb", Query: "x=+%20&oauth_nonce=1", Authorization: `OAuth oauth_version="1.0"`}
	if diff := cmp.Diff(want, got); diff != "" || user != "u:p" || fragment != "frag?no" || err != nil {
		t.Error(diff, user, fragment, err)
	}
	r = Request{Method: "POST", URL: "https://h", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=UTF-8"}}, Body: []byte("a=b")}
	if got, _, _, _ := r.Signed(); got.Form != "a=b" || got.Path != "" {
		t.Errorf("%+v", got)
	}
	r.Header.Set("Content-Type", "application/json")
	if got, _, _, _ := r.Signed(); got.Form != "" {
		t.Errorf("a JSON body is signed: %+v", got)
	}
}

// FuzzParse: any text gives a request with an address, or an error.
func FuzzParse(f *testing.F) {
	for _, s := range []string{signedURL, "curl -XPOST 'https://h/x' -d a=1", `{"log":{"entries":[{"request":{"url":"https://h"}}]}}`, "GET /x HTTP/1.1\nHost: h\n\n", `curl $'https://h/\x41\u00e9'`, "curl ^\"https://h^\"", `curl "https://h/\"$x"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := Parse(text)
		if err != nil {
			return
		}
		for _, r := range all {
			if s, _, _, err := r.Signed(); err != nil || s.Host == "" || s.Method == "" {
				t.Errorf("%q gives %+v, %v", text, r, err)
			}
		}
	})
}
