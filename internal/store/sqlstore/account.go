package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"kickoff/internal/store"
)

type studioRow struct {
	bun.BaseModel `bun:"table:studios"`
	ID            string `bun:",pk"`
	Name          string
	CreatedAt     int64
}

func newStudioRow(s store.Studio) *studioRow {
	return &studioRow{ID: string(s.ID), Name: clean(s.Name), CreatedAt: nanos(s.CreatedAt)}
}

func (r studioRow) studio() store.Studio {
	return store.Studio{ID: store.ID(r.ID), Name: r.Name, CreatedAt: fromNanos(r.CreatedAt)}
}

type userRow struct {
	bun.BaseModel `bun:"table:users"`
	ID            string `bun:",pk"`
	StudioID      string
	Email         string
	EmailKey      string
	FirstName     string
	LastName      string
	Role          int
	Active        bool
	CreatedAt     int64
}

func newUserRow(u store.User) *userRow {
	return &userRow{
		ID: string(u.ID), StudioID: string(u.StudioID), Email: clean(u.Email), EmailKey: emailKey(u.Email),
		FirstName: clean(u.FirstName), LastName: clean(u.LastName),
		Role: int(u.Role), Active: u.Active, CreatedAt: nanos(u.CreatedAt),
	}
}

func (r userRow) user() store.User {
	return store.User{
		ID: store.ID(r.ID), StudioID: store.ID(r.StudioID), Email: r.Email, FirstName: r.FirstName, LastName: r.LastName,
		Role: store.Role(r.Role), Active: r.Active, CreatedAt: fromNanos(r.CreatedAt),
	}
}

func emailKey(email string) string { return strings.ToLower(clean(strings.TrimSpace(email))) }

// Init implements store.Accounts.
func (db *DB) Init(ctx context.Context, s store.Studio, u store.User, k store.Key) error {
	return db.write(ctx, "set up gallery", func(ctx context.Context, tx bun.IDB) error {
		n, err := tx.NewSelect().Model((*userRow)(nil)).Count(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%d users: %w", n, store.ErrExists)
		}
		for _, row := range []any{newStudioRow(s), newUserRow(u), newKeyRow(k)} {
			if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
				return err
			}
		}
		return revise(ctx, tx)
	})
}

// AddStudio implements store.Accounts.
func (db *DB) AddStudio(ctx context.Context, s store.Studio) error {
	return db.insert(ctx, "add studio", newStudioRow(s))
}

// insert adds a studio, user or key.
func (db *DB) insert(ctx context.Context, what string, row any) error {
	return db.write(ctx, what, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		return revise(ctx, tx)
	})
}

// revise counts a change for Revision.
func revise(ctx context.Context, tx bun.IDB) error {
	_, err := tx.NewRaw("update revision set n = n + 1").Exec(ctx)
	return err
}

// Revision implements store.Accounts.
func (db *DB) Revision(ctx context.Context) (int64, error) {
	var n int64
	if err := db.Read.NewSelect().TableExpr("revision").Column("n").Scan(ctx, &n); err != nil {
		return 0, db.fail("revision", err)
	}
	return n, nil
}

// Studio implements store.Accounts.
func (db *DB) Studio(ctx context.Context, id store.ID) (store.Studio, error) {
	var r studioRow
	if err := db.Read.NewSelect().Model(&r).Where("id = ?", string(id)).Scan(ctx); err != nil {
		return store.Studio{}, db.fail("studio "+string(id), err)
	}
	return r.studio(), nil
}

// Studios implements store.Accounts.
func (db *DB) Studios(ctx context.Context) ([]store.Studio, error) {
	var rows []studioRow
	if err := db.Read.NewSelect().Model(&rows).Order("name", "id").Scan(ctx); err != nil {
		return nil, db.fail("list studios", err)
	}
	out := make([]store.Studio, len(rows))
	for i, r := range rows {
		out[i] = r.studio()
	}
	return out, nil
}

// AddUser implements store.Accounts.
func (db *DB) AddUser(ctx context.Context, u store.User) error {
	return db.insert(ctx, "add user", newUserRow(u))
}

// User implements store.Accounts.
func (db *DB) User(ctx context.Context, id store.ID) (store.User, error) {
	return db.userWhere(ctx, "user "+string(id), "id = ?", string(id))
}

// UserByEmail implements store.Accounts.
func (db *DB) UserByEmail(ctx context.Context, email string) (store.User, error) {
	return db.userWhere(ctx, fmt.Sprintf("user %.100q", email), "email_key = ?", emailKey(email))
}

func (db *DB) userWhere(ctx context.Context, what, where, arg string) (store.User, error) {
	var r userRow
	if err := db.Read.NewSelect().Model(&r).Where(where, arg).Scan(ctx); err != nil {
		return store.User{}, db.fail(what, err)
	}
	return r.user(), nil
}

// Users implements store.Accounts.
func (db *DB) Users(ctx context.Context) ([]store.User, error) {
	var rows []userRow
	if err := db.Read.NewSelect().Model(&rows).Order("email_key").Scan(ctx); err != nil {
		return nil, db.fail("list users", err)
	}
	out := make([]store.User, len(rows))
	for i, r := range rows {
		out[i] = r.user()
	}
	return out, nil
}

// DropTokens implements store.Accounts.
func (db *DB) DropTokens(ctx context.Context, before time.Time) error {
	return db.write(ctx, "drop expired tokens", func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewDelete().Model((*tokenRow)(nil)).Where("expires_at < ?", nanos(before)).Exec(ctx)
		return err
	})
}
