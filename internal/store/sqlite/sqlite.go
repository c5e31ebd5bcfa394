// Package sqlite keeps the store in one SQLite file.
//
// The file is in WAL mode with synchronous=FULL: readers never wait, and a
// write that was acknowledged is on the disk. One goroutine writes; writes that
// wait at the same time share a transaction, so they share its sync (see
// writer). The queries are those of package sqlstore.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kickoff/internal/store"
	"kickoff/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an open SQLite file.
type Store struct {
	sqlstore.DB
	read, write *sql.DB
	writer      *writer
}

var _ store.Store = (*Store)(nil)

// Open opens the file, makes it where there is none, and brings its tables up
// to date. Several processes may have it open at once; they wait for each
// other's writes for up to ten seconds.
func Open(ctx context.Context, file string) (*Store, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	// SQLite would make it with the process's umask; the -wal and -shm files take
	// the rights of this one.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := new(Store)
	if s.write, err = connect(ctx, file, "_txlock=immediate", 1); err != nil {
		return nil, fmt.Errorf("open store %s: %w", file, err)
	}
	if err := migrate(ctx, s.write); err != nil {
		s.write.Close()
		return nil, fmt.Errorf("open store %s: %w", file, err)
	}
	if s.read, err = connect(ctx, file, "_pragma=query_only(1)", max(4, 2*runtime.NumCPU())); err != nil {
		s.write.Close()
		return nil, fmt.Errorf("open store %s: %w", file, err)
	}
	s.writer = startWriter(bun.NewDB(s.write, sqlitedialect.New()))
	s.DB = sqlstore.DB{Read: bun.NewDB(s.read, sqlitedialect.New()), Write: s.writer.do, Translate: translate}
	return s, nil
}

// Close waits for the write in hand and closes the file.
func (s *Store) Close() error {
	s.writer.stop()
	return errors.Join(s.read.Close(), s.write.Close())
}

// connect opens a pool. Pragmas stand in the DSN because each connection of
// the pool has to be given them.
func connect(ctx context.Context, file, extra string, conns int) (*sql.DB, error) {
	dsn := "file:" + (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_pragma=temp_store(MEMORY)&" + extra
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, translate(err)
	}
	return db, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", translate(err))
	}
	return nil
}

// translate implements sqlstore.DB.Translate by SQLite's extended result codes.
func translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", store.ErrExists, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", store.ErrNotFound, err)
	}
	if e.Code()&0xff == sqlite3.SQLITE_FULL {
		return fmt.Errorf("%w: %w", store.ErrNoSpace, err)
	}
	return err
}

// LimitPages keeps the file from growing beyond a number of pages, as a full
// disk would: writes that need more fail with store.ErrNoSpace.
func (s *Store) LimitPages(ctx context.Context, pages int) error {
	// The writer's connection is the only one of its pool, and the limit is the
	// connection's.
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("pragma max_page_count = %d", pages))
	return err
}
