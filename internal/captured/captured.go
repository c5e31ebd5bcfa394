// Package captured reads requests in the forms in which people have them when
// something goes wrong: an address, a curl command, a browser's or Postman's HAR
// file, or the text of an HTTP request from a log.
package captured

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"kickoff/oauth1"
)

// A Request is one that was sent, as far as it is known.
type Request struct {
	Method string
	URL    string // as typed or recorded, never decoded
	Header http.Header
	Body   []byte
	Status int // of the answer; 0 where it is not known
}

// Parse tells the form of a text by its look: a HAR file, a curl command, an
// HTTP request, or an address. Only a HAR file holds more than one request.
func Parse(text []byte) ([]Request, error) {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\uFEFF")))
	first, _, _ := bytes.Cut(text, []byte("\n"))
	word, _, _ := strings.Cut(strings.TrimSpace(string(first)), " ")
	var r Request
	var err error
	switch {
	case len(text) == 0:
		return nil, errors.New("there is no request")
	case text[0] == '{':
		return FromHAR(text)
	case word == "curl" || word == "curl.exe" || word == "$":
		r, err = FromCurl(strings.TrimPrefix(string(text), "$ "))
	case methodWord(word):
		r, err = FromHTTP(text)
	default:
		r, err = FromURL(http.MethodGet, string(text))
	}
	if err != nil {
		return nil, err
	}
	return []Request{r}, nil
}

// FromURL is a request of an address alone.
func FromURL(method, address string) (Request, error) {
	if strings.ContainsAny(address, "\r\n") {
		return Request{}, errors.New("the address goes over several lines")
	}
	r := Request{Method: strings.ToUpper(method), URL: address, Header: http.Header{}}
	_, err := splitAddress(address)
	return r, err
}

// FromHTTP is the request of an HTTP/1 text. A target that is a path gets its
// host from the Host header, and https, as most galleries are.
func FromHTTP(text []byte) (Request, error) {
	lines := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(slices.Clone(text), "\r\n\r\n"...))))
	start, err := lines.ReadLine()
	if err != nil {
		return Request{}, errors.New("there is no request line")
	}
	method, rest, _ := strings.Cut(start, " ")
	target, _, _ := strings.Cut(rest, " HTTP/")
	h, err := lines.ReadMIMEHeader()
	if err != nil {
		return Request{}, fmt.Errorf("read the headers: %w", err)
	}
	r := Request{Method: method, URL: strings.TrimSpace(target), Header: http.Header(h)}
	if strings.HasPrefix(r.URL, "/") {
		if r.Header.Get("Host") == "" {
			return r, errors.New("the request has a path and no Host header, so its host is not known")
		}
		r.URL = "https://" + r.Header.Get("Host") + r.URL
	}
	_, body, _ := bytes.Cut(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	r.Body = body
	_, err = splitAddress(r.URL)
	return r, err
}

// AddHeader adds a header line, "Name: value"; a line that begins with OAuth is
// the value of Authorization.
func (r *Request) AddHeader(line string) error {
	if len(line) >= 6 && strings.EqualFold(line[:6], "oauth ") {
		r.Header.Add("Authorization", line)
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || strings.ContainsAny(name, " \t") || name == "" {
		return fmt.Errorf("%q is no header: write 'Name: value'", clip(line))
	}
	r.Header.Add(name, strings.TrimSpace(value))
	return nil
}

// Signed is what a signature of the request covers, and the parts of its
// address that never reach a server.
func (r Request) Signed() (signed oauth1.Request, user, fragment string, err error) {
	a, err := splitAddress(r.URL)
	if err != nil {
		return oauth1.Request{}, "", "", err
	}
	signed = oauth1.Request{
		Method: r.Method, Scheme: a.scheme, Host: a.host, Path: a.path, Query: a.query,
		Authorization: strings.Join(oauthHeaders(r.Header), ", "),
	}
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		signed.Form = string(r.Body)
	}
	return signed, a.user, a.fragment, nil
}

// IsSigned reports whether the request holds an OAuth 1.0a signature.
func (r Request) IsSigned() bool {
	return strings.Contains(r.URL, "oauth_") || len(oauthHeaders(r.Header)) > 0 || bytes.Contains(r.Body, []byte("oauth_signature="))
}

func oauthHeaders(h http.Header) []string {
	var found []string
	for _, v := range h.Values("Authorization") {
		if len(v) > 5 && strings.EqualFold(v[:5], "oauth") {
			found = append(found, v)
		}
	}
	return found
}

// address is an address cut at its marks, with nothing decoded: what was signed
// may hang on a letter.
type address struct{ scheme, user, host, path, query, fragment string }

func splitAddress(s string) (address, error) {
	var a address
	scheme, rest, ok := strings.Cut(s, "://")
	a.scheme = strings.ToLower(scheme)
	if !ok || a.scheme != "http" && a.scheme != "https" {
		return a, fmt.Errorf("%q is no address: it does not start with http:// or https://", clip(s))
	}
	rest, a.fragment, _ = strings.Cut(rest, "#")
	rest, a.query, _ = strings.Cut(rest, "?")
	a.host = rest
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		a.host, a.path = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(a.host, '@'); i >= 0 {
		a.user, a.host = a.host[:i], a.host[i+1:]
	}
	if a.host == "" || strings.ContainsAny(a.host, " \t\"'<>") {
		return a, errors.New("the address names no host")
	}
	return a, nil
}

func methodWord(s string) bool {
	switch s {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return true
	}
	return false
}

func clip(s string) string {
	// The start tells enough, and what follows may be a signature.
	if s, _, _ = strings.Cut(s, "?"); len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
