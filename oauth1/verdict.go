package oauth1

import (
	"fmt"
	"time"
)

// Reason says what became of a request. Its text is stable: logs, metrics and
// response headers may carry it.
type Reason string

// Reasons, in the order in which Verify tests for them.
const (
	OK               Reason = "ok"
	NotSigned        Reason = "not-signed"          // no oauth parameter anywhere
	TooLarge         Reason = "too-large"           // over the Limits
	Malformed        Reason = "malformed"           // bad percent-encoding or header syntax
	Repeated         Reason = "repeated-parameter"  // an oauth parameter twice (section 3.1)
	Mixed            Reason = "mixed-places"        // oauth parameters in two places (section 3.5)
	Missing          Reason = "missing-parameter"   // a required one (section 3.1)
	BadMethod        Reason = "signature-method"    // neither HMAC-SHA1 nor, if allowed, HMAC-SHA256
	BadVersion       Reason = "version"             // oauth_version is not 1.0 (section 3.1)
	BadTimestamp     Reason = "timestamp-form"      // not 1 to 10 decimal digits
	Unavailable      Reason = "unavailable"         // key or nonce store failed: see Err
	UnknownKey       Reason = "unknown-key"         //
	BadSignature     Reason = "signature"           //
	StaleTimestamp   Reason = "timestamp-window"    // right signature, clock or age out of the window
	NonceUsed        Reason = "nonce-used"          // right signature, seen before (section 3.3)
	NonceStoreFull   Reason = "nonce-store-full"    // right signature, no room to remember it: answer 503
	NonceQuotaPassed Reason = "nonce-quota-reached" // right signature, key sends too many: answer 429
)

// Leniency is a departure from RFC 5849 under which a signature was accepted.
// Each is made by clients in use, and under each all bytes sent are signed.
type Leniency uint8

// The leniencies. A Verifier with Strict set knows none.
const (
	// KeptPort: ":80" of http or ":443" of https stands in the signed URL,
	// against section 3.4.1.2.
	KeptPort Leniency = 1 << iota
	// AsSent: the pairs of the query were signed as they were sent ("+" for a
	// blank, say), against section 3.4.1.3.
	AsSent
)

// Verdict is the result of verifying one request.
type Verdict struct {
	Reason      Reason
	ConsumerKey string // decoded; "" where the request names none
	Token       string
	Nonce       string
	Timestamp   int64         // seconds since 1970; 0 where it has no proper form
	Skew        time.Duration // Timestamp minus the verifier's clock
	Leniency    Leniency      // what it took to accept the signature
	Method      Method        // of the signature
	BodyHash    string        // oauth_body_hash if sent: ask BodyMatches before you trust the body
	Base        string        // base string expected, for BadSignature and UnknownKey; holds no secret
	Detail      string        // which parameter or which place, in words; holds no secret and no signature
	Err         error         // for Unavailable and the two limits of the nonce store

	hashes int // HMACs computed
}

// OK reports whether the request may pass.
func (v *Verdict) OK() bool { return v.Reason == OK }

// Proven reports whether the sender has shown that it holds the consumer
// secret, so that telling it why it was refused gives nothing away.
func (v *Verdict) Proven() bool {
	switch v.Reason {
	case OK, StaleTimestamp, NonceUsed, NonceStoreFull, NonceQuotaPassed:
		return true
	}
	return false
}

// String is for logs: reason, key and detail, never the signature.
func (v *Verdict) String() string {
	s := string(v.Reason)
	if v.ConsumerKey != "" {
		s += fmt.Sprintf(" key=%q", clip(v.ConsumerKey))
	}
	if v.Detail != "" {
		s += ": " + v.Detail
	}
	return s
}
