package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

func newJobCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "job ID",
		Short: "Show a job: status, outputs and messages",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.gallery()
			if err != nil {
				return err
			}
			job, err := c.Job(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.writeJSON(job)
			}
			return a.showJob(job)
		},
	}
}

func (a *app) showJob(j *gallery.Job) error {
	rows := [][]string{
		{"id", j.ID},
		{"workflow", j.AppID},
		{"created", date(j.CreateDate, time.RFC3339)},
		{"status", string(j.Status)},
		{"disposition", string(j.Disposition)},
		{"priority", j.Priority.String()},
	}
	for _, o := range j.Outputs {
		rows = append(rows, []string{"output", o.ID + "  " + o.Name + "  (" + strings.Join(o.Formats, ", ") + ")"})
	}
	for _, m := range j.Messages {
		rows = append(rows, []string{m.Status.String(), messageText(m)})
	}
	return a.writeTable([]string{"", ""}, rows)
}

// messageText is a message with the tool it is about, as the product's log has it.
func messageText(m gallery.Message) string {
	if m.ToolID < 0 {
		return m.Text
	}
	return fmt.Sprintf("tool %d: %s", m.ToolID, m.Text)
}
