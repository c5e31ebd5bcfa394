package cli

import (
	"context"
	"fmt"
	"io"

	"kickoff/internal/account"
	"kickoff/internal/config"
)

// GalleryOptions say how a gallery is started.
type GalleryOptions struct {
	Config config.Server
	Quiet  bool // no log but errors, and no notice of the first key
}

// Gallery is a running gallery.
type Gallery interface {
	// Login is the first curator's, made by the first start with this data;
	// its Secret is empty at later starts.
	Login() Login
	// Wait returns when the gallery has stopped, with the reason if it failed.
	Wait() error
	// Close stops it: no new requests, running jobs get their grace period.
	Close() error
}

// Login is what a client needs to sign in to a gallery. URL ends in /gallery.
type Login struct{ URL, Key, Secret, Email string }

// Accounts makes and lists users and keys: on a data folder, or over the API.
type Accounts interface {
	Users(ctx context.Context) ([]account.User, error)
	CreateUser(ctx context.Context, r account.UserRequest) (account.User, error)
	Keys(ctx context.Context) ([]account.Key, error)
	CreateKey(ctx context.Context, r account.KeyRequest) (account.Key, error)
	Revoke(ctx context.Context, name string) error
}

// OpenAccounts opens a data folder for Accounts. The gallery may be running.
type OpenAccounts func(ctx context.Context, data, masterKeyFile string) (Accounts, io.Closer, error)

func errNoServer() error {
	return withHint(fmt.Errorf("this is the client: it was built without the engine and the server"), "take the full binary for Linux, or build with CGO_ENABLED=1")
}
