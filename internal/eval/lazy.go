package eval

import (
	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// lazy compiles the functions that do not evaluate all their arguments, or whose
// answer follows from the types. It returns false for the others.
func (c *compiler) lazy(n *expr.Call) (s step, ok bool, err error) {
	switch n.Name {
	case "Coalesce":
		s, err = c.coalesce(n)
	case "GetVal":
		s, err = c.getVal(n)
	case "IIF":
		s, err = c.iif(n)
	case "IsEmpty":
		s, err = c.isEmpty(n)
	case "IsNull":
		s, err = c.isNull(n)
	case "IsNumber":
		s = constant(fn.Bool(expr.KindOf(n.Args[0].Type()) == expr.KindNumber))
	case "IsSpatialObj":
		s = constant(fn.Bool(n.Args[0].Type() == record.SpatialObj))
	case "IsString":
		s = constant(fn.Bool(expr.KindOf(n.Args[0].Type()) == expr.KindText))
	case "Null":
		s = constant(fn.Value{})
	case "Switch":
		s, err = c.switchCase(n)
	default:
		return nil, false, nil
	}
	return s, true, err
}

// results compiles arguments of which one becomes the result.
func (c *compiler) results(n *expr.Call, args []expr.Node) ([]step, error) {
	steps := make([]step, len(args))
	for i, a := range args {
		var err error
		if steps[i], err = c.as(a, n.Type()); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

func (c *compiler) iif(n *expr.Call) (step, error) {
	cond, err := c.node(n.Args[0])
	if err != nil {
		return nil, err
	}
	r, err := c.results(n, n.Args[1:])
	if err != nil {
		return nil, err
	}
	return func(f *Frame) fn.Value {
		if cond(f).IsTrue() {
			return r[0](f)
		}
		return r[1](f)
	}, nil
}

func (c *compiler) coalesce(n *expr.Call) (step, error) {
	r, err := c.results(n, n.Args)
	if err != nil {
		return nil, err
	}
	return func(f *Frame) fn.Value {
		for _, s := range r {
			if v := s(f); !v.IsNull() {
				return v
			}
		}
		return fn.Value{}
	}, nil
}

func (c *compiler) getVal(n *expr.Call) (step, error) {
	index, err := c.node(n.Args[0])
	if err != nil {
		return nil, err
	}
	r, err := c.results(n, n.Args[1:])
	if err != nil {
		return nil, err
	}
	return func(f *Frame) fn.Value {
		v := index(f)
		if i := v.Int(); !v.IsNull() && i >= 0 && i < int64(len(r)) {
			return r[i](f)
		}
		return fn.Value{}
	}, nil
}

func (c *compiler) switchCase(n *expr.Call) (step, error) {
	value, err := c.node(n.Args[0])
	if err != nil {
		return nil, err
	}
	var cases, left, results []step
	otherwise, err := c.as(n.Args[1], n.Type())
	if err != nil {
		return nil, err
	}
	for i := 2; i+1 < len(n.Args); i += 2 {
		s, err := c.node(n.Args[i])
		if err != nil {
			return nil, err
		}
		r, err := c.as(n.Args[i+1], n.Type())
		if err != nil {
			return nil, err
		}
		cases = append(cases, alike(n.Args[0], n.Args[i], s))
		left = append(left, alike(n.Args[0], n.Args[i], identity))
		results = append(results, r)
	}
	return func(f *Frame) fn.Value {
		f.pushed = append(f.pushed, value(f))
		chosen := otherwise
		for i := range cases {
			if fn.Equal(left[i](f), cases[i](f)) {
				chosen = results[i]
				break
			}
		}
		f.pushed = f.pushed[:len(f.pushed)-1]
		return chosen(f)
	}, nil
}

func (c *compiler) isNull(n *expr.Call) (step, error) {
	x, err := c.node(n.Args[0])
	if err != nil {
		return nil, err
	}
	return func(f *Frame) fn.Value { return fn.Bool(x(f).IsNull()) }, nil
}

func (c *compiler) isEmpty(n *expr.Call) (step, error) {
	x, err := c.node(n.Args[0])
	if err != nil {
		return nil, err
	}
	return func(f *Frame) fn.Value {
		v := x(f)
		return fn.Bool(v.IsNull() || v.Type().IsString() && v.Text() == "")
	}, nil
}
