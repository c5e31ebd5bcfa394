package plain

import (
	"bytes"
	"fmt"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
)

// maxCount bounds the list that one record makes.
const maxCount = 10_000_000

// library holds the functions of the session.
func (s *session) library() *fn.Library {
	if s.functions == nil {
		s.functions = fn.New(fn.Options{Seed: s.options.Seed})
	}
	return s.functions
}

// compile readies an expression over the records of in.
func (s *session) compile(n expr.Node, in *table) (func(row []any) (fn.Value, error), *eval.Frame, error) {
	p, err := eval.Compile(n, s.library())
	if err != nil {
		return nil, nil, err
	}
	f := p.Frame()
	values := make([]fn.Value, len(in.fields))
	return func(row []any) (fn.Value, error) {
		for i := range values {
			values[i] = fn.Of(row[i], in.fields[i].Type)
		}
		return f.EvalValues(values)
	}, f, nil
}

func (s *session) holds(cond expr.Node, in *table, row []any) (bool, error) {
	at, _, err := s.compile(cond, in)
	if err != nil {
		return false, err
	}
	v, err := at(row)
	return v.IsTrue(), err
}

// project computes fields from each record.
func (s *session) project(n *plan.Project, in, out *table) error {
	out.rows = make([][]any, len(in.rows))
	for i := range out.rows {
		out.rows[i] = make([]any, len(n.Cols))
	}
	for i, c := range n.Cols {
		at, f, err := s.compile(c.Expr, in)
		if err != nil {
			return err
		}
		f.Report = s.conversion(n.Tool, c.Field)
		for r, row := range in.rows {
			v, err := at(row)
			if err != nil {
				return err
			}
			out.rows[r][i] = f.Assign(v, c.Field).Any()
		}
	}
	return nil
}

// conversion reports conversion errors of a field, up to the limit.
func (s *session) conversion(tool diag.Tool, f record.Field) func(*fn.Conversion) {
	limit := s.options.ConversionLimit
	if limit == 0 {
		limit = 10
	}
	n := 0
	return func(c *fn.Conversion) {
		if n++; n > limit || s.options.Events == nil {
			return
		}
		s.options.Events(&engine.Message{Tool: tool, Status: engine.Conversion, Text: f.Name + ": " + c.Msg})
	}
}

func (s *session) filter(n *plan.Filter, in, out *table) error {
	at, _, err := s.compile(n.Cond, in)
	if err != nil {
		return err
	}
	for i, r := range in.rows {
		v, err := at(r)
		if err != nil {
			return err
		}
		if v.IsTrue() != n.Not {
			out.add(r, i)
		}
	}
	return nil
}

// count lists From, From+Step, ... while not beyond To.
func (s *session) count(l *plan.RangeList, in *table, row []any, emit func(any)) error {
	var bounds [3]fn.Value
	for i, n := range []expr.Node{l.From, l.To, l.Step} {
		at, _, err := s.compile(n, in)
		if err == nil {
			bounds[i], err = at(row)
		}
		if err != nil {
			return err
		}
	}
	from, to, step := bounds[0], bounds[1], bounds[2]
	if from.IsNull() || to.IsNull() || step.IsNull() || step.Float() == 0 {
		return nil
	}
	whole := (from.IsWhole() || from.Type().IsDate()) && step.IsWhole()
	for i := 0; ; i++ {
		x := units(from) + float64(i)*step.Float()
		if step.Float() > 0 && x > units(to) || step.Float() < 0 && x < units(to) {
			return nil
		}
		if i == maxCount {
			return fmt.Errorf("plain: a list of more than %d values", maxCount)
		}
		if whole {
			emit(from.Int() + int64(i)*step.Int())
		} else {
			emit(x)
		}
	}
}

// units is a number, or a date in the units of record.Column.
func units(v fn.Value) float64 {
	if v.Type().IsDate() {
		return float64(v.Int())
	}
	return v.Float()
}

func dictionary(a, b string) int { return bytes.Compare(fn.DictionaryKey(a), fn.DictionaryKey(b)) }
