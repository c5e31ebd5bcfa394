package store

import (
	"fmt"
	"strings"
	"time"
)

// Studio is a private studio, called subscription on the wire.
type Studio struct {
	ID        ID
	Name      string
	CreatedAt time.Time
}

// Role says what a user may do; each includes the ones before it.
// The numbers are the vendor's (API reference, section 8.5).
type Role int

// The roles.
const (
	NoAccess Role = iota - 1
	Viewer        // sees workflows and outputs
	Member        // runs workflows
	Artisan       // publishes workflows
	Curator       // administers the gallery
)

var roleNames = map[Role]string{
	NoAccess: "NoAccess", Viewer: "Viewer", Member: "Member", Artisan: "Artisan", Curator: "Curator",
}

// String returns the name used on the wire, for example "Artisan".
func (r Role) String() string {
	if n, ok := roleNames[r]; ok {
		return n
	}
	return fmt.Sprintf("Role(%d)", int(r))
}

// ParseRole finds a role by name, ignoring case.
func ParseRole(s string) (Role, error) {
	for r, n := range roleNames {
		if strings.EqualFold(n, s) {
			return r, nil
		}
	}
	return NoAccess, fmt.Errorf("unknown role %q: want viewer, member, artisan or curator", s)
}

// User is a person with a place in a studio.
type User struct {
	ID        ID
	StudioID  ID
	Email     string // unique, whatever its case
	FirstName string
	LastName  string
	Role      Role
	Active    bool
	CreatedAt time.Time
}

// Name is the user's full name, or the e-mail address where there is none.
func (u User) Name() string {
	if n := strings.TrimSpace(u.FirstName + " " + u.LastName); n != "" {
		return n
	}
	return u.Email
}

// Key is a pair that signs requests: consumer key and secret in OAuth 1, client
// id and client secret in OAuth 2 (API reference, section 11).
type Key struct {
	ID       ID
	Consumer string // what requests name; letters and digits
	Sealed   []byte // the secret, encrypted; associated data is the Consumer
	StudioID ID
	UserID   ID // empty for a studio's key
	Label    string
	// CreatedAt and RevokedAt; RevokedAt is zero while the key is good.
	CreatedAt time.Time
	RevokedAt time.Time
}

// Revoked reports whether the key must not be accepted any more.
func (k Key) Revoked() bool { return !k.RevokedAt.IsZero() }

// Token is an OAuth 2 access token. Its value is not kept, only the hash.
type Token struct {
	Hash      string // lower-case hex SHA-256 of the value
	KeyID     ID
	ExpiresAt time.Time
}
