package tool

import (
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/internal/format"
	"kickoff/record"
)

// jsonBuildTool puts JSON together.
var jsonBuildTool = Tool{
	Name:    "JSON Build",
	Plugins: []string{"AlteryxBasePluginsGui.JSONBuild.JSONBuild"},
	Entry:   "AlteryxJSONBuild",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Makes a JSON document of records with paths (data.0.name) and values, the inverse of JSON Parse; one for each group.",
	Differs: "Names 0, 1, 2 ... in this order make an array; other whole numbers are the names of members.",
	Options: []Option{
		{Path: "Name_Field", Doc: "the field with the paths"},
		{Path: "StringValue_Field", Doc: "the field with texts; of the value fields the first that is not Null counts, and Null in all of them is null"},
		{Path: "IntValue_Field", Doc: "the field with whole numbers"},
		{Path: "FloatValue_Field", Doc: "the field with numbers"},
		{Path: "BoolValue_Field", Doc: "the field with true and false"},
		{Path: "GroupFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupFields/Field/@field", Doc: "a document for each group of equal values"},
		{Path: "GroupFields/Field/@name", Doc: "the same, as other tools write it"},
	},
	Compile: compileJSONBuild,
}

// valueField is a field of values and their kind in the document.
type valueField struct {
	col  int
	kind format.JSONKind
}

func compileJSONBuild(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	name, err := c.Field("Name_Field", c.Config.String("Name_Field"), s)
	if err != nil {
		return nil, err
	}
	var values []valueField
	for _, o := range []struct {
		option string
		kind   format.JSONKind
	}{
		{"StringValue_Field", format.JSONString}, {"IntValue_Field", format.JSONInt},
		{"FloatValue_Field", format.JSONFloat}, {"BoolValue_Field", format.JSONBool},
	} {
		written := c.Config.String(o.option)
		if written == "" || written == "[None]" {
			continue
		}
		col, err := c.Field(o.option, written, s)
		if err != nil {
			return nil, err
		}
		values = append(values, valueField{col, o.kind})
	}
	if len(values) == 0 {
		return nil, c.Errorf(diag.BadConfig, "StringValue_Field", "no field holds the values")
	}
	group, err := c.groupFields(s)
	if err != nil {
		return nil, err
	}
	var out record.Schema
	for _, g := range group {
		out = append(out, s[g])
	}
	out = append(out, record.New(out.Unique("JSON"), record.VWString, record.MaxVWString))
	return Outputs{"Output": c.groupwise(sorted(in, group), group, out, func(e *emitter, b *record.Batch) error {
		list := make([]format.JSONValue, 0, b.Len)
		for row := range b.Len {
			v := format.JSONValue{Name: eval.At(b, row, name).Text()}
			for _, f := range values {
				if x := eval.At(b, row, f.col); !x.IsNull() {
					v = jsonOf(v.Name, x, f.kind)
					break
				}
			}
			list = append(list, v)
		}
		text, err := format.BuildJSON(list)
		if err != nil {
			return c.Errorf(diag.Failed, "Name_Field", "%v", err)
		}
		for i, g := range group {
			e.copy(i, b, 0, g)
		}
		e.text(len(group), text)
		return e.done()
	})}, nil
}

// jsonOf is a value of the document; what is no number in a field of numbers is text.
func jsonOf(name string, x fn.Value, kind format.JSONKind) format.JSONValue {
	v := format.JSONValue{Name: name, Kind: kind, Text: x.Text()}
	switch {
	case kind == format.JSONInt && x.IsNumber():
		v.Int, v.Float = x.Int(), x.Float()
	case kind == format.JSONFloat && x.IsNumber():
		v.Float = x.Float()
	case kind == format.JSONBool && x.IsNumber():
		v.Text = "false"
		if x.IsTrue() {
			v.Text = "true"
		}
	case kind == format.JSONBool && (strings.EqualFold(v.Text, "true") || strings.EqualFold(v.Text, "false")):
	default:
		v.Kind = format.JSONString
	}
	return v
}
