package captured

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// FromHAR returns the signed requests of an HTTP archive, or all where none is
// signed, in its order.
func FromHAR(data []byte) ([]Request, error) {
	type pair struct{ Name, Value string }
	var har struct {
		Log *struct {
			Entries []struct {
				Request struct {
					Method, URL string
					Headers     []pair
					PostData    *struct {
						MimeType, Text string
						Params         []pair
					}
				}
				Response struct{ Status int }
			}
		}
	}
	if err := json.Unmarshal(data, &har); err != nil {
		return nil, fmt.Errorf("read the HAR file: %w", err)
	}
	if har.Log == nil {
		return nil, errors.New("this JSON is no HAR file: it has no log")
	}
	var all, signed []Request
	for _, e := range har.Log.Entries {
		r := Request{Method: strings.ToUpper(e.Request.Method), URL: e.Request.URL, Header: http.Header{}, Status: e.Response.Status}
		if r.Method == "" {
			r.Method = http.MethodGet
		}
		for _, h := range e.Request.Headers {
			r.Header.Add(h.Name, h.Value)
		}
		if p := e.Request.PostData; p != nil {
			r.Body = []byte(p.Text)
			if p.Text == "" {
				form := url.Values{}
				for _, param := range p.Params {
					form.Add(param.Name, param.Value)
				}
				r.Body = []byte(form.Encode())
			}
			if r.Header.Get("Content-Type") == "" {
				r.Header.Set("Content-Type", p.MimeType)
			}
		}
		if _, err := splitAddress(r.URL); err != nil {
			continue // data: and the like
		}
		all = append(all, r)
		if r.IsSigned() {
			signed = append(signed, r)
		}
	}
	switch {
	case len(signed) > 0:
		return signed, nil
	case len(all) > 0:
		return all, nil
	}
	return nil, errors.New("the HAR file holds no requests")
}
