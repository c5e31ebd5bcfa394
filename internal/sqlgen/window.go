package sqlgen

import (
	"fmt"
	"slices"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// window renders fields computed over partitions. Without partitions and sort
// keys DuckDB computes them while the records stream by in their order;
// otherwise they need keys, and so does whoever comes after.
func (r *renderer) window(n *plan.Window, w want) (rel, error) {
	need := keyed
	if len(n.Partition) == 0 && len(n.Order) == 0 && streams(n.Cols) && !positioned(n.In) {
		need = max(w, ordered)
	}
	in, err := r.node(n.In, need)
	if err != nil {
		return rel{}, err
	}
	over := overs{
		part: partition(n.Partition, ""), constant: make(map[string]bool),
		sort: sortKeys(n.Order, n.In.Schema(), ""),
		tie:  in.order,
	}
	for _, f := range n.Partition {
		over.constant[col(f)] = true
	}
	if len(n.Partition) == 0 && len(n.Order) == 0 && len(in.order) == 1 && in.order[0].position {
		over.place = in.order[0].sql
	}
	items := []string{in.star()}
	for i, c := range n.Cols {
		sql, err := over.column(c, n.In.Schema(), r.tool)
		if err != nil {
			return rel{}, err
		}
		items = append(items, sql+" AS "+col(in.cols+i))
	}
	out := r.add(in.cols+len(n.Cols), fmt.Sprintf("SELECT %s\nFROM %s", strings.Join(items, ", "), in.name))
	out.keyed, out.order, out.traces = in.keyed, in.starred(true), in.traces
	return out, nil
}

// streams reports whether DuckDB computes the functions without looking ahead
// or at the whole input.
func streams(cols []plan.WindowCol) bool {
	for _, c := range cols {
		switch c.Func {
		case plan.RowNumber, plan.RunningSum:
		case plan.Lag:
			if c.Offset < 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// positioned reports whether the place of each record of n is known from the
// table below it.
func positioned(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Table, *plan.Values, *plan.Read, *plan.Apply:
		return true
	case *plan.Project:
		return positioned(n.In)
	case *plan.Window:
		return positioned(n.In)
	case *plan.Anchor:
		return positioned(n.In)
	case *plan.Check:
		return positioned(n.In)
	}
	return false
}

// overs are the parts of the OVER clauses of one Window.
type overs struct {
	part      string
	constant  map[string]bool // what part makes the same in all of a partition
	sort, tie []orderKey
	place     string // the record's place from 0, where it is known
}

// keys are what orders the records of a partition; ties are settled by the
// input's order.
func (o overs) keys(tie bool) []orderKey {
	keys := append([]orderKey(nil), o.sort...)
	if tie {
		keys = append(keys, o.tie...)
	}
	return slices.DeleteFunc(keys, func(k orderKey) bool { return o.constant[k.sql] })
}

// by renders an OVER clause.
func (o overs) by(tie bool, frame string) string {
	keys := o.keys(tie)
	order := ""
	if len(keys) > 0 {
		order = "ORDER BY " + orderBy(keys)
	}
	return "OVER (" + spaced(o.part, order, frame) + ")"
}

const wholeFrame = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"

func (o overs) column(c plan.WindowCol, in record.Schema, tool diag.Tool) (string, error) {
	t := TypeOf(c.Field)
	arg := ""
	var argType record.Type
	if c.Arg >= 0 && c.Arg < len(in) {
		arg, argType = col(c.Arg), in[c.Arg].Type
	}
	switch c.Func {
	case plan.RowNumber:
		if o.place != "" {
			return cast(o.place+" + 1", t, ""), nil
		}
		return cast("row_number() "+o.by(true, ""), t, "BIGINT"), nil
	case plan.DenseRank:
		return cast("dense_rank() "+o.by(false, ""), t, "BIGINT"), nil
	case plan.Rank:
		return cast("rank() "+o.by(false, ""), t, "BIGINT"), nil
	case plan.Ntile:
		return cast(fmt.Sprintf("ntile(%d) %s", max(c.Offset, 1), o.by(true, "")), t, "BIGINT"), nil
	case plan.Count:
		return cast("count(*) OVER ("+o.part+")", t, "BIGINT"), nil
	case plan.RunningSum:
		return sumCast(fmt.Sprintf("sum(coalesce(%s, 0)) %s", addend(arg, argType), o.by(true, "ROWS UNBOUNDED PRECEDING")), t), nil
	case plan.StrictSum:
		sum := sumCast(fmt.Sprintf("sum(%s) %s", addend(arg, argType), o.by(true, "ROWS UNBOUNDED PRECEDING")), t)
		return fmt.Sprintf("CASE WHEN %s THEN NULL ELSE %s END", o.nullSoFar(arg), sum), nil
	case plan.Sum:
		return sumCast(fmt.Sprintf("sum(%s) OVER (%s)", addend(arg, argType), o.part), t), nil
	case plan.FirstValue:
		return cast(fmt.Sprintf("first_value(%s) %s", arg, o.by(true, "")), t, TypeOf(in[c.Arg])), nil
	case plan.LastValue:
		return cast(fmt.Sprintf("last_value(%s) %s", arg, o.by(true, wholeFrame)), t, TypeOf(in[c.Arg])), nil
	case plan.Lag:
		f, n := "lag", c.Offset
		if n < 0 {
			f, n = "lead", -n
		}
		def, ok := Literal(c.Default, in[c.Arg])
		if !ok {
			return "", &diag.Diagnostic{Code: diag.BadType, Tool: tool,
				Msg: fmt.Sprintf("field %q (%s) cannot hold the value for rows that do not exist", in[c.Arg].Name, in[c.Arg].Type)}
		}
		return cast(fmt.Sprintf("%s(%s, %d, %s) %s", f, arg, n, def, o.by(true, "")), t, TypeOf(in[c.Arg])), nil
	}
	return "", &diag.Diagnostic{Code: diag.Internal, Tool: tool, Msg: fmt.Sprintf("window function %d has no rendering", c.Func)}
}

// nullSoFar is true from the first Null of a partition on. By a unique number
// that is a question to the whole partition, which costs less than one to the
// records up to each.
func (o overs) nullSoFar(arg string) string {
	if k := o.keys(true); len(k) == 1 && k[0].unique && !k[0].desc {
		return fmt.Sprintf("%s >= min(%s) FILTER (WHERE %s IS NULL) OVER (%s)", k[0].sql, k[0].sql, arg, o.part)
	}
	return fmt.Sprintf("count(*) FILTER (WHERE %s IS NULL) %s > 0", arg, o.by(true, "ROWS UNBOUNDED PRECEDING"))
}

// addend widens what is summed, so that no sum overflows: DuckDB sums BIGINT in
// HUGEINT, and DOUBLE as it is.
func addend(arg string, t record.Type) string {
	switch {
	case t == record.Bool, t == record.Byte:
		return "CAST(" + arg + " AS BIGINT)"
	case t == record.Float:
		return "CAST(" + arg + " AS DOUBLE)"
	}
	return arg
}

// sumCast brings a sum to the type of its field; Null where it does not fit.
func sumCast(sql, t string) string { return "TRY_CAST(" + sql + " AS " + t + ")" }
