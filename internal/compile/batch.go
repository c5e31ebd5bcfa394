package compile

import (
	"fmt"
	"maps"
	"strconv"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

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
