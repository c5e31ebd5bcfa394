package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Users and keys, on the data folder of a running gallery and over its API.
func TestAccounts(t *testing.T) {
	s := serve(t, t.TempDir())
	run := func(args ...string) string {
		t.Helper()
		out, err := s.run(binary, args...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, way := range [][]string{{"--data", s.data}, nil} { // the folder, then the API
		email := "folder@example.com"
		if way == nil {
			email = "api@example.com"
		}
		run(append([]string{"user", "create", email, "--role", "member", "--studio", "Audit"}, way...)...)
		if out := run(append([]string{"user", "list"}, way...)...); !strings.Contains(out, email) || !strings.Contains(out, s.email) {
			t.Errorf("user list:\n%s", out)
		}
		var key struct{ Key, Secret, Owner, Studio string }
		if err := json.Unmarshal([]byte(run(append([]string{"key", "create", "--user", email, "--json"}, way...)...)), &key); err != nil {
			t.Fatal(err)
		}
		if key.Owner != email || key.Studio != "Audit" || key.Key == "" || key.Secret == "" {
			t.Fatalf("key of %s, studio %s", key.Owner, key.Studio)
		}
		mine := *s
		mine.key, mine.secret = key.Key, key.Secret
		// At once over the API; within half a second where another process made it.
		wait(t, func() bool { _, err := mine.run(binary, "list"); return err == nil })
		if out := run(append([]string{"key", "list"}, way...)...); !strings.Contains(out, key.Key) || strings.Contains(out, key.Secret) {
			t.Errorf("key list shows a secret, or not the key")
		}
		if _, err := mine.run(binary, "key", "list"); err == nil || !strings.Contains(err.Error(), "Curator") {
			t.Errorf("a member lists keys: %v", err)
		}
		run(append([]string{"key", "revoke", key.Key}, way...)...)
		wait(t, func() bool { _, err := mine.run(binary, "list"); return err != nil })
		if _, err := s.run(binary, append([]string{"user", "create", strings.ToUpper(email)}, way...)...); err == nil {
			t.Error("the same e-mail was taken twice")
		}
	}
}

// What stops a server from starting is said, with what to do about it.
func TestServeRefusals(t *testing.T) {
	s := serve(t, t.TempDir())
	port := strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/gallery")
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	noKey := t.TempDir()
	old := serve(t, noKey)
	old.stop()
	if err := os.Remove(filepath.Join(noKey, "master.key")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"port in use", []string{"--data", t.TempDir(), "--listen", port}, "in use"},
		{"data in use", []string{"--data", s.data, "--listen", "127.0.0.1:0"}, "another server"},
		{"data folder is a file", []string{"--data", file}, "not a directory"},
		{"master key lost", []string{"--data", noKey, "--listen", "127.0.0.1:0"}, "master key"},
		{"unknown setting", []string{"--config", filepath.Join(t.TempDir(), "none.toml")}, "read settings"},
		{"bad public address", []string{"--public-url", "gallery"}, "public-url"},
		{"no such host", []string{"--data", t.TempDir(), "--listen", "no such host:80"}, "listen on"},
	} {
		cmd := exec.Command(binary, append([]string{"serve"}, c.args...)...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		var exit *exec.ExitError
		if err := cmd.Run(); !errors.As(err, &exit) {
			t.Errorf("%s: %v", c.name, err)
		}
		if !strings.HasPrefix(errs.String(), "error: ") && !strings.Contains(errs.String(), "\nerror: ") || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: %s", c.name, errs.String())
		}
	}
	if _, err := s.run(binary, "list"); err != nil {
		t.Errorf("the first server suffered: %v", err)
	}
}

// wait waits for something to become true.
func wait(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not happen within ten seconds")
		}
	}
}
