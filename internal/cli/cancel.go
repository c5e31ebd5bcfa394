package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newCancelCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "cancel JOB",
		Short: "End a running job, or take a queued one from the queue",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.gallery()
			if err != nil {
				return err
			}
			if err := c.Cancel(cmd.Context(), args[0]); err != nil {
				return err
			}
			if a.json {
				return a.writeJSON(map[string]string{"cancelled": args[0]})
			}
			_, err = fmt.Fprintf(a.Err, "cancelled job %s\n", args[0])
			return err
		},
	}
}
