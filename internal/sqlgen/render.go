// Package sqlgen renders plans as DuckDB SQL. It is the only place that knows
// the dialect and the only place that quotes.
//
// A node becomes a common table expression. Its fields are called c1, c2, ... by
// position, because DuckDB ignores case in names and documents do not always;
// the sink gives them their names back. Record order is kept without an ordinal
// wherever DuckDB keeps it by itself. Where something below breaks order and
// something above needs it, a relation is keyed: it knows expressions over its
// columns whose order is the records' order, taken from the rowid of the table
// at the bottom, and the last select sorts by them.
package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
)

// Options say what the renderer finds in the database, and what it reports to.
type Options struct {
	// Table names the table in which the records of n stand, in order and with
	// the columns c1, c2, ...; false where n is to be rendered.
	Table func(n plan.Node) (name string, ok bool)
	// Rows gives the number, from 0, under which the statement gets the records of
	// n handed over, by the functions kickoff_rows(number), with the columns c1, c2,
	// ..., and kickoff_ordered(number), with the record's place as one more column,
	// o1; false where n is in a table or to be rendered. It may be nil.
	Rows func(n plan.Node) (number int, ok bool)
	// Record gives the one record of n as expressions of the types of its fields;
	// false where n has more records, fewer, or is to be rendered. It may be nil.
	Record func(n plan.Node) (values []string, ok bool)
	// Variable writes what gives the value of a variable, a BIGINT, when the
	// statement runs. Where it is nil its value of now is written.
	Variable func(v *expr.Variable) string
	// Site returns a number from 1 for a place where values are converted; it is
	// passed to the functions that report what does not convert. Nil numbers them 0.
	Site func(s Site) int
	// Function is told of each function of the language that is called in Go,
	// with the type of its result, and returns its name in the database.
	Function func(name string, result record.Type) (string, error)
	// Library computes calls of literals while rendering. It may be nil.
	Library *fn.Library
	// Count returns a number for an anchor whose records are to be counted as
	// they pass, or false where the count is known otherwise. It may be nil.
	Count func(a *plan.Anchor) (id int, ok bool)
	// Traced lists the origins that the last columns of the table of n are for. It
	// may be nil. Note lists those to add such columns for to what is rendered.
	Traced func(n plan.Node) []*plan.Origin
	Note   []*plan.Origin
	// Feed returns the number of a file that stands in no table because the engine
	// hands its records over while the statement runs. The tool is whose anchor is
	// the nearest above. inOrder says that the records must come in order; otherwise
	// several threads may take them.
	Feed func(n *plan.Read, tool diag.Tool, inOrder bool) (number int)
}

// Site is a place where values of one type are put into a field.
type Site struct {
	Tool  diag.Tool
	Field record.Field
}

// Select renders a statement that gives the records of n in order, with the
// columns c1, c2, ...
func Select(n plan.Node, o Options) (string, error) { return render(n, o, ordered) }

// SelectAny is Select without the promise of order.
func SelectAny(n plan.Node, o Options) (string, error) { return render(n, o, free) }

func render(n plan.Node, o Options, w want) (string, error) {
	r := &renderer{opts: o, calls: callTable()}
	r.wanted = o.Note
	need := w
	if len(o.Note) > 0 {
		need = keyed
	}
	in, err := r.node(n, need)
	if err != nil {
		return "", err
	}
	return r.statement(in, len(n.Schema()), w, r.noted(in)), nil
}

// want says what the reader of a relation needs to know about its order.
type want uint8

const (
	free    want = iota // any order
	ordered             // natural or keyed
	keyed
)

// rel is a rendered relation. Either DuckDB hands its records out in order
// (natural), or it is keyed, and sorting by order puts them in order.
type rel struct {
	name  string
	cols  int
	keyed bool
	order []orderKey
	// natural says that DuckDB hands out a keyed relation in order as well.
	natural bool
	traces  []trace
	table   bool // a table of the database, not a common table expression
}

// orderKey is one expression to sort by; Null first ascending, last descending.
type orderKey struct {
	sql  string
	desc bool
	// position says that the values are the record's place, 0, 1, 2, ...
	position bool
	// whole says that the values are whole numbers and never Null.
	whole bool
	// unique says that they are numbers that no two records share.
	unique bool
}

func (k orderKey) String() string {
	if k.desc {
		return k.sql + " DESC NULLS LAST"
	}
	return k.sql + " NULLS FIRST"
}

// orderBy lists keys for an ORDER BY clause.
func orderBy(keys []orderKey) string {
	s := make([]string, len(keys))
	for i, k := range keys {
		s[i] = k.String()
	}
	return strings.Join(s, ", ")
}

// orderClause is ORDER BY with its keys, or nothing without any.
func orderClause(keys []orderKey) string {
	if len(keys) == 0 {
		return ""
	}
	return "ORDER BY " + orderBy(keys)
}

// renderer collects the common table expressions of a statement.
type renderer struct {
	opts  Options
	calls map[string]callFunc
	ctes  []cte
	tool  diag.Tool // of the nearest Anchor above, for diagnostics
	note  string    // what the next expression is, for people
	site  Site      // of the expression being rendered
	// counted is how many anchors are counted while records pass.
	counted int
	// wanted are the origins that are noted on the way up.
	wanted []*plan.Origin
	names  int // columns of traces
	// choosing is how many nodes above leave records out, and so might before they are counted.
	choosing int
}

type cte struct{ name, body, note string }

// add makes a common table expression.
func (r *renderer) add(cols int, body string) rel {
	name := fmt.Sprintf("n%d", len(r.ctes)+1)
	r.ctes = append(r.ctes, cte{name, body, r.note})
	r.note = ""
	return rel{name: name, cols: cols}
}

// statement puts the expressions together and sorts what is keyed.
func (r *renderer) statement(in rel, cols int, w want, traces []string) string {
	var b strings.Builder
	for i, c := range r.ctes {
		if i == 0 {
			b.WriteString("WITH ")
		} else {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "%s AS NOT MATERIALIZED (", c.name)
		if c.note != "" {
			b.WriteString(" -- " + oneLine(c.note))
		}
		b.WriteString("\n  " + indent(c.body) + "\n)")
	}
	if len(r.ctes) > 0 {
		b.WriteString("\n")
	}
	items := columns("", cols)
	if cols == 0 {
		items = "c0"
	}
	fmt.Fprintf(&b, "SELECT %s\nFROM %s", strings.Join(append([]string{items}, traces...), ", "), in.name)
	if w != free && in.keyed && !in.natural && len(in.order) > 0 {
		b.WriteString("\nORDER BY " + orderBy(in.order))
	}
	return b.String()
}

// col names the column of the field at position i.
func col(i int) string { return fmt.Sprintf("c%d", i+1) }

// indent moves the lines of a query to the right, but for those that begin
// inside a literal or a quoted name: their blanks would be data.
func indent(sql string) string {
	var b strings.Builder
	var quote byte
	for i := range len(sql) {
		ch := sql[i]
		b.WriteByte(ch)
		switch {
		case quote == 0 && (ch == '\'' || ch == '"'):
			quote = ch
		case ch == quote:
			quote = 0 // a doubled quote ends the literal and begins it anew
		case ch == '\n' && quote == 0:
			b.WriteString("  ")
		}
	}
	return b.String()
}

// columns lists c1 to cn with a prefix.
func columns(prefix string, n int) string {
	s := make([]string, n)
	for i := range s {
		s[i] = prefix + col(i)
	}
	return strings.Join(s, ", ")
}

// node renders n and what is below it.
func (r *renderer) node(n plan.Node, w want) (rel, error) {
	in, err := r.untraced(n, w)
	if err != nil || len(r.wanted) == 0 || !in.keyed {
		return in, err
	}
	return r.begin(n, in), nil
}

// untraced is node without the origins that begin here.
func (r *renderer) untraced(n plan.Node, w want) (rel, error) {
	if len(n.Schema()) == 0 {
		return r.bare(w), nil
	}
	if r.opts.Rows != nil {
		if number, ok := r.opts.Rows(n); ok {
			return r.tableOf(n, rowsRel(number, len(n.Schema()), w)), nil
		}
	}
	if r.opts.Table != nil {
		if name, ok := r.opts.Table(n); ok {
			return r.tableOf(n, tableRel(name, len(n.Schema()), w)), nil
		}
	}
	switch n.(type) {
	case *plan.Filter, *plan.Slice, *plan.Join:
		r.choosing++
		defer func() { r.choosing-- }()
	}
	switch n := n.(type) {
	case *plan.Table:
		return tableRel(n.Name, len(n.Fields), w), nil
	case *plan.Values:
		return r.values(n, w)
	case *plan.Read:
		return r.fed(n, w)
	case *plan.Apply:
		return rel{}, &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: fmt.Sprintf("the operator %s stands in no table", n.Name)}
	case *plan.Project:
		return r.project(n, w)
	case *plan.Filter:
		return r.filter(n, w)
	case *plan.Sort:
		return r.sort(n, w)
	case *plan.Slice:
		return r.slice(n, w)
	case *plan.Window:
		return r.window(n, w)
	case *plan.Aggregate:
		return r.aggregate(n, w)
	case *plan.Join:
		return r.join(n, w)
	case *plan.Union:
		return r.union(n, w)
	case *plan.Unnest:
		return r.unnest(n, w)
	case *plan.Anchor:
		return r.anchor(n, w)
	case *plan.Check:
		return r.node(n.In, w)
	}
	return rel{}, &diag.Diagnostic{Code: diag.Internal, Tool: r.tool, Msg: fmt.Sprintf("plan node %T has no rendering", n)}
}

// tableRel is a table of the database: in order by itself, and by its rowid.
func tableRel(name string, cols int, w want) rel {
	t := rel{name: Ident(name), cols: cols, table: true}
	if w == keyed {
		t.keyed, t.natural, t.order = true, true, []orderKey{{sql: "rowid", position: true, whole: true, unique: true}}
	}
	return t
}

// rowsRel is a relation that the engine hands over, in order.
func rowsRel(number, cols int, w want) rel {
	if w == keyed {
		return rel{name: fmt.Sprintf("kickoff_ordered(%d)", number), cols: cols, keyed: true, order: []orderKey{{sql: "o1", position: true, whole: true, unique: true}}}
	}
	return rel{name: fmt.Sprintf("kickoff_rows(%d)", number), cols: cols}
}

// anchor renders what the anchor marks and counts it on the way where asked.
func (r *renderer) anchor(n *plan.Anchor, w want) (rel, error) {
	above := r.tool
	r.tool = n.Tool
	in, err := r.node(n.In, w)
	r.tool = above
	if err != nil {
		return rel{}, err
	}
	if len(r.ctes) > 0 && !in.table {
		last := &r.ctes[len(r.ctes)-1]
		if last.note == "" && last.name == in.name {
			last.note = n.Tool.String() + " " + n.Name
		}
	}
	if r.opts.Count == nil {
		return in, nil
	}
	id, ok := r.opts.Count(n)
	if !ok {
		return in, nil
	}
	r.counted++
	sql := fmt.Sprintf("SELECT %s\nFROM (SELECT *%s, kickoff_count(%d) AS t FROM %s)\nWHERE t",
		strings.Join(append([]string{columns("", in.cols)}, in.carry()...), ", "), rowid(in), id, in.name)
	if r.choosing > 0 {
		// The sample keeps everything; it stands here because DuckDB moves no filter
		// from above it to below, so that every record is seen by the count. It reads
		// all fields, needed or not, and so is left out where nothing above filters.
		sql += "\nUSING SAMPLE 100 PERCENT (system)"
	}
	out := r.add(in.cols, sql)
	out.keyed, out.natural, out.order, out.traces = in.keyed, in.natural, in.carried(), in.traces
	return out, nil
}

// carry lists the select items that keep a relation keyed when its columns are
// replaced: the order keys as o1, o2, ..., and the columns of its traces.
func (in rel) carry() []string {
	var s []string
	for i, k := range in.order {
		o := fmt.Sprintf("o%d", i+1)
		if k.sql != o {
			o = k.sql + " AS " + o
		}
		s = append(s, o)
	}
	return append(s, in.traceCols()...)
}

// carried are the keys of a relation made with the items of carry.
func (in rel) carried() []orderKey {
	var keys []orderKey
	for i, k := range in.order {
		keys = append(keys, orderKey{fmt.Sprintf("o%d", i+1), k.desc, k.position, k.whole, k.unique})
	}
	return keys
}

// star lists all columns, and what keeps the relation keyed.
func (in rel) star() string {
	if in.table && in.keyed {
		return "*, " + strings.Join(in.carry(), ", ")
	}
	return "*"
}

// starred are the keys of a relation made with star; positions are kept only
// where no record was left out.
func (in rel) starred(all bool) []orderKey {
	keys := in.order
	if in.table && in.keyed {
		keys = in.carried()
	}
	out := make([]orderKey, len(keys))
	for i, k := range keys {
		out[i] = k
		out[i].position = k.position && all
	}
	return out
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
