package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kickoff/internal/config"
	"kickoff/internal/engine"
	"kickoff/internal/exec"
	"kickoff/internal/tool"
)

type execOptions struct {
	answers     []string
	answersFile string
	out         string
	now         string
	seed        int64
	threads     int
	memory      config.Size
	download    []string
	runCommand  bool
}

func newExecCmd(a *app) *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec WORKFLOW",
		Short: "Run a workflow file here, without a server",
		Long: `Run a .yxmd, .yxwz or .yxzp on this machine. Questions without an answer keep the
document's default.

In the output folder stand afterwards: files/ with what the workflow's Output
Data tools wrote, streams/TOOLID-ANCHOR.csv with the records of every output that
feeds a Browse or nothing at all, and result.json, which is there after a failure
too. With --json standard output is result.json; messages go to standard error.

Exit status: 0 success, 1 the workflow ran into an error or holds something that
cannot be run, 2 wrong usage.`,
		Example: `  kickoff exec "Monthly Sales.yxmd"
  kickoff exec "Sales Explorer.yxwz" -a Region=East -o results --json`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.exec(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.answers, "answer", "a", nil, "answer one question: `name=value`; again for more, and for several items")
	f.StringVar(&o.answersFile, "answers", "", "read answers from a `file` of JSON or name=value lines (-: standard input)")
	f.StringVarP(&o.out, "out", "o", "", "output `folder` (default: the workflow's name with -out, here)")
	f.StringVar(&o.now, "now", "", "the `time` of the run, such as 2026-01-31T08:00:00 (default: now)")
	f.Int64Var(&o.seed, "seed", 0, "seed of random numbers, to get the same ones again; the engine then runs on one thread")
	f.IntVar(&o.threads, "threads", 0, "threads that the engine may use (default: all)")
	f.Var(&o.memory, "memory", "memory that the engine may use, such as 2GiB; what needs more goes to temporary files (default: most of the machine's)")
	f.StringArrayVar(&o.download, "allow-download", nil, "`host` that the Download tool may reach, also on a private address; again for more; * is every public one")
	f.BoolVar(&o.runCommand, "allow-commands", false, "let the Run Command tool run programs")
	return cmd
}

func (a *app) exec(ctx context.Context, path string, o execOptions) error {
	now, err := a.runTime(o.now)
	if err != nil {
		return err
	}
	answers, err := a.readAnswers(o.answersFile, o.answers)
	if err != nil {
		return err
	}
	byName := make(map[string][]string)
	for _, x := range answers {
		byName[x.Name] = append(byName[x.Name], x.Value)
	}
	if _, err := os.Stat(path); err != nil {
		return usageError("", "the workflow cannot be opened: %w", err)
	}
	if a.Engine == nil {
		return withHint(errors.New("this build of kickoff has no engine and cannot run workflows"),
			"take the full build for Linux, or build with CGO_ENABLED=1", "'kickoff check' works in this build too")
	}
	if o.out == "" {
		o.out = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) + "-out"
	}
	result, err := exec.Run(ctx, a.Engine, exec.Request{
		Document: path, OutDir: o.out, Answers: byName, Now: now, Seed: o.seed, Threads: o.threads, Memory: int64(o.memory),
		Policy: tool.Policy{
			ReadAnywhere: true, Download: o.download, RunCommand: o.runCommand,
			// Who names a host of her own network means it; * is only what is public.
			PrivateHosts: !slices.Contains(o.download, "*"),
		},
		Report: func(m engine.Message) { a.printMessage(m) },
	})
	if err != nil {
		return err
	}
	if a.json {
		if err := a.writeJSON(result); err != nil {
			return err
		}
	} else {
		a.printResult(result, o.out)
	}
	if !result.Success() {
		return errFailedRun(path)
	}
	return nil
}

func errFailedRun(path string) error {
	return fmt.Errorf("%s: the workflow ended with an error", filepath.Base(path))
}

// runTime reads --now.
func (a *app) runTime(s string) (time.Time, error) {
	if s == "" {
		return a.Now(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usageError("write it as 2026-01-31T08:00:00", "--now: %q is no time", s)
}

// printMessage writes a line of a run's log to standard error.
func (a *app) printMessage(m engine.Message) {
	kind := map[engine.Status]string{engine.Warning: "warning: ", engine.Error: "error: ", engine.Conversion: "conversion: "}[m.Status]
	text := m.Text
	if m.Tool.ID != 0 && !strings.HasPrefix(text, m.Tool.String()) {
		text = m.Tool.String() + ": " + text
	}
	fmt.Fprintln(a.Err, kind+text)
}

// printResult lists what a run has left.
func (a *app) printResult(r *exec.Result, out string) {
	rows := [][]string{}
	for _, o := range r.Outputs {
		rows = append(rows, []string{fmt.Sprint(o.Records), filepath.Join(out, filepath.FromSlash(o.File))})
	}
	for _, s := range r.Streams {
		rows = append(rows, []string{fmt.Sprint(s.Records), filepath.Join(out, filepath.FromSlash(s.File))})
	}
	if err := a.writeTable([]string{"RECORDS", "FILE"}, rows); err != nil {
		fmt.Fprintln(a.Err, err)
	}
}
