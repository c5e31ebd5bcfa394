package compile

import (
	"fmt"
	"maps"
	"math/big"
	"strconv"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// control is how the records of a batch macro's control input are used.
type control struct {
	// params are the positions of the fields that the control parameters take, by
	// the parameter's tool id.
	params map[int]int
	// groups are the fields to group by: positions in the control input, and the
	// fields of each grouped input in the same order, by the input's name.
	groups  []int
	grouped map[string][]int
}

// batch runs a batch macro once for each record of its control input. The
// outputs of the runs follow each other.
func (c *call) batch() (map[string]relation, error) {
	values := c.values()
	ctl, err := c.control()
	if err != nil {
		return nil, err
	}
	if c.f.b.session == nil {
		return c.checked(values), nil
	}
	p := c.f.b
	inputs, err := c.hold()
	if err != nil {
		return nil, err
	}
	rows, err := p.records(inputs["control"].node)
	if err != nil {
		return nil, err
	}
	if limit := c.limit(0); rows.Len > limit {
		return nil, &diag.Diagnostic{Code: diag.Limit, Tool: c.tool(),
			Msg: fmt.Sprintf("the control input has %d records; a batch macro is run at most %d times", rows.Len, limit)}
	}
	if rows.Len == 0 {
		return c.none(values)
	}
	delete(inputs, "control")
	all := newGatherer(c, c.macro.doc.Runtime.Batch.Mode)
	b := &body{call: c}
	for i := range rows.Len {
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
		for id, col := range ctl.params {
			values[id] = text(rows, i, col)
		}
		mine, err := c.filtered(ctl, inputs, rows, i)
		if err != nil {
			return nil, err
		}
		b.iteration = int64(i)
		if !b.compile(mine, values, i > 0) {
			return nil, nil
		}
		outs, err := b.run()
		if err != nil {
			return nil, err
		}
		if err := all.add(outs); err != nil {
			return nil, err
		}
	}
	return all.result()
}

// none gives the outputs of a macro that was not run: no records, with the fields
// that the macro has without its parameters' values or else those that the call has
// cached, or those of a run whose parameters are empty.
func (c *call) none(values map[int]string) (map[string]relation, error) {
	session := c.f.b.session
	c.f.b.session = nil
	defer func() { c.f.b.session = session }()
	outs := c.checked(values)
	var empty map[string]relation
	for name, r := range outs {
		if r.node == nil {
			r.node = c.f.cached(c.node, name)
		}
		if r.node == nil {
			if empty == nil {
				empty = c.withoutValues(values)
			}
			r.node = empty[name].node
		}
		var fields record.Schema
		if r.node != nil {
			fields = r.node.Schema()
		} else {
			c.f.b.say(engine.Message{Tool: c.tool(), Status: engine.Warning,
				Text: "the control input has no records, and what fields the macro would give depends on the data; it gives none"})
		}
		outs[name] = relation{node: &plan.Values{Fields: fields}}
	}
	return outs, nil
}

// withoutValues checks the macro with empty parameters, if that can be done.
func (c *call) withoutValues(values map[int]string) map[string]relation {
	values = maps.Clone(values)
	c.macro.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if q.Type == workflow.ControlParam {
			values[q.ToolID] = ""
		}
	})
	p := c.f.b
	keep, diags := p.quiet, p.prog.Diags
	p.quiet = true
	outs := c.checked(values)
	p.quiet, p.prog.Diags = keep, diags
	return outs
}

// control reads which fields of the control input mean what.
func (c *call) control() (*control, error) {
	ctl := &control{params: make(map[int]int), grouped: make(map[string][]int)}
	in := c.in.byAnchor["Control"][0].Node.Schema()
	field := func(option, name string, s record.Schema) (int, error) {
		if i := s.Index(name); i >= 0 {
			return i, nil
		}
		return 0, &diag.Diagnostic{Code: diag.NoField, Tool: c.tool(), Option: option, Msg: fmt.Sprintf("the field %q is not in the input", name)}
	}
	questions := make(map[string]int)
	c.macro.doc.Runtime.WalkQuestions(func(q *workflow.Question) {
		if q.Type == workflow.ControlParam {
			questions[lower(q.Name)] = q.ToolID
		}
	})
	for _, l := range c.lines("ControlParams") {
		id, ok := questions[lower(l[0])]
		if !ok || l[1] == "" {
			continue
		}
		i, err := field("ControlParams", l[1], in)
		if err != nil {
			return nil, err
		}
		ctl.params[id] = i
	}
	for _, l := range c.lines("BatchMacroGroupBy") {
		name := lower(l[0])
		if l[1] == "" {
			continue
		}
		if name == "control" {
			i, err := field("BatchMacroGroupBy", l[1], in)
			if err != nil {
				return nil, err
			}
			ctl.groups = append(ctl.groups, i)
			continue
		}
		for anchor, ins := range c.in.byAnchor {
			if lower(anchor) != name {
				continue
			}
			i, err := field("BatchMacroGroupBy", l[1], ins[0].Node.Schema())
			if err != nil {
				return nil, err
			}
			ctl.grouped[name] = append(ctl.grouped[name], i)
		}
	}
	for name, cols := range ctl.grouped {
		if len(cols) != len(ctl.groups) {
			return nil, &diag.Diagnostic{Code: diag.BadConfig, Tool: c.tool(), Option: "BatchMacroGroupBy",
				Msg: fmt.Sprintf("the control input is grouped by %d fields and the input %s by %d", len(ctl.groups), name, len(cols))}
		}
	}
	return ctl, nil
}

// lines reads a value of the call that holds a line "name=field" each.
func (c *call) lines(name string) [][2]string {
	var all [][2]string
	for _, v := range c.config.All("Value") {
		if !strings.EqualFold(v.Attr("name"), name) {
			continue
		}
		for _, line := range strings.Split(v.Text, "\n") {
			// A parameter's name may hold an equals sign; a field's may as well, but
			// Designer numbers parameters and that comes first.
			if k, f, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
				all = append(all, [2]string{k, f})
			}
		}
	}
	return all
}

// filtered gives the inputs of one run: those that are grouped have only the
// records with the values of the control record.
func (c *call) filtered(ctl *control, inputs map[string]relation, rows *record.Batch, row int) (map[string]relation, error) {
	if len(ctl.grouped) == 0 {
		return inputs, nil
	}
	mine := make(map[string]relation)
	for name, r := range inputs {
		cols := ctl.grouped[name]
		if cols == nil {
			mine[name] = r
			continue
		}
		s := r.node.Schema()
		key := &plan.Values{}
		right := make([]int, len(cols))
		var values []any
		some := true
		for i, col := range cols {
			f, from := s[col], rows.Schema[ctl.groups[i]]
			v, exact, ok := convert(rows.Value(row, ctl.groups[i]), from, f)
			if !ok {
				return nil, &diag.Diagnostic{Code: diag.BadType, Tool: c.tool(), Option: "BatchMacroGroupBy",
					Msg: fmt.Sprintf("the field %s of the control input (%s) cannot be compared with %s of the input %s (%s)", from.Name, from.Type, f.Name, name, f.Type)}
			}
			f.Name = "key" + strconv.Itoa(i)
			key.Fields, right[i] = append(key.Fields, f), i
			values, some = append(values, v), some && exact
		}
		if some {
			key.Rows = [][]any{values}
		}
		join := &plan.Join{Left: r.node, Right: key, Kind: plan.Inner, LeftKeys: cols, RightKeys: right, KeepLeft: true}
		project := &plan.Project{In: join, Tool: c.tool()}
		for i, f := range s {
			project.Cols = append(project.Cols, plan.Column{Field: f, Expr: expr.FieldAt(s, i)})
		}
		mine[name] = relation{node: project}
	}
	return mine, nil
}

// convert makes a value of one field one of another, where both are of a kind. It is
// not exact where the other field can have no such value.
func convert(v any, from, to record.Field) (as any, exact, ok bool) {
	switch {
	case v == nil, from.Type.IsString() && to.Type.IsString(), from.Type.IsInteger() && to.Type.IsInteger(),
		from.Type == to.Type && to.Type != record.FixedDecimal:
		return v, true, true
	case !from.Type.IsNumeric() || !to.Type.IsNumeric():
		return nil, false, false
	case to.Type == record.FixedDecimal:
		n, isNumber := new(big.Rat).SetString(fmt.Sprint(v))
		if !isNumber { // a Double that is none
			return nil, false, true
		}
		decimal := n.FloatString(to.Scale)
		cut, _ := new(big.Rat).SetString(decimal)
		return decimal, n.Cmp(cut) == 0, true
	}
	var n float64
	switch v := v.(type) {
	case int64:
		n = float64(v)
	case float64:
		n = v
	case string: // FixedDecimal
		var err error
		if n, err = strconv.ParseFloat(v, 64); err != nil {
			return nil, false, true
		}
	}
	if to.Type.IsInteger() {
		return int64(n), n == float64(int64(n)), true
	}
	return n, true, true
}

// records reads all records of a relation.
func (b *builder) records(n plan.Node) (*record.Batch, error) {
	r, err := b.session.Read(b.ctx, n)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return record.ReadAll(b.ctx, r, 0)
}

// text writes a value as control parameters take it; Null is empty.
func text(b *record.Batch, row, col int) string {
	switch v := b.Value(row, col).(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "True"
		}
		return "False"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int64:
		switch b.Schema[col].Type {
		case record.Date:
			return record.FormatDate(v)
		case record.Time:
			return record.FormatTime(v)
		case record.DateTime:
			return record.FormatDateTime(v)
		}
		return strconv.FormatInt(v, 10)
	case []byte:
		return string(v)
	}
	return ""
}
