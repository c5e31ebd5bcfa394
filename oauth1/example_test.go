package oauth1_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"kickoff/oauth1"
	"kickoff/oauth1/noncemem"
)

// A client and a server that trust each other by one key.
func Example() {
	pair := oauth1.Credentials{ConsumerKey: "8D9F4E2C", ConsumerSecret: "b1f0c3d5"}

	nonces, err := noncemem.Open(noncemem.Config{}) // set Dir to survive restarts
	if err != nil {
		fmt.Println(err)
		return
	}
	key := oauth1.NewKey(pair)
	verifier, err := oauth1.NewVerifier(oauth1.VerifierConfig{
		Nonces: nonces,
		Keys: oauth1.KeyFunc(func(_ context.Context, consumerKey, token string) (*oauth1.Key, error) {
			if consumerKey != pair.ConsumerKey || token != "" {
				return nil, oauth1.ErrUnknownKey
			}
			return key, nil
		}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := oauth1.FromHTTP(r, "http", r.Host, 64<<10)
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		if v := verifier.Verify(r.Context(), &req); !v.OK() {
			http.Error(w, string(v.Reason), http.StatusUnauthorized)
		}
	}))
	defer server.Close()

	client := &http.Client{Transport: &oauth1.Transport{Signer: oauth1.NewSigner(pair)}}
	for _, c := range []*http.Client{client, http.DefaultClient} {
		resp, err := c.Get(server.URL + "/v1/workflows/subscription/?limit=10")
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	// Output:
	// 200 OK
	// 401 Unauthorized
}

// Clock and nonce can be fixed, to compare with what another tool makes.
func ExampleSigner_Sign() {
	signer := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: "8DA3C9A7E88FD2Eb", ConsumerSecret: "cb1d3a6287f0d86e"})
	signer.Now = func() time.Time { return time.Unix(1618243200, 0) }
	signer.Nonce = func() string { return "GeZ1v" }
	signed, err := signer.Sign(oauth1.Request{
		Method: "GET", Scheme: "https", Host: "gallery.example.com",
		Path: "/gallery/api/v1/workflows/subscription/", Query: "search=Sales%20App&limit=5",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(signed.Signature)
	fmt.Println(signed.Query)
	// Output:
	// ejeaTBpbFNgQh5OHY6W5fib1vgY=
	// search=Sales%20App&limit=5&oauth_consumer_key=8DA3C9A7E88FD2Eb&oauth_nonce=GeZ1v&oauth_signature=ejeaTBpbFNgQh5OHY6W5fib1vgY%3D&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1618243200&oauth_version=1.0
}

func ExampleBaseString() {
	base, err := oauth1.BaseString(oauth1.Request{
		Method: "GET", Scheme: "HTTPS", Host: "Gallery.example.com:443", Path: "/api/", Query: "b=2+3&a=1",
	})
	fmt.Println(base, err)
	// Output: GET&https%3A%2F%2Fgallery.example.com%2Fapi%2F&a%3D1%26b%3D2%25203 <nil>
}
