package cli

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

type listOptions struct {
	search, kind, sort string
	desc, csv, all     bool
	limit              int
}

func newListCmd(a *app) *cobra.Command {
	var o listOptions
	cmd := &cobra.Command{
		Use:   "list [TEXT]",
		Short: "List the workflows of the key's studio",
		Long:  "List the workflows of the key's studio, all of them, or those that contain TEXT.",
		Args:  args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.search = args[0]
			}
			return a.list(cmd, o)
		},
	}
	fields := gallery.WorkflowSortFields[:]
	cmd.Flags().StringVar(&o.kind, "type", "", "only one kind: app, workflow or macro")
	cmd.Flags().StringVar(&o.sort, "sort", "", "order by "+strings.Join(fields, ", "))
	cmd.Flags().BoolVar(&o.desc, "desc", false, "descending order (with --sort)")
	cmd.Flags().IntVar(&o.limit, "limit", 0, "at most so many (0: all)")
	cmd.Flags().BoolVar(&o.all, "all", false, "the workflows of all studios, with studio and owner; for curators")
	cmd.Flags().BoolVar(&o.csv, "csv", false, "write csv to standard output")
	completeWith(cmd, "type", "app", "workflow", "macro")
	completeWith(cmd, "sort", fields...)
	return cmd
}

func (a *app) list(cmd *cobra.Command, o listOptions) error {
	lo := gallery.ListOptions{Search: o.search, SortField: strings.ToLower(o.sort), Descending: o.desc, Limit: o.limit}
	if o.sort != "" && !slices.Contains(gallery.WorkflowSortFields[:], lo.SortField) {
		return usageError("the fields are: "+strings.Join(gallery.WorkflowSortFields[:], ", "), "cannot sort by %q", o.sort)
	}
	if o.desc && o.sort == "" {
		return usageError("say what to sort by, such as --sort name", "--desc needs --sort")
	}
	if err := a.oneFormat(o.csv); err != nil {
		return err
	}
	if o.limit < 0 {
		return usageError("", "--limit is negative")
	}
	if o.kind != "" {
		kind, err := gallery.ParsePackageType(o.kind)
		if err != nil {
			return usageError("", "--type: %w", err)
		}
		lo.PackageType = &kind
	}
	c, err := a.gallery()
	if err != nil {
		return err
	}
	if o.all {
		return a.listAll(cmd.Context(), c, lo, o.csv)
	}
	workflows := []gallery.Workflow{}
	for w, err := range c.Workflows(cmd.Context(), lo) {
		if err != nil {
			return err
		}
		workflows = append(workflows, w)
	}
	switch {
	case a.json:
		return a.writeJSON(workflows)
	case o.csv:
		header := []string{"id", "name", "type", "fileName", "version", "runCount", "uploadDate", "author", "description", "public", "runDisabled"}
		return a.writeCSV(header, listRows(workflows))
	}
	return a.writeTable([]string{"ID", "TYPE", "VERSION", "RUNS", "UPLOADED", "NAME"}, listTable(workflows))
}

func listRows(workflows []gallery.Workflow) [][]string {
	var rows [][]string
	for _, w := range workflows {
		rows = append(rows, []string{
			w.ID, w.Name(), kindOf(w), w.FileName, strconv.Itoa(w.Version), strconv.Itoa(w.RunCount), date(w.UploadDate, time.RFC3339),
			w.MetaInfo.Author, w.MetaInfo.Description, strconv.FormatBool(w.Public), strconv.FormatBool(w.RunDisabled),
		})
	}
	return rows
}

func listTable(workflows []gallery.Workflow) [][]string {
	var rows [][]string
	for _, w := range workflows {
		rows = append(rows, []string{w.ID, kindOf(w), strconv.Itoa(w.Version), strconv.Itoa(w.RunCount), date(w.UploadDate, time.DateOnly), w.Name()})
	}
	return rows
}

// kindOf is the word users have for a package type: the API's Module is a workflow.
func kindOf(w gallery.Workflow) string {
	if w.PackageType == gallery.Module {
		return "workflow"
	}
	return strings.ToLower(w.PackageType.String())
}

func date(t gallery.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// completeWith offers fixed values for a flag in the shell.
func completeWith(cmd *cobra.Command, flag string, values ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // no such flag: a mistake in this package
	}
}
