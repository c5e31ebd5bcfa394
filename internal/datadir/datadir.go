// Package datadir is the folder that a gallery keeps its data in:
//
//	DIR/gallery.db      the store (and its -wal and -shm)
//	DIR/blobs/          packages and outputs
//	DIR/nonces/         log of accepted requests
//	DIR/work/           unpacked packages and the files of running jobs
//	DIR/master.key      the key that secrets are encrypted with, 0600
//	DIR/first-key.txt   key and secret of the first curator, where no terminal showed them, 0600
//	DIR/lock            held by the server that runs on this data
package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"kickoff/internal/secret"
)

// EnvMasterKey is the environment variable that beats the master key's file.
const EnvMasterKey = "KICKOFF_MASTER_KEY"

// Dir is an opened data folder.
type Dir struct {
	Path string
	lock *os.File
}

// Create opens the folder and makes it where there is none.
func Create(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	d := &Dir{Path: path}
	return d, d.probe()
}

// Open opens a folder that holds a gallery already.
func Open(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	d := &Dir{Path: path}
	if _, err := os.Stat(d.Store()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no gallery in the data folder %s: start one with 'kickoff serve --data %s'", path, path)
		}
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return d, d.probe()
}

// probe finds out whether the folder can be listed and written to, so that one
// who may not is told at once and not at the first job.
func (d *Dir) probe() error {
	if _, err := os.ReadDir(d.Path); err != nil {
		return fmt.Errorf("the data folder cannot be read: %w", err)
	}
	f, err := os.CreateTemp(d.Path, ".probe-*")
	if err != nil {
		return fmt.Errorf("the data folder cannot be written to: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// Store is the file of the store.
func (d *Dir) Store() string { return filepath.Join(d.Path, "gallery.db") }

// Blobs is the folder of the blobs.
func (d *Dir) Blobs() string { return filepath.Join(d.Path, "blobs") }

// Nonces is the folder of the log of accepted requests.
func (d *Dir) Nonces() string { return filepath.Join(d.Path, "nonces") }

// Work is the folder of the workers.
func (d *Dir) Work() string { return filepath.Join(d.Path, "work") }

// FirstKey is the file of the first curator's key.
func (d *Dir) FirstKey() string { return filepath.Join(d.Path, "first-key.txt") }

// ErrLocked: another server runs on this data.
var ErrLocked = errors.New("another server runs on this data folder")

// lockPatience is how long Lock waits for a lock that is held. A process that
// the killed server was just starting holds it for moments longer.
const lockPatience = 2 * time.Second

// Lock takes the folder for a server. It is given back by Close, or by the
// system when the process ends.
func (d *Dir) Lock() error {
	f, err := os.OpenFile(filepath.Join(d.Path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	err = flock(f)
	for end := time.Now().Add(lockPatience); errors.Is(err, ErrLocked) && time.Now().Before(end); err = flock(f) {
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", d.Path, err)
	}
	d.lock = f
	return nil
}

// Close gives the lock back.
func (d *Dir) Close() error {
	if d.lock == nil {
		return nil
	}
	return d.lock.Close()
}

// Secrets opens the box of secrets: with the key in the environment, else in
// file ("" for master.key in the folder). A new gallery, which has no secrets
// yet, gets a new key where there is none; for others a missing key is an
// error, since what was sealed with it cannot be read without it.
func (d *Dir) Secrets(file string, getenv func(string) string, isNew bool) (*secret.Box, error) {
	if text := getenv(EnvMasterKey); text != "" {
		key, err := secret.ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", EnvMasterKey, err)
		}
		return secret.NewBox(key)
	}
	if file == "" {
		file = filepath.Join(d.Path, "master.key")
	}
	key, err := secret.LoadKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !isNew {
			return nil, fmt.Errorf("the master key %s is missing: without it no key's secret can be read; restore it, or name it with --master-key-file or %s", file, EnvMasterKey)
		}
		key, err = secret.CreateKey(file)
	}
	if err != nil {
		return nil, err
	}
	return secret.NewBox(key)
}
