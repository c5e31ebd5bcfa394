package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// repeats is how many times a request is repeated.
const repeats = 3

// repeating is an http.RoundTripper that repeats what is safe: a GET or HEAD
// after a broken connection or a 502, 503 or 504; anything else only where no
// connection was made and nothing of the body was read.
type repeating struct {
	base http.RoundTripper
	wait time.Duration
}

// RoundTrip sends r, again where that is safe.
func (t *repeating) RoundTrip(r *http.Request) (*http.Response, error) {
	var body *watched
	if r.Body != nil && r.Body != http.NoBody {
		body = &watched{ReadCloser: r.Body} // httputil.ReverseProxy closes r.Body
	}
	wait := t.wait
	for attempt := 0; ; attempt++ {
		try := r.Clone(r.Context())
		if body != nil {
			try.Body = body
		}
		resp, err := t.base.RoundTrip(try)
		if attempt == repeats || !again(r, body, resp, err) {
			return resp, err
		}
		if resp != nil {
			resp.Body.Close()
		}
		if pause(r.Context(), wait) != nil {
			return nil, r.Context().Err()
		}
		wait *= 2
	}
}

func again(r *http.Request, body *watched, resp *http.Response, err error) bool {
	safe := (r.Method == http.MethodGet || r.Method == http.MethodHead) && body == nil
	if err != nil {
		if r.Context().Err() != nil {
			return false
		}
		var op *net.OpError
		if errors.As(err, &op) {
			return safe || op.Op == "dial" && (body == nil || !body.read.Load())
		}
		return safe && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
	}
	switch resp.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return safe
	}
	return false
}

// watched is a body that knows whether anything was read of it, and that a
// transport cannot close: it may be needed again.
type watched struct {
	io.ReadCloser
	read atomic.Bool
}

func (w *watched) Read(p []byte) (int, error) {
	w.read.Store(true)
	return w.ReadCloser.Read(p)
}

func (w *watched) Close() error { return nil }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
