package explain

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"kickoff/oauth1"
	"kickoff/oauth1/internal/keyed"
)

// facts is a question, taken apart.
type facts struct {
	q     *Question
	right recipe // what RFC 5849 asks for

	method, timestamp, nonce string         // protocol values as sent, decoded
	names                    map[string]int // how often each parameter was sent
	places                   map[string]int // in how many places oauth_ parameters stand
	presented                string         // oauth_signature, decoded once
	rightSignature           string
	realm                    string
	headerError              error

	secret     string
	others     []Secret
	root       string // root of the API that the path begins with
	roots      []string
	hostTyped  string
	knownHosts []string
	knownPorts []string
	ownQuery   string // raw query without oauth parameters
	sentQuery  string // raw query without oauth_signature
	ascii      bool
}

var defaultRoots = []string{"/gallery/api", "/api", "/webapi", "/gallery"}

func newFacts(q *Question) *facts {
	f := &facts{q: q, names: map[string]int{}, places: map[string]int{}, ascii: true, roots: q.Roots}
	if f.roots == nil {
		f.roots = defaultRoots
	}
	r := &f.right
	r.params = paramList{names: rfc, values: rfc}
	r.join.outer = rfc
	r.method = strings.ToUpper(q.Request.Method)
	f.readAddress()
	f.readParams()
	f.readSecrets()
	for _, p := range r.params.list {
		f.ascii = f.ascii && ascii(p.name) && ascii(p.value)
	}
	if f.secret != "" {
		var w workspace
		var c keyed.Computer
		key := keyed.New(keyed.SHA1, r.key.render(nil))
		f.rightSignature = base64.StdEncoding.EncodeToString(c.Sum(key, r.base(nil, &w)))
	}
	return f
}

// base renders the whole base string.
func (r *recipe) base(dst []byte, w *workspace) []byte {
	u := element{raw: r.url.render(nil)}
	u.enc = r.join.outer.appendBytes(nil, u.raw)
	p := element{raw: r.params.render(nil, w)}
	p.enc = r.join.outer.appendBytes(nil, p.raw)
	return r.join.render(dst, r.method, u, p)
}

func (f *facts) readAddress() {
	req, u := &f.q.Request, &f.right.url
	u.scheme = strings.ToLower(req.Scheme)
	u.host, u.port = splitHost(strings.ToLower(oauth1.StripDefaultPort(req.Scheme, req.Host)))
	f.hostTyped, _ = splitHost(req.Host)
	u.path = req.Path
	if u.path == "" {
		u.path = "/"
	}
	for _, root := range f.roots {
		if len(root) > len(f.root) && strings.HasPrefix(u.path, root+"/") {
			f.root = root
		}
	}
	for _, h := range f.q.Hosts {
		f.knownHosts = append(f.knownHosts, h)
		if _, port := splitHost(h); port != "" {
			f.knownPorts = append(f.knownPorts, port)
		}
	}
}

// splitHost cuts "host:port"; the colons of an IPv6 address stand in brackets.
func splitHost(s string) (host, port string) {
	i := strings.LastIndexByte(s, ':')
	if i <= strings.LastIndexByte(s, ']') {
		return s, ""
	}
	return s[:i], s[i+1:]
}

func (f *facts) readParams() {
	own, rest := []string{}, []string{}
	f.readPairs(f.q.Request.Query, "query", func(piece string, p *param) {
		if !p.oauth {
			own = append(own, piece)
		}
		if p.name != "oauth_signature" {
			rest = append(rest, piece)
		}
	})
	f.ownQuery, f.sentQuery = strings.Join(own, "&"), strings.Join(rest, "&")
	f.readPairs(f.q.Request.Form, "form body", nil)
	f.headerError = oauth1.HeaderParameters(f.q.Request.Authorization, func(name, value string) error {
		p := newParam(decode(name, false), decode(value, false))
		p.rawValue, p.header = value, true
		f.take(p, "Authorization header")
		return nil
	})
	slices.SortStableFunc(f.right.params.list, func(a, b *param) int {
		return cmp.Or(strings.Compare(a.encName, b.encName), strings.Compare(a.encValue, b.encValue))
	})
	if _, rest, ok := strings.Cut(f.q.Request.Authorization, `realm="`); ok {
		f.realm, _, _ = strings.Cut(rest, `"`)
	}
}

func (f *facts) readPairs(s, place string, each func(piece string, p *param)) {
	for piece := range strings.SplitSeq(s, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		p := newParam(decode(name, true), decode(value, true))
		p.rawValue, p.form = value, place == "form body"
		if each != nil {
			each(piece, p)
		}
		f.take(p, place)
	}
}

func (f *facts) take(p *param, place string) {
	f.names[p.name]++
	if p.oauth {
		f.places[place]++
	}
	switch p.name {
	case "oauth_signature":
		if f.names[p.name] == 1 {
			f.presented = p.value
		}
		return
	case "oauth_consumer_key":
		f.right.key.consumer = []byte(rfc.string(p.value))
	case "oauth_signature_method":
		f.method = p.value
		if strings.EqualFold(p.value, "HMAC-SHA256") {
			f.right.key.hash = keyed.SHA256
		}
	case "oauth_timestamp":
		f.timestamp = p.value
	case "oauth_nonce":
		f.nonce = p.value
	}
	p.seq = len(f.right.params.list)
	f.right.params.list = append(f.right.params.list, p)
}

func (f *facts) readSecrets() {
	consumer := decode(string(f.right.key.consumer), false)
	found := false
	for _, s := range f.q.Secrets {
		if !found && (s.ConsumerKey == "" || s.ConsumerKey == consumer) {
			found = true
			f.secret = s.Secret
			f.right.key.secret = []byte(rfc.string(s.Secret))
			f.right.key.token = []byte(rfc.string(s.TokenSecret))
			continue
		}
		f.others = append(f.others, s)
	}
}

// sends reports whether a parameter of that name was sent.
func (f *facts) sends(name string) bool { return f.names[name] > 0 }

func (f *facts) oauths() int {
	n := 0
	for _, p := range f.right.params.list {
		if p.oauth {
			n++
		}
	}
	return n
}

func (f *facts) owns() int { return len(f.right.params.list) - f.oauths() }

func (f *facts) anyRaw(s string) bool {
	return slices.ContainsFunc(f.right.params.list, func(p *param) bool { return !p.header && strings.Contains(p.rawValue, s) })
}

func (f *facts) anyValue(s string) bool {
	return slices.ContainsFunc(f.right.params.list, func(p *param) bool { return !p.oauth && strings.Contains(p.value, s) })
}
