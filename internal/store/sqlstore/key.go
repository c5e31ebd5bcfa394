package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"kickoff/internal/store"
)

type keyRow struct {
	bun.BaseModel `bun:"table:api_keys"`
	ID            string `bun:",pk"`
	Consumer      string
	Sealed        []byte
	StudioID      string
	UserID        string `bun:",nullzero"`
	Label         string
	CreatedAt     int64
	RevokedAt     int64
}

func newKeyRow(k store.Key) *keyRow {
	return &keyRow{
		ID: string(k.ID), Consumer: k.Consumer, Sealed: k.Sealed, StudioID: string(k.StudioID), UserID: string(k.UserID),
		Label: clean(k.Label), CreatedAt: nanos(k.CreatedAt), RevokedAt: nanos(k.RevokedAt),
	}
}

func (r keyRow) key() store.Key {
	return store.Key{
		ID: store.ID(r.ID), Consumer: r.Consumer, Sealed: r.Sealed, StudioID: store.ID(r.StudioID), UserID: store.ID(r.UserID),
		Label: r.Label, CreatedAt: fromNanos(r.CreatedAt), RevokedAt: fromNanos(r.RevokedAt),
	}
}

type tokenRow struct {
	bun.BaseModel `bun:"table:tokens"`
	Hash          string `bun:",pk"`
	KeyID         string
	ExpiresAt     int64
}

// AddKey implements store.Accounts.
func (db *DB) AddKey(ctx context.Context, k store.Key) error {
	return db.insert(ctx, "add key", newKeyRow(k))
}

// KeyByConsumer implements store.Accounts.
func (db *DB) KeyByConsumer(ctx context.Context, consumer string) (store.Key, error) {
	if strings.ContainsRune(consumer, 0) { // no key has one, and no database takes one
		return store.Key{}, fmt.Errorf("key %.40q: %w", consumer, store.ErrNotFound)
	}
	return db.keyWhere(ctx, fmt.Sprintf("key %.40q", consumer), "consumer = ?", consumer)
}

// Key implements store.Accounts.
func (db *DB) Key(ctx context.Context, id store.ID) (store.Key, error) {
	return db.keyWhere(ctx, "key "+string(id), "id = ?", string(id))
}

func (db *DB) keyWhere(ctx context.Context, what, where, arg string) (store.Key, error) {
	var r keyRow
	if err := db.Read.NewSelect().Model(&r).Where(where, arg).Scan(ctx); err != nil {
		return store.Key{}, db.fail(what, err)
	}
	return r.key(), nil
}

// Keys implements store.Accounts.
func (db *DB) Keys(ctx context.Context) ([]store.Key, error) {
	var rows []keyRow
	if err := db.Read.NewSelect().Model(&rows).Order("created_at", "id").Scan(ctx); err != nil {
		return nil, db.fail("list keys", err)
	}
	out := make([]store.Key, len(rows))
	for i, r := range rows {
		out[i] = r.key()
	}
	return out, nil
}

// RevokeKey implements store.Accounts.
func (db *DB) RevokeKey(ctx context.Context, id store.ID, at time.Time) error {
	return db.write(ctx, "revoke key "+string(id), func(ctx context.Context, tx bun.IDB) error {
		r, err := tx.NewUpdate().Model((*keyRow)(nil)).
			Set("revoked_at = case when revoked_at = 0 then ? else revoked_at end", nanos(at)).
			Where("id = ?", string(id)).Exec(ctx)
		if err := mustAffect(r, err, store.ErrNotFound); err != nil {
			return err
		}
		if _, err = tx.NewDelete().Model((*tokenRow)(nil)).Where("key_id = ?", string(id)).Exec(ctx); err != nil {
			return err
		}
		return revise(ctx, tx)
	})
}

// AddToken implements store.Accounts. A token of a revoked key is refused:
// the key may have been revoked while the token was being made.
func (db *DB) AddToken(ctx context.Context, t store.Token) error {
	return db.write(ctx, "add token", func(ctx context.Context, tx bun.IDB) error {
		var k keyRow
		if err := tx.NewSelect().Model(&k).Where("id = ?", string(t.KeyID)).Scan(ctx); err != nil {
			return err
		}
		if k.RevokedAt != 0 {
			return fmt.Errorf("key is revoked: %w", store.ErrState)
		}
		_, err := tx.NewInsert().Model(&tokenRow{Hash: t.Hash, KeyID: string(t.KeyID), ExpiresAt: nanos(t.ExpiresAt)}).Exec(ctx)
		return err
	})
}

// Token implements store.Accounts.
func (db *DB) Token(ctx context.Context, hash string) (store.Token, error) {
	var r tokenRow
	if err := db.Read.NewSelect().Model(&r).Where("hash = ?", clean(hash)).Scan(ctx); err != nil {
		return store.Token{}, db.fail("token", err)
	}
	return store.Token{Hash: r.Hash, KeyID: store.ID(r.KeyID), ExpiresAt: fromNanos(r.ExpiresAt)}, nil
}
