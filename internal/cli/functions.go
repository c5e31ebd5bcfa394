package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/expr"
)

func newFunctionsCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "functions [NAME]",
		Short: "List the functions of the expression language, or explain one",
		Long: `List the functions that expressions of workflows may call, or explain those whose
name is NAME or, where none is, contains it: arguments, what they give, examples.`,
		Example: `  kickoff functions
  kickoff functions DateTimeParse
  kickoff functions regex`,
		Args: args(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, f := range expr.Functions() {
				names = append(names, f.Name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listFunctions(expr.Functions())
			}
			return a.explainFunctions(args[0])
		},
	}
}

// functionInfo is a function in JSON.
type functionInfo struct {
	Name      string         `json:"name"`
	Category  string         `json:"category"`
	Arguments string         `json:"arguments"`
	Help      string         `json:"help"`
	Examples  []expr.Example `json:"examples,omitempty"`
}

func (a *app) listFunctions(list []*expr.Function) error {
	if a.json {
		infos := make([]functionInfo, len(list))
		for i, f := range list {
			infos[i] = functionInfo{f.Name, f.Category, f.Args, f.Help, f.Examples}
		}
		return a.writeJSON(infos)
	}
	rows := make([][]string, len(list))
	for i, f := range list {
		rows[i] = []string{f.Name, f.Category, f.Help}
	}
	return a.writeTable([]string{"NAME", "CATEGORY", "WHAT IT GIVES"}, rows)
}

// explainFunctions prints the function of a name, or all that contain it.
func (a *app) explainFunctions(name string) error {
	var list []*expr.Function
	if f, ok := expr.Lookup(name); ok {
		list = append(list, f)
	} else {
		for _, f := range expr.Functions() {
			if strings.Contains(strings.ToLower(f.Name), strings.ToLower(name)) {
				list = append(list, f)
			}
		}
	}
	if len(list) == 0 {
		return withHint(fmt.Errorf("there is no function %s", name), "'kickoff functions' lists all")
	}
	if a.json {
		return a.listFunctions(list)
	}
	var b strings.Builder
	for i, f := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s(%s)\n  %s\n", f.Name, f.Args, f.Help)
		for _, e := range f.Examples {
			fmt.Fprintf(&b, "    %s = %s\n", e.Expr, e.Result)
		}
	}
	_, err := fmt.Fprint(a.Out, b.String())
	return err
}
