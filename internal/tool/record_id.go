package tool

import (
	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// recordIDTool numbers the records.
var recordIDTool = Tool{
	Name:    "Record ID",
	Plugins: []string{"AlteryxBasePluginsGui.RecordID.RecordID"},
	Entry:   "AlteryxRecordID",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Numbers the records, in their order, in a new field. In a text field the numbers are padded with zeros to its size.",
	Options: []Option{
		{Path: "FieldName", Doc: "the name of the new field"},
		{Path: "StartValue", Doc: "the first number"},
		{Path: "FieldType", Doc: "the type of the new field: numeric or text"},
		{Path: "FieldType/@size", Doc: "has no effect on the result"},
		{Path: "FieldSize", Doc: "the size of a text field"},
		{Path: "Position", Doc: "0: the first field; 1: the last"},
		{Path: "GroupFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupFields/Field/@name", Doc: "numbers within groups of equal values"},
	},
	Compile: compileRecordID,
}

func compileRecordID(c *Context) (Outputs, error) {
	in := c.Input("Input")
	name := c.Config.String("FieldName")
	if name == "" {
		name = "RecordID"
	}
	name = in.Schema().Unique(name)
	start, err := c.integer("StartValue", 1)
	if err != nil {
		return nil, err
	}
	typ := c.Config.Value("FieldType")
	if typ == "" {
		typ = "Int32"
	}
	size := c.Config.Value("FieldSize")
	if size == "" {
		size = "6"
	}
	field, err := c.fieldType("FieldType", name, typ, size)
	if err != nil {
		return nil, err
	}
	if !field.Type.IsNumeric() && !field.Type.IsString() {
		return nil, c.unsupported("FieldType", typ)
	}
	field.Source = "RecordID: "
	position, err := c.choice("Position", "0", "1")
	if err != nil {
		return nil, err
	}
	group, err := c.fieldList("GroupFields/Field", "name", in.Schema())
	if err != nil {
		return nil, err
	}
	numbered := &plan.Window{In: sorted(in, group), Partition: group, Cols: []plan.WindowCol{
		{Field: record.New(name, record.Int64, 0), Func: plan.RowNumber},
	}}
	s := numbered.Schema()
	last := len(s) - 1
	var id expr.Node = expr.FieldAt(s, last)
	if start != 1 {
		id = infix(expr.Add, id, whole(start-1))
	}
	if field.Type.IsString() {
		if start < 0 {
			return nil, c.Errorf(diag.Unsupported, "StartValue", "a negative number cannot be padded with zeros")
		}
		id = call("PadLeft", call("ToString", id), whole(int64(field.Size)), text("0"))
	}
	if id, err = c.tree("FieldType", id, s); err != nil {
		return nil, err
	}
	cols := sames(s[:last])
	col := plan.Column{Field: field, Expr: id}
	if position == "0" {
		cols = append([]plan.Column{col}, cols...)
	} else {
		cols = append(cols, col)
	}
	return Outputs{"Output": c.project(numbered, cols)}, nil
}
