package explain_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"kickoff/oauth1"
	"kickoff/oauth1/explain"
)

const (
	testKey     = "8D9F4E2C6B1A0375c2b7d9e14f0a6b83"
	testSecret  = "b1f0c3d5e7a9482693cd57e08f1b246a"
	adminSecret = "11112222333344445555666677778888"
	protocol    = "oauth_consumer_key=" + testKey + "&oauth_nonce=TPrTJ&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1548842017&oauth_version=1.0"
)

// listRequest and searchRequest are the requests of ../testdata/wrong.tsv, unsigned.
var (
	listRequest = oauth1.Request{Method: "GET", Scheme: "https", Host: "gallery.example.com", Path: "/gallery/api/v1/workflows/subscription/",
		Query: "sortField=name&direction=asc&offset=1&limit=10&packageType=1"}
	searchRequest = oauth1.Request{Method: "GET", Scheme: "https", Host: "gallery.example.com", Path: "/gallery/api/admin/v1/workflows/",
		Query: "search=Caf%C3%A9%20%26%20Bar%2B%281%29%21%2A%27~"}
)

// ask makes a question of r, sent with that signature.
func ask(r oauth1.Request, signature string) explain.Question {
	if r.Query != "" {
		r.Query += "&"
	}
	r.Query += protocol + "&oauth_signature=" + oauth1.Encode(signature)
	return explain.Question{
		Request: r,
		Secrets: []explain.Secret{{ConsumerKey: testKey, Secret: testSecret}, {ConsumerKey: "other", Secret: adminSecret, Label: "the admin key"}},
		Hosts:   []string{"alteryx01"},
		Depth:   3,
	}
}

func ids(e explain.Explanation) string {
	var s []string
	for _, m := range e.Mistakes {
		s = append(s, m.ID)
	}
	slices.Sort(s)
	return strings.Join(s, "+")
}

func TestWrongSignatures(t *testing.T) {
	b, err := os.ReadFile("../testdata/wrong.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		cols := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		name, request, signature := cols[0], listRequest, cols[3]
		want := strings.Split(cols[2], "+")
		slices.Sort(want)
		if cols[1] == "search" {
			request = searchRequest
		}
		rep, err := explain.Explain(t.Context(), ask(request, signature))
		if err != nil {
			t.Fatal(err)
		}
		if cols[2] == "-" {
			if !rep.Right || len(rep.Found) > 0 {
				t.Errorf("%s: right signature: %+v", name, rep)
			}
			continue
		}
		if rep.Right || len(rep.Found) == 0 {
			t.Errorf("%s: want %s, found nothing; seen %v", name, cols[2], rep.Seen)
			continue
		}
		if got := ids(rep.Found[0]); got != strings.Join(want, "+") {
			t.Errorf("%s: first explanation is %s, want %s", name, got, cols[2])
		}
		for _, e := range rep.Found[1:] {
			t.Logf("%s: also %s", name, ids(e))
		}
		for _, e := range rep.Found {
			if !e.Proves != (name == "W29") {
				t.Errorf("%s: proves: %t", name, e.Proves)
			}
			if len(e.Mistakes) != len(rep.Found[0].Mistakes) {
				t.Errorf("%s: explanations of different size", name)
			}
		}
	}
	if rows != 57 {
		t.Errorf("%d rows, want 57", rows)
	}
}
