//go:build cgo

package duckdb

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var benchRounds = flag.Int("rounds", 3, "how many pairs of runs BenchmarkWorkflows measures each document by")

// TestMain lets the test binary be the child process that runs one side of one
// document, so that the peak of memory is that run's.
func TestMain(m *testing.M) {
	if task := os.Getenv("KICKOFF_BENCH"); task != "" {
		if err := runSide(task); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// side is what a child is told and what it answers.
type side struct {
	File    string // of testdata/bench
	Hand    bool   // the SQL written by hand, and not the document
	Records int
	Dir     string // where the files to be read stand, and DuckDB's folder

	Seconds float64 // by the clock
	CPU     float64 // seconds of processor time
	Peak    int64   // bytes of resident memory at most, tables of the input included
	Out     int64   // records
}

// BenchmarkWorkflows runs the documents of testdata/bench and the same questions
// as SQL written by hand, each in a process of its own and in turns, with two
// threads. It reports medians, and the medians of the ratios of the pairs. What
// is read stands in tables before the clock starts, but for documents that read files.
func BenchmarkWorkflows(b *testing.B) {
	files, err := filepath.Glob("testdata/bench/*.txtar")
	if err != nil || len(files) == 0 {
		b.Fatal("no documents", err)
	}
	dir := b.TempDir()
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		b.Run(name, func(b *testing.B) {
			if strings.Contains(name, "_read_") {
				if err := benchFiles(dir, *benchRecords); err != nil {
					b.Fatal(err)
				}
			}
			var ours, hand []side
			for i := range *benchRounds {
				for turn := range 2 {
					t := side{File: file, Hand: (i+turn)%2 == 1, Records: *benchRecords, Dir: dir}
					if err := t.spawn(b.Context()); err != nil {
						b.Fatal(err)
					}
					if t.Hand {
						hand = append(hand, t)
					} else {
						ours = append(ours, t)
					}
				}
			}
			for i := range ours {
				if ours[i].Out != hand[i].Out {
					b.Fatalf("%d records by the document, %d by hand", ours[i].Out, hand[i].Out)
				}
			}
			report := func(unit string, scale float64, f func(side) float64) {
				b.ReportMetric(scale*median(ours, f), "ours-"+unit)
				b.ReportMetric(scale*median(hand, f), "hand-"+unit)
			}
			report("s", 1, func(s side) float64 { return s.Seconds })
			report("cpu-s", 1, func(s side) float64 { return s.CPU })
			report("MB", 1e-6, func(s side) float64 { return float64(s.Peak) })
			b.ReportMetric(ratio(ours, hand, func(s side) float64 { return s.Seconds }), "x-time")
			b.ReportMetric(ratio(ours, hand, func(s side) float64 { return s.CPU }), "x-cpu")
			b.ReportMetric(ratio(ours, hand, func(s side) float64 { return float64(s.Peak) }), "x-memory")
			b.ReportMetric(float64(ours[0].Out), "records")
			b.ReportMetric(float64(*benchRounds), "pairs")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// spawn runs a side in a child process.
func (t *side) spawn(ctx context.Context) error {
	task, err := json.Marshal(t)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "KICKOFF_BENCH="+string(task))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", t.File, err)
	}
	return json.Unmarshal(out, t)
}

func median(all []side, f func(side) float64) float64 {
	v := make([]float64, len(all))
	for i := range all {
		v[i] = f(all[i])
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// ratio is the median of the pairs' ratios.
func ratio(a, b []side, f func(side) float64) float64 {
	v := make([]float64, len(a))
	for i := range a {
		v[i] = f(a[i]) / f(b[i])
	}
	slices.Sort(v)
	return v[len(v)/2]
}
