package tool

import (
	"strings"

	"kickoff/expr"
	"kickoff/record"
)

// dynamicSelectTool keeps fields by their types or by a rule.
var dynamicSelectTool = Tool{
	Name:    "Dynamic Select",
	Plugins: []string{"AlteryxBasePluginsGui.DynamicSelect.DynamicSelect"},
	Entry:   "AlteryxDynamicSelect",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Keeps the fields of some types, or those for which an expression over their names, types and sizes is true.",
	Options: []Option{
		{Path: "Mode", Doc: "FieldTypes or Formula"},
		{Path: "FieldTypes", Doc: "the types to keep, with commas between them"},
		{Path: "Expression", Doc: "sees [Name], [Type], [Size], [Scale], [Source], [Description] and [FieldNumber]"},
	},
	Compile: compileDynamicSelect,
}

func compileDynamicSelect(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	mode, err := c.choice("Mode", "FieldTypes", "Formula")
	if err != nil {
		return nil, err
	}
	var keep func(i int) (bool, error)
	if mode == "FieldTypes" {
		types := make(map[record.Type]bool)
		for _, name := range strings.Split(c.Config.String("FieldTypes"), ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			t, ok := record.ParseType(name)
			if !ok {
				return nil, c.unsupported("FieldTypes", name)
			}
			types[t] = true
		}
		keep = func(i int) (bool, error) { return types[s[i].Type], nil }
	} else {
		source, err := c.required("Expression")
		if err != nil {
			return nil, err
		}
		facts := append(fieldFacts(), record.New("FieldNumber", record.Int32, 0))
		n, err := c.ExprEnv("Expression", source, expr.Env{Schema: facts})
		if err != nil {
			return nil, err
		}
		program, err := c.program("Expression", source, n)
		if err != nil {
			return nil, err
		}
		frame := program.Frame()
		keep = func(i int) (bool, error) {
			b := record.NewBatch(facts, 1)
			b.Append(append(factsOf(s[i]), int64(i+1))...)
			v, err := frame.Eval(b, 0)
			return v.IsTrue(), err
		}
	}
	var kept []int
	for i := range s {
		ok, err := keep(i)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, i)
		}
	}
	return Outputs{"Output": c.pick(in, kept)}, nil
}
