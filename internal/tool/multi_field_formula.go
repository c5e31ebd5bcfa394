package tool

import (
	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// multiFieldFormulaTool computes many fields by one expression.
var multiFieldFormulaTool = Tool{
	Name:    "Multi-Field Formula",
	Plugins: []string{"AlteryxBasePluginsGui.MultiFieldFormula.MultiFieldFormula"},
	Entry:   "AlteryxMultiFieldFormula",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Computes many fields by one expression, in which [_CurrentField_] is the field at hand. All other fields have the values they came with.",
	Options: []Option{
		{Path: "FieldType", Doc: "Text, Numeric, DateTime or All: which fields are meant"},
		{Path: "Fields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "Fields/Field/@name", Doc: "a field, or *Unknown for all that are not listed"},
		{Path: "Fields/Field/@selected", Doc: "False: the field is left as it is"},
		{Path: "CopyOutput", Doc: "True: the values go to new fields"},
		{Path: "NewFieldAddOn", Doc: "what is added to the names of new fields"},
		{Path: "NewFieldAddOnPos", Doc: "Prefix or Suffix"},
		{Path: "Expression", Doc: "the expression"},
		{Path: "ChangeFieldType", Doc: "True: the fields get the type of OutputFieldType"},
		{Path: "OutputFieldType/@type", Doc: "the type"},
		{Path: "OutputFieldType/@size", Doc: "the size"},
		{Path: "OutputFieldType/@scale", Doc: "the decimals of a FixedDecimal"},
	},
	Compile: compileMultiFieldFormula,
}

func compileMultiFieldFormula(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	kind, err := c.choice("FieldType", "All", "Text", "Numeric", "DateTime")
	if err != nil {
		return nil, err
	}
	at, err := c.choice("NewFieldAddOnPos", "Prefix", "Suffix")
	if err != nil {
		return nil, err
	}
	source, err := c.required("Expression")
	if err != nil {
		return nil, err
	}
	addOn, copied := c.Config.String("NewFieldAddOn"), c.Config.Bool("CopyOutput", false)
	if copied && addOn == "" {
		addOn = "New_"
	}
	var as *record.Field
	if c.Config.Bool("ChangeFieldType", false) {
		e := c.Config.Child("OutputFieldType")
		size := e.Attr("size")
		if scale := e.Attr("scale"); scale != "" && e.Attr("type") == "FixedDecimal" {
			size += "." + scale
		}
		f, err := c.fieldType("OutputFieldType/@type", "", e.Attr("type"), size)
		if err != nil {
			return nil, err
		}
		as = &f
	}
	cols := sames(s)
	for _, p := range c.chosen("Fields/Field", "name", s) {
		if !ofKind(s[p].Type, kind) {
			continue
		}
		value, err := c.ExprEnv("Expression", source, expr.Env{Schema: s, CurrentField: &p})
		if err != nil {
			return nil, err
		}
		f := s[p]
		if as != nil {
			f.Type, f.Size, f.Scale = as.Type, as.Size, as.Scale
		}
		if err := c.assignable("Expression", source, value, f); err != nil {
			return nil, err
		}
		if !copied {
			cols[p] = plan.Column{Field: f, Expr: value}
			continue
		}
		if at == "Suffix" {
			f.Name += addOn
		} else {
			f.Name = addOn + f.Name
		}
		f.Name = fieldsOf(cols).Unique(f.Name)
		cols = append(cols, plan.Column{Field: f, Expr: value})
	}
	if len(cols) == 0 {
		return nil, c.Errorf(diag.BadConfig, "Fields", "there is no field")
	}
	out := c.project(in, cols)
	if anyVolatile(cols) {
		if out, err = c.once(out); err != nil {
			return nil, err
		}
	}
	return Outputs{"Output": out}, nil
}

// ofKind reports whether a field of a type is meant by FieldType.
func ofKind(t record.Type, kind string) bool {
	switch kind {
	case "Text":
		return t.IsString()
	case "Numeric":
		return t.IsNumeric()
	case "DateTime":
		return t.IsDate()
	}
	return t != record.Blob && t != record.SpatialObj
}
