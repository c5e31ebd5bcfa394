// Package account makes and lists the studios, users and keys of a gallery. The
// server does so for curators over the API, and commands on a data folder.
package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"kickoff/internal/secret"
	"kickoff/internal/store"
)

// ErrInput: what was asked for is malformed or contradicts itself. The text
// says how and may be shown to who asked.
var ErrInput = errors.New("bad request")

// Service works on a store.
type Service struct {
	Store   store.Accounts
	Secrets *secret.Box
	Now     func() time.Time
}

// User is a user as commands and the API show it.
type User struct {
	ID        store.ID  `json:"id"`
	Email     string    `json:"email"`
	FirstName string    `json:"firstName"`
	LastName  string    `json:"lastName"`
	Role      string    `json:"role"`   // "Curator"
	Studio    string    `json:"studio"` // its name
	StudioID  store.ID  `json:"subscriptionId"`
	Active    bool      `json:"isActive"`
	CreatedAt time.Time `json:"dateCreated"`
}

// Key is a key as commands and the API show it.
type Key struct {
	ID        store.ID  `json:"id"`
	Consumer  string    `json:"key"`
	Secret    string    `json:"secret,omitempty"` // only when it was just made
	Owner     string    `json:"owner"`            // e-mail of the user; "" for a studio's key
	Studio    string    `json:"studio"`           // its name
	Label     string    `json:"label"`
	CreatedAt time.Time `json:"dateCreated"`
	RevokedAt time.Time `json:"dateRevoked,omitzero"`
}

// UserRequest asks for a new user.
type UserRequest struct {
	Email     string `json:"email"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Role      string `json:"role"`   // "": Member
	Studio    string `json:"studio"` // name or id; "": a studio of the user's own
}

// KeyRequest asks for a new key of a user or of a studio: one of both.
type KeyRequest struct {
	Owner  string `json:"owner"`  // e-mail of the user
	Studio string `json:"studio"` // name or id
	Label  string `json:"label"`
}

// Init sets up an empty gallery: a studio, its curator and the curator's key,
// with its secret, which cannot be shown again. store.ErrExists when the
// gallery has a user.
func (s *Service) Init(ctx context.Context, studio, email string) (Key, error) {
	if err := checkEmail(email); err != nil {
		return Key{}, err
	}
	now := s.Now()
	st := store.Studio{ID: store.NewID(), Name: studio, CreatedAt: now}
	u := store.User{ID: store.NewID(), StudioID: st.ID, Email: email, Role: store.Curator, Active: true, CreatedAt: now}
	k, text := s.mint(st.ID, u.ID, "first key")
	if err := s.Store.Init(ctx, st, u, k); err != nil {
		return Key{}, err
	}
	return keyView(k, text, u.Email, st.Name), nil
}

// mint makes a key. Key and secret are letters and digits, which every client
// signs right with (client reference, section 0.13).
func (s *Service) mint(studio, user store.ID, label string) (store.Key, string) {
	text := secret.Mint(secret.SecretLen)
	k := store.Key{
		ID: store.NewID(), Consumer: secret.Mint(secret.ConsumerLen), StudioID: studio, UserID: user, Label: label, CreatedAt: s.Now(),
	}
	k.Sealed = s.Secrets.Seal(text, k.Consumer)
	return k, text
}

func keyView(k store.Key, text, owner, studio string) Key {
	return Key{
		ID: k.ID, Consumer: k.Consumer, Secret: text, Owner: owner, Studio: studio, Label: k.Label,
		CreatedAt: k.CreatedAt, RevokedAt: k.RevokedAt,
	}
}

func userView(u store.User, studio string) User {
	return User{
		ID: u.ID, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName, Role: u.Role.String(), Studio: studio, StudioID: u.StudioID,
		Active: u.Active, CreatedAt: u.CreatedAt,
	}
}

// CreateUser makes a user. ErrInput, store.ErrExists for a known e-mail.
func (s *Service) CreateUser(ctx context.Context, r UserRequest) (User, error) {
	r.Email = strings.TrimSpace(r.Email)
	if err := checkEmail(r.Email); err != nil {
		return User{}, err
	}
	role, err := store.ParseRole(cmp.Or(r.Role, "Member"))
	if err != nil {
		return User{}, fmt.Errorf("%w: %w", ErrInput, err)
	}
	for _, name := range []string{r.FirstName, r.LastName, r.Studio} {
		if err := checkName(name); err != nil {
			return User{}, err
		}
	}
	if _, err := s.Store.UserByEmail(ctx, r.Email); err == nil {
		return User{}, fmt.Errorf("user %s: %w", r.Email, store.ErrExists)
	} else if !errors.Is(err, store.ErrNotFound) {
		return User{}, err
	}
	now := s.Now()
	var st store.Studio
	if r.Studio == "" {
		st = store.Studio{ID: store.NewID(), Name: r.Email, CreatedAt: now}
		err = s.Store.AddStudio(ctx, st)
	} else if st, err = s.studio(ctx, r.Studio); errors.Is(err, store.ErrNotFound) {
		st = store.Studio{ID: store.NewID(), Name: r.Studio, CreatedAt: now}
		err = s.Store.AddStudio(ctx, st)
	}
	if err != nil {
		return User{}, err
	}
	u := store.User{
		ID: store.NewID(), StudioID: st.ID, Email: r.Email, FirstName: r.FirstName, LastName: r.LastName, Role: role, Active: true, CreatedAt: now,
	}
	if err := s.Store.AddUser(ctx, u); err != nil {
		return User{}, err
	}
	return userView(u, st.Name), nil
}

// studio finds a studio by id or by name; of several with one name none.
func (s *Service) studio(ctx context.Context, text string) (store.Studio, error) {
	all, err := s.Store.Studios(ctx)
	if err != nil {
		return store.Studio{}, err
	}
	var found []store.Studio
	for _, st := range all {
		if strings.EqualFold(string(st.ID), text) {
			return st, nil
		}
		if strings.EqualFold(st.Name, text) {
			found = append(found, st)
		}
	}
	switch len(found) {
	case 0:
		return store.Studio{}, fmt.Errorf("studio %q: %w", text, store.ErrNotFound)
	case 1:
		return found[0], nil
	}
	return store.Studio{}, fmt.Errorf("%w: %d studios are called %q: give the id", ErrInput, len(found), text)
}

// Users are all users by e-mail.
func (s *Service) Users(ctx context.Context) ([]User, error) {
	users, err := s.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	studios, err := s.studioNames(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]User, len(users))
	for i, u := range users {
		out[i] = userView(u, studios[u.StudioID])
	}
	return out, nil
}

func (s *Service) studioNames(ctx context.Context) (map[store.ID]string, error) {
	all, err := s.Store.Studios(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[store.ID]string, len(all))
	for _, st := range all {
		names[st.ID] = st.Name
	}
	return names, nil
}

// CreateKey makes a key; its secret cannot be shown again. ErrInput,
// store.ErrNotFound for an unknown user or studio.
func (s *Service) CreateKey(ctx context.Context, r KeyRequest) (Key, error) {
	if (r.Owner == "") == (r.Studio == "") {
		return Key{}, fmt.Errorf("%w: a key belongs to a user or to a studio: name one of them", ErrInput)
	}
	if err := checkName(r.Label); err != nil {
		return Key{}, err
	}
	var u store.User
	var st store.Studio
	var err error
	if r.Owner != "" {
		if u, err = s.Store.UserByEmail(ctx, r.Owner); err == nil {
			st, err = s.Store.Studio(ctx, u.StudioID)
		}
	} else {
		st, err = s.studio(ctx, r.Studio)
	}
	if err != nil {
		return Key{}, err
	}
	k, text := s.mint(st.ID, u.ID, r.Label)
	if err := s.Store.AddKey(ctx, k); err != nil {
		return Key{}, err
	}
	return keyView(k, text, u.Email, st.Name), nil
}

// Keys are all keys, oldest first, without their secrets.
func (s *Service) Keys(ctx context.Context) ([]Key, error) {
	keys, err := s.Store.Keys(ctx)
	if err != nil {
		return nil, err
	}
	users, err := s.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	emails := make(map[store.ID]string, len(users))
	for _, u := range users {
		emails[u.ID] = u.Email
	}
	studios, err := s.studioNames(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Key, len(keys))
	for i, k := range keys {
		out[i] = keyView(k, "", emails[k.UserID], studios[k.StudioID])
	}
	return out, nil
}

// Revoke makes a key, named by its consumer key or id, invalid from now on,
// with all tokens got by it. store.ErrNotFound.
func (s *Service) Revoke(ctx context.Context, name string) error {
	k, err := s.Store.KeyByConsumer(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		if id, bad := store.ParseID(name); bad == nil {
			k, err = s.Store.Key(ctx, id)
		}
	}
	if err != nil {
		return err
	}
	return s.Store.RevokeKey(ctx, k.ID, s.Now())
}

func checkEmail(email string) error {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 {
		return fmt.Errorf("%w: %.80q is no e-mail address", ErrInput, email)
	}
	return nil
}

func checkName(name string) error {
	if len(name) > 255 || strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("%w: %.40q is no name: at most 255 bytes, no control characters", ErrInput, name)
	}
	return nil
}
