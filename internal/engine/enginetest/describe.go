package enginetest

import (
	"fmt"
	"strings"

	"kickoff/internal/plan"
)

// Describe prints a plan as an indented tree, for the messages of tests.
func Describe(n plan.Node) string {
	var b strings.Builder
	describe(&b, n, 0, make(map[plan.Node]bool))
	return b.String()
}

func describe(b *strings.Builder, n plan.Node, depth int, seen map[plan.Node]bool) {
	fmt.Fprintf(b, "%s%T %p", strings.Repeat("  ", depth), n, n)
	if seen[n] {
		b.WriteString(" (again)\n")
		return
	}
	seen[n] = true
	switch n := n.(type) {
	case *plan.Values:
		fmt.Fprintf(b, " %v", n.Rows)
	case *plan.Project:
		for _, c := range n.Cols {
			fmt.Fprintf(b, " %s(%s)=%s", c.Field.Name, c.Field.Type, c.Expr)
		}
	case *plan.Filter:
		fmt.Fprintf(b, " %s not=%v", n.Cond, n.Not)
	case *plan.Sort:
		fmt.Fprintf(b, " %v", n.Keys)
	case *plan.Slice:
		fmt.Fprintf(b, " mode %d n %v group %v", n.Mode, n.N, n.Group)
	case *plan.Window:
		fmt.Fprintf(b, " partition %v order %v %+v", n.Partition, n.Order, n.Cols)
	case *plan.Aggregate:
		fmt.Fprintf(b, " keys %v %+v", n.Keys, n.Aggs)
	case *plan.Join:
		fmt.Fprintf(b, " kind %d keys %v=%v position=%v keepLeft=%v", n.Kind, n.LeftKeys, n.RightKeys, n.ByPosition, n.KeepLeft)
	case *plan.Unnest:
		fmt.Fprintf(b, " %T%+v into %s replace %d keep %v", n.List, n.List, n.Into.Name, n.Replace, n.KeepEmpty)
	case *plan.Anchor:
		fmt.Fprintf(b, " %s", n.Tool)
	}
	b.WriteString("\n")
	for _, in := range n.Inputs() {
		describe(b, in, depth+1, seen)
	}
}
