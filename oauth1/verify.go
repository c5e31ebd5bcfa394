package oauth1

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"kickoff/oauth1/internal/keyed"
)

// ErrUnknownKey is what a KeySource returns for a consumer key that does not
// exist, is disabled or may not use the API.
var ErrUnknownKey = errors.New("unknown consumer key")

// A KeySource finds the credentials of a consumer. It returns an error that
// wraps ErrUnknownKey where there are none; any other error means that it
// could not tell. Token is empty for galleries. Keep prepared Keys, since
// preparing one costs four hashes.
type KeySource interface {
	Key(ctx context.Context, consumerKey, token string) (*Key, error)
}

// KeyFunc is a function that is a KeySource.
type KeyFunc func(ctx context.Context, consumerKey, token string) (*Key, error)

// Key calls f.
func (f KeyFunc) Key(ctx context.Context, consumerKey, token string) (*Key, error) {
	return f(ctx, consumerKey, token)
}

// DefaultWindow is how far a timestamp may lie from the server's clock.
const DefaultWindow = 5 * time.Minute

// VerifierConfig says how to verify.
type VerifierConfig struct {
	Keys   KeySource  // required
	Nonces NonceStore // required by NewVerifier; a verifier without replay protection has to be asked for with NoNonces

	// NoNonces does without replay protection: any signed request can be sent
	// again until its timestamp leaves the window.
	NoNonces bool

	Window      time.Duration    // 0 means DefaultWindow
	Now         func() time.Time // nil means time.Now
	Strict      bool             // RFC 5849 to the letter, no Leniency
	AllowSHA256 bool             // accept HMAC-SHA256 as well as HMAC-SHA1
	Limits      Limits           // zero means DefaultLimits
}

// A Verifier checks signed requests (RFC 5849 section 3.2). It is safe for
// concurrent use.
type Verifier struct {
	VerifierConfig
	dummy *Key // stands in for unknown keys, so that they cost the same hashes
}

// NewVerifier returns a Verifier.
func NewVerifier(cfg VerifierConfig) (*Verifier, error) {
	if cfg.Keys == nil {
		return nil, errors.New("oauth1: verifier needs a key source")
	}
	if cfg.Nonces == nil && !cfg.NoNonces {
		return nil, errors.New("oauth1: verifier needs a nonce store; set NoNonces to accept replays")
	}
	if cfg.Window == 0 {
		cfg.Window = DefaultWindow
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Limits == (Limits{}) {
		cfg.Limits = DefaultLimits
	}
	return &Verifier{VerifierConfig: cfg, dummy: NewKey(Credentials{ConsumerSecret: rand.Text()})}, nil
}

// Verify checks r: its form, the key, the signature, the timestamp and at
// last the nonce, which is recorded only when all the rest is right, so that
// nobody can use up the nonces of others. A request that is accepted costs no
// allocation beyond those of the stores. The number of hashes depends on the
// form of the request alone, not on whether the key exists.
func (v *Verifier) Verify(ctx context.Context, r *Request) Verdict {
	c := collectors.Get().(*collector)
	defer collectors.Put(c)
	c.reset(v.Limits)
	var out Verdict
	method, ok := v.parse(c, r, &out)
	if !ok {
		return out
	}
	key, err := v.Keys.Key(ctx, out.ConsumerKey, out.Token)
	known := err == nil && key != nil
	if !known {
		key = v.dummy
		if err != nil && !errors.Is(err, ErrUnknownKey) {
			out.Reason, out.Err = Unavailable, err
			return out
		}
	}
	if !v.checkSignature(c, r, key, method, &out) || !known {
		out.Reason = BadSignature
		if !known {
			out.Reason = UnknownKey
		}
		return out
	}
	window := int64(v.Window / time.Second)
	skew := out.Timestamp - v.Now().Unix()
	if skew > window || skew < -window {
		out.Reason = StaleTimestamp
		return out
	}
	out.Reason = OK
	if v.Nonces != nil {
		v.useNonce(ctx, &out, window)
	}
	return out
}

// parse collects the parameters of r and checks their form. It reports false
// with the reason in out when r cannot be verified.
func (v *Verifier) parse(c *collector, r *Request, out *Verdict) (Method, bool) {
	refuse := func(why Reason, detail string) (Method, bool) {
		out.Reason, out.Detail = why, detail
		return 0, false
	}
	if err := c.collect(r, false); err != nil {
		var repeated *repeatedError
		switch {
		case errors.Is(err, errTooLarge):
			return refuse(TooLarge, err.Error())
		case errors.As(err, &repeated) && c.places&(c.places-1) != 0:
			return refuse(Mixed, "oauth parameters stand in the "+c.places.String())
		case errors.As(err, &repeated):
			return refuse(Repeated, err.Error())
		}
		return refuse(Malformed, err.Error())
	}
	if c.places == 0 {
		return refuse(NotSigned, "no oauth parameters in query, header or form")
	}
	out.ConsumerKey = c.protocol(pConsumerKey)
	if c.places&(c.places-1) != 0 {
		return refuse(Mixed, "oauth parameters stand in the "+c.places.String())
	}
	for _, i := range [...]int{pConsumerKey, pSignatureMethod, pTimestamp, pNonce, pSignature} {
		if c.raw[i] == "" {
			return refuse(Missing, protocolNames[i])
		}
	}
	out.Token = c.protocol(pToken)
	out.Nonce = c.protocol(pNonce)
	out.BodyHash = c.protocol(pBodyHash)
	method := HMACSHA1
	switch m := c.protocol(pSignatureMethod); {
	case m == "HMAC-SHA1":
	case m == "HMAC-SHA256" && v.AllowSHA256:
		method = HMACSHA256
	default:
		return refuse(BadMethod, clip(m))
	}
	if c.seen[pVersion] && c.protocol(pVersion) != "1.0" {
		return refuse(BadVersion, clip(c.protocol(pVersion)))
	}
	ts, ok := parseTimestamp(c.protocol(pTimestamp))
	if !ok {
		return refuse(BadTimestamp, clip(c.protocol(pTimestamp)))
	}
	out.Timestamp, out.Method = ts, method
	out.Skew = time.Duration(ts-v.Now().Unix()) * time.Second
	return method, true
}

// parseTimestamp takes 1 to 10 decimal digits; ten hold every second until the
// year 2286, and thirteen are milliseconds.
func parseTimestamp(s string) (int64, bool) {
	if len(s) == 0 || len(s) > 10 {
		return 0, false
	}
	var n int64
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// checkSignature compares the signature of r with those that key makes: the
// one of RFC 5849 and, unless Strict, those of the leniencies. It puts the
// expected base string into out on failure.
func (v *Verifier) checkSignature(c *collector, r *Request, key *Key, method Method, out *Verdict) bool {
	var decoded [base64Size]byte
	presented := v.decodeSignature(c, decoded[:0])
	m := computers.Get().(*keyed.Computer)
	defer computers.Put(m)
	matches := func(base []byte) bool {
		out.hashes++
		return subtle.ConstantTimeCompare(m.Sum(key.macs[method], base), presented) == 1
	}
	base := c.layOut(r, false)
	if matches(base) {
		return true
	}
	expected := string(base)
	if !v.Strict {
		if matches(c.layOut(r, true)) {
			out.Leniency = KeptPort
			return true
		}
		if c.recollectAsSent(r) {
			if matches(c.layOut(r, false)) {
				out.Leniency = AsSent
				return true
			}
			if matches(c.layOut(r, true)) {
				out.Leniency = AsSent | KeptPort
				return true
			}
		}
	}
	out.Base = expected
	return false
}

// decodeSignature decodes the base64 of oauth_signature (section 3.4.2) into
// dst. What is no base64 yields nothing, which equals no HMAC.
func (v *Verifier) decodeSignature(c *collector, dst []byte) []byte {
	text, _ := appendDecode(c.text[:0], c.raw[pSignature], c.places != inHeader)
	c.text = text
	// Package base64 skips line breaks; a signature has none.
	if base64.StdEncoding.DecodedLen(len(text)) > cap(dst) || bytes.ContainsAny(text, "\r\n") {
		return nil
	}
	n, err := base64.StdEncoding.Strict().Decode(dst[:cap(dst)], text)
	if err != nil {
		return nil
	}
	return dst[:n]
}

// recollectAsSent collects the parameters of r again, those of query and form
// as they were sent. It reports false where that can make no difference: the
// query holds nothing that is written in another way than section 3.6 would.
func (c *collector) recollectAsSent(r *Request) bool {
	if !strings.ContainsAny(r.Query, "+") && !strings.ContainsAny(r.Form, "+") {
		return false
	}
	places := c.places
	c.reset(c.limits)
	if err := c.collect(r, true); err != nil {
		return false
	}
	c.places = places
	return true
}

// useNonce records the nonce of an otherwise good request.
func (v *Verifier) useNonce(ctx context.Context, out *Verdict, window int64) {
	err := v.Nonces.Use(ctx, Nonce{
		ConsumerKey: out.ConsumerKey,
		Timestamp:   out.Timestamp,
		Value:       out.Nonce,
		Expires:     out.Timestamp + window,
	})
	switch {
	case err == nil:
	case errors.Is(err, ErrNonceUsed):
		out.Reason = NonceUsed
	case errors.Is(err, ErrNonceExpired):
		out.Reason = StaleTimestamp
	case errors.Is(err, ErrNonceStoreFull):
		out.Reason, out.Err = NonceStoreFull, err
	case errors.Is(err, ErrNonceQuota):
		out.Reason, out.Err = NonceQuotaPassed, err
	default:
		out.Reason, out.Err = Unavailable, err
	}
}
