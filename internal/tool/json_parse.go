package tool

import (
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/format"
	"kickoff/record"
)

// jsonParseTool takes JSON apart.
var jsonParseTool = Tool{
	Name:    "JSON Parse",
	Plugins: []string{"AlteryxBasePluginsGui.JSONParse.JSONParse"},
	Entry:   "AlteryxJSONParse",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a record for each value in a field's JSON: its path (data.0.name) and the value.",
	Differs: "An empty object or array gives a record with Null, and a record without JSON gives none; neither is set down anywhere.",
	Options: []Option{
		{Path: "JSON_Field", Doc: "the field with the JSON"},
		{Path: "IncludeInOutput", Doc: "True: the field with the JSON is kept"},
		{Path: "SingleField", Doc: "True: all values are text in JSON_ValueString; False: they go to JSON_ValueString, JSON_ValueInt, JSON_ValueFloat and JSON_ValueBool by their kind"},
		{Path: "Mode", Doc: "SingleField, or DataTypeSpecificField for a field for each kind", NotYet: "UnnestJSONField and FlattenArray"},
	},
	Compile: compileJSONParse,
}

func compileJSONParse(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	col, err := c.textField("JSON_Field", s)
	if err != nil {
		return nil, err
	}
	single := c.Config.Bool("SingleField", true)
	if c.Config.Value("Mode") != "" {
		mode, err := c.choice("Mode", "SingleField", "DataTypeSpecificField")
		if err != nil {
			// How these modes call their fields, and of what types they are, is not set down anywhere.
			if d, ok := err.(*diag.Diagnostic); ok {
				d.Hint = "use the mode SingleField, and Cross Tab by JSON_Name for a field for each value"
			}
			return nil, err
		}
		single = mode == "SingleField"
	}
	var out record.Schema
	var passed []int
	for p := range s {
		if p != col || c.Config.Bool("IncludeInOutput", false) {
			passed = append(passed, p)
			out = append(out, s[p])
		}
	}
	add := func(f record.Field) {
		f.Name = out.Unique(f.Name)
		out = append(out, f)
	}
	name := len(out)
	add(record.New("JSON_Name", record.VWString, record.MaxVWString))
	add(record.New("JSON_ValueString", record.VWString, record.MaxVWString))
	if !single {
		add(record.New("JSON_ValueInt", record.Int64, 0))
		add(record.New("JSON_ValueFloat", record.Double, 0))
		add(record.New("JSON_ValueBool", record.Bool, 0))
	}
	return Outputs{"Output": c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		return func(e *emitter, b *record.Batch, row int) error {
			text := eval.At(b, row, col)
			if text.IsNull() || strings.TrimSpace(text.Text()) == "" {
				return nil
			}
			err := format.ParseJSON(text.Text(), func(v format.JSONValue) error {
				for i, p := range passed {
					e.copy(i, b, row, p)
				}
				e.text(name, v.Name)
				at := -1
				if v.Kind != format.JSONNull {
					at = name + 1
					if !single {
						at += int(v.Kind - format.JSONString)
					}
				}
				for i := name + 1; i < len(out); i++ {
					switch {
					case i != at:
						e.null(i)
					case single:
						e.text(i, v.Text)
					default:
						e.value(i, jsonValue(v))
					}
				}
				return e.done()
			})
			if err != nil && e.ctx.Err() == nil {
				return c.Errorf(diag.Failed, "JSON_Field", "%q: %v", shorten(text.Text()), err)
			}
			return err
		}
	})}, nil
}

// jsonValue is a value in the storage of its kind's field.
func jsonValue(v format.JSONValue) any {
	switch v.Kind {
	case format.JSONInt:
		return v.Int
	case format.JSONFloat:
		return v.Float
	case format.JSONBool:
		return v.Text == "true"
	}
	return v.Text
}
