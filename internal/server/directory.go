package server

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"kickoff/internal/secret"
	"kickoff/internal/store"
	"kickoff/oauth1"
)

// directory is a copy in memory of the keys and their users, so that checking
// a request asks no database, and an unknown key costs what a known one does.
//
// It is renewed when the store's revision has changed, which is looked at once
// per freshness, and at once after a change that this process made.
type directory struct {
	store   store.Accounts
	secrets *secret.Box
	now     func() time.Time

	current atomic.Pointer[entries]
	mu      sync.Mutex // of renewing
}

// freshness is how long a key that another process revoked may still be taken.
const freshness = 500 * time.Millisecond

type entries struct {
	revision int64
	checked  atomic.Int64 // unix nanoseconds
	keys     map[string]*entry
}

// entry is a key that may be used.
type entry struct {
	caller
	once    sync.Once   // prepares the key when it is first used
	ready   atomic.Bool // once has run and found no error
	secret  string
	signing *oauth1.Key
	err     error
}

// Key implements oauth1.KeySource.
func (d *directory) Key(ctx context.Context, consumer, token string) (*oauth1.Key, error) {
	e, err := d.find(ctx, consumer)
	if err != nil {
		return nil, err
	}
	if e == nil || token != "" { // galleries know no tokens in OAuth 1
		return nil, oauth1.ErrUnknownKey
	}
	if err := d.prepare(e); err != nil {
		return nil, err
	}
	return e.signing, nil
}

// find returns the entry of a consumer key, or nil when there is none that may
// be used.
func (d *directory) find(ctx context.Context, consumer string) (*entry, error) {
	c := d.current.Load()
	if c == nil || d.now().UnixNano()-c.checked.Load() > int64(freshness) {
		var err error
		if c, err = d.renew(ctx); err != nil {
			return nil, err
		}
	}
	return c.keys[consumer], nil
}

func (d *directory) prepare(e *entry) error {
	e.once.Do(func() {
		if e.secret, e.err = d.secrets.Open(e.key.Sealed, e.key.Consumer); e.err == nil {
			e.signing = oauth1.NewKey(oauth1.Credentials{ConsumerKey: e.key.Consumer, ConsumerSecret: e.secret})
			e.ready.Store(true)
		} else {
			e.err = fmt.Errorf("open the secret of key %s: %w", e.key.Consumer, e.err)
		}
	})
	return e.err
}

// forget makes the next request look at the store.
func (d *directory) forget() {
	if c := d.current.Load(); c != nil {
		c.checked.Store(0)
	}
}

func (d *directory) renew(ctx context.Context) (*entries, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	old := d.current.Load()
	if old != nil && d.now().UnixNano()-old.checked.Load() <= int64(freshness) {
		return old, nil // another request was faster
	}
	// Not the request's context: the others wait for the result too.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	began := d.now().UnixNano()
	revision, err := d.store.Revision(ctx)
	if err != nil {
		return nil, err
	}
	if old != nil && old.revision == revision {
		old.checked.Store(began)
		return old, nil
	}
	c, err := d.load(ctx, old)
	if err != nil {
		return nil, err
	}
	// The revision from before the rows were read: a change in between is seen
	// next time.
	c.revision = revision
	c.checked.Store(began)
	d.current.Store(c)
	return c, nil
}

func (d *directory) load(ctx context.Context, old *entries) (*entries, error) {
	keys, err := d.store.Keys(ctx)
	if err != nil {
		return nil, err
	}
	list, err := d.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	users := make(map[store.ID]store.User, len(list))
	for _, u := range list {
		users[u.ID] = u
	}
	c := &entries{keys: make(map[string]*entry, len(keys))}
	for _, k := range keys {
		e := &entry{caller: caller{key: k, studio: k.StudioID, submitter: k.StudioID, role: store.Member}}
		if k.UserID != "" {
			u, ok := users[k.UserID]
			if !ok || !u.Active {
				continue
			}
			e.user, e.submitter, e.role, e.studio = u, u.ID, u.Role, u.StudioID
		}
		if k.Revoked() || e.role < store.Viewer {
			continue
		}
		if old != nil { // keep what was prepared: a secret never changes
			if o := old.keys[k.Consumer]; o != nil && o.key.ID == k.ID && o.ready.Load() {
				e.once.Do(func() { e.secret, e.signing = o.secret, o.signing; e.ready.Store(true) })
			}
		}
		c.keys[k.Consumer] = e
	}
	return c, nil
}

// maxOwned bounds how many other keys of an owner are tried in an explanation.
const maxOwned = 4

// ofOwner finds other keys of the owner of a key, prepared.
func (d *directory) ofOwner(e *entry) []*entry {
	var out []*entry
	for _, o := range d.current.Load().keys {
		if o != e && o.submitter == e.submitter && len(out) < maxOwned && d.prepare(o) == nil {
			out = append(out, o)
		}
	}
	return out
}
