package eval

import (
	"errors"

	"kickoff/internal/fn"
	"kickoff/record"
)

// Frame is where a program runs: the record it looks at and the scratch it
// needs. It belongs to one goroutine.
type Frame struct {
	// Report takes conversion errors and warnings; nil drops them.
	Report func(*fn.Conversion)
	// Other gives the value of a field offset records away from the current one;
	// nil looks within the batch, beyond which there is Null.
	Other func(col, offset int) fn.Value

	prog   *Program
	batch  *record.Batch
	row    int
	values []fn.Value // the record, where it does not stand in a batch
	slots  []fn.Value // arguments of calls
	pushed []fn.Value // values of IN and Switch
	err    error
}

// Frame returns a new frame for the program.
func (p *Program) Frame() *Frame {
	return &Frame{prog: p, slots: make([]fn.Value, p.slots)}
}

// Eval evaluates the program for a record of a batch. The error ends the run; what
// cannot be converted is reported and Null.
func (f *Frame) Eval(b *record.Batch, row int) (fn.Value, error) {
	f.batch, f.row, f.values = b, row, nil
	return f.run()
}

// EvalValues evaluates the program for a record given as one value a field.
func (f *Frame) EvalValues(values []fn.Value) (fn.Value, error) {
	if values == nil {
		values = []fn.Value{}
	}
	f.batch, f.row, f.values = nil, 0, values
	return f.run()
}

func (f *Frame) run() (fn.Value, error) {
	f.err = nil
	v := f.prog.run(f)
	return v, f.err
}

// Field evaluates like Eval and converts the value to a field. err ends the run.
func (f *Frame) Field(b *record.Batch, row int, to record.Field) (fn.Value, error) {
	v, err := f.Eval(b, row)
	if err != nil {
		return v, err
	}
	return f.Assign(v, to), nil
}

// Assign converts a value to a field and reports what is lost.
func (f *Frame) Assign(v fn.Value, to record.Field) fn.Value {
	v, err := fn.Assign(v, to)
	if err != nil {
		f.fail(err)
	}
	return v
}

// fail reports a conversion, and keeps the first error that is none.
func (f *Frame) fail(err error) {
	var c *fn.Conversion
	if errors.As(err, &c) {
		if f.Report != nil {
			f.Report(c)
		}
		return
	}
	if f.err == nil {
		f.err = err
	}
}

// other reads a field of another record.
func (f *Frame) other(col, offset int) fn.Value {
	if f.Other != nil {
		return f.Other(col, offset)
	}
	if f.batch == nil || f.row+offset < 0 || f.row+offset >= f.batch.Len {
		return fn.Value{}
	}
	return At(f.batch, f.row+offset, col)
}

// Column evaluates a program for all records of a batch, as the column of a field.
func (p *Program) Column(b *record.Batch, to record.Field, report func(*fn.Conversion)) (record.Column, error) {
	f := p.Frame()
	f.Report = report
	var c record.Column
	for row := range b.Len {
		v, err := f.Field(b, row, to)
		if err != nil {
			return c, err
		}
		Append(&c, to.Type, row, v)
	}
	return c, nil
}

// At reads a value of a batch.
func At(b *record.Batch, row, col int) fn.Value {
	c := &b.Cols[col]
	if c.IsNull(row) {
		return fn.Value{}
	}
	switch t := b.Schema[col].Type; t {
	case record.Bool:
		return fn.Bool(c.Ints[row] != 0)
	case record.Byte, record.Int16, record.Int32, record.Int64:
		return fn.Int(c.Ints[row])
	case record.Float, record.Double:
		return fn.Float(c.Floats[row])
	case record.FixedDecimal:
		return fn.Decimal(c.Strings[row])
	case record.Date:
		return fn.Date(c.Ints[row])
	case record.Time:
		return fn.Time(c.Ints[row])
	case record.DateTime:
		return fn.DateTime(c.Ints[row])
	case record.Blob, record.SpatialObj:
		return fn.Object(t, string(c.Bytes[row]))
	}
	return fn.Text(c.Strings[row])
}

// Append adds a value, converted to the type of the column by Assign, to a
// column that holds n values.
func Append(c *record.Column, t record.Type, n int, v fn.Value) {
	if v.IsNull() {
		c.AppendNull(t.Kind(), n)
		return
	}
	if len(c.Null) > 0 {
		c.Null = append(c.Null, false)
	}
	switch t.Kind() {
	case record.KindInt:
		c.Ints = append(c.Ints, v.Int())
	case record.KindFloat:
		c.Floats = append(c.Floats, v.Float())
	case record.KindString:
		c.Strings = append(c.Strings, v.Text())
	case record.KindBytes:
		c.Bytes = append(c.Bytes, []byte(v.Text()))
	}
}
