// Package secret encrypts what must be readable again: the secrets of keys.
//
// OAuth 1 needs the secret itself to verify a signature, so a hash will not do.
// Secrets are sealed with AES-256-GCM under a master key that stands in a file
// beside the data (0600) or in the environment. Associated data binds a sealed
// value to its place: moved to another row it does not open.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrWrongKey: the value was sealed under another master key, for another
// place, or was changed.
var ErrWrongKey = errors.New("does not open with this master key")

// Box seals and opens values under one master key. It is safe for concurrent use.
type Box struct{ aead cipher.AEAD }

// KeySize is the size of a master key in bytes.
const KeySize = 32

// NewBox makes a Box of a master key of KeySize bytes.
func NewBox(key []byte) (*Box, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("master key has %d bytes, want %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Box{aead}, nil
}

// version stands before each sealed value, so that another way of sealing can
// follow this one.
const version = 1

// Seal encrypts value for the place that ad names.
func (b *Box) Seal(value, ad string) []byte {
	return b.aead.Seal([]byte{version}, nil, []byte(value), []byte(ad))
}

// Open decrypts what Seal returned for the same place. ErrWrongKey.
func (b *Box) Open(sealed []byte, ad string) (string, error) {
	if len(sealed) == 0 || sealed[0] != version {
		return "", fmt.Errorf("sealed value of an unknown form: %w", ErrWrongKey)
	}
	v, err := b.aead.Open(nil, nil, sealed[1:], []byte(ad))
	if err != nil {
		return "", ErrWrongKey
	}
	return string(v), nil
}

// ParseKey reads a master key as 64 hexadecimal digits, with blanks around it.
func ParseKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != KeySize {
		// The text is not shown: it may be a key with a typing error.
		return nil, fmt.Errorf("master key must be %d hexadecimal digits", 2*KeySize)
	}
	return key, nil
}

// LoadKey reads the master key from a file. It refuses a file that others may
// read. fs.ErrNotExist when there is none.
func LoadKey(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if m := info.Mode().Perm(); m&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("master key %s may be read by others (mode %04o): set it to 0600", file, m)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	key, err := ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

// CreateKey writes a new random master key to a file that must not exist yet.
// It is on the disk, or not there at all, when CreateKey returns.
func CreateKey(file string) ([]byte, error) {
	key := make([]byte, KeySize)
	rand.Read(key) // never fails
	if err := WritePrivate(file, hex.EncodeToString(key)+"\n"); err != nil {
		return nil, fmt.Errorf("write master key: %w", err)
	}
	return key, nil
}

// WritePrivate writes text to a new file that only its owner may read (0600).
// fs.ErrExist when the file is there already; it is then left as it is.
func WritePrivate(file, text string) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".private-*") // 0600 by its contract
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	// Link, not Rename: it does not replace a file that is there.
	if err := os.Link(tmp.Name(), file); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		return writeExclusive(file, text) // a file system without links
	}
	return nil
}

func writeExclusive(file, text string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(file)
		return err
	}
	return nil
}
