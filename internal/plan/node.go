package plan

import "kickoff/record"

func (*Values) node()    {}
func (*Read) node()      {}
func (*Table) node()     {}
func (*Apply) node()     {}
func (*Project) node()   {}
func (*Filter) node()    {}
func (*Sort) node()      {}
func (*Slice) node()     {}
func (*Window) node()    {}
func (*Aggregate) node() {}
func (*Join) node()      {}
func (*Union) node()     {}
func (*Unnest) node()    {}
func (*Anchor) node()    {}
func (*Check) node()     {}

func (n *Values) Inputs() []Node    { return nil }
func (n *Read) Inputs() []Node      { return nil }
func (n *Table) Inputs() []Node     { return nil }
func (n *Apply) Inputs() []Node     { return n.In }
func (n *Project) Inputs() []Node   { return []Node{n.In} }
func (n *Filter) Inputs() []Node    { return []Node{n.In} }
func (n *Sort) Inputs() []Node      { return []Node{n.In} }
func (n *Slice) Inputs() []Node     { return []Node{n.In} }
func (n *Window) Inputs() []Node    { return []Node{n.In} }
func (n *Aggregate) Inputs() []Node { return []Node{n.In} }
func (n *Join) Inputs() []Node      { return []Node{n.Left, n.Right} }
func (n *Union) Inputs() []Node     { return n.In }
func (n *Unnest) Inputs() []Node    { return []Node{n.In} }
func (n *Anchor) Inputs() []Node    { return []Node{n.In} }
func (n *Check) Inputs() []Node     { return []Node{n.In} }

func (n *Values) Schema() record.Schema { return n.Fields }
func (n *Read) Schema() record.Schema   { return n.Fields }
func (n *Table) Schema() record.Schema  { return n.Fields }
func (n *Apply) Schema() record.Schema  { return n.Fields }
func (n *Filter) Schema() record.Schema { return n.In.Schema() }
func (n *Sort) Schema() record.Schema   { return n.In.Schema() }
func (n *Slice) Schema() record.Schema  { return n.In.Schema() }
func (n *Union) Schema() record.Schema  { return n.In[0].Schema() }
func (n *Anchor) Schema() record.Schema { return n.In.Schema() }
func (n *Check) Schema() record.Schema  { return n.In.Schema() }

func (n *Project) Schema() record.Schema {
	s := make(record.Schema, len(n.Cols))
	for i, c := range n.Cols {
		s[i] = c.Field
	}
	return s
}

func (n *Window) Schema() record.Schema {
	s := append(record.Schema(nil), n.In.Schema()...)
	for _, c := range n.Cols {
		s = append(s, c.Field)
	}
	return s
}

func (n *Aggregate) Schema() record.Schema {
	in := n.In.Schema()
	s := make(record.Schema, 0, len(n.Keys)+len(n.Aggs))
	for _, k := range n.Keys {
		s = append(s, in[k])
	}
	for _, a := range n.Aggs {
		s = append(s, a.Field)
	}
	return s
}

func (n *Join) Schema() record.Schema {
	left := n.Left.Schema()
	if n.Kind == Anti {
		return left
	}
	right := n.RenamedRight
	if right == nil {
		right = n.Right.Schema()
	}
	return append(append(record.Schema(nil), left...), right...)
}

func (n *Unnest) Schema() record.Schema {
	s := append(record.Schema(nil), n.In.Schema()...)
	if f, ok := n.List.(*FieldsList); ok {
		s = append(s, f.Name)
	}
	if n.Replace >= 0 {
		s[n.Replace] = n.Into
		return s
	}
	return append(s, n.Into)
}

// Walk calls visit for n and everything below it, inputs first, each node once.
func Walk(n Node, visit func(Node)) { walk(n, visit, make(map[Node]bool)) }

func walk(n Node, visit func(Node), seen map[Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	for _, in := range n.Inputs() {
		walk(in, visit, seen)
	}
	visit(n)
}
