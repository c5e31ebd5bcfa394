package gallery

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Client calls one gallery. Its methods may be used concurrently. The fields
// are settings, to be changed before the first call only.
type Client struct {
	// UserAgent is sent with each request where it is not empty.
	UserAgent string
	// Retries is how many times a request that may safely be repeated is
	// repeated (default 3): a GET, and any other request of which nothing has
	// arrived or which the server turned away unseen (429), unless its body can
	// be read only once.
	Retries int
	// RetryWait is the pause before the first repeat (default 300 ms). Each
	// further pause is twice as long, up to 10 s, with a random part.
	RetryWait time.Duration
	// PageSize is how many records a list asks for at a time (default 100).
	PageSize int

	base *url.URL
	http *http.Client
}

// New makes a client of the gallery at baseURL, in any of the forms that
// [ParseBase] takes. httpClient authenticates the requests; nil means
// http.DefaultClient. It is used with redirects switched off: a redirected
// request would carry a signature made for another address, and a redirected
// POST would lose its body.
func New(baseURL string, httpClient *http.Client) (*Client, error) {
	base, err := ParseBase(baseURL)
	if err != nil {
		return nil, err
	}
	if httpClient == nil {
		httpClient = http.DefaultClient
	}
	direct := *httpClient
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{
		Retries:   3,
		RetryWait: 300 * time.Millisecond,
		PageSize:  100,
		base:      base,
		http:      &direct,
	}, nil
}

// Base returns the root of the API that this client calls, without a trailing slash.
func (c *Client) Base() string { return c.base.String() }

// url joins the base with a path of which every element is already escaped.
func (c *Client) url(path string, query url.Values) *url.URL {
	u := *c.base
	u.RawPath = u.EscapedPath() + "/" + path
	// Cannot fail: the base was decoded once, and elements come from element.
	u.Path, _ = url.PathUnescape(u.RawPath)
	// A blank is written %20: servers and signers disagree about "+".
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return &u
}

// element escapes an id for use as one element of a path.
func element(what, id string) (string, error) {
	switch id {
	case "":
		return "", fmt.Errorf("the %s id is empty", what)
	case ".", "..":
		return "", fmt.Errorf("%q is no %s id", id, what)
	}
	return url.PathEscape(id), nil
}
