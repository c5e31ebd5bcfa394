package explain

import (
	"slices"
	"strings"

	"kickoff/oauth1/internal/keyed"
)

// recipe is everything that goes into a signature, as one signer might do it.
// The right recipe follows RFC 5849; a mistake's variant changes some fields.
// The four elements below are rendered apart, so that a search over
// combinations renders each element once and joins the pieces.
type recipe struct {
	method string
	url    address
	params paramList
	join   joiner
	key    keyText
}

// address is the URL element (RFC 5849 section 3.4.1.2).
type address struct {
	scheme   string
	noScheme int    // 1: scheme left out; 2: scheme and "//" left out
	user     string // user information with its "@"
	host     string // without port
	port     string // as it stands in the element, without ":"; "" for none
	keepPort bool   // the default port of the scheme stands there
	path     string
	query    string // query left in the element, with its "?"
	fragment string // with its "#"
}

func (a *address) render(dst []byte) []byte {
	switch a.noScheme {
	case 0:
		dst = append(append(dst, a.scheme...), "://"...)
	case 1:
		dst = append(dst, "//"...)
	}
	dst = append(append(dst, a.user...), a.host...)
	if port := a.port; port != "" || a.keepPort {
		if port == "" {
			port = defaultPort(a.scheme)
		}
		dst = append(append(dst, ':'), port...)
	}
	dst = append(dst, a.path...)
	dst = append(dst, a.query...)
	return append(dst, a.fragment...)
}

func defaultPort(scheme string) string {
	if scheme == "http" {
		return "80"
	}
	return "443"
}

// param is one parameter, decoded, with the raw text that was sent.
type param struct {
	name, value       string
	rawValue          string
	encName, encValue string // as RFC 5849 section 3.6 encodes them
	seq               int    // place in the request; unsentSeq for what was not sent
	oauth, form, bare bool   // oauth_…; from the form body; without "="
	header            bool
}

const unsentSeq = 1 << 20

func newParam(name, value string) *param {
	return &param{
		name: name, value: value, rawValue: rfc.string(value),
		encName: rfc.string(name), encValue: rfc.string(value),
		oauth: strings.HasPrefix(name, "oauth_"),
		seq:   unsentSeq,
	}
}

// with returns a copy of p with another value.
func (p *param) with(value string) *param {
	q := *p
	q.value, q.encValue = value, rfc.string(value)
	return &q
}

// paramList is the parameter element (sections 3.4.1.3.1 and 3.4.1.3.2).
type paramList struct {
	// list is sorted by RFC 5849 as far as the right recipe goes, since that is
	// the order that most renderings want; param.seq tells the order sent.
	// Neither it nor what it points to is changed in place.
	list   []*param
	names  *speller
	values *speller
	order  order
}

// edit replaces the list by a changed copy.
func (p *paramList) edit(f func(list []*param) []*param) {
	p.list = f(append(make([]*param, 0, len(p.list)+2), p.list...))
}

// editSent is edit on the order sent.
func (p *paramList) editSent(f func(list []*param) []*param) {
	p.edit(func(list []*param) []*param {
		slices.SortStableFunc(list, bySeq)
		return f(list)
	})
}

func bySeq(a, b *param) int { return a.seq - b.seq }

// drop takes out the parameters for which f reports true.
func (p *paramList) drop(f func(*param) bool) {
	p.edit(func(list []*param) []*param { return slices.DeleteFunc(list, f) })
}

func (p *paramList) add(q *param) {
	p.edit(func(list []*param) []*param { return append(list, q) })
}

// joiner is how the three elements become the base string (section 3.4.1.1).
type joiner struct {
	shape joinShape
	outer *speller // encodes the second and third element
	tail  string   // follows the base string
	extra string   // a fourth element
}

type joinShape uint8

const (
	joinRFC         joinShape = iota // M & enc(U) & enc(P)
	joinRawParams                    // M & enc(U) & P
	joinRawURL                       // M & U & enc(P)
	joinRaw                          // M & U & P
	joinSwapped                      // M & enc(P) & enc(U)
	joinAllAgain                     // enc(M & enc(U) & enc(P))
	joinSeparators                   // M %26 enc(U) %26 enc(P)
	joinAllOnce                      // enc(M & U & P)
	joinUTF16                        // the right text in UTF-16, two bytes a character
	joinNoSeparator                  // M enc(U) enc(P)
)

// element is a rendered URL or parameter element: as text and encoded.
type element struct{ raw, enc []byte }

// render joins the elements. scratch is for intermediate texts.
func (j *joiner) render(dst []byte, method string, u, p element) []byte {
	start := len(dst)
	sep, first, second := "&", u.enc, p.enc
	switch j.shape {
	case joinRawParams:
		second = p.raw
	case joinRawURL:
		first = u.raw
	case joinRaw, joinAllOnce:
		first, second = u.raw, p.raw
	case joinSwapped:
		first, second = second, first
	case joinSeparators:
		sep = "%26"
	case joinNoSeparator:
		sep = ""
	}
	dst = append(append(dst, method...), sep...)
	dst = append(append(dst, first...), sep...)
	dst = append(dst, second...)
	if j.extra != "" {
		dst = append(dst, sep...)
		dst = j.outer.append(dst, j.extra)
	}
	switch j.shape {
	case joinAllAgain, joinAllOnce:
		text := slices.Clone(dst[start:])
		dst = rfc.appendBytes(dst[:start], text)
	case joinUTF16:
		text := slices.Clone(dst[start:])
		dst = utf16Bytes(dst[:start], string(text))
	}
	return append(dst, j.tail...)
}

// keyText is what keys the hash (section 3.4.2), and the hash.
type keyText struct {
	secret   []byte // as it stands in the key: encoded, if done right
	token    []byte
	consumer []byte
	form     keyForm
	utf16    bool
	hash     keyed.Hash
	use      hashUse
}

type keyForm uint8

const (
	formRFC               keyForm = iota // secret & token
	formNoAmp                            // secret
	formAmpFirst                         // &secret
	formAmpTwice                         // secret&&
	formAmpBoth                          // &secret&
	formAmpEncoded                       // secret%26
	formConsumer                         // key &
	formConsumerBare                     // key
	formConsumerSecret                   // key & secret
	formSecretConsumer                   // secret & key
	formSecretTwice                      // secret & secret
	formConsumerTwice                    // key & key
	formJoined                           // key secret
	formJoinedBackward                   // secret key
	formConsumerSecretAmp                // key & secret &
	formEmpty                            // nothing, or "&"
	formAmpOnly
)

// hashUse says how key and base string meet in the hash.
type hashUse uint8

const (
	useHMAC      hashUse = iota
	useBaseOnly          // hash(base)
	useKeyFirst          // hash(key base)
	useKeyLast           // hash(base key)
	usePlaintext         // the key itself
	useSwapped           // HMAC keyed by the base string over the key
)

func (k *keyText) render(dst []byte) []byte {
	start := len(dst)
	s, c := k.secret, k.consumer
	switch k.form {
	case formRFC:
		dst = append(append(append(dst, s...), '&'), k.token...)
	case formNoAmp:
		dst = append(dst, s...)
	case formAmpFirst:
		dst = append(append(dst, '&'), s...)
	case formAmpTwice:
		dst = append(append(dst, s...), "&&"...)
	case formAmpBoth:
		dst = append(append(append(dst, '&'), s...), '&')
	case formAmpEncoded:
		dst = append(append(dst, s...), "%26"...)
	case formConsumer:
		dst = append(append(dst, c...), '&')
	case formConsumerBare:
		dst = append(dst, c...)
	case formConsumerSecret:
		dst = append(append(append(dst, c...), '&'), s...)
	case formSecretConsumer:
		dst = append(append(append(dst, s...), '&'), c...)
	case formSecretTwice:
		dst = append(append(append(dst, s...), '&'), s...)
	case formConsumerTwice:
		dst = append(append(append(dst, c...), '&'), c...)
	case formJoined:
		dst = append(append(dst, c...), s...)
	case formJoinedBackward:
		dst = append(append(dst, s...), c...)
	case formConsumerSecretAmp:
		dst = append(append(append(append(dst, c...), '&'), s...), '&')
	case formAmpOnly:
		dst = append(dst, '&')
	}
	if k.utf16 {
		text := string(dst[start:])
		dst = utf16Bytes(dst[:start], text)
	}
	return dst
}

// usesSecret reports whether there is a place for the secret in the signature.
// Without one anyone can compute it.
func (k *keyText) usesSecret() bool {
	switch k.form {
	case formConsumer, formConsumerBare, formConsumerTwice, formEmpty, formAmpOnly:
		return false
	}
	return k.use != useBaseOnly
}
