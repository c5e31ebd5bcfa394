package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kickoff/internal/store"
	"kickoff/internal/store/storetest"
)

func open(t *testing.T, file string) *Store {
	t.Helper()
	s, err := Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	files := make(chan map[store.Store]string, 1)
	files <- map[store.Store]string{}
	storetest.Run(t,
		func(t *testing.T) store.Store {
			file := filepath.Join(t.TempDir(), "odd name%20?#.db")
			s := open(t, file)
			m := <-files
			m[s] = file
			files <- m
			return s
		},
		func(t *testing.T, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			m := <-files
			defer func() { files <- m }()
			return open(t, m[s])
		})
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.db")
	if err := os.WriteFile(bad, []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{bad, filepath.Join(dir, "missing", "x.db")} {
		if s, err := Open(context.Background(), file); err == nil {
			s.Close()
			t.Errorf("%s was opened", file)
		} else if !strings.Contains(err.Error(), file) {
			t.Errorf("error does not name the file: %v", err)
		}
	}
}

func TestPragmas(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "x.db"))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		var r, w string
		if err := s.read.QueryRow("pragma " + pragma).Scan(&r); err != nil {
			t.Fatal(err)
		}
		if err := s.write.QueryRow("pragma " + pragma).Scan(&w); err != nil {
			t.Fatal(err)
		}
		if r != want || w != want {
			t.Errorf("%s: %s for readers, %s for the writer, want %s", pragma, r, w, want)
		}
	}
	if _, err := s.read.Exec("delete from jobs"); err == nil {
		t.Error("a reader may write")
	}
}
