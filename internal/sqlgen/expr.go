package sqlgen

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/record"
)

// at turns what went wrong in an expression into a diagnostic.
func (r *renderer) at(err error, option string) error {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return err
	}
	return &diag.Diagnostic{Code: diag.Unsupported, Tool: r.tool, Option: option, Msg: err.Error(), Err: err}
}

// exprs renders expressions over the columns of one relation.
type exprs struct {
	schema record.Schema
	prefix string
	r      *renderer
}

func (r *renderer) expr(n expr.Node, in record.Schema, prefix string) (value, error) {
	return exprs{in, prefix, r}.node(n)
}

func (r *renderer) exprAny(n any, in record.Schema) (value, error) {
	return r.expr(n.(expr.Node), in, "")
}

// cond renders a condition: a BOOLEAN of which Null counts as false.
func (r *renderer) cond(n expr.Node, in record.Schema, prefix string) (value, error) {
	return exprs{in, prefix, r}.cond(n)
}

// node renders an expression as a value.
func (e exprs) node(n expr.Node) (value, error) {
	switch n := n.(type) {
	case *expr.Number:
		if n.IsInt {
			return intLiteralValue(n.Int), nil
		}
		return value{sql: Double(n.Value), typ: record.Double, lit: true, num: n.Value, notNull: true}, nil
	case *expr.Variable:
		if e.r.opts.Variable == nil {
			return intLiteralValue(*n.Value), nil
		}
		return value{sql: e.r.opts.Variable(n), typ: record.Int64, max: 1 << 53, notNull: true}, nil
	case *expr.Text:
		return textNode(n), nil
	case *expr.Bool:
		v := boolean("false", true)
		v.lit = true
		if n.Value {
			v.sql, v.num = "true", 1
		}
		return v, nil
	case *expr.Field:
		if n.Row != 0 {
			return value{}, fmt.Errorf("%s: other rows are not seen here", n)
		}
		if n.Index < 0 || n.Index >= len(e.schema) {
			return value{}, fmt.Errorf("field %q is not in the input", n.Name)
		}
		return fieldValue(e.prefix+col(n.Index), e.schema[n.Index]), nil
	case *expr.Unary:
		return e.unary(n)
	case *expr.Binary:
		return e.binary(n)
	case *expr.In:
		v, err := e.in(n)
		return v.sure(), err
	case *expr.If:
		return e.conditional(n)
	case *expr.Call:
		v, err := e.call(n)
		if v.falsy {
			v = v.sure()
		}
		return v, err
	}
	return value{}, fmt.Errorf("%T has no rendering", n)
}

// textNode renders a text, which the checker may have found to be a date.
func textNode(n *expr.Text) value {
	v := textLiteral(n.Value)
	switch n.Type() {
	case record.Date:
		return value{sql: "DATE " + Text(n.Value), typ: record.Date, notNull: true, lit: true, str: n.Value}
	case record.DateTime:
		return value{sql: "TIMESTAMP " + Text(n.Value), typ: record.DateTime, notNull: true, lit: true, str: n.Value}
	case record.Time:
		return value{sql: "TIME " + Text(n.Value), typ: record.Time, notNull: true, lit: true, str: n.Value}
	}
	return v
}

func (e exprs) nodes(list []expr.Node) ([]value, error) {
	out := make([]value, len(list))
	for i, n := range list {
		var err error
		if out[i], err = e.node(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// cond renders a condition, where Null may stand for false.
func (e exprs) cond(n expr.Node) (value, error) {
	switch n := n.(type) {
	case *expr.Binary:
		switch n.Op {
		case expr.And, expr.Or:
			x, err := e.cond(n.X)
			if err != nil {
				return value{}, err
			}
			y, err := e.cond(n.Y)
			if err != nil {
				return value{}, err
			}
			op := " AND "
			if n.Op == expr.Or {
				op = " OR "
			}
			return boolean("("+x.sql+op+y.sql+")", x.notNull && y.notNull), nil
		case expr.Eq, expr.Ne, expr.Lt, expr.Le, expr.Gt, expr.Ge:
			x, y, err := e.pair(n.X, n.Y)
			if err != nil {
				return value{}, err
			}
			return compare(n.Op, x, y), nil
		}
	case *expr.Unary:
		if n.Op == expr.Not {
			x, err := e.cond(n.X)
			return boolean("("+not(x)+")", true), err
		}
	case *expr.In:
		return e.in(n)
	case *expr.Call:
		v, err := e.call(n)
		return v.truth(), err
	}
	v, err := e.node(n)
	return v.truth(), err
}

func (e exprs) pair(x, y expr.Node) (value, value, error) {
	a, err := e.node(x)
	if err != nil {
		return a, a, err
	}
	b, err := e.node(y)
	return a, b, err
}

func (e exprs) unary(n *expr.Unary) (value, error) {
	if n.Op == expr.Not {
		return e.cond(n)
	}
	x, err := e.node(n.X)
	if err != nil {
		return x, err
	}
	if x.lit && x.typ == record.Int64 {
		return intLiteralValue(int64(-x.num)), nil
	}
	if x.small() {
		return value{sql: "(-" + x.bigint() + ")", typ: record.Int64, max: x.max, notNull: x.notNull}, nil
	}
	d := x.double()
	return value{sql: "(-" + d.sql + ")", typ: record.Double, notNull: x.notNull}, nil
}

func (e exprs) binary(n *expr.Binary) (value, error) {
	switch n.Op {
	case expr.Add, expr.Sub, expr.Mul, expr.Div:
	default:
		v, err := e.cond(n)
		return v.sure(), err
	}
	if n.Op == expr.Add && (n.Type().IsString() || n.Type().IsDate()) {
		return e.join(n)
	}
	x, y, err := e.pair(n.X, n.Y)
	if err != nil {
		return x, err
	}
	return arithmetic(n.Op, x, y), nil
}

// arithmetic computes in DOUBLE. Whole numbers whose result is small are computed
// in BIGINT, which gives the same.
func arithmetic(op expr.Op, x, y value) value {
	notNull := x.notNull && y.notNull
	sign := map[expr.Op]string{expr.Add: "+", expr.Sub: "-", expr.Mul: "*", expr.Div: "/"}[op]
	if op == expr.Div {
		divisor := y.double()
		if !y.lit || y.num == 0 {
			divisor.sql, notNull = "nullif("+divisor.sql+", 0e0)", false
		}
		return value{sql: "(" + x.double().sql + " / " + divisor.sql + ")", typ: record.Double, notNull: notNull}
	}
	bound := x.max + y.max
	if op == expr.Mul {
		bound = x.max * y.max
	}
	if x.integral() && y.integral() && x.max > 0 && y.max > 0 && bound <= wholeMax {
		return value{sql: "(" + x.bigint() + " " + sign + " " + y.bigint() + ")", typ: record.Int64, max: bound, notNull: notNull}
	}
	return value{sql: "(" + x.double().sql + " " + sign + " " + y.double().sql + ")", typ: record.Double, notNull: notNull}
}

// join renders + of texts: Null counts as empty, and is the result where all are Null.
func (e exprs) join(n *expr.Binary) (value, error) {
	var parts []value
	var gather func(n expr.Node) error
	gather = func(n expr.Node) error {
		if b, ok := n.(*expr.Binary); ok && b.Op == expr.Add && (b.Type().IsString() || b.Type().IsDate()) {
			if err := gather(b.X); err != nil {
				return err
			}
			return gather(b.Y)
		}
		v, err := e.node(n)
		if err == nil && v.typ != record.Invalid {
			parts = append(parts, v.text())
		}
		return err
	}
	if err := gather(n); err != nil {
		return value{}, err
	}
	if len(parts) == 0 {
		return null(), nil
	}
	out := value{typ: record.VWString, latin: true}
	var list []string
	bounded := true
	var wideIf []string
	for _, p := range parts {
		list = append(list, p.sql)
		if !p.latin {
			wideIf = append(wideIf, p.wideIf)
		}
		out.notNull = out.notNull || p.notNull
		out.latin = out.latin && p.latin
		out.size += p.size
		bounded = bounded && p.size > 0
	}
	if !bounded {
		out.size = 0
	}
	if !slices.Contains(wideIf, "") {
		out.wideIf = strings.Join(wideIf, " OR ")
	}
	all := strings.Join(list, ", ")
	if out.notNull {
		out.sql = "concat(" + all + ")"
	} else {
		out.sql = "CASE WHEN coalesce(" + all + ") IS NULL THEN NULL ELSE concat(" + all + ") END"
	}
	return out, nil
}

// conditional renders IF: the first arm whose condition is true.
func (e exprs) conditional(n *expr.If) (value, error) {
	results := make([]expr.Node, 0, len(n.Arms)+1)
	conds := make([]value, 0, len(n.Arms))
	for _, a := range n.Arms {
		c, err := e.cond(a.Cond)
		if err != nil {
			return c, err
		}
		conds = append(conds, c)
		results = append(results, a.Then)
	}
	values, err := e.nodes(append(results, n.Else))
	if err != nil {
		return value{}, err
	}
	return choose(conds, values, n.Type()), nil
}

// choose renders CASE over conditions with their results; the last result is
// for none of them.
func choose(conds, results []value, t record.Type) value {
	if t == record.Invalid {
		return null()
	}
	if len(conds) == 0 {
		return results[0].as(common(results, t))
	}
	out := value{typ: common(results, t), notNull: true, latin: true}
	bounded := true
	var b strings.Builder
	b.WriteString("CASE")
	for i := range results {
		v := results[i]
		if v.typ != record.Invalid || !t.IsString() {
			v = v.as(out.typ)
		}
		out.notNull = out.notNull && v.notNull
		if v.typ != record.Invalid {
			out.latin = out.latin && (v.latin || results[i].typ == record.Invalid)
		}
		out.max = max(out.max, results[i].max)
		if results[i].typ != record.Invalid {
			out.size = max(out.size, v.size)
			bounded = bounded && v.size > 0
		}
		if i < len(conds) {
			b.WriteString(" WHEN " + conds[i].sql + " THEN " + v.sql)
		} else {
			b.WriteString(" ELSE " + v.sql + " END")
		}
	}
	if !bounded {
		out.size = 0
	}
	if !out.integral() {
		out.max = 0
	}
	out.sql = b.String()
	return out
}

// common is the type in which alternative results are held, of which Check found
// the type t: whole numbers stay whole where all are.
func common(results []value, t record.Type) record.Type {
	if expr.KindOf(t) != expr.KindNumber {
		return plainType(t)
	}
	truth, whole := t == record.Bool, true
	for _, v := range results {
		truth = truth && (v.typ == record.Bool || v.typ == record.Invalid)
		whole = whole && (v.integral() || v.typ == record.Invalid)
	}
	switch {
	case truth:
		return record.Bool
	case whole:
		return record.Int64
	}
	return record.Double
}

// in renders x IN (list) and x NOT IN (list): Null is in a list that holds it.
func (e exprs) in(n *expr.In) (value, error) {
	x, err := e.node(n.X)
	if err != nil {
		return x, err
	}
	list, err := e.nodes(n.List)
	if err != nil {
		return x, err
	}
	v := within(x, list)
	if n.Not {
		return boolean("("+not(v)+")", true), nil
	}
	return v, nil
}

func within(x value, list []value) value {
	var same []string
	var others []value
	item := x // as the literals are compared with it
	for _, y := range list {
		if x.isText() && y.lit && y.isText() && !caseless(y) {
			item = fold(x)
		}
	}
	for _, y := range list {
		a, b := matchTypes(x, y)
		if y.lit && y.typ != record.Invalid && a.sql == x.sql {
			if y.isText() {
				b = fold(b)
			}
			same = append(same, b.sql)
		} else {
			others = append(others, y)
		}
	}
	var ors []string
	notNull := true
	if len(same) > 0 {
		ors = append(ors, item.sql+" IN ("+strings.Join(same, ", ")+")")
		notNull = x.notNull
	}
	for _, y := range others {
		c := compare(expr.Eq, x, y)
		notNull = notNull && c.notNull
		ors = append(ors, c.sql)
	}
	if len(ors) == 0 {
		return boolean("false", true)
	}
	return boolean("("+strings.Join(ors, " OR ")+")", notNull)
}
