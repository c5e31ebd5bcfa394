package profile

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// bearer is an http.RoundTripper that adds an OAuth 2 token. Unlike
// oauth2.Transport it fetches tokens under the request's own context, so that
// an interrupted command ends, and replaces a token that the server refuses
// before its time, so that a long-lived proxy survives a revoked one.
type bearer struct {
	cfg  clientcredentials.Config
	base http.RoundTripper

	mu    sync.Mutex
	token *oauth2.Token
}

// RoundTrip sends r with a token, and once more with a new one where the
// server refuses a token that was not fetched for this request.
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	token, fresh, err := b.get(r.Context(), nil)
	if err != nil {
		closeBody(r)
		return nil, err
	}
	resp, err := b.base.RoundTrip(withToken(r, token))
	if err != nil || resp.StatusCode != http.StatusUnauthorized || fresh {
		return resp, err
	}
	again := r.Clone(r.Context())
	if r.Body != nil && r.Body != http.NoBody {
		if r.GetBody == nil {
			b.drop(token) // the body is gone; the next request gets a new token
			return resp, nil
		}
		if again.Body, err = r.GetBody(); err != nil {
			return resp, nil
		}
	}
	next, _, err := b.get(r.Context(), token)
	if err != nil {
		closeBody(again)
		return resp, nil // the refusal says more
	}
	resp.Body.Close()
	return b.base.RoundTrip(withToken(again, next))
}

// get returns a token other than refused, and whether it was fetched just now.
func (b *bearer) get(ctx context.Context, refused *oauth2.Token) (token *oauth2.Token, fresh bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.token.Valid() && b.token != refused {
		return b.token, false, nil
	}
	// The token request must not follow a redirect: it carries the secret.
	hc := &http.Client{Transport: b.base, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	token, err = b.cfg.Token(context.WithValue(ctx, oauth2.HTTPClient, hc))
	if err != nil {
		return nil, false, err
	}
	b.token = token
	return token, true, nil
}

func (b *bearer) drop(refused *oauth2.Token) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.token == refused {
		b.token = nil
	}
}

func withToken(r *http.Request, t *oauth2.Token) *http.Request {
	r = r.Clone(r.Context())
	// The scheme is Bearer whatever case token_type came in.
	r.Header.Set("Authorization", "Bearer "+t.AccessToken)
	return r
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}
