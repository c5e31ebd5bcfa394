package eval

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// randomSchema has a field of every kind.
var randomSchema = record.Schema{
	record.New("flag", record.Bool, 0), record.New("n", record.Int32, 0), record.New("big", record.Int64, 0),
	{Name: "dec", Type: record.FixedDecimal, Size: 12, Scale: 3}, record.New("x", record.Double, 0), record.New("s", record.VWString, 40),
	record.New("day", record.Date, 0), record.New("clock", record.Time, 0), record.New("at", record.DateTime, 0),
}

// randomRecords are ordinary values, extreme ones and Nulls.
func randomRecords() *record.Batch {
	b := record.NewBatch(randomSchema, 0)
	b.Append(true, 5, 7, "1.250", 2.5, "Hello World", 18321, int64(3723000000), int64(1582934400000000))
	b.Append(false, -3, int64(-1)<<63, "-0.001", -1e300, "a1 b22; c-333", -200000, 0, int64(-1)<<50)
	b.Append(nil, 0, int64(1)<<62, "0.000", 0.0, "", 2932896, int64(86399999999), int64(253402300799999999))
	b.Append(nil, nil, nil, nil, nil, nil, nil, nil, nil)
	b.Append(true, 2147483647, 9007199254740993, "99999999.999", 1e-300, "2020-02-29", 0, 1, 1)
	return b
}

// generator makes random expressions of a kind.
type generator struct {
	*rand.Rand
	functions map[expr.Kind][]*expr.Function // by the kind of their result
}

func newGenerator(seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), functions: map[expr.Kind][]*expr.Function{}}
	for _, f := range expr.Functions() {
		// A pattern or a padding may be anything, and then takes its time.
		if f.Volatile || strings.HasPrefix(f.Name, "REGEX") || strings.HasPrefix(f.Name, "Pad") {
			continue
		}
		n, err := expr.Parse(f.Examples[0].Expr)
		if err == nil {
			n, err = expr.Check(n, expr.Env{})
		}
		if err == nil {
			g.functions[expr.KindOf(n.Type())] = append(g.functions[expr.KindOf(n.Type())], f)
		}
	}
	return g
}

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

// of makes an expression of a kind, nested at most depth deep.
func (g *generator) of(k expr.Kind, depth int) string {
	if depth == 0 || g.IntN(4) == 0 {
		if k == expr.KindText {
			return g.pick("[s]", "[day]", "[clock]", "[at]", `""`, `"abc"`, `"2021-12-31"`, `"2020-01-31 23:59:59"`, `"12.5x"`, `"months"`, `"day"`, `"%Y %B %H"`, `"äß€"`, "Null()")
		}
		return g.pick("[flag]", "[n]", "[big]", "[dec]", "[x]", "0", "1", "-1", "2.5", "1e10", "65001", "True", "Null()")
	}
	number, text := expr.KindNumber, expr.KindText
	sub := func(k expr.Kind) string { return g.of(k, depth-1) }
	either := number
	if g.IntN(2) == 0 {
		either = text
	}
	switch g.IntN(6) {
	case 0:
		if k == text {
			return "(" + sub(text) + " + " + sub(text) + ")"
		}
		return "(" + sub(number) + " " + g.pick("+", "-", "*", "/", "AND", "OR") + " " + sub(number) + ")"
	case 1:
		if k == number {
			return "(" + sub(either) + " " + g.pick("=", "!=", "<", "<=", ">", ">=") + " " + sub(either) + ")"
		}
		return "IF " + sub(number) + " THEN " + sub(k) + " ELSE " + sub(k) + " ENDIF"
	case 2:
		if k == number {
			return "(" + sub(either) + g.pick(" IN (", " NOT IN (") + sub(either) + ", " + sub(either) + "))"
		}
	}
	list := g.functions[k]
	return g.call(list[g.IntN(len(list))], k, depth)
}

// call makes a call of f, whose result is of kind k where it follows its arguments.
func (g *generator) call(f *expr.Function, k expr.Kind, depth int) string {
	n := f.MinArgs
	if f.MaxArgs > n {
		n += g.IntN(f.MaxArgs - n + 1)
	} else if f.MaxArgs < 0 {
		n += g.IntN(3)
	}
	args := make([]string, n)
	for i := range args {
		kind := expr.KindNumber
		switch f.Param(i).Kind {
		case expr.TextParam, expr.DateParam:
			kind = expr.KindText
		case expr.SameParam, expr.AnyParam:
			kind = k
		}
		args[i] = g.of(kind, depth-1)
	}
	return f.Name + "(" + strings.Join(args, ", ") + ")"
}

// TestRandom: expressions that Check accepts give, for any record, a value of the
// type that Check says, or Null, and give it again when they are printed and read.
func TestRandom(t *testing.T) {
	g := newGenerator(7)
	b := randomRecords()
	lib := fn.New(testOptions())
	env := expr.Env{Schema: randomSchema, Rows: 1, Now: time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC)}
	accepted := 0
	for range 20_000 {
		kind := expr.KindNumber
		if g.IntN(2) == 0 {
			kind = expr.KindText
		}
		src := g.of(kind, 1+g.IntN(3))
		n, err := expr.Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		n, err = expr.Check(n, env)
		if err != nil {
			continue // a unit that is none, kinds that differ
		}
		accepted++
		p, err := Compile(n, lib)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		again, err := Source(n.String(), env, lib)
		if err != nil {
			t.Fatalf("%s prints as %s: %v", src, n, err)
		}
		f, f2 := p.Frame(), again.Frame()
		for row := range b.Len {
			v, err := f.Eval(b, row)
			w, err2 := f2.Eval(b, row)
			if (err == nil) != (err2 == nil) || value(v) != value(w) {
				t.Fatalf("%s = %s, printed as %s = %s", src, value(v), n, value(w))
			}
			if err == nil && !agrees(v, n.Type()) {
				t.Fatalf("%s in record %d is %s %q, and %s for Check", src, row, v.Type(), v.Text(), n.Type())
			}
		}
	}
	if accepted < 10_000 {
		t.Errorf("only %d expressions were accepted", accepted)
	}
}

// agrees reports whether a value is one of a static type.
func agrees(v fn.Value, t record.Type) bool {
	switch {
	case v.IsNull():
		return true
	case t == record.Bool:
		return v.Type() == record.Bool
	case t.IsInteger():
		return v.Type() == record.Int64 || v.Type() == record.Bool
	case t == record.FixedDecimal:
		return v.Type() == t
	case t == record.Double:
		return v.IsNumber() && v.Type() != record.FixedDecimal
	case t.IsString():
		return v.Type() == record.VWString
	}
	return v.Type() == t
}

// TestNumbersDoNotAllocate: a million records of arithmetic make no garbage.
func TestNumbersDoNotAllocate(t *testing.T) {
	p, err := Source(`IF [n] > 5 AND [x] < 3 THEN Round([x] * 2 + [big], 0.1) ELSE Max([n], 1) ENDIF`, expr.Env{Schema: randomSchema}, fn.New(testOptions()))
	if err != nil {
		t.Fatal(err)
	}
	b, f := randomRecords(), p.Frame()
	if n := testing.AllocsPerRun(100, func() { f.Eval(b, 0) }); n != 0 {
		t.Errorf("%v allocations a record", n)
	}
}
