package cli

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/internal/profile"
	"kickoff/oauth1"
)

func newSignCmd(a *app) *cobra.Command {
	var header, explain bool
	cmd := &cobra.Command{
		Use:   "sign METHOD URL",
		Short: "Sign a request (OAuth 1.0a) and print the signed URL or header",
		Long: `Sign a request with HMAC-SHA1 and print the signed URL, or with --header the
Authorization header. URL is a whole address with its query, or a path below
the profile's address, such as v1/workflows/subscription/?limit=5. A signature
is good for one request with exactly this method and URL, for a few minutes.

--explain also shows the base string that was signed and the form of the
signing key, never the secret itself.`,
		Example: `  curl "$(kickoff sign GET v1/workflows/subscription/)"
  curl -H "$(kickoff sign --header GET v1/jobs/5bc7e0f2a1b94d33c8f0a611/)" https://host/gallery/api/v1/jobs/5bc7e0f2a1b94d33c8f0a611/`,
		Args: args(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, args []string) error { return a.sign(args[0], args[1], header, explain) },
	}
	cmd.Flags().BoolVar(&header, "header", false, "print the Authorization header instead of the signed URL")
	cmd.Flags().BoolVar(&explain, "explain", false, "show base string and key form too")
	return cmd
}

func (a *app) sign(method, target string, header, explain bool) error {
	method = strings.ToUpper(method)
	if strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || method == "" {
		return usageError("write GET, POST, PUT or DELETE", "%q is no method", method)
	}
	whole := strings.Contains(target, "://")
	c, err := a.signingConnection(target, whole)
	if err != nil {
		return err
	}
	if !whole {
		target = c.URL + "/" + strings.TrimLeft(target, "/")
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return usageError("write it like https://host/gallery/api/v1/workflows/subscription/", "the URL cannot be parsed")
	}
	signed, err := c.Signer().Sign(oauth1.Request{
		Method: method, Scheme: strings.ToLower(u.Scheme), Host: u.Host, Path: u.EscapedPath(), Query: u.RawQuery,
	})
	if err != nil {
		return usageError("", "sign: %w", err)
	}
	s := *u
	s.Fragment, s.User, s.RawQuery = "", nil, signed.Query
	if a.json {
		out := map[string]string{"method": method, "url": s.String(), "authorization": signed.Header}
		if explain {
			out["baseString"], out["keyForm"] = signed.Base, keyForm(c.Secret)
		}
		return a.writeJSON(out)
	}
	if explain {
		fmt.Fprintf(a.Err, "base string: %s\nsigning key: %s\n", signed.Base, keyForm(c.Secret))
	}
	if header {
		_, err = fmt.Fprintf(a.Out, "Authorization: %s\n", signed.Header)
	} else {
		_, err = fmt.Fprintln(a.Out, s.String())
	}
	return err
}

// signingConnection is the connection whose key signs. A whole URL needs no
// address besides, so key and secret from the environment are enough for it.
func (a *app) signingConnection(target string, whole bool) (profile.Connection, error) {
	if key, secret := a.Getenv(profile.EnvKey), a.Getenv(profile.EnvSecret); whole && key != "" && secret != "" {
		var c profile.Connection
		c.Key, c.Secret = key, secret
		return c, nil
	}
	c, err := a.connection()
	if err == nil && c.Auth == profile.OAuth2 {
		err = withHint(fmt.Errorf("profile %q uses OAuth 2, which signs nothing", c.Name),
			"send 'Authorization: Bearer TOKEN'; 'kickoff proxy' does it for you")
	}
	return c, err
}

// keyForm says what the HMAC is keyed with, without the secret.
func keyForm(secret string) string {
	form := fmt.Sprintf("the secret (%d characters), then '&' and nothing, as there is no token", len(secret))
	if oauth1.Encode(secret) != secret {
		form = fmt.Sprintf("the secret (%d characters, of which some are percent-encoded first), then '&' and nothing, as there is no token", len(secret))
	}
	return form
}
