package proxy

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// dropped are request headers that are the caller's affair with the proxy, or
// the browser's with other servers on this machine.
var dropped = []string{"Authorization", "X-Kickoff-Token", "Cookie", "Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-User"}

// rewrite turns a request to the proxy into one to the gallery. A path may
// begin with the API's root, as in scripts of which only the host was changed;
// oauth parameters of such scripts are left out, as the transport adds its own.
func (h *Handler) rewrite(p *httputil.ProxyRequest) {
	path := p.In.URL.EscapedPath()
	u := *h.cfg.Target
	u.RawPath = h.cfg.Target.EscapedPath() + "/" + strings.TrimLeft(withoutRoot(path, h.cfg.Target.EscapedPath()), "/")
	u.Path, _ = url.PathUnescape(u.RawPath) // both parts were decoded before
	u.RawQuery = withoutOAuth(p.In.URL.RawQuery)
	p.Out.URL = &u
	p.Out.Host = "" // the target's
	for _, name := range dropped {
		p.Out.Header.Del(name)
	}
}

// withoutRoot cuts the root of an API off a path: the target's own, or one of
// those that galleries have (API reference section 1.1).
func withoutRoot(path, target string) string {
	for _, root := range []string{target, "/gallery/api", "/api", "/webapi"} {
		if len(path) >= len(root) && strings.EqualFold(path[:len(root)], root) && (len(path) == len(root) || path[len(root)] == '/') {
			return path[len(root):]
		}
	}
	return path
}

// withoutOAuth leaves the oauth parameters out of a raw query and the rest as it is.
func withoutOAuth(query string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil && strings.HasPrefix(decoded, "oauth_") {
			continue
		}
		kept = append(kept, pair)
	}
	return strings.Join(kept, "&")
}

// redirectError is a gallery that lives elsewhere: following would send the
// caller there without a signature.
type redirectError struct{ to string }

func (e *redirectError) Error() string {
	return "the gallery redirects to " + e.to + ": log in again with that address"
}

// modifyResponse keeps the gallery's permissions for web pages from becoming
// the proxy's: the vendor's servers allow every origin to read.
func (h *Handler) modifyResponse(resp *http.Response) error {
	if loc, err := resp.Location(); err == nil && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return &redirectError{loc.Scheme + "://" + loc.Host + loc.EscapedPath()}
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			resp.Header.Del(name)
		}
	}
	// What a caller could take for the proxy's own; Cross-Origin-Resource-Policy
	// and X-Content-Type-Options are set already.
	for _, name := range []string{"Set-Cookie", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Strict-Transport-Security"} {
		resp.Header.Del(name)
	}
	return nil
}
