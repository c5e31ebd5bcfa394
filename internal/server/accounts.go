package server

import (
	"encoding/json"
	"io"
	"net/http"

	"kickoff/internal/account"
)

// The calls of `kickoff user` and `kickoff key`, for curators. They are ours:
// the original has none for keys.

func (s *Server) listUsers(c *call) error {
	list, err := s.accounts.Users(c.r.Context())
	if err != nil {
		return err
	}
	return c.ok(list)
}

func (s *Server) createUser(c *call) error {
	var r account.UserRequest
	if err := readJSON(c.r.Body, &r); err != nil {
		return err
	}
	u, err := s.accounts.CreateUser(c.r.Context(), r)
	if err != nil {
		return err
	}
	s.directory.forget()
	s.log.Info("user created", "user", u.ID, "role", u.Role, "key", c.who.key.Consumer)
	return c.ok(u)
}

func (s *Server) listKeys(c *call) error {
	list, err := s.accounts.Keys(c.r.Context())
	if err != nil {
		return err
	}
	return c.ok(list)
}

func (s *Server) createKey(c *call) error {
	var r account.KeyRequest
	if err := readJSON(c.r.Body, &r); err != nil {
		return err
	}
	k, err := s.accounts.CreateKey(c.r.Context(), r)
	if err != nil {
		return err
	}
	s.directory.forget()
	s.log.Info("key created", "created", k.Consumer, "key", c.who.key.Consumer)
	return c.ok(k)
}

func (s *Server) revokeKey(c *call) error {
	if err := s.accounts.Revoke(c.r.Context(), c.params["key"]); err != nil {
		return err
	}
	s.directory.forget()
	s.log.Info("key revoked", "revoked", printable(c.params["key"]), "key", c.who.key.Consumer)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// readJSON reads the body of our own calls, which is JSON with known fields only.
func readJSON(r io.Reader, v any) error {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		if e, _ := toAPIError(err); e.status == http.StatusRequestEntityTooLarge {
			return e
		}
		return failf(http.StatusBadRequest, "The body is not what this call takes: %v.", err)
	}
	return nil
}
