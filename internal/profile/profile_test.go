package profile

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ring is a keyring in memory; a nil one has no keyring behind it.
type ring map[string]string

var errNoRing = errors.New("no keyring here")

func (r ring) Get(account string) (string, error) {
	s, ok := r[account]
	if !ok {
		return "", errNoRing
	}
	return s, nil
}

func (r ring) Set(account, secret string) error {
	if r == nil {
		return errNoRing
	}
	r[account] = secret
	return nil
}

func (r ring) Delete(account string) error { delete(r, account); return nil }

var work = Profile{Name: "work", URL: "https://host/gallery/api", Auth: OAuth1, Key: "K1"}

func TestSecretGoesToTheKeyringOrAFile(t *testing.T) {
	for _, tt := range []struct {
		name string
		ring Keyring
		want Place
	}{{"keyring", ring{}, InKeyring}, {"keyring that fails", ring(nil), InFile}, {"none", nil, InFile}} {
		t.Run(tt.name, func(t *testing.T) {
			s := &Store{Dir: t.TempDir(), Keyring: tt.ring}
			p, err := s.Save(work, "s3cret")
			if err != nil || p.Place != tt.want {
				t.Fatalf("%+v, %v", p, err)
			}
			got, err := s.Load("work")
			if diff := cmp.Diff(p, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
			if secret, err := s.Secret(got); secret != "s3cret" || err != nil {
				t.Errorf("%q, %v", secret, err)
			}
			for _, file := range files(t, s.Dir) {
				data, _ := os.ReadFile(file)
				if strings.Contains(string(data), "s3cret") != (tt.want == InFile && strings.Contains(file, "secrets")) {
					t.Errorf("%s: %s", file, data)
				}
			}
			if err := s.Delete("work"); err != nil {
				t.Error(err)
			}
			if _, err := s.Secret(got); !errors.Is(err, ErrNoSecret) {
				t.Errorf("the secret is still there: %v", err)
			}
			if _, err := s.Load("work"); !errors.Is(err, ErrNotFound) {
				t.Errorf("the profile is still there: %v", err)
			}
		})
	}
}

func TestSaveAgainForgetsTheOldSecret(t *testing.T) {
	r := ring{}
	s := &Store{Dir: t.TempDir(), Keyring: r}
	if _, err := s.Save(work, "old"); err != nil {
		t.Fatal(err)
	}
	next := work
	next.URL = "https://other/gallery/api"
	if _, err := s.Save(next, "new"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ring{account(next): "new"}, r); diff != "" {
		t.Error(diff)
	}
}

// A profile that is edited to another address does not take its secret along.
func TestEditedAddressFindsNoSecretInTheKeyring(t *testing.T) {
	s := &Store{Dir: t.TempDir(), Keyring: ring{}}
	if _, err := s.Save(work, "s"); err != nil {
		t.Fatal(err)
	}
	p, _ := s.Load("work")
	p.URL = "https://evil.example/webapi"
	if secret, err := s.Secret(p); err == nil {
		t.Errorf("secret %q", secret)
	}
}

func TestSecretFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // no such permissions there
	}
	s := &Store{Dir: filepath.Join(t.TempDir(), "new")}
	p, err := s.Save(work, "s")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files(t, s.Dir) {
		info, _ := os.Stat(file)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %04o", file, info.Mode().Perm())
		}
	}
	if err := os.Chmod(s.secretFile("work"), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Secret(p); err == nil || !strings.Contains(err.Error(), "mode 0640") {
		t.Errorf("err = %v", err)
	}
}

func TestNamesThatAreNoFileNames(t *testing.T) {
	for _, name := range []string{"", "..", "a/b", `a\b`, ".hidden", "a b", strings.Repeat("x", 65), "a\n"} {
		p := work
		p.Name = name
		if _, err := (&Store{Dir: t.TempDir()}).Save(p, "s"); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
}

func TestResolve(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	def := work
	def.Name = Default
	for p, secret := range map[Profile]string{work: "ws", def: "ds"} {
		if _, err := s.Save(p, secret); err != nil {
			t.Fatal(err)
		}
	}
	type env map[string]string
	tests := []struct {
		name    string
		profile string
		env     env
		want    Connection // Place left out
		err     string
	}{
		{"default", "", nil, Connection{def, "ds"}, ""},
		{"named", "work", nil, Connection{work, "ws"}, ""},
		{"named by the environment", "", env{EnvProfile: "work"}, Connection{work, "ws"}, ""},
		{"flag beats environment", "default", env{EnvProfile: "work"}, Connection{def, "ds"}, ""},
		{"not there", "other", nil, Connection{}, `profile "other": no such profile`},
		{
			"everything from the environment", "", env{EnvURL: "https://h/gallery/", EnvKey: "K9", EnvSecret: "s9"},
			Connection{Profile{URL: "https://h/gallery/api", Auth: OAuth1, Key: "K9"}, "s9"}, "",
		},
		{
			"OAuth 2 by its address", "", env{EnvURL: "https://h/webapi", EnvKey: "K9", EnvSecret: "s9"},
			Connection{Profile{URL: "https://h/webapi", Auth: OAuth2, Key: "K9"}, "s9"}, "",
		},
		{
			"OAuth 2 by name", "", env{EnvURL: "https://h/x", EnvKey: "K9", EnvSecret: "s9", EnvAuth: "oauth2"},
			Connection{Profile{URL: "https://h/x/api", Auth: OAuth2, Key: "K9"}, "s9"}, "",
		},
		{"new secret for the profile", "", env{EnvSecret: "s9"}, Connection{def, "s9"}, ""},
		{"same address, otherwise written", "", env{EnvURL: "https://HOST:443/gallery"}, Connection{def, "ds"}, ""},
		{"another address", "", env{EnvURL: "https://h/gallery"}, Connection{}, `KICKOFF_URL names another gallery than profile "default", whose key is not sent there`},
		{"another address with a key of its own, no secret", "", env{EnvURL: "https://h/gallery", EnvKey: "K9"}, Connection{}, `KICKOFF_URL names another gallery than profile "default", whose key is not sent there`},
		{"another key", "", env{EnvKey: "K9"}, Connection{}, `KICKOFF_KEY names another key than profile "default", whose secret does not fit it`},
		{"no address", "", env{EnvURL: "host/gallery"}, Connection{}, "KICKOFF_URL: the base URL has to start with http:// or https://"},
		{"odd auth", "", env{EnvAuth: "basic"}, Connection{}, `"basic" is no kind of authentication: oauth1 or oauth2`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.Resolve(tt.profile, func(k string) string { return tt.env[k] })
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Errorf("err = %v", err)
				}
				return
			}
			got.Place = ""
			if tt.want.Name == "" {
				got.Name = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
	empty := &Store{Dir: t.TempDir()}
	if _, err := empty.Resolve("", func(string) string { return "" }); !errors.Is(err, ErrIncomplete) {
		t.Errorf("err = %v", err)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.toml", "secrets/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		t.Fatal("no files")
	}
	return all
}
