package doctor

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// A Patient is a gallery to look at, and the credentials to try.
type Patient struct {
	Base *url.URL // root of the API
	Auth string   // oauth1 or oauth2; "" where no profile says it
	Key  string   // "" where there are no credentials: then nothing is tried with them
	// Secret is looked at for what makes signatures wrong; it is never sent by this package.
	Secret string
	// Try makes one authenticated call; nil where there are no credentials.
	Try func(ctx context.Context) error

	Transport http.RoundTripper // without authentication; nil means http.DefaultTransport
	Now       func() time.Time
}

// Outcome is what a check came to.
type Outcome string

// The outcomes. Skipped checks depend on one that failed, or do not apply.
const (
	OK      Outcome = "ok"
	Warn    Outcome = "warn"
	Fail    Outcome = "fail"
	Skipped Outcome = "skipped"
)

// A Finding is the result of one check, in words, with the cure where something is wrong.
type Finding struct {
	Check   string  `json:"check"`
	Outcome Outcome `json:"outcome"`
	Text    string  `json:"text"`
	Cure    string  `json:"cure,omitempty"`
}

// A check looks at one thing. stop says that later checks would only repeat
// that this one failed.
type check struct {
	name string
	run  func(ctx context.Context, e *examination) (f Finding, stop bool)
}

// examination is what the checks find out for each other.
type examination struct {
	Patient
	proxy *url.URL // of the environment, nil where none applies
	eras  []Era
	skew  time.Duration // of this machine's clock: positive when it is ahead
	timed bool          // skew is known
}

// checks are all checks, in the order in which one needs another.
var checks = [...]check{
	{"name", checkName},
	{"connection", checkConnection},
	{"tls", checkTLS},
	{"address", checkAnswer},
	{"api", checkEra},
	{"clock", checkClock},
	{"secret", checkSecret},
	{"key", checkKey},
}

// Examine runs all checks and reports each finding as it comes. It returns
// whether the gallery can be used: no check failed.
func Examine(ctx context.Context, p Patient, report func(Finding)) bool {
	if p.Transport == nil {
		p.Transport = http.DefaultTransport
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	e := &examination{Patient: p}
	well, stopped := true, ""
	for _, c := range checks {
		var f Finding
		if stopped != "" {
			f = Finding{Outcome: Skipped, Text: "not looked at, as " + stopped + " failed"}
		} else {
			var stop bool
			f, stop = c.run(ctx, e)
			if stop {
				stopped = c.name
			}
		}
		f.Check = c.name
		well = well && f.Outcome != Fail
		report(f)
	}
	return well
}

func ok(text string) (Finding, bool)   { return Finding{Outcome: OK, Text: text}, false }
func skip(text string) (Finding, bool) { return Finding{Outcome: Skipped, Text: text}, false }
func warn(text, cure string) (Finding, bool) {
	return Finding{Outcome: Warn, Text: text, Cure: cure}, false
}
func fail(text, cure string) (Finding, bool) {
	return Finding{Outcome: Fail, Text: text, Cure: cure}, false
}
func dead(text, cure string) (Finding, bool) {
	return Finding{Outcome: Fail, Text: text, Cure: cure}, true
}
