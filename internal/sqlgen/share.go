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
// than one statement or twice by one, what DuckDB does not compute by itself, and
// large tables of the document. known tells what stands in a table; feeds, that
// Options.Feed is there for files that can be handed to their one statement.
func Shared(roots []plan.Node, known func(plan.Node) bool, feeds bool) []plan.Node {
	s := &sharing{known: known, feeds: feeds, uses: make(map[plan.Node]int), reader: make(map[plan.Node]plan.Node)}
	for _, r := range roots {
		s.count(r, nil)
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
		if s.tabled(n, func(n plan.Node) bool { return cut[n] || known(n) }) {
			cut[n] = true
			list = append(list, n)
		}
	}
	for _, r := range roots {
		visit(r)
	}
	return list
}

// sharing is who reads what.
type sharing struct {
	known  func(plan.Node) bool
	feeds  bool
	uses   map[plan.Node]int
	reader map[plan.Node]plan.Node // the first of them; nil of a root
}

func (s *sharing) count(n, reader plan.Node) {
	if s.uses[n]++; s.uses[n] > 1 || s.known(n) {
		return
	}
	s.reader[n] = reader
	for _, in := range n.Inputs() {
		s.count(in, n)
	}
}

// tabled reports whether n must stand in a table.
func (s *sharing) tabled(n plan.Node, inTable func(plan.Node) bool) bool {
	switch n := n.(type) {
	case *plan.Table:
		return false
	case *plan.Values:
		return isLarge(n)
	case *plan.Read:
		return !s.fed(n)
	case *plan.Apply:
		return true
	case *plan.Check:
		return !counted(n.In, inTable)
	}
	return s.uses[n] > 1 && !cheap(n, inTable)
}

// fed reports whether the records of a file are handed to the one statement that
// reads them, while it runs. Below a join they are not: for its plan DuckDB must
// know how many there are, as a Check must. What goes into a table as it is needs
// no statement.
func (s *sharing) fed(n plan.Node) bool {
	asItIs := true
	for s.feeds && s.uses[n] == 1 {
		switch n = s.reader[n]; n.(type) {
		case nil, *plan.Apply:
			return true
		case *plan.Anchor:
			continue
		case *plan.Join, *plan.Check:
			return false
		}
		asItIs = false
	}
	return !asItIs
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
