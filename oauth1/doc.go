// Package oauth1 signs and verifies HTTP requests with OAuth 1.0a as
// RFC 5849 sets it down, in the one-legged form that workflow galleries use:
// a consumer key and its secret, no token.
//
// # How a signature comes about
//
//	method     GET ──────────────────────────────────► GET
//	address    https://Host:443/gallery/api/v1/…  ───► https%3A%2F%2Fhost%2Fgallery…   scheme and host in lower case,
//	                                                                                  default port and query dropped
//	query      limit=10&search=a+b ─┐ decode, encode,
//	form body                       ├ sort by name,  ─► limit%3D10%26oauth_…            encoded once more as a whole
//	oauth_*    key, nonce, time … ──┘ then by value
//
//	base string = the three joined by "&"
//	key         = encoded secret + "&" (+ encoded token secret)
//	signature   = base64(HMAC-SHA1(key, base string))
//
// [BaseString] returns the text in the middle, which is what to look at first
// when two sides disagree; package explain finds out why they do.
//
// # As a client
//
// [Transport] is an [http.RoundTripper] that signs whatever passes through it:
//
//	signer := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: key, ConsumerSecret: secret})
//	client := &http.Client{Transport: &oauth1.Transport{Signer: signer}}
//	resp, err := client.Get("https://gallery.example.com/gallery/api/v1/workflows/subscription/?limit=10")
//
// [Signer.Sign] gives the pieces instead: signed query, Authorization header,
// base string.
//
// # As a server
//
// A [Verifier] takes a [Request], which is the request line as it was sent
// and the scheme and host that clients use, and returns a [Verdict]. It looks
// the key up, compares signatures in constant time, checks the timestamp and
// records the nonce in a [NonceStore], in this order. Package noncemem holds a
// store for one process.
//
// Bodies other than single-part forms are not covered by a signature
// (section 3.4.1.3.1): use TLS.
package oauth1
