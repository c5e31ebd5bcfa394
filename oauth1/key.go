package oauth1

import (
	"crypto/fips140"
	"crypto/sha1"
	"crypto/sha256"
	"encoding"
	"errors"
	"hash"
	"sync"
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
	states      [2]hmacState
}

// hmacState is the marshalled state of a hash after the inner and the outer
// pad of HMAC (RFC 2104).
type hmacState struct{ inner, outer []byte }

// NewKey prepares credentials for use.
func NewKey(c Credentials) *Key {
	k := &Key{
		consumerKey: c.ConsumerKey,
		token:       c.Token,
		encKey:      string(appendEncodeTwice(nil, c.ConsumerKey)),
		encToken:    string(appendEncodeTwice(nil, c.Token)),
	}
	text := []byte(c.SigningKey())
	k.states[HMACSHA1] = newState(sha1.New(), text)
	k.states[HMACSHA256] = newState(sha256.New(), text)
	return k
}

// ConsumerKey returns the public half of the credentials.
func (k *Key) ConsumerKey() string { return k.consumerKey }

func newState(h hash.Hash, key []byte) hmacState {
	if len(key) > h.BlockSize() {
		h.Write(key)
		key = h.Sum(nil)
	}
	pad := func(x byte) []byte {
		h.Reset()
		block := make([]byte, h.BlockSize())
		copy(block, key)
		for i := range block {
			block[i] ^= x
		}
		h.Write(block)
		state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			panic("oauth1: hash state cannot be saved: " + err.Error()) // the standard hashes always can
		}
		return state
	}
	return hmacState{inner: pad(0x36), outer: pad(0x5c)}
}

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

// resumable is a hash that can go on from a saved state.
type resumable interface {
	hash.Hash
	encoding.BinaryUnmarshaler
}

// mac computes HMACs from saved states without allocating.
type mac struct {
	hashes [2]resumable
	sum    [sha256.Size]byte
}

var macs = sync.Pool{New: func() any {
	return &mac{hashes: [2]resumable{sha1.New().(resumable), sha256.New().(resumable)}}
}}

// of returns the HMAC of msg. The result is valid until the next call.
func (m *mac) of(k *Key, method Method, msg []byte) []byte {
	h, st := m.hashes[method], &k.states[method]
	resume(h, st.inner)
	h.Write(msg)
	inner := h.Sum(m.sum[:0])
	resume(h, st.outer)
	h.Write(inner)
	return h.Sum(m.sum[:0])
}

func resume(h resumable, state []byte) {
	if err := h.UnmarshalBinary(state); err != nil {
		panic("oauth1: saved hash state is damaged: " + err.Error())
	}
}
