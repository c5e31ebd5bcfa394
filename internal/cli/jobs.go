package cli

import (
	"time"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

func newJobsCmd(a *app) *cobra.Command {
	var limit int
	var csv bool
	cmd := &cobra.Command{
		Use:   "jobs NAME|ID",
		Short: "List the runs of a workflow that were started over the API, newest first",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.oneFormat(csv); err != nil {
				return err
			}
			if limit < 0 {
				return usageError("", "--limit is negative")
			}
			c, err := a.gallery()
			if err != nil {
				return err
			}
			id, _, err := find(cmd.Context(), c, args[0])
			if err != nil {
				return err
			}
			jobs := []gallery.Job{}
			o := gallery.ListOptions{SortField: "createdate", Descending: true, Limit: limit}
			for j, err := range c.Jobs(cmd.Context(), id, o) {
				if err != nil {
					return err
				}
				jobs = append(jobs, j)
			}
			if a.json {
				return a.writeJSON(jobs)
			}
			var rows [][]string
			for _, j := range jobs {
				rows = append(rows, []string{j.ID, date(j.CreateDate, time.RFC3339), string(j.Status), string(j.Disposition), j.Priority.String()})
			}
			if csv {
				return a.writeCSV([]string{"id", "createDate", "status", "disposition", "priority"}, rows)
			}
			return a.writeTable([]string{"ID", "CREATED", "STATUS", "DISPOSITION", "PRIORITY"}, rows)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 0, "at most so many (0: all)")
	cmd.Flags().BoolVar(&csv, "csv", false, "write csv to standard output")
	return cmd
}
