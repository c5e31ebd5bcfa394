package plan

// Source returns the relation below n from which the records of n are made one
// by one, in its order: none, one or several records of n from each, next to each
// other. It is false for what needs all of its input first, or several inputs.
func Source(n Node) (Node, bool) {
	switch n := n.(type) {
	case *Anchor:
		return n.In, true
	case *Project:
		return n.In, true
	case *Filter:
		return n.In, true
	case *Check:
		return n.In, true
	case *Unnest:
		return n.In, true
	case *Slice:
		return n.In, len(n.Group) == 0 && n.Mode != Last && n.Mode != Percent
	case *Window:
		return n.In, len(n.Partition) == 0 && len(n.Order) == 0 && running(n.Cols)
	case *Union:
		return n.source()
	case *Apply:
		if n.Each && len(n.In) > 0 {
			return n.In[0], true
		}
	}
	return nil, false
}

// running reports whether the functions look at the records nearby only, so that
// a record is done soon after it has come.
func running(cols []WindowCol) bool {
	for _, c := range cols {
		if c.Func != RowNumber && c.Func != RunningSum && c.Func != Lag {
			return false
		}
	}
	return true
}

// source is the relation that all streams come from, where the records stand in
// the order of its records.
func (n *Union) source() (Node, bool) {
	if len(n.From) == 0 {
		return nil, false
	}
	for _, o := range n.From {
		if o.At != n.From[0].At || len(o.Keys) > 0 {
			return nil, false
		}
	}
	return n.From[0].At, true
}
