package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

func newOutputCmd(a *app) *cobra.Command {
	var out, format string
	cmd := &cobra.Command{
		Use:   "output JOB [OUTPUT]",
		Short: "Download a job's outputs: all, or one by its name or id",
		Example: `  kickoff output 5bc7e0f2a1b94d33c8f0a611 -o results
  kickoff output 5bc7e0f2a1b94d33c8f0a611 sales.csv --format Csv -o - | head`,
		Args: args(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			want := ""
			if len(args) == 2 {
				want = args[1]
			}
			return a.output(cmd.Context(), args[0], want, out, format)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", ".", "`folder` to download to (-: standard output, for one output)")
	cmd.Flags().StringVar(&format, "format", "", "format, such as Csv (default: the file as it was written)")
	return cmd
}

func (a *app) output(ctx context.Context, jobID, want, out, format string) error {
	var err error
	if format != "" {
		if format, err = gallery.ParseFormat(format); err != nil {
			return usageError("", "--format: %w", err)
		}
	}
	if out == "-" && a.json {
		return usageError("", "--json and --out - both want standard output")
	}
	c, err := a.gallery()
	if err != nil {
		return err
	}
	job, err := c.Job(ctx, jobID)
	if err != nil {
		return err
	}
	outputs, err := pickOutputs(job, want)
	if err != nil {
		return err
	}
	if out == "-" {
		if len(outputs) != 1 {
			return usageError("name one of them, or give a folder", "the job has %d outputs and standard output takes one", len(outputs))
		}
		return a.outputToStdout(ctx, c, jobID, outputs[0], format)
	}
	if err := checkFolder(out); err != nil {
		return usageError("", "--out: %w", err)
	}
	files, failed := a.download(ctx, c, job, outputs, out, format)
	if err := a.writeFiles(files); err != nil {
		return err
	}
	return failed
}

func (a *app) writeFiles(files []file) error {
	if a.json {
		if files == nil {
			files = []file{}
		}
		return a.writeJSON(files)
	}
	for _, f := range files {
		if _, err := fmt.Fprintln(a.Out, f.Path); err != nil {
			return err
		}
	}
	return nil
}

func pickOutputs(job *gallery.Job, want string) ([]gallery.Output, error) {
	if !job.Ended() {
		return nil, withHint(fmt.Errorf("job %s has not ended: it is %s", job.ID, job.Status), "outputs are there when it has")
	}
	if want == "" {
		if len(job.Outputs) == 0 {
			return nil, fmt.Errorf("job %s has no outputs (%s)", job.ID, outcome(job))
		}
		return job.Outputs, nil
	}
	var names []string
	for _, o := range job.Outputs {
		if o.ID == want || strings.EqualFold(o.Name, want) || strings.EqualFold(gallery.BaseName(o.Name), want) {
			return []gallery.Output{o}, nil
		}
		names = append(names, o.Name)
	}
	return nil, withHint(fmt.Errorf("job %s has no output %q", job.ID, want), "its outputs are: "+strings.Join(names, ", "))
}

func (a *app) outputToStdout(ctx context.Context, c *gallery.Client, jobID string, o gallery.Output, format string) error {
	f, err := pickFormat(o, format)
	if err != nil {
		return fmt.Errorf("output %q: %w", o.Name, err)
	}
	d, err := c.Output(ctx, jobID, o.ID, f)
	if err != nil {
		return err
	}
	defer d.Close()
	if _, err := io.Copy(a.Out, d); err != nil {
		return fmt.Errorf("output %q broke off: %w", o.Name, err)
	}
	return nil
}
