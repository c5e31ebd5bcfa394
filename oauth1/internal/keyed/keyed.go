// Package keyed computes HMACs (RFC 2104) from the saved state that a hash has
// after the padded key, so that one costs a single pass over the text and no
// allocation.
package keyed

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding"
	"hash"
)

// Hash names a hash function.
type Hash uint8

// The hash functions.
const (
	SHA1 Hash = iota
	SHA256
	MD5
	SHA384
	SHA512
	hashes
)

func (h Hash) new() hash.Hash {
	switch h {
	case SHA256:
		return sha256.New()
	case MD5:
		return md5.New()
	case SHA384:
		return sha512.New384()
	case SHA512:
		return sha512.New()
	}
	return sha1.New()
}

// Size returns the length of a digest in bytes.
func (h Hash) Size() int { return [hashes]int{20, 32, 16, 48, 64}[h] }

// Key is a key prepared for one hash function. It is immutable.
type Key struct {
	hash         Hash
	inner, outer []byte
}

// New prepares key for h.
func New(h Hash, key []byte) *Key { return new(Computer).Prepare(h, key) }

// resumable is a hash that can go on from a saved state.
type resumable interface {
	hash.Hash
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

// Computer holds the scratch of one goroutine. The zero Computer is ready.
type Computer struct {
	hashes [hashes]resumable
	sum    [sha512.Size]byte
	block  [sha512.BlockSize]byte
}

func (c *Computer) of(h Hash) resumable {
	if c.hashes[h] == nil {
		c.hashes[h] = h.new().(resumable)
	}
	return c.hashes[h]
}

// Prepare prepares key for h.
func (c *Computer) Prepare(h Hash, key []byte) *Key {
	f := c.of(h)
	if len(key) > f.BlockSize() {
		key = c.Plain(h, key)
	}
	k := &Key{hash: h}
	block := c.block[:f.BlockSize()]
	// A state is a name, the chaining value, a block and a length.
	size := 16 + sha512.Size + len(block)
	if h != SHA384 && h != SHA512 {
		size = 16 + h.Size() + len(block)
	}
	room := make([]byte, 2*size)
	for i, p := range [...]struct {
		x  byte
		to *[]byte
	}{{0x36, &k.inner}, {0x5c, &k.outer}} {
		clear(block)
		copy(block, key)
		for i := range block {
			block[i] ^= p.x
		}
		f.Reset()
		f.Write(block)
		state, err := f.AppendBinary(room[i*size : i*size : (i+1)*size])
		if err != nil {
			panic("keyed: hash state cannot be saved: " + err.Error()) // the standard hashes always can
		}
		*p.to = state
	}
	return k
}

// Sum returns the HMAC of text. The result is valid until the next call.
func (c *Computer) Sum(k *Key, text []byte) []byte {
	f := c.of(k.hash)
	resume(f, k.inner)
	f.Write(text)
	inner := f.Sum(c.sum[:0])
	resume(f, k.outer)
	f.Write(inner)
	return f.Sum(c.sum[:0])
}

// Plain returns the digest of the texts in a row, without a key. The result
// is valid until the next call.
func (c *Computer) Plain(h Hash, texts ...[]byte) []byte {
	f := c.of(h)
	f.Reset()
	for _, t := range texts {
		f.Write(t)
	}
	return f.Sum(c.sum[:0])
}

func resume(f resumable, state []byte) {
	if err := f.UnmarshalBinary(state); err != nil {
		panic("keyed: saved hash state is damaged: " + err.Error())
	}
}
