package oauth1

import (
	"strings"
	"sync"
)

var collectors = sync.Pool{New: func() any { return new(collector) }}

// BaseString returns the text that a signature of r is computed over
// (RFC 5849 section 3.4.1.1): the method, the base string URI and the
// normalised parameters, each percent-encoded, joined by "&". It holds no
// secret.
func BaseString(r Request) (string, error) {
	c := collectors.Get().(*collector)
	defer collectors.Put(c)
	c.reset(unlimited)
	if err := c.collect(&r, false); err != nil {
		return "", err
	}
	return string(c.layOut(&r, false)), nil
}

// layOut writes the base string of the collected parameters into c.base. With
// keepPort the scheme's default port stands in the URI, which section 3.4.1.2
// forbids and some clients do.
func (c *collector) layOut(r *Request, keepPort bool) []byte {
	b := c.base[:0]
	b = appendUpper(b, r.Method)
	b = append(b, '&')
	b = appendURI(b, r, keepPort)
	b = append(b, '&')
	for i, p := range c.pairs {
		if i > 0 {
			b = append(b, "%26"...)
		}
		b = append(b, c.name(p)...)
		b = append(b, "%3D"...)
		b = append(b, c.value(p)...)
	}
	c.base = b
	return b
}

// appendURI appends the encoded base string URI (section 3.4.1.2): scheme and
// host in lower case, the port unless it is the default of the scheme, the
// path as it was sent, no query.
func appendURI(b []byte, r *Request, keepPort bool) []byte {
	b = appendLowerEncoded(b, r.Scheme)
	b = append(b, "%3A%2F%2F"...)
	host := StripDefaultPort(r.Scheme, r.Host)
	b = appendLowerEncoded(b, host)
	if keepPort && !hasPort(host) {
		b = append(b, "%3A"...)
		b = append(b, defaultPort(r.Scheme)...)
	}
	if r.Path == "" {
		return append(b, "%2F"...)
	}
	return AppendEncode(b, r.Path)
}

// StripDefaultPort returns host without ":80" for http and without ":443" for
// https (RFC 5849 section 3.4.1.2); any other port stays.
func StripDefaultPort(scheme, host string) string {
	if port := defaultPort(scheme); port != "" && strings.HasSuffix(host, port) {
		if h, ok := strings.CutSuffix(host[:len(host)-len(port)], ":"); ok {
			return h
		}
	}
	return host
}

// defaultPort returns the port that scheme implies, or "".
func defaultPort(scheme string) string {
	switch {
	case strings.EqualFold(scheme, "http"):
		return "80"
	case strings.EqualFold(scheme, "https"):
		return "443"
	}
	return ""
}

// hasPort reports whether host ends in a port; the colons of an IPv6 address
// stand in brackets.
func hasPort(host string) bool {
	return strings.LastIndexByte(host, ':') > strings.LastIndexByte(host, ']')
}

func appendUpper(b []byte, s string) []byte {
	n := len(b)
	b = AppendEncode(b, s)
	for i := n; i < len(b); i++ {
		if 'a' <= b[i] && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return b
}

func appendLowerEncoded(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if unreserved[c] {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return b
}
