package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// table is a suite's results.
type table struct {
	name, doc string
	rows      []row
}

// row is one line: all but the note are ready to be printed.
type row struct {
	what, floor, ours, ratio, aim, met string
	note                               string // only where the aim is missed
}

var heads = row{what: "what", floor: "floor", ours: "ours", ratio: "ratio", aim: "aim", met: "met"}

func (r row) cells() []string { return []string{r.what, r.floor, r.ours, r.ratio, r.aim, r.met} }

// table judges the results of a suite. A benchmark that is missing is an error.
func (s *suite) table(names []string, results map[string]result) (table, error) {
	t := table{name: s.name, doc: s.doc}
	specs := s.rows
	if s.workflows {
		specs = workflowRows(names)
	}
	for _, sp := range specs {
		r, ok := results[sp.bench]
		if !ok {
			return t, fmt.Errorf("no result of Benchmark%s", sp.bench)
		}
		line := row{what: sp.what, floor: r.say(sp.floor), ours: r.say(sp.ours), ratio: r.say(quantity{sp.ratio, 1, "%.2f"}), met: "yes"}
		var aims []string
		for _, a := range sp.aims {
			v, ok := r[a.unit]
			if !ok {
				return t, fmt.Errorf("the benchmark %s does not report %s", sp.bench, a.unit)
			}
			aims = append(aims, a.String())
			if v *= a.scale; a.least && v < a.limit || !a.least && v > a.limit {
				line.met, line.note = "no", sp.note
			}
		}
		line.aim = strings.Join(aims, ", ")
		t.rows = append(t.rows, line)
	}
	return t, nil
}

// say prints a figure, or a dash where there is none.
func (r result) say(q quantity) string {
	v, ok := r[q.unit]
	if !ok {
		return "–"
	}
	return fmt.Sprintf(q.form, v*q.scale)
}

// text prints a table for a terminal.
func (t table) text(w io.Writer) {
	fmt.Fprintf(w, "%s\n", t.name)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range append([]row{heads}, t.rows...) {
		fmt.Fprintf(tw, "  %s\n", strings.Join(r.cells(), "\t"))
	}
	tw.Flush()
	fmt.Fprintln(w)
}

// markdown writes all tables as a page.
func markdown(w io.Writer, facts []string, o options, tables []table) {
	fmt.Fprint(w, "# Benchmarks\n\nMade by `make bench`; not to be edited by hand. Floor and ours are measured in turns in the same run, "+
		"so the ratio is what to look at: the times alone change with the machine and with what else it does.\n\n")
	for _, f := range facts {
		fmt.Fprintf(w, "- %s\n", f)
	}
	fmt.Fprintf(w, "- workflows: %d records, medians of %d pairs of runs\n", o.records, o.rounds)
	for _, t := range tables {
		fmt.Fprintf(w, "\n## %s\n\n%s\n\n", t.name, t.doc)
		fmt.Fprintf(w, "| %s |\n|---|---:|---:|---:|---|---|\n", strings.Join(heads.cells(), " | "))
		for _, r := range t.rows {
			fmt.Fprintf(w, "| %s |\n", strings.Join(r.cells(), " | "))
		}
		var missed []string
		for _, r := range t.rows {
			if r.note != "" {
				missed = append(missed, fmt.Sprintf("- %s: %s\n", r.what, r.note))
			}
		}
		if len(missed) > 0 {
			fmt.Fprintf(w, "\nWhy not:\n\n%s", strings.Join(missed, ""))
		}
	}
}
