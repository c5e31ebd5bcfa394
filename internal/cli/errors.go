package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/oauth2"

	"kickoff/gallery"
)

// The exit statuses, which docs/cli.md repeats.
const (
	exitOK          = 0
	exitFailed      = 1   // the command failed, or a job ended with another disposition than Success
	exitUsage       = 2   // wrong flags, arguments or answers; nothing was sent
	exitAuth        = 3   // the gallery refused the key or the signature, or there is no profile
	exitUnreachable = 4   // no usable answer from the gallery
	exitTimeout     = 5   // the time given with --timeout is over; the job goes on
	exitInterrupted = 130 // by Ctrl-C
)

// exitCode is the one table from errors to exit statuses.
func exitCode(err error) int {
	var coded *codedError
	var request *gallery.RequestError
	var probe *url.Error            // from a request that needs no client
	var token *oauth2.RetrieveError // the token endpoint's refusal
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded) && coded.code != 0:
		return coded.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, gallery.ErrUnauthorized), errors.As(err, &token):
		return exitAuth
	case errors.As(err, &request), errors.As(err, &probe):
		return exitUnreachable
	}
	return exitFailed
}

// A codedError is an error with an exit status of its own (0: by the table)
// and with hints, each a line of advice.
type codedError struct {
	err   error
	code  int
	hints []string
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

// withHint adds advice to an error. Empty hints are left out.
func withHint(err error, hints ...string) error {
	return &codedError{err: err, hints: hints}
}

// usageError is a mistake in what the user typed.
func usageError(hint, format string, args ...any) error {
	return &codedError{err: fmt.Errorf(format, args...), code: exitUsage, hints: []string{hint}}
}

// usage makes a usage error of one that cobra or a flag reports.
func usage(cmd *cobra.Command, err error) error {
	return usageError(fmt.Sprintf("see '%s --help'", cmd.CommandPath()), "%w", err)
}

// args makes the errors of a cobra argument check usage errors.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage(cmd, err)
		}
		return nil
	}
}

func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see 'kickoff --help'"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean '" + strings.Join(near, "' or '") + "'?"
	}
	return usageError(hint, "unknown command %q", args[0])
}

// printError writes an error as users see it: error: and then each hint:.
func printError(w io.Writer, err error) {
	fmt.Fprintf(w, "error: %s\n", err)
	found := hints(err)
	if h := advice(err); len(found) == 0 && h != "" {
		found = []string{h}
	}
	for _, hint := range found {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
}

// hints collects the advice in an error's chain, outermost first.
func hints(err error) []string {
	var found []string
	for err != nil {
		if c, ok := err.(*codedError); ok {
			for _, h := range c.hints {
				if h != "" {
					found = append(found, h)
				}
			}
		}
		err = errors.Unwrap(err)
	}
	return found
}
