package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/internal/captured"
	"kickoff/internal/profile"
	"kickoff/oauth1"
	"kickoff/oauth1/explain"
)

// maxCapture bounds what is read of a HAR file or of standard input.
const maxCapture = 64 << 20

type explainOptions struct {
	method  string
	headers []string
	curl    string
	har     string
	body    string
	hosts   []string
	deep    int
	ask     bool
}

func newExplainCmd(a *app) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain [URL]",
		Short: "Say which mistake made a signature wrong",
		Long: `Say which mistake made the signature of a failing OAuth 1.0a request wrong, at
any server, with none at hand: the smallest set of known mistakes that makes
exactly the signature that was sent, the base string that was signed beside the
one that should have been, the cure, and an address that works.

The request is a signed URL, a curl command (--curl), a browser's HAR file
(--har), or any of these, or the text of an HTTP request, on standard input.
The secret comes from KICKOFF_SECRET, from the profile with the request's key,
or is asked for on the terminal. Without it only what can be seen is said.`,
		Example: `  kickoff explain 'https://host/gallery/api/v1/workflows/subscription/?oauth_consumer_key=…&oauth_signature=…'
  kickoff explain --curl "curl -H 'Authorization: OAuth …' https://host/gallery/api/v1/jobs/x/"
  kickoff explain --har network.har --deep 3`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			address := ""
			if len(args) == 1 {
				address = args[0]
			}
			return a.explain(cmd.Context(), address, o)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.method, "method", "X", "", "method of the request at URL (default GET)")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "a `header` of the request, such as its Authorization; again for more")
	f.StringVar(&o.curl, "curl", "", "the request as a curl `command`")
	f.StringVar(&o.har, "har", "", "the request in a HAR `file`: the first signed one that was refused")
	f.StringVar(&o.body, "body", "", "the request's body")
	f.StringArrayVar(&o.hosts, "host", nil, "another `name` of the server, inside or old; again for more")
	f.IntVar(&o.deep, "deep", explain.DefaultDepth, "look for so many mistakes at once (at most 4; each more takes some thirty times as long)")
	f.BoolVar(&o.ask, "ask", false, "ask for the secret even where a profile has one")
	return cmd
}

func (a *app) explain(ctx context.Context, address string, o explainOptions) error {
	if o.deep < 1 || o.deep > 4 {
		return usageError("", "--deep is %d: 1 to 4", o.deep)
	}
	r, more, err := a.capturedRequest(address, o)
	if err != nil {
		return err
	}
	q := explain.Question{Hosts: o.hosts, Depth: o.deep}
	if q.Request, q.User, q.Fragment, err = r.Signed(); err != nil {
		return usageError("", "%w", err)
	}
	if q.Request.Form == "" {
		q.Body = r.Body
	}
	if !r.IsSigned() {
		return usageError("give the request as it was sent, with its oauth_ parameters or its Authorization header",
			"this request is not signed: there is no oauth_ parameter in it")
	}
	key := consumerKey(r, q.Request)
	right, err := a.secretsFor(key, o.ask, &q)
	if err != nil {
		return err
	}
	report, err := explain.Explain(ctx, q)
	if err != nil {
		return fmt.Errorf("the search was cut short: %w", err)
	}
	e := explained{Request: r.Method + " " + withoutQuery(r.URL), Report: report, haveSecret: right != nil, more: more}
	if right != nil {
		if e.Corrected, err = correct(q.Request, *right); err != nil {
			return err
		}
	}
	if a.json {
		err = a.writeJSON(e.wire())
	} else {
		err = e.write(a.Out)
	}
	if err != nil || e.answered() {
		return err
	}
	err = errors.New("no known mistake makes this signature")
	if !e.haveSecret {
		err = errors.New("without the secret nothing can be proved")
	}
	return withHint(err, e.advice(o.deep))
}

// capturedRequest reads the request from where the user has it, and how many
// further ones there were.
func (a *app) capturedRequest(address string, o explainOptions) (r captured.Request, more int, err error) {
	given := 0
	for _, s := range []string{address, o.curl, o.har} {
		if s != "" && s != "-" {
			given++
		}
	}
	if given > 1 {
		return r, 0, usageError("", "give one of URL, --curl and --har")
	}
	var all []captured.Request
	switch {
	case address != "" && address != "-":
		method := o.method
		if method == "" {
			method = "GET"
		}
		r, err = captured.FromURL(method, address)
		all = []captured.Request{r}
	case o.curl != "":
		r, err = captured.FromCurl(o.curl)
		all = []captured.Request{r}
	default:
		file := o.har
		if file == "" {
			file = "-"
			if a.ReadSecret != nil && address == "" {
				return r, 0, usageError("see 'kickoff explain --help'", "there is no request: give a URL, --curl, --har, or - for standard input")
			}
		}
		var data []byte
		if data, err = a.readInput(file, maxCapture); err == nil {
			all, err = captured.Parse(data)
		}
	}
	if err != nil {
		return r, 0, usageError("", "%w", err)
	}
	r = all[0]
	for _, candidate := range all { // the first that was refused, else the first
		if candidate.Status == 401 {
			r = candidate
			break
		}
	}
	if o.method != "" {
		r.Method = strings.ToUpper(o.method)
	}
	for _, h := range o.headers {
		if err := r.AddHeader(h); err != nil {
			return r, 0, usageError("", "--header: %w", err)
		}
	}
	if o.body != "" {
		r.Body = []byte(o.body)
	}
	return r, len(all) - 1, nil
}

// secretsFor collects the secrets to try in q: of the environment and of all
// profiles, each with its key. It asks where none belongs to the request's
// key, and returns the one that does, or nil.
func (a *app) secretsFor(key string, ask bool, q *explain.Question) (*oauth1.Credentials, error) {
	var right *oauth1.Credentials
	add := func(k, secret, label string) {
		if secret == "" {
			return
		}
		if right == nil && (k == key || k == "") {
			right = &oauth1.Credentials{ConsumerKey: key, ConsumerSecret: secret}
			k = key
		}
		q.Secrets = append(q.Secrets, explain.Secret{ConsumerKey: k, Secret: secret, Label: label})
	}
	if ask && a.ReadSecret == nil {
		return nil, usageError("set KICKOFF_SECRET instead", "--ask needs a terminal")
	}
	if !ask {
		add(a.Getenv(profile.EnvKey), a.Getenv(profile.EnvSecret), "the secret of "+profile.EnvSecret)
	}
	profiles, err := a.Profiles.List()
	if err != nil {
		return nil, err
	}
	for _, p := range profiles {
		if ask && p.Key == key {
			continue // the one that is typed takes its place
		}
		secret, err := a.Profiles.Secret(p)
		if err != nil {
			fmt.Fprintf(a.Err, "note: %v\n", err)
			continue
		}
		add(p.Key, secret, fmt.Sprintf("the secret of profile %q", p.Name))
	}
	if right == nil && a.ReadSecret != nil {
		secret, err := a.ReadSecret(fmt.Sprintf("Secret of key %s (empty: explain without it): ", shortKey(key)))
		if err != nil {
			return nil, fmt.Errorf("read the secret: %w", err)
		}
		add("", secret, "the secret that was typed")
	}
	return right, nil
}

// consumerKey is the key that the request names, wherever it does.
func consumerKey(r captured.Request, q oauth1.Request) string {
	for _, raw := range []string{q.Query, q.Form} {
		if v, err := url.ParseQuery(raw); err == nil && v.Get("oauth_consumer_key") != "" {
			return v.Get("oauth_consumer_key")
		}
	}
	for _, h := range r.Header.Values("Authorization") {
		if _, rest, ok := strings.Cut(h, "oauth_consumer_key="); ok {
			value, _, _ := strings.Cut(strings.Trim(rest, `"' `), `"`)
			value, _, _ = strings.Cut(value, ",")
			if decoded, err := url.PathUnescape(value); err == nil {
				return decoded
			}
		}
	}
	return ""
}

// corrected is the same request, signed as it should have been.
type corrected struct {
	Method        string `json:"method"`
	URL           string `json:"url"`
	Authorization string `json:"authorization,omitempty"` // where the signature stood in a header
}

// correct signs a request anew, its own oauth parameters left out.
func correct(r oauth1.Request, c oauth1.Credentials) (*corrected, error) {
	inHeader := r.Authorization != ""
	r.Authorization = ""
	r.Query = withoutOAuth(r.Query)
	r.Form = withoutOAuth(r.Form)
	signed, err := oauth1.NewSigner(c).Sign(r)
	if err != nil {
		return nil, fmt.Errorf("sign the corrected request: %w", err)
	}
	if r.Path == "" {
		r.Path = "/"
	}
	fixed := corrected{Method: r.Method, URL: r.Scheme + "://" + r.Host + r.Path}
	if !inHeader {
		fixed.URL += "?" + signed.Query
		return &fixed, nil
	}
	if r.Query != "" {
		fixed.URL += "?" + r.Query
	}
	fixed.Authorization = signed.Header
	return &fixed, nil
}

func withoutOAuth(query string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); pair == "" || err == nil && strings.HasPrefix(decoded, "oauth_") {
			continue
		}
		kept = append(kept, pair)
	}
	return strings.Join(kept, "&")
}

func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}
