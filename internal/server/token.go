package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kickoff/internal/secret"
	"kickoff/internal/store"
)

// tokenLife is how long an access token holds (API reference, section 11).
const tokenLife = time.Hour

type wireToken struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
}

type wireTokenError struct {
	Error            string `json:"error"`
	ErrorDescription string `json:"error_description"`
}

// token answers POST /webapi/oauth2/token: client credentials (RFC 6749 section
// 4.4), which come as HTTP Basic, in the form, or in JSON. Other fields that
// clients send (scope, resource) are ignored.
func (s *Server) token(c *call) error {
	refuse := func(status int, code, text string) error {
		if status == http.StatusUnauthorized {
			c.w.Header().Set("WWW-Authenticate", `Basic realm="kickoff"`)
		}
		return c.writeJSON(status, wireTokenError{code, text})
	}
	form, err := tokenForm(c.r)
	if err != nil {
		if e, _ := toAPIError(err); e.status == http.StatusRequestEntityTooLarge {
			return e
		}
		return refuse(http.StatusBadRequest, "invalid_request", err.Error())
	}
	if g := form.Get("grant_type"); g != "client_credentials" {
		return refuse(http.StatusBadRequest, "unsupported_grant_type", "grant_type must be client_credentials")
	}
	id, given := form.Get("client_id"), form.Get("client_secret")
	if user, pass, ok := c.r.BasicAuth(); ok {
		// RFC 6749 section 2.3.1 form-encodes both; minted ones are the same either way.
		id, given = unescaped(user), unescaped(pass)
	}
	if id == "" || given == "" {
		return refuse(http.StatusUnauthorized, "invalid_client", "send client_id and client_secret in the form, or as HTTP Basic")
	}
	if err := s.guesses.check(c.client, id); err != nil {
		return err
	}
	e, err := s.directory.find(c.r.Context(), id)
	if err != nil {
		return err
	}
	ok := false
	want := sha256.Sum256([]byte("no such key"))
	if e != nil {
		if err := s.directory.prepare(e); err != nil {
			return err
		}
		want = sha256.Sum256([]byte(e.secret))
	}
	got := sha256.Sum256([]byte(given))
	ok = subtle.ConstantTimeCompare(want[:], got[:]) == 1 && e != nil
	if !ok {
		s.guesses.failed(c.client, id)
		s.log.Warn("token refused", "key", loggedKey(id, e != nil), "client", c.client)
		return refuse(http.StatusUnauthorized, "invalid_client", "unknown client_id or wrong client_secret")
	}
	s.guesses.passed(c.client, id)
	text := secret.Mint(secret.TokenLen)
	sum := sha256.Sum256([]byte(text))
	err = s.store.AddToken(c.r.Context(), store.Token{Hash: hex.EncodeToString(sum[:]), KeyID: e.key.ID, ExpiresAt: s.now().Add(tokenLife)})
	if errors.Is(err, store.ErrState) { // revoked a moment ago
		return refuse(http.StatusUnauthorized, "invalid_client", "unknown client_id or wrong client_secret")
	}
	if err != nil {
		return err
	}
	return c.ok(wireToken{text, "bearer", int(tokenLife / time.Second)})
}

// tokenForm reads the body of a token request: a form, or JSON.
func tokenForm(r *http.Request) (url.Values, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(body), "\ufeff"))
	if strings.HasPrefix(text, "{") {
		var fields map[string]any
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			return nil, errors.New("the body is neither a form nor JSON")
		}
		form := make(url.Values)
		for k, v := range fields {
			if v, ok := v.(string); ok {
				form.Set(k, v)
			}
		}
		return form, nil
	}
	form, err := url.ParseQuery(text)
	if err != nil {
		return nil, errors.New("the body is neither a form nor JSON")
	}
	return form, nil
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
