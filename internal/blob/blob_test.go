package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestPutOpen(t *testing.T) {
	s, ctx := open(t, t.TempDir()), context.Background()
	// SHA-256 of "abc": FIPS 180-2, appendix B.1.
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	for range 2 { // twice: the second write is the same blob
		info, err := s.Put(ctx, strings.NewReader("abc"), 3)
		if err != nil || info != (Info{abc, 3}) {
			t.Fatalf("Put = %v, %v", info, err)
		}
	}
	r, err := s.Open(ctx, abc)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || string(b) != "abc" {
		t.Errorf("read %q, %v", b, err)
	}
	if _, err := r.Seek(1, io.SeekStart); err != nil {
		t.Error(err)
	}
	if b, _ := io.ReadAll(r); string(b) != "bc" {
		t.Errorf("after seek %q", b)
	}
	p, err := s.Path(abc)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(p); err != nil || string(b) != "abc" {
		t.Errorf("file holds %q, %v", b, err)
	}
	if err := s.Delete(ctx, abc); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(ctx, abc); err != nil {
		t.Errorf("second Delete: %v", err)
	}
	if _, err := s.Open(ctx, abc); !errors.Is(err, ErrNotFound) {
		t.Errorf("Open after Delete: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	s, ctx := open(t, dir), context.Background()
	if _, err := s.Put(ctx, strings.NewReader("abcd"), 3); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the limit: %v", err)
	}
	broken := errors.New("line cut")
	if _, err := s.Put(ctx, io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(broken)), 0); !errors.Is(err, broken) {
		t.Errorf("broken reader: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Put(cancelled, strings.NewReader("abc"), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	for _, ref := range []string{"", "x", "../../etc/passwd", strings.Repeat("a", 63) + "/", strings.Repeat("0", 64)} {
		if _, err := s.Open(ctx, ref); !errors.Is(err, ErrNotFound) {
			t.Errorf("Open(%q): %v", ref, err)
		}
		if _, err := s.Path(ref); !errors.Is(err, ErrNotFound) {
			t.Errorf("Path(%q): %v", ref, err)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("refused writes left %v, %v", left, err)
	}
}

// TestFullDisk writes to the device that is always full.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("this system has no /dev/full")
	}
	defer full.Close()
	st := &Staged{s: open(t, t.TempDir())}
	err = st.fill(context.Background(), full, strings.NewReader("abc"), 0)
	if err = diskFull(err); !errors.Is(err, ErrNoSpace) {
		t.Errorf("%v", err)
	}
}

func TestOpenRemovesUnfinished(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := s.Put(context.Background(), strings.NewReader("kept"), 0)
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Stage(context.Background(), strings.NewReader("half"), 0)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open(t, dir)
	if _, err := os.Stat(st.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("unfinished file is still there: %v", err)
	}
	if _, err := s.Path(kept.Ref); err != nil {
		t.Error(err)
	}
}

func TestConcurrentSameContent(t *testing.T) {
	s := open(t, t.TempDir())
	data := bytes.Repeat([]byte("kickoff"), 100_000)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			info, err := s.Put(context.Background(), bytes.NewReader(data), 0)
			if err != nil {
				t.Error(err)
				return
			}
			r, err := s.Open(context.Background(), info.Ref)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, data) {
				t.Errorf("read %d bytes, %v", len(b), err)
			}
		})
	}
	wg.Wait()
}

func TestDeleteOlder(t *testing.T) {
	s, ctx := open(t, t.TempDir()), context.Background()
	info, err := s.Put(ctx, strings.NewReader("abc"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteOlder(ctx, info.Ref, time.Hour); err != nil {
		t.Fatal(err)
	}
	p, err := s.Path(info.Ref)
	if err != nil {
		t.Fatalf("a young blob was deleted: %v", err)
	}
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(p, old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(ctx, strings.NewReader("abc"), 0); err != nil { // written again: young again
		t.Fatal(err)
	}
	if err := s.DeleteOlder(ctx, info.Ref, time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Path(info.Ref); err != nil {
		t.Fatalf("a blob that was written again was deleted: %v", err)
	}
	if err := os.Chtimes(p, old, old); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteOlder(ctx, info.Ref, time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Path(info.Ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("an old blob is still there: %v", err)
	}
	if err := s.DeleteOlder(ctx, info.Ref, time.Hour); err != nil {
		t.Errorf("again: %v", err)
	}
}
