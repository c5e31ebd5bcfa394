package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// Staged is content that was written but is no blob yet: it can be looked at
// under Path before it is committed or discarded.
type Staged struct {
	Info
	Path string
	s    *Store
}

// Stage writes r to a temporary file, at most limit bytes (0: any).
// The caller defers Discard and calls Commit when the content is wanted.
func (s *Store) Stage(ctx context.Context, r io.Reader, limit int64) (*Staged, error) {
	f, err := os.CreateTemp(s.tmp, "stage-*")
	if err != nil {
		return nil, fmt.Errorf("stage blob: %w", diskFull(err))
	}
	st := &Staged{s: s, Path: f.Name()}
	if err := st.fill(ctx, f, r, limit); err != nil {
		f.Close()
		st.Discard()
		return nil, fmt.Errorf("stage blob: %w", diskFull(err))
	}
	if err := f.Close(); err != nil {
		st.Discard()
		return nil, fmt.Errorf("stage blob: %w", diskFull(err))
	}
	return st, nil
}

func (st *Staged) fill(ctx context.Context, f *os.File, r io.Reader, limit int64) error {
	src := io.Reader(ctxReader{ctx, r})
	if limit > 0 {
		src = io.LimitReader(src, limit+1)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), src)
	if err != nil {
		return err
	}
	if limit > 0 && n > limit {
		return fmt.Errorf("%w: limit is %d bytes", ErrTooLarge, limit)
	}
	// The age of a blob counts from here on, not from its first byte.
	now := time.Now()
	if err := os.Chtimes(f.Name(), now, now); err != nil {
		return err
	}
	st.Info = Info{Ref: hex.EncodeToString(h.Sum(nil)), Size: n}
	return f.Sync()
}

// Commit makes the staged content a blob. It is durable when Commit returns.
func (st *Staged) Commit() error {
	dst := filepath.Join(st.s.dir, filepath.FromSlash(key(st.Ref)))
	dir := filepath.Dir(dst)
	if err := os.Mkdir(dir, 0o700); err == nil {
		if err := syncDir(st.s.dir); err != nil {
			return fmt.Errorf("store blob %.12s: %w", st.Ref, err)
		}
	} else if !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("store blob %.12s: %w", st.Ref, diskFull(err))
	}
	// Renaming over a blob of the same name replaces it by the same content.
	st.s.mu.Lock()
	err := os.Rename(st.Path, dst)
	st.s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("store blob %.12s: %w", st.Ref, diskFull(err))
	}
	if err := syncDir(dir); err != nil {
		return fmt.Errorf("store blob %.12s: %w", st.Ref, diskFull(err))
	}
	return nil
}

// Discard removes the temporary file. It does nothing after Commit.
func (st *Staged) Discard() { os.Remove(st.Path) }

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there; NTFS journals the rename
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// diskFull turns the system's errors for a full disk or quota into ErrNoSpace.
func diskFull(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %v", ErrNoSpace, err)
	}
	return err
}

type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
