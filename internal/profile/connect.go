package profile

import (
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"kickoff/gallery"
	"kickoff/oauth1"
)

// The environment variables that beat profiles.
const (
	EnvProfile = "KICKOFF_PROFILE" // name of the profile
	EnvURL     = "KICKOFF_URL"
	EnvKey     = "KICKOFF_KEY"
	EnvSecret  = "KICKOFF_SECRET"
	EnvAuth    = "KICKOFF_AUTH" // oauth1 or oauth2; by default the address says it
)

// A Connection is all that a request needs: a profile and its secret.
type Connection struct {
	Profile
	Secret string
}

// ErrIncomplete is the error of a connection of which a part is named nowhere.
var ErrIncomplete = errors.New("no gallery is set up")

// Resolve finds the connection to use: environment variables first, then the
// profile called name ("" for KICKOFF_PROFILE, else the default one). A key and
// secret of a profile go to the profile's own address only: with KICKOFF_URL
// set to another one, KICKOFF_KEY and KICKOFF_SECRET have to be set too.
func (s *Store) Resolve(name string, getenv func(string) string) (Connection, error) {
	named := name != "" || getenv(EnvProfile) != ""
	if name == "" {
		name = getenv(EnvProfile)
	}
	if name == "" {
		name = Default
	}
	url, key, secret := getenv(EnvURL), getenv(EnvKey), getenv(EnvSecret)
	if url != "" {
		base, err := gallery.ParseBase(url)
		if err != nil {
			return Connection{}, fmt.Errorf("%s: %w", EnvURL, err)
		}
		url = base.String()
	}
	var p Profile
	if url == "" || key == "" || secret == "" || named {
		var err error
		p, err = s.Load(name)
		switch {
		case err == nil && url != "" && url != p.URL && (key == "" || secret == ""):
			return Connection{}, fmt.Errorf("%s names another gallery than profile %q, whose key is not sent there", EnvURL, name)
		case errors.Is(err, ErrNotFound) && !named:
			return Connection{}, fmt.Errorf("%w: %s", ErrIncomplete, missing(url, key, secret))
		case err != nil:
			return Connection{}, err
		}
	}
	c := Connection{Profile: p, Secret: secret}
	if url != "" && url != p.URL {
		c.URL, c.Auth = url, ""
	}
	if key != "" && key != p.Key {
		if secret == "" {
			return Connection{}, fmt.Errorf("%s names another key than profile %q, whose secret does not fit it", EnvKey, name)
		}
		c.Key = key
	}
	if auth := getenv(EnvAuth); auth != "" {
		c.Auth = Auth(auth)
	}
	if c.Auth == "" {
		c.Auth = AuthOf(c.URL)
	}
	if c.Auth != OAuth1 && c.Auth != OAuth2 {
		return Connection{}, fmt.Errorf("%q is no kind of authentication: oauth1 or oauth2", c.Auth)
	}
	if secret != "" {
		c.Place = InEnvironment
		return c, nil
	}
	var err error
	c.Secret, err = s.Secret(p)
	return c, err
}

func missing(url, key, secret string) string {
	switch {
	case url == "":
		return EnvURL + " is not set and there is no profile"
	case key == "":
		return EnvKey + " is not set and there is no profile"
	case secret == "":
		return EnvSecret + " is not set and there is no profile"
	}
	return "there is no profile"
}

// AuthOf is the kind of authentication that an address speaks: OAuth 2 below
// /webapi, OAuth 1 elsewhere (API reference section 1.1).
func AuthOf(url string) Auth {
	if base, err := gallery.ParseBase(url); err == nil && gallery.IsWebAPI(base) {
		return OAuth2
	}
	return OAuth1
}

// TokenURL is where an OAuth 2 gallery gives tokens (API reference section 11).
func (c Connection) TokenURL() string { return c.URL + "/oauth2/token" }

// Transport authenticates requests for the connection and sends them over
// base (nil: http.DefaultTransport). With OAuth 2 it fetches a token when one
// is needed and keeps it until it runs out; nothing is stored.
func (c Connection) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	if c.Auth == OAuth1 {
		return &oauth1.Transport{Signer: c.Signer(), Base: base}
	}
	return &bearer{
		base: base,
		cfg: clientcredentials.Config{
			ClientID: c.Key, ClientSecret: c.Secret, TokenURL: c.TokenURL(),
			AuthStyle: oauth2.AuthStyleInHeader, // RFC 6749 section 2.3.1 prefers it to the form
		},
	}
}

// Signer signs OAuth 1.0a requests with the connection's key.
func (c Connection) Signer() *oauth1.Signer {
	return oauth1.NewSigner(oauth1.Credentials{ConsumerKey: c.Key, ConsumerSecret: c.Secret})
}

// Gallery returns a client for the connection over base (nil: http.DefaultTransport).
func (c Connection) Gallery(base http.RoundTripper) (*gallery.Client, error) {
	return gallery.New(c.URL, &http.Client{Transport: c.Transport(base)})
}
