package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"kickoff/internal/account"
)

func newKeyCmd(a *app) *cobra.Command {
	var f dataFlags
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Create, list and revoke the keys of a Kickoff gallery",
		Args:  unknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f.add(cmd)
	cmd.AddCommand(newKeyCreateCmd(a, &f), newKeyListCmd(a, &f), newKeyRevokeCmd(a, &f))
	return cmd
}

func newKeyCreateCmd(a *app, f *dataFlags) *cobra.Command {
	var r account.KeyRequest
	cmd := &cobra.Command{
		Use:   "create (--user EMAIL | --studio NAME)",
		Short: "Create a key for a user or a studio; its secret is shown once",
		Example: `  kickoff key create --user ada@example.com --label laptop --data kickoff-data
  kickoff key create --studio Finance`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (r.Owner == "") == (r.Studio == "") {
				return usageError("a key belongs to a user or to a studio", "give one of --user and --studio")
			}
			acc, done, err := a.accounts(cmd.Context(), f)
			if err != nil {
				return err
			}
			defer done.Close()
			k, err := acc.CreateKey(cmd.Context(), r)
			if err != nil {
				return fmt.Errorf("create key: %w", err)
			}
			if a.json {
				return a.writeJSON(k)
			}
			_, err = fmt.Fprintf(a.Out, "key     %s\nsecret  %s\n", k.Consumer, k.Secret)
			fmt.Fprintln(a.Err, "The secret is shown this once: keep it now.")
			return err
		},
	}
	cmd.Flags().StringVar(&r.Owner, "user", "", "e-mail of the user")
	cmd.Flags().StringVar(&r.Studio, "studio", "", "`name` or id of the studio")
	cmd.Flags().StringVar(&r.Label, "label", "", "what the key is for")
	return cmd
}

func newKeyListCmd(a *app, f *dataFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys, without their secrets",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			acc, done, err := a.accounts(cmd.Context(), f)
			if err != nil {
				return err
			}
			defer done.Close()
			keys, err := acc.Keys(cmd.Context())
			if err != nil {
				return fmt.Errorf("list keys: %w", err)
			}
			if a.json {
				return a.writeJSON(keys)
			}
			var rows [][]string
			for _, k := range keys {
				owner, revoked := k.Owner, "-"
				if owner == "" {
					owner = "studio " + k.Studio
				}
				if !k.RevokedAt.IsZero() {
					revoked = k.RevokedAt.Format("2006-01-02")
				}
				rows = append(rows, []string{k.Consumer, owner, k.CreatedAt.Format("2006-01-02"), revoked, k.Label})
			}
			return a.writeTable([]string{"KEY", "OWNER", "CREATED", "REVOKED", "LABEL"}, rows)
		},
	}
}

func newKeyRevokeCmd(a *app, f *dataFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke KEY",
		Short: "Make a key invalid, with all tokens got by it",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			acc, done, err := a.accounts(cmd.Context(), f)
			if err != nil {
				return err
			}
			defer done.Close()
			if err := acc.Revoke(cmd.Context(), args[0]); err != nil {
				return fmt.Errorf("revoke key: %w", err)
			}
			if a.json {
				return a.writeJSON(struct {
					Revoked string `json:"revoked"`
				}{args[0]})
			}
			_, err = fmt.Fprintf(a.Out, "revoked %s\n", args[0])
			return err
		},
	}
}
