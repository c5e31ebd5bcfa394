package oauth1

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Request is the part of an HTTP request that a signature covers
// (RFC 5849 section 3.4.1), as it stands on the wire: nothing in it is decoded.
type Request struct {
	Method string // GET, POST, …; signed in upper case
	Scheme string // http or https, as the client sees it
	Host   string // host and, unless it is the scheme's default, port, as the client sees them
	Path   string // raw path of the request line; empty means "/"
	Query  string // raw query of the request line, without the "?"

	// Authorization is the value of the header of that name. Schemes other
	// than OAuth are ignored.
	Authorization string

	// Form is the body where it is a single-part form
	// (application/x-www-form-urlencoded), which is signed; JSON, multipart
	// and other bodies are not (section 3.4.1.3.1).
	Form string
}

// ErrFormTooLarge says that a form body is over the limit, so that its
// signature cannot be checked.
var ErrFormTooLarge = errors.New("form body too large to verify")

// FromHTTP returns the signed part of r. On a server it takes the request
// line as it was sent (r.RequestURI) and never r.URL.Path, from which escapes
// are gone. Scheme and host are the caller's to give, since behind a proxy r
// does not know them: use the configured public address, else trusted
// forwarding headers, else the request's own.
//
// A form body is read, up to maxForm bytes, and put back into r.Body.
func FromHTTP(r *http.Request, scheme, host string, maxForm int64) (Request, error) {
	req := Request{Method: r.Method, Scheme: scheme, Host: host}
	if req.Method == "" {
		req.Method = http.MethodGet
	}
	if r.RequestURI != "" {
		req.Path, req.Query = splitTarget(r.RequestURI)
	} else {
		req.Path, req.Query = splitTarget(r.URL.RequestURI())
	}
	var signed []string
	for _, v := range r.Header["Authorization"] {
		if _, ok := cutScheme(v); ok {
			signed = append(signed, v)
		}
	}
	// Two OAuth headers join into one that no parser takes, so the request is
	// refused as malformed instead of one header being picked.
	req.Authorization = strings.Join(signed, ", ")
	form, err := readForm(r, maxForm)
	if err != nil {
		return req, err
	}
	req.Form = form
	return req, nil
}

// splitTarget cuts a request target (RFC 9112 section 3.2) into raw path and query.
func splitTarget(target string) (path, query string) {
	path, query, _ = strings.Cut(target, "?")
	if strings.HasPrefix(path, "/") {
		return path, query
	}
	if _, rest, ok := strings.Cut(path, "://"); ok { // absolute form
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[i:], query
		}
		return "", query
	}
	return path, query
}

// readForm returns the body of r if it is a single-part form.
func readForm(r *http.Request, limit int64) (string, error) {
	if r.Body == nil || r.Body == http.NoBody || !isForm(r.Header.Get("Content-Type")) {
		return "", nil
	}
	if r.ContentLength > limit {
		return "", ErrFormTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return "", fmt.Errorf("reading form body: %w", err)
	}
	if int64(len(body)) > limit {
		return "", ErrFormTooLarge
	}
	if err := r.Body.Close(); err != nil {
		return "", fmt.Errorf("reading form body: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body), nil
}

func isForm(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && t == "application/x-www-form-urlencoded"
}
