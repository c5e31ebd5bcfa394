package oauth1

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strconv"
	"time"

	"kickoff/oauth1/internal/keyed"
)

// A Signer signs requests with one set of credentials (RFC 5849 section 3.1).
// Its fields are set before first use; it is then safe for concurrent use.
type Signer struct {
	Key    *Key
	Method Method

	// Now gives the time of a signature; nil means time.Now.
	Now func() time.Time

	// Nonce gives a text that no other request with the same key and second
	// has (section 3.3); nil means 22 random letters and digits.
	Nonce func() string

	// OmitVersion leaves oauth_version out, which section 3.1 allows.
	OmitVersion bool
}

// NewSigner returns a Signer for HMAC-SHA1 with the system's clock and random nonces.
func NewSigner(c Credentials) *Signer { return &Signer{Key: NewKey(c)} }

// Signed is a signature with all that goes into it. It holds no secret,
// though it is good for one request until its time has passed.
type Signed struct {
	Base      string // base string (section 3.4.1.1)
	Signature string // value of oauth_signature, base64
	Query     string // whole raw query with the oauth parameters in it (section 3.5.3)
	Header    string // value for the Authorization header (section 3.5.1)
}

// Sign signs r and returns every form of the result. Use AppendQuery or
// AppendHeader where only one is needed. r must not hold oauth parameters yet.
func (s *Signer) Sign(r Request) (Signed, error) {
	c := collectors.Get().(*collector)
	defer collectors.Put(c)
	st := &c.stamp
	if err := s.sign(c, &r, st); err != nil {
		return Signed{}, err
	}
	return Signed{
		Base:      string(c.base),
		Signature: string(st.signature()),
		Query:     string(st.appendQuery(append([]byte(nil), r.Query...), s)),
		Header:    string(st.appendHeader(nil, s)),
	}, nil
}

// AppendQuery signs r and appends its query with the oauth parameters added
// (section 3.5.3) to dst. It allocates nothing if dst has room and Nonce is nil.
func (s *Signer) AppendQuery(dst []byte, r *Request) ([]byte, error) {
	c := collectors.Get().(*collector)
	defer collectors.Put(c)
	st := &c.stamp
	if err := s.sign(c, r, st); err != nil {
		return dst, err
	}
	n := len(dst)
	dst = append(dst, r.Query...)
	if len(dst) > n && dst[len(dst)-1] != '&' {
		dst = append(dst, '&')
	}
	return st.appendParameters(dst, s), nil
}

// AppendHeader signs r and appends the value of its Authorization header
// (section 3.5.1) to dst. It allocates nothing if dst has room and Nonce is nil.
func (s *Signer) AppendHeader(dst []byte, r *Request) ([]byte, error) {
	c := collectors.Get().(*collector)
	defer collectors.Put(c)
	st := &c.stamp
	if err := s.sign(c, r, st); err != nil {
		return dst, err
	}
	return st.appendHeader(dst, s), nil
}

// stamp is what makes a signature of one request different from the next.
type stamp struct {
	nonce []byte
	time  []byte
	sig   [base64Size]byte
	sigN  int
	buf   [64]byte
}

const base64Size = 44 // of 32 bytes, padded

func (st *stamp) signature() []byte { return st.sig[:st.sigN] }

var errSigned = errors.New("request holds oauth parameters already; sign it without them")

// sign lays out the base string in c.base and fills st.
func (s *Signer) sign(c *collector, r *Request, st *stamp) error {
	c.reset(unlimited)
	st.time = strconv.AppendInt(st.buf[:0:20], s.now().Unix(), 10)
	if s.Nonce != nil {
		st.nonce = append(st.buf[20:20], s.Nonce()...)
	} else {
		st.nonce = appendNonce(st.buf[20:20])
	}
	k := s.Key
	c.addOwn(protocolNames[pConsumerKey], k.encKey)
	c.addOwn(protocolNames[pSignatureMethod], s.Method.String())
	c.addOwnBytes(protocolNames[pNonce], st.nonce)
	c.addOwnBytes(protocolNames[pTimestamp], st.time)
	if k.token != "" {
		c.addOwn(protocolNames[pToken], k.encToken)
	}
	if !s.OmitVersion {
		c.addOwn(protocolNames[pVersion], "1.0")
	}
	n := len(c.pairs)
	if err := c.addForm(r.Query, inQuery, false); err != nil {
		return err
	}
	if err := c.addForm(r.Form, inForm, false); err != nil {
		return err
	}
	for _, p := range c.pairs[n:] {
		if string(c.name(p)) != protocolNames[pBodyHash] && protocolIndex(c.name(p)) >= 0 {
			return errSigned
		}
	}
	if c.seen[pSignature] {
		return errSigned
	}
	c.sort()
	m := computers.Get().(*keyed.Computer)
	sum := m.Sum(k.macs[s.Method], c.layOut(r, false))
	st.sigN = base64.StdEncoding.EncodedLen(len(sum))
	base64.StdEncoding.Encode(st.sig[:], sum)
	computers.Put(m)
	return nil
}

func (s *Signer) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// addOwn adds a parameter whose value is encoded twice already.
func (c *collector) addOwn(name, value string) {
	p := pair{name: int32(len(c.enc))}
	c.enc = append(c.enc, name...)
	p.value = int32(len(c.enc))
	c.enc = append(c.enc, value...)
	p.end = int32(len(c.enc))
	c.pairs = append(c.pairs, p)
}

func (c *collector) addOwnBytes(name string, value []byte) {
	p := pair{name: int32(len(c.enc))}
	c.enc = append(c.enc, name...)
	p.value = int32(len(c.enc))
	for _, b := range value {
		if unreserved[b] {
			c.enc = append(c.enc, b)
		} else {
			c.enc = append(c.enc, '%', '2', '5', upperHex[b>>4], upperHex[b&15])
		}
	}
	p.end = int32(len(c.enc))
	c.pairs = append(c.pairs, p)
}

func (st *stamp) appendQuery(query []byte, s *Signer) []byte {
	if len(query) > 0 && query[len(query)-1] != '&' {
		query = append(query, '&')
	}
	return st.appendParameters(query, s)
}

// appendParameters appends the oauth parameters in alphabetical order.
func (st *stamp) appendParameters(b []byte, s *Signer) []byte {
	b = append(b, "oauth_consumer_key="...)
	b = AppendEncode(b, s.Key.consumerKey)
	b = append(b, "&oauth_nonce="...)
	b = AppendEncode(b, st.nonce)
	b = append(b, "&oauth_signature="...)
	b = AppendEncode(b, st.signature())
	b = append(b, "&oauth_signature_method="...)
	b = append(b, s.Method.String()...)
	b = append(b, "&oauth_timestamp="...)
	b = append(b, st.time...)
	if s.Key.token != "" {
		b = append(b, "&oauth_token="...)
		b = AppendEncode(b, s.Key.token)
	}
	if !s.OmitVersion {
		b = append(b, "&oauth_version=1.0"...)
	}
	return b
}

func (st *stamp) appendHeader(b []byte, s *Signer) []byte {
	b = append(b, `OAuth oauth_consumer_key="`...)
	b = AppendEncode(b, s.Key.consumerKey)
	b = append(b, `", oauth_nonce="`...)
	b = AppendEncode(b, st.nonce)
	b = append(b, `", oauth_signature="`...)
	b = AppendEncode(b, st.signature())
	b = append(b, `", oauth_signature_method="`...)
	b = append(b, s.Method.String()...)
	b = append(b, `", oauth_timestamp="`...)
	b = append(b, st.time...)
	if s.Key.token != "" {
		b = append(b, `", oauth_token="`...)
		b = AppendEncode(b, s.Key.token)
	}
	if !s.OmitVersion {
		b = append(b, `", oauth_version="1.0`...)
	}
	return append(b, '"')
}

// appendNonce appends 22 random letters and digits, 128 bits and more: letters
// and digits need no encoding anywhere.
func appendNonce(dst []byte) []byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	const n = 22
	end := len(dst) + n
	for len(dst) < end {
		var random [32]byte
		rand.Read(random[:]) // never fails; it ends the process where it would
		for _, b := range random {
			// 248 is the largest multiple of 62 in a byte: above it the letters
			// would not be equally likely.
			if b < 248 && len(dst) < end {
				dst = append(dst, alphabet[b%62])
			}
		}
	}
	return dst
}
