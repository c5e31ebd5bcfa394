package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// addresses tells how clients see the server and where they are.
type addresses struct {
	scheme, host string         // configured; empty: ask the request
	proxies      []netip.Prefix // whose forwarding headers count
}

// of returns the scheme and host that the client signed with, and the client's
// address: from the configuration, else from a trusted proxy's headers, else
// from the request itself. One answer, not a list to be tried: a base string
// that fits some other address was not signed for this one.
func (a addresses) of(r *http.Request) (scheme, host string, client netip.Addr) {
	scheme, host = "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	client = peer.Addr().Unmap()
	if a.trusted(client) {
		if p := strings.ToLower(first(r.Header.Get("X-Forwarded-Proto"))); p == "http" || p == "https" {
			scheme = p
		}
		if h := first(r.Header.Get("X-Forwarded-Host")); plainHost(h) {
			host = h
			// A proxy that tells the port apart from the host.
			if p := first(r.Header.Get("X-Forwarded-Port")); digits(p) && !strings.Contains(strings.TrimPrefix(h, "["), ":") {
				host += ":" + p
			}
		}
		client = a.forwardedFor(r, client)
	}
	if a.host != "" {
		scheme, host = a.scheme, a.host
	}
	return scheme, host, client
}

// forwardedFor walks X-Forwarded-For from its end, where our own proxies wrote,
// to the first address that is none of them: what stands before that anyone
// could have written.
func (a addresses) forwardedFor(r *http.Request, client netip.Addr) netip.Addr {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = addr.Unmap()
		if !a.trusted(client) {
			break
		}
	}
	return client
}

func (a addresses) trusted(addr netip.Addr) bool {
	for _, p := range a.proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func first(list string) string {
	s, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(s)
}

// plainHost reports whether text can be a host with or without a port.
func plainHost(text string) bool {
	return text != "" && len(text) <= 255 && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`/\?#@,"'<>`, r)
	})
}

func digits(text string) bool {
	return text != "" && len(text) <= 5 && strings.Trim(text, "0123456789") == ""
}

// limitKey is the part of an address that limits count by: all of an IPv4
// address, the /64 of an IPv6 one, which is what one customer has.
func limitKey(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
