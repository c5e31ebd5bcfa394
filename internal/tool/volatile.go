package tool

import (
	"kickoff/expr"
	"kickoff/internal/plan"
	"kickoff/record"
)

// isVolatile reports whether an expression gives another value each time that it
// is computed, as Rand does.
func isVolatile(n expr.Node) bool {
	found := false
	expr.Walk(n, func(n expr.Node) bool {
		call, ok := n.(*expr.Call)
		found = found || ok && call.Func != nil && call.Func.Volatile
		return !found
	})
	return found
}

// anyVolatile reports whether a column is computed by such an expression.
func anyVolatile(cols []plan.Column) bool {
	for _, col := range cols {
		if isVolatile(col.Expr) {
			return true
		}
	}
	return false
}

// once computes a relation with volatile expressions here and now: whatever reads
// it, and whenever, must see the same values. A check has no data and no need.
func (c *Context) once(n plan.Node) (plan.Node, error) {
	if c.Run.Session == nil {
		return n, nil
	}
	return c.Query(n)
}

// decide computes a volatile condition once for each record of in. It gives the
// relation with the outcome as its last field.
func (c *Context) decide(in plan.Node, cond expr.Node) (plan.Node, error) {
	s := in.Schema()
	truth := plan.Column{Field: record.New(s.Unique("True"), record.Bool, 0), Expr: cond}
	return c.once(c.project(in, append(sames(s), truth)))
}
