package tool

import (
	"kickoff/internal/plan"
	"kickoff/record"
)

// fieldInfoTool describes the fields of a stream.
var fieldInfoTool = Tool{
	Name:    "Field Info",
	Plugins: []string{"AlteryxBasePluginsGui.FieldInfo.FieldInfo"},
	Entry:   "AlteryxFieldInfo",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives one record for each field of the stream: its name, type, size, scale, source and description.",
	Compile: func(c *Context) (Outputs, error) {
		v := &plan.Values{Fields: fieldFacts()}
		for _, f := range c.Input("Input").Schema() {
			v.Rows = append(v.Rows, factsOf(f))
		}
		return Outputs{"Output": v}, nil
	},
}

// fieldFacts is the schema that describes fields.
func fieldFacts() record.Schema {
	return record.Schema{
		{Name: "Name", Type: record.VWString, Size: record.MaxVWString},
		{Name: "Type", Type: record.String, Size: 254},
		record.New("Size", record.Int32, 0),
		record.New("Scale", record.Int32, 0),
		{Name: "Source", Type: record.VWString, Size: record.MaxVWString},
		{Name: "Description", Type: record.VWString, Size: record.MaxVWString},
	}
}

// factsOf is the record that describes a field.
func factsOf(f record.Field) []any {
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	return []any{f.Name, f.Type.String(), int64(f.Size), int64(f.Scale), text(f.Source), text(f.Description)}
}
