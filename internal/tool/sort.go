package tool

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// sortTool orders records by fields.
var sortTool = Tool{
	Name:    "Sort",
	Plugins: []string{"AlteryxBasePluginsGui.Sort.Sort"},
	Entry:   "AlteryxSort",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Orders records by fields. Records with equal keys keep their order; Null is lowest.",
	Options: []Option{
		{Path: "SortInfo/@locale", Doc: "0: by code point; any other: as a dictionary does"},
		{Path: "SortInfo/Field/@field", Doc: "a key, most significant first"},
		{Path: "SortInfo/Field/@order", Doc: "Ascending or Descending"},
	},
	Compile: compileSort,
}

func compileSort(c *Context) (Outputs, error) {
	in := c.Input("Input")
	keys, err := c.sortKeys("SortInfo", in.Schema())
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, c.Errorf(diag.BadConfig, "SortInfo/Field", "there is no field to sort by")
	}
	return Outputs{"Output": &plan.Sort{In: in, Keys: keys}}, nil
}

// sortKeys reads the SortInfo element at a path, which other tools have too.
func (c *Context) sortKeys(path string, in record.Schema) ([]plan.SortKey, error) {
	locale := c.Config.Child(path).Attr("locale")
	var keys []plan.SortKey
	for i, e := range c.Config.All(path + "/Field") {
		at := fmt.Sprintf("%s/Field[%d]", path, i+1)
		col, err := c.Field(at+"/@field", e.Attr("field"), in)
		if err != nil {
			return nil, err
		}
		k := plan.SortKey{Col: col, Dictionary: locale != "" && locale != "0"}
		switch order := e.Attr("order"); {
		case order == "", strings.EqualFold(order, "Ascending"):
		case strings.EqualFold(order, "Descending"):
			k.Desc = true
		default:
			return nil, c.unsupported(at+"/@order", order)
		}
		k.Dictionary = k.Dictionary && in[col].Type.IsString()
		keys = append(keys, k)
	}
	return keys, nil
}

// sorted orders n by fields, ascending. Tools that group leave their records in
// the order of the groups (tools reference, part C).
func sorted(n plan.Node, cols []int) plan.Node {
	if len(cols) == 0 {
		return n
	}
	keys := make([]plan.SortKey, len(cols))
	for i, col := range cols {
		keys[i].Col = col
	}
	return &plan.Sort{In: n, Keys: keys}
}
