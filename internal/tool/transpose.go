package tool

import (
	"unicode/utf8"

	"kickoff/internal/plan"
	"kickoff/record"
)

// transposeTool turns fields into records.
var transposeTool = Tool{
	Name:    "Transpose",
	Plugins: []string{"AlteryxBasePluginsGui.Transpose.Transpose"},
	Entry:   "AlteryxTranspose",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives, for each record, one record for every data field, with its Name and its Value beside the key fields. Null values are given too.",
	Options: []Option{
		{Path: "KeyFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "KeyFields/Field/@field", Doc: "a field that is repeated beside each value"},
		{Path: "DataFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "DataFields/Field/@field", Doc: "a field that becomes a record, or *Unknown for all that are not listed"},
		{Path: "DataFields/Field/@selected", Doc: "False: the field is left out"},
		{Path: "ErrorWarn", Doc: "Warn, Ignore or Error: what happens where a listed field is not there"},
	},
	Compile: compileTranspose,
}

func compileTranspose(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	missing, err := c.choice("ErrorWarn", "Warn", "Ignore", "Error")
	if err != nil {
		return nil, err
	}
	var keys []int
	for _, e := range c.Config.All("KeyFields/Field") {
		switch p := s.Index(e.Attr("field")); {
		case p >= 0:
			keys = append(keys, p)
		case missing == "Error":
			_, err := c.Field("KeyFields/Field", e.Attr("field"), s)
			return nil, err
		case missing == "Warn":
			c.Warnf("the field %q is not in the input", e.Attr("field"))
		}
	}
	data, err := c.transposed(s, keys, missing)
	if err != nil {
		return nil, err
	}
	out := make(record.Schema, 0, len(keys)+2)
	for _, k := range keys {
		out = append(out, s[k])
	}
	name := record.Field{Name: out.Unique("Name"), Type: record.String, Size: 1}
	value := record.Field{Type: record.VString, Size: 1}
	for i, p := range data {
		if i == 0 {
			value = s[p]
		}
		value = common(value, s[p])
		if !latin1(s[p].Name) {
			name.Type = record.WString
		}
		name.Size = max(name.Size, utf8.RuneCountInString(s[p].Name))
	}
	out = append(out, name)
	value.Name, value.Source, value.Description = out.Unique("Value"), "", ""
	out = append(out, value)
	if len(data) == 0 {
		return Outputs{"Output": &plan.Values{Fields: out}}, nil
	}
	// The data fields get the type of Value first, so that every value of a
	// record is of one type.
	cols := make([]plan.Column, 0, len(keys)+len(data))
	for _, k := range keys {
		cols = append(cols, same(s, k))
	}
	list := &plan.FieldsList{Name: name}
	for _, p := range data {
		col := same(s, p)
		col.Field.Type, col.Field.Size, col.Field.Scale = value.Type, value.Size, value.Scale
		list.Cols = append(list.Cols, len(cols))
		cols = append(cols, col)
	}
	u := &plan.Unnest{In: c.project(in, cols), List: list, Into: value, Replace: -1, KeepEmpty: true}
	n := len(cols)
	return Outputs{"Output": c.rename(c.pick(u, append(upTo(len(keys)), n, n+1)), out)}, nil
}

// transposed lists the data fields: the listed ones in the list's order, the
// others where *Unknown stands.
func (c *Context) transposed(s record.Schema, keys []int, missing string) ([]int, error) {
	taken := make(map[int]bool)
	for _, k := range keys {
		taken[k] = true
	}
	var data []int
	at := -1
	for _, e := range c.Config.All("DataFields/Field") {
		name, selected := e.Attr("field"), isTrue(e, "selected", true)
		if name == unknownFields {
			if selected {
				at = len(data)
			}
			continue
		}
		p := s.Index(name)
		switch {
		case p < 0 && !selected:
		case p < 0 && missing == "Error":
			_, err := c.Field("DataFields/Field", name, s)
			return nil, err
		case p < 0 && missing == "Warn":
			c.Warnf("the field %q is not in the input", name)
		case p >= 0 && !taken[p]:
			taken[p] = true
			if selected {
				data = append(data, p)
			}
		}
	}
	if at < 0 {
		return data, nil
	}
	var others []int
	for p := range s {
		if !taken[p] {
			others = append(others, p)
		}
	}
	return append(append(append([]int(nil), data[:at]...), others...), data[at:]...), nil
}

// latin1 reports whether a text fits into the narrow string types.
func latin1(s string) bool {
	for _, r := range s {
		if r > 0xff {
			return false
		}
	}
	return true
}
