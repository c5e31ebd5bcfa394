// Package server is the gallery over HTTP: one file a resource, and what they
// share.
//
//	request ─► address (scheme, host, client) ─► splitPath, match ─► authenticate ─► authorize ─► handler
//	                                                   oauth1 or bearer token                        │
//	answer  ◄── JSON in the vendor's forms, or an error from the one table in errors.go  ◄──────────┘
//
// Names and shapes on the wire are the vendor's, byte for byte where a strict
// client needs it, so v1 has plain handlers and small structs (wire.go).
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kickoff/internal/account"
	"kickoff/internal/blob"
	"kickoff/internal/config"
	"kickoff/internal/queue"
	"kickoff/internal/secret"
	"kickoff/internal/store"
	"kickoff/oauth1"
	"kickoff/workflow"
)

// Options are what a Server works with. All but Now are required.
type Options struct {
	Config config.Server
	Store  store.Store
	Queue  queue.Queue
	Blobs  *blob.Store
	// Try runs a package before it is accepted (job.Pool.Try).
	Try     func(ctx context.Context, path, fileName string) error
	Secrets *secret.Box
	Nonces  oauth1.NonceStore
	Log     *slog.Logger
	Now     func() time.Time // nil means time.Now
}

// Server is the gallery's http.Handler.
type Server struct {
	cfg       config.Server
	store     store.Store
	queue     queue.Queue
	blobs     *blob.Store
	try       func(ctx context.Context, path, fileName string) error
	accounts  *account.Service
	directory *directory
	verifier  *oauth1.Verifier
	guesses   *guesses
	explainer *explainer
	documents *documents
	addresses addresses
	routes    []route
	log       *slog.Logger
	now       func() time.Time
}

// New returns a Server.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		cfg: o.Config, store: o.Store, queue: o.Queue, blobs: o.Blobs, try: o.Try, log: o.Log, now: o.Now, routes: routes(),
		accounts:  &account.Service{Store: o.Store, Secrets: o.Secrets, Now: o.Now},
		directory: &directory{store: o.Store, secrets: o.Secrets, now: o.Now},
		guesses:   newGuesses(o.Now),
	}
	s.explainer = newExplainer(s.directory, o.Config.Listen, o.Now)
	s.documents = &documents{path: o.Blobs.Path, docs: map[string]*workflow.Document{}}
	var err1, err2, err3 error
	s.addresses.scheme, s.addresses.host, err1 = o.Config.PublicAddress()
	s.addresses.proxies, err2 = o.Config.ProxyNetworks()
	s.verifier, err3 = oauth1.NewVerifier(oauth1.VerifierConfig{
		Keys: s.directory, Nonces: o.Nonces, Window: o.Config.OAuthWindow, Now: o.Now, Strict: o.Config.StrictOAuth,
	})
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("set up server: %w", err)
	}
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	c := &call{w: &responseWriter{ResponseWriter: w}, r: r}
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.log.Error("panic", "method", r.Method, "path", logPath(r), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			s.fail(c, failf(http.StatusInternalServerError, "The server failed; its log says how."))
		}
		s.log.LogAttrs(r.Context(), slog.LevelDebug, "request", slog.String("method", r.Method), slog.String("path", logPath(r)),
			slog.Int("status", cmp.Or(c.w.status, http.StatusOK)), slog.Int64("bytes", c.w.bytes), slog.Duration("took", time.Since(began)),
			slog.String("key", c.who.key.Consumer), slog.String("client", c.client))
	}()
	if err := s.serve(c); err != nil {
		s.fail(c, err)
	}
}

func (s *Server) serve(c *call) error {
	scheme, host, client := s.addresses.of(c.r)
	c.scheme, c.host, c.client = scheme, host, limitKey(client)
	var segments []string
	c.base, segments = splitPath(c.r.URL.EscapedPath())
	if c.base == noBase {
		return s.outside(c, segments)
	}
	cors(c)
	if c.r.Method == http.MethodOptions {
		c.w.WriteHeader(http.StatusOK)
		return nil
	}
	if c.base == webapi && hasPrefixFold(segments, "oauth2", "token") && len(segments) == 2 {
		if c.r.Method != http.MethodPost {
			return notAllowed(c.r.Method, "POST")
		}
		if err := s.bound(c, smallBody); err != nil {
			return err
		}
		return s.token(c)
	}
	route, params, allowed := match(s.routes, c.r.Method, segments)
	if route == nil && len(allowed) > 0 {
		return notAllowed(c.r.Method, allowed...)
	}
	if route == nil {
		return failf(http.StatusNotFound, "There is no call with the address %q. See the API's list of calls.", logPath(c.r))
	}
	c.params = params
	if err := s.bound(c, route.limit); err != nil {
		return err
	}
	if err := s.authenticate(c); err != nil {
		return err
	}
	if err := s.authorize(c, route.role); err != nil {
		return err
	}
	c.query = parseQuery(c.r.URL.RawQuery)
	return route.handle(s, c)
}

// bound limits the body. One that says at once that it is too large is refused
// before it is sent.
func (s *Server) bound(c *call, limit bodyLimit) error {
	most := int64(s.cfg.MaxBody)
	if limit == uploadBody {
		most = int64(s.cfg.MaxUpload) + maxFields*maxFieldSize
	}
	if c.r.ContentLength > most {
		return failf(http.StatusRequestEntityTooLarge, "The body has %d bytes, more than the limit of %d.", c.r.ContentLength, most)
	}
	c.r.Body = http.MaxBytesReader(c.w.ResponseWriter, c.r.Body, most)
	return nil
}

func notAllowed(method string, allowed ...string) error {
	slices.Sort(allowed)
	e := failf(http.StatusMethodNotAllowed, "This address is not called with %.20s, but with %s.", method, strings.Join(allowed, " or "))
	e.header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
	return e
}

// cors sends the headers of the original (API reference, section 2). They give
// nothing away: a request needs a signature or a token, which a foreign page
// does not have, and no cookie counts here.
func cors(c *call) {
	h := c.w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Accept, Authorization")
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS")
	h.Set("Access-Control-Max-Age", "1728000")
}

// outside answers what is below no base.
func (s *Server) outside(c *call, segments []string) error {
	if len(segments) == 1 && segments[0] == "healthz" {
		if err := s.store.Ping(c.r.Context()); err != nil {
			return err
		}
		c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := c.w.Write([]byte("ok\n"))
		return err
	}
	return failf(http.StatusNotFound, "There is nothing at this address. The API is at /gallery/api, /api and /webapi.")
}
