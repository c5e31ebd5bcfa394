package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/internal/profile"
	"kickoff/internal/snippet"
)

type snippetOptions struct {
	answers     []string
	answersFile string
	proxy       string
}

func newSnippetCmd(a *app) *cobra.Command {
	languages, operations := snippet.Languages[:], snippet.Operations()
	var o snippetOptions
	cmd := &cobra.Command{
		Use:   "snippet " + strings.Join(languages, "|") + " OPERATION [NAME|ID [OUTPUT]]",
		Short: "Write a short piece of code that calls your gallery, ready to run",
		Long: `Write a short piece of code for an operation (` + strings.Join(operations, ", ") + `) at the
profile's gallery. ID is that of the workflow, or of the job for job and output.
The secret is not in it: set the environment variable KICKOFF_SECRET. Power
Query and VBA cannot sign, so they call 'kickoff proxy' on the same machine.`,
		Example: `  kickoff snippet r run "Sales Explorer" -a Region=East
  kickoff snippet python output 5bc7e0f2a1b94d33c8f0a611 5bc7e0f2a1b94d33c8f0a612 > output.py`,
		Args: args(cobra.RangeArgs(2, 4)),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			switch len(args) {
			case 0:
				return languages, cobra.ShellCompDirectiveNoFileComp
			case 1:
				return operations, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.snippet(cmd.Context(), args, o) },
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.answers, "answer", "a", nil, "answer one question: `name=value`; again for more")
	f.StringVar(&o.answersFile, "answers", "", "read answers from a `file` of JSON or name=value lines")
	f.StringVar(&o.proxy, "proxy", "http://127.0.0.1:8484", "address of the signing proxy, for vba and powerquery")
	return cmd
}

func (a *app) snippet(ctx context.Context, words []string, o snippetOptions) error {
	language, op := strings.ToLower(words[0]), strings.ToLower(words[1])
	if !slices.Contains(snippet.Languages[:], language) {
		return usageError("the languages are: "+strings.Join(snippet.Languages[:], ", "), "there is no snippet for %q", words[0])
	}
	if !slices.Contains(snippet.Operations(), op) {
		return usageError("the operations are: "+strings.Join(snippet.Operations(), ", "), "there is no operation %q", words[1])
	}
	answers, err := a.readAnswers(o.answersFile, o.answers)
	if err != nil {
		return err
	}
	if len(answers) > 0 && op != "run" {
		return usageError("", "answers belong to run, not to %s", op)
	}
	c, err := a.connection()
	if err != nil {
		return err
	}
	r := snippet.Request{Base: c.URL, OAuth2: c.Auth == profile.OAuth2, Key: c.Key, Proxy: o.proxy, Operation: op}
	if ids := words[2:]; len(ids) > 0 {
		switch op {
		case "list":
			return usageError("", "list takes no id")
		case "job", "output":
			r.Job = ids[0]
			if len(ids) > 1 {
				r.Output = ids[1]
			}
		default:
			if r.Workflow, err = a.findWorkflow(ctx, ids[0]); err != nil {
				return err
			}
		}
	}
	if len(answers) > 0 && r.Workflow != "" {
		g, err := a.gallery()
		if err != nil {
			return err
		}
		if answers, err = checkAnswers(ctx, g, r.Workflow, answers); err != nil {
			return err
		}
	}
	r.Answers = answers
	if a.json {
		var b strings.Builder
		if err := snippet.Write(&b, language, r); err != nil {
			return err
		}
		return a.writeJSON(map[string]string{"language": language, "operation": op, "code": b.String()})
	}
	return snippet.Write(a.Out, language, r)
}

// findWorkflow is the id of a workflow; only a name needs a call.
func (a *app) findWorkflow(ctx context.Context, ref string) (string, error) {
	if isID(ref) {
		return ref, nil
	}
	g, err := a.gallery()
	if err != nil {
		return "", err
	}
	id, _, err := find(ctx, g, ref)
	return id, err
}
