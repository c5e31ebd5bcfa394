package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"kickoff/internal/account"
)

func newUserCmd(a *app) *cobra.Command {
	var f dataFlags
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Create and list the users of a Kickoff gallery",
		Args:  unknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f.add(cmd)
	cmd.AddCommand(newUserCreateCmd(a, &f), newUserListCmd(a, &f))
	return cmd
}

func newUserCreateCmd(a *app, f *dataFlags) *cobra.Command {
	var r account.UserRequest
	cmd := &cobra.Command{
		Use:   "create EMAIL",
		Short: "Create a user",
		Long: `Create a user. The roles are viewer (sees workflows and outputs), member (runs
them), artisan (also downloads packages that others may not) and curator
(publishes and administers). Without --studio the user gets a private studio of
their own; a studio that is not there is made.`,
		Example: "  kickoff user create ada@example.com --role artisan --studio Finance --data kickoff-data",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			acc, done, err := a.accounts(cmd.Context(), f)
			if err != nil {
				return err
			}
			defer done.Close()
			r.Email = args[0]
			u, err := acc.CreateUser(cmd.Context(), r)
			if err != nil {
				return fmt.Errorf("create user: %w", err)
			}
			if a.json {
				return a.writeJSON(u)
			}
			_, err = fmt.Fprintf(a.Out, "created %s, %s of the studio %s\n", u.Email, u.Role, printable(u.Studio))
			return err
		},
	}
	cmd.Flags().StringVar(&r.Role, "role", "member", "viewer, member, artisan or curator")
	cmd.Flags().StringVar(&r.Studio, "studio", "", "`name` or id of the studio (default: one of the user's own)")
	cmd.Flags().StringVar(&r.FirstName, "first-name", "", "first name")
	cmd.Flags().StringVar(&r.LastName, "last-name", "", "last name")
	return cmd
}

func newUserListCmd(a *app, f *dataFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the users",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			acc, done, err := a.accounts(cmd.Context(), f)
			if err != nil {
				return err
			}
			defer done.Close()
			users, err := acc.Users(cmd.Context())
			if err != nil {
				return fmt.Errorf("list users: %w", err)
			}
			if a.json {
				return a.writeJSON(users)
			}
			var rows [][]string
			for _, u := range users {
				rows = append(rows, []string{u.Email, u.Role, u.Studio, u.CreatedAt.Format("2006-01-02")})
			}
			return a.writeTable([]string{"E-MAIL", "ROLE", "STUDIO", "CREATED"}, rows)
		},
	}
}
