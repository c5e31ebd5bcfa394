// Program bench runs the project's benchmarks against their floors and writes
// docs/benchmarks.md. It is 'make bench'.
//
// The benchmarks themselves stand beside what they measure and run with go test;
// each measures its floor in the same run, in turns with ours. This program runs
// them one after the other, takes medians, and says which aims are met.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
)

type options struct {
	short   bool
	records int
	rounds  int
	out     string
	only    string
	raw     string
}

func main() {
	var o options
	flag.BoolVar(&o.short, "short", false, "fewer rounds, 200,000 records, and no file is written")
	flag.IntVar(&o.records, "records", 10_000_000, "how many `records` workflows run over")
	flag.IntVar(&o.rounds, "rounds", 3, "how many `pairs` of runs a workflow is measured by")
	flag.StringVar(&o.out, "out", "docs/benchmarks.md", "the `file` to write")
	flag.StringVar(&o.only, "only", "", "run the suites whose name matches this `regexp`, and write no file")
	flag.StringVar(&o.raw, "raw", "", "keep what go test prints in this `folder`, and take what is there instead of measuring again")
	flag.Parse()
	if o.short {
		o.records, o.rounds = min(o.records, 200_000), 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		stop()
		os.Exit(1)
	}
}

// run measures all suites, prints each when it is done, and writes the file.
func run(ctx context.Context, o options, w io.Writer) error {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	var all []table
	for _, s := range suites {
		if !only.MatchString(s.name) {
			continue
		}
		out, err := s.output(ctx, o)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		t, err := s.table(parse(out))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		t.text(w)
		all = append(all, t)
	}
	if o.short || o.only != "" {
		return nil
	}
	var b bytes.Buffer
	markdown(&b, machine(ctx), o, all)
	return os.WriteFile(o.out, b.Bytes(), 0o666)
}

// output is what go test prints, now or in an earlier run that was kept.
func (s *suite) output(ctx context.Context, o options) ([]byte, error) {
	if o.raw == "" {
		return s.measure(ctx, o)
	}
	file := filepath.Join(o.raw, s.name+".txt")
	out, err := os.ReadFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return out, err
	}
	if out, err = s.measure(ctx, o); err != nil {
		return nil, err
	}
	return out, os.WriteFile(file, out, 0o666)
}

// measure runs the benchmarks of a suite and returns what go test prints.
func (s *suite) measure(ctx context.Context, o options) ([]byte, error) {
	args := []string{"test", "-run", "^$", "-bench", s.bench, "-timeout", "2h"}
	if o.short {
		args = append(args, "-benchtime", s.short)
	} else {
		args = append(args, "-benchtime", s.time, "-count", strconv.Itoa(max(1, s.count)))
	}
	args = append(args, "./"+s.pkg)
	if s.workflows {
		args = append(args, "-args", "-records", strconv.Itoa(o.records), "-rounds", strconv.Itoa(o.rounds))
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		os.Stderr.Write(out)
	}
	return out, err
}
