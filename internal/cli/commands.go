package cli

import "github.com/spf13/cobra"

// commands are all commands, alphabetically. A new one is a file of its own
// with one constructor, and a line here.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		newCancelCmd(a),
		newCheckCmd(a),
		newCompletionCmd(),
		newDemoCmd(a),
		newDoctorCmd(a),
		newExecCmd(a),
		newExplainCmd(a),
		newFunctionsCmd(a),
		newJobCmd(a),
		newJobsCmd(a),
		newKeyCmd(a),
		newListCmd(a),
		newLoginCmd(a),
		newLogoutCmd(a),
		newOutputCmd(a),
		newPackageCmd(a),
		newProxyCmd(a),
		newPublishCmd(a),
		newQuestionsCmd(a),
		newRunCmd(a),
		newRunJobCmd(a),
		newServeCmd(a),
		newSignCmd(a),
		newSnippetCmd(a),
		newSQLCmd(a),
		newUserCmd(a),
		newVersionCmd(a),
	}
}
