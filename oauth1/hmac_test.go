package oauth1_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
)

// hmacSHA1 is the reference that nothing in the package shares.
func hmacSHA1(key, text string) string {
	h := hmac.New(sha1.New, []byte(key))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
