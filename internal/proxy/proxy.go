// Package proxy is a signing proxy: clients call it without any signature, and
// it calls the gallery with one. So a script, Excel or a browser's address bar
// needs no OAuth at all.
//
// It acts with the user's key for whoever reaches it, so it answers only to
// requests that cannot come from a web site the user happens to visit: see
// [Handler.ServeHTTP].
package proxy

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Config says what to proxy and for whom.
type Config struct {
	// Target is the root of the API, such as https://host/gallery/api.
	Target *url.URL
	// Transport authenticates requests and sends them. Every repeat goes
	// through it again, so it is signed anew.
	Transport http.RoundTripper
	// Token, where it is not empty, has to come with every request: as a
	// bearer token, as the password of HTTP Basic, or in X-Kickoff-Token.
	Token string
	// Hosts are names besides localhost by which the proxy may be called.
	// Addresses in numbers always may.
	Hosts []string
	// Done, where it is not nil, is told of each request that was answered.
	Done func(Answered)
	// RetryWait is the pause before the first repeat (default 300 ms).
	RetryWait time.Duration
}

// Answered is one request and what became of it. It holds no query, which may
// hold what a user searched for.
type Answered struct {
	Method, Path string
	Status       int
	Took         time.Duration
	Refused      string // why the proxy itself refused it; "" where it did not
}

// Handler is the proxy. It is an http.Handler.
type Handler struct {
	cfg   Config
	token [sha256.Size]byte
	proxy *httputil.ReverseProxy
}

// New returns a proxy.
func New(cfg Config) (*Handler, error) {
	if cfg.Target == nil || cfg.Target.Host == "" {
		return nil, errors.New("the proxy has no gallery to call")
	}
	if cfg.Transport == nil {
		return nil, errors.New("the proxy has nothing to sign with")
	}
	if cfg.RetryWait == 0 {
		cfg.RetryWait = 300 * time.Millisecond
	}
	h := &Handler{cfg: cfg, token: sha256.Sum256([]byte(cfg.Token))}
	h.proxy = &httputil.ReverseProxy{
		Rewrite:        h.rewrite,
		Transport:      &repeating{base: cfg.Transport, wait: cfg.RetryWait},
		ModifyResponse: h.modifyResponse,
		ErrorHandler:   h.failed,
		FlushInterval:  -1, // stream: what came goes on at once
		ErrorLog:       log.New(discard{}, "", 0),
	}
	return h, nil
}

// ServeHTTP answers one request. It refuses, before anything is sent:
//
//   - a Host that is neither an address, nor localhost, nor one of
//     Config.Hosts: a name that an attacker points at this machine (DNS rebinding);
//   - a request that a browser made for another site, by Sec-Fetch-Site or
//     Origin (a page on another port of this machine is another site here);
//   - one without the token, where there is one;
//   - use as a forward proxy, and paths with "." and "..".
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	rec := &recorder{ResponseWriter: w}
	refused := h.serve(rec, r)
	if h.cfg.Done != nil {
		h.cfg.Done(Answered{Method: r.Method, Path: r.URL.EscapedPath(), Status: rec.status, Took: time.Since(start), Refused: refused})
	}
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request) (refused string) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	status, why := h.check(r)
	if why != "" {
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="kickoff proxy"`)
		}
		writeError(w, status, "ProxyRefusedException", why)
		return why
	}
	if r.URL.Path == "/" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("Signing proxy to " + h.cfg.Target.String() + "\nCall v1/workflows/subscription/ and the like here, without a signature.\n"))
		return ""
	}
	h.proxy.ServeHTTP(w, r)
	return ""
}

// check returns a status and a reason to refuse r, or "".
func (h *Handler) check(r *http.Request) (int, string) {
	if r.Method == http.MethodConnect || r.URL.Host != "" {
		return http.StatusBadRequest, "this is a signing proxy, not a forward proxy: call its own address, without a proxy setting"
	}
	if !h.ownName(r.Host) {
		return http.StatusForbidden, "the host name of this request is not one of the proxy's"
	}
	if why := crossSite(r); why != "" {
		return http.StatusForbidden, why
	}
	if h.cfg.Token != "" && !h.hasToken(r) {
		return http.StatusUnauthorized, "the proxy's token is missing or wrong"
	}
	for part := range strings.SplitSeq(r.URL.Path, "/") {
		if part == "." || part == ".." {
			return http.StatusBadRequest, `the path holds "." or ".."`
		}
	}
	return 0, ""
}

func (h *Handler) ownName(hostport string) bool {
	host := hostport
	if name, _, err := net.SplitHostPort(hostport); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if host == "localhost" || net.ParseIP(host) != nil {
		return true
	}
	return slices.ContainsFunc(h.cfg.Hosts, func(own string) bool { return strings.EqualFold(own, host) })
}

// crossSite says why a request comes from a page of another site, or "".
// Programs send neither header; a browser's address bar sends "none".
func crossSite(r *http.Request) string {
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "none", "same-origin":
	default:
		return "a web page of another site made this request (" + clip(site) + ")"
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || !strings.EqualFold(u.Host, r.Host) || u.Scheme != "http" && u.Scheme != "https" {
			return "a web page of another site made this request"
		}
	}
	return ""
}

func (h *Handler) hasToken(r *http.Request) bool {
	given := r.Header.Get("X-Kickoff-Token")
	if scheme, value, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
		given = strings.TrimSpace(value)
	}
	if _, password, ok := r.BasicAuth(); ok {
		given = password
	}
	sum := sha256.Sum256([]byte(given)) // equal lengths for the comparison
	return subtle.ConstantTimeCompare(sum[:], h.token[:]) == 1
}

func (h *Handler) failed(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		w.WriteHeader(499) // the client has gone; nobody reads it
		return
	}
	var redirect *redirectError
	if errors.As(err, &redirect) {
		writeError(w, http.StatusBadGateway, "RedirectException", redirect.Error())
		return
	}
	var ue *url.Error // repeats the signed URL
	if errors.As(err, &ue) {
		err = ue.Err
	}
	writeError(w, http.StatusBadGateway, "GatewayException", "no answer from the gallery: "+err.Error())
}

// writeError writes an error in the gallery's own form, which clients can read
// (API reference section 9.1).
func writeError(w http.ResponseWriter, status int, exception, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Data      any    `json:"data"`
		Exception string `json:"exceptionName"`
		Inner     string `json:"innerExceptionMessage"`
		Message   string `json:"message"`
	}{nil, exception, "", message})
}

func clip(s string) string { return s[:min(len(s), 40)] }

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// recorder remembers the status that was sent.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController flush.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
