package explain_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"kickoff/oauth1"
	"kickoff/oauth1/explain"
)

// enc is percent-encoding made of other code than the package's.
func enc(s string) string {
	return strings.NewReplacer("+", "%20", "%7E", "~").Replace(url.QueryEscape(s))
}

// sign is what a client does with a base string and a key.
func sign(key, base string) string {
	h := hmac.New(sha1.New, []byte(key))
	h.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// injected is one mistake made by hand: the request that is sent, the base
// string and key that a mistaken client signs, or the signature it ends with.
type injected struct {
	id        string
	path      string // "" for that of the list request
	query     string // own query as sent
	url       string // address signed; "" for the right one
	params    string // parameters signed, own behind "limit" …; "" for the right ones
	base      string // whole base string, if it is none of the above joined rightly
	key       string // "" for the right one
	method    string // signed
	signature string // if it is not the HMAC of the above
	change    func(*explain.Question)
}

const (
	listPath = "/gallery/api/v1/workflows/subscription/"
	listURL  = "https://gallery.example.com" + listPath
	ownQuery = "limit=10&offset=1"
	rightP   = "limit=10&" + protocol + "&offset=1"
	oddKey   = "p+s/e=c r&t~!"
)

var (
	rightBase = "GET&" + enc(listURL) + "&" + enc(rightP)
	rightKey  = testSecret + "&"
	rightSig  = sign(rightKey, rightBase)
)

func withSecret(s string) func(*explain.Question) {
	return func(q *explain.Question) { q.Secrets[0].Secret = s }
}

func withHost(h string) func(*explain.Question) {
	return func(q *explain.Question) { q.Request.Host = h }
}

func utf16LE(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func sha1Sum(s string) string {
	sum := sha1.Sum([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func hexDigest() string {
	b, _ := base64.StdEncoding.DecodeString(rightSig)
	return hex.EncodeToString(b)
}

func hmacMD5(key, base string) string {
	h := hmac.New(md5.New, []byte(key))
	h.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

var rows = []injected{
	{id: "U1", url: "https://gallery.example.com/gallery/api/"},
	{id: "U1", url: "https://gallery.example.com/gallery/api/v1"},
	{id: "U2", url: strings.TrimSuffix(listURL, "/")},
	{id: "U2", path: "/webapi/v1/jobs", url: "https://gallery.example.com/webapi/v1/jobs/"},
	{id: "U2", path: "/webapi//v1/jobs", url: "https://gallery.example.com/webapi/v1/jobs"},
	{id: "U3", url: strings.Replace(listURL, "https", "http", 1)},
	{id: "U4", url: strings.Replace(listURL, ".com", ".com:443", 1)},
	{id: "U5", url: listURL, change: withHost("gallery.example.com:8080")},
	{id: "U5", url: strings.Replace(listURL, ".com", ".com:8443", 1)},
	{id: "U6", url: strings.Replace(listURL, "gallery.example.com", "GALLERY.EXAMPLE.COM", 1)},
	{id: "U6", url: strings.Replace(listURL, "gallery.example.com", "Gallery.Example.com", 1), change: withHost("Gallery.Example.com")},
	{id: "U7", url: strings.Replace(listURL, "gallery.example.com", "alteryx01", 1)},
	{id: "U7", url: strings.Replace(listURL, "gallery.example.com", "localhost", 1)},
	{id: "U7", url: strings.Replace(listURL, "gallery.example.com", "inside:8080", 1), change: func(q *explain.Question) { q.Hosts = []string{"inside:8080"} }},
	{id: "U8", url: strings.Replace(listURL, "/gallery/api", "/api", 1)},
	{id: "U8", url: strings.Replace(listURL, "/gallery/api", "/webapi", 1)},
	{id: "U8", url: strings.Replace(listURL, "/gallery/api", "/gallery/api/gallery/api", 1)},
	{id: "U8", url: strings.Replace(listURL, "/gallery/api", "", 1)},
	{id: "U9", url: listURL + "?" + ownQuery},
	{id: "U9", url: listURL + "?" + ownQuery, params: protocol},
	{id: "U10", url: listURL + "#top", change: func(q *explain.Question) { q.Fragment = "top" }},
	{id: "U10", url: strings.Replace(listURL, "//", "//me:pw@", 1), change: func(q *explain.Question) { q.User = "me:pw" }},
	{id: "U11", path: "/jobs/a%20b/c%2Fd/", url: "https://gallery.example.com/jobs/a b/c/d/"},
	{id: "U11", path: "/jobs/a%20b/", url: "https://gallery.example.com/jobs/a%2520b/"},
	{id: "U11", path: "/jobs/a;b/", url: "https://gallery.example.com/jobs/a%3Bb/"},
	{id: "U12", path: "/", url: "https://gallery.example.com"},
	{id: "U13", url: strings.TrimPrefix(listURL, "https://")},
	{id: "U14", url: strings.Replace(listURL, "/v1/", "/v2/", 1)},
	{id: "U14", path: "/gallery/api/v1/workflows/", url: "https://gallery.example.com/gallery/api/admin/v1/workflows/"},
	{id: "U15", path: "/api/v1/jobs/5BC4A813156AE016DCB442BD/", url: "https://gallery.example.com/api/v1/jobs/5bc4a813156ae016dcb442bd/"},
	{id: "U15", url: "https://gallery.example.com" + strings.ToUpper(listPath)},

	{id: "Q1", params: protocol},
	{id: "Q2", params: "limit=10&" + protocol},
	{id: "Q3", params: rightP + "&search="},
	{id: "Q3", params: rightP + "&packageType=0"},
	{id: "Q4", params: strings.Replace(rightP, "&oauth_version", "&oauth_token=&oauth_version", 1)},
	{id: "Q5", params: "limit=10&" + rightP + "&offset=1"},
	{id: "Q5", params: rightP + "&offset=1"},
	{id: "Q6", query: "offset=1&limit=10", params: "offset=1&limit=10&" + protocol},
	{id: "Q6", params: "oauth_timestamp=1548842017&oauth_signature_method=HMAC-SHA1&oauth_consumer_key=" + testKey + "&oauth_version=1.0&oauth_nonce=TPrTJ&limit=10&offset=1"},
	{id: "Q7", params: protocol + "&limit=10&offset=1"},
	{id: "Q7", query: "offset=1&limit=10", params: "limit=10&offset=1&" + protocol},
	{id: "Q8", query: "q=%7B&q=~", params: protocol + "&q=~&q=%7B", base: "GET&" + enc(listURL) + "&" + enc(protocol+"&q={&q=~"), key: "-"}, // replaced below
	{id: "Q9", query: "id_1=a&id_10=b", params: "id_10=b&id_1=a&" + protocol},
	{id: "Q10", query: "a_b=1&aB=2", params: "a_b=1&aB=2&" + protocol},
	{id: "Q11", query: "limit=2&limit=10", params: "limit=2&" + protocol},
	{id: "Q11", query: "limit=2&limit=10", params: "limit=2%2C10&" + protocol},
	{id: "Q12", query: "limit=2&limit=10&z=1", params: "limit=2&limit=10&" + protocol + "&z=1"},
	{id: "Q13", params: strings.Replace(rightP, "&oauth_signature_method", "&oauth_signature="+enc(rightSig)+"&oauth_signature_method", 1)},
	{id: "Q13", params: strings.Replace(rightP, "&oauth_signature_method", "&oauth_signature=&oauth_signature_method", 1)},
	{id: "Q14", params: rightP + "&realm="},
	{id: "Q15", base: rightBase + "&" + enc(`{"questions":[]}`), change: func(q *explain.Question) { q.Body = []byte(`{"questions":[]}`) }},
	{id: "Q15", params: "limit=10&oauth_body_hash=" + enc(sha1Sum(`{}`)) + "&" + protocol + "&offset=1", change: func(q *explain.Question) { q.Body = []byte(`{}`) }},
	{id: "Q16", change: func(q *explain.Question) { q.Request.Form = "name=x+y&owner=z" }},
	{id: "Q16", params: rightP + "&owner=z", change: func(q *explain.Question) { q.Request.Form = "name=x+y&owner=z" }},
	{id: "Q18", params: strings.Replace(rightP, "&oauth_version=1.0", "", 1)},
	{id: "Q18", params: strings.Replace(rightP, "oauth_nonce=TPrTJ&", "", 1)},
	{id: "Q19", query: "flag&x=1", params: "flag&" + protocol + "&x=1"},
	{id: "Q19", query: "f=a=b=c", params: "f=a&" + protocol},
	{id: "Q20", params: "oauth_consumer_key=" + testKey + "&limit=10&offset=1&oauth_nonce=TPrTJ&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1548842017&oauth_version=1.0"},

	{id: "E1", base: "GET&" + enc(listURL) + "&" + rightP},
	{id: "E1", base: "GET&" + listURL + "&" + rightP},
	{id: "E2", base: "GET&" + listURL + "&" + enc(rightP)},
	{id: "E3", base: enc(rightBase)},
	{id: "E3", base: "GET%26" + enc(listURL) + "%26" + enc(rightP)},
	{id: "E4", query: "search=a%20%26%20b", params: protocol + "&search=a & b"},
	{id: "E5", query: "search=a%20%26%20b", params: protocol + "&search=a%2520%2526%2520b"},
	{id: "E6", query: "search=a%20b", params: protocol + "&search=a+b"},
	{id: "E7", query: "search=a+b%2Fc", params: protocol + "&search=a%2Bb%2Fc"},
	{id: "E8", base: "GET&" + lowerEscapes(enc(listURL)) + "&" + lowerEscapes(enc(rightP))},
	{id: "E8", query: "search=%2F", params: protocol + "&search=%2f"},
	{id: "E9", query: "search=%28a%29%21", params: protocol + "&search=(a)!"},
	{id: "E10", query: "search=~a", params: protocol + "&search=%7Ea"},
	{id: "E11", query: "search=a-b", params: strings.NewReplacer("HMAC-SHA1", "HMAC%2DSHA1", "1.0", "1%2E0").Replace(protocol) + "&search=a%2Db"},
	{id: "E11", query: "search=a-b", params: strings.NewReplacer("_", "%5F", "-", "%2D", ".", "%2E").Replace(protocol) + "&search=a%2Db"},
	{id: "E12", query: "search=%C3%A9", params: protocol + "&search=%E9"},
	{id: "E12", query: "search=%E2%82%AC", params: protocol + "&search=%u20AC"},
	{id: "E13", query: "search=a%2Fb", params: protocol + "&search=a/b"},
	{id: "E13", base: "GET&https%3A//gallery.example.com" + listPath + "&" + enc(rightP)},
	{id: "E14", query: "filter%5Bx%5D=1", params: "filter[x]=1&" + protocol},
	{id: "E15", params: "amp%3Boffset=1&limit=10&" + protocol},
	{id: "E15", query: "search=a%20b", params: protocol + "&search=a%C2%A0b"},
	{id: "E16", query: "search=50%25+x", params: protocol + "&search=50%2525%2Bx"},

	{id: "M1", method: "get"},
	{id: "M2", method: "POST"},
	{id: "M2", method: "HEAD"},

	{id: "K1", key: testSecret},
	{id: "K2", key: "&" + testSecret},
	{id: "K2", key: testSecret + "&&"},
	{id: "K2", key: testSecret + "%26"},
	{id: "K3", key: testKey + "&" + testSecret},
	{id: "K3", key: testSecret + "&" + testKey},
	{id: "K3", key: testSecret + "&" + testSecret},
	{id: "K3", key: testKey + "&"},
	{id: "K4", key: testSecret + " &"},
	{id: "K4", key: testSecret + "%0D%0A&"},
	{id: "K4", key: testSecret + "\x00&"},
	{id: "K4", key: testSecret + "&", change: withSecret(testSecret + " ")},
	{id: "K5", key: "\ufeff" + testSecret + "&"},
	{id: "K5", key: "'" + testSecret + "'&"},
	{id: "K6", key: oddKey + "&", change: withSecret(oddKey)},
	{id: "K6", key: enc(enc(oddKey)) + "&", change: withSecret(oddKey)},
	{id: "K7", key: strings.ToUpper(testSecret) + "&"},
	{id: "K7", key: testSecret[:len(testSecret)-2] + "&"},
	{id: "K8", key: adminSecret + "&"},
	{id: "K9", key: unhexed(testSecret) + "&"},
	{id: "K9", key: utf16LE(testSecret + "&")},

	{id: "D1", signature: hexDigest()},
	{id: "D1", signature: strings.ToUpper(hexDigest())},
	{id: "D1", signature: base64.StdEncoding.EncodeToString([]byte(hexDigest()))},
	{id: "D2", signature: "-" + "", key: "url-safe"}, // replaced below
	{id: "D3", signature: strings.TrimSuffix(rightSig, "=")},
	{id: "D4", key: "blank"},
	{id: "D5", signature: enc(rightSig)},
	{id: "D6", signature: hmacMD5(rightKey, rightBase)},
	{id: "D8", signature: sha1Sum(rightBase)},
	{id: "D8", signature: sha1Sum(rightKey + rightBase)},
	{id: "D8", signature: rightKey},
	{id: "D9", signature: rightSig + "\r\n"},
	{id: "D9", signature: rightSig[:10] + "\n" + rightSig[10:]},
	{id: "D10", base: rightBase + "\n"},
	{id: "D10", base: utf16LE(rightBase)},

	{id: "T6", params: strings.Replace(rightP, "1548842017", "1548842014", 1)},
	{id: "H2", key: "abc&", change: withSecret("abc$xyz$def")},
	{id: "H3", query: ownQuery + "&utm_source=mail", params: rightP},
}

func unhexed(s string) string { b, _ := hex.DecodeString(s); return string(b) }

func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			j := i + 1
			if b[j] == '2' && b[j+1] == '5' { // an escape within
				j += 2
			}
			copy(b[j:], strings.ToLower(string(b[j:min(j+2, len(b))])))
		}
	}
	return string(b)
}

// send makes the question that a server or the command line would ask.
func (in injected) send() explain.Question {
	query, path := in.query, in.path
	if query == "" && path == "" {
		query = ownQuery
	}
	if path == "" {
		path = listPath
	}
	q := ask(oauth1.Request{Method: "GET", Scheme: "https", Host: "gallery.example.com", Path: path, Query: query}, "@")
	q.Depth = 1
	if in.change != nil {
		in.change(&q)
	}
	address, params, key, method := in.url, in.params, in.key, in.method
	if address == "" {
		address = "https://gallery.example.com" + path
	}
	if params == "" {
		params = rightP
		if query == "" {
			params = protocol
		}
	}
	if key == "" {
		key = rightKey
	}
	if method == "" {
		method = "GET"
	}
	base := in.base
	if base == "" {
		base = method + "&" + enc(address) + "&" + enc(params)
	}
	signature := in.signature
	if signature == "" {
		signature = sign(key, base)
	}
	q.Request.Query = strings.Replace(q.Request.Query, "oauth_signature=%40", "oauth_signature="+oauth1.Encode(signature), 1)
	return q
}

// searched finds a search value whose right signature holds the mark, so that
// what happens to the mark can be shown.
func searched(t *testing.T, mark string) (query, params, signature string) {
	t.Helper()
	for i := range 1000 {
		value := strings.Repeat("x", i)
		params = protocol + "&search=" + value
		signature = sign(rightKey, "GET&"+enc(listURL)+"&"+enc(params))
		if strings.Contains(signature[1:], mark) {
			return "search=" + value, params, signature
		}
	}
	t.Fatal("no signature holds " + mark)
	return
}

// TestEveryProvableMistake makes each provable mistake by hand, alone, and
// wants it named.
func TestEveryProvableMistake(t *testing.T) {
	made := map[string]bool{}
	for _, in := range rows {
		switch in.key {
		case "url-safe":
			in.query, in.params, in.signature = searched(t, "/")
			in.signature = strings.NewReplacer("+", "-", "/", "_").Replace(in.signature)
		case "blank":
			in.query, in.params, in.signature = searched(t, "+")
			in.signature = strings.ReplaceAll(in.signature, "+", " ")
		case "-": // sorted as "{" < "~", encoded %7B and ~ are the other way round
			in.query, in.params, in.base, in.key = "q=%7B&q=%C3%A9&q=~&q=z", protocol+"&q=z&q=%7B&q=~&q=%C3%A9", "", ""
		}
		q := in.send()
		rep, err := explain.Explain(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range rep.Found {
			got = append(got, ids(e))
		}
		if !slices.Contains(got, in.id) || rep.Right {
			t.Errorf("%s (%+v): found %v, right %t", in.id, in, got, rep.Right)
		}
		made[in.id] = true
	}
	for _, m := range explain.Catalogue() {
		if m.Marks&explain.Provable != 0 && !made[m.ID] {
			t.Errorf("%s is marked provable and not tested", m.ID)
		}
	}
}
