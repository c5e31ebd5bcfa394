package gallery

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// ParseBase turns an address as people write it into the root below which the
// API lives, without a trailing slash: https://host/gallery,
// https://host/gallery/ and https://host/gallery/api/ are all
// https://host/gallery/api, a bare host gets /gallery/api, and addresses
// ending in /api or /webapi stay (section 1.1). A default port is dropped, as
// signatures leave it out (RFC 5849 section 3.4.1.2).
func ParseBase(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return nil, errors.New("the base URL is empty")
	}
	u, err := url.Parse(raw)
	if err != nil {
		// url.Parse quotes its input; a password may stand in it.
		return nil, errors.New("the base URL cannot be parsed")
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the base URL has to start with http:// or https://")
	case u.Host == "":
		return nil, errors.New("the base URL names no host")
	case u.User != nil:
		return nil, errors.New("the base URL holds a user name; credentials do not belong in it")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the base URL holds a query or a fragment")
	}
	u.Host = canonicalHost(u.Scheme, u.Host)
	path := strings.TrimRight(u.EscapedPath(), "/")
	last := strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	switch {
	case path == "":
		path = "/gallery/api"
	case last == "api" || last == "webapi":
	default:
		path += "/api"
	}
	u.RawPath = path
	if u.Path, err = url.PathUnescape(path); err != nil {
		return nil, errors.New("the base URL's path cannot be decoded")
	}
	return u, nil
}

func canonicalHost(scheme, host string) string {
	host = strings.ToLower(host)
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return host // no port
	}
	if port == "" || scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		if strings.Contains(name, ":") {
			return "[" + name + "]"
		}
		return name
	}
	return host
}

// IsWebAPI reports whether base is the root of the OAuth 2 era, which differs
// in a few paths (section 1.3).
func IsWebAPI(base *url.URL) bool {
	return strings.HasSuffix(strings.ToLower(base.Path), "/webapi")
}
