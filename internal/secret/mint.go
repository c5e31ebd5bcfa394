package secret

import "crypto/rand"

// alphabet holds letters and digits only: many clients do not percent-encode
// keys and secrets, so any other character would make their signatures wrong
// (client reference, section 0.13). 32 characters keep the choice unbiased;
// those that look alike in print (I, O, 0, 1) are left out.
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// Mint makes a random text of n letters and digits, five bits each.
func Mint(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return string(b)
}

// The lengths of what a gallery mints: 100 bits name a key, 160 bits guard it,
// which is all that HMAC-SHA1 can use, and 256 bits are a token.
const (
	ConsumerLen = 20
	SecretLen   = 40
	TokenLen    = 52
)
