package account

import (
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kickoff/internal/secret"
	"kickoff/internal/store"
	"kickoff/internal/store/sqlite"
)

func service(t *testing.T) *Service {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gallery.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	box, err := secret.NewBox(make([]byte, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return &Service{Store: st, Secrets: box, Now: func() time.Time { return time.Unix(1900000000, 0).UTC() }}
}

func TestInit(t *testing.T) {
	s := service(t)
	k, err := s.Init(t.Context(), "Finance", "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile(`^[A-Za-z0-9]+$`) // what every client signs right with
	if !plain.MatchString(k.Consumer) || !plain.MatchString(k.Secret) || k.Owner != "ada@example.com" || k.Studio != "Finance" {
		t.Errorf("%+v", k)
	}
	row, err := s.Store.KeyByConsumer(t.Context(), k.Consumer)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(row.Sealed), k.Secret) {
		t.Error("the secret is stored as it is")
	}
	if got, err := s.Secrets.Open(row.Sealed, k.Consumer); err != nil || got != k.Secret {
		t.Errorf("the sealed secret: %v", err)
	}
	if _, err := s.Init(t.Context(), "Again", "b@example.com"); !errors.Is(err, store.ErrExists) {
		t.Errorf("second Init: %v", err)
	}
	users, err := s.Users(t.Context())
	if err != nil || len(users) != 1 || users[0].Role != "Curator" {
		t.Errorf("%+v, %v", users, err)
	}
}

func TestCreateUser(t *testing.T) {
	s := service(t)
	if _, err := s.Init(t.Context(), "Finance", "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		r      UserRequest
		role   string
		studio string
		err    error
	}{
		{UserRequest{Email: "own@example.com"}, "Member", "own@example.com", nil},
		{UserRequest{Email: "in@example.com", Role: "ARTISAN", Studio: "finance"}, "Artisan", "Finance", nil},
		{UserRequest{Email: "new@example.com", Studio: "Audit"}, "Member", "Audit", nil},
		{UserRequest{Email: "second@example.com", Studio: "Audit"}, "Member", "Audit", nil},
		{UserRequest{Email: "OWN@example.com"}, "", "", store.ErrExists},
		{UserRequest{Email: "nobody"}, "", "", ErrInput},
		{UserRequest{Email: "Ada <a@example.com>"}, "", "", ErrInput},
		{UserRequest{Email: "x@example.com", Role: "boss"}, "", "", ErrInput},
		{UserRequest{Email: "x@example.com", FirstName: "a\nb"}, "", "", ErrInput},
		{UserRequest{Email: "x@example.com", Studio: strings.Repeat("x", 300)}, "", "", ErrInput},
	} {
		u, err := s.CreateUser(t.Context(), c.r)
		if !errors.Is(err, c.err) || u.Role != c.role || u.Studio != c.studio {
			t.Errorf("%.60q: %+v, %v", c.r.Email, u, err)
		}
	}
	studios, err := s.Store.Studios(t.Context())
	if err != nil || len(studios) != 3 {
		t.Errorf("%d studios, %v; a refused user must not leave one", len(studios), err)
	}
}

func TestKeys(t *testing.T) {
	s := service(t)
	first, err := s.Init(t.Context(), "Finance", "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		r   KeyRequest
		err error
	}{
		{KeyRequest{Owner: "ADA@example.com", Label: "laptop"}, nil},
		{KeyRequest{Studio: "Finance"}, nil},
		{KeyRequest{}, ErrInput},
		{KeyRequest{Owner: "ada@example.com", Studio: "Finance"}, ErrInput},
		{KeyRequest{Owner: "ada@example.com", Label: "a\x00"}, ErrInput},
		{KeyRequest{Owner: "nobody@example.com"}, store.ErrNotFound},
		{KeyRequest{Studio: "Nowhere"}, store.ErrNotFound},
	} {
		if k, err := s.CreateKey(t.Context(), c.r); !errors.Is(err, c.err) || (err == nil) != (k.Secret != "") {
			t.Errorf("%+v: %v", c.r, err)
		}
	}
	if err := s.Revoke(t.Context(), "NOBODY"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("revoke of no key: %v", err)
	}
	for _, name := range []string{first.Consumer, string(first.ID), first.Consumer} { // twice is no error
		if err := s.Revoke(t.Context(), name); err != nil {
			t.Errorf("revoke %s: %v", name, err)
		}
	}
	keys, err := s.Keys(t.Context())
	if err != nil || len(keys) != 3 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	for _, k := range keys {
		if k.Secret != "" || k.RevokedAt.IsZero() == (k.ID == first.ID) {
			t.Errorf("%+v", k)
		}
	}
}
