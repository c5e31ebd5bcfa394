package cli

import (
	"github.com/spf13/cobra"

	"kickoff/internal/job"
)

// newRunJobCmd is the child's side of a job: the server starts it, not people.
func newRunJobCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:    "run-job",
		Short:  "Run one job for the server (used by 'kickoff serve')",
		Hidden: true,
		Args:   args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.Runner == nil {
				return errNoServer()
			}
			return job.Serve(cmd.Context(), a.Runner, a.In, a.Out)
		},
	}
}
