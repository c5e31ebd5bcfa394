package oauth1

import (
	"fmt"
	"net/http"
	"net/url"
)

// Placement says where a signed request carries its oauth parameters.
type Placement uint8

// The placements. Galleries and nearly all their clients use the query.
const (
	InQuery  Placement = iota // RFC 5849 section 3.5.3
	InHeader                  // RFC 5849 section 3.5.1
)

// maxSignedForm bounds the form bodies that Transport reads in order to sign them.
const maxSignedForm = 10 << 20

// Transport is an http.RoundTripper that signs each request with a fresh
// timestamp and nonce. A retry that comes through it, and a redirect that
// http.Client follows, is therefore a new request to the server. It never
// changes the request it is given.
//
// Do not follow redirects blindly, though: a gallery that redirects a signed
// call almost always means a wrong base address (http for https, a missing
// slash). Set http.Client.CheckRedirect to http.ErrUseLastResponse and report it.
type Transport struct {
	Signer    *Signer
	Placement Placement
	Base      http.RoundTripper // nil means http.DefaultTransport

	// Clock, if set, is the clock of Signer. When a server answers 401 and its
	// Date header shows that this clock is off, the clock is set by it and the
	// request is signed and sent once more, if its body can be had again.
	Clock *Clock
}

// RoundTrip signs a copy of r and sends it.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.send(r)
	if err != nil || t.Clock == nil || resp.StatusCode != http.StatusUnauthorized || !t.Clock.Follow(resp) {
		return resp, err
	}
	again := r.Clone(r.Context())
	switch {
	case r.Body == nil || r.Body == http.NoBody:
	case r.GetBody == nil:
		return resp, nil
	default:
		if again.Body, err = r.GetBody(); err != nil {
			return resp, nil // the answer at hand says more than this error
		}
	}
	resp.Body.Close()
	return t.send(again)
}

func (t *Transport) send(r *http.Request) (*http.Response, error) {
	signed, err := t.sign(r)
	if err != nil {
		if r.Body != nil {
			r.Body.Close() // http.RoundTripper promises it, errors included
		}
		return nil, fmt.Errorf("oauth1: signing %s %s: %w", r.Method, redacted(r.URL), err)
	}
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	return base.RoundTrip(signed)
}

func (t *Transport) sign(r *http.Request) (*http.Request, error) {
	signed := r.Clone(r.Context())
	signed.RequestURI = "" // set where a proxy passes its inbound request on; what is sent is made from URL
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	what, err := FromHTTP(signed, r.URL.Scheme, host, maxSignedForm)
	if err != nil {
		return nil, err
	}
	what.Authorization = ""
	if t.Placement == InHeader {
		header, err := t.Signer.AppendHeader(nil, &what)
		if err != nil {
			return nil, err
		}
		signed.Header.Set("Authorization", string(header))
		return signed, nil
	}
	query, err := t.Signer.AppendQuery(nil, &what)
	if err != nil {
		return nil, err
	}
	signed.URL.RawQuery = string(query)
	return signed, nil
}

// redacted is u without its query, which may hold a signature, and without user information.
func redacted(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
