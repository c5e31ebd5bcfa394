package profile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// A Keyring keeps secrets for the user who is logged in.
type Keyring interface {
	Get(account string) (string, error)
	Set(account, secret string) error
	Delete(account string) error
}

// A Store is a folder with profiles.toml and, where the keyring does not serve,
// secrets/NAME.
type Store struct {
	Dir     string  // "" where the user has none: nothing is found or stored
	Keyring Keyring // nil: secrets go to files
}

// List returns all profiles, by name.
func (s *Store) List() ([]Profile, error) {
	all, err := s.read()
	if err != nil {
		return nil, err
	}
	var list []Profile
	for name, p := range all {
		p.Name = name
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Profile) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// Load returns the profile of that name, or ErrNotFound.
func (s *Store) Load(name string) (Profile, error) {
	all, err := s.read()
	if err != nil {
		return Profile{}, err
	}
	p, ok := all[name]
	if !ok {
		return Profile{}, fmt.Errorf("profile %q: %w", name, ErrNotFound)
	}
	p.Name = name
	return p, nil
}

// Save stores a profile and its secret, replacing one of the same name, and
// returns it with the place of its secret: the keyring, else a file.
func (s *Store) Save(p Profile, secret string) (Profile, error) {
	if err := CheckName(p.Name); err != nil {
		return p, err
	}
	if s.Dir == "" {
		return p, errors.New("there is no folder for profiles: set KICKOFF_CONFIG, or HOME")
	}
	all, err := s.read()
	if err != nil {
		return p, err
	}
	if old, ok := all[p.Name]; ok {
		old.Name = p.Name
		s.forget(old)
	}
	p.Place = InFile
	if s.Keyring != nil && s.Keyring.Set(account(p), secret) == nil {
		p.Place = InKeyring
	} else if err := writePrivate(s.secretFile(p.Name), []byte(secret+"\n")); err != nil {
		return p, err
	}
	all[p.Name] = p
	return p, s.write(all)
}

// Delete removes a profile and its secret.
func (s *Store) Delete(name string) error {
	all, err := s.read()
	if err != nil {
		return err
	}
	p, ok := all[name]
	if !ok {
		return fmt.Errorf("profile %q: %w", name, ErrNotFound)
	}
	p.Name = name
	s.forget(p)
	delete(all, name)
	return s.write(all)
}

// Secret returns a profile's secret, or ErrNoSecret.
func (s *Store) Secret(p Profile) (string, error) {
	if p.Place == InKeyring {
		if s.Keyring == nil {
			return "", fmt.Errorf("profile %q keeps its secret in the keyring, which is switched off: %w", p.Name, ErrNoSecret)
		}
		secret, err := s.Keyring.Get(account(p))
		if err != nil {
			return "", fmt.Errorf("profile %q: read the keyring: %w: %w", p.Name, ErrNoSecret, err)
		}
		return secret, nil
	}
	data, err := readPrivate(s.secretFile(p.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("profile %q: %w", p.Name, ErrNoSecret)
	}
	if err != nil {
		return "", fmt.Errorf("profile %q: %w", p.Name, err)
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

// account is the keyring's entry of a profile. It holds the address, so that a
// profile edited by hand to another address does not find the secret.
func account(p Profile) string { return p.Name + " " + p.Key + " " + p.URL }

func (s *Store) forget(p Profile) {
	// A secret that is not there is as good as deleted.
	if p.Place == InKeyring && s.Keyring != nil {
		_ = s.Keyring.Delete(account(p))
	}
	_ = os.Remove(s.secretFile(p.Name))
}

func (s *Store) secretFile(name string) string { return filepath.Join(s.Dir, "secrets", name) }
func (s *Store) file() string                  { return filepath.Join(s.Dir, "profiles.toml") }

type document struct {
	Profiles map[string]Profile `toml:"profiles"`
}

func (s *Store) read() (map[string]Profile, error) {
	var d document
	if s.Dir == "" {
		return map[string]Profile{}, nil
	}
	data, err := os.ReadFile(s.file())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	if err := toml.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("read %s: %w", s.file(), err)
	}
	if d.Profiles == nil {
		d.Profiles = map[string]Profile{}
	}
	for name := range d.Profiles {
		if err := CheckName(name); err != nil {
			return nil, fmt.Errorf("read %s: %w", s.file(), err)
		}
	}
	return d.Profiles, nil
}

func (s *Store) write(all map[string]Profile) error {
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(document{all}); err != nil {
		return fmt.Errorf("write profiles: %w", err)
	}
	return writePrivate(s.file(), b.Bytes())
}

// writePrivate replaces a file in one step; only its owner may read it.
func writePrivate(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

// readPrivate refuses a file that others may read: its secret is no secret.
func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	// Windows has no such bits; the profile folder's own rights hold there.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s may be read by others (mode %04o): change it to 0600, and the key too, as it may be known", path, info.Mode().Perm())
	}
	return os.ReadFile(path)
}
