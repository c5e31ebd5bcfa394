package explain

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"

	"kickoff/oauth1/internal/keyed"
)

// methodMistakes are those of the first element (RFC 5849 section 3.4.1.1).
var methodMistakes = []Mistake{
	{ID: "M1", Axis: InMethod, Marks: Provable, Likely: 2,
		Text: "The method was signed in small letters.",
		Cure: "Sign GET, not get (RFC 5849 section 3.4.1.1).",
		variants: func(f *facts) []variant {
			return methods(f, strings.ToLower(f.right.method), capital(strings.ToLower(f.right.method)))
		}},
	{ID: "M2", Axis: InMethod, Marks: Provable, Likely: 1,
		Text: "Another method was signed than is sent.",
		Cure: "Sign the method of the call: a POST needs a signature made for POST.",
		variants: func(f *facts) []variant {
			return methods(f, "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")
		}},
}

// keyMistakes are those of the signing key (RFC 5849 section 3.4.2).
var keyMistakes = []Mistake{
	{ID: "K1", Axis: InKey, Marks: Provable, Likely: 1,
		Text:     "The \"&\" behind the secret is missing.",
		Cure:     "The key of the HMAC is the secret with \"&\" at the end, also without a token.",
		variants: forms(formNoAmp, "the key was the bare secret")},
	{ID: "K2", Axis: InKey, Marks: Provable, Likely: 2,
		Text:     "The \"&\" of the key stands in the wrong place, twice or percent-encoded.",
		Cure:     "The key of the HMAC is the secret with one bare \"&\" behind it.",
		variants: forms(formAmpFirst, "\"&\" in front", formAmpTwice, "\"&&\" behind", formAmpBoth, "\"&\" on both sides", formAmpEncoded, "%26 behind")},
	{ID: "K3", Axis: InKey, Marks: Provable, Likely: 1,
		Text: "Consumer key and secret were exchanged, joined, or one stood for both.",
		Cure: "The key of the HMAC is the secret and \"&\"; the consumer key goes into oauth_consumer_key alone.",
		variants: forms(formConsumer, "the consumer key stood for the secret", formConsumerSecret, "consumer key and secret", formSecretConsumer, "secret and consumer key",
			formSecretTwice, "the secret twice", formConsumerTwice, "the consumer key twice", formJoined, "consumer key and secret without \"&\"", formJoinedBackward, "secret and consumer key without \"&\"",
			formConsumerBare, "the bare consumer key", formConsumerSecretAmp, "consumer key, secret and a second \"&\"", formEmpty, "an empty key", formAmpOnly, "an empty secret")},
	{ID: "K4", Axis: InKey, Marks: Provable, Likely: 1,
		Text:     "A blank, tab or line break got into the secret.",
		Cure:     "Copy the secret again and trim it.",
		variants: strayBlanks},
	{ID: "K5", Axis: InKey, Marks: Provable, Likely: 2,
		Text: "A byte order mark or quotes got into the secret.",
		Cure: "Save the file without a byte order mark, and give the secret without quotes.",
		variants: func(f *facts) []variant {
			s := f.secret
			return secrets(f, "byte order mark in front", "\ufeff"+s, "in double quotes", `"`+s+`"`, "in single quotes", "'"+s+"'", "quote in front", `"`+s, "quote behind", s+`"`, "in typographic quotes", "\u201c"+s+"\u201d")
		}},
	{ID: "K6", Axis: InKey, Marks: Provable, Likely: 2,
		Text:     "The secret holds reserved characters and was not percent-encoded for the key, or not in the right way.",
		Cure:     "Percent-encode the secret once (RFC 5849 section 3.4.2), or have a key made of letters and digits.",
		variants: secretSpellings},
	{ID: "K7", Axis: InKey, Marks: Provable, Likely: 2,
		Text:     "The secret was cut, or its letter case changed.",
		Cure:     "Copy the whole secret again.",
		variants: cutSecrets},
	{ID: "K8", Axis: InKey, Marks: Provable | Stateful, Likely: 1,
		Text:     "The secret belongs to another key.",
		Cure:     "Use the secret that was issued with this consumer key.",
		variants: otherSecrets},
	{ID: "K9", Axis: InKey, Marks: Provable, Likely: 3,
		Text:     "The secret was decoded as base64 or hexadecimal first, or the key was taken as UTF-16.",
		Cure:     "Use the bytes of the secret's text (UTF-8) as they are.",
		variants: decodedSecrets},
	{ID: "K10", Axis: InKey, Marks: Stateful, Likely: 1,
		Text: "The consumer key is unknown, switched off or not allowed to use the API.",
		Cure: "Look the key up in the gallery, and ask its curator whether API access is on."},
}

// digestMistakes are those of what is hashed and how.
var digestMistakes = []Mistake{
	{ID: "D6", Axis: InOutput, Marks: Provable, Likely: 2,
		Text: "Another hash function was used than oauth_signature_method says.",
		Cure: "Compute HMAC-SHA1.",
		variants: func(*facts) []variant {
			var vs []variant
			for _, h := range []struct {
				what string
				h    keyed.Hash
			}{{"HMAC-SHA256", keyed.SHA256}, {"HMAC-SHA512", keyed.SHA512}, {"HMAC-MD5", keyed.MD5}, {"HMAC-SHA384", keyed.SHA384}} {
				vs = append(vs, variant{axis: axHash, what: h.what, apply: func(r *recipe) { r.key.hash = h.h }})
			}
			return append(vs, variant{axis: axHash, what: "HMAC-SHA1 under another name", apply: func(r *recipe) { r.key.hash = keyed.SHA1 }})
		}},
	{ID: "D8", Axis: InOutput, Marks: Provable, Likely: 3,
		Text:     "The signature is no HMAC: a plain hash, or the key itself.",
		Cure:     "Compute HMAC-SHA1 with the key and the base string.",
		variants: plainHashes},
	{ID: "D10", Axis: InOutput, Marks: Provable, Likely: 2,
		Text:     "The base string was hashed with a line break behind it or as UTF-16.",
		Cure:     "Hash the UTF-8 bytes of the base string alone; use echo -n or printf in a shell.",
		variants: tails},
}

func methods(f *facts, names ...string) []variant {
	var vs []variant
	for _, m := range distinct(f.right.method, names...) {
		vs = append(vs, variant{axis: axMethod, what: "signed as %s", arg: m, apply: func(r *recipe) { r.method = m }})
	}
	return vs
}

func forms(kindsAndTexts ...any) func(*facts) []variant {
	return func(*facts) []variant {
		var vs []variant
		for i := 0; i < len(kindsAndTexts); i += 2 {
			form := kindsAndTexts[i].(keyForm)
			vs = append(vs, variant{axis: axKeyForm, what: kindsAndTexts[i+1].(string), apply: func(r *recipe) { r.key.form = form }})
		}
		return vs
	}
}

// secrets makes variants from texts and secrets, each as it is and
// percent-encoded. What stands in the key never gets into a text.
func secrets(f *facts, textsAndSecrets ...string) []variant {
	if f.secret == "" {
		return nil
	}
	var vs []variant
	for i := 0; i < len(textsAndSecrets); i += 2 {
		what, s := textsAndSecrets[i], textsAndSecrets[i+1]
		if s == "" || s == f.secret {
			continue
		}
		encoded := rfc.string(s)
		vs = append(vs, setSecret(what, encoded))
		if encoded != s {
			vs = append(vs, setSecret(what, s))
		}
	}
	return vs
}

func setSecret(what, inKey string) variant {
	b := []byte(inKey)
	return variant{axis: axSecret, what: what, apply: func(r *recipe) { r.key.secret = b }}
}

func strayBlanks(f *facts) []variant {
	s := f.secret
	return secrets(f, "blank behind", s+" ", "line break behind", s+"\n", "line break behind", s+"\r\n", "carriage return behind", s+"\r", "tab behind", s+"\t",
		"zero byte behind", s+"\x00", "blank in front", " "+s, "tab in front", "\t"+s, "line break in front", "\n"+s, "blanks on both sides", " "+s+" ", "two blanks behind", s+"  ",
		"non-breaking blank behind", s+"\u00a0", "non-breaking blank in front", "\u00a0"+s, "zero-width blank behind", s+"\u200b", "zero-width blank in front", "\u200b"+s,
		"blanks taken off", strings.TrimSpace(s))
}

func secretSpellings(f *facts) []variant {
	s := f.secret
	if s == "" || rfc.string(s) == s {
		return nil
	}
	vs := []variant{setSecret("not encoded", s)}
	right := rfc.string(s)
	for _, c := range []struct{ what, text string }{
		{"encoded twice", rfc.string(right)},
		{"encoded in small letters", spell("", "").lower().string(s)},
		{"blank as \"+\"", spell("", "").withPlus().string(s)},
		{"! * ' ( ) not escaped", spell("!*'()", "").string(s)},
		{"~ escaped", spell("", "~").string(s)},
		{"/ not escaped", spell("/", "").string(s)},
		{"encoded as a form is in Java", spell("*", "~").withPlus().string(s)},
		{"in Latin-1", spell("", "").in(latin1).string(s)},
		{"decoded first", rfc.string(decode(s, true))},
	} {
		if c.text != right && c.text != s {
			vs = append(vs, setSecret(c.what, c.text))
		}
	}
	return vs
}

func cutSecrets(f *facts) []variant {
	s := f.secret
	if len(s) < 8 {
		return secrets(f, "in capitals", strings.ToUpper(s), "in small letters", strings.ToLower(s))
	}
	return secrets(f, "in capitals", strings.ToUpper(s), "in small letters", strings.ToLower(s),
		"last character lost", s[:len(s)-1], "first character lost", s[1:], "last two characters lost", s[:len(s)-2], "first two characters lost", s[2:],
		"first and last character lost", s[1:len(s)-1], "twice in a row", s+s)
}

func otherSecrets(f *facts) []variant {
	var vs []variant
	for _, o := range f.others {
		if o.Secret == "" || o.Secret == f.secret {
			continue
		}
		what := "the secret of another key"
		if o.Label != "" {
			what = "the secret of %s"
		}
		v := setSecret(what, rfc.string(o.Secret))
		v.arg = o.Label
		vs = append(vs, v)
	}
	return vs
}

var shellName = regexp.MustCompile("\\$\\{?[A-Za-z_0-9]*\\}?|`[^`]*`|![^ ]*|\\\\")

func decodedSecrets(f *facts) []variant {
	vs := []variant{{axis: axKeySpelling, what: "the key was taken as UTF-16", apply: func(r *recipe) { r.key.utf16 = true }}}
	if f.secret == "" {
		return vs
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
		if b, err := enc.DecodeString(f.secret); err == nil && len(b) > 0 {
			vs = append(vs, setSecret("decoded as base64", string(b)))
			break
		}
	}
	if b, err := hex.DecodeString(f.secret); err == nil && len(b) > 0 {
		vs = append(vs, setSecret("decoded as hexadecimal", string(b)))
	}
	vs = append(vs, setSecret("encoded as base64", base64.StdEncoding.EncodeToString([]byte(f.secret))))
	return vs
}

func plainHashes(f *facts) []variant {
	use := func(what string, u hashUse) variant {
		return variant{axis: axHash, what: what, apply: func(r *recipe) { r.key.use = u }}
	}
	return []variant{
		use("SHA-1 of the base string", useBaseOnly),
		use("SHA-1 of key and base string in a row", useKeyFirst),
		use("SHA-1 of base string and key in a row", useKeyLast),
		use("the key itself, as PLAINTEXT does", usePlaintext),
		use("HMAC with key and base string exchanged", useSwapped),
	}
}

func tails(*facts) []variant {
	tail := func(what, text string) variant {
		return variant{axis: axTail, what: what, apply: func(r *recipe) { r.join.tail = text }}
	}
	return []variant{
		tail("a line break behind it", "\n"), tail("carriage return and line break behind it", "\r\n"), tail("a blank behind it", " "), tail("an \"&\" behind it", "&"),
		{axis: axJoin, what: "as UTF-16", apply: func(r *recipe) { r.join.shape = joinUTF16 }},
	}
}
