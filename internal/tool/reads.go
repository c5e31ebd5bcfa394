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

// replaceFields returns a tree with its fields replaced.
func replaceFields(n expr.Node, by func(f *expr.Field) expr.Node) expr.Node {
	list := func(nodes []expr.Node) []expr.Node {
		out := make([]expr.Node, len(nodes))
		for i, n := range nodes {
			out[i] = replaceFields(n, by)
		}
		return out
	}
	switch n := n.(type) {
	case *expr.Field:
		return by(n)
	case *expr.Unary:
		m := *n
		m.X = replaceFields(n.X, by)
		return &m
	case *expr.Binary:
		m := *n
		m.X, m.Y = replaceFields(n.X, by), replaceFields(n.Y, by)
		return &m
	case *expr.In:
		m := *n
		m.X, m.List = replaceFields(n.X, by), list(n.List)
		return &m
	case *expr.If:
		m := *n
		m.Arms = make([]expr.Arm, len(n.Arms))
		for i, a := range n.Arms {
			m.Arms[i] = expr.Arm{Cond: replaceFields(a.Cond, by), Then: replaceFields(a.Then, by)}
		}
		m.Else = replaceFields(n.Else, by)
		return &m
	case *expr.Call:
		m := *n
		m.Args = list(n.Args)
		return &m
	}
	return n
}
