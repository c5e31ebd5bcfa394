package oauth1_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kickoff/oauth1"
)

var errBroken = errors.New("store is away")

// signedQuery is the query of a right request at second ts.
func signedQuery(t *testing.T, r oauth1.Request, ts int64, method oauth1.Method) string {
	t.Helper()
	s := oauth1.NewSigner(testCredentials)
	s.Now = func() time.Time { return time.Unix(ts, 0) }
	s.Nonce = func() string { return "n1" }
	s.Method = method
	signed, err := s.Sign(r)
	if err != nil {
		t.Fatal(err)
	}
	return signed.Query
}

func TestVerdicts(t *testing.T) {
	const now = 1_700_000_000
	plain := oauth1.Request{Method: "GET", Scheme: "https", Host: "g.example", Path: "/api/", Query: "limit=1"}
	good := signedQuery(t, plain, now, oauth1.HMACSHA1)
	with := func(old, new string) oauth1.Request {
		r := plain
		r.Query = strings.Replace(good, old, new, 1)
		if r.Query == good && old != "" {
			t.Fatalf("%q is not in the query", old)
		}
		return r
	}
	at := func(ts int64) oauth1.Request {
		r := plain
		r.Query = signedQuery(t, plain, ts, oauth1.HMACSHA1)
		return r
	}
	header := func(value string, query string) oauth1.Request {
		r := plain
		r.Authorization, r.Query = value, query
		return r
	}
	sha256 := plain
	sha256.Query = signedQuery(t, plain, now, oauth1.HMACSHA256)
	lower := plain
	lower.Query, lower.Method = good, "get"
	tests := []struct {
		name   string
		r      oauth1.Request
		nonces error
		keys   error
		want   oauth1.Reason
		detail string
	}{
		{name: "right", r: with("", ""), want: oauth1.OK},
		{name: "method in lower case", r: lower, want: oauth1.OK},
		{name: "nothing", r: plain, want: oauth1.NotSigned},
		{name: "another scheme", r: header(`Bearer oauth_nonce="x"`, ""), want: oauth1.NotSigned},
		{name: "another scheme beside a signed query", r: header("Basic eDp5", good), want: oauth1.OK},
		{name: "no key", r: with("oauth_consumer_key=8D1C5E0F&", ""), want: oauth1.Missing, detail: "oauth_consumer_key"},
		{name: "empty nonce", r: with("oauth_nonce=n1", "oauth_nonce="), want: oauth1.Missing, detail: "oauth_nonce"},
		{name: "query and header", r: header(`OAuth oauth_token=""`, good), want: oauth1.Mixed, detail: "query and Authorization header"},
		{name: "all in both", r: header(`OAuth oauth_nonce="n1"`, good), want: oauth1.Mixed},
		{name: "nonce twice", r: with("oauth_nonce=n1", "oauth_nonce=n1&oauth_nonce=n1"), want: oauth1.Repeated, detail: "oauth_nonce"},
		{name: "signature twice", r: with("oauth_signature=", "oauth_signature=x&oauth_signature="), want: oauth1.Repeated},
		{name: "unknown oauth name twice", r: with("limit=1", "oauth_x=1&oauth_x=2"), want: oauth1.Repeated, detail: "oauth_x"},
		{name: "escaped name", r: with("oauth_nonce=", "%6Fauth%5Fnonce="), want: oauth1.OK},
		{name: "escaped nonce", r: with("oauth_nonce=n1", "oauth_nonce=%6E1"), want: oauth1.OK},
		{name: "bad escape", r: with("limit=1", "limit=50%"), want: oauth1.Malformed, detail: `parameter "limit" in the query`},
		{name: "bad header", r: header(`OAuth oauth_nonce="x`, ""), want: oauth1.Malformed},
		{name: "two headers", r: header(`OAuth oauth_nonce="x", OAuth oauth_nonce="y"`, ""), want: oauth1.Malformed},
		{name: "plaintext", r: with("HMAC-SHA1", "PLAINTEXT"), want: oauth1.BadMethod, detail: "PLAINTEXT"},
		{name: "rsa", r: with("HMAC-SHA1", "RSA-SHA1"), want: oauth1.BadMethod},
		{name: "sha256, not allowed", r: sha256, want: oauth1.BadMethod},
		{name: "version", r: with("oauth_version=1.0", "oauth_version=2.0"), want: oauth1.BadVersion},
		{name: "milliseconds", r: with("1700000000", "1700000000123"), want: oauth1.BadTimestamp},
		{name: "decimal point", r: with("1700000000", "1700000000.5"), want: oauth1.BadTimestamp},
		{name: "negative", r: with("1700000000", "-170000000"), want: oauth1.BadTimestamp},
		{name: "unknown key", r: with("8D1C5E0F", "8D1C5E00"), want: oauth1.UnknownKey},
		{name: "key store away", r: with("", ""), keys: errBroken, want: oauth1.Unavailable},
		{name: "another value", r: with("limit=1", "limit=2"), want: oauth1.BadSignature},
		{name: "signature in hex", r: with("oauth_signature=", "oauth_signature=08efa2cab009016fbb10f851690c6c012bbe3464&x="), want: oauth1.BadSignature},
		{name: "signature of one byte", r: with("oauth_signature=", "oauth_signature=AA%3D%3D&x="), want: oauth1.BadSignature},
		{name: "signature with a line break", r: with("%3D&oauth_signature_method", "%3D%0A&oauth_signature_method"), want: oauth1.BadSignature},
		{name: "signature of 1 MB", r: with("oauth_signature=", "oauth_signature="+strings.Repeat("A", 1<<20)), want: oauth1.TooLarge},
		{name: "long value", r: with("limit=1", "limit="+strings.Repeat("1", 5000)), want: oauth1.TooLarge},
		{name: "many parameters", r: with("limit=1", strings.Repeat("a&", 300)), want: oauth1.TooLarge},
		{name: "oldest", r: at(now - 300), want: oauth1.OK},
		{name: "too old", r: at(now - 301), want: oauth1.StaleTimestamp},
		{name: "newest", r: at(now + 300), want: oauth1.OK},
		{name: "too new", r: at(now + 301), want: oauth1.StaleTimestamp},
		{name: "largest", r: at(9_999_999_999), want: oauth1.StaleTimestamp},
		{name: "replay", r: with("", ""), nonces: oauth1.ErrNonceUsed, want: oauth1.NonceUsed},
		{name: "too old for the store", r: with("", ""), nonces: oauth1.ErrNonceExpired, want: oauth1.StaleTimestamp},
		{name: "full", r: with("", ""), nonces: fmt.Errorf("%w: 10", oauth1.ErrNonceStoreFull), want: oauth1.NonceStoreFull},
		{name: "quota", r: with("", ""), nonces: oauth1.ErrNonceQuota, want: oauth1.NonceQuotaPassed},
		{name: "nonce store away", r: with("", ""), nonces: errBroken, want: oauth1.Unavailable},
	}
	key := oauth1.NewKey(testCredentials)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var used []oauth1.Nonce
			verifier, err := oauth1.NewVerifier(oauth1.VerifierConfig{
				Keys: oauth1.KeyFunc(func(_ context.Context, consumerKey, token string) (*oauth1.Key, error) {
					if tt.keys != nil {
						return nil, tt.keys
					}
					if consumerKey != testCredentials.ConsumerKey {
						return nil, fmt.Errorf("%w: %s", oauth1.ErrUnknownKey, consumerKey)
					}
					return key, nil
				}),
				Nonces: nonceFunc(func(n oauth1.Nonce) error { used = append(used, n); return tt.nonces }),
				Now:    func() time.Time { return time.Unix(now, 0) },
			})
			if err != nil {
				t.Fatal(err)
			}
			v := verifier.Verify(t.Context(), &tt.r)
			if v.Reason != tt.want || !strings.Contains(v.Detail, tt.detail) {
				t.Errorf("got %s %q, want %s %q", v.Reason, v.Detail, tt.want, tt.detail)
			}
			if asked := len(used) == 1; asked != (v.OK() || tt.nonces != nil) {
				t.Errorf("%s: nonce store was asked %d times", v.Reason, len(used))
			}
			if v.OK() && (used[0].Value != "n1" || used[0].Expires != v.Timestamp+300) {
				t.Errorf("nonce recorded as %+v", used[0])
			}
			if (v.Reason == oauth1.Unavailable) != errors.Is(v.Err, errBroken) {
				t.Errorf("%s with error %v", v.Reason, v.Err)
			}
		})
	}
}

func TestVerifySHA256(t *testing.T) {
	r := oauth1.Request{Method: "GET", Scheme: "https", Host: "g.example", Path: "/"}
	r.Query = signedQuery(t, r, 1000, oauth1.HMACSHA256)
	v, err := oauth1.NewVerifier(oauth1.VerifierConfig{
		Keys: oauth1.KeyFunc(func(context.Context, string, string) (*oauth1.Key, error) {
			return oauth1.NewKey(testCredentials), nil
		}),
		NoNonces: true, AllowSHA256: true, Now: func() time.Time { return time.Unix(1000, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if verdict := v.Verify(t.Context(), &r); !verdict.OK() {
		t.Error(&verdict)
	}
}

// TestLeniencies signs as clients in use do.
func TestLeniencies(t *testing.T) {
	row := signature{Method: "GET", Timestamp: 1000, Nonce: "n", Version: true, URL: "https://g.example/api/"}
	row.Credentials.Key, row.Credentials.Secret = "k", "s"
	const protocol = "oauth_consumer_key=k&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1000&oauth_version=1.0"
	tests := []struct {
		name, host, query, signed string
		want                      oauth1.Leniency
	}{
		{"blank signed as plus", "g.example", "search=pizza+survey", protocol + "&search=pizza%2Bsurvey", oauth1.AsSent},
		{"and the port kept", "g.example%3A443", "search=pizza+survey", protocol + "&search=pizza%2Bsurvey", oauth1.AsSent | oauth1.KeptPort},
		{"port kept", "g.example%3A443", "search=a", protocol + "&search=a", oauth1.KeptPort},
		{"plus sign signed as such, blank sent", "g.example", "search=a%2Bb", protocol + "&search=a%2520b", 255},
		{"port of the other scheme", "g.example%3A80", "search=a", protocol + "&search=a", 255},
	}
	for _, tt := range tests {
		signed := strings.ReplaceAll(strings.ReplaceAll(tt.signed, "=", "%3D"), "&", "%26")
		base := "GET&https%3A%2F%2F" + tt.host + "%2Fapi%2F&" + signed
		r := row.request()
		r.Query = tt.query + "&" + protocol + "&oauth_signature=" + oauth1.Encode(hmacSHA1("s&", base))
		for _, strict := range []bool{false, true} {
			v := row.verifier(t, strict).Verify(t.Context(), &r)
			if ok := tt.want != 255 && !strict; v.OK() != ok || ok && v.Leniency != tt.want {
				t.Errorf("%s, strict %t: %v, leniency %d", tt.name, strict, &v, v.Leniency)
			}
		}
	}
}

// TestNoAllocations holds the hot path to its promise.
func TestNoAllocations(t *testing.T) {
	row := readSignatures(t)[10]
	r := row.request()
	signer := oauth1.NewSigner(row.credentials())
	buf := make([]byte, 0, 2048)
	signed, err := row.signer().Sign(r)
	if err != nil {
		t.Fatal(err)
	}
	sent := r
	sent.Query = signed.Query
	v := row.verifier(t, false)
	for name, f := range map[string]func(){
		"sign query":  func() { signer.AppendQuery(buf, &r) },
		"sign header": func() { signer.AppendHeader(buf, &r) },
		"verify":      func() { v.Verify(t.Context(), &sent) },
	} {
		if n := testing.AllocsPerRun(200, f); n >= 1 && !raceEnabled {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
