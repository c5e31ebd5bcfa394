package server

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"time"

	"kickoff/internal/secret"
	"kickoff/oauth1"
	"kickoff/oauth1/explain"
)

// explanation is what a search found to be wrong with a signature.
type explanation struct{ id, text string }

// explainer looks for the one mistake that made a wrong signature, within
// budgets: a search costs hundreds of times what a check does, and anyone can
// send wrong signatures.
type explainer struct {
	directory *directory
	hosts     []string // other names of this server
	// dummy is searched with for unknown keys, so that they take as long as
	// known ones and show by nothing that they are unknown but the vendor's text.
	dummy   string
	key     *limiter
	address *limiter
	slots   chan struct{} // searches at a time
}

func newExplainer(d *directory, listen string, now func() time.Time) *explainer {
	return &explainer{
		directory: d, hosts: ownNames(listen), dummy: secret.Mint(secret.SecretLen),
		key: newLimiter(30, 200*time.Millisecond, now), address: newLimiter(60, 100*time.Millisecond, now),
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
	}
}

// ownNames are the names that this machine may be called by, with its port: what
// is signed inside a network and sent to the public name.
func ownNames(listen string) []string {
	names := []string{"localhost", "127.0.0.1"}
	if h, err := os.Hostname(); err == nil {
		names = append(names, strings.ToLower(h))
		if short, _, ok := strings.Cut(h, "."); ok {
			names = append(names, strings.ToLower(short))
		}
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return names
	}
	if host != "" {
		names = append(names, host)
	}
	for _, n := range names {
		names = append(names, net.JoinHostPort(n, port))
	}
	return names
}

// maxExplainedBody is how much of a body that is no form is looked at: some
// clients sign it.
const maxExplainedBody = 64 << 10

// explain searches, for known and unknown keys alike, and returns what it found
// for known ones.
func (x *explainer) explain(ctx context.Context, c *call, req *oauth1.Request, v *oauth1.Verdict) (explanation, bool) {
	if _, over := x.key.over(v.ConsumerKey); over {
		return explanation{}, false
	}
	if _, over := x.address.over(c.client); over {
		return explanation{}, false
	}
	x.key.failed(v.ConsumerKey)
	x.address.failed(c.client)
	select {
	case x.slots <- struct{}{}:
		defer func() { <-x.slots }()
	case <-ctx.Done():
		return explanation{}, false
	}
	q := explain.Question{Request: *req, Hosts: x.hosts, Body: peekBody(c)}
	if c.r.Host != "" && !strings.EqualFold(c.r.Host, c.host) {
		q.Hosts = append([]string{c.r.Host}, x.hosts...)
	}
	known := false
	q.Secrets, known = x.secrets(ctx, v.ConsumerKey)
	found, ok := explain.Quick(q, explain.QuickHashes)
	if !ok || !known || len(found.Mistakes) == 0 {
		return explanation{}, false
	}
	m := found.Mistakes[0]
	text := m.Text
	if m.Detail != "" {
		text = strings.TrimSuffix(text, ".") + " (" + m.Detail + ")."
	}
	return explanation{id: m.ID, text: strings.TrimSpace(text + " " + m.Cure)}, true
}

// secrets are the key's own and, since a mixed-up pair is a common mistake, the
// other ones of its owner.
func (x *explainer) secrets(ctx context.Context, consumer string) (list []explain.Secret, known bool) {
	e, err := x.directory.find(ctx, consumer)
	if err != nil || e == nil || x.directory.prepare(e) != nil {
		return []explain.Secret{{ConsumerKey: consumer, Secret: x.dummy}}, false
	}
	list = append(list, explain.Secret{ConsumerKey: consumer, Secret: e.secret})
	for _, o := range x.directory.ofOwner(e) {
		list = append(list, explain.Secret{ConsumerKey: o.key.Consumer, Secret: o.secret, Label: "another key of yours, " + o.key.Consumer})
	}
	return list, true
}

// peekBody reads a small body that is no form.
func peekBody(c *call) []byte {
	if c.r.ContentLength <= 0 || c.r.ContentLength > maxExplainedBody {
		return nil
	}
	b, err := io.ReadAll(c.r.Body)
	if err != nil {
		return nil
	}
	c.r.Body = io.NopCloser(bytes.NewReader(b))
	return b
}
