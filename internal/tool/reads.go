package tool

import "kickoff/expr"

// eachField calls visit for the fields that an expression reads.
func eachField(n expr.Node, visit func(f *expr.Field)) {
	expr.Walk(n, func(n expr.Node) bool {
		if f, ok := n.(*expr.Field); ok {
			visit(f)
		}
		return true
	})
}

// readsAny reports whether an expression reads a field at one of the positions.
func readsAny(n expr.Node, positions map[int]bool) bool {
	found := false
	eachField(n, func(f *expr.Field) { found = found || positions[f.Index] })
	return found
}
