package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

type runOptions struct {
	answers     []string
	answersFile string
	priority    string
	wait        bool
	timeout     time.Duration
	out, format string
}

func newRunCmd(a *app) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run NAME|ID",
		Short: "Run a workflow with answers; wait for it and download its outputs",
		Long: `Run a workflow. Answers are checked against the app's questions before
anything is sent; questions without an answer keep their default. Without
--wait and --out the job's id is printed and the job goes on by itself.

With --wait or --out the exit status is 0 only for disposition Success.`,
		Example: `  kickoff run "Monthly Sales" --wait
  kickoff run "Sales Explorer" -a Region=East -a "Start Date=2026-01-01" -o results
  kickoff run 57ac2b43c1e7a50b14d0fe21 --answers answers.json --out results --format Csv`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.answers, "answer", "a", nil, "answer one question: `name=value`; again for more, and for several items")
	f.StringVar(&o.answersFile, "answers", "", "read answers from a `file` of JSON or name=value lines (-: standard input)")
	f.StringVar(&o.priority, "priority", "", "low, medium, high or critical")
	f.BoolVar(&o.wait, "wait", false, "wait for the end")
	f.DurationVar(&o.timeout, "timeout", 0, "stop waiting after this time, such as 10m; the job goes on")
	f.StringVarP(&o.out, "out", "o", "", "wait, and download all outputs to this `folder`")
	f.StringVar(&o.format, "format", "", "format of the outputs, such as Csv (default: the file as it was written)")
	completeWith(cmd, "priority", "low", "medium", "high", "critical")
	return cmd
}

func (a *app) run(ctx context.Context, ref string, o runOptions) error {
	priority, err := gallery.ParsePriority(o.priority)
	if err != nil {
		return usageError("", "--priority: %w", err)
	}
	if o.format != "" {
		if o.format, err = gallery.ParseFormat(o.format); err != nil {
			return usageError("", "--format: %w", err)
		}
		if o.out == "" {
			return usageError("add --out and a folder", "--format says how to download, and nothing is downloaded")
		}
	}
	answers, err := a.readAnswers(o.answersFile, o.answers)
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := checkFolder(o.out); err != nil { // before the job, not after it
			return usageError("", "--out: %w", err)
		}
		o.wait = true
	}
	if o.timeout != 0 && (!o.wait || o.timeout < 0) {
		return usageError("add --wait", "--timeout says how long to wait, and nothing is waited for")
	}
	c, err := a.gallery()
	if err != nil {
		return err
	}
	id, name, err := find(ctx, c, ref)
	if err != nil {
		return err
	}
	if name == "" {
		name = id
	}
	if len(answers) > 0 {
		if answers, err = checkAnswers(ctx, c, id, answers); err != nil {
			return err
		}
	}
	job, err := c.Run(ctx, id, gallery.RunOptions{Answers: answers, Priority: priority})
	if err != nil {
		return fmt.Errorf("run %q: %w", name, err)
	}
	if !o.wait {
		if a.json {
			return a.writeJSON(job)
		}
		_, err := fmt.Fprintln(a.Out, job.ID)
		return err
	}
	return a.follow(ctx, c, job, name, o)
}

// checkAnswers asks for the questions and holds the answers against them.
func checkAnswers(ctx context.Context, c *gallery.Client, id string, answers []gallery.Answer) ([]gallery.Answer, error) {
	questions, err := c.Questions(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("ask for the questions: %w", err)
	}
	checked, bad := gallery.CheckAnswers(questions, answers)
	if len(bad) == 0 {
		return checked, nil
	}
	errs := make([]error, len(bad))
	var hints []string
	for i, b := range bad {
		errs[i] = b
		if b.Hint != "" {
			hints = append(hints, b.Name+": "+b.Hint)
		}
	}
	return nil, &codedError{err: errors.Join(errs...), code: exitUsage, hints: hints}
}

// follow waits for a job, downloads its outputs and reports its end.
func (a *app) follow(ctx context.Context, c *gallery.Client, job *gallery.Job, name string, o runOptions) error {
	waitCtx := ctx
	if o.timeout > 0 {
		var cancel context.CancelFunc
		waitCtx, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	p := a.newProgress(name, job)
	end, err := c.Wait(waitCtx, job.ID, gallery.WaitOptions{Poll: p.poll})
	p.done()
	if err != nil {
		goesOn := fmt.Sprintf("the job goes on: 'kickoff job %s' shows it, 'kickoff cancel %s' ends it", job.ID, job.ID)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return &codedError{err: fmt.Errorf("job %s has not ended after %s", job.ID, o.timeout), code: exitTimeout, hints: []string{goesOn}}
		}
		return withHint(fmt.Errorf("wait for job %s: %w", job.ID, err), goesOn)
	}
	for _, m := range end.Messages {
		if loud(m) {
			fmt.Fprintf(a.Err, "%s: %s\n", m.Status, strings.Join(printableLines(messageText(m)), "\n"))
		}
	}
	var files []file
	var failed error
	if o.out != "" {
		// A failed job may have outputs too, and they may say why.
		files, failed = a.download(ctx, c, end, end.Outputs, o.out, o.format)
	}
	if a.json {
		err = a.writeJSON(struct {
			*gallery.Job
			Files []file `json:"files,omitempty"`
		}{end, files})
	} else {
		err = a.writeEnd(end, files, o.out != "")
	}
	switch {
	case err != nil:
		return err
	case !end.Succeeded():
		return &codedError{
			err: fmt.Errorf("job %s ended with %s", end.ID, outcome(end)), code: exitFailed,
			hints: []string{fmt.Sprintf("'kickoff job %s' shows all messages", end.ID)},
		}
	}
	return failed
}

// writeEnd prints the files that were downloaded, or the outputs there are.
func (a *app) writeEnd(end *gallery.Job, files []file, downloaded bool) error {
	fmt.Fprintf(a.Err, "job %s: %s\n", end.ID, outcome(end))
	if downloaded {
		for _, f := range files {
			if _, err := fmt.Fprintln(a.Out, f.Path); err != nil {
				return err
			}
		}
		return nil
	}
	var rows [][]string
	for _, o := range end.Outputs {
		rows = append(rows, []string{o.ID, o.Name, strings.Join(o.Formats, ", ")})
	}
	return a.writeTable([]string{"OUTPUT", "NAME", "FORMATS"}, rows)
}

func outcome(j *gallery.Job) string {
	if j.Disposition == "" || j.Disposition == gallery.None {
		return string(j.Status)
	}
	return string(j.Disposition)
}

// loud reports whether a message is shown without being asked for.
func loud(m gallery.Message) bool {
	switch m.Status {
	case gallery.Warning, gallery.ErrorMessage, gallery.ConversionError, gallery.ConversionLimit:
		return true
	}
	return false
}
