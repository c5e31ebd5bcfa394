//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"kickoff/internal/compile"
	"kickoff/internal/engine"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

const loopRuns = 1000 // as testdata/loop says

// BenchmarkLoop runs an iterative macro of nine tools over a thousand records a
// thousand times, and in turns the same loop as a person would write it in SQL:
// for each run one statement that makes the next table, one that keeps the
// totals, and one that drops the table before.
func BenchmarkLoop(b *testing.B) {
	a, err := txtar.ParseFile("testdata/loop/nine_tools.txtar")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	for _, f := range a.Files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	sides := [2]func(context.Context, *session, string) (string, error){loopByDocument, loopByHand}
	var took, cpu [2][]time.Duration
	for range b.N {
		var result [2]string
		for i, run := range sides {
			s := openTest(b, engine.Options{Threads: sideThreads, Events: func(engine.Event) {}})
			if err := makeTables(b.Context(), s, 10_000); err != nil {
				b.Fatal(err)
			}
			began, used := time.Now(), processor()
			if result[i], err = run(b.Context(), s, dir); err != nil {
				b.Fatal(err)
			}
			took[i], cpu[i] = append(took[i], time.Since(began)), append(cpu[i], processor()-used)
			s.Close()
		}
		if result[0] != result[1] {
			b.Fatalf("%s by the document, %s by hand", result[0], result[1])
		}
	}
	middle := func(d []time.Duration) float64 { slices.Sort(d); return d[len(d)/2].Seconds() }
	b.ReportMetric(loopRuns/middle(took[0]), "runs/s")
	b.ReportMetric(loopRuns/middle(took[1]), "hand-runs/s")
	b.ReportMetric(middle(cpu[0])*1e6/loopRuns, "cpu-µs/run")
	b.ReportMetric(middle(cpu[1])*1e6/loopRuns, "hand-cpu-µs/run")
	b.ReportMetric(middle(cpu[0])/middle(cpu[1]), "x-cpu")
	b.ReportMetric(middle(took[0])/middle(took[1]), "x-time")
	b.ReportMetric(0, "ns/op")
}

func loopByDocument(ctx context.Context, s *session, dir string) (string, error) {
	file := filepath.Join(dir, "main.yxmd")
	d, err := workflow.ReadFile(file)
	if err != nil {
		return "", err
	}
	run := &tool.Run{Session: s, Dir: dir, OutDir: dir, Now: time.Now(), Seed: 10_000, Policy: tool.Policy{ReadAnywhere: true}}
	p, err := compile.Compile(ctx, d, compile.Options{File: file, Tools: append(tool.All(), &benchTable), Run: run})
	if err != nil {
		return "", err
	}
	var records int
	var sum float64
	for _, st := range p.Streams {
		r, err := s.Read(ctx, st.Node)
		if err != nil {
			return "", err
		}
		all, err := record.ReadAll(ctx, r, 0)
		r.Close()
		if err != nil {
			return "", err
		}
		records += all.Len
		for _, f := range []string{"value", "total"} {
			if i := all.Schema.Index(f); i >= 0 {
				for _, v := range all.Cols[i].Floats {
					sum += v
				}
			}
		}
	}
	return fmt.Sprintf("%d records, %.0f", records, sum), nil
}

func loopByHand(ctx context.Context, s *session, _ string) (string, error) {
	exec := func(sql string, args ...any) error {
		_, err := s.conn.exec(ctx, fmt.Sprintf(sql, args...))
		return err
	}
	if err := exec(`CREATE TABLE loop0 AS SELECT c1 AS id, c2 AS label, c1 / 10 AS value, CAST(c1 / 10 %% 10 AS INTEGER) AS g FROM small`); err != nil {
		return "", err
	}
	if err := exec(`CREATE TABLE totals (g INTEGER, total DOUBLE)`); err != nil {
		return "", err
	}
	if err := exec(`CREATE TABLE weights AS SELECT CAST(i AS INTEGER) AS g, CAST(i * 3 + 1 AS INTEGER) AS weight FROM range(10) r(i)`); err != nil {
		return "", err
	}
	for i := range loopRuns {
		if err := exec(`CREATE TABLE loop%d AS
			SELECT id, CASE WHEN value < 900 THEN left(label, 6) || g ELSE label END AS label, value, g
			FROM (SELECT l.id, l.label, (l.value * 7 + l.id + %d) %% 1009 AS value, l.g, l.rowid AS place FROM loop%d l JOIN weights w ON l.g = w.g)
			ORDER BY value DESC, g, value < 900, place`, i+1, i, i); err != nil {
			return "", err
		}
		if err := exec(`INSERT INTO totals SELECT g, sum(value) AS total FROM loop%d GROUP BY g ORDER BY g LIMIT 1`, i+1); err != nil {
			return "", err
		}
		if err := exec(`DROP TABLE loop%d`, i); err != nil {
			return "", err
		}
	}
	r, err := handRead(ctx, s, fmt.Sprintf(`SELECT total FROM totals UNION ALL SELECT value FROM loop%d`, loopRuns))
	if err != nil {
		return "", err
	}
	defer r.Close()
	all, err := record.ReadAll(ctx, r, 0)
	if err != nil {
		return "", err
	}
	var sum float64
	for _, v := range all.Cols[0].Floats {
		sum += v
	}
	return fmt.Sprintf("%d records, %.0f", all.Len, sum), nil
}
