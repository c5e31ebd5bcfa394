//go:build cgo

package duckdb

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
)

var benchRecords = flag.Int("records", 200_000, "how many records BenchmarkPlans runs over")

// workload is a plan and the same question in SQL written by hand, with the same
// order promised.
type workload struct {
	name string
	plan func(big, small plan.Node) plan.Node
	sql  string
}

func at(n plan.Node, id int, name string) plan.Node {
	return &plan.Anchor{In: n, Tool: diag.Tool{ID: id, Name: name}, Name: "Output"}
}

// formula appends fields, each seeing those before it, as the Formula tool does.
func formula(in plan.Node, id int, cols ...plan.Column) plan.Node {
	for _, c := range cols {
		s := in.Schema()
		p := &plan.Project{In: in, Tool: diag.Tool{ID: id, Name: "Formula"}}
		for i := range s {
			p.Cols = append(p.Cols, plan.Column{Field: s[i], Expr: expr.FieldAt(s, i)})
		}
		p.Cols = append(p.Cols, c)
		in = p
	}
	return at(in, id, "Formula")
}

func parsed(src string, s record.Schema) expr.Node {
	n, err := expr.Parse(src)
	if err == nil {
		n, err = expr.Check(n, expr.Env{Schema: s})
	}
	if err != nil {
		panic(err)
	}
	return n
}

// grow adds one computed field.
func grow(in plan.Node, id int, f record.Field, src string) plan.Node {
	return formula(in, id, plan.Column{Field: f, Expr: parsed(src, in.Schema())})
}

func where(in plan.Node, id int, src string) plan.Node {
	return at(&plan.Filter{In: in, Cond: parsed(src, in.Schema())}, id, "Filter")
}

// workloads are over big (id Int32, region V_String 20, amount Double, units
// Int32, day Date) and small (id Int32, label V_String 20), 1/10 of it.
var workloads = []workload{
	{"filter and formula", func(big, _ plan.Node) plan.Node {
		return grow(where(big, 2, "[units] < 50 AND [amount] > 100"), 3, record.New("total", record.Double, 0), "[amount] * [units] + 1")
	}, `SELECT c1, c2, c3, c4, c5, c3 * c4 + 1 FROM big WHERE c4 < 50 AND c3 > 100`},
	{"five formulas", func(big, _ plan.Node) plan.Node {
		n := grow(big, 2, record.New("a", record.Double, 0), "[amount] * 1.2")
		n = grow(n, 3, record.New("b", record.Int32, 0), "[units] + 5")
		n = grow(n, 4, record.New("c", record.VString, 30), "Uppercase([region]) + '-x'")
		n = grow(n, 5, record.New("d", record.Double, 0), "IF [a] > 500 THEN [b] ELSE [a] ENDIF")
		return grow(n, 6, record.New("e", record.VString, 10), "Left([region], 3)")
	}, `SELECT *, CASE WHEN a > 500e0 THEN CAST(b AS DOUBLE) ELSE a END, left(c2, 3)
	    FROM (SELECT *, c3 * 1.2e0 AS a, CAST(c4 + 5 AS INTEGER) AS b, upper(c2) || '-x' AS c FROM big)`},
	{"filter, formula, summarize, sort", func(big, _ plan.Node) plan.Node {
		n := grow(where(big, 2, "[units] < 90"), 3, record.New("total", record.Double, 0), "[amount] * [units]")
		n = at(&plan.Aggregate{In: n, Keys: []int{1}, Aggs: []plan.Agg{{Field: record.New("sum", record.Double, 0), Func: plan.AggSum, Arg: 5}, {Field: record.New("n", record.Int64, 0), Func: plan.AggCount}}}, 4, "Summarize")
		return at(&plan.Sort{In: n, Keys: []plan.SortKey{{Col: 1, Desc: true}}}, 5, "Sort")
	}, `SELECT c2, sum(c3 * c4) AS s, count(*) FROM big WHERE c4 < 90 GROUP BY c2 ORDER BY s DESC NULLS LAST, c2 NULLS FIRST`},
	{"sort", func(big, _ plan.Node) plan.Node {
		return at(&plan.Sort{In: big, Keys: []plan.SortKey{{Col: 1}, {Col: 2, Desc: true}}}, 2, "Sort")
	}, `SELECT * FROM big ORDER BY c2 NULLS FIRST, c3 DESC NULLS LAST, rowid`},
	{"join", func(big, small plan.Node) plan.Node {
		return at(&plan.Join{Left: big, Right: small, LeftKeys: []int{0}, RightKeys: []int{0}}, 3, "Join")
	}, `SELECT l.*, r.* FROM big l JOIN small r ON l.c1 IS NOT DISTINCT FROM r.c1 ORDER BY l.c1 NULLS FIRST, l.rowid, r.rowid`},
	{"summarize many groups", func(big, _ plan.Node) plan.Node {
		g := grow(big, 2, record.New("g", record.Int32, 0), "Mod([id], 1000000)")
		return at(&plan.Aggregate{In: g, Keys: []int{5}, Aggs: []plan.Agg{{Field: record.New("sum", record.Double, 0), Func: plan.AggSum, Arg: 2}, {Field: record.New("max", record.Int32, 0), Func: plan.AggMax, Arg: 3}}}, 3, "Summarize")
	}, `SELECT c1 % 1000000 AS g, sum(c3), max(c4) FROM big GROUP BY g ORDER BY g NULLS FIRST`},
	{"unique", func(big, _ plan.Node) plan.Node {
		w := &plan.Window{In: big, Partition: []int{1, 3}, Cols: []plan.WindowCol{{Field: record.New("k", record.Int64, 0), Func: plan.RowNumber}}}
		return where(w, 2, "[k] = 1")
	}, `SELECT c1, c2, c3, c4, c5, k FROM (SELECT *, row_number() OVER (PARTITION BY c2, c4 ORDER BY rowid) AS k, rowid AS o FROM big) WHERE k = 1 ORDER BY o`},
	{"union of four", func(big, _ plan.Node) plan.Node {
		return at(&plan.Union{In: []plan.Node{where(big, 2, "[units] < 10"), where(big, 3, "[units] > 90"), where(big, 4, "[units] = 50"), where(big, 5, "[amount] < 10")}}, 6, "Union")
	}, `SELECT * FROM big WHERE c4 < 10 UNION ALL SELECT * FROM big WHERE c4 > 90 UNION ALL SELECT * FROM big WHERE c4 = 50 UNION ALL SELECT * FROM big WHERE c3 < 10`},
	{"running total", func(big, _ plan.Node) plan.Node {
		return at(&plan.Window{In: big, Partition: []int{1}, Cols: []plan.WindowCol{{Field: record.New("t", record.Double, 0), Func: plan.RunningSum, Arg: 2}}}, 2, "Running Total")
	}, `SELECT c1, c2, c3, c4, c5, sum(coalesce(c3, 0)) OVER (PARTITION BY c2 ORDER BY rowid ROWS UNBOUNDED PRECEDING) FROM big ORDER BY rowid`},
	{"text to rows", func(big, _ plan.Node) plan.Node {
		return at(&plan.Unnest{In: big, List: &plan.SplitList{Col: 1, Delims: " "}, Into: record.New("part", record.VString, 20), Replace: 1}, 2, "Text To Columns")
	}, `SELECT c1, unnest(string_split(c2, ' ')), c3, c4, c5 FROM big`},
}

// benchTables makes the tables.
func benchTables(b testing.TB, s *session, n int) (big, small *plan.Table) {
	if err := makeTables(context.Background(), s, n); err != nil {
		b.Fatal(err)
	}
	return bigTable(n), smallTable(n)
}

func bigTable(n int) *plan.Table {
	return &plan.Table{Name: "big", Rows: int64(n), Fields: record.Schema{record.New("id", record.Int32, 0), record.New("region", record.VString, 20),
		record.New("amount", record.Double, 0), record.New("units", record.Int32, 0), record.New("day", record.Date, 0)}}
}

func smallTable(n int) *plan.Table {
	return &plan.Table{Name: "small", Rows: int64(n / 10), Fields: record.Schema{record.New("id", record.Int32, 0), record.New("label", record.VString, 20)}}
}

// bigSQL gives the records of big, small's are every tenth number.
const bigSQL = `SELECT CAST(hash(i) %% %[1]d AS INTEGER) AS c1, 'region ' || (hash(i, 1) %% 500) AS c2, CAST(hash(i, 2) %% 100000 AS DOUBLE) / 100 AS c3,
	CAST(hash(i, 3) %% 100 AS INTEGER) AS c4, DATE '2020-01-01' + CAST(hash(i, 4) %% 2000 AS INTEGER) AS c5 FROM range(%[1]d) r(i)`

func makeTables(ctx context.Context, s *session, n int) error {
	for _, sql := range []string{
		"CREATE TABLE big AS " + fmt.Sprintf(bigSQL, n),
		fmt.Sprintf(`CREATE TABLE small AS SELECT CAST(i * 10 AS INTEGER) AS c1, 'label ' || i AS c2 FROM range(%d) r(i)`, n/10),
	} {
		if _, err := s.conn.exec(ctx, sql); err != nil {
			return err
		}
	}
	s.tables["big"], s.tables["small"] = true, true
	return nil
}

// BenchmarkPlans runs each workload as a plan and by hand, in turn, and reports
// the ratios of the medians of time, and of the peaks of memory. Both end
// in batches of records that nobody keeps.
func BenchmarkPlans(b *testing.B) {
	s := openTest(b, engine.Options{Events: func(engine.Event) {}})
	big, small := benchTables(b, s, *benchRecords)
	ctx := context.Background()
	bigA, smallA := at(big, 1, "Input Data"), at(small, 1, "Input Data")
	for _, w := range workloads {
		b.Run(strings.ReplaceAll(w.name, " ", "_"), func(b *testing.B) {
			var ours, theirs []time.Duration
			var ourMem, theirMem int64
			var n int64
			for range max(b.N, 5) {
				p := w.plan(bigA, smallA)
				d, m := measure(func() {
					sink := &counter{}
					if err := s.Run(ctx, []engine.Sink{{In: p, Open: func(context.Context) (record.Writer, error) { return sink, nil }}}); err != nil {
						b.Fatal(err)
					}
					n = sink.n
				})
				ours, ourMem = append(ours, d), max(ourMem, m)
				d, m = measure(func() {
					st, err := s.conn.query(ctx, w.sql, p.Schema())
					if err != nil {
						b.Fatal(err)
					}
					r := &reader{schema: p.Schema(), s: st}
					sink := &counter{}
					if err := copyAll(ctx, r, sink); err != nil {
						b.Fatal(err)
					}
					r.Close()
					if sink.n != n {
						b.Fatalf("%d records by plan, %d by hand", n, sink.n)
					}
				})
				theirs, theirMem = append(theirs, d), max(theirMem, m)
			}
			slices.Sort(ours)
			slices.Sort(theirs)
			o, t := ours[len(ours)/2], theirs[len(theirs)/2]
			b.ReportMetric(float64(o)/float64(t), "time-ratio")
			b.ReportMetric(float64(ourMem)/float64(max(theirMem, 1)), "memory-ratio")
			b.ReportMetric(float64(o.Milliseconds()), "plan-ms")
			b.ReportMetric(float64(t.Milliseconds()), "sql-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

type counter struct{ n int64 }

func (c *counter) Write(_ context.Context, b *record.Batch) error { c.n += int64(b.Len); return nil }
func (c *counter) Close() error                                   { return nil }

// measure returns the processor time that f takes, which other work on the
// machine disturbs less than the clock, and the peak of resident memory.
func measure(f func()) (time.Duration, int64) {
	os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // resets the peak
	start := processor()
	f()
	return processor() - start, peak()
}

func processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the highest resident memory since it was reset, in bytes.
func peak() int64 {
	b, _ := os.ReadFile("/proc/self/status")
	_, s, _ := strings.Cut(string(b), "VmHWM:")
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	n, _ := strconv.ParseInt(s, 10, 64)
	return n << 10
}

// BenchmarkUnreadConversions says what it would cost to convert the fields that
// nothing reads, so that their conversion errors could be told: twenty texts
// become numbers and dates, as a Select after a csv file has it, of which one is
// summed; the second time the other nineteen are counted too.
func BenchmarkUnreadConversions(b *testing.B) {
	const fields = 20
	in := &plan.Unnest{Into: record.New("i", record.Int64, 0), Replace: -1,
		In: &plan.Values{Fields: record.Schema{record.New("one", record.Int32, 0)}, Rows: [][]any{{1}}}}
	in.List = &plan.RangeList{From: parsed("1", in.In.Schema()), To: parsed(fmt.Sprint(*benchRecords), in.In.Schema()), Step: parsed("1", in.In.Schema())}
	text := &plan.Project{In: in}
	for i := range fields {
		source := fmt.Sprintf("ToString([i] * %d / 4)", i+1)
		if i%4 == 3 {
			source = "ToString(DateTimeAdd('2020-01-01', Mod([i], 900), 'days'))"
		}
		text.Cols = append(text.Cols, plan.Column{Field: record.New(fmt.Sprint("f", i), record.VString, 254), Expr: parsed(source, in.Schema())})
	}
	for _, read := range []int{1, fields} {
		b.Run(fmt.Sprintf("%d of %d read", read, fields), func(b *testing.B) {
			s := openTest(b, engine.Options{Events: func(engine.Event) {}})
			table, err := s.Materialise(b.Context(), text)
			if err != nil {
				b.Fatal(err)
			}
			typed := &plan.Project{In: table, Tool: diag.Tool{ID: 2, Name: "Select"}}
			for i, f := range text.Schema() {
				t := record.New(f.Name, record.Double, 0)
				if i%4 == 3 {
					t = record.New(f.Name, record.Date, 0)
				}
				typed.Cols = append(typed.Cols, plan.Column{Field: t, Expr: expr.FieldAt(table.Fields, i)})
			}
			sums := &plan.Aggregate{In: at(typed, 2, "Select"), Aggs: []plan.Agg{{Field: record.New("sum", record.Double, 0), Func: plan.AggSum}}}
			for i := 1; i < read; i++ {
				sums.Aggs = append(sums.Aggs, plan.Agg{Field: record.New(fmt.Sprint("n", i), record.Int64, 0), Func: plan.AggCountNonNull, Arg: i})
			}
			for b.Loop() {
				t, err := s.Materialise(b.Context(), at(sums, 3, "Summarize"))
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Drop(b.Context(), t); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
