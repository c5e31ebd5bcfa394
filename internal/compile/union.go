package compile

import (
	"fmt"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// union puts tables one after the other, their fields matched by the output mode.
func (g *gatherer) union(parts []*plan.Table) (plan.Node, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	byName := g.mode == workflow.AutoByName
	var all record.Schema
	for _, t := range parts {
		for i, f := range t.Fields {
			at := i
			if byName {
				at = all.Index(f.Name)
			}
			if at < 0 || at >= len(all) {
				all = append(all, f)
				continue
			}
			wide, err := wider(all[at], f)
			if err != nil {
				return nil, &diag.Diagnostic{Code: diag.BadType, Tool: g.call.tool(), Option: "OutputMode", Msg: err.Error()}
			}
			all[at] = wide
		}
	}
	u := &plan.Union{}
	for _, t := range parts {
		u.In = append(u.In, fit(t, all, byName, g.call.tool()))
	}
	return u, nil
}

// fit projects a table to the fields of a union; fields that it has not are Null.
func fit(t *plan.Table, all record.Schema, byName bool, tool diag.Tool) plan.Node {
	same := len(t.Fields) == len(all)
	cols := make([]plan.Column, len(all))
	for i, f := range all {
		at := i
		if byName {
			at = t.Fields.Index(f.Name)
		}
		cols[i] = plan.Column{Field: f, Expr: null()}
		if at >= 0 && at < len(t.Fields) {
			cols[i].Expr = expr.FieldAt(t.Fields, at)
			same = same && at == i && t.Fields[at] == f
		} else {
			same = false
		}
	}
	if same {
		return t
	}
	return &plan.Project{In: t, Cols: cols, Tool: tool}
}

// null is the expression Null().
func null() expr.Node {
	n, err := expr.Parse("Null()")
	if err == nil {
		n, err = expr.Check(n, expr.Env{})
	}
	if err != nil {
		panic("compile: Null() is no expression: " + err.Error())
	}
	return n
}

// wider is the field that holds the values of both.
func wider(a, b record.Field) (record.Field, error) {
	switch {
	case a.Type == b.Type:
		a.Size, a.Scale = max(a.Size, b.Size), max(a.Scale, b.Scale)
		return a, nil
	case a.Type.IsNumeric() && b.Type.IsNumeric():
		t := record.Double
		if a.Type.IsInteger() && b.Type.IsInteger() {
			t = max(a.Type, b.Type)
		}
		return record.New(a.Name, t, 0), nil
	case a.Type.IsString() && b.Type.IsString():
		if a.Type.IsWide() || b.Type.IsWide() {
			return record.New(a.Name, record.VWString, min(max(a.Size, b.Size), record.MaxVWString)), nil
		}
		return record.New(a.Name, record.VString, max(a.Size, b.Size)), nil
	case a.Type == record.Blob || b.Type == record.Blob || a.Type == record.SpatialObj || b.Type == record.SpatialObj:
		return a, fmt.Errorf("the field %s is a %s in one run of the macro and a %s in another", a.Name, a.Type, b.Type)
	}
	return record.New(a.Name, record.VWString, record.MaxVWString), nil
}
