package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func noEnv(string) string { return "" }

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	d, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	second, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Lock(); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), path) {
		t.Errorf("second lock: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.Lock(); err != nil {
		t.Errorf("lock after it was given back: %v", err)
	}
	second.Close()
}

func TestOpen(t *testing.T) {
	path := t.TempDir()
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "no gallery") {
		t.Errorf("an empty folder: %v", err)
	}
	d, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.Store(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err != nil {
		t.Error(err)
	}
	if _, err := Create(d.Store()); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestSecrets(t *testing.T) {
	d, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Secrets("", noEnv, false); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("no master key in an old gallery: %v", err)
	}
	box, err := d.Secrets("", noEnv, true)
	if err != nil {
		t.Fatal(err)
	}
	sealed := box.Seal("x", "ad")
	again, err := d.Secrets("", noEnv, false)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := again.Open(sealed, "ad"); err != nil || v != "x" {
		t.Errorf("%q, %v", v, err)
	}
	env := func(string) string { return strings.Repeat("ab", 32) }
	other, err := d.Secrets("", env, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(sealed, "ad"); err == nil {
		t.Error("the environment's key did not beat the file's")
	}
	if _, err := d.Secrets("", func(string) string { return "short" }, false); err == nil || strings.Contains(err.Error(), "short") {
		t.Errorf("bad key in the environment: %v", err)
	}
}
