package tool

import (
	"fmt"

	"kickoff/internal/diag"
	"kickoff/record"
)

// makeColumnsTool puts several records side by side.
var makeColumnsTool = Tool{
	Name:    "Make Columns",
	Plugins: []string{"AlteryxBasePluginsGui.MakeColumns.MakeColumns"},
	Entry:   "AlteryxMakeColumns",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Puts records side by side in fields called Column_1_Name, Column_2_Name ...",
	Options: []Option{
		{Path: "NumColumns", Doc: "how many records stand side by side"},
		{Path: "IsHorizontal", Doc: "True: the records go from left to right; False: from top to bottom"},
		{Path: "GroupFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupFields/Field/@name", Doc: "only records of one group stand side by side; these fields are given once"},
	},
	Compile: compileMakeColumns,
}

func compileMakeColumns(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	number, err := c.integer("NumColumns", 0)
	if err != nil {
		return nil, err
	}
	if number < 1 || number > 1000 {
		return nil, c.Errorf(diag.BadConfig, "NumColumns", "%d is not from 1 to 1000", number)
	}
	n := int(number)
	group, err := c.fieldList("GroupFields/Field", "name", s)
	if err != nil {
		return nil, err
	}
	grouped := make(map[int]bool)
	var out record.Schema
	for _, g := range group {
		grouped[g] = true
		out = append(out, s[g])
	}
	var data []int
	for i := range s {
		if !grouped[i] {
			data = append(data, i)
		}
	}
	for column := range n {
		for _, p := range data {
			f := s[p]
			f.Name = out.Unique(fmt.Sprintf("Column_%d_%s", column+1, f.Name))
			out = append(out, f)
		}
	}
	horizontal := c.Config.Bool("IsHorizontal", true)
	return Outputs{"Output": c.groupwise(sorted(in, group), group, out, func(e *emitter, b *record.Batch) error {
		rows := (b.Len + n - 1) / n
		for row := range rows {
			for i, g := range group {
				e.copy(i, b, 0, g)
			}
			for column := range n {
				from := column*rows + row
				if horizontal {
					from = row*n + column
				}
				for i, p := range data {
					to := len(group) + column*len(data) + i
					if from < b.Len {
						e.copy(to, b, from, p)
					} else {
						e.null(to)
					}
				}
			}
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})}, nil
}
