package oauth1_test

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"kickoff/oauth1"
)

// signature is a row of testdata/signatures.json: a request, what it is signed
// with, and the base string and signature that several independent
// implementations agree on.
type signature struct {
	Name        string
	Method      string
	URL         string
	Form        [][2]string
	Credentials struct{ Key, Secret, Token, TokenSecret string }
	Timestamp   int64
	Nonce       string
	Version     bool
	Base        string
	Signature   string
}

func readSignatures(t testing.TB) []signature {
	t.Helper()
	b, err := os.ReadFile("testdata/signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []signature
	if err := json.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 25 {
		t.Fatalf("%d rows, want 25", len(rows))
	}
	return rows
}

func (s signature) credentials() oauth1.Credentials {
	return oauth1.Credentials{
		ConsumerKey: s.Credentials.Key, ConsumerSecret: s.Credentials.Secret,
		Token: s.Credentials.Token, TokenSecret: s.Credentials.TokenSecret,
	}
}

// request cuts the URL by hand: net/url would tidy up what has to stay raw.
func (s signature) request() oauth1.Request {
	scheme, rest, _ := strings.Cut(s.URL, "://")
	rest, query, _ := strings.Cut(rest, "?")
	host, path, slash := strings.Cut(rest, "/")
	if slash {
		path = "/" + path
	}
	form := url.Values{}
	for _, kv := range s.Form {
		form.Add(kv[0], kv[1])
	}
	return oauth1.Request{Method: s.Method, Scheme: scheme, Host: host, Path: path, Query: query, Form: form.Encode()}
}

func (s signature) signer() *oauth1.Signer {
	signer := oauth1.NewSigner(s.credentials())
	signer.Now = func() time.Time { return time.Unix(s.Timestamp, 0) }
	signer.Nonce = func() string { return s.Nonce }
	signer.OmitVersion = !s.Version
	return signer
}

func (s signature) verifier(t testing.TB, strict bool) *oauth1.Verifier {
	t.Helper()
	key := oauth1.NewKey(s.credentials())
	v, err := oauth1.NewVerifier(oauth1.VerifierConfig{
		Keys: oauth1.KeyFunc(func(_ context.Context, consumerKey, token string) (*oauth1.Key, error) {
			if consumerKey != s.Credentials.Key || token != s.Credentials.Token {
				return nil, oauth1.ErrUnknownKey
			}
			return key, nil
		}),
		NoNonces: true,
		Strict:   strict,
		Now:      func() time.Time { return time.Unix(s.Timestamp, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSignatures(t *testing.T) {
	for _, row := range readSignatures(t) {
		t.Run(row.Name, func(t *testing.T) {
			r := row.request()
			signed, err := row.signer().Sign(r)
			if err != nil {
				t.Fatal(err)
			}
			if signed.Base != row.Base {
				t.Errorf("base string\n got %s\nwant %s", signed.Base, row.Base)
			}
			if signed.Signature != row.Signature {
				t.Errorf("signature %s, want %s", signed.Signature, row.Signature)
			}
			inQuery, inHeader := r, r
			inQuery.Query = signed.Query
			inHeader.Authorization = signed.Header
			for place, sent := range map[string]oauth1.Request{"query": inQuery, "header": inHeader} {
				if base, err := oauth1.BaseString(sent); err != nil || base != row.Base {
					t.Errorf("%s: base string of the signed request\n got %s, %v\nwant %s", place, base, err, row.Base)
				}
				for _, strict := range []bool{true, false} {
					if v := row.verifier(t, strict).Verify(t.Context(), &sent); !v.OK() || v.Leniency != 0 {
						t.Errorf("%s, strict %t: %v", place, strict, v)
					}
				}
				sent.Path += "x"
				if v := row.verifier(t, false).Verify(t.Context(), &sent); v.Reason != oauth1.BadSignature {
					t.Errorf("%s: another path is taken: %v", place, v)
				}
			}
		})
	}
}
