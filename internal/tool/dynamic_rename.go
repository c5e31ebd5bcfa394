package tool

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/plan"
	"kickoff/record"
)

// dynamicRenameTool renames fields by rule or by data.
var dynamicRenameTool = Tool{
	Name:    "Dynamic Rename",
	Plugins: []string{"AlteryxBasePluginsGui.DynamicRename.DynamicRename"},
	Entry:   "AlteryxDynamicRename",
	In:      []Anchor{{Name: "Targets"}, {Name: "Source", Optional: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Renames fields by an expression, by the values of the first record, by a table, by the fields of another stream, by their descriptions, or by adding or removing a part of the name.",
	Options: []Option{
		{Path: "RenameMode", Doc: "Formula, FirstRow, RightInputRows, RightInputMetadata, Description, Add (AddPrefixSuffix) or Remove (RemovePrefixSuffix)"},
		{Path: "Fields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "Fields/Field/@name", Doc: "a field, or *Unknown for all that are not listed"},
		{Path: "Fields/Field/@selected", Doc: "False: the field keeps its name"},
		{Path: "Expression", Doc: "gives the new name; [_CurrentField_] is the old one"},
		{Path: "FirstRow/OnError", Doc: "Warn, Ignore or Error: what happens to a field whose value is empty; it keeps its name"},
		{Path: "NamesFromRows/InputMode", Doc: "Mapped: by the old name; Positional: by the place"},
		{Path: "NamesFromRows/OldName", Doc: "the field of the table with old names"},
		{Path: "NamesFromRows/NewName", Doc: "the field of the table with new names"},
		{Path: "NamesFromRows/OnError", Doc: "Warn, Ignore or Error: what happens where old names are not there"},
		{Path: "NamesFromMetadata/ChangeFields", Doc: "has no effect on the result"},
		{Path: "NamesFromMetadata/**", Doc: "names come from the fields of the other stream, by their place"},
		{Path: "AddPrefixSuffix/Type", Doc: "Prefix or Suffix"},
		{Path: "AddPrefixSuffix/Text", Doc: "what is added"},
		{Path: "RemovePrefixSuffix/Type", Doc: "Prefix or Suffix"},
		{Path: "RemovePrefixSuffix/Text", Doc: "what is removed"},
	},
	Compile: compileDynamicRename,
}

func compileDynamicRename(c *Context) (Outputs, error) {
	in := c.Input("Targets")
	mode, err := c.choice("RenameMode", "Formula", "FirstRow", "RightInputRows", "RightInputMetadata", "Description",
		"Add", "AddPrefixSuffix", "Remove", "RemovePrefixSuffix")
	if err != nil {
		return nil, err
	}
	out := append(record.Schema(nil), in.Schema()...)
	fields := c.chosen("Fields/Field", "name", out)
	switch mode {
	case "Formula":
		err = c.renameByFormula(out, fields)
	case "FirstRow":
		in, err = c.renameByFirst(in, out, fields)
	case "RightInputRows":
		err = c.renameByTable(out, fields)
	case "RightInputMetadata":
		source := c.Input("Source")
		if source == nil {
			return nil, c.Errorf(diag.BadGraph, "RenameMode", "nothing is connected to the input Source")
		}
		for i, f := range source.Schema() {
			if i < len(out) {
				out[i].Name = f.Name
			}
		}
	case "Description":
		for _, p := range fields {
			if d := out[p].Description; d != "" {
				out[p].Name = d
			}
		}
	case "Add", "AddPrefixSuffix":
		err = c.renameByPart(out, fields, "AddPrefixSuffix", func(name, part string) string { return part + name }, func(name, part string) string { return name + part })
	default:
		err = c.renameByPart(out, fields, "RemovePrefixSuffix", strings.TrimPrefix, strings.TrimSuffix)
	}
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": c.rename(in, unique(out))}, nil
}

func (c *Context) renameByFormula(out record.Schema, fields []int) error {
	source, err := c.required("Expression")
	if err != nil {
		return err
	}
	for _, p := range fields {
		n, err := c.ExprEnv("Expression", source, expr.Env{CurrentName: &out[p].Name, CurrentField: &p, Schema: out})
		if err != nil {
			return err
		}
		v, err := c.constant("Expression", source, n)
		if err != nil {
			return err
		}
		name := v.Text()
		if name == "" {
			return c.Errorf(diag.BadConfig, "Expression", "the new name of %q is empty", out[p].Name)
		}
		out[p].Name = name
	}
	return nil
}

// renameByFirst takes the names from the first record, which goes away.
func (c *Context) renameByFirst(in plan.Node, out record.Schema, fields []int) (plan.Node, error) {
	onError, err := c.choice("FirstRow/OnError", "Warn", "Ignore", "Error")
	if err != nil {
		return nil, err
	}
	kept, err := c.Query(in)
	if err != nil {
		return nil, err
	}
	first, err := c.Rows(&plan.Slice{In: kept, Mode: plan.First, N: 1}, 1)
	if err != nil {
		return nil, err
	}
	if first.Len == 0 {
		return kept, nil
	}
	for _, p := range fields {
		name := strings.TrimSpace(eval.At(first, 0, p).Text())
		if name != "" {
			out[p].Name = name
			continue
		}
		msg := fmt.Sprintf("the first record has no name for the field %q", out[p].Name)
		switch onError {
		case "Error":
			return nil, c.Errorf(diag.Failed, "FirstRow", "%s", msg)
		case "Warn":
			c.Warnf("%s", msg)
		}
	}
	return &plan.Slice{In: kept, Mode: plan.Skip, N: 1}, nil
}

// renameByTable takes the names from the records of the other stream.
func (c *Context) renameByTable(out record.Schema, fields []int) error {
	source := c.Input("Source")
	if source == nil {
		return c.Errorf(diag.BadGraph, "RenameMode", "nothing is connected to the input Source")
	}
	mode, err := c.choice("NamesFromRows/InputMode", "Mapped", "Positional")
	if err != nil {
		return err
	}
	onError, err := c.choice("NamesFromRows/OnError", "Warn", "Ignore", "Error")
	if err != nil {
		return err
	}
	newName, err := c.Field("NamesFromRows/NewName", c.Config.String("NamesFromRows/NewName"), source.Schema())
	if err != nil {
		return err
	}
	oldName := -1
	if mode == "Mapped" {
		if oldName, err = c.Field("NamesFromRows/OldName", c.Config.String("NamesFromRows/OldName"), source.Schema()); err != nil {
			return err
		}
	}
	rows, err := c.Rows(source, 0)
	if err != nil {
		return err
	}
	before := append(record.Schema(nil), out...)
	for row := range rows.Len {
		p := row
		if mode == "Mapped" {
			old := eval.At(rows, row, oldName).Text()
			if p = before.Index(old); p < 0 {
				msg := fmt.Sprintf("the field %q is not in the input", old)
				switch onError {
				case "Error":
					return c.Errorf(diag.NoField, "NamesFromRows", "%s", msg)
				case "Warn":
					c.Warnf("%s", msg)
				}
				continue
			}
		}
		if name := eval.At(rows, row, newName).Text(); p < len(out) && name != "" {
			out[p].Name = name
		}
	}
	return nil
}

func (c *Context) renameByPart(out record.Schema, fields []int, path string, prefix, suffix func(name, part string) string) error {
	at, err := c.choice(path+"/Type", "Prefix", "Suffix")
	if err != nil {
		return err
	}
	part := c.Config.String(path + "/Text")
	if part == "" {
		c.Warnf("the text of %s is empty, so no field is renamed", path)
	}
	change := prefix
	if at == "Suffix" {
		change = suffix
	}
	for _, p := range fields {
		if name := change(out[p].Name, part); name != "" {
			out[p].Name = name
		}
	}
	return nil
}
