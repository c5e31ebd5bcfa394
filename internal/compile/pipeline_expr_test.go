//go:build cgo

package compile

import (
	"math"
	"strings"

	"kickoff/expr"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/record"
)

// expressions makes expressions over a table from the bottom up: each round puts
// values of the pools together by an operator or a function of the language.
type expressions struct {
	*maker
	in                          *table
	numbers, texts, dates, both []string
	nodes                       map[string]expr.Node
}

// rounding functions differ in the last digits between libraries, and some others
// read what is outside a table.
var leftOut = map[string]bool{"acos": true, "asin": true, "atan": true, "atan2": true, "cos": true, "cosh": true, "sin": true, "sinh": true, "tan": true, "tanh": true,
	"exp": true, "log": true, "log10": true, "pow": true, "sqrt": true, "fileexists": true, "factorial": true}

func (m *maker) expressions(in *table) *expressions {
	e := &expressions{maker: m, in: in, nodes: make(map[string]expr.Node)}
	for _, f := range in.fields {
		if !in.rough[f.Name] && notObject(f) {
			e.take("[" + f.Name + "]")
		}
	}
	for _, s := range []string{"0", "1", "2", "-1", "2.5", "'a'", "'B'", "''", "'ä'", "','", "'2020-01-31'", "'2020-01-31 10:20:30'", "True", "Null()", "'days'", "'month'", "'%Y-%m'", "'\\d+'"} {
		e.take(s)
	}
	for range 4 + m.IntN(14) {
		e.take(e.combine())
	}
	return e
}

// take checks an expression and puts it into the pool of its kind.
func (e *expressions) take(source string) {
	if source == "" || len(source) > 600 {
		return
	}
	n, err := expr.Parse(source)
	if err == nil {
		n, err = expr.Check(n, expr.Env{Schema: e.in.fields, Now: pipelineNow})
	}
	if err != nil {
		return
	}
	e.nodes[source] = n
	switch t := n.Type(); {
	case t.IsNumeric() || t == record.Bool:
		e.numbers = append(e.numbers, source)
	case t.IsDate():
		e.dates = append(e.dates, source)
	case t.IsString():
		e.texts = append(e.texts, source)
	}
	e.both = append(e.both, source)
}

// late picks from a pool, mostly what was made last.
func (e *expressions) late(pool []string) string {
	if len(pool) == 0 {
		return "Null()"
	}
	return pool[max(len(pool)-1-int(math.Abs(e.NormFloat64())*float64(len(pool))/3), 0)]
}

func (e *expressions) combine() string {
	num, txt, any := func() string { return e.late(e.numbers) }, func() string { return e.late(e.texts) }, func() string { return e.late(e.both) }
	pair := func(op string) string {
		pool := pickOne(e.Rand, e.numbers, e.texts, e.dates)
		return "(" + e.late(pool) + op + e.late(pool) + ")"
	}
	switch e.IntN(10) {
	case 0:
		return "(" + num() + pickOne(e.Rand, " + ", " - ", " * ", " / ") + num() + ")"
	case 1:
		return pair(pickOne(e.Rand, " = ", " != ", " < ", " <= ", " > ", " >= "))
	case 2:
		return "(" + num() + pickOne(e.Rand, " AND ", " OR ") + num() + ")"
	case 3:
		pool := pickOne(e.Rand, e.numbers, e.texts)
		return "IF " + num() + " THEN " + e.late(pool) + " ELSEIF " + num() + " THEN " + e.late(pool) + " ELSE " + e.late(pool) + " ENDIF"
	case 4:
		return "(" + txt() + " + " + txt() + ")"
	case 5:
		pool := pickOne(e.Rand, e.numbers, e.texts)
		return "(" + e.late(pool) + pickOne(e.Rand, " IN (", " NOT IN (") + e.late(pool) + ", " + e.late(pool) + "))"
	}
	all := expr.Functions()
	f := all[e.IntN(len(all))]
	if f.Volatile || leftOut[strings.ToLower(f.Name)] {
		return ""
	}
	args := f.MinArgs
	if more := f.MaxArgs - f.MinArgs; f.MaxArgs < 0 {
		args += e.IntN(3)
	} else if more > 0 {
		args += e.IntN(more + 1)
	}
	list := make([]string, args)
	same := pickOne(e.Rand, e.numbers, e.texts)
	for i := range list {
		kind := expr.AnyParam
		if len(f.Params) > 0 {
			kind = f.Params[min(i, len(f.Params)-1)].Kind
		}
		switch kind {
		case expr.NumberParam:
			list[i] = num()
		case expr.TextParam:
			list[i] = txt()
		case expr.DateParam:
			list[i] = pickOne(e.Rand, e.late(e.dates), e.late(e.dates), txt())
		case expr.FlagParam:
			list[i] = pickOne(e.Rand, "0", "1")
		case expr.SameParam:
			list[i] = e.late(same)
		case expr.CondParam:
			list[i] = num()
		default:
			list[i] = any()
		}
	}
	return f.Name + "(" + strings.Join(list, ", ") + ")"
}

// values computes an expression for each record of a table.
func (m *maker) values(n expr.Node, in *table, to *record.Field) ([]any, error) {
	return values(m.lib, n, in, to)
}

func values(lib *fn.Library, n expr.Node, in *table, to *record.Field) ([]any, error) {
	p, err := eval.Compile(n, lib)
	if err != nil {
		return nil, err
	}
	f := p.Frame()
	out := make([]any, len(in.rows))
	args := make([]fn.Value, len(in.fields))
	for r, row := range in.rows {
		for i := range args {
			args[i] = fn.Of(row[i], in.fields[i].Type)
		}
		v, err := f.EvalValues(args)
		if err != nil {
			return nil, err
		}
		if to == nil {
			out[r] = v.IsTrue()
		} else {
			out[r] = f.Assign(v, *to).Any()
		}
	}
	return out, nil
}
