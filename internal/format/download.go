package format

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Downloader fetches what workflows ask for, within the bounds that the owner
// of the server sets. Workflows come from many hands and the server stands
// inside a network, so a host is checked by name before a request, again at
// each redirect, and by its address when the connection is made: a name that
// resolves to another address the second time gains nothing.
type Downloader struct {
	// Allow lists the hosts that may be reached, by name and in any case, without
	// port; "*" is any.
	Allow []string
	// Private allows addresses that are not of the public internet.
	Private bool
	// MaxBytes bounds a response, as it is after decompression.
	MaxBytes int64
	// Timeout bounds a request from the look-up of the name to the last byte.
	Timeout time.Duration
}

// RefusedError says that a download is not allowed.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// Response is what a server answered, whatever its status is.
type Response struct {
	// Header is the status line and the header fields, each ended by CRLF.
	Header string
	Body   []byte
}

// ErrTooLarge is wrapped by the error for a response beyond MaxBytes.
var ErrTooLarge = errors.New("the response is too large")

const maxRedirects = 10

// Client makes an HTTP client with the bounds. It uses no proxy, since the
// address of the host behind one cannot be checked.
func (d Downloader) Client() *http.Client {
	dialer := &net.Dialer{Timeout: 30 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		return d.mayDial(address)
	}}
	return &http.Client{
		Timeout: d.Timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 30 * time.Second, MaxResponseHeaderBytes: 1 << 20,
			MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(to *http.Request, via []*http.Request) error {
			if len(via) >= maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			from := via[0].URL
			if !strings.EqualFold(to.URL.Host, from.Host) || from.Scheme == "https" && to.URL.Scheme != "https" {
				// Keys that were meant for one host are not told another.
				to.Header = http.Header{"User-Agent": to.Header["User-Agent"]}
			}
			return d.mayAsk(to.URL)
		},
	}
}

// Do sends a request and reads the response. Errors name the host, but neither
// path nor query, which often hold a key.
func (d Downloader) Do(ctx context.Context, client *http.Client, r *http.Request) (*Response, error) {
	if err := d.mayAsk(r.URL); err != nil {
		return nil, err
	}
	res, err := client.Do(r.WithContext(ctx))
	if err != nil {
		return nil, withoutURL(r.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, d.MaxBytes+1))
	if err != nil {
		return nil, withoutURL(r.URL, err)
	}
	if int64(len(body)) > d.MaxBytes {
		return nil, fmt.Errorf("%s: %w: more than %d bytes", r.URL.Host, ErrTooLarge, d.MaxBytes)
	}
	var head strings.Builder
	fmt.Fprintf(&head, "%s %s\r\n", res.Proto, res.Status)
	if err := res.Header.Write(&head); err != nil {
		return nil, err
	}
	return &Response{Header: head.String(), Body: body}, nil
}

// withoutURL drops the URL that the client puts into its errors.
func withoutURL(u *url.URL, err error) error {
	var refused *RefusedError
	if errors.As(err, &refused) {
		return refused
	}
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	return fmt.Errorf("%s: %w", u.Host, err)
}

// mayAsk checks a URL before it is asked.
func (d Downloader) mayAsk(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return &RefusedError{fmt.Sprintf("a URL must begin with http:// or https://, not %q", u.Scheme+":")}
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	if host == "" {
		return &RefusedError{"the URL names no host"}
	}
	for _, allowed := range d.Allow {
		if allowed == "*" || strings.EqualFold(strings.TrimSuffix(allowed, "."), host) {
			return nil
		}
	}
	return &RefusedError{fmt.Sprintf("the host %s is not among those that workflows may download from", host)}
}

// mayDial checks the address of a connection that is about to be made.
func (d Downloader) mayDial(address string) error {
	if d.Private {
		return nil
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &RefusedError{fmt.Sprintf("%q is no address", address)}
	}
	if !IsPublic(at.Addr()) {
		return &RefusedError{fmt.Sprintf("the address %s is not one of the public internet", at.Addr())}
	}
	return nil
}

// notPublic are the blocks beside those that netip knows (IANA's registries of
// special-purpose addresses).
var notPublic = func() []netip.Prefix {
	var all []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}()

// IsPublic reports whether an address is one of the public internet. Addresses
// that another one is wrapped in (6to4, NAT64, Teredo) are not.
func IsPublic(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
