package cli

import "github.com/spf13/cobra"

// commands are all commands, alphabetically. A new one is a file of its own
// with one constructor, and a line here.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		newCompletionCmd(),
		newDemoCmd(a),
		newRunJobCmd(a),
		newVersionCmd(a),
	}
}
