package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kickoff/gallery"
	"kickoff/oauth1"
)

// window is how far a timestamp may lie from a server's clock before it is
// refused. The vendor does not say; ours takes this.
const window = oauth1.DefaultWindow

// checkAnswer asks for a list without credentials: a gallery refuses it
// itself, and its answer carries its clock.
func checkAnswer(ctx context.Context, e *examination) (Finding, bool) {
	address := e.Base.String() + "/v1/workflows/subscription/?limit=1"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return dead("the address cannot be called", "write it like https://host/gallery")
	}
	hc := http.Client{Transport: e.Transport, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	sent := e.Now()
	resp, err := hc.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return dead("no answer: "+err.Error(), "is there something between that cuts connections?")
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxProbe)) // so that the connection is kept
	got := e.Now()
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		// The header is cut to the second: the true time is half a second later on average.
		middle := sent.Add(got.Sub(sent) / 2)
		e.skew, e.timed = middle.Sub(date.Add(500*time.Millisecond)), true
	}
	if loc, err := resp.Location(); err == nil && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		to := loc.Scheme + "://" + loc.Host
		return dead(fmt.Sprintf("it redirects to %s: a signature for one address is wrong for another", to+loc.EscapedPath()),
			"log in with the address it redirects to: kickoff login "+to+strings.TrimSuffix(loc.EscapedPath(), "/v1/workflows/subscription/"))
	}
	text := fmt.Sprintf("%s answers with %s", e.Base, resp.Status)
	if resp.StatusCode >= 500 {
		return dead(text, "the server, or a gateway before it, is in trouble; look at its log")
	}
	return ok(text)
}

func checkEra(ctx context.Context, e *examination) (Finding, bool) {
	var err error
	if e.eras, err = Eras(ctx, e.Transport, e.Base.String()); err != nil {
		return dead("no answer to a probe: "+err.Error(), "")
	}
	var spoken []string
	for _, era := range e.eras {
		spoken = append(spoken, era.Auth+" at "+era.URL)
		if era.URL == e.Base.String() && (e.Auth == "" || era.Auth == e.Auth) {
			return ok("a gallery speaks " + era.Auth + " here")
		}
	}
	if len(spoken) == 0 {
		return dead("there is no gallery API here", "give the address at which the gallery opens in a browser, as far as /gallery")
	}
	want := "a gallery"
	if e.Auth != "" {
		want = e.Auth
	}
	cure := "kickoff login " + e.eras[0].URL
	if e.Auth == "oauth1" && e.eras[0].Auth == "oauth2" {
		// API reference section 1.2: OAuth 1 ended with the vendor's 2022.1.
		cure += " (servers from 2022.1 on take OAuth 2 only, with the key and secret of a user's own profile)"
	}
	return dead(fmt.Sprintf("not %s, but %s", want, strings.Join(spoken, " and ")), cure)
}

func checkClock(_ context.Context, e *examination) (Finding, bool) {
	if !e.timed {
		return skip("the server does not say its time")
	}
	off := e.skew.Abs().Round(time.Second)
	text := fmt.Sprintf("this machine is %s behind the server", off)
	if e.skew > 0 {
		text = fmt.Sprintf("this machine is %s ahead of the server", off)
	}
	const cure = "set one of the two clocks by a time server"
	switch {
	case off <= 5*time.Second:
		return ok("within 5 s of the server's")
	case off < window/2:
		return ok(text)
	case off < window:
		return warn(text, cure)
	}
	if e.Auth == "oauth2" {
		return warn(text+"; OAuth 2 does not mind", cure)
	}
	return fail(text+", so timestamps in signatures are refused", cure)
}

func checkSecret(_ context.Context, e *examination) (Finding, bool) {
	if e.Key == "" {
		return skip("there are no credentials to look at")
	}
	for _, part := range []struct{ what, text string }{{"key", e.Key}, {"secret", e.Secret}} {
		switch {
		case part.text == "":
			return fail("the "+part.what+" is empty", "kickoff login")
		case strings.TrimSpace(part.text) != part.text:
			return fail("there is a blank before or after the "+part.what, "copy it again without the blank: kickoff login")
		case strings.Trim(part.text, `"'`) != part.text:
			return fail("the "+part.what+" stands in quotes", "copy it again without them: kickoff login")
		}
	}
	if e.Key == e.Secret {
		return fail("key and secret are the same text", "copy each from its own field: kickoff login")
	}
	if oauth1.Encode(e.Key) != e.Key || oauth1.Encode(e.Secret) != e.Secret {
		return warn("key or secret hold signs that many programs fail to encode; this one does not", "have a new key made where other programs fail with it")
	}
	return ok(fmt.Sprintf("key of %d and secret of %d letters and digits", len(e.Key), len(e.Secret)))
}

func checkKey(ctx context.Context, e *examination) (Finding, bool) {
	if e.Try == nil {
		return skip("there are no credentials to try")
	}
	err := e.Try(ctx)
	if err == nil {
		return ok("key and secret are taken")
	}
	var refused *gallery.Error
	if !errors.As(err, &refused) {
		return fail("the call failed: "+err.Error(), "")
	}
	if refused.BaseString != "" {
		if theirs := SignedURL(refused.BaseString); theirs != "" && theirs != refused.URL {
			return fail("the server checks signatures against "+theirs+", which is not what was called",
				"set the server's public address (--public-url) to "+e.Base.String()+", or log in with its own")
		}
	}
	if refused.Status != http.StatusUnauthorized && refused.Status != http.StatusForbidden {
		return fail(err.Error(), "")
	}
	text := refused.Message
	if text == "" {
		text = refused.Error()
	}
	if e.Auth == "oauth2" {
		return fail(text, "copy key and secret again; API access has to be enabled for the user, and studio keys do not work with OAuth 2")
	}
	return fail(text, "all else is well, so key and secret do not belong together: copy both again (kickoff login)")
}

// SignedURL is the URL in a base string (RFC 5849 section 3.4.1.1), "" where
// the text is none.
func SignedURL(base string) string {
	parts := strings.Split(base, "&")
	if len(parts) != 3 {
		return ""
	}
	u, err := url.PathUnescape(parts[1])
	if err != nil {
		return ""
	}
	return u
}
