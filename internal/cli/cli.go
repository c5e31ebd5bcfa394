// Package cli is the command line: the root command, one file a command, and
// what they share. Commands see interfaces and the streams they are given;
// cmd/kickoff says what stands behind them.
package cli

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"kickoff/internal/engine"
	"kickoff/internal/job"
	"kickoff/internal/profile"
)

// Deps is what the commands work with. cmd/kickoff fills it; tests fill it with
// their own. Nothing here names a store, a queue or an engine.
type Deps struct {
	In       io.Reader
	Out, Err io.Writer
	// OutTTY and ErrTTY say whether a person reads the stream on a terminal.
	OutTTY, ErrTTY bool
	// ReadSecret asks on the terminal without echo; nil where there is no terminal to ask on.
	ReadSecret func(prompt string) (string, error)

	Getenv    func(string) string
	Now       func() time.Time
	Transport http.RoundTripper // to galleries; nil means http.DefaultTransport
	Profiles  *profile.Store
	Version   string // of this build, for --version and User-Agent

	// Engine runs workflows; nil in a build without cgo.
	Engine engine.Engine

	// Interfaces of the server-side commands, alphabetically. Nil where the
	// binary is the client only.

	// OpenAccounts opens the users and keys of a data folder.
	OpenAccounts OpenAccounts
	// Runner runs a job's workflow in a child process.
	Runner job.Runner
	// StartGallery starts a gallery in this process; it stops with ctx.
	StartGallery func(ctx context.Context, o GalleryOptions) (Gallery, error)
}

// app is what one invocation's commands share: the dependencies and the flags of the root.
type app struct {
	Deps
	profileName string
	json        bool
}

// Run executes one command line (without the program's name) and returns the
// exit status of [exitCode].
func Run(ctx context.Context, args []string, d Deps) int {
	root := New(d)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		printError(d.Err, err)
	}
	return exitCode(err)
}

// New returns the root command. Its errors are for [Run] to print.
func New(d Deps) *cobra.Command {
	a := &app{Deps: d}
	root := &cobra.Command{
		Use:   "kickoff COMMAND",
		Short: "Connect to workflow galleries, be one, and run workflows",
		Long: `Kickoff connects to Alteryx Server compatible galleries, is such a server, and
runs workflow files.

Client commands take the gallery from a profile made by 'kickoff login'. The
environment beats it:

  KICKOFF_URL, KICKOFF_KEY, KICKOFF_SECRET  the gallery, a key and its secret
  KICKOFF_AUTH      oauth1 or oauth2 (by default the address says which)
  KICKOFF_PROFILE   the profile where --profile is not given
  KICKOFF_CONFIG    the folder of the profiles
  KICKOFF_KEYRING   off: keep secrets in files that only you may read`,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Version:       d.Version,
		SilenceErrors: true, // Run prints them
		SilenceUsage:  true,
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(d.In)
	root.SetOut(d.Out)
	root.SetErr(d.Err)
	root.SetVersionTemplate("kickoff {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err) })
	root.CompletionOptions.HiddenDefaultCmd = true // ours is in the list
	root.PersistentFlags().StringVar(&a.profileName, "profile", "", "profile to use (default: $KICKOFF_PROFILE, else \"default\")")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "write JSON to standard output")
	root.AddCommand(a.commands()...)
	return root
}
