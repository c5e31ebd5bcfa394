package tool

import (
	"errors"
	"fmt"
	"os"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/internal/format"
	"kickoff/record"
)

// library makes the functions that expressions of the tool call.
func (c *Context) library() *fn.Library {
	return fn.New(fn.Options{
		Now: c.Run.Now, Zone: c.Run.Now.Location(), Seed: c.Run.Seed,
		FileExists: func(path string) bool {
			found, err := c.folder().FindOne(path)
			if err != nil {
				return false
			}
			_, err = os.Stat(found.Path)
			return err == nil
		},
		Message: func(kind int, text string) {
			c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.Status(kind), Text: text})
		},
	})
}

// folder is where the tool's files are looked for.
func (c *Context) folder() format.Folder {
	f := format.Folder{Dir: c.Run.Dir, Anywhere: c.Run.Policy.ReadAnywhere, Wrote: c.Run.Wrote, Top: c.Run.Top}
	for _, dir := range []string{c.Run.Top, c.Run.OutDir} {
		if dir != "" {
			f.Roots = append(f.Roots, dir)
		}
	}
	return f
}

// program compiles a checked expression for operators in Go.
func (c *Context) program(option, source string, n expr.Node) (*eval.Program, error) {
	p, err := eval.Compile(n, c.library())
	if err != nil {
		return nil, c.badExpr(option, source, err)
	}
	return p, nil
}

// constant evaluates an expression that reads no field, and no variable: its
// value is that of now.
func (c *Context) constant(option, source string, n expr.Node) (fn.Value, error) {
	var read *expr.Field
	expr.Walk(n, func(n expr.Node) bool {
		if f, ok := n.(*expr.Field); ok {
			read = f
		}
		return read == nil
	})
	if read != nil {
		return fn.Value{}, c.Errorf(diag.BadExpr, option, "there is no record here whose field %q could be read", read.Name)
	}
	p, err := c.program(option, source, n)
	if err != nil {
		return fn.Value{}, err
	}
	v, err := p.Frame().EvalValues(nil)
	if err != nil {
		return v, c.Errorf(diag.Failed, option, "%v", err)
	}
	return v, nil
}

// conversions counts conversion errors by field and reports the first of each.
type conversions struct {
	c     *Context
	count map[string]int
}

func (c *Context) conversions() *conversions {
	return &conversions{c: c, count: make(map[string]int)}
}

// report returns a function that takes the conversion errors of a field.
func (s *conversions) report(field string) func(*fn.Conversion) {
	return func(e *fn.Conversion) {
		if s.count[field]++; s.count[field] <= conversionLimit {
			s.c.Run.Report(engine.Message{Tool: s.c.Tool, Status: engine.Conversion, Text: fmt.Sprintf("%s: %s", field, e.Msg)})
		}
	}
}

// assign converts a value to a field. What does not convert is Null, and
// reported.
func (s *conversions) assign(v fn.Value, to record.Field) fn.Value {
	out, err := fn.Assign(v, to)
	var e *fn.Conversion
	if errors.As(err, &e) {
		s.report(to.Name)(e)
	}
	return out
}

// put adds a value that has been assigned to the field of a column.
func (e *emitter) put(col int, v fn.Value) {
	eval.Append(&e.batch.Cols[col], e.batch.Schema[col].Type, e.batch.Len, v)
}

// valuesAt is a record of a batch as values.
func valuesAt(b *record.Batch, row int, into []fn.Value) []fn.Value {
	into = into[:0]
	for col := range b.Cols {
		into = append(into, eval.At(b, row, col))
	}
	return into
}

// valueText is a value of the first record as text; "" for Null.
func valueText(b *record.Batch, col int) string {
	if b.Len == 0 {
		return ""
	}
	return eval.At(b, 0, col).Text()
}
