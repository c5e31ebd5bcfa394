package main

import (
	"fmt"
	"strings"
)

// suite is some benchmarks of one package, which make one table.
type suite struct {
	name, pkg, bench string
	time, short      string // -benchtime
	count            int    // repetitions, whose medians count
	workflows        bool   // takes -records and -rounds; its rows follow from its names
	doc              string // what is compared with what
	rows             []spec
}

// spec says which figures of a benchmark make a row.
type spec struct {
	bench, what string
	ours, floor quantity // floor.unit is "" where none can be measured
	ratio       string   // unit of the ratio, or ""
	aims        []aim
	note        string // why, where an aim is missed
}

// quantity is a figure of a benchmark: value × scale, in words.
type quantity struct {
	unit  string
	scale float64
	form  string
}

// aim is a bound of a figure.
type aim struct {
	quantity
	least bool // the figure is to be at least the limit, otherwise at most
	limit float64
}

func micro(unit string) quantity       { return quantity{unit, 1e-3, "%.2f µs"} }
func plain(unit, form string) quantity { return quantity{unit, 1, form} }

func atMost(q quantity, limit float64) aim  { return aim{q, false, limit} }
func atLeast(q quantity, limit float64) aim { return aim{q, true, limit} }

// suites are all, in the order in which they run: the light ones first.
var suites = []suite{
	{
		name: "OAuth 1.0a", pkg: "oauth1", bench: "AgainstFloor", time: "20000x", short: "5000x", count: 7,
		doc: "The floor is an HMAC-SHA1 with a ready key and base64 over a ready base string, in turns of a thousand with ours; medians of seven. The aims of 2.5 µs and 4 µs were set where the floor is 0.38 µs. The request is a list with ten parameters; the whole check looks the key up among 10,000 and keeps the nonce in memory.",
		rows: []spec{
			{bench: "AgainstFloor/sign", what: "sign a request", ours: micro("own-ns/op"), floor: micro("floor-ns/op"), ratio: "x-floor", aims: []aim{atMost(micro("own-ns/op"), 2.5), atMost(plain("allocs/op", "%.0f allocations"), 0)}},
			{bench: "AgainstFloor/verify", what: "verify a request", ours: micro("own-ns/op"), floor: micro("floor-ns/op"), ratio: "x-floor", aims: []aim{atMost(micro("own-ns/op"), 2.5), atMost(plain("allocs/op", "%.0f allocations"), 0)}},
			{bench: "AgainstFloor/whole", what: "whole check", ours: micro("own-ns/op"), floor: micro("floor-ns/op"), ratio: "x-floor", aims: []aim{atMost(micro("own-ns/op"), 4)}},
		},
	},
	{
		name: "Unknown keys", pkg: "oauth1", bench: "Refusal", time: "20000x", short: "5000x", count: 7,
		doc: "A wrong signature of a known key (the floor) and an unknown key must cost the same, in turns; medians of seven.",
		rows: []spec{
			{bench: "Refusal", what: "refuse an unknown key", ours: micro("unknown-key-ns"), floor: micro("wrong-signature-ns"), ratio: "ratio", aims: []aim{atMost(plain("ratio", "%.2f"), 1.05)}},
		},
	},
	{
		name: "Explanations", pkg: "oauth1/explain", bench: "Explain", time: "3x", short: "1x", count: 7,
		doc:  "Time by the clock for a search that finds so many mistakes, and for one that finds nothing and so searches all of its depth, on all cores; medians of seven. There is no floor: the work is the number of candidates.",
		rows: explanations(),
	},
	{
		name: "Signed list over HTTP", pkg: "internal/server", bench: "SignedList", time: "15x", short: "7x",
		doc: "The floor is the same handler without authentication; rounds of 200 requests in turns, the median of fifteen pairs.",
		rows: []spec{
			{bench: "SignedList", what: "list requests", ours: plain("signed/s", "%.0f/s"), floor: plain("open/s", "%.0f/s"), ratio: "ratio", aims: []aim{atLeast(plain("ratio", "%.2f"), 0.9)}},
		},
	},
	{
		name: "Jobs", pkg: "internal/e2e", bench: "PostToCompleted", time: "60x", short: "15x",
		doc: "An idle server with a workflow of two tools, from POST to Completed as a client sees it. The floor is the run of a bare child, started cold, without a server; sixty pairs in turns.",
		rows: []spec{
			{bench: "PostToCompleted", what: "POST to Completed, p50", ours: plain("p50-ms", "%.1f ms"), floor: plain("bare-child-p50-ms", "%.1f ms"), ratio: "ratio", aims: []aim{atMost(plain("p50-ms", "%.1f ms"), 15)}},
			{bench: "PostToCompleted", what: "POST to Completed, p95", ours: plain("p95-ms", "%.1f ms"), aims: []aim{atMost(plain("p95-ms", "%.1f ms"), 40)}},
		},
	},
	{
		name: "Jobs per second", pkg: "internal/e2e", bench: "JobsPerSecond", time: "100x", short: "30x", count: 3,
		doc: "Four clients keep both slots busy with the same workflow; the median of three runs of a hundred jobs. Each job is a process of its own.",
		rows: []spec{
			{bench: "JobsPerSecond", what: "jobs", ours: plain("jobs/s", "%.1f/s"), aims: []aim{atLeast(plain("jobs/s", "%.1f/s"), 30)}},
		},
	},
	{
		name: "Loops", pkg: "internal/engine/duckdb", bench: "Loop", time: "5x", short: "1x",
		doc: "An iterative macro of nine tools over a thousand records, a thousand runs. The floor is the same loop as a person would write it in SQL, without counts and conversions: a statement for each run that makes the next table, one that keeps the totals and one that drops the table before; in turns, the median of five.",
		rows: []spec{
			{bench: "Loop", what: "runs of a loop", ours: plain("runs/s", "%.0f/s"), floor: plain("hand-runs/s", "%.0f/s"), ratio: "x-time", aims: []aim{atLeast(plain("runs/s", "%.0f/s"), 300)}},
		},
	},
	{
		name: "Workflows", pkg: "internal/engine/duckdb", bench: "Workflows", time: "1x", short: "1x", workflows: true,
		doc: "The documents of internal/engine/duckdb/testdata/bench beside the same question as hand-written DuckDB SQL that promises the same order. Each run is a process of its own with two threads; " +
			"sides take turns. What is read are tables that DuckDB has generated before the clock starts (records of id, region, amount, units, day; the join's other side has a tenth of them), the same on both sides, and memory is the " +
			"peak of the whole process, those tables included. Our time holds the compiling of the document. Both sides end in record batches that nobody keeps. " +
			"The last two read files of two and a half times as many records (at 10 million: 1 GB of csv) against DuckDB's own csv reader on the csv file, both sides every field of every record.",
	},
}

func explanations() []spec {
	var rows []spec
	for _, r := range []struct {
		name  string
		limit float64
	}{{"one", 0.5}, {"two", 15}, {"three", 500}, {"none_of_one", 0.5}, {"none_of_two", 15}, {"none_of_three", 500}} {
		q := quantity{"ns/op", 1e-6, "%.2f ms"}
		rows = append(rows, spec{bench: "Explain/" + r.name, what: "find " + strings.ReplaceAll(r.name, "_", " "),
			ours: q, floor: plain("candidates", "%.0f candidates"), aims: []aim{atMost(q, r.limit)}})
	}
	return rows
}

// workflowRows makes two rows, time and memory, of each document.
func workflowRows(names []string) []spec {
	var rows []spec
	for _, n := range names {
		_, doc, _ := strings.Cut(n, "/")
		what := doc
		if _, rest, ok := strings.Cut(doc, "_"); ok {
			what = strings.ReplaceAll(rest, "_", " ")
		}
		rows = append(rows,
			spec{bench: n, what: what, ours: plain("ours-s", "%.2f s"), floor: plain("hand-s", "%.2f s"), ratio: "x-time",
				aims: []aim{atMost(plain("x-time", "%.2f"), 1.1)}, note: notes[what]},
			spec{bench: n, what: what + ", memory", ours: plain("ours-MB", "%.0f MB"), floor: plain("hand-MB", "%.0f MB"), ratio: "x-memory",
				aims: []aim{atMost(plain("x-memory", "%.2f"), 1.1)}, note: notes[what+", memory"]})
	}
	return rows
}

func (a aim) String() string {
	sign := "≤ "
	if a.least {
		sign = "≥ "
	}
	return sign + fmt.Sprintf(a.form, a.limit)
}
