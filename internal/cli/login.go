package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/gallery"
	"kickoff/internal/doctor"
	"kickoff/internal/profile"
)

type loginOptions struct {
	key, auth string
	stdin     bool
	unchecked bool
}

func newLoginCmd(a *app) *cobra.Command {
	var o loginOptions
	cmd := &cobra.Command{
		Use:   "login [URL]",
		Short: "Store how to reach a gallery, after trying it",
		Long: `Store a gallery's address, a key and its secret as a profile, after trying
them. The address may be that of the gallery, with or without /gallery, /api
or /webapi; whether the gallery signs requests (OAuth 1) or gives tokens
(OAuth 2) is found out.

The secret is asked for on the terminal, or comes from KICKOFF_SECRET or
standard input, never from an argument. It is stored in the system's keyring
or, where there is none, in a file that only you may read.`,
		Example: `  kickoff login https://host/gallery --key 8DA3C9A7E88FD2E
  pass kickoff | kickoff login https://host/webapi --key 8DA3C9A7E88FD2E --secret-stdin
  kickoff login http://127.0.0.1:8080/gallery --profile local`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			address := a.Getenv(profile.EnvURL)
			if len(args) == 1 {
				address = args[0]
			}
			return a.login(cmd.Context(), address, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.key, "key", "", "the key's id (not its secret); asked for where it is missing")
	f.StringVar(&o.auth, "auth", "", "oauth1 or oauth2, where the gallery speaks both")
	f.BoolVar(&o.stdin, "secret-stdin", false, "read the secret from standard input")
	f.BoolVar(&o.unchecked, "no-check", false, "store without trying")
	completeWith(cmd, "auth", "oauth1", "oauth2")
	return cmd
}

func (a *app) login(ctx context.Context, address string, o loginOptions) error {
	name := a.profileToUse()
	if err := profile.CheckName(name); err != nil {
		return usageError("", "--profile: %w", err)
	}
	if o.auth != "" && o.auth != string(profile.OAuth1) && o.auth != string(profile.OAuth2) {
		return usageError("", "--auth is %q: oauth1 or oauth2", o.auth)
	}
	c, err := a.credentials(address, o)
	if err != nil {
		return err
	}
	c.Name = name
	if err := a.settleAuth(ctx, &c, o); err != nil {
		return err
	}
	if c.Auth == profile.OAuth2 && plainText(c.URL) {
		return withHint(errors.New("with OAuth 2 the secret itself is sent, and this address is not encrypted"),
			"use the https:// address, or OAuth 1 (--auth oauth1), which sends no secret")
	}
	if !o.unchecked {
		if err := a.tryOut(ctx, c); err != nil {
			return fmt.Errorf("nothing is stored: %w", err)
		}
	}
	p, err := a.Profiles.Save(c.Profile, c.Secret)
	if err != nil {
		return fmt.Errorf("store the profile: %w", err)
	}
	if a.json {
		return a.writeJSON(p)
	}
	place := "the keyring"
	if p.Place == profile.InFile {
		place = "a file that only you may read"
	}
	_, err = fmt.Fprintf(a.Err, "profile %q: %s with key %s (%s); the secret is in %s\n", p.Name, p.URL, shortKey(p.Key), p.Auth, place)
	return err
}

// profileToUse is the profile named by flag or environment, else the default one.
func (a *app) profileToUse() string {
	for _, name := range []string{a.profileName, a.Getenv(profile.EnvProfile)} {
		if name != "" {
			return name
		}
	}
	return profile.Default
}

// credentials collects address, key and secret from arguments, environment,
// standard input and the terminal.
func (a *app) credentials(address string, o loginOptions) (profile.Connection, error) {
	var c profile.Connection
	in := bufio.NewReader(a.In)
	ask := func(prompt, missing string) (string, error) {
		if a.ReadSecret == nil || o.stdin { // no terminal to ask on, or it is not for this
			return "", usageError("see 'kickoff login --help'", "%s", missing)
		}
		fmt.Fprint(a.Err, prompt)
		line, err := in.ReadString('\n')
		if err != nil && line == "" {
			return "", fmt.Errorf("read the terminal: %w", err)
		}
		return strings.TrimSpace(line), nil
	}
	var err error
	if address == "" {
		if address, err = ask("Address of the gallery: ", "no address is given"); err != nil {
			return c, err
		}
	}
	base, err := gallery.ParseBase(address)
	if err != nil {
		return c, usageError("write it like https://host/gallery", "%w", err)
	}
	c.URL = base.String()
	c.Key = o.key
	if c.Key == "" {
		c.Key = a.Getenv(profile.EnvKey)
	}
	if c.Key == "" {
		if c.Key, err = ask("Key: ", "no key is given (--key)"); err != nil {
			return c, err
		}
	}
	switch {
	case o.stdin:
		var line string
		line, err = in.ReadString('\n')
		if err == io.EOF {
			err = nil
		}
		c.Secret = strings.TrimRight(line, "\r\n")
	case a.Getenv(profile.EnvSecret) != "":
		c.Secret = a.Getenv(profile.EnvSecret)
	case a.ReadSecret != nil:
		c.Secret, err = a.ReadSecret("Secret: ")
	default:
		return c, usageError("set KICKOFF_SECRET, or use --secret-stdin", "there is no terminal to ask for the secret on")
	}
	if err != nil {
		return c, fmt.Errorf("read the secret: %w", err)
	}
	if c.Key = strings.TrimSpace(c.Key); c.Key == "" {
		return c, usageError("", "the key is empty")
	}
	if c.Secret == "" {
		return c, usageError("", "the secret is empty")
	}
	if strings.TrimSpace(c.Secret) != c.Secret {
		// Pasted blanks are a common cause of wrong signatures.
		fmt.Fprintln(a.Err, "note: a blank before or after the secret was dropped")
		c.Secret = strings.TrimSpace(c.Secret)
	}
	return c, nil
}

// settleAuth finds out which era the gallery speaks, and where it does so.
func (a *app) settleAuth(ctx context.Context, c *profile.Connection, o loginOptions) error {
	if o.unchecked {
		c.Auth = profile.AuthOf(c.URL)
		if o.auth != "" {
			c.Auth = profile.Auth(o.auth)
		}
		return nil
	}
	eras, err := doctor.Eras(ctx, a.Transport, c.URL)
	if err != nil {
		return err
	}
	for _, e := range eras {
		if o.auth == "" || string(e.Auth) == o.auth {
			c.URL, c.Auth = e.URL, profile.Auth(e.Auth)
			return nil
		}
	}
	if o.auth != "" && len(eras) > 0 {
		return withHint(fmt.Errorf("%s does not speak %s", c.URL, o.auth), fmt.Sprintf("it speaks %s", eras[0].Auth))
	}
	return withHint(fmt.Errorf("there is no gallery at %s", c.URL),
		"give the address at which the gallery opens in a browser; 'kickoff doctor URL' looks closer")
}

// tryOut makes one call that needs the key and its secret.
func (a *app) tryOut(ctx context.Context, c profile.Connection) error {
	g, err := a.client(c)
	if err != nil {
		return err
	}
	for _, err := range g.Workflows(ctx, gallery.ListOptions{Limit: 1}) {
		return err
	}
	return nil
}

// plainText reports whether an address sends what it is given over a network
// as it is: not https, and not this machine.
func plainText(address string) bool {
	u, err := url.Parse(address)
	return err != nil || u.Scheme != "https" && !doctor.IsLoopback(u.Hostname())
}

// shortKey is enough of a key to know it by.
func shortKey(key string) string {
	if len(key) > 12 {
		return key[:8] + "…"
	}
	return key
}

func newLogoutCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: "Forget a profile and its secret",
		Args:  args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			name := a.profileToUse()
			if err := a.Profiles.Delete(name); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.Err, "profile %q is forgotten\n", name)
			return err
		},
	}
}
