// Package sqlstore is the store over SQL, for any dialect that bun speaks: the
// rows, and the queries that read and write them. A backend (package sqlite)
// opens the database, runs its own migrations and says how a write is
// committed; everything else is here, once.
package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"kickoff/internal/store"
)

// DB implements all of store.Store but Close.
type DB struct {
	// Read runs queries that change nothing.
	Read bun.IDB
	// Write runs f in a transaction and returns when it is durable. When f
	// fails, nothing of it stays. f may be run once only, must use the given
	// tx and context alone, and is never run beside another f.
	Write func(ctx context.Context, f func(ctx context.Context, tx bun.IDB) error) error
	// Translate turns the driver's errors into store.ErrExists (a unique
	// value is taken), store.ErrNotFound (a row referred to is not there) and
	// store.ErrNoSpace, wrapped; others stay as they are.
	Translate func(error) error
}

// Ping implements store.Store.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.Read.NewSelect().ColumnExpr("1").Scan(ctx, &one); err != nil {
		return fmt.Errorf("ping store: %w", db.Translate(err))
	}
	return nil
}

// write runs f and says in its error what was being done.
func (db *DB) write(ctx context.Context, what string, f func(ctx context.Context, tx bun.IDB) error) error {
	if err := db.Write(ctx, f); err != nil {
		return db.fail(what, err)
	}
	return nil
}

func (db *DB) fail(what string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	return fmt.Errorf("%s: %w", what, db.Translate(err))
}

// mustAffect turns an update that met no row into the given error.
func mustAffect(r sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return none
	}
	return nil
}

// nanos is the column form of a time: nanoseconds, 0 for the zero time.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanos(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// clean makes text fit for every database: none of them keeps a NUL in text.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "\uFFFD") }

// toJSON cannot fail for the types given to it: structs of strings and bools.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("marshal %T: %v", v, err))
	}
	return string(b)
}

func fromJSON(s string, v any) error {
	if err := json.Unmarshal([]byte(s), v); err != nil {
		return fmt.Errorf("damaged row: %w", err)
	}
	return nil
}

// likePattern finds part anywhere, taking its % and _ as they are.
func likePattern(part string) string {
	r := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	return "%" + r.Replace(clean(part)) + "%"
}
