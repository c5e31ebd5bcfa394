package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"kickoff/internal/config"
)

func newServeCmd(a *app) *cobra.Command {
	var cfg config.Server
	var file string
	var demo bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Be a gallery",
		Long: `Serve a gallery: its API below /gallery/api, /api and /webapi, with the data in
one folder. The first start makes a studio with its curator and shows the
curator's key and secret once (where there is no terminal, in the file
first-key.txt of the data folder).

Every flag is also a setting in the TOML file (public-url) and a variable in the
environment (KICKOFF_PUBLIC_URL). A flag beats the environment, which beats the
file.`,
		Example: `  kickoff serve
  kickoff serve --data /var/lib/kickoff --listen :8080 --public-url https://gallery.example.com
  kickoff serve --demo`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.StartGallery == nil {
				return errNoServer()
			}
			if err := cfg.Load(cmd.Flags(), a.Getenv, file); err != nil {
				return &codedError{err: err, code: exitUsage, hints: []string{"see 'kickoff serve --help' for the settings"}}
			}
			if demo && !cmd.Flags().Changed("data") {
				dir, err := os.MkdirTemp("", "kickoff-demo-")
				if err != nil {
					return fmt.Errorf("make a folder for the demo: %w", err)
				}
				defer os.RemoveAll(dir)
				cfg.Data = dir
			}
			return a.serve(cmd.Context(), cfg, demo)
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "TOML `file` with settings")
	cmd.Flags().BoolVar(&demo, "demo", false, "publish the examples and kick one off first, in a temporary data folder unless --data names one")
	cfg.Flags(cmd.Flags())
	return cmd
}

func (a *app) serve(ctx context.Context, cfg config.Server, demo bool) error {
	g, err := a.StartGallery(ctx, GalleryOptions{Config: cfg, Quiet: demo})
	if err != nil {
		return err
	}
	defer g.Close()
	if demo {
		l := g.Login()
		if l.Secret == "" {
			return withHint(errors.New("the demo needs a new gallery: this data folder has one, and its first key is not kept"), "leave --data out, or name an empty folder")
		}
		if err := a.demo(ctx, l); err != nil {
			return err
		}
		fmt.Fprintln(a.Err)
	}
	// Scripts wait for this line.
	if _, err := fmt.Fprintf(a.Err, "serving %s\n", g.Login().URL); err != nil {
		return err
	}
	return g.Wait()
}
