package tool

import (
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// joinTool pairs records of two streams.
var joinTool = Tool{
	Name:    "Join",
	Plugins: []string{"AlteryxBasePluginsGui.Join.Join"},
	Entry:   "AlteryxJoin",
	In:      []Anchor{{Name: "Left"}, {Name: "Right"}},
	Out:     []Anchor{{Name: "Left"}, {Name: "Join"}, {Name: "Right"}},
	Doc:     "Pairs the records of two streams by equal fields or by position, and gives those without a partner apart. Null equals Null; text is compared exactly.",
	Options: append([]Option{
		{Path: "@joinByRecordPos", Doc: "True: the nth record with the nth"},
		{Path: "JoinInfo/@connection", Doc: "Left or Right: whose fields follow"},
		{Path: "JoinInfo/Field/@field", Doc: "a field of the key"},
		{Path: "SelectConfiguration/Configuration/@outputConnection", Doc: "Join: the output that the selection is for"},
	}, selectOptions("SelectConfiguration/Configuration/")...),
	Compile: compileJoin,
}

func compileJoin(c *Context) (Outputs, error) {
	left, right := c.Input("Left"), c.Input("Right")
	ls, rs := left.Schema(), right.Schema()
	j := &plan.Join{Left: left, Right: right, Kind: plan.Inner}
	j.ByPosition = isTrue(c.Config, "joinByRecordPos", false)
	if !j.ByPosition {
		var err error
		if j.LeftKeys, j.RightKeys, err = c.joinKeys(ls, rs); err != nil {
			return nil, err
		}
	}
	s, err := c.selection("SelectConfiguration/Configuration")
	if err != nil {
		return nil, err
	}
	offer := make([]offered, 0, len(ls)+len(rs))
	for _, f := range ls {
		offer = append(offer, offered{f, "Left_"})
	}
	for _, f := range rs {
		offer = append(offer, offered{f, "Right_"})
	}
	j.RenamedRight = unique(append(append(record.Schema(nil), ls...), rs...))[len(ls):]
	joined, err := s.apply(c, j, offer)
	if err != nil {
		return nil, err
	}
	unjoined := func(keep, other plan.Node, keepKeys, otherKeys []int, prefix string) plan.Node {
		anti := &plan.Join{Left: keep, Right: other, Kind: plan.Anti, LeftKeys: keepKeys, RightKeys: otherKeys, ByPosition: j.ByPosition}
		return c.pick(anti, s.unjoined(offer, prefix, keepKeys))
	}
	return Outputs{
		"Join":  joined,
		"Left":  unjoined(left, right, j.LeftKeys, j.RightKeys, "Left_"),
		"Right": unjoined(right, left, j.RightKeys, j.LeftKeys, "Right_"),
	}, nil
}

// joinKeys reads the fields to join by and checks that their types can be
// compared.
func (c *Context) joinKeys(ls, rs record.Schema) (left, right []int, err error) {
	names := map[string][]string{}
	for _, info := range c.Config.All("JoinInfo") {
		side := info.Attr("connection")
		for _, f := range info.All("Field") {
			names[side] = append(names[side], f.Attr("field"))
		}
	}
	if len(names["Left"]) != len(names["Right"]) {
		return nil, nil, c.Errorf(diag.BadConfig, "JoinInfo", "%d fields on the left and %d on the right", len(names["Left"]), len(names["Right"]))
	}
	if len(names["Left"]) == 0 {
		return nil, nil, c.Errorf(diag.BadConfig, "JoinInfo", "there is no field to join by")
	}
	for i, name := range names["Left"] {
		l, err := c.Field("JoinInfo[@connection='Left']", name, ls)
		if err != nil {
			return nil, nil, err
		}
		r, err := c.Field("JoinInfo[@connection='Right']", names["Right"][i], rs)
		if err != nil {
			return nil, nil, err
		}
		if err := c.comparable("JoinInfo", ls[l], rs[r]); err != nil {
			return nil, nil, err
		}
		left, right = append(left, l), append(right, r)
	}
	return left, right, nil
}

// comparable checks that values of two fields can be equal: text with text,
// numbers with numbers, dates with dates.
func (c *Context) comparable(option string, a, b record.Field) error {
	switch {
	case a.Type.IsString() && b.Type.IsString(),
		isNumber(a.Type) && isNumber(b.Type),
		a.Type == b.Type && a.Type != record.SpatialObj && a.Type != record.Blob,
		a.Type.IsDate() && b.Type.IsDate() && a.Type != record.Time && b.Type != record.Time:
		return nil
	}
	return c.Errorf(diag.BadType, option, "the field %q of type %s cannot be joined with %q of type %s", a.Name, a.Type, b.Name, b.Type)
}
