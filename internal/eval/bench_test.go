package eval

import (
	"testing"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// BenchmarkEval measures expressions a record; numbers must not allocate.
func BenchmarkEval(b *testing.B) {
	s := record.Schema{record.New("n", record.Int32, 0), record.New("x", record.Double, 0), record.New("s", record.VWString, 20), record.New("day", record.Date, 0)}
	in := record.NewBatch(s, 0)
	in.Append(7, 2.5, "Hello World 12", 18321)
	for _, c := range []struct{ name, src string }{
		{"arithmetic", `[n] * 2 + [x] / 3 - 1`},
		{"conditional", `IF [n] > 5 AND [x] < 3 THEN 1 ELSEIF IsNull([x]) THEN 2 ELSE 3 ENDIF`},
		{"function", `Round(Abs([x]), 0.1)`},
		{"text", `Left([s], 5) + "-" + ToString([n])`},
		{"contains", `Contains([s], "world")`},
		{"date", `DateTimeDiff([day], "2020-01-01", "days")`},
		{"dateparse", `DateTimeParse("28 Mar 2016", "%d %b %Y")`},
		{"regex", `REGEX_Replace([s], "(\w+) (\w+)", "$2 $1")`},
		{"backtracking", `REGEX_Match([s], "(?=H).*\d+")`},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, err := Source(c.src, expr.Env{Schema: s}, fn.New(testOptions()))
			if err != nil {
				b.Fatal(err)
			}
			f := p.Frame()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Eval(in, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
