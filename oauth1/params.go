package oauth1

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// place is where a parameter was found (RFC 5849 section 3.5).
type place uint8

const (
	inQuery place = 1 << iota
	inHeader
	inForm
)

func (p place) String() string {
	var s []string
	for i, name := range []string{"query", "Authorization header", "form body"} {
		if p&(1<<i) != 0 {
			s = append(s, name)
		}
	}
	return strings.Join(s, " and ")
}

// The parameters that the protocol gives a meaning (section 3.1), and the
// body hash of the extension of that name.
const (
	pConsumerKey = iota
	pNonce
	pSignature
	pSignatureMethod
	pTimestamp
	pToken
	pVersion
	pBodyHash
	nProtocol
)

var protocolNames = [nProtocol]string{
	"oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method",
	"oauth_timestamp", "oauth_token", "oauth_version", "oauth_body_hash",
}

// pair is a parameter, name and value encoded twice, in collector.enc.
type pair struct{ name, value, end int32 }

// collector gathers the parameters of a request and lays out its base string.
type collector struct {
	enc    []byte
	pairs  []pair
	base   []byte
	text   []byte // decoded protocol values that were escaped
	raw    [nProtocol]string
	seen   [nProtocol]bool
	places place // where oauth_ parameters were found
	limits Limits
	stamp  stamp // of the request being signed
}

func (c *collector) reset(l Limits) {
	c.enc, c.pairs, c.base, c.text = c.enc[:0], c.pairs[:0], c.base[:0], c.text[:0]
	c.raw, c.seen, c.places, c.limits = [nProtocol]string{}, [nProtocol]bool{}, 0, l
}

func (c *collector) name(p pair) []byte  { return c.enc[p.name:p.value] }
func (c *collector) value(p pair) []byte { return c.enc[p.value:p.end] }

// collect gathers the parameters of r from query, header and form, without
// oauth_signature and realm (section 3.4.1.3.1), and sorts them.
//
// With asSent the pairs of query and form are taken without decoding them, as
// clients do that sign the query string they have already made.
func (c *collector) collect(r *Request, asSent bool) error {
	if len(r.Query) > c.limits.Query || len(r.Authorization) > c.limits.Header || len(r.Form) > c.limits.Form {
		return errTooLarge
	}
	if err := c.addForm(r.Query, inQuery, asSent); err != nil {
		return err
	}
	if r.Form != "" {
		if err := c.addForm(r.Form, inForm, asSent); err != nil {
			return err
		}
	}
	if r.Authorization != "" {
		if err := c.addHeader(r.Authorization); err != nil {
			return err
		}
	}
	c.sort()
	return c.checkRepeats()
}

// addForm splits on "&" only; a ";" is data, as RFC 5849 knows no other separator.
func (c *collector) addForm(s string, at place, asSent bool) error {
	for s != "" {
		piece := s
		if i := strings.IndexByte(s, '&'); i >= 0 {
			piece, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		if piece == "" {
			continue
		}
		name, value := piece, ""
		if i := strings.IndexByte(piece, '='); i >= 0 {
			name, value = piece[:i], piece[i+1:]
		}
		if err := c.add(name, value, at, asSent); err != nil {
			return err
		}
	}
	return nil
}

// add appends one parameter.
func (c *collector) add(name, value string, at place, asSent bool) error {
	if len(c.pairs) >= c.limits.Parameters || len(value) > c.limits.Value || len(name) > c.limits.Value {
		return errTooLarge
	}
	p := pair{name: int32(len(c.enc))}
	ok, plus := true, at != inHeader
	if c.enc, ok = appendRecode(c.enc, name, plus); !ok {
		return &malformedError{at, name}
	}
	p.value = int32(len(c.enc))
	if canonical := c.enc[p.name:p.value]; bytes.HasPrefix(canonical, []byte("oauth_")) {
		c.places |= at
		if i := protocolIndex(canonical); i >= 0 {
			if c.seen[i] {
				return &repeatedError{protocolNames[i]}
			}
			c.seen[i], c.raw[i] = true, value
			if i == pSignature {
				c.enc = c.enc[:p.name]
				return nil
			}
		}
	} else if at == inHeader && string(canonical) == "realm" {
		c.enc = c.enc[:p.name]
		return nil
	}
	if asSent && at != inHeader {
		c.enc = AppendEncode(c.enc[:p.name], name)
		p.value = int32(len(c.enc))
		c.enc = AppendEncode(c.enc, value)
	} else if c.enc, ok = appendRecode(c.enc, value, plus); !ok {
		return &malformedError{at, name}
	}
	p.end = int32(len(c.enc))
	c.pairs = append(c.pairs, p)
	return nil
}

func protocolIndex(name []byte) int {
	for i, n := range protocolNames {
		if string(name) == n {
			return i
		}
	}
	return -1
}

// sort orders the pairs by encoded name, then by encoded value, both as bytes
// (section 3.4.1.3.2). It compares name and value apart: in "a=1" and "a-b="
// taken as whole texts the "=" would sort behind the "-".
func (c *collector) sort() {
	slices.SortFunc(c.pairs, func(a, b pair) int {
		if d := bytes.Compare(c.name(a), c.name(b)); d != 0 {
			return d
		}
		return bytes.Compare(c.value(a), c.value(b))
	})
}

// checkRepeats refuses oauth_ parameters that appear twice (section 3.1), also
// those that the protocol does not know.
func (c *collector) checkRepeats() error {
	for i := 1; i < len(c.pairs); i++ {
		name := c.name(c.pairs[i])
		if bytes.HasPrefix(name, []byte("oauth_")) && bytes.Equal(name, c.name(c.pairs[i-1])) {
			return &repeatedError{string(name)}
		}
	}
	return nil
}

// protocol returns protocol parameter i decoded, without copying where it holds no escape.
func (c *collector) protocol(i int) string {
	s := c.raw[i]
	if strings.IndexByte(s, '%') < 0 && (c.places == inHeader || strings.IndexByte(s, '+') < 0) {
		return s
	}
	b, _ := appendDecode(nil, s, c.places != inHeader) // add has refused bad escapes
	return string(b)
}

// malformedError names a parameter with a "%" that no two hexadecimal digits follow.
type malformedError struct {
	at   place
	name string
}

func (e *malformedError) Error() string {
	return fmt.Sprintf("parameter %q in the %s has a %% without two hexadecimal digits", clip(e.name), e.at)
}

// repeatedError names a protocol parameter given twice.
type repeatedError struct{ name string }

func (e *repeatedError) Error() string { return clip(e.name) + " is given more than once" }

// clip keeps texts from requests short enough for a message.
func clip(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}
