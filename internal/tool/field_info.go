package tool

import (
	"unicode/utf8"

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
		v.Fields[0].Type = record.VString // wide where a name needs it
		for i := range v.Fields {
			if v.Fields[i].Type.IsString() {
				v.Fields[i].Size = 1
			}
		}
		for _, f := range c.Input("Input").Schema() {
			row := factsOf(f)
			for i, value := range row {
				if s, ok := value.(string); ok {
					v.Fields[i].Size = max(v.Fields[i].Size, utf8.RuneCountInString(s))
					if i == 0 && !latin1(s) {
						v.Fields[i].Type = record.VWString
					}
				}
			}
			v.Rows = append(v.Rows, row)
		}
		fitFacts(v)
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

// fitFacts makes texts as long as the longest of them, and the names narrow where
// they can be.
func fitFacts(v *plan.Values) {
	wide := false
	for i, f := range v.Fields {
		if !f.Type.IsString() {
			continue
		}
		longest := 1
		for _, row := range v.Rows {
			s, _ := row[i].(string)
			longest = max(longest, utf8.RuneCountInString(s))
			wide = wide || i == 0 && beyondLatin1(s)
		}
		v.Fields[i].Size = longest
	}
	if !wide {
		v.Fields[0].Type = record.VString
	}
}
