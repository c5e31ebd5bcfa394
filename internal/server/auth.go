package server

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"kickoff/internal/store"
	"kickoff/oauth1"
)

// The vendor's texts of a refusal (API reference, sections 9.1 and 9.2; OAuth
// reference, section 1.0).
const (
	textSignature = "The provided signature(oauth_signature) is invalid."
	textKey       = "The provided API Key (oauth_consumer_key) is invalid."
	textDenied    = "Authorization has been denied for this request."
)

// baseStringHeader carries the base string that the server computed for a
// refused request. It holds no secret. Longer ones than maxBaseString are left
// out: clients limit the size of headers.
const (
	baseStringHeader = "X-Kickoff-Base-String"
	reasonHeader     = "X-Kickoff-Reason"
	maxBaseString    = 6 << 10
)

// authenticate finds out who sent the request, by OAuth 1 or by a bearer token,
// whichever it carries.
func (s *Server) authenticate(c *call) error {
	if scheme, token, ok := strings.Cut(c.r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return s.bearer(c, strings.TrimSpace(token))
	}
	if c.base == webapi && c.r.Header.Get("Authorization") == "" && !strings.Contains(strings.ToLower(c.r.URL.RawQuery), "oauth_") {
		return failf(http.StatusUnauthorized, textDenied)
	}
	req, err := oauth1.FromHTTP(c.r, c.scheme, c.host, int64(oauth1.DefaultLimits.Form))
	if errors.Is(err, oauth1.ErrFormTooLarge) {
		return failf(http.StatusRequestEntityTooLarge,
			"The form in the body is larger than %d bytes, too large for its signature to be checked. Send JSON with Content-Type: application/json instead.", oauth1.DefaultLimits.Form)
	}
	if err != nil {
		return failf(http.StatusBadRequest, "The request could not be read: %v.", err)
	}
	if err := s.guesses.check(c.client, consumerHint(&req)); err != nil {
		return err
	}
	v := s.verifier.Verify(c.r.Context(), &req)
	if !v.OK() {
		return s.refuse(c, &req, &v)
	}
	e, err := s.directory.find(c.r.Context(), v.ConsumerKey)
	if err != nil {
		return err
	}
	if e == nil { // revoked since the signature was checked
		return failf(http.StatusUnauthorized, textKey)
	}
	s.guesses.passed(c.client, v.ConsumerKey)
	c.who = e.caller
	return nil
}

// consumerHint is the consumer key that a request names, for the limits. It is
// what the verifier will see unless the request is malformed.
func consumerHint(r *oauth1.Request) string {
	for _, text := range []string{r.Authorization, r.Query, r.Form} {
		_, rest, ok := strings.Cut(text, "oauth_consumer_key=")
		if ok {
			rest = strings.TrimPrefix(rest, `"`)
			if end := strings.IndexAny(rest, `"&,`); end >= 0 {
				rest = rest[:end]
			}
			if len(rest) > 64 {
				rest = rest[:64]
			}
			return rest
		}
	}
	return ""
}

// refuse turns a verdict into the answer. The vendor's text comes first, and
// what more can be said, unless strict errors are asked for, goes on after it.
func (s *Server) refuse(c *call, req *oauth1.Request, v *oauth1.Verdict) error {
	reason := string(v.Reason)
	defer func() {
		s.log.LogAttrs(c.r.Context(), slog.LevelWarn, "request refused", slog.String("reason", reason),
			slog.String("key", logKey(v)), slog.String("method", c.r.Method), slog.String("path", logPath(c.r)), slog.String("client", c.client))
	}()
	switch v.Reason {
	case oauth1.Unavailable:
		return fmt.Errorf("check the signature: %w", v.Err)
	case oauth1.NonceStoreFull:
		return failf(http.StatusServiceUnavailable, "The server cannot remember more requests at the moment; try again later.").retryAfter(s.cfg.OAuthWindow)
	case oauth1.NonceQuotaPassed:
		return failf(http.StatusTooManyRequests, "This key sent more requests than the server remembers; try again later.").retryAfter(s.cfg.OAuthWindow)
	case oauth1.TooLarge:
		return failf(http.StatusRequestURITooLong, "The request's parameters are more than the server reads: %s.", v.Detail)
	}
	if !v.Proven() && v.Reason != oauth1.NotSigned {
		s.guesses.failed(c.client, consumerHint(req))
	}
	e := failf(http.StatusUnauthorized, textSignature)
	if v.Reason == oauth1.UnknownKey {
		e.message = textKey
	}
	e.header = http.Header{"Www-Authenticate": {"OAuth"}}
	if s.cfg.StrictErrors {
		return e
	}
	if s.cfg.BaseString && v.Base != "" && len(v.Base) <= maxBaseString {
		e.header.Set(baseStringHeader, v.Base)
	}
	text := ""
	switch v.Reason {
	case oauth1.BadSignature, oauth1.UnknownKey:
		x, ok := s.explainer.explain(c.r.Context(), c, req, v)
		if !ok {
			return e
		}
		reason, text = x.id, x.text
	default:
		text = reasonText(v, s.cfg.OAuthWindow)
	}
	e.message += " " + text
	e.header.Set(reasonHeader, reason)
	return e
}

// reasonText says what is wrong where the request itself, or the server's
// clock and records, show it.
func reasonText(v *oauth1.Verdict, window time.Duration) string {
	switch v.Reason {
	case oauth1.NotSigned:
		return "The request is not signed: it has no oauth parameters in its query and no Authorization header."
	case oauth1.StaleTimestamp:
		if v.Skew.Abs() <= window {
			return "The signature itself is right, but the server was restarted since its timestamp and cannot tell whether the request is a repeated one. Sign it anew."
		}
		way := "behind"
		if v.Skew > 0 {
			way = "ahead of"
		}
		return fmt.Sprintf("The signature itself is right, but its timestamp is %v %s the server's clock; %v are allowed. Set the clock of the computer that signs, and sign each request anew.",
			v.Skew.Abs().Round(time.Second), way, window)
	case oauth1.NonceUsed:
		return "The signature itself is right, but this nonce was sent before with this timestamp. Sign each request anew, retries and redirects too, with a random nonce."
	}
	return "The request is malformed: " + formText(v) + "."
}

// formText says what is wrong with the form of the oauth parameters. The texts
// quote what was sent, but never a signature: Verdict.Detail holds none.
func formText(v *oauth1.Verdict) string {
	switch v.Reason {
	case oauth1.Missing:
		return v.Detail + " is missing or empty; an address that was cut at its first & loses what follows, so put it in quotes on a command line"
	case oauth1.BadMethod:
		return fmt.Sprintf("oauth_signature_method is %q; this server takes HMAC-SHA1, spelt so", v.Detail)
	case oauth1.BadVersion:
		return fmt.Sprintf("oauth_version is %q and not 1.0", v.Detail)
	case oauth1.BadTimestamp:
		if n := len(v.Detail); n >= 12 && n <= 14 && strings.Trim(v.Detail, "0123456789") == "" {
			return fmt.Sprintf("oauth_timestamp is %q, which has %d digits and looks like milliseconds; send whole seconds since 1970, ten digits", v.Detail, n)
		}
		return fmt.Sprintf("oauth_timestamp is %q; send whole seconds since 1970, without sign, decimal point or exponent", v.Detail)
	}
	return cmp.Or(v.Detail, strings.ReplaceAll(string(v.Reason), "-", " "))
}

// bearer checks an access token (API reference, section 11).
func (s *Server) bearer(c *call, token string) error {
	denied := failf(http.StatusUnauthorized, textDenied)
	denied.header = http.Header{"Www-Authenticate": {"Bearer"}}
	if len(token) > 256 {
		return denied
	}
	sum := sha256.Sum256([]byte(token))
	t, err := s.store.Token(c.r.Context(), hex.EncodeToString(sum[:]))
	if errors.Is(err, store.ErrNotFound) || err == nil && !s.now().Before(t.ExpiresAt) {
		return denied
	}
	if err != nil {
		return err
	}
	k, err := s.store.Key(c.r.Context(), t.KeyID)
	if err != nil {
		return err
	}
	e, err := s.directory.find(c.r.Context(), k.Consumer)
	if err != nil {
		return err
	}
	if e == nil {
		return denied
	}
	c.who = e.caller
	return nil
}

// authorize checks the role that a route needs. The answer is 401 as the
// original's is (API reference, section 9.2); the text says what is missing.
func (s *Server) authorize(c *call, need store.Role) error {
	if need == store.Curator && c.who.user.ID == "" {
		return failf(http.StatusUnauthorized, "This is a studio's key; the call needs the key of a user with the role Curator.")
	}
	if c.who.role < need {
		return failf(http.StatusUnauthorized, "The key is valid, but its user's role is %v and this call needs %v.", c.who.role, need)
	}
	return nil
}
