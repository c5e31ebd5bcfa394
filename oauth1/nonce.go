package oauth1

import (
	"context"
	"errors"
)

// Nonce identifies one accepted request (RFC 5849 section 3.3). The three
// parts together are what must not come twice: clients send nonces of five
// letters, which alone would collide within hours.
type Nonce struct {
	ConsumerKey string
	Timestamp   int64  // seconds since 1970
	Value       string // decoded, so that "abc" and "%61bc" are one
	Expires     int64  // last second in which the verifier would take Timestamp
}

// A NonceStore remembers accepted requests. Several processes may share one:
// Use is a single atomic insert-if-absent. The suite in package noncetest
// judges implementations.
type NonceStore interface {
	// Use records n. It returns nil for exactly one of any number of callers
	// that bring the same key, timestamp and value, and ErrNonceUsed to the
	// rest until n.Expires has passed; ErrNonceExpired once it can no longer
	// tell; ErrNonceStoreFull or ErrNonceQuota where it has no room, since a
	// live nonce is never evicted; any other error where it cannot answer.
	// When Use returns nil the record outlives a crash of the process, as far
	// as the store outlives it at all.
	Use(ctx context.Context, n Nonce) error
}

// Errors of a NonceStore.
var (
	ErrNonceUsed      = errors.New("nonce was used before")
	ErrNonceExpired   = errors.New("request is too old for the nonce store")
	ErrNonceStoreFull = errors.New("nonce store is full")
	ErrNonceQuota     = errors.New("too many requests with this key in the time window")
)
