package explain_test

import (
	"context"
	"testing"

	"kickoff/oauth1"
	"kickoff/oauth1/explain"
)

// FuzzExplain checks that no request makes the search panic, that it calls
// right only what the verifier takes, and that what it finds is smaller than
// what it was allowed to look for.
func FuzzExplain(f *testing.F) {
	f.Add("/gallery/api/", "limit=10", "", "x")
	f.Add("/a%2Fb//", "a=%zz&b&=&"+protocol, `OAuth oauth_nonce="1"`, rightSig)
	f.Add("", "search=é+~&a=1&a=2", "", "CO-iyrAJAW-7EPhRaQxsASu-NGQ")
	key := oauth1.NewKey(oauth1.Credentials{ConsumerKey: testKey, ConsumerSecret: testSecret})
	v, err := oauth1.NewVerifier(oauth1.VerifierConfig{NoNonces: true, Strict: true, Limits: oauth1.Limits{Query: 1 << 20, Header: 1 << 20, Parameters: 1 << 20, Value: 1 << 20},
		Keys: oauth1.KeyFunc(func(context.Context, string, string) (*oauth1.Key, error) { return key, nil })})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, query, header, signature string) {
		if len(path)+len(query)+len(header) > 500 {
			return
		}
		q := ask(oauth1.Request{Method: "GET", Scheme: "https", Host: "h", Path: path, Query: query, Authorization: header}, signature)
		q.Depth, q.Workers = 1, 1
		rep, err := explain.Explain(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range rep.Found {
			if len(e.Mistakes) != 1 {
				t.Fatalf("depth 1 found %s", ids(e))
			}
		}
		if verdict := v.Verify(t.Context(), &q.Request); rep.Right && verdict.Reason == oauth1.BadSignature {
			t.Fatalf("right for the explainer, %v for the verifier\n%s\n%s", &verdict, rep.Expected, verdict.Base)
		}
	})
}
