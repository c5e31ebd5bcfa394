package tool

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// joinMultipleTool pairs records of several streams.
var joinMultipleTool = Tool{
	Name:    "Join Multiple",
	Plugins: []string{"AlteryxBasePluginsGui.JoinMultiple.JoinMultiple"},
	Entry:   "AlteryxJoinMultiple",
	In:      []Anchor{{Name: "Input", Multi: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Pairs the records of several streams by equal fields or by position. Where a stream has no partner its fields are Null, or the record is left out.",
	Options: append([]Option{
		{Path: "JoinByRecPos", Doc: "True: the nth records of all streams"},
		{Path: "JoinFields/JoinInfo/@connection", Doc: "#1, #2 ...: whose fields follow"},
		{Path: "JoinFields/JoinInfo/Field/@field", Doc: "a field of the key"},
		{Path: "OutputJoinOnly", Doc: "True: only records that all streams have"},
		{Path: "CartesianMode", Doc: "Error, Warn or Allow: what happens where a key stands in several records of more than one stream", NotYet: "every such join is allowed"},
		{Path: "SelectConfiguration/Configuration/@outputConnection", Doc: "has no effect on the result"},
	}, selectOptions("SelectConfiguration/Configuration/")...),
	Compile: compileJoinMultiple,
}

func compileJoinMultiple(c *Context) (Outputs, error) {
	inputs := inOrder(c.Inputs["Input"])
	s, err := c.selection("SelectConfiguration/Configuration")
	if err != nil {
		return nil, err
	}
	if _, err := c.choice("CartesianMode", "Error", "Warn", "Allow"); err != nil {
		return nil, err
	}
	kind := plan.FullOuter
	if c.Config.Bool("OutputJoinOnly", false) {
		kind = plan.Inner
	}
	var offer []offered
	for i, in := range inputs {
		name := in.Name
		if name == "" {
			name = fmt.Sprintf("#%d", i+1)
		}
		for _, f := range in.Node.Schema() {
			offer = append(offer, offered{f, "Input_" + name + "_"})
		}
	}
	var joined plan.Node
	if c.Config.Bool("JoinByRecPos", false) {
		joined = joinByPosition(inputs, kind)
	} else if joined, err = c.joinByKeys(inputs, kind); err != nil {
		return nil, err
	}
	out, err := s.apply(c, joined, offer)
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": out}, nil
}

func joinByPosition(inputs []Input, kind plan.JoinKind) plan.Node {
	joined := inputs[0].Node
	for _, in := range inputs[1:] {
		joined = beside(joined, in.Node, plan.Join{Kind: kind, ByPosition: true})
	}
	return joined
}

// beside joins two relations and keeps the names of their fields apart.
func beside(left, right plan.Node, j plan.Join) *plan.Join {
	ls := left.Schema()
	j.Left, j.Right = left, right
	j.RenamedRight = unique(append(append(record.Schema(nil), ls...), right.Schema()...))[len(ls):]
	return &j
}

// joinByKeys joins by fields. The keys of what has been joined so far stand in
// fields of their own, since with an outer join any stream may have brought them.
// They lead, so that the order of the result can follow them.
func (c *Context) joinByKeys(inputs []Input, kind plan.JoinKind) (plan.Node, error) {
	keys, err := c.multipleKeys(inputs)
	if err != nil {
		return nil, err
	}
	n := len(keys[0])
	first := inputs[0].Node.Schema()
	var cols []plan.Column
	for _, k := range keys[0] {
		cols = append(cols, same(first, k))
	}
	cols = append(cols, sames(first)...)
	for i, f := range unique(fieldsOf(cols)) {
		cols[i].Field.Name = f.Name
	}
	joined := c.project(inputs[0].Node, cols)
	for i, in := range inputs[1:] {
		j := beside(joined, in.Node, plan.Join{Kind: kind, LeftKeys: upTo(n), RightKeys: keys[i+1], KeepLeft: true})
		s := j.Schema()
		cols := sames(s)
		for k := range n {
			either, err := c.tree("JoinFields", call("Coalesce", expr.FieldAt(s, k), expr.FieldAt(s, len(joined.Schema())+keys[i+1][k])), s)
			if err != nil {
				return nil, err
			}
			cols[k].Expr = either
			name := cols[k].Field.Name
			cols[k].Field = common(cols[k].Field, in.Node.Schema()[keys[i+1][k]])
			cols[k].Field.Name = name
		}
		joined = c.project(j, cols)
	}
	joined = sorted(joined, upTo(n))
	rest := make([]int, len(joined.Schema())-n)
	for i := range rest {
		rest[i] = n + i
	}
	return c.pick(joined, rest), nil
}

// multipleKeys reads the fields to join by, for each input.
func (c *Context) multipleKeys(inputs []Input) ([][]int, error) {
	keys := make([][]int, len(inputs))
	for i, in := range inputs {
		for _, info := range c.Config.All("JoinFields/JoinInfo") {
			if !strings.EqualFold(info.Attr("connection"), in.Name) {
				continue
			}
			for _, f := range info.All("Field") {
				col, err := c.Field("JoinFields/JoinInfo[@connection='"+in.Name+"']", f.Attr("field"), in.Node.Schema())
				if err != nil {
					return nil, err
				}
				keys[i] = append(keys[i], col)
			}
		}
		if len(keys[i]) == 0 || len(keys[i]) != len(keys[0]) {
			return nil, c.Errorf(diag.BadConfig, "JoinFields", "the stream %s has %d fields to join by, the first one %d", in.Name, len(keys[i]), len(keys[0]))
		}
		for k := range keys[i] {
			if err := c.comparable("JoinFields", inputs[0].Node.Schema()[keys[0][k]], in.Node.Schema()[keys[i][k]]); err != nil {
				return nil, err
			}
		}
	}
	return keys, nil
}
