package cli

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"kickoff/gallery"
	"kickoff/internal/account"
)

// dataFlags are those of the commands that work on a data folder or, without
// one, over the API.
type dataFlags struct{ data, masterKey string }

func (f *dataFlags) add(cmd *cobra.Command) {
	cmd.PersistentFlags().StringVar(&f.data, "data", "", "data `folder` of a gallery on this machine (default: over the API, with a curator's profile)")
	cmd.PersistentFlags().StringVar(&f.masterKey, "master-key-file", "", "`file` of the master key (default: master.key in the data folder; KICKOFF_MASTER_KEY beats it)")
}

// accounts opens what the flags name. The closer is to be closed.
func (a *app) accounts(ctx context.Context, f *dataFlags) (Accounts, io.Closer, error) {
	if f.data != "" {
		if a.OpenAccounts == nil {
			return nil, nil, errNoServer()
		}
		return a.OpenAccounts(ctx, f.data, f.masterKey)
	}
	c, err := a.gallery()
	if err != nil {
		return nil, nil, err
	}
	return remoteAccounts{c}, io.NopCloser(nil), nil
}

// remoteAccounts are the accounts of a Kickoff gallery over its API.
type remoteAccounts struct{ c *gallery.Client }

func (r remoteAccounts) Users(ctx context.Context) (out []account.User, err error) {
	err = r.c.Call(ctx, http.MethodGet, "kickoff/v1/users/", nil, &out)
	return out, err
}

func (r remoteAccounts) CreateUser(ctx context.Context, req account.UserRequest) (out account.User, err error) {
	err = r.c.Call(ctx, http.MethodPost, "kickoff/v1/users/", req, &out)
	return out, err
}

func (r remoteAccounts) Keys(ctx context.Context) (out []account.Key, err error) {
	err = r.c.Call(ctx, http.MethodGet, "kickoff/v1/keys/", nil, &out)
	return out, err
}

func (r remoteAccounts) CreateKey(ctx context.Context, req account.KeyRequest) (out account.Key, err error) {
	err = r.c.Call(ctx, http.MethodPost, "kickoff/v1/keys/", req, &out)
	return out, err
}

func (r remoteAccounts) Revoke(ctx context.Context, name string) error {
	return r.c.Call(ctx, http.MethodDelete, "kickoff/v1/keys/"+url.PathEscape(name)+"/", nil, nil)
}
