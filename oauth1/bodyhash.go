package oauth1

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

// BodyHash returns the value of oauth_body_hash for a body that is no form
// (OAuth Request Body Hash extension, section 4.1): base64 of its digest under
// the hash function of m. Galleries do not ask for it and their clients do not
// send it, but where it was sent it must be right: see Verdict.BodyMatches.
func BodyHash(m Method, body []byte) string {
	if m == HMACSHA256 {
		sum := sha256.Sum256(body)
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	sum := sha1.Sum(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// BodyMatches reports whether body is the one that the request was signed
// with. Without oauth_body_hash it reports true: then nothing but TLS
// protects the body.
func (v *Verdict) BodyMatches(body []byte) bool {
	return v.BodyHash == "" || subtle.ConstantTimeCompare([]byte(v.BodyHash), []byte(BodyHash(v.Method, body))) == 1
}
