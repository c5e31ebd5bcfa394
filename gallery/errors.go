package gallery

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"time"
)

// What an [Error] is, for errors.Is.
var (
	ErrUnauthorized = errors.New("not authorized")     // 401, 403
	ErrNotFound     = errors.New("not found")          // 404
	ErrTooMany      = errors.New("too many requests")  // 429
	ErrRedirected   = errors.New("redirected")         // 3xx
	ErrNotJSON      = errors.New("answer is not JSON") // in a RequestError
)

// maxErrorBody is how much of an error's body is kept.
const maxErrorBody = 16 << 10

// An Error is a server's refusal: an answer with another status than 2xx.
type Error struct {
	Method string
	Path   string // as called, without the query
	URL    string // the same with scheme and host
	Status int    // HTTP status code

	// From the body, in any of its four shapes (section 9).
	ExceptionName string
	Message       string
	Inner         string

	// Body is the start of the answer, at most 16 KiB, with signatures blanked.
	Body []byte
	// RetryAfter is what the server asked for; 0 when it asked for nothing.
	RetryAfter time.Duration
	// BaseString is the signature base string that a Kickoff server expected,
	// and Reason the id of why it refused. Other servers say neither.
	BaseString string
	Reason     string
	// Location is where a redirect pointed, without its query.
	Location string
}

// Error gives method, path, status and the server's own words.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %d %s", e.Method, e.Path, e.Status, http.StatusText(e.Status))
	if e.ExceptionName != "" {
		b.WriteString(": " + e.ExceptionName)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Inner != "" {
		b.WriteString(" (" + e.Inner + ")")
	}
	if e.Location != "" {
		b.WriteString(": redirected to " + e.Location)
	}
	return b.String()
}

// Is matches the sentinels of this package by status.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	case ErrTooMany:
		return e.Status == http.StatusTooManyRequests
	case ErrRedirected:
		return e.Status >= 300 && e.Status < 400
	}
	return false
}

// A RequestError is a request that got no usable answer: no connection, a
// broken one, or a body that is not what was asked for.
type RequestError struct {
	Method string
	Path   string // as called, without the query
	Err    error
}

// Error gives method, path and cause.
func (e *RequestError) Error() string { return e.Method + " " + e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *RequestError) Unwrap() error { return e.Err }

func requestError(method string, u *url.URL, err error) error {
	// A *url.Error repeats the URL, and a signing transport's may be a signed one.
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	return &RequestError{Method: method, Path: u.EscapedPath(), Err: err}
}

// signatures finds signatures in texts that echo a request, such as a proxy's error page.
var signatures = regexp.MustCompile(`(?i)(oauth_signature(?:%3d|=|"?:\s*"?|="))[^&"\s<>,]+`)

// readError makes an Error of an answer and closes its body.
func readError(method string, u *url.URL, resp *http.Response) error {
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // what came is enough
	e := &Error{
		Method:     method,
		Path:       u.EscapedPath(),
		URL:        u.Scheme + "://" + u.Host + u.EscapedPath(),
		Status:     resp.StatusCode,
		Body:       signatures.ReplaceAll(bytes.TrimPrefix(body, bom), []byte("${1}…")),
		RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now()),
		BaseString: resp.Header.Get("X-Kickoff-Base-String"),
		Reason:     resp.Header.Get("X-Kickoff-Reason"),
	}
	if loc, err := resp.Location(); err == nil {
		e.Location = loc.Scheme + "://" + loc.Host + loc.EscapedPath()
	}
	e.readBody()
	return e
}

// readBody takes the server's words out of the body: the old family's object,
// the web API's {message, modelState}, a token endpoint's {error,
// error_description}, or a bare JSON string. Anything else, such as a proxy's
// HTML page, stays in Body only.
func (e *Error) readBody() {
	var text string
	if json.Unmarshal(e.Body, &text) == nil {
		e.Message = text
		return
	}
	var o struct {
		ExceptionName         string              `json:"exceptionName"`
		InnerExceptionMessage string              `json:"innerExceptionMessage"`
		Message               string              `json:"message"`
		ModelState            map[string][]string `json:"modelState"`
		Error                 string              `json:"error"`
		ErrorDescription      string              `json:"error_description"`
	}
	if json.Unmarshal(e.Body, &o) != nil {
		return
	}
	e.ExceptionName, e.Message, e.Inner = o.ExceptionName, o.Message, o.InnerExceptionMessage
	if e.Message == "" && o.Error != "" {
		e.Message = strings.TrimSuffix(o.Error+": "+o.ErrorDescription, ": ")
	}
	if e.Inner == "" {
		var parts []string
		for field, texts := range o.ModelState {
			parts = append(parts, field+": "+strings.Join(texts, ", "))
		}
		sort.Strings(parts)
		e.Inner = strings.Join(parts, "; ")
	}
}
