package server

import (
	"net/http"
	"strings"

	"kickoff/oauth1"
)

// maxLogPath is how much of a path is logged, in bytes.
const maxLogPath = 200

// logPath is the path of a request as logs and answers may show it. Clients
// that escape the question mark send their signature as a part of the path:
// what follows one is left out.
func logPath(r *http.Request) string {
	path := r.URL.Path
	for _, sign := range []string{"?", "%3F", "%3f", "oauth_"} {
		if before, _, found := strings.Cut(path, sign); found {
			path = before + "…"
		}
	}
	if len(path) > maxLogPath {
		path = strings.ToValidUTF8(path[:maxLogPath], "") + "…"
	}
	return path
}

// logKey is the consumer key of a refused request as logs may show it: whole
// where the server knows it, else only its start, since some clients send the
// secret in its place.
func logKey(v *oauth1.Verdict) string {
	switch v.Reason {
	case oauth1.BadSignature, oauth1.StaleTimestamp, oauth1.NonceUsed, oauth1.NonceStoreFull, oauth1.NonceQuotaPassed:
		return loggedKey(v.ConsumerKey, true)
	}
	return loggedKey(v.ConsumerKey, false)
}

func loggedKey(key string, known bool) string {
	const start = 4
	if known || len(key) <= start {
		return printable(key)
	}
	return printable(key[:start]) + "…"
}

// printable makes what a stranger sent fit for a log line.
func printable(text string) string {
	if len(text) > 64 {
		text = text[:64]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
