package cli

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/oauth2"

	"kickoff/gallery"
	"kickoff/internal/doctor"
	"kickoff/internal/profile"
)

// connection is the gallery that this invocation talks to.
func (a *app) connection() (profile.Connection, error) {
	c, err := a.Profiles.Resolve(a.profileName, a.Getenv)
	switch {
	case errors.Is(err, profile.ErrNotFound), errors.Is(err, profile.ErrIncomplete):
		return c, &codedError{err: err, code: exitAuth, hints: []string{
			"run 'kickoff login', or set KICKOFF_URL, KICKOFF_KEY and KICKOFF_SECRET",
		}}
	case errors.Is(err, profile.ErrNoSecret):
		return c, &codedError{err: err, code: exitAuth, hints: []string{"run 'kickoff login' again, or set KICKOFF_SECRET"}}
	case err != nil:
		return c, &codedError{err: err, code: exitAuth}
	}
	return c, nil
}

// gallery is a client of the gallery that this invocation talks to.
func (a *app) gallery() (*gallery.Client, error) {
	c, err := a.connection()
	if err != nil {
		return nil, err
	}
	return a.client(c)
}

func (a *app) client(c profile.Connection) (*gallery.Client, error) {
	g, err := c.Gallery(a.Transport)
	if err != nil {
		return nil, err
	}
	g.UserAgent = "kickoff/" + a.Version
	return g, nil
}

// advice is what can be said about an error of a gallery from its kind alone.
func advice(err error) string {
	var refused *gallery.Error
	var token *oauth2.RetrieveError
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &token):
		return "the gallery gives no token for this key and secret; run 'kickoff doctor'"
	case errors.Is(err, gallery.ErrRedirected):
		return "the gallery lives at another address: run 'kickoff login' with it"
	case errors.As(err, &refused) && refused.Status == 401 && strings.Contains(refused.Message, "oauth_consumer_key"):
		return "the gallery does not know this key: 'kickoff login' stores another"
	case errors.As(err, &refused) && refused.Status == 401 && refused.BaseString != "":
		if doctor.SignedURL(refused.BaseString) == refused.URL {
			return "the server expected what was signed, so key and secret do not belong together: run 'kickoff login'"
		}
		return "the server checks another address than was called; it expected this base string: " + refused.BaseString
	case errors.As(err, &refused) && refused.Status == 401:
		return "check key, secret and address: 'kickoff doctor' says which of them is wrong"
	case errors.Is(err, gallery.ErrNotJSON):
		return "the address may be that of a web page: run 'kickoff doctor'"
	case errors.As(err, &dns):
		return fmt.Sprintf("there is no host %q as far as this machine knows", dns.Name)
	case errors.As(err, &op) && op.Op == "dial":
		return "is the gallery running, and is the address right? 'kickoff doctor' looks closer"
	}
	return ""
}
