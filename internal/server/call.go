package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kickoff/internal/store"
)

// call is one request on its way.
type call struct {
	w      *responseWriter
	r      *http.Request
	base   base
	params map[string]string // of the route
	client string            // address that counts for limits
	scheme string            // as clients see it
	host   string
	who    caller
	query  url.Values // names in lower case; oauth parameters left out
}

// caller is who signed the request.
type caller struct {
	key       store.Key
	user      store.User // zero for a studio's key
	studio    store.ID
	role      store.Role
	submitter store.ID // the user, or the studio
}

// responseWriter remembers what was answered, for the log and for errors that
// come too late.
type responseWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *responseWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *responseWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (c *call) wrote() bool { return c.w.status != 0 }

// writeJSON answers in JSON: compact, without a byte order mark, without a
// newline at the end, and with <, > and & as they are.
func (c *call) writeJSON(status int, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	h.Set("Content-Length", strconv.Itoa(len(text)))
	c.w.WriteHeader(status)
	// An error here is a client that left: nothing is to be said to it.
	c.w.Write(text)
	return nil
}

// ok answers 200 with a value: the only status that all clients take for a
// success (client reference, section 0.6).
func (c *call) ok(v any) error { return c.writeJSON(http.StatusOK, v) }

// parseQuery reads the query as clients of the original send it: names in any
// case, the first of several values. Pairs that cannot be decoded are left out;
// a signature that covers them has been checked before.
func parseQuery(raw string) url.Values {
	out := make(url.Values)
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		name = strings.ToLower(name)
		if err1 != nil || err2 != nil || name == "" || strings.HasPrefix(name, "oauth_") || out.Has(name) {
			continue
		}
		out.Set(name, value)
	}
	return out
}

// id reads an id of the path.
func (c *call) id(param string) (store.ID, error) {
	id, err := store.ParseID(c.params[param])
	if err != nil {
		return "", failf(http.StatusBadRequest, "The %s in the address: %v.", param, err)
	}
	return id, nil
}

// number reads a query parameter that is a count: 0 where it is absent.
func (c *call) number(name string) (int, error) {
	text := strings.TrimSpace(c.query.Get(name))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1<<31-1 {
		return 0, failf(http.StatusBadRequest, "The parameter %s must be a number from 0, not %.40q.", name, text)
	}
	return n, nil
}

// page reads offset and limit (API reference, section 2.1).
func (c *call) page() (offset, limit int, err error) {
	if offset, err = c.number("offset"); err == nil {
		limit, err = c.number("limit")
	}
	return offset, limit, err
}

// descending reads direction.
func (c *call) descending() (bool, error) {
	switch d := c.query.Get("direction"); strings.ToLower(d) {
	case "", "asc":
		return false, nil
	case "desc":
		return true, nil
	default:
		return false, failf(http.StatusBadRequest, "The parameter direction must be asc or desc, not %.40q.", d)
	}
}

// boolean reads a flag as clients write it: True, true, 1 and their opposites.
func boolean(name, text string, absent bool) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "":
		return absent, nil
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, failf(http.StatusBadRequest, "%s must be true or false, not %.40q.", name, text)
}

// extend gives a request that moves a large body more time than others have.
func (c *call) extend(d time.Duration) {
	rc := http.NewResponseController(c.w.ResponseWriter)
	// Errors mean a connection without deadlines, as in tests.
	_ = rc.SetReadDeadline(time.Now().Add(d))
	_ = rc.SetWriteDeadline(time.Now().Add(d))
}
