package explain_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kickoff/oauth1"
	"kickoff/oauth1/explain"
)

func seenIDs(rep explain.Report) []string {
	var s []string
	for _, f := range rep.Seen {
		s = append(s, f.ID)
	}
	return s
}

// TestVisible asks without a secret: what shows in the request is said.
func TestVisible(t *testing.T) {
	right := protocol + "&oauth_signature=" + oauth1.Encode(rightSig)
	tests := []struct{ name, query, header, want string }{
		{"nothing odd", ownQuery + "&" + right, "", ""},
		{"Q17 two places", right, `OAuth oauth_nonce="x"`, "Q17"},
		{"Q17 twice", right + "&oauth_nonce=b", "", "Q17"},
		{"E7", "search=a+b&" + right, "", "E7"},
		{"E15", "a=1&amp;b=2&" + right, "", "E15"},
		{"D1 hex", protocol + "&oauth_signature=" + hexDigest(), "", "D1"},
		{"D2", protocol + "&oauth_signature=CO-iyrAJAW-7EPhRaQxsASu-NGQ%3D", "", "D2"},
		{"D3", protocol + "&oauth_signature=" + oauth1.Encode(strings.TrimSuffix(rightSig, "=")), "", "D3"},
		{"D4", protocol + "&oauth_signature=CO+iyrAJAW+7EPhRaQxsASu+NGQ%3D", "", "D4"},
		{"D5", protocol + "&oauth_signature=" + oauth1.Encode(oauth1.Encode(rightSig)), "", "D5"},
		{"D7", strings.Replace(right, "HMAC-SHA1", "HMAC_SHA1", 1), "", "D7"},
		{"D9", protocol + "&oauth_signature=" + oauth1.Encode(rightSig+"\n"), "", "D9"},
		{"T1", strings.Replace(right, "1548842017", "1548842017123", 1), "", "T1"},
		{"T4 point", strings.Replace(right, "1548842017", "1548842017.12", 1), "", "T4"},
		{"T4 exponent", strings.Replace(right, "1548842017", "1.54E9", 1), "", "T4"},
		{"H1", "oauth_consumer_key=" + testKey, "", "H1"},
		{"H4", ownQuery, "", "H4"},
		{"H5", "search=a%2520b&" + right, "", "H5"},
	}
	tested := map[string]bool{}
	for _, tt := range tests {
		rep, err := explain.Explain(t.Context(), explain.Question{Request: oauth1.Request{
			Method: "GET", Scheme: "https", Host: "gallery.example.com", Path: listPath, Query: tt.query, Authorization: tt.header,
		}})
		if err != nil {
			t.Fatal(err)
		}
		if got := seenIDs(rep); tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Contains(got, tt.want) {
			t.Errorf("%s: seen %v", tt.name, got)
		}
		if rep.Right || len(rep.Found) > 0 || rep.Depth != -1 {
			t.Errorf("%s: without a secret: %+v", tt.name, rep)
		}
		tested[tt.want] = true
	}
	for _, m := range explain.Catalogue() {
		if m.Marks&explain.Visible != 0 && m.Marks&explain.Stateful == 0 && !tested[m.ID] {
			t.Errorf("%s is marked visible and not tested", m.ID)
		}
	}
}

// TestState asks about right signatures that the server refused all the same.
func TestState(t *testing.T) {
	tests := []struct {
		want  string
		state explain.State
	}{
		{"", explain.State{Skew: 300 * time.Second}},
		{"T3", explain.State{Skew: 10 * time.Minute}},
		{"T3", explain.State{Skew: -301 * time.Second}},
		{"T3", explain.State{Skew: 100 * time.Second, Window: time.Minute}},
		{"T2", explain.State{Skew: 2*time.Hour + 3*time.Second}},
		{"T2", explain.State{Skew: -5*time.Hour - 29*time.Minute - 50*time.Second}},
		{"T5", explain.State{Skew: -time.Hour, NonceUsed: true}},
		{"N2", explain.State{NonceUsed: true}},
		{"N1", explain.State{NonceRepeats: true}},
		{"K10", explain.State{KeyUnknown: true}},
		{"K10", explain.State{KeyDisabled: true}},
		{"H6", explain.State{OAuth2Only: true}},
	}
	tested := map[string]bool{"K8": true} // by proof, with the other secrets
	for _, tt := range tests {
		q := injected{}.send()
		q.State = &tt.state
		rep, err := explain.Explain(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(seenIDs(rep), "+"); got != tt.want || !rep.Right {
			t.Errorf("%+v: seen %q, want %q; right: %t", tt.state, got, tt.want, rep.Right)
		}
		tested[tt.want] = true
	}
	q := injected{}.send()
	q.Request.Query = strings.Replace(q.Request.Query, "TPrTJ", "x1", 1)
	q.State = &explain.State{NonceUsed: true}
	if rep, _ := explain.Explain(t.Context(), q); !slices.Contains(seenIDs(rep), "N3") {
		t.Errorf("short nonce: seen %v", seenIDs(rep))
	}
	tested["N3"] = true
	for _, m := range explain.Catalogue() {
		if m.Marks&explain.Stateful != 0 && !tested[m.ID] {
			t.Errorf("%s is marked as the server's and not tested", m.ID)
		}
	}
}

// TestNoSecretLeaks looks for the secrets in all that a report says.
func TestNoSecretLeaks(t *testing.T) {
	for _, in := range rows {
		switch in.key {
		case "url-safe", "blank", "-":
			continue
		}
		q := in.send()
		rep, err := explain.Explain(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		for _, f := range rep.Seen {
			said.WriteString(f.Text + f.Detail + f.Cure)
		}
		for _, e := range rep.Found {
			said.WriteString(e.Signed)
			for _, f := range e.Mistakes {
				said.WriteString(f.Text + f.Detail + f.Cure)
			}
		}
		said.WriteString(rep.Expected)
		for _, s := range q.Secrets {
			if strings.Contains(said.String(), s.Secret) || strings.Contains(said.String(), s.Secret[2:10]) {
				t.Errorf("%s: the report holds a secret", in.id)
			}
		}
	}
}

func TestMarkedParts(t *testing.T) {
	rep, err := explain.Explain(t.Context(), injected{url: "https://gallery.example.com/gallery/api/"}.send())
	if err != nil || len(rep.Found) == 0 {
		t.Fatal(err, rep)
	}
	e := rep.Found[0]
	if got, want := e.SignedPart.Of(e.Signed), ""; got != want {
		t.Errorf("signed part %q, want %q", got, want)
	}
	if got, want := e.ExpectedPart.Of(rep.Expected), "v1%2Fworkflows%2Fsubscription%2F"; got != want {
		t.Errorf("expected part %q, want %q", got, want)
	}
	rep, _ = explain.Explain(t.Context(), injected{query: "search=a%20b", params: protocol + "&search=a+b"}.send())
	e = rep.Found[0]
	if got, want := e.SignedPart.Of(e.Signed), "%2B"; got != want {
		t.Errorf("signed part %q, want %q", got, want)
	}
	if got, want := e.ExpectedPart.Of(rep.Expected), "%2520"; got != want {
		t.Errorf("expected part %q, want %q", got, want)
	}
}

func TestCancel(t *testing.T) {
	q := injected{signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}.send()
	q.Depth = 5
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	rep, err := explain.Explain(ctx, q)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if rep.Expected == "" || rep.Depth >= 5 {
		t.Errorf("report %+v", rep)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("stopped after %v", d)
	}
}

// TestHostileInput asks about requests that are no requests.
func TestHostileInput(t *testing.T) {
	long := strings.Repeat("a=%&", 3000)
	for _, r := range []oauth1.Request{
		{},
		{Query: "oauth_signature"},
		{Query: "oauth_signature=%", Authorization: `OAuth x="`},
		{Method: "é", Scheme: "ftp", Host: "[::1]:x", Path: "%%%", Query: "oauth_signature=" + oauth1.Encode(rightSig) + "&%zz=%&=&;"},
		{Query: long + "oauth_signature=" + strings.Repeat("A", 100_000)},
		{Query: "oauth_signature=" + strings.Repeat("%25", 10_000)},
	} {
		q := explain.Question{Request: r, Secrets: []explain.Secret{{Secret: "$`"}}, Depth: 1}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if rep, err := explain.Explain(ctx, q); err == nil && (rep.Right || len(rep.Found) > 0) {
			t.Errorf("%.80q: %+v", r.Query, rep.Found)
		}
		cancel()
	}
}
