package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/internal/compile"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

func newSQLCmd(a *app) *cobra.Command {
	var answers []string
	cmd := &cobra.Command{
		Use:   "sql WORKFLOW",
		Short: "Print the SQL that a workflow file compiles to",
		Long: `Compile a workflow without running it and print its statements: first the tables
for what several statements read or what the engine does not read by itself, then
one statement for each output that feeds a Browse or nothing, and for each file
that is written. Fields are c1, c2, ... by position. Of a tool whose fields depend
on the data, the fields are those that Designer cached in the document.`,
		Example: `  kickoff sql "Monthly Sales.yxmd"`,
		Args:    args(cobra.ExactArgs(1)),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.sql(cmd.Context(), args[0], answers) },
	}
	cmd.Flags().StringArrayVarP(&answers, "answer", "a", nil, "answer one question: `name=value`")
	return cmd
}

func (a *app) sql(ctx context.Context, path string, answers []string) error {
	p, err := a.compiled(ctx, path, answers)
	if err != nil {
		return err
	}
	if err := p.Diags.Err(); err != nil {
		return withHint(err, "'kickoff check' lists what can and cannot be run, tool by tool")
	}
	list, err := statements(p)
	if err != nil {
		return err
	}
	if a.json {
		return a.writeJSON(list)
	}
	for i, s := range list {
		if i > 0 {
			fmt.Fprintln(a.Out)
		}
		fmt.Fprintf(a.Out, "-- %s\n", s.Of)
		if len(s.Fields) > 0 {
			fmt.Fprintf(a.Out, "-- %s\n", strings.Join(s.Fields, ", "))
		}
		if s.SQL != "" {
			fmt.Fprintf(a.Out, "%s;\n", s.SQL)
		}
	}
	return nil
}

// statement is one statement of a program, or a table that the engine loads.
type statement struct {
	Of     string   `json:"of"`
	Table  string   `json:"table,omitempty"`
	Fields []string `json:"fields"` // "c1 = name"
	SQL    string   `json:"sql,omitempty"`
}

// statements renders a program. What SQL does not say becomes a table that is
// loaded, named in a comment.
func statements(p *compile.Program) ([]statement, error) {
	type root struct {
		tool   diag.Tool
		anchor string
		node   plan.Node
	}
	var roots []root
	for _, s := range p.Sinks {
		roots = append(roots, root{s.Tool, "what it takes", s.In})
	}
	for _, s := range p.Streams {
		roots = append(roots, root{s.Tool, s.Anchor, s.Node})
	}
	nodes := make([]plan.Node, len(roots))
	for i, r := range roots {
		nodes[i] = r.node
	}
	tables := make(map[plan.Node]string)
	known := func(n plan.Node) bool { return tables[n] != "" }
	options := sqlgen.Options{
		Table:    func(n plan.Node) (string, bool) { return tables[n], tables[n] != "" },
		Function: func(name string, result record.Type) (string, error) { return sqlgen.FunctionName(name, result), nil },
	}
	var list []statement
	for i, n := range sqlgen.Shared(nodes, known, false) {
		s := statement{Table: fmt.Sprintf("t%d", i+1), Fields: columns(n.Schema())}
		switch n := n.(type) {
		case *plan.Read:
			s.Of = fmt.Sprintf("table %s is loaded from %s", s.Table, n.Name)
		case *plan.Apply:
			s.Of = fmt.Sprintf("table %s is computed by %s from %s", s.Table, n.Name, inputs(n, tables))
		case *plan.Values:
			s.Of = fmt.Sprintf("table %s is loaded from the document: %d records", s.Table, len(n.Rows))
		default:
			s.Of = "table " + s.Table
			text, err := sqlgen.Select(n, options)
			if err != nil {
				return nil, err
			}
			s.SQL = fmt.Sprintf("CREATE TABLE %s AS\n%s", sqlgen.Ident(s.Table), text)
		}
		tables[n] = s.Table
		list = append(list, s)
	}
	for _, r := range roots {
		text, err := sqlgen.Select(r.node, options)
		if err != nil {
			return nil, err
		}
		list = append(list, statement{Of: fmt.Sprintf("%s: %s", r.tool, r.anchor), Fields: columns(r.node.Schema()), SQL: text})
	}
	return list, nil
}

// inputs names the tables that an operator in Go reads.
func inputs(n *plan.Apply, tables map[plan.Node]string) string {
	if len(n.In) == 0 {
		return "nothing"
	}
	names := make([]string, len(n.In))
	for i, in := range n.In {
		if names[i] = tables[in]; names[i] == "" {
			names[i] = "a statement"
		}
	}
	return strings.Join(names, ", ")
}

func columns(s record.Schema) []string {
	list := make([]string, len(s))
	for i, f := range s {
		list[i] = fmt.Sprintf("c%d = %s", i+1, f.Name)
	}
	return list
}
