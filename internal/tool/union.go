package tool

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// unionTool puts streams together.
var unionTool = Tool{
	Name:    "Union",
	Plugins: []string{"AlteryxBasePluginsGui.Union.Union"},
	Entry:   "AlteryxUnion",
	In:      []Anchor{{Name: "Input", Multi: true}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Puts streams together, matching their fields by name, by position or by hand. Fields that a stream lacks are Null. Without SetOutputOrder the records stand as the classic engine, which hands on one record at a time, gets them: branches of one stream in the order of its records, and the outputs of a Join by its key; what a Sort, a Summarize or the like gives comes after the stream that it waits for; otherwise, and in documents for the AMP engine, stream by stream in the order of their numbers.",
	Options: []Option{
		{Path: "Mode", Doc: "ByName, ByPos, Manual or ManualDelayed"},
		{Path: "ByName_ErrorMode", Doc: "Error, Warning or Ignore: what happens where a stream lacks a field"},
		{Path: "ByName_OutputMode", Doc: "All: every field of any stream; Subset: the fields of all streams"},
		{Path: "SetOutputOrder", Doc: "True: the streams stand one after the other, and OutputOrder says which comes first"},
		{Path: "OutputOrder/Connection", Doc: "the streams in their order"},
		{Path: "AutoResetMode", Doc: "has no effect on the result"},
		{Path: "MultiMetaInfo/**", Doc: "the fields of each stream as they are arranged by hand"},
	},
	Compile: compileUnion,
}

// stream is an input of a Union, with the position of its field for each field
// of the output, or -1.
type stream struct {
	Input
	from []int
}

func compileUnion(c *Context) (Outputs, error) {
	mode, err := c.choice("Mode", "ByName", "ByPos", "Manual", "ManualDelayed")
	if err != nil {
		return nil, err
	}
	missing, err := c.choice("ByName_ErrorMode", "Warning", "Error", "Ignore")
	if err != nil {
		return nil, err
	}
	keep, err := c.choice("ByName_OutputMode", "All", "Subset")
	if err != nil {
		return nil, err
	}
	streams := make([]stream, 0, len(c.Inputs["Input"]))
	for _, in := range inOrder(c.Inputs["Input"]) {
		streams = append(streams, stream{Input: in})
	}
	var out record.Schema
	switch mode {
	case "ByName":
		out = byName(streams)
	case "ByPos":
		out = byPosition(streams)
	default:
		if out, err = byHand(c, streams); err != nil {
			return nil, err
		}
	}
	if out, err = complete(c, out, streams, mode, missing, keep == "Subset"); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, c.Errorf(diag.BadConfig, "ByName_OutputMode", "the streams have no field in common")
	}
	if err := c.sameKinds(out, streams); err != nil {
		return nil, err
	}
	ordered := c.Config.Bool("SetOutputOrder", false)
	if ordered {
		streams = reorder(c, streams)
	}
	var parts []plan.Node
	for _, s := range streams {
		in := s.Node.Schema()
		cols := make([]plan.Column, len(out))
		for i, p := range s.from {
			if p >= 0 {
				cols[i] = same(in, p)
			} else if cols[i].Expr, err = c.tree("", call("Null"), in); err != nil {
				return nil, err
			}
			cols[i].Field = out[i]
		}
		parts = append(parts, c.project(s.Node, cols))
	}
	if len(parts) == 1 {
		return Outputs{"Output": parts[0]}, nil
	}
	if c.Arrival != nil && !ordered {
		if a := c.Arrival(); a != nil {
			return Outputs{"Output": a.union(parts)}, nil
		}
	}
	return Outputs{"Output": &plan.Union{In: parts}}, nil
}

// union puts the streams together in the order in which their records come.
func (a *Arrival) union(streams []plan.Node) plan.Node {
	if len(a.Parts) == 0 {
		return streams[a.Stream]
	}
	u := &plan.Union{From: a.From}
	for _, p := range a.Parts {
		u.In = append(u.In, p.union(streams))
	}
	return u
}

// inOrder sorts inputs by the number in their names: #1, #2, ... #10. Others
// stay where they are.
func inOrder(in []Input) []Input {
	in = append([]Input(nil), in...)
	number := func(name string) int {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, "#")); err == nil {
			return n
		}
		return 1 << 30
	}
	sort.SliceStable(in, func(i, j int) bool { return number(in[i].Name) < number(in[j].Name) })
	return in
}

// byName matches fields by name, in the order in which the streams show them.
func byName(streams []stream) record.Schema {
	var out record.Schema
	at := make(map[string]int)
	for i := range streams {
		for _, f := range streams[i].Node.Schema() {
			name := strings.ToLower(f.Name)
			if p, ok := at[name]; ok {
				out[p] = common(out[p], f)
				continue
			}
			at[name] = len(out)
			out = append(out, f)
		}
	}
	for i := range streams {
		streams[i].from = make([]int, len(out))
		for p := range out {
			streams[i].from[p] = -1
		}
		for p, f := range streams[i].Node.Schema() {
			streams[i].from[at[strings.ToLower(f.Name)]] = p
		}
	}
	return out
}

// byPosition matches the nth field of each stream; the first one names it.
func byPosition(streams []stream) record.Schema {
	var out record.Schema
	for i := range streams {
		for p, f := range streams[i].Node.Schema() {
			if p == len(out) {
				f.Name = out.Unique(f.Name)
				out = append(out, f)
			} else {
				out[p] = common(out[p], f)
			}
		}
	}
	for i := range streams {
		fields := len(streams[i].Node.Schema())
		for p := range out {
			if p >= fields {
				p = -1
			}
			streams[i].from = append(streams[i].from, p)
		}
	}
	return out
}

// byHand reads the arrangement: for each stream, the column of the output that a
// field goes to, from 1 on. A field without a column is left out.
func byHand(c *Context, streams []stream) (record.Schema, error) {
	fields := make(map[int]record.Field)
	froms := make([]map[int]int, len(streams))
	last := 0
	for i := range streams {
		froms[i] = make(map[int]int)
		in := streams[i].Node.Schema()
		for _, m := range c.Config.All("MultiMetaInfo/MetaInfo") {
			if m.Attr("name") != streams[i].Name {
				continue
			}
			for _, f := range m.All("RecordInfo/Field") {
				col, err := strconv.Atoi(f.Attr("column"))
				p := in.Index(f.Attr("name"))
				if err != nil || col < 1 || p < 0 {
					continue
				}
				if col > 100_000 {
					return nil, c.Errorf(diag.Limit, "MultiMetaInfo", "column %d of the output is beyond any use", col)
				}
				froms[i][col] = p
				last = max(last, col)
				if have, ok := fields[col]; ok {
					fields[col] = common(have, in[p])
				} else {
					fields[col] = in[p]
				}
			}
		}
	}
	var out record.Schema
	for col := 1; col <= last; col++ {
		f, ok := fields[col]
		if !ok {
			continue
		}
		f.Name = out.Unique(f.Name)
		out = append(out, f)
		for i := range streams {
			p, ok := froms[i][col]
			if !ok {
				p = -1
			}
			streams[i].from = append(streams[i].from, p)
		}
	}
	return out, nil
}

// complete deals with fields that some stream lacks: they are dropped where only
// the common ones are wanted, and reported as the configuration says.
func complete(c *Context, out record.Schema, streams []stream, mode, missing string, subset bool) (record.Schema, error) {
	var kept []int
	for i := range out {
		lacks := ""
		for _, s := range streams {
			if s.from[i] < 0 {
				lacks = s.Name
				break
			}
		}
		if lacks != "" && !strings.HasPrefix(mode, "Manual") {
			msg := fmt.Sprintf("the field %q is not in the stream %s", out[i].Name, lacks)
			switch missing {
			case "Error":
				return nil, c.Errorf(diag.NoField, "ByName_ErrorMode", "%s", msg)
			case "Warning":
				c.Warnf("%s", msg)
			}
		}
		if lacks == "" || !subset {
			kept = append(kept, i)
		}
	}
	fields := make(record.Schema, len(kept))
	for i, p := range kept {
		fields[i] = out[p]
	}
	for i := range streams {
		from := make([]int, len(kept))
		for j, p := range kept {
			from[j] = streams[i].from[p]
		}
		streams[i].from = from
	}
	return fields, nil
}

// sameKinds checks that no field is an object in one stream and a number or a text
// in another: there is no type for both.
func (c *Context) sameKinds(out record.Schema, streams []stream) error {
	object := func(f record.Field) bool { return f.Type == record.Blob || f.Type == record.SpatialObj }
	for _, s := range streams {
		in := s.Node.Schema()
		for i, f := range out {
			if s.from[i] < 0 {
				continue
			}
			if g := in[s.from[i]]; object(g) != object(f) {
				return c.Errorf(diag.BadType, "Mode", "the field %q of type %s in the stream %s cannot be put with other types into %q of type %s", g.Name, g.Type, s.Name, f.Name, f.Type)
			}
		}
	}
	return nil
}

// reorder puts the streams into the order that the configuration gives; those
// that it does not name come last.
func reorder(c *Context, streams []stream) []stream {
	place := make(map[string]int)
	for i, e := range c.Config.All("OutputOrder/Connection") {
		place[strings.TrimSpace(e.Text)] = i - len(streams) - 1000
	}
	streams = append([]stream(nil), streams...)
	sort.SliceStable(streams, func(i, j int) bool { return place[streams[i].Name] < place[streams[j].Name] })
	return streams
}
