package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

func newQuestionsCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "questions NAME|ID",
		Short: "Show what an app asks before it runs",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.gallery()
			if err != nil {
				return err
			}
			id, _, err := find(cmd.Context(), c, args[0])
			if err != nil {
				return err
			}
			questions, err := c.Questions(cmd.Context(), id)
			if err != nil {
				return err
			}
			if a.json {
				if questions == nil {
					questions = []gallery.Question{}
				}
				return a.writeJSON(questions)
			}
			var rows [][]string
			for _, q := range questions {
				rows = append(rows, []string{q.Name, strings.TrimPrefix(q.Type, "Question"), q.Default, choices(q), q.Description})
			}
			return a.writeTable([]string{"NAME", "TYPE", "DEFAULT", "CHOICES", "DESCRIPTION"}, rows)
		},
	}
}

func choices(q gallery.Question) string {
	var values []string
	for _, i := range q.Items {
		values = append(values, i.Value)
	}
	s := strings.Join(values, "|")
	if q.Multiple && s != "" {
		s += " (several)"
	}
	return s
}
