//go:build cgo

// Package duckdb runs plans on DuckDB, in the process and in memory, with
// spilling to the folder that the options name. It is the only package that
// uses cgo.
//
// A session is one database. Relations that more than one statement reads stand
// in its tables; everything between two of them is one statement, rendered by
// internal/sqlgen, whose result is handed out chunk by chunk while it is computed.
package duckdb

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/engine"
	"kickoff/internal/sqlgen"
)

// Engine opens sessions on DuckDB.
type Engine struct{}

// Open starts a database in memory. It may read files of o.ReadDirs and write
// below o.TempDir, and nothing else; extensions are not loaded.
func (Engine) Open(ctx context.Context, o engine.Options) (engine.Session, error) {
	s, err := newSession()
	if err != nil {
		return nil, err
	}
	if err := s.setUp(ctx, o); err != nil {
		s.Close()
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return s, nil
}

// newSession opens a database with all that does not depend on the run.
func newSession() (*session, error) {
	d, err := open()
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	s := &session{db: d, tables: make(map[string]bool), rows: make(map[string]*rows)}
	if s.conn, err = d.connect(); err != nil {
		d.close()
		return nil, err
	}
	if err := s.register(); err != nil {
		s.Close()
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return s, nil
}

type database struct {
	db bindings.Database
	// binding is the statement that is being planned.
	binding *statement
	threads int          // that it works with
	most    int          // that it may
	streams atomic.Int32 // that are open
}

func open() (*database, error) {
	var config bindings.Config
	if bindings.CreateConfig(&config) == bindings.StateError {
		return nil, errors.New("cannot make a configuration")
	}
	defer bindings.DestroyConfig(&config)
	threads := runtime.GOMAXPROCS(0)
	settings := [][2]string{
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"allow_community_extensions", "false"},
		{"default_null_order", "nulls_first"},
		{"threads", strconv.Itoa(threads)},
		{"allowed_configs", "['threads']"}, // whose number changes with what is run
		// The first computes a window over a whole partition by reading the input twice:
		// what is random would differ, and what is counted or handed over would not be
		// there. The second makes a join of an IN of several values, and DuckDB keeps no
		// order where there is a join.
		{"disabled_optimizers", "window_self_join,in_clause"},
	}
	for _, s := range settings {
		if bindings.SetConfig(config, s[0], s[1]) == bindings.StateError {
			return nil, fmt.Errorf("the setting %s does not take %q", s[0], s[1])
		}
	}
	d := &database{threads: threads, most: threads}
	var msg string
	if bindings.OpenExt(":memory:", &d.db, config, &msg) == bindings.StateError {
		return nil, errors.New(msg)
	}
	return d, nil
}

func (d *database) close() { bindings.Close(&d.db) }

// setUp gives the session its run, and closes the database to the outside.
func (s *session) setUp(ctx context.Context, o engine.Options) error {
	s.begin(o)
	var dirs []string
	for _, d := range s.options.ReadDirs {
		dirs = append(dirs, sqlgen.Text(d))
	}
	if s.options.TempDir != "" {
		dirs = append(dirs, sqlgen.Text(s.options.TempDir))
	}
	// Without a folder DuckDB would spill beside the working directory.
	statements := []string{"SET temp_directory = " + sqlgen.Text(s.options.TempDir)}
	threads := s.options.Threads
	if s.options.Seed != 0 {
		threads = 1 // with several, which record draws which number is chance
	}
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	if s.db.most = threads; threads != s.db.threads {
		statements = append(statements, setThreads(threads))
		s.db.threads = threads
	}
	if s.options.Memory > 0 {
		statements = append(statements, fmt.Sprintf("SET memory_limit = '%dB'", s.options.Memory))
	}
	if len(dirs) > 0 {
		statements = append(statements, "SET allowed_directories = ["+strings.Join(dirs, ", ")+"]")
	}
	statements = append(statements,
		"SET enable_external_access = false",
		"SET lock_configuration = true")
	if s.options.Seed != 0 {
		statements = append(statements, "SELECT setseed("+sqlgen.Double(float64(s.options.Seed%1_000_003)/1_000_003)+")")
	}
	_, err := s.conn.exec(ctx, strings.Join(statements, ";\n"))
	return err
}
