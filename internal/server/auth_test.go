package server

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kickoff/internal/account"
	"kickoff/internal/config"
	"kickoff/internal/store"
	"kickoff/oauth1"
)

const list = "/gallery/api/v1/workflows/subscription/"

func TestSignatures(t *testing.T) {
	g := newTestGallery(t, nil)
	second := must(g.accounts().CreateKey(t.Context(), account.KeyRequest{Owner: "ada@example.com"}))
	// Each case changes a rightly signed target; want is part of the message.
	for _, c := range []struct {
		name   string
		send   func() answer
		status int
		want   string
		reason string
	}{
		{"right", func() answer { return g.call(g.admin, "GET", list, "") }, 200, "", ""},
		{"own parameters", func() answer { return g.call(g.admin, "GET", list+"?search=Sales%20%26%2050%25%20%C3%A9&limit=5", "") }, 200, "", ""},
		{"plus for a blank, signed as sent", func() answer { return g.call(g.admin, "GET", list+"?search=pizza+survey", "") }, 200, "", ""},
		{"tampered", func() answer { return g.send("GET", g.sign(g.admin, "GET", list)+"&limit=1", nil) }, 401, "query parameters were sent but not signed", "Q1"},
		{"POST signed as GET", func() answer { return g.send("POST", g.sign(g.admin, "GET", "/gallery/api/admin/v1/workflows/"), nil) }, 401, "signed as GET", "M2"},
		{"other path", func() answer {
			_, q, _ := strings.Cut(g.sign(g.admin, "GET", "/gallery/api/"), "?")
			return g.send("GET", list+"?"+q, nil)
		}, 401, "stops short, at the API root", "U1"},
		{"no slash where one was signed", func() answer {
			return g.send("GET", strings.Replace(g.sign(g.admin, "GET", list), "/?", "?", 1), nil)
		}, 401, "differ by a slash", "U2"},
		{"blank behind the secret", func() answer {
			return g.call(account.Key{Consumer: g.admin.Consumer, Secret: g.admin.Secret + " "}, "GET", list, "")
		}, 401, "blank behind", "K4"},
		{"two mistakes", func() answer {
			return g.send("GET", g.sign(account.Key{Consumer: g.admin.Consumer, Secret: g.admin.Secret + " "}, "GET", list)+"&limit=1", nil)
		}, 401, textSignature, ""},
		{"the secret of another key of the owner", func() answer {
			return g.call(account.Key{Consumer: g.admin.Consumer, Secret: second.Secret}, "GET", list, "")
		}, 401, second.Consumer, "K8"},
		{"unknown key", func() answer { return g.call(account.Key{Consumer: "NOBODY", Secret: "x"}, "GET", list, "") }, 401, textKey, ""},
		{"key in other case", func() answer {
			return g.call(account.Key{Consumer: strings.ToLower(g.admin.Consumer), Secret: g.admin.Secret}, "GET", list, "")
		}, 401, textKey, ""},
		{"not signed", func() answer { return g.send("GET", list, nil) }, 401, "not signed", "not-signed"},
		{"no nonce", func() answer {
			return g.send("GET", strings.Replace(g.sign(g.admin, "GET", list), "oauth_nonce", "x_nonce", 1), nil)
		}, 401, "oauth_nonce", "missing-parameter"},
		{"twice the same parameter", func() answer {
			return g.send("GET", g.sign(g.admin, "GET", list)+"&oauth_nonce=x", nil)
		}, 401, "malformed", "repeated-parameter"},
		{"PLAINTEXT", func() answer {
			return g.send("GET", strings.Replace(g.sign(g.admin, "GET", list), "HMAC-SHA1", "PLAINTEXT", 1), nil)
		}, 401, `oauth_signature_method is "PLAINTEXT"; this server takes HMAC-SHA1`, "signature-method"},
		{"version 2.0", func() answer {
			return g.send("GET", strings.Replace(g.sign(g.admin, "GET", list), "oauth_version=1.0", "oauth_version=2.0", 1), nil)
		}, 401, `oauth_version is "2.0" and not 1.0`, "version"},
		{"milliseconds", func() answer {
			return g.send("GET", strings.Replace(g.sign(g.admin, "GET", list), "oauth_timestamp=", "oauth_timestamp=000", 1), nil)
		}, 401, "looks like milliseconds", "timestamp-form"},
		{"negative time", func() answer {
			return g.send("GET", strings.Replace(g.sign(g.admin, "GET", list), "oauth_timestamp=", "oauth_timestamp=-", 1), nil)
		}, 401, "whole seconds since 1970", "timestamp-form"},
		{"10,000 parameters", func() answer { return g.call(g.admin, "GET", list+"?"+strings.Repeat("a=1&", 10000)+"b=1", "") }, 414, "parameters", ""},
		{"10,000 parameters of 20 bytes", func() answer {
			return g.call(g.admin, "GET", list+"?"+strings.Repeat("parameter=something&", 10000)+"b=1", "")
		}, 414, "parameters", ""},
		{"a signature of 40 KB", func() answer {
			return g.send("GET", g.sign(g.admin, "GET", list)+strings.Repeat("A", 40<<10), nil)
		}, 414, "parameters", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := c.send()
			if c.reason != "" && c.status == 401 && !strings.HasPrefix(a.message(), textSignature+" ") || c.reason == "" && c.status == 401 && a.message() != c.want {
				t.Errorf("the vendor's text does not stand first, or not alone: %q", a.message())
			}
			if a.status != c.status || !strings.Contains(a.message(), c.want) || a.header.Get(reasonHeader) != c.reason {
				t.Errorf("got %d %q, reason %q; want %d, %q, %q", a.status, a.message(), a.header.Get(reasonHeader), c.status, c.want, c.reason)
			}
		})
	}
	if log := g.log.String(); strings.Contains(log, "oauth_signature") || strings.Contains(log, g.admin.Secret) || strings.Contains(log, "oauth_nonce") {
		t.Error("the log holds a signature, a nonce or a secret")
	}
}

// TestLogHoldsNoSecret sends secrets and signatures in places where they do not
// belong.
func TestLogHoldsNoSecret(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.Verbose = true })
	swapped := account.Key{Consumer: g.admin.Secret, Secret: g.admin.Consumer}
	signed := g.sign(g.admin, "GET", list)
	for _, target := range []string{
		g.sign(swapped, "GET", list),
		strings.Replace(g.sign(swapped, "GET", list), "HMAC-SHA1", "PLAINTEXT", 1),
		strings.Replace(signed, "?", "%3F", 1),
		strings.Replace(signed, "?", "%253F", 1),
		"/gallery/api/v1/jobs/" + url.PathEscape(strings.TrimPrefix(signed, list+"?")) + "/",
		list + url.PathEscape(strings.Replace(signed, "?", "/", 1)),
	} {
		if a := g.send("GET", target, nil); a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d", target, a.status)
		}
	}
	g.call(swapped, "POST", "/webapi/oauth2/token", "grant_type=client_credentials&client_id="+g.admin.Secret+"&client_secret="+g.admin.Consumer,
		"Content-Type", "application/x-www-form-urlencoded")
	log := g.log.String()
	for _, secret := range []string{g.admin.Secret, "oauth_signature", "oauth_nonce"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
	if !strings.Contains(log, "…") {
		t.Errorf("the log shows nothing of the requests:\n%s", log)
	}
}

// TestHugeRequestLine: what is over the header limit never reaches a handler;
// net/http answers it.
func TestHugeRequestLine(t *testing.T) {
	g := newTestGallery(t, nil)
	if a := g.send("GET", g.sign(g.admin, "GET", list)+strings.Repeat("A", 1<<20), nil); a.status != 431 && a.status != 414 {
		t.Errorf("a signature of 1 MB: %d %.100s", a.status, a.body)
	}
	if a := g.call(g.admin, "GET", list, ""); a.status != 200 {
		t.Errorf("afterwards: %d", a.status)
	}
}

func TestHeaderForm(t *testing.T) {
	g := newTestGallery(t, nil)
	s := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: g.admin.Consumer, ConsumerSecret: g.admin.Secret})
	s.Now = g.clock
	u := must(url.Parse(g.http.URL))
	signed := must(s.Sign(oauth1.Request{Method: "GET", Scheme: "http", Host: u.Host, Path: list, Query: "limit=3"}))
	if a := g.send("GET", list+"?limit=3", nil, "Authorization", signed.Header); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := g.send("GET", list+"?limit=3", nil, "Authorization", signed.Header); a.status != 401 || a.header.Get(reasonHeader) != "nonce-used" {
		t.Errorf("replayed: %d %s", a.status, a.body)
	}
}

func TestBaseStringHeader(t *testing.T) {
	g := newTestGallery(t, nil)
	u := must(url.Parse(g.http.URL))
	a := g.send("GET", g.sign(g.admin, "GET", list)+"&limit=1", nil)
	want := "GET&http%3A%2F%2F127.0.0.1%3A" + u.Port() + "%2Fgallery%2Fapi%2Fv1%2Fworkflows%2Fsubscription%2F&limit%3D1%26oauth_consumer_key%3D" + g.admin.Consumer
	if got := a.header.Get(baseStringHeader); !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q…", got, want)
	}
	g = newTestGallery(t, func(c *config.Server) { c.BaseString = false })
	if a := g.send("GET", g.sign(g.admin, "GET", list)+"&limit=1", nil); a.status != 401 || a.header.Get(baseStringHeader) != "" {
		t.Errorf("switched off: %v %s", a.header, a.body)
	}
	g = newTestGallery(t, func(c *config.Server) { c.StrictErrors = true })
	for _, target := range []string{g.sign(g.admin, "GET", list) + "&limit=1", list, list + "?oauth_nonce=1"} {
		a := g.send("GET", target, nil)
		if a.message() != textSignature || a.header.Get(reasonHeader) != "" || a.header.Get(baseStringHeader) != "" {
			t.Errorf("strict errors: %v %s", a.header, a.body)
		}
	}
}

// TestExplanationBudget: who sends many wrong signatures is told the vendor's
// text alone, until the budget has come back.
func TestExplanationBudget(t *testing.T) {
	g := newTestGallery(t, nil)
	wrong := func() answer { return g.send("GET", g.sign(g.admin, "GET", list)+"&limit=1", nil) }
	explained := 0
	for range 50 {
		if a := wrong(); a.header.Get(reasonHeader) == "Q1" {
			explained++
		} else if a.status != 401 || a.message() != textSignature {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if explained != 30 {
		t.Errorf("%d of 50 were explained, want 30", explained)
	}
	g.advance(time.Minute)
	if a := wrong(); a.header.Get(reasonHeader) != "Q1" {
		t.Errorf("after a minute: %d %s", a.status, a.body)
	}
}

// TestUnknownKeyCostsTheSame: the medians of seven interleaved runs of wrong
// signatures with a known and an unknown key lie near each other.
func TestUnknownKeyCostsTheSame(t *testing.T) {
	g := newTestGallery(t, func(c *config.Server) { c.TrustedProxies = []string{"127.0.0.1"} })
	client := 0
	run := func(k account.Key) time.Duration {
		began := time.Now()
		for range 20 {
			client++ // a new address each time, so that no limit is reached
			g.call(k, "GET", list+"?limit=1", "", "X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", client/250, client%250))
		}
		return time.Since(began)
	}
	known, unknown := account.Key{Consumer: g.admin.Consumer, Secret: "wrong"}, account.Key{Consumer: "NOBODYHERENOBODYHERE", Secret: "wrong"}
	run(known)
	var a, b []time.Duration
	for range 7 {
		a, b = append(a, run(known)), append(b, run(unknown))
		g.advance(time.Minute) // the keys' budgets come back
	}
	slices.Sort(a)
	slices.Sort(b)
	if r := float64(a[3]) / float64(b[3]); r < 0.5 || r > 2 {
		t.Errorf("known %v, unknown %v: ratio %.2f", a[3], b[3], r)
	}
}

func TestReplay(t *testing.T) {
	g := newTestGallery(t, nil)
	target := g.sign(g.admin, "GET", list)
	// The signature is wrong for HEAD; that must not use up the nonce (client
	// reference, section 0.5).
	if a := g.send("HEAD", target, nil); a.status != 401 {
		t.Errorf("HEAD with a GET's signature: %d", a.status)
	}
	if a := g.send("GET", target, nil); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	again := func(when string) {
		t.Helper()
		a := g.send("GET", target, nil)
		if a.status != 401 || !strings.HasPrefix(a.message(), textSignature) || !strings.Contains(a.message(), "nonce was sent before") {
			t.Errorf("%s: %d %s", when, a.status, a.body)
		}
	}
	again("at once")
	g.advance(4 * time.Minute)
	again("in the window")
	g.http.Close()
	old := g.http.URL
	g.restartAt(old)
	again("after a restart")
}

// restartAt restarts the server on the address it had, so that signatures fit.
func (g *testGallery) restartAt(address string) {
	g.t.Helper()
	g.close()
	g.open()
	g.server.addresses.scheme, g.server.addresses.host = "http", strings.TrimPrefix(address, "http://")
}

func TestClock(t *testing.T) {
	g := newTestGallery(t, nil)
	for skew, want := range map[time.Duration]string{
		-10 * time.Minute: "10m0s behind the server's clock", 10 * time.Minute: "10m0s ahead of the server's clock",
		-4 * time.Minute: "", 4 * time.Minute: "",
	} {
		g.advance(skew)
		target := g.sign(g.admin, "GET", list)
		g.advance(-skew)
		a := g.send("GET", target, nil)
		if want == "" && a.status != 200 || want != "" && (a.status != 401 || !strings.Contains(a.message(), want)) {
			t.Errorf("%v: %d %s, want %q", skew, a.status, a.body, want)
		}
	}
}

func TestStrictOAuth(t *testing.T) {
	for strict, want := range map[bool]int{false: 200, true: 401} {
		g := newTestGallery(t, func(c *config.Server) { c.StrictOAuth = strict; c.PublicURL = "http://gallery.example.com" })
		// As a client signs that leaves :80 in the address.
		q := fmt.Sprintf("oauth_consumer_key=%s&oauth_nonce=abc&oauth_signature_method=HMAC-SHA1&oauth_timestamp=%d&oauth_version=1.0", g.admin.Consumer, g.clock().Unix())
		base := "GET&" + oauth1.Encode("http://gallery.example.com:80"+list) + "&" + oauth1.Encode(q)
		sig := hmacSHA1(g.admin.Secret+"&", base)
		if a := g.send("GET", list+"?"+q+"&oauth_signature="+url.QueryEscape(sig), nil); a.status != want {
			t.Errorf("strict %v: %d %s", strict, a.status, a.body)
		}
	}
}

func TestRoles(t *testing.T) {
	g := newTestGallery(t, nil)
	app := string(g.publishApp())
	viewer, member, artisan := g.user("v@example.com", "viewer", "Finance"), g.user("m@example.com", "member", "Finance"), g.user("a@example.com", "artisan", "Finance")
	other := g.user("o@example.com", "artisan", "Audit")
	studio := must(g.accounts().CreateKey(t.Context(), account.KeyRequest{Studio: "Finance"}))
	g.server.directory.forget()
	run := "/gallery/api/v1/workflows/" + app + "/jobs/"
	job := string(g.post(artisan, store.ID(app), "{}"))
	for _, c := range []struct {
		who    string
		key    account.Key
		method string
		path   string
		status int
	}{
		{"viewer", viewer, "GET", list, 200},
		{"viewer", viewer, "GET", "/gallery/api/v1/jobs/" + job + "/", 200},
		{"viewer", viewer, "POST", run, 401},
		{"viewer", viewer, "GET", "/gallery/api/v1/" + app + "/package/", 401},
		{"member", member, "POST", run, 200},
		{"member", member, "DELETE", "/gallery/api/v3/jobs/" + job, 401}, // someone else's
		{"member", member, "GET", "/gallery/api/admin/v1/workflows/", 401},
		{"artisan", artisan, "GET", "/gallery/api/v1/" + app + "/package/", 200},
		{"artisan", artisan, "POST", "/gallery/api/admin/v1/workflows/", 401},
		{"studio", studio, "GET", list, 200},
		{"studio", studio, "POST", run, 200},
		{"studio", studio, "GET", "/gallery/api/kickoff/v1/keys/", 401},
		{"other studio", other, "GET", "/gallery/api/v1/workflows/" + app + "/questions/", 404},
		{"other studio", other, "POST", run, 404},
		{"other studio", other, "GET", "/gallery/api/v1/jobs/" + job + "/", 404},
		{"other studio", other, "GET", "/gallery/api/v1/" + app + "/package/", 404},
		{"other studio", other, "DELETE", "/gallery/api/v3/jobs/" + job, 404},
		{"curator", g.admin, "DELETE", "/gallery/api/v3/jobs/" + job, 200},
	} {
		if a := g.call(c.key, c.method, c.path, ""); a.status != c.status {
			t.Errorf("%s: %s %s: %d %s, want %d", c.who, c.method, c.path, a.status, a.body, c.status)
		}
	}
	if a := g.call(other, "GET", list, ""); a.body != "[]" {
		t.Errorf("other studio's list: %s", a.body)
	}
	if a := g.call(viewer, "POST", run, ""); !strings.Contains(a.message(), "Viewer") || !strings.Contains(a.message(), "Member") {
		t.Errorf("the refusal does not name the roles: %s", a.body)
	}
}

func TestRevoke(t *testing.T) {
	g := newTestGallery(t, nil)
	k := g.user("m@example.com", "member", "Finance")
	if a := g.call(k, "GET", list, ""); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := g.call(g.admin, "DELETE", "/gallery/api/kickoff/v1/keys/"+k.Consumer+"/", ""); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := g.call(k, "GET", list, ""); a.status != 401 || a.message() != textKey {
		t.Errorf("revoked key: %d %s", a.status, a.body)
	}
	// By another process, which the server hears of by the store's revision.
	k = must(g.accounts().CreateKey(t.Context(), account.KeyRequest{Owner: "m@example.com"}))
	g.advance(freshness + 1)
	if a := g.call(k, "GET", list, ""); a.status != 200 {
		t.Fatalf("new key: %d %s", a.status, a.body)
	}
	if err := g.accounts().Revoke(t.Context(), k.Consumer); err != nil {
		t.Fatal(err)
	}
	g.advance(freshness + 1)
	if a := g.call(k, "GET", list, ""); a.status != 401 {
		t.Errorf("key revoked elsewhere: %d %s", a.status, a.body)
	}
}

func TestTokens(t *testing.T) {
	g := newTestGallery(t, nil)
	g.publishApp()
	form := func(id, secret string) string {
		return url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {"user"}}.Encode()
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(g.admin.Consumer+":"+g.admin.Secret))
	const typ = "application/x-www-form-urlencoded"
	var token string
	for _, c := range []struct {
		name, body string
		header     []string
		status     int
		code       string
	}{
		{"form", form(g.admin.Consumer, g.admin.Secret), []string{"Content-Type", typ}, 200, ""},
		{"basic", "grant_type=client_credentials", []string{"Content-Type", typ, "Authorization", basic}, 200, ""},
		{"JSON", fmt.Sprintf(`{"grant_type":"client_credentials","client_id":%q,"client_secret":%q}`, g.admin.Consumer, g.admin.Secret), []string{"Content-Type", "application/json"}, 200, ""},
		{"wrong secret", form(g.admin.Consumer, "x"), []string{"Content-Type", typ}, 401, "invalid_client"},
		{"unknown key", form("NOBODY", "x"), []string{"Content-Type", typ}, 401, "invalid_client"},
		{"no secret", "grant_type=client_credentials", []string{"Content-Type", typ}, 401, "invalid_client"},
		{"other grant", "grant_type=password", []string{"Content-Type", typ}, 400, "unsupported_grant_type"},
		{"nothing", "", nil, 400, "unsupported_grant_type"},
		{"no form", "{{", nil, 400, "invalid_request"},
		{"too large", "grant_type=" + strings.Repeat("x", 2<<20), nil, 413, ""},
	} {
		a := g.send("POST", "/webapi/oauth2/token", strings.NewReader(c.body), c.header...)
		var got struct {
			wireToken
			wireTokenError
		}
		json.Unmarshal([]byte(a.body), &got)
		if a.status != c.status || got.Error != c.code {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
		if c.status == 200 {
			if got.TokenType != "bearer" || got.ExpiresIn != 3600 || got.AccessToken == "" || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %s", c.name, a.body)
			}
			token = got.AccessToken
		}
	}
	for _, scheme := range []string{"Bearer", "bearer", "BEARER"} {
		if a := g.send("GET", "/webapi//v1/workflows/subscription?sortField=name&direction=asc&limit=5&search=Sales", nil, "Authorization", scheme+" "+token); a.status != 200 || !strings.Contains(a.body, `"Sales"`) {
			t.Errorf("%s: %d %s", scheme, a.status, a.body)
		}
	}
	denied := func(what, token string) {
		t.Helper()
		if a := g.send("GET", "/webapi/v1/workflows/subscription", nil, "Authorization", "Bearer "+token); a.status != 401 || a.body != `{"message":"Authorization has been denied for this request."}` {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	denied("another token", token[1:])
	denied("a long token", strings.Repeat("x", 5000))
	g.advance(time.Hour)
	denied("an expired token", token)
	g.advance(-time.Hour)
	if err := g.accounts().Revoke(t.Context(), g.admin.Consumer); err != nil {
		t.Fatal(err)
	}
	denied("a token of a revoked key", token)
}

func TestGuessing(t *testing.T) {
	g := newTestGallery(t, nil)
	victim := g.user("m@example.com", "member", "Finance")
	if a := g.call(victim, "GET", list, ""); a.status != 200 {
		t.Fatal(a.body)
	}
	bad := account.Key{Consumer: g.admin.Consumer, Secret: "guess"}
	statuses := map[int]int{}
	for range 300 {
		a := g.call(bad, "GET", list, "")
		statuses[a.status]++
		if a.status == 429 && a.header.Get("Retry-After") == "" {
			t.Fatal("429 without Retry-After")
		}
	}
	if statuses[401] < 30 || statuses[429] < 100 {
		t.Errorf("answers to 300 guesses: %v", statuses)
	}
	// Someone else at the same address, who is known there, is served.
	if a := g.call(victim, "GET", list, ""); a.status != 200 {
		t.Errorf("another key at the same address: %d %s", a.status, a.body)
	}
	// The owner of the key is, at another address, and here when time has passed.
	if err := g.server.guesses.check("192.0.2.7", g.admin.Consumer); err != nil {
		t.Errorf("the owner is locked out at another address: %v", err)
	}
	g.advance(2 * time.Minute)
	if a := g.call(g.admin, "GET", list, ""); a.status != 200 {
		t.Errorf("after two minutes: %d %s", a.status, a.body)
	}
}

// TestConcurrentReplay: of many copies of one request exactly one is served.
func TestConcurrentReplay(t *testing.T) {
	g := newTestGallery(t, nil)
	app := g.publishApp()
	target := g.sign(g.admin, "POST", "/gallery/api/v1/workflows/"+string(app)+"/jobs/")
	var mu sync.Mutex
	got := map[int]int{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			a := g.send("POST", target, nil)
			mu.Lock()
			got[a.status]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if got[200] != 1 || got[401] != 15 {
		t.Errorf("%v", got)
	}
	if n := g.queue.Len(); n != 1 {
		t.Errorf("%d jobs were queued", n)
	}
}
