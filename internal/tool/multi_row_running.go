package tool

import (
	"kickoff/expr"
	"kickoff/internal/plan"
	"kickoff/record"
)

// addend returns what a Multi-Row Formula of the kind [Row-1:sum] + x adds to its
// own value of the record before, or nil where it is of another kind. The engine
// sums that up by itself, in another order, so that the last digits of a sum of
// fractions may be others, as in Running Total.
//
// Fields of other types than Double may overflow on the way, and what comes after
// that depends on it.
func (m *multiRow) addend() expr.Node {
	sum, ok := m.value.(*expr.Binary)
	if !ok || sum.Op != expr.Add || sum.Type() != record.Double || m.others != "Empty" || m.s[m.target].Type != record.Double || isVolatile(m.value) {
		return nil
	}
	before := func(n expr.Node) bool {
		f, ok := n.(*expr.Field)
		return ok && f.Index == m.target && f.Row == -1
	}
	switch {
	case before(sum.X) && !m.readsItself(sum.Y):
		return sum.Y
	case before(sum.Y) && !m.readsItself(sum.X):
		return sum.X
	}
	return nil
}

// runningSum sums up over a window. Once an addend is Null, so are the sums of
// its group from there on.
func (m *multiRow) runningSum(in plan.Node, addend expr.Node) plan.Node {
	s := in.Schema()
	from, value := m.beside(in, addend)
	names := append(s[:len(s):len(s)], record.New(s.Unique("addend"), record.Double, 0))
	from = m.c.project(from, append(sames(s), plan.Column{Field: names[len(s)], Expr: value}))
	names = append(names, record.New(names.Unique("sum"), record.Double, 0))
	from = &plan.Window{In: from, Partition: m.group, Cols: []plan.WindowCol{{Field: names[len(s)+1], Func: plan.StrictSum, Arg: len(s)}}}
	return m.computed(from, s, expr.FieldAt(names, len(s)+1))
}
