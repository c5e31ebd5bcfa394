// Package profile keeps how to reach galleries: for each profile an address,
// which kind of authentication it takes, a key, and the key's secret. Secrets
// stand in the system's keyring or, where there is none, in a file that only
// its owner may read; never beside the rest.
package profile

import (
	"errors"
	"fmt"
	"regexp"
)

// Auth is how a gallery authenticates requests.
type Auth string

// The two eras of the API (API reference section 1.2).
const (
	OAuth1 Auth = "oauth1" // every request is signed
	OAuth2 Auth = "oauth2" // a token is fetched with the key and its secret
)

// Default is the name of the profile that is used where none is named.
const Default = "default"

// A Profile is one gallery and one key of it.
type Profile struct {
	Name string `toml:"-" json:"name"`
	URL  string `toml:"url" json:"url"` // root of the API, as gallery.ParseBase gives it
	Auth Auth   `toml:"auth" json:"auth"`
	Key  string `toml:"key" json:"key"`
	// Place says where the secret is kept.
	Place Place `toml:"secret" json:"secretIn"`
}

// Place is where a secret is kept.
type Place string

// The places for secrets.
const (
	InKeyring Place = "keyring"
	InFile    Place = "file"
	// InEnvironment is never stored: the secret came with KICKOFF_SECRET.
	InEnvironment Place = "environment"
)

// Sentinel errors, for errors.Is.
var (
	ErrNotFound = errors.New("no such profile")
	ErrNoSecret = errors.New("the secret is missing")
)

var names = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// CheckName says whether a name may be a profile's: it becomes a file name.
func CheckName(name string) error {
	if !names.MatchString(name) {
		return fmt.Errorf("%q is no profile name: letters, digits, '.', '_' and '-', at most 64", name)
	}
	return nil
}
