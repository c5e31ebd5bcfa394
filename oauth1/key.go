package oauth1

import (
	"crypto/fips140"
	"errors"
	"sync"

	"kickoff/oauth1/internal/keyed"
)

// Credentials are what a gallery calls an API key: a consumer key, which is
// public, and a consumer secret, which never travels. Token and TokenSecret
// belong to three-legged OAuth; galleries do without, so they stay empty.
type Credentials struct {
	ConsumerKey    string
	ConsumerSecret string
	Token          string
	TokenSecret    string
}

// SigningKey returns the text that keys the HMAC: both secrets
// percent-encoded and joined by "&", which stays when there is no token
// (RFC 5849 section 3.4.2). It is as secret as the secrets.
func (c Credentials) SigningKey() string {
	b := AppendEncode(nil, c.ConsumerSecret)
	b = append(b, '&')
	return string(AppendEncode(b, c.TokenSecret))
}

// A Key is a set of credentials made ready for signing and verifying: it
// keeps the state of the hashes after the padded key, so that a signature
// costs no allocation and one pass over the base string. It holds neither
// secret as text, yet whoever has it can sign: treat it as a secret. A Key
// is immutable and safe for concurrent use; keep one per consumer.
type Key struct {
	consumerKey string
	token       string
	encKey      string // consumer key as it stands in a base string
	encToken    string
	macs        [2]*keyed.Key // by Method
}

// NewKey prepares credentials for use.
func NewKey(c Credentials) *Key {
	k := &Key{
		consumerKey: c.ConsumerKey,
		token:       c.Token,
		encKey:      string(appendEncodeTwice(nil, c.ConsumerKey)),
		encToken:    string(appendEncodeTwice(nil, c.Token)),
	}
	text := []byte(c.SigningKey())
	k.macs[HMACSHA1] = keyed.New(keyed.SHA1, text)
	k.macs[HMACSHA256] = keyed.New(keyed.SHA256, text)
	return k
}

// ConsumerKey returns the public half of the credentials.
func (k *Key) ConsumerKey() string { return k.consumerKey }

// Method is a signature method (RFC 5849 section 3.4).
type Method uint8

// The methods. HMAC-SHA1 is what galleries speak; HMAC-SHA256 is an extension
// that OAuth libraries share and RFC 5849 does not know. RSA-SHA1 and
// PLAINTEXT are refused.
const (
	HMACSHA1 Method = iota
	HMACSHA256
)

// String returns the value of oauth_signature_method.
func (m Method) String() string {
	if m == HMACSHA256 {
		return "HMAC-SHA256"
	}
	return "HMAC-SHA1"
}

// ErrFIPS is returned by Available.
var ErrFIPS = errors.New("oauth1: this process allows FIPS 140-3 algorithms only, and OAuth 1 signs with SHA-1")

// Available reports whether OAuth 1 can be used at all in this process: with
// GODEBUG=fips140=only SHA-1 panics, so ask once at start and leave OAuth 1
// switched off when it returns an error.
func Available() error {
	if fips140.Enforced() {
		return ErrFIPS
	}
	return nil
}

var computers = sync.Pool{New: func() any { return new(keyed.Computer) }}
