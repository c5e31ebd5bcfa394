package sqlgen

import (
	"kickoff/expr"
	"kickoff/internal/plan"
)

// largeValues and largeText are from how many records and bytes of text on a
// table given in the document is loaded rather than written into the statement.
const (
	largeValues = 100
	largeText   = 1 << 20
)

// isLarge reports whether a table is too large to be written into a statement.
func isLarge(n *plan.Values) bool {
	if len(n.Rows) > largeValues {
		return true
	}
	size := 0
	for _, r := range n.Rows {
		for _, v := range r {
			if s, ok := v.(string); ok {
				size += len(s)
			}
		}
	}
	return size > largeText
}

// Shared lists the relations below roots that must stand in tables before the
// roots can be rendered, each after those that it reads: what is read by more
// than one statement or twice by one, what DuckDB does not read or compute by
// itself, and large tables of the document. known tells what stands in a table.
func Shared(roots []plan.Node, known func(plan.Node) bool) []plan.Node {
	uses := make(map[plan.Node]int)
	seen := make(map[plan.Node]bool)
	var count func(n plan.Node)
	count = func(n plan.Node) {
		uses[n]++
		if seen[n] || known(n) {
			return
		}
		seen[n] = true
		for _, in := range n.Inputs() {
			count(in)
		}
	}
	for _, r := range roots {
		count(r)
	}
	var list []plan.Node
	cut := make(map[plan.Node]bool)
	done := make(map[plan.Node]bool)
	var visit func(n plan.Node)
	visit = func(n plan.Node) {
		if done[n] || known(n) {
			return
		}
		done[n] = true
		for _, in := range n.Inputs() {
			visit(in)
		}
		if table := tabled(n, uses[n] > 1, func(n plan.Node) bool { return cut[n] || known(n) }); table {
			cut[n] = true
			list = append(list, n)
		}
	}
	for _, r := range roots {
		visit(r)
	}
	return list
}

// tabled reports whether n must stand in a table.
func tabled(n plan.Node, shared bool, inTable func(plan.Node) bool) bool {
	switch n := n.(type) {
	case *plan.Table:
		return false
	case *plan.Values:
		return isLarge(n)
	case *plan.Read, *plan.Apply:
		return true
	case *plan.Check:
		return !counted(n.In, inTable)
	}
	return shared && !cheap(n, inTable)
}

// cheap reports whether to compute n again costs no more than to read a table:
// it gives the records of a table, or some of their fields.
func cheap(n plan.Node, inTable func(plan.Node) bool) bool {
	switch n := n.(type) {
	case *plan.Table:
		return true
	case *plan.Values:
		return len(n.Rows) <= largeValues
	case *plan.Anchor:
		return inTable(n.In) || cheap(n.In, inTable)
	case *plan.Check:
		return inTable(n.In) || cheap(n.In, inTable)
	case *plan.Project:
		s := n.In.Schema()
		for _, c := range n.Cols {
			f, ok := c.Expr.(*expr.Field)
			if !ok || f.Row != 0 || f.Index < 0 || f.Index >= len(s) {
				return false
			}
			if from := s[f.Index]; from.Type != c.Field.Type || from.Size != c.Field.Size || from.Scale != c.Field.Scale {
				return false
			}
		}
		return inTable(n.In) || cheap(n.In, inTable)
	}
	return false
}

// counted reports whether n has as many records as a table.
func counted(n plan.Node, inTable func(plan.Node) bool) bool {
	if inTable(n) {
		return true
	}
	switch n := n.(type) {
	case *plan.Table, *plan.Values:
		return true
	case *plan.Anchor:
		return counted(n.In, inTable)
	case *plan.Check:
		return counted(n.In, inTable)
	case *plan.Project:
		return counted(n.In, inTable)
	case *plan.Sort:
		return counted(n.In, inTable)
	case *plan.Window:
		return counted(n.In, inTable)
	}
	return false
}
