// Package doctor looks at a live gallery from outside and says in one line each
// what is well and what is not: the address, the connection, the clock, the
// era of the API, the key and its secret.
package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// An Era is a way in which a gallery authenticates, and where (API reference section 1).
type Era struct {
	Auth string // oauth1 or oauth2, as profiles call it
	URL  string // root of the API
}

// maxProbe bounds what is read of an answer to a probe.
const maxProbe = 64 << 10

// Eras asks a gallery, without any credentials, which eras of the API it
// speaks: first below the address as given, then below /gallery/api, /api and
// /webapi of the same host. It returns them in this order, none where nothing
// there is a gallery, and an error only where the host does not answer at all.
func Eras(ctx context.Context, transport http.RoundTripper, address string) ([]Era, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address cannot be parsed")
	}
	root := u.Scheme + "://" + u.Host
	var candidates []string
	seen := map[string]bool{}
	prefix := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(u.EscapedPath(), "/webapi"), "/api"), "/gallery")
	for _, c := range []string{u.EscapedPath(), prefix + "/gallery/api", prefix + "/api", prefix + "/webapi", "/gallery/api", "/webapi"} {
		if !seen[c] {
			seen[c] = true
			candidates = append(candidates, root+c)
		}
	}
	p := prober{client: &http.Client{
		Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	var found []Era
	spoken := map[string]bool{} // the first address of each era is enough
	for _, c := range candidates {
		auth, err := p.era(ctx, c)
		if err != nil {
			if len(found) > 0 {
				return found, nil
			}
			return nil, err
		}
		if auth != "" && !spoken[auth] {
			spoken[auth] = true
			found = append(found, Era{auth, c})
		}
	}
	return found, nil
}

type prober struct{ client *http.Client }

// era is oauth1 where an unsigned list is refused in the old family's words,
// oauth2 where a token endpoint answers as one, else "".
func (p prober) era(ctx context.Context, base string) (string, error) {
	if strings.HasSuffix(strings.ToLower(base), "/webapi") {
		// No credentials: a token endpoint says invalid_request or invalid_client.
		status, body, err := p.send(ctx, http.MethodPost, base+"/oauth2/token", "grant_type=client_credentials")
		if err != nil {
			return "", err
		}
		var o struct{ Error *string }
		if status >= 400 && status < 500 && json.Unmarshal(body, &o) == nil && o.Error != nil {
			return "oauth2", nil
		}
		return "", nil
	}
	status, body, err := p.send(ctx, http.MethodGet, base+"/v1/workflows/subscription/?limit=1", "")
	if err != nil {
		return "", err
	}
	var o struct{ ExceptionName, Message *string }
	if json.Unmarshal(body, &o) != nil {
		return "", nil
	}
	if status == http.StatusUnauthorized && (o.ExceptionName != nil || o.Message != nil) {
		return "oauth1", nil
	}
	return "", nil
}

func (p prober) send(ctx context.Context, method, address, form string) (int, []byte, error) {
	var body io.Reader
	if form != "" {
		body = strings.NewReader(form)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return 0, nil, err
	}
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxProbe))
	return resp.StatusCode, bytes.TrimPrefix(data, []byte("\uFEFF")), err
}

// IsLoopback reports whether a host is this machine, by its name or address alone.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
