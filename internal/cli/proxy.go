package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"kickoff/internal/doctor"
	"kickoff/internal/proxy"
)

// envProxyToken is the variable that holds the proxy's token.
const envProxyToken = "KICKOFF_PROXY_TOKEN"

type proxyOptions struct {
	listen string
	token  bool
	open   bool
	hosts  []string
	quiet  bool
}

func newProxyCmd(a *app) *cobra.Command {
	var o proxyOptions
	cmd := &cobra.Command{
		Use:   "proxy",
		Short: "Sign for programs that cannot: a local proxy to the gallery",
		Long: `Listen on this machine and pass requests on to the profile's gallery, signed
(OAuth 1) or with a token (OAuth 2). Programs call it without any signature:

  http://127.0.0.1:8484/v1/workflows/subscription/

It acts with your key for every program that reaches it. It listens on this
machine only, refuses requests that web pages of other sites make and names
that are not its own (--allow-host), and with --token takes only requests that
bring a token: as Authorization: Bearer, as the password of HTTP Basic, or as
X-Kickoff-Token. The token is that of KICKOFF_PROXY_TOKEN, or a new one that is
printed. On other addresses than this machine's own a token is needed, unless
--open lets everybody in.`,
		Example: `  kickoff proxy
  kickoff proxy --listen 127.0.0.1:9000 --profile production --token`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.proxy(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8484", "address and port (port 0: a free one)")
	f.BoolVar(&o.token, "token", false, "take only requests that bring the token")
	f.BoolVar(&o.open, "open", false, "let everybody in who reaches an address that others can reach")
	f.StringArrayVar(&o.hosts, "allow-host", nil, "another `name` by which the proxy may be called")
	f.BoolVar(&o.quiet, "quiet", false, "no line for each request")
	return cmd
}

func (a *app) proxy(ctx context.Context, o proxyOptions) error {
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return usageError("write it like 127.0.0.1:8484", "--listen: %w", err)
	}
	if !doctor.IsLoopback(host) && !o.token && !o.open {
		return usageError("add --token, or --open where that is meant",
			"on %s everybody who can reach this machine could use your key", o.listen)
	}
	c, err := a.connection()
	if err != nil {
		return err
	}
	target, err := url.Parse(c.URL)
	if err != nil {
		return fmt.Errorf("the profile's address: %w", err)
	}
	token := ""
	if o.token {
		if token = a.Getenv(envProxyToken); token == "" {
			token = rand.Text()
		}
	}
	cfg := proxy.Config{Target: target, Transport: c.Transport(a.Transport), Token: token, Hosts: o.hosts}
	if !o.quiet {
		cfg.Done = a.logRequest
	}
	h, err := proxy.New(cfg)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return withHint(fmt.Errorf("listen: %w", err), "choose another port with --listen, such as 127.0.0.1:0 for a free one")
	}
	if err := a.announce("http://"+l.Addr().String(), c.URL, token); err != nil {
		return err
	}
	return serveUntil(ctx, l, h)
}

// announce says on standard output where the proxy is, for people and scripts.
func (a *app) announce(address, target, token string) error {
	if a.json {
		return a.writeJSON(struct {
			URL    string `json:"url"`
			Target string `json:"target"`
			Token  string `json:"token,omitempty"`
		}{address, target, token})
	}
	fmt.Fprintf(a.Err, "signing for %s; stop with Ctrl-C\n", target)
	if token != "" && a.Getenv(envProxyToken) == "" {
		fmt.Fprintf(a.Err, "token: %s\n", token)
	}
	_, err := fmt.Fprintln(a.Out, address)
	return err
}

func (a *app) logRequest(r proxy.Answered) {
	line := fmt.Sprintf("%s %s %s %d %s", a.Now().Format("15:04:05"), printable(r.Method), printable(r.Path), r.Status, r.Took.Round(time.Millisecond))
	if r.Refused != "" {
		line += " refused: " + r.Refused
	}
	fmt.Fprintln(a.Err, line)
}

// serveUntil serves until ctx ends, then lets running requests finish for a moment.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Serve(l) }()
	select {
	case err := <-stopped:
		return fmt.Errorf("the proxy stopped: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		srv.Close() // downloads are cut off; their readers see it
	}
	if err := <-stopped; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
