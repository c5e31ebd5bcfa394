package oauth1

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestSameHashesForUnknownKeys holds Verify to the same work for a wrong
// signature and for a key that does not exist, whatever the request looks like.
func TestSameHashesForUnknownKeys(t *testing.T) {
	for _, strict := range []bool{false, true} {
		for _, known := range []bool{false, true} {
			v, err := NewVerifier(VerifierConfig{
				Keys: KeyFunc(func(context.Context, string, string) (*Key, error) {
					if !known {
						return nil, ErrUnknownKey
					}
					return NewKey(Credentials{ConsumerKey: "k", ConsumerSecret: "s"}), nil
				}),
				NoNonces: true, Strict: strict, Now: func() time.Time { return time.Unix(1000, 0) },
			})
			if err != nil {
				t.Fatal(err)
			}
			for query, want := range map[string]int{"a=1": 2, "a=b+c": 4} {
				if strict {
					want = 1
				}
				r := Request{Method: "GET", Scheme: "https", Host: "h", Path: "/", Query: query +
					"&oauth_consumer_key=k&oauth_nonce=n&oauth_signature=AAAA&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1000"}
				if got := v.Verify(t.Context(), &r); got.OK() || got.hashes != want || got.Base == "" {
					t.Errorf("strict %t, known %t, %s: %d hashes, want %d", strict, known, query, got.hashes, want)
				}
			}
		}
	}
}

func TestBodyHash(t *testing.T) {
	body := []byte(`{"questions":[]}`)
	signer := NewSigner(Credentials{ConsumerKey: "k", ConsumerSecret: "s"})
	r := Request{Method: "POST", Scheme: "https", Host: "h", Query: "oauth_body_hash=" + Encode(BodyHash(HMACSHA1, body))}
	signed, err := signer.Sign(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Query = signed.Query
	v, err := NewVerifier(VerifierConfig{NoNonces: true, Keys: KeyFunc(func(context.Context, string, string) (*Key, error) { return signer.Key, nil })})
	if err != nil {
		t.Fatal(err)
	}
	verdict := v.Verify(t.Context(), &r)
	if !verdict.OK() || !verdict.BodyMatches(body) || verdict.BodyMatches(body[1:]) {
		t.Errorf("%v, body hash %q", &verdict, verdict.BodyHash)
	}
	// The hash of an empty body as the extension gives it.
	if got, want := BodyHash(HMACSHA1, nil), "2jmj7l5rSw0yVb/vlWAYkK/YBwk="; got != want {
		t.Errorf("empty body: %s, want %s", got, want)
	}
	if !(&Verdict{}).BodyMatches(body) {
		t.Error("a body without a hash is refused")
	}
	if !strings.HasSuffix(BodyHash(HMACSHA256, nil), "=") {
		t.Error("SHA-256 in another form than base64")
	}
}
