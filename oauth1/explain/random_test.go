package explain

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"hash"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"kickoff/oauth1"
	"kickoff/oauth1/internal/keyed"
)

var sets = flag.Int("sets", 0, "random sets of mistakes to inject: half of one mistake, one in twenty of three; 0: some hundred")

// randomQuestion is a signed call of a gallery with odd names and values.
func randomQuestion(r *rand.Rand) Question {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	req := oauth1.Request{
		Method: pick("GET", "GET", "POST", "PUT", "DELETE"),
		Scheme: pick("https", "https", "http"),
		Host:   pick("gallery.example.com", "Gallery.Example.com", "www.example.com:8080", "10.0.0.7", "analytics"),
		Path: pick("/gallery/api", "/api", "/webapi", "") + pick("/v1/workflows/subscription/", "/v1/jobs/5bc4a813156ae016dcb442bd/", "/admin/v1/workflows",
			"/v1/jobs/a%20b/output/c%2Fd/", "/user/v2/workflows/5BC4A813156AE016DCB442BD/jobs", "/"),
	}
	var own []string
	for range r.IntN(4) {
		name := pick("limit", "search", "filter[x]", "$top", "a-b", "Ünit", "offset", "_", "q")
		value := pick("10", "2", "", "a b", "50% off!", "x/y:z", "Café (1)*'~", "€", "a=b=c", "p+q", "Sales-App_2.0")
		if r.IntN(3) == 0 {
			own = append(own, url.QueryEscape(name)+"="+url.QueryEscape(value)) // "+" for blanks
		} else {
			own = append(own, oauth1.Encode(name)+"="+oauth1.Encode(value))
		}
	}
	protocol := []string{"oauth_consumer_key=8D9F4E2C6B1A0375", "oauth_nonce=" + pick("TPrTJ", "975781539"), "oauth_signature=SIGNATURE",
		"oauth_signature_method=HMAC-SHA1", "oauth_timestamp=1548842017"}
	if r.IntN(4) > 0 {
		protocol = append(protocol, "oauth_version=1.0")
	}
	r.Shuffle(len(protocol), func(i, j int) { protocol[i], protocol[j] = protocol[j], protocol[i] })
	q := Question{
		Secrets: []Secret{{ConsumerKey: "8D9F4E2C6B1A0375", Secret: pick("b1f0c3d5e7a9482693cd57e08f1b246a", "p+s/e=c r&t%~", "Geheim$1")}, {ConsumerKey: "x", Secret: "1111222233334444"}},
		Hosts:   []string{"alteryx01", "inside.example.com:8443"},
	}
	if r.IntN(3) == 0 {
		for i, p := range protocol {
			name, value, _ := strings.Cut(p, "=")
			protocol[i] = name + `="` + value + `"`
		}
		req.Authorization = "OAuth " + strings.Join(protocol, ", ")
	} else {
		own = append(own, protocol...)
	}
	req.Query = strings.Join(own, "&")
	switch {
	case req.Method == "POST" && r.IntN(2) == 0:
		req.Form = "name=x+y&owner=" + oauth1.Encode("é@b")
	case req.Method == "POST":
		q.Body = []byte(`{"questions":[]}`)
	}
	q.Request = req
	return q
}

// inject applies n random mistakes to the right recipe of q and signs with
// the result, elements rendered and joined at once and hashed with crypto/hmac.
func inject(q *Question, n int, r *rand.Rand) (names []string, base string) {
	f := newFacts(q)
	p := newPlan(f)
	rec := f.right
	var chosen [axes]*variant
	left := n
	if r.IntN(8) == 0 {
		left-- // one mistake in the output
	}
	for picked := 0; picked < left; {
		a := axis(r.IntN(int(axes)))
		if len(p.byAxis[a]) == 0 || chosen[a] != nil {
			continue
		}
		chosen[a] = &p.byAxis[a][r.IntN(len(p.byAxis[a]))]
		picked++
	}
	for _, v := range chosen {
		if v != nil {
			v.apply(&rec)
			names = append(names, v.mistake.ID+" "+v.found().Detail)
		}
	}
	var w workspace
	base = string(rec.base(nil, &w))
	text := digestText(&rec.key, base)
	if left < n {
		id, change := outputs[r.IntN(len(outputs))], text
		switch id {
		case "D1":
			b, _ := base64.StdEncoding.DecodeString(text)
			change = hex.EncodeToString(b)
		case "D2":
			change = strings.NewReplacer("+", "-", "/", "_").Replace(text)
		case "D3":
			change = strings.TrimRight(text, "=")
		case "D5":
			change = oauth1.Encode(text)
		case "D9":
			change = text + "\n"
		}
		text, names = change, append(names, id)
	}
	signature := oauth1.Encode(text)
	q.Request.Query = strings.Replace(q.Request.Query, "SIGNATURE", signature, 1)
	q.Request.Authorization = strings.Replace(q.Request.Authorization, "SIGNATURE", signature, 1)
	return names, base
}

var outputs = []string{"D1", "D2", "D3", "D5", "D9"}

// digestText is the signature, by the standard library alone.
func digestText(k *keyText, base string) string {
	key := string(k.render(nil))
	of := map[keyed.Hash]func() hash.Hash{keyed.SHA1: sha1.New, keyed.SHA256: sha256.New, keyed.MD5: md5.New, keyed.SHA384: sha512.New384, keyed.SHA512: sha512.New}[k.hash]
	var h hash.Hash
	switch k.use {
	case useBaseOnly:
		h = of()
		h.Write([]byte(base))
	case useKeyFirst:
		h = of()
		h.Write([]byte(key + base))
	case useKeyLast:
		h = of()
		h.Write([]byte(base + key))
	case usePlaintext:
		return key
	case useSwapped:
		h = hmac.New(of, []byte(base))
		h.Write([]byte(key))
	default:
		h = hmac.New(of, []byte(key))
		h.Write([]byte(base))
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// TestRandomSets injects random sets of mistakes into random requests. Each
// must be explained by a set that is no larger and that signs the same base
// string. A set whose parts cancel out or change nothing leaves the right
// signature, which must be called right.
func TestRandomSets(t *testing.T) {
	r := rand.New(rand.NewPCG(5849, 2010))
	plan := []int{200, 40, 2}
	if *sets > 0 {
		plan = []int{*sets / 2, *sets - *sets/2 - *sets/20, *sets / 20}
	}
	same, smaller, right := 0, 0, 0
	for i, count := range plan {
		for range count {
			q := randomQuestion(r)
			names, base := inject(&q, i+1, r)
			q.Depth = i + 1
			rep, err := Explain(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			fail := func(why string) {
				t.Errorf("%s\ninjected %s\nrequest %+v\nsigned   %s\nexpected %s\nfound %+v", why, strings.Join(names, " | "), q.Request, base, rep.Expected, rep.Found)
			}
			switch {
			case rep.Right:
				right++
				if base != rep.Expected {
					fail("a wrong base string is called right")
				}
				continue
			case len(rep.Found) == 0:
				fail("nothing found")
				continue
			}
			for _, e := range rep.Found {
				if len(e.Mistakes) > i+1 {
					fail("a larger set than was injected")
				}
				if e.Signed != base && !unhashed(e) {
					fail("another base string")
				}
			}
			if len(rep.Found[0].Mistakes) == i+1 {
				same++
			} else {
				smaller++
			}
		}
	}
	t.Logf("%d sets of mistakes: %d explained by a set of the same size, %d by a smaller one, %d without effect", plan[0]+plan[1]+plan[2], same, smaller, right)
}

// unhashed reports whether the mistake sends the key itself, so that nothing
// tells which base string belongs to it.
func unhashed(e Explanation) bool {
	for _, m := range e.Mistakes {
		if m.ID == "D8" && strings.Contains(m.Detail, "the key itself") {
			return true
		}
	}
	return false
}
