package tool

import (
	"context"

	"kickoff/internal/plan"
	"kickoff/record"
)

// makeGroupTool finds the groups that pairs make.
var makeGroupTool = Tool{
	Name:    "Make Group",
	Plugins: []string{"AlteryxBasePluginsGui.MakeGroup.MakeGroup"},
	Entry:   "AlteryxMakeGroup",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Takes each record as a pair of keys that belong together, and gives every key with its group: the first key of it that came.",
	Differs: "Which of its keys names a group, and the order of the records, are not set down anywhere; here both follow the input.",
	Options: []Option{
		{Path: "Key1st", Doc: "the field with one key of the pair"},
		{Path: "Key2nd", Doc: "the field with the other"},
	},
	Compile: compileMakeGroup,
}

func compileMakeGroup(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	first, err := c.Field("Key1st", c.Config.String("Key1st"), s)
	if err != nil {
		return nil, err
	}
	second, err := c.Field("Key2nd", c.Config.String("Key2nd"), s)
	if err != nil {
		return nil, err
	}
	key := common(s[first], s[second])
	key.Source, key.Description = "", ""
	cols := []plan.Column{same(s, first), same(s, second)}
	cols[0].Field, cols[1].Field = key, key
	cols[0].Field.Name, cols[1].Field.Name = "Key1", "Key2"
	out := record.Schema{key, key}
	out[0].Name, out[1].Name = "Group", "Key"
	return Outputs{"Output": &plan.Apply{In: []plan.Node{c.project(in, cols)}, Fields: out, Name: c.Tool.Name,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
			g := groups{place: make(map[string]int)}
			err := eachBatch(ctx, in[0], func(b *record.Batch) error {
				for row := range b.Len {
					x, y := g.add(b, row, 0), g.add(b, row, 1)
					if x >= 0 && y >= 0 {
						g.join(x, y)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			e := newEmitter(ctx, out, w)
			for _, i := range g.order() {
				e.value(0, g.values[g.find(i)])
				e.value(1, g.values[i])
				if err := e.done(); err != nil {
					return err
				}
			}
			return e.flush()
		}}}, nil
}

// groups is a forest of keys; the root of a tree is its key that came first.
type groups struct {
	place  map[string]int
	values []any
	parent []int
}

// add returns the number of a key, or -1 for Null.
func (g *groups) add(b *record.Batch, row, col int) int {
	v := b.Value(row, col)
	if v == nil {
		return -1
	}
	k := string(appendKeys(nil, b, row, []int{col}))
	i, ok := g.place[k]
	if !ok {
		i = len(g.values)
		g.place[k] = i
		g.values, g.parent = append(g.values, v), append(g.parent, i)
	}
	return i
}

func (g *groups) find(i int) int {
	for g.parent[i] != i {
		g.parent[i] = g.parent[g.parent[i]]
		i = g.parent[i]
	}
	return i
}

func (g *groups) join(i, j int) {
	i, j = g.find(i), g.find(j)
	g.parent[max(i, j)] = min(i, j)
}

// order lists the keys group by group, both as they came.
func (g *groups) order() []int {
	members := make([][]int, len(g.values))
	for i := range g.values {
		r := g.find(i)
		members[r] = append(members[r], i)
	}
	var all []int
	for _, m := range members {
		all = append(all, m...)
	}
	return all
}
