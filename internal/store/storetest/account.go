package storetest

import (
	"testing"
	"time"

	"kickoff/internal/store"
)

func testInit(t *testing.T, b *bundle) {
	err := b.s.Init(b.ctx, store.Studio{ID: store.NewID()}, store.User{ID: store.NewID(), Email: "x@example.com"}, store.Key{ID: store.NewID(), Consumer: "K"})
	wantErr(t, "second Init", err, store.ErrExists)
	if l, err := b.s.Studios(b.ctx); err != nil || len(l) != 1 {
		t.Errorf("second Init left %v, %v", l, err)
	}
}

func testAccounts(t *testing.T, b *bundle) {
	u, err := b.s.User(b.ctx, b.user.ID)
	wantErr(t, "User", err, nil)
	wantSame(t, "User", u, b.user)
	u, err = b.s.UserByEmail(b.ctx, "ADA@EXAMPLE.COM")
	wantErr(t, "UserByEmail", err, nil)
	wantSame(t, "UserByEmail", u, b.user)
	_, err = b.s.User(b.ctx, store.NewID())
	wantErr(t, "unknown user", err, store.ErrNotFound)
	_, err = b.s.UserByEmail(b.ctx, "nobody@example.com")
	wantErr(t, "unknown e-mail", err, store.ErrNotFound)

	same := b.user
	same.ID, same.Email = store.NewID(), "ada@EXAMPLE.com"
	wantErr(t, "same e-mail", b.s.AddUser(b.ctx, same), store.ErrExists)
	lost := b.user
	lost.ID, lost.Email, lost.StudioID = store.NewID(), "b@example.com", store.NewID()
	wantErr(t, "user of no studio", b.s.AddUser(b.ctx, lost), store.ErrNotFound)

	other := store.Studio{ID: store.NewID(), Name: "Audit", CreatedAt: b.now}
	wantErr(t, "AddStudio", b.s.AddStudio(b.ctx, other), nil)
	wantErr(t, "AddStudio again", b.s.AddStudio(b.ctx, other), store.ErrExists)
	second := store.User{ID: store.NewID(), StudioID: other.ID, Email: "aa@example.com", Role: store.Viewer, CreatedAt: b.now}
	wantErr(t, "AddUser", b.s.AddUser(b.ctx, second), nil)

	studios, err := b.s.Studios(b.ctx)
	wantErr(t, "Studios", err, nil)
	wantSame(t, "Studios", studios, []store.Studio{other, b.studio})
	users, err := b.s.Users(b.ctx)
	wantErr(t, "Users", err, nil)
	wantSame(t, "Users", users, []store.User{second, b.user})
	st, err := b.s.Studio(b.ctx, other.ID)
	wantErr(t, "Studio", err, nil)
	wantSame(t, "Studio", st, other)
	_, err = b.s.Studio(b.ctx, store.NewID())
	wantErr(t, "unknown studio", err, store.ErrNotFound)
}

func testKeys(t *testing.T, b *bundle) {
	k, err := b.s.KeyByConsumer(b.ctx, "KEY1")
	wantErr(t, "KeyByConsumer", err, nil)
	wantSame(t, "KeyByConsumer", k, b.key)
	for _, unknown := range []string{"key1", "KEY1 ", "KEY", "", "KEY1\x00", "' or 1=1 --", "KEY\xff"} {
		_, err = b.s.KeyByConsumer(b.ctx, unknown)
		wantErr(t, "KeyByConsumer "+unknown, err, store.ErrNotFound)
	}

	studioKey := store.Key{ID: store.NewID(), Consumer: "KEY2", Sealed: []byte("x"), StudioID: b.studio.ID, CreatedAt: b.now.Add(time.Second)}
	wantErr(t, "AddKey", b.s.AddKey(b.ctx, studioKey), nil)
	dup := studioKey
	dup.ID = store.NewID()
	wantErr(t, "same consumer", b.s.AddKey(b.ctx, dup), store.ErrExists)

	at := b.now.Add(time.Hour)
	wantErr(t, "RevokeKey", b.s.RevokeKey(b.ctx, studioKey.ID, at), nil)
	wantErr(t, "RevokeKey again", b.s.RevokeKey(b.ctx, studioKey.ID, at.Add(time.Hour)), nil)
	wantErr(t, "RevokeKey unknown", b.s.RevokeKey(b.ctx, store.NewID(), at), store.ErrNotFound)
	studioKey.RevokedAt = at
	k, err = b.s.Key(b.ctx, studioKey.ID)
	wantErr(t, "Key", err, nil)
	wantSame(t, "revoked key", k, studioKey)
	all, err := b.s.Keys(b.ctx)
	wantErr(t, "Keys", err, nil)
	wantSame(t, "Keys", all, []store.Key{b.key, studioKey})
}

func testTokens(t *testing.T, b *bundle) {
	live := store.Token{Hash: "aa", KeyID: b.key.ID, ExpiresAt: b.now.Add(time.Hour)}
	old := store.Token{Hash: "bb", KeyID: b.key.ID, ExpiresAt: b.now.Add(-time.Hour)}
	for _, tok := range []store.Token{live, old} {
		wantErr(t, "AddToken", b.s.AddToken(b.ctx, tok), nil)
	}
	wantErr(t, "token of no key", b.s.AddToken(b.ctx, store.Token{Hash: "cc", KeyID: store.NewID()}), store.ErrNotFound)
	got, err := b.s.Token(b.ctx, "bb")
	wantErr(t, "Token", err, nil)
	wantSame(t, "Token", got, old)
	wantErr(t, "DropTokens", b.s.DropTokens(b.ctx, b.now), nil)
	_, err = b.s.Token(b.ctx, "bb")
	wantErr(t, "dropped token", err, store.ErrNotFound)
	_, err = b.s.Token(b.ctx, "aa")
	wantErr(t, "live token", err, nil)

	wantErr(t, "RevokeKey", b.s.RevokeKey(b.ctx, b.key.ID, b.now), nil)
	_, err = b.s.Token(b.ctx, "aa")
	wantErr(t, "token of a revoked key", err, store.ErrNotFound)
	wantErr(t, "new token of a revoked key", b.s.AddToken(b.ctx, live), store.ErrState)
}

func testRevision(t *testing.T, b *bundle) {
	last := int64(-1)
	step := func(what string, change bool, err error) {
		t.Helper()
		wantErr(t, what, err, nil)
		n, err := b.s.Revision(b.ctx)
		wantErr(t, "Revision", err, nil)
		if (n != last) != change {
			t.Errorf("after %s: revision %d, before %d", what, n, last)
		}
		last = n
	}
	step("Init", true, nil)
	step("nothing", false, nil)
	step("AddStudio", true, b.s.AddStudio(b.ctx, store.Studio{ID: store.NewID(), Name: "x"}))
	step("AddUser", true, b.s.AddUser(b.ctx, store.User{ID: store.NewID(), StudioID: b.studio.ID, Email: "x@example.com"}))
	step("AddKey", true, b.s.AddKey(b.ctx, store.Key{ID: store.NewID(), Consumer: "K2", Sealed: []byte("x"), StudioID: b.studio.ID}))
	step("RevokeKey", true, b.s.RevokeKey(b.ctx, b.key.ID, b.now))
}
