package keyed

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"hash"
	"strings"
	"testing"
)

// TestSum checks the cases of RFC 2202 section 3, and every hash function
// against crypto/hmac over keys and texts around the block sizes.
func TestSum(t *testing.T) {
	var c Computer
	for _, tt := range []struct{ key, text, want string }{
		{strings.Repeat("\x0b", 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
		{"Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
		{strings.Repeat("\xaa", 80), "Test Using Larger Than Block-Size Key - Hash Key First", "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
	} {
		if got := hex.EncodeToString(c.Sum(New(SHA1, []byte(tt.key)), []byte(tt.text))); got != tt.want {
			t.Errorf("key %q: %s, want %s", tt.key, got, tt.want)
		}
	}
	for h := range hashes {
		for _, n := range []int{0, 1, 63, 64, 65, 127, 128, 129, 300} {
			key, text := bytes.Repeat([]byte{'k'}, n), bytes.Repeat([]byte{'t'}, 2*n)
			want := hmac.New(func() hash.Hash { return h.new() }, key)
			want.Write(text)
			got := c.Sum(c.Prepare(h, key), text)
			if !bytes.Equal(got, want.Sum(nil)) || len(got) != h.Size() {
				t.Errorf("hash %d, %d bytes: %x", h, n, got)
			}
		}
	}
}
