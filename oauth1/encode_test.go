package oauth1

import "testing"

// TestEncode holds the cases of the OAuth test page.
func TestEncode(t *testing.T) {
	for in, want := range map[string]string{
		"abcABC123": "abcABC123", "-._~": "-._~", "%": "%25", "+": "%2B", "&=*": "%26%3D%2A",
		"\n": "%0A", " ": "%20", "\x7f": "%7F", "\u0080": "%C2%80", "\u3001": "%E3%80%81",
	} {
		if got := Encode(in); got != want {
			t.Errorf("Encode(%q) = %q, want %q", in, got, want)
		}
		if got := string(appendEncodeTwice(nil, in)); got != Encode(Encode(in)) {
			t.Errorf("encoded twice %q = %q", in, got)
		}
		if got, ok := appendRecode(nil, want, true); !ok || string(got) != Encode(want) {
			t.Errorf("recoded %q = %q", want, got)
		}
	}
}

// TestNormalise holds the parameter cases of OAuth Core 1.0a section 9.1.1 and
// of the OAuth test page, as they stand in element three of a base string.
func TestNormalise(t *testing.T) {
	for query, want := range map[string]string{
		"name":                                   "name=",
		"a=x!y&a=x+y":                            "a=x%20y&a=x%21y",
		"x!y=a&x=a":                              "x=a&x%21y=a",
		"":                                       "",
		"&&a=1&":                                 "a=1",
		"a=b=c":                                  "a=b%3Dc",
		"=x":                                     "=x",
		"a=1;b=2":                                "a=1%3Bb%3D2",
		"f=50&z=p&f=a&z=t&a=1&c=hi%20there&f=25": "a=1&c=hi%20there&f=25&f=50&f=a&z=p&z=t",
		"a1=2&a-b=3&a=1":                         "a=1&a-b=3&a1=2",
	} {
		base, err := BaseString(Request{Method: "GET", Scheme: "http", Host: "h", Query: query})
		if err != nil {
			t.Fatal(err)
		}
		if wantBase := "GET&http%3A%2F%2Fh%2F&" + Encode(want); base != wantBase {
			t.Errorf("%q:\n got %s\nwant %s", query, base, wantBase)
		}
	}
}

func TestHeaderParameters(t *testing.T) {
	for header, want := range map[string]string{
		`OAuth realm="a, \"b\" = c", oauth_nonce="x%2By+z", oauth_signature="s"`: "oauth_nonce=x%2By%2Bz",
		"oauth\toauth_nonce=x ,,\toauth_token=\"\" ":                             "oauth_nonce=x&oauth_token=",
		`OAuth`:                  "",
		`OAuthX oauth_nonce="x"`: "",
		`Bearer t`:               "",
	} {
		base, err := BaseString(Request{Method: "GET", Scheme: "http", Host: "h", Authorization: header})
		if err != nil {
			t.Errorf("%s: %v", header, err)
		} else if wantBase := "GET&http%3A%2F%2Fh%2F&" + Encode(want); base != wantBase {
			t.Errorf("%s:\n got %s\nwant %s", header, base, wantBase)
		}
	}
	for _, header := range []string{`OAuth a`, `OAuth ="x"`, `OAuth a="x`, `OAuth a="x\"`, `OAuth a="x"b="y"`, `OAuth a b="x"`, `OAuth a=x y`, `OAuth a="%zz"`} {
		if _, err := BaseString(Request{Authorization: header}); err == nil {
			t.Errorf("%s is taken", header)
		}
	}
}

func TestStripDefaultPort(t *testing.T) {
	for _, tt := range []struct{ scheme, host, want string }{
		{"https", "h:443", "h"}, {"https", "h:80", "h:80"}, {"http", "h:80", "h"}, {"http", "h:443", "h:443"},
		{"HTTPS", "[::1]:443", "[::1]"}, {"https", "[::443]", "[::443]"}, {"https", "h:1443", "h:1443"}, {"http", "h", "h"}, {"ws", "h:80", "h:80"},
	} {
		if got := StripDefaultPort(tt.scheme, tt.host); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.scheme, tt.host, got, tt.want)
		}
	}
}
