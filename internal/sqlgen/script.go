package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/internal/plan"
	"kickoff/record"
)

// SQL renders relations as a script for people to read: first the tables that
// the engine makes, each once, then one statement a relation, whose columns have
// the names of the fields. What is read from files or computed in Go is named in
// a comment.
func SQL(o Options, roots ...plan.Node) (string, error) {
	tables := make(map[plan.Node]string)
	known := o.Table
	o.Table = func(n plan.Node) (string, bool) {
		if name, ok := tables[n]; ok {
			return name, true
		}
		if known != nil {
			return known(n)
		}
		return "", false
	}
	var b strings.Builder
	for _, n := range Shared(roots, func(n plan.Node) bool { _, ok := o.Table(n); return ok }) {
		name := fmt.Sprintf("t%d", len(tables)+1)
		if err := table(&b, name, n, o); err != nil {
			return "", err
		}
		tables[n] = name
	}
	for _, n := range roots {
		r := &renderer{opts: o, calls: callTable(), named: n.Schema()}
		in, err := r.node(n, ordered)
		if err != nil {
			return "", err
		}
		if a, ok := n.(*plan.Anchor); ok {
			fmt.Fprintf(&b, "-- %s %s\n", a.Tool, a.Name)
		}
		b.WriteString(r.statement(in, len(n.Schema()), ordered) + ";\n\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n", nil
}

// table writes how a table of the script comes about.
func table(b *strings.Builder, name string, n plan.Node, o Options) error {
	switch n := n.(type) {
	case *plan.Read:
		fmt.Fprintf(b, "-- %s holds %s\nCREATE TABLE %s (%s);\n\n", name, oneLine(n.Name), Ident(name), definitions(n.Fields))
		return nil
	case *plan.Values:
		fmt.Fprintf(b, "-- %s holds %d records of the document\nCREATE TABLE %s (%s);\n\n", name, len(n.Rows), Ident(name), definitions(n.Fields))
		return nil
	case *plan.Apply:
		ins := make([]string, len(n.In))
		for i, in := range n.In {
			sql, err := Select(in, o)
			if err != nil {
				return err
			}
			ins[i] = "\n--   " + strings.ReplaceAll(sql, "\n", "\n--   ")
		}
		fmt.Fprintf(b, "-- %s holds what the operator %q makes of%s\nCREATE TABLE %s (%s);\n\n", name, oneLine(n.Name), strings.Join(ins, "\n-- and of"), Ident(name), definitions(n.Fields))
		return nil
	}
	sql, err := Select(n, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "CREATE TABLE %s AS\n%s;\n\n", Ident(name), sql)
	return nil
}

// definitions lists the columns of a table, with the fields they stand for.
func definitions(s record.Schema) string {
	list := make([]string, len(s))
	for i, f := range s {
		list[i] = col(i) + " " + TypeOf(f) + " /* " + strings.ReplaceAll(oneLine(f.Name), "*/", "* /") + " */"
	}
	return strings.Join(list, ", ")
}

// oneLine keeps a text within its comment.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}
