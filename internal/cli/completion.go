package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newCompletionCmd() *cobra.Command {
	shells := []string{"bash", "fish", "powershell", "zsh"}
	return &cobra.Command{
		Use:   "completion bash|fish|powershell|zsh",
		Short: "Write a completion script for a shell",
		Long: `Write a completion script for a shell to standard output.

  bash        source <(kickoff completion bash)
  zsh         kickoff completion zsh > "${fpath[1]}/_kickoff"
  fish        kickoff completion fish > ~/.config/fish/completions/kickoff.fish
  powershell  kickoff completion powershell | Out-String | Invoke-Expression`,
		Args:      args(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			case "zsh":
				return root.GenZshCompletion(out)
			}
			return fmt.Errorf("no completion for %q", args[0])
		},
	}
}
