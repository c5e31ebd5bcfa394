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
		status := m.Status.String()
		for _, line := range printableLines(messageText(m)) {
			rows = append(rows, []string{status, line})
			status = ""
		}
	}
	return a.writeTable([]string{"", ""}, rows)
}

// messageText is a message with the tool it is about, as the product's log has
// it. Messages of a Kickoff gallery name their tool themselves.
func messageText(m gallery.Message) string {
	tool := fmt.Sprintf("tool %d", m.ToolID)
	rest, named := strings.CutPrefix(m.Text, tool)
	if m.ToolID < 0 || named && (rest == "" || strings.ContainsAny(rest[:1], " :>")) {
		return m.Text
	}
	return tool + ": " + m.Text
}
