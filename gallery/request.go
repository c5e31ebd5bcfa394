package gallery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxRetryWait bounds the pause before a repeat, whatever the server asks for.
const maxRetryWait = 10 * time.Second

// A call is one request, in a form that can be sent more than once.
type call struct {
	method      string
	path        string // below the base, escaped
	query       url.Values
	contentType string
	body        []byte // nil for none

	// stream replaces body by a reader that can be read only once, of size
	// bytes (-1 when unknown).
	stream io.Reader
	size   int64
}

// do sends a call and returns an answer of 2xx, of which the caller closes the
// body. It repeats what may safely be repeated: a GET after a broken
// connection or the statuses 429, 502, 503 and 504; any other request only when
// nothing of it can have arrived (no connection was made) or the server turned
// it away before looking at it (429). A body that can be read once is never repeated.
func (c *Client) do(ctx context.Context, cl call) (*http.Response, error) {
	u := c.url(cl.path, cl.query)
	for attempt := 0; ; attempt++ {
		resp, err := c.send(ctx, cl, u)
		if err == nil && resp.StatusCode >= 200 && resp.StatusCode < 300 {
			return resp, nil
		}
		again := attempt < c.Retries && cl.repeatable(resp, err)
		if err != nil {
			err = requestError(cl.method, u, err)
		} else {
			err = readError(cl.method, u, resp)
		}
		if !again || ctx.Err() != nil {
			return nil, err
		}
		if sleep(ctx, c.pause(attempt, err)) != nil {
			return nil, err // the refusal says more than "cancelled"
		}
	}
}

func (c *Client) send(ctx context.Context, cl call, u *url.URL) (*http.Response, error) {
	var body io.Reader
	switch {
	case cl.stream != nil:
		body = cl.stream
	case cl.body != nil:
		body = bytes.NewReader(cl.body)
	}
	req, err := http.NewRequestWithContext(ctx, cl.method, u.String(), body)
	if err != nil {
		return nil, err
	}
	if cl.stream != nil {
		req.ContentLength = cl.size
	}
	if cl.contentType != "" {
		req.Header.Set("Content-Type", cl.contentType)
	}
	if c.UserAgent != "" {
		req.Header.Set("User-Agent", c.UserAgent)
	}
	return c.http.Do(req)
}

func (cl call) repeatable(resp *http.Response, err error) bool {
	if cl.stream != nil {
		return false
	}
	if err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return false
		}
		var op *net.OpError
		if errors.As(err, &op) {
			return cl.method == http.MethodGet || op.Op == "dial"
		}
		return cl.method == http.MethodGet && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return cl.method == http.MethodGet
	}
	return false
}

// pause is the wait before the next attempt: what the server asks for, else
// doubling, with half of it random so that clients do not come back together.
func (c *Client) pause(attempt int, err error) time.Duration {
	var e *Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		return min(e.RetryAfter, maxRetryWait)
	}
	d := min(c.RetryWait<<min(attempt, 16), maxRetryWait)
	if d <= 0 {
		return 0
	}
	return d/2 + rand.N(d/2+1)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110 section 10.2.3).
func retryAfter(header string, now time.Time) time.Duration {
	if s, err := strconv.Atoi(header); err == nil {
		return max(0, time.Duration(s)*time.Second)
	}
	if t, err := http.ParseTime(header); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// getJSON decodes the answer of a GET into out.
func (c *Client) getJSON(ctx context.Context, path string, query url.Values, out any) error {
	return c.doJSON(ctx, call{method: http.MethodGet, path: path, query: query}, out)
}

func (c *Client) doJSON(ctx context.Context, cl call, out any) error {
	resp, err := c.do(ctx, cl)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := decode(resp.Body, out); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			err = fmt.Errorf("%w (%s): %w", ErrNotJSON, resp.Header.Get("Content-Type"), err)
		}
		return requestError(cl.method, c.url(cl.path, nil), err)
	}
	return nil
}
