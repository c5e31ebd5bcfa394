// Package blob keeps files by the SHA-256 of their content: packages of
// workflows, inputs and outputs of jobs.
//
// A blob is never changed, so writing one twice is harmless and a reference in
// a row either names the whole content or nothing. A write is staged first:
//
//	Stage ─► temporary file, hashed while written ─► (checks) ─► Commit: fsync, rename, fsync of the folder
//
// A crash leaves at most a temporary file, which the next Open removes.
// Reading goes through gocloud.dev/blob, whose other drivers (S3 and the like)
// keep the same keys.
package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"
)

// The errors of this package, wrapped with what was being done.
var (
	ErrNotFound = errors.New("no such blob")
	ErrTooLarge = errors.New("larger than allowed")
	ErrNoSpace  = errors.New("no space left")
)

// Store is a folder of blobs. It is safe for concurrent use.
type Store struct {
	bucket *blob.Bucket
	dir    string     // of the bucket
	tmp    string     // of staged files; on the same file system
	mu     sync.Mutex // of placing and removing
}

// Info is what is known of a blob.
type Info struct {
	Ref  string // SHA-256 of the content, 64 lower-case hexadecimal digits
	Size int64  // bytes
}

// OpenDir opens the blobs below dir and makes the folder where there is none.
// It removes what a crash left half written: one process at a time may have it open.
func OpenDir(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	s := &Store{dir: filepath.Join(dir, "objects"), tmp: filepath.Join(dir, "tmp")}
	if err := os.RemoveAll(s.tmp); err != nil {
		return nil, fmt.Errorf("remove unfinished blobs: %w", err)
	}
	for _, d := range []string{s.dir, s.tmp} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("make blob folder: %w", err)
		}
	}
	s.bucket, err = fileblob.OpenBucket(s.dir, &fileblob.Options{Metadata: fileblob.MetadataDontWrite, NoTempDir: true, DirFileMode: 0o700})
	if err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	return s, nil
}

// Close ends the use of the store.
func (s *Store) Close() error { return s.bucket.Close() }

// Put stores what r holds, at most limit bytes (0: any). The blob is durable
// when Put returns. Errors: ErrTooLarge, ErrNoSpace, r's.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (Info, error) {
	st, err := s.Stage(ctx, r, limit)
	if err != nil {
		return Info{}, err
	}
	defer st.Discard()
	return st.Info, st.Commit()
}

// Open opens a blob for reading. The caller closes it. ErrNotFound.
func (s *Store) Open(ctx context.Context, ref string) (*Reader, error) {
	if err := checkRef(ref); err != nil {
		return nil, err
	}
	r, err := s.bucket.NewReader(ctx, key(ref), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("open blob %.12s: %w", ref, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("open blob %.12s: %w", ref, err)
	}
	return &Reader{Reader: r}, nil
}

// Reader reads a blob; it can seek.
type Reader struct{ *blob.Reader }

// ModTime is always the zero time: a blob has no age, its reference is its version.
func (*Reader) ModTime() time.Time { return time.Time{} }

// Path is the file that holds the blob, for processes that read it directly.
// They must not write to it.
func (s *Store) Path(ref string) (string, error) {
	if err := checkRef(ref); err != nil {
		return "", err
	}
	p := filepath.Join(s.dir, filepath.FromSlash(key(ref)))
	if _, err := os.Stat(p); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("blob %.12s: %w", ref, ErrNotFound)
		}
		return "", fmt.Errorf("blob %.12s: %w", ref, err)
	}
	return p, nil
}

// Delete removes a blob. One that is not there is no error.
func (s *Store) Delete(ctx context.Context, ref string) error {
	if err := checkRef(ref); err != nil {
		return err
	}
	err := s.bucket.Delete(ctx, key(ref))
	if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("delete blob %.12s: %w", ref, err)
	}
	return nil
}

// DeleteOlder removes a blob that was written, last written if more than once,
// longer ago than age. A younger one stays, without an error.
func (s *Store) DeleteOlder(ctx context.Context, ref string, age time.Duration) error {
	if err := checkRef(ref); err != nil {
		return err
	}
	s.mu.Lock() // a Commit between the look and the removal would be lost
	defer s.mu.Unlock()
	a, err := s.bucket.Attributes(ctx, key(ref))
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete blob %.12s: %w", ref, err)
	}
	if time.Since(a.ModTime) < age {
		return nil
	}
	return s.Delete(ctx, ref)
}

// key spreads blobs over 256 folders.
func key(ref string) string { return ref[:2] + "/" + ref[2:] }

func checkRef(ref string) error {
	if b, err := hex.DecodeString(ref); err != nil || len(b) != 32 {
		return fmt.Errorf("blob reference %.80q: %w", ref, ErrNotFound)
	}
	return nil
}
