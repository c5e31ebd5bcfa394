package server

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
)

// hmacSHA1 signs a base string that no right client would make.
func hmacSHA1(key, base string) string {
	h := hmac.New(sha1.New, []byte(key))
	h.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
