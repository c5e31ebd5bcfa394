package tool

import (
	"fmt"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// formulaTool computes fields.
var formulaTool = Tool{
	Name:    "Formula",
	Plugins: []string{"AlteryxBasePluginsGui.Formula.Formula"},
	Entry:   "AlteryxFormula",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Computes fields by expressions, one after the other. A field that exists keeps its place, type and size; a new one comes last.",
	Options: []Option{
		{Path: "FormulaFields/FormulaField/@expression", Doc: "the expression; it sees what the ones before it have computed"},
		{Path: "FormulaFields/FormulaField/@field", Doc: "the field that the value goes to"},
		{Path: "FormulaFields/FormulaField/@type", Doc: "the type of a new field"},
		{Path: "FormulaFields/FormulaField/@size", Doc: "the size of a new field"},
		{Path: "FormulaFields/FormulaField/@enabled", Doc: "False: the expression is left out"},
	},
	Compile: compileFormula,
}

func compileFormula(c *Context) (Outputs, error) {
	n := c.Input("Input")
	// Expressions that do not read what an earlier one of them has computed go
	// into one projection.
	cols := sames(n.Schema())
	written, volatile := make(map[int]bool), false
	for i, e := range c.Config.All("FormulaFields/FormulaField") {
		if !isTrue(e, "enabled", true) {
			continue
		}
		at := fmt.Sprintf("FormulaFields/FormulaField[%d]", i+1)
		name := e.Attr("field")
		if name == "" {
			return nil, c.Errorf(diag.BadConfig, at+"/@field", "the option is empty")
		}
		s := fieldsOf(cols)
		value, err := c.Expr(at+"/@expression", e.Attr("expression"), s)
		if err != nil {
			return nil, err
		}
		volatile = volatile || isVolatile(value)
		if readsAny(value, written) {
			n = c.project(n, cols)
			cols, written = sames(s), make(map[int]bool)
		}
		p := s.Index(name)
		if p < 0 {
			f, err := c.fieldType(at+"/@type", name, e.Attr("type"), e.Attr("size"))
			if err != nil {
				return nil, err
			}
			f.Source = "Formula: " + e.Attr("expression")
			p = len(cols)
			cols = append(cols, plan.Column{Field: f})
		}
		if err := c.assignable(at, e.Attr("expression"), value, cols[p].Field); err != nil {
			return nil, err
		}
		cols[p].Expr, written[p] = value, true
	}
	if len(written) > 0 {
		n = c.project(n, cols)
	}
	if volatile {
		var err error
		if n, err = c.once(n); err != nil {
			return nil, err
		}
	}
	return Outputs{"Output": n}, nil
}

// fieldsOf is the schema that columns give.
func fieldsOf(cols []plan.Column) record.Schema {
	s := make(record.Schema, len(cols))
	for i := range cols {
		s[i] = cols[i].Field
	}
	return s
}
