package secret

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func box(t *testing.T, fill byte) *Box {
	t.Helper()
	b, err := NewBox(bytes.Repeat([]byte{fill}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSealOpen(t *testing.T) {
	b := box(t, 1)
	sealed := b.Seal("the secret", "KEY1")
	if bytes.Contains(sealed, []byte("secret")) {
		t.Error("the value stands in what was sealed")
	}
	if bytes.Equal(sealed, b.Seal("the secret", "KEY1")) {
		t.Error("sealing twice gave the same bytes")
	}
	if v, err := b.Open(sealed, "KEY1"); err != nil || v != "the secret" {
		t.Errorf("Open = %q, %v", v, err)
	}
	for name, open := range map[string]func() (string, error){
		"another place": func() (string, error) { return b.Open(sealed, "KEY2") },
		"another key":   func() (string, error) { return box(t, 2).Open(sealed, "KEY1") },
		"nothing":       func() (string, error) { return b.Open(nil, "KEY1") },
		"cut":           func() (string, error) { return b.Open(sealed[:len(sealed)-1], "KEY1") },
		"version":       func() (string, error) { return b.Open(append([]byte{9}, sealed[1:]...), "KEY1") },
		"flipped bit": func() (string, error) {
			s := bytes.Clone(sealed)
			s[5] ^= 1
			return b.Open(s, "KEY1")
		},
	} {
		if v, err := open(); !errors.Is(err, ErrWrongKey) || v != "" {
			t.Errorf("%s: %q, %v", name, v, err)
		}
	}
	if _, err := NewBox(make([]byte, 16)); err == nil {
		t.Error("a short master key was taken")
	}
}

func TestKeyFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "master.key")
	if _, err := LoadKey(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	key, err := CreateKey(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file mode %v, %v", info.Mode(), err)
	}
	if got, err := LoadKey(file); err != nil || !bytes.Equal(got, key) {
		t.Errorf("LoadKey: %v", err)
	}
	if _, err := CreateKey(file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second CreateKey: %v", err)
	}
	if got, err := LoadKey(file); err != nil || !bytes.Equal(got, key) {
		t.Errorf("the key was replaced: %v", err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(file); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("file that others may read: %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	for _, text := range []string{"", "abc", strings.Repeat("g", 64), strings.Repeat("a", 63)} {
		if _, err := ParseKey(text); err == nil || (text != "" && strings.Contains(err.Error(), text)) {
			t.Errorf("ParseKey(%q): %v", text, err)
		}
	}
}

func TestMint(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		s := Mint(ConsumerLen)
		if !regexp.MustCompile(`^[A-Za-z0-9]{20}$`).MatchString(s) || seen[s] {
			t.Fatalf("minted %q", s)
		}
		seen[s] = true
	}
}
