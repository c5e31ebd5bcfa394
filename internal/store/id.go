package store

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// ID names a row: 24 lower-case hexadecimal digits, as clients of the API
// expect them (API reference, section 1.4). The first eight are the time of
// creation in seconds, so ids sort roughly by age; the rest is random.
type ID string

// NewID makes an id that no other row has.
func NewID() ID {
	var b [12]byte
	binary.BigEndian.PutUint32(b[:4], uint32(time.Now().Unix()))
	rand.Read(b[4:]) // never fails: crypto/rand aborts the program instead
	return ID(hex.EncodeToString(b[:]))
}

// ParseID reads an id as sent by a client; upper-case digits are taken.
func ParseID(s string) (ID, error) {
	if len(s) != 24 {
		return "", fmt.Errorf("%q is no id: want 24 hexadecimal digits, got %d characters", clip(s), len(s))
	}
	b := []byte(s)
	for i, c := range b {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f':
		case 'A' <= c && c <= 'F':
			b[i] = c + 'a' - 'A'
		default:
			return "", fmt.Errorf("%q is no id: character %d is no hexadecimal digit", s, i+1)
		}
	}
	return ID(b), nil
}

// clip keeps error messages short whatever was sent.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
