package explain

import (
	"strings"
	"time"

	"kickoff/oauth1"
)

// Question is a request that was refused, with all that is known about it.
type Question struct {
	// Request is the request as it was sent, oauth parameters included, under
	// the scheme and host by which clients reach the server.
	Request oauth1.Request
	// Body is a body that is no form, if at hand: some clients sign it.
	Body []byte

	// Secrets are the credentials to try. The one whose ConsumerKey is that of
	// the request, or is empty, is the right one; the others are tried as
	// mistakes: give those of the same owner only, since a match says that the
	// sender has them. Without the right one the report says what can be seen.
	Secrets []Secret
	// Hosts are other names of the server, with or without a port: inside the
	// network, old ones, addresses.
	Hosts []string
	// Roots are the paths under which the API is served; nil means /gallery/api,
	// /api, /webapi and /gallery.
	Roots []string
	// Fragment and User are parts of the address as it was typed that never
	// reach a server.
	Fragment, User string

	// State is what only the server knows; nil if unknown.
	State *State

	// Depth is how many mistakes at once are looked for; 0 means
	// DefaultDepth, and MaxDepth is the most. Each step takes some thirty times
	// as long as the one before.
	Depth int
	// Workers is the number of goroutines; 0 means one for each processor.
	Workers int
}

// Secret is a consumer secret to try.
type Secret struct {
	ConsumerKey string
	Secret      string
	TokenSecret string
	Label       string // how a text may name it: "the admin key"
}

// State is what a server knows about a request beside its signature.
type State struct {
	Skew         time.Duration // timestamp minus the server's clock
	Window       time.Duration // how much of it is allowed; 0 means oauth1.DefaultWindow
	KeyUnknown   bool          // no such consumer key
	KeyDisabled  bool          // switched off, or without access to the API
	NonceUsed    bool          // key, second and nonce were used before
	NonceRepeats bool          // the nonce came with other seconds too
	OAuth2Only   bool          // the server takes OAuth 1 no longer
}

// Report is the answer to a Question.
type Report struct {
	// Seen is what the request or the server's state shows without a search.
	Seen []Finding
	// Right says that the signature is right: what is wrong stands in Seen, or
	// lies outside what was given.
	Right bool
	// Found are the smallest sets of mistakes that make the signature sent, all
	// of one size, likeliest first.
	Found []Explanation
	// Expected is the base string of RFC 5849. It holds no secret.
	Expected string

	Depth      int // mistakes at once that were searched completely; -1 if none, for want of a digest or a secret
	Candidates int // signatures computed
	Bases      int // base strings built
}

// Finding is a mistake as it occurs in one request. Its texts hold no secret.
type Finding struct {
	ID     string
	Text   string // the mistake, one sentence
	Detail string // which parameter, port or name; may be empty
	Cure   string

	likely int
}

// Explanation is a set of mistakes that makes the signature sent.
type Explanation struct {
	Mistakes []Finding
	Signed   string // base string that was signed
	// SignedPart and ExpectedPart are where Signed and Report.Expected differ.
	SignedPart, ExpectedPart Span
	// Proves says that the signer held the secret. Where it is false anyone
	// could have made this signature.
	Proves bool
}

// Span is a range of bytes.
type Span struct{ Start, End int }

// Of returns the bytes of s in the span.
func (p Span) Of(s string) string { return s[p.Start:p.End] }

// diff returns the parts of a and b between what they have in common at both
// ends, without cutting an escape in two.
func diff(a, b string) (Span, Span) {
	n := min(len(a), len(b))
	start := 0
	for start < n && a[start] == b[start] {
		start++
	}
	if start == len(a) && start == len(b) {
		return Span{start, start}, Span{start, start}
	}
	start -= inEscape(a[:start])
	end := 0
	for end < n-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return Span{start, len(a) - end}, Span{start, len(b) - end}
}

// inEscape returns how many bytes of an unfinished escape s ends in. Escapes
// are %XX, or %25XX where one stands in another.
func inEscape(s string) int {
	for back := 1; back <= min(4, len(s)); back++ {
		if s[len(s)-back] == '%' && (back < 3 || strings.HasPrefix(s[len(s)-back:], "%25")) {
			return back
		}
	}
	return 0
}
