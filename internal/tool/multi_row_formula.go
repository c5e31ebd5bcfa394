package tool

import (
	"context"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/plan"
	"kickoff/record"
)

// multiRowFormulaTool computes a field from several records.
var multiRowFormulaTool = Tool{
	Name:    "Multi-Row Formula",
	Plugins: []string{"AlteryxBasePluginsGui.MultiRowFormula.MultiRowFormula"},
	Entry:   "AlteryxMultiRowFormula",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Computes a field by an expression that sees the records before and after, as [Row-1:Name]. Of records before, the field itself has its new value.",
	Options: []Option{
		{Path: "UpdateField", Doc: "True: an existing field gets the value; False: a new one"},
		{Path: "UpdateField_Name", Doc: "the existing field"},
		{Path: "CreateField_Name", Doc: "the new field"},
		{Path: "CreateField_Type", Doc: "its type"},
		{Path: "CreateField_Size", Doc: "its size"},
		{Path: "OtherRows", Doc: "Empty, NULL or Nearest: what records beyond the first or last count as: 0 or '', Null, or the nearest one there is"},
		{Path: "NumRows", Doc: "how far the expression may reach"},
		{Path: "Expression", Doc: "the expression"},
		{Path: "GroupByFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupByFields/Field/@field", Doc: "records of other groups count as not there"},
	},
	Compile: compileMultiRowFormula,
}

// multiRow is a Multi-Row Formula at work.
type multiRow struct {
	c      *Context
	s      record.Schema // the fields that the expression sees
	target int           // the field that is computed
	others string        // OtherRows
	reach  int
	group  []int
	value  expr.Node
	source string
}

func compileMultiRowFormula(c *Context) (Outputs, error) {
	in := c.Input("Input")
	m := &multiRow{c: c, s: append(record.Schema(nil), in.Schema()...)}
	var err error
	if m.group, err = c.fieldList("GroupByFields/Field", "field", m.s); err != nil {
		return nil, err
	}
	if m.others, err = c.choice("OtherRows", "Empty", "NULL", "Nearest"); err != nil {
		return nil, err
	}
	reach, err := c.integer("NumRows", 1)
	if err != nil {
		return nil, err
	}
	if reach < 1 || reach > 1_000_000 {
		return nil, c.Errorf(diag.BadConfig, "NumRows", "%d is not from 1 to 1000000", reach)
	}
	m.reach = int(reach)
	if m.target, err = c.targetField(&m.s); err != nil {
		return nil, err
	}
	if m.source, err = c.required("Expression"); err != nil {
		return nil, err
	}
	if m.value, err = c.ExprEnv("Expression", m.source, expr.Env{Schema: m.s, Rows: m.reach}); err != nil {
		return nil, err
	}
	if err := c.assignable("Expression", m.source, m.value, m.s[m.target]); err != nil {
		return nil, err
	}
	in = sorted(in, m.group)
	out, err := m.plan(in)
	if err == nil && isVolatile(m.value) {
		out, err = c.once(out)
	}
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": out}, nil
}

// plan makes the relation with the computed field.
func (m *multiRow) plan(in plan.Node) (plan.Node, error) {
	if m.byWindow() {
		return m.window(in), nil
	}
	if addend := m.addend(); addend != nil {
		return m.runningSum(in, addend), nil
	}
	if _, err := m.c.program("Expression", m.source, m.value); err != nil {
		return nil, err
	}
	return &plan.Apply{In: []plan.Node{in}, Fields: m.s, Name: m.c.Tool.Name, Each: true,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
			return m.run(ctx, in[0], w)
		}}, nil
}

// targetField reads which field a tool that updates or creates one writes to. A
// new field is added to s.
func (c *Context) targetField(s *record.Schema) (int, error) {
	if c.Config.Bool("UpdateField", false) {
		return c.Field("UpdateField_Name", c.Config.String("UpdateField_Name"), *s)
	}
	name, err := c.required("CreateField_Name")
	if err != nil {
		return 0, err
	}
	f, err := c.fieldType("CreateField_Type", s.Unique(name), c.Config.Value("CreateField_Type"), c.Config.Value("CreateField_Size"))
	if err != nil {
		return 0, err
	}
	*s = append(*s, f)
	return len(*s) - 1, nil
}

// byWindow reports whether the field is computed from other fields only, which
// the engine can do by itself.
func (m *multiRow) byWindow() bool { return m.others != "Nearest" && !m.readsItself(m.value) }

// readsItself reports whether an expression reads what is computed, or the field
// that is computed in a record other than the current one.
func (m *multiRow) readsItself(n expr.Node) bool {
	self := false
	eachField(n, func(f *expr.Field) {
		self = self || f.Index == m.target && (f.Row != 0 || m.target == len(m.c.Input("Input").Schema()))
	})
	return self
}

// window computes the field over windows.
func (m *multiRow) window(in plan.Node) plan.Node {
	from, value := m.beside(in, m.value)
	return m.computed(from, in.Schema(), value)
}

// computed gives the fields of s, which from begins with, and the one that is
// computed.
func (m *multiRow) computed(from plan.Node, s record.Schema, value expr.Node) plan.Node {
	cols := sames(s)
	col := plan.Column{Field: m.s[m.target], Expr: value}
	if m.target < len(cols) {
		cols[m.target] = col
	} else {
		cols = append(cols, col)
	}
	return m.c.project(from, cols)
}

// beside makes each field of another record that an expression reads a field of
// this one, behind those there are, and returns the expression over them.
func (m *multiRow) beside(in plan.Node, value expr.Node) (plan.Node, expr.Node) {
	s := in.Schema()
	w := &plan.Window{In: in, Partition: m.group}
	type place struct{ col, row int }
	at := make(map[place]int)
	names := append(record.Schema(nil), s...)
	eachField(value, func(f *expr.Field) {
		p := place{f.Index, f.Row}
		if _, known := at[p]; known || f.Row == 0 {
			return
		}
		at[p] = len(names)
		field := s[f.Index]
		field.Name = names.Unique(field.Name)
		names = append(names, field)
		w.Cols = append(w.Cols, plan.WindowCol{Field: field, Func: plan.Lag, Arg: f.Index, Offset: -f.Row, Default: m.beyond(field)})
	})
	if len(w.Cols) == 0 {
		return in, value
	}
	return w, replaceFields(value, func(f *expr.Field) expr.Node {
		if f.Row == 0 {
			return f
		}
		return expr.FieldAt(names, at[place{f.Index, f.Row}])
	})
}

// beyond is what a field of a record that is not there counts as.
func (m *multiRow) beyond(f record.Field) any {
	switch {
	case m.others != "Empty":
		return nil
	case f.Type == record.Bool:
		return false
	case f.Type.IsInteger():
		return int64(0)
	case f.Type == record.FixedDecimal:
		return "0"
	case f.Type.IsNumeric():
		return float64(0)
	case f.Type.IsString():
		return ""
	}
	return nil
}

// outside are the values of OtherRows.
var outside = map[string]eval.Outside{"Empty": eval.OutsideEmpty, "NULL": eval.OutsideNull, "Nearest": eval.OutsideNearest}

// run computes the field record by record.
func (m *multiRow) run(ctx context.Context, in record.Reader, w record.Writer) error {
	rows := eval.MultiRow{
		Expr: m.value, Schema: m.s, Target: m.target, New: m.target == len(in.Schema()), Outside: outside[m.others],
		Group: m.group, Report: m.c.conversions().report(m.s[m.target].Name),
	}
	if err := rows.Run(ctx, m.c.library(), in, w); err != nil {
		return m.c.Errorf(diag.Failed, "Expression", "%v", err)
	}
	return nil
}
