package enginetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// generator makes random plans over small tables with many equal values and Nulls.
type generator struct {
	*rand.Rand
	tools int
	made  []plan.Node // relations that may be read again
}

// plan makes a relation of at most depth operators over one another.
func (g *generator) plan(depth int) plan.Node {
	if depth == 0 {
		return g.source()
	}
	if len(g.made) > 0 && g.IntN(5) == 0 {
		return g.made[g.IntN(len(g.made))]
	}
	in := g.plan(depth - 1)
	var n plan.Node
	switch g.IntN(13) {
	case 0, 1:
		n = g.filter(in)
	case 2, 3:
		n = g.project(in)
	case 4:
		n = &plan.Sort{In: in, Keys: g.sortKeys(in.Schema())}
	case 5:
		n = g.slice(in)
	case 6:
		n = g.window(in)
	case 7:
		n = g.aggregate(in)
	case 8, 9:
		n = g.join(in, g.plan(depth-1))
	case 10:
		n = g.union(in, g.plan(depth-1))
	case 11:
		n = g.unnest(in)
	case 12:
		n = g.merge(in)
	}
	n = g.anchored(n)
	if g.IntN(12) == 0 {
		n = passOn(n)
	}
	g.made = append(g.made, n)
	return n
}

// types are those that random tables have.
var types = []record.Field{
	record.New("", record.Int32, 0), record.New("", record.Int64, 0), record.New("", record.Double, 0),
	record.New("", record.VWString, 40), record.New("", record.Bool, 0), record.New("", record.Date, 0),
}

// source is a table: one of the document, or a file.
func (g *generator) source() plan.Node {
	fields := record.Schema{}
	for i := range 2 + g.IntN(3) {
		f := types[g.IntN(len(types))]
		f.Name = fmt.Sprintf("f%d", i)
		fields = append(fields, f)
	}
	rows := make([][]any, g.IntN(12))
	for i := range rows {
		rows[i] = make([]any, len(fields))
		for j, f := range fields {
			rows[i][j] = g.value(f.Type)
		}
	}
	if g.IntN(3) > 0 {
		return &plan.Values{Fields: fields, Rows: rows}
	}
	g.tools++
	open := func(context.Context) (record.Reader, error) { return &rowsReader{fields, rows}, nil }
	return &plan.Anchor{In: &plan.Read{Fields: fields, Name: "a file", Open: open}, Tool: diag.Tool{ID: g.tools, Name: "Input Data"}, Name: "Output"}
}

func (g *generator) value(t record.Type) any {
	if g.IntN(6) == 0 {
		return nil
	}
	switch t {
	case record.Int32, record.Int64:
		return int64(g.IntN(7) - 2)
	case record.Date:
		return int64(g.IntN(4) * 100)
	case record.Double:
		return float64(g.IntN(9)-3) / 4
	case record.Bool:
		return g.IntN(2) == 0
	}
	return []string{"", "a", "b", "B", "a,b", "ä;b,", "zz"}[g.IntN(7)]
}

// rowsReader hands out rows in batches of three.
type rowsReader struct {
	fields record.Schema
	rows   [][]any
}

func (r *rowsReader) Schema() record.Schema { return r.fields }
func (r *rowsReader) Close() error          { return nil }
func (r *rowsReader) Next(context.Context) (*record.Batch, error) {
	if len(r.rows) == 0 {
		return nil, io.EOF
	}
	b := record.NewBatch(r.fields, 3)
	for ; len(r.rows) > 0 && b.Len < 3; r.rows = r.rows[1:] {
		b.Append(r.rows[0]...)
	}
	return b, nil
}

// passOn is an operator in Go that writes what it reads.
func passOn(in plan.Node) plan.Node {
	return &plan.Apply{In: []plan.Node{in}, Fields: in.Schema(), Name: "pass on", Run: func(ctx context.Context, in []record.Reader, out record.Writer) error {
		for {
			b, err := in[0].Next(ctx)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil {
				err = out.Write(ctx, b)
			}
			if err != nil {
				return err
			}
		}
	}}
}

// fieldOf picks a field that fits, or -1.
func (g *generator) fieldOf(s record.Schema, fits func(record.Field) bool) int {
	for _, i := range g.Perm(len(s)) {
		if fits == nil || fits(s[i]) {
			return i
		}
	}
	return -1
}

func isNumber(f record.Field) bool { return f.Type.IsNumeric() }
func isText(f record.Field) bool   { return f.Type.IsString() }

// checked parses and checks an expression over s.
func checked(source string, s record.Schema) expr.Node {
	n, err := expr.Parse(source)
	if err == nil {
		n, err = expr.Check(n, expr.Env{Schema: s})
	}
	if err != nil {
		panic(fmt.Sprintf("%s: %v", source, err))
	}
	return n
}

func (g *generator) condition(s record.Schema) string {
	i := g.IntN(len(s))
	f := "[" + s[i].Name + "]"
	switch {
	case g.IntN(4) == 0:
		return "IsNull(" + f + ")"
	case s[i].Type == record.Bool:
		return f
	case isNumber(s[i]):
		return f + []string{" > 0", " != 1", " <= 0.25", " IN (1, 2, Null())"}[g.IntN(4)]
	case isText(s[i]):
		return []string{f + " = 'a'", "Contains(" + f + ", 'B')", f + " != 'b'", f + " < 'b'"}[g.IntN(4)]
	}
	return f + " >= '1970-04-11'"
}

func (g *generator) filter(in plan.Node) plan.Node {
	s := in.Schema()
	return &plan.Filter{In: in, Cond: checked(g.condition(s), s), Not: g.IntN(3) == 0}
}

// project keeps some fields, in another order, and adds computed ones.
func (g *generator) project(in plan.Node) plan.Node {
	s := in.Schema()
	p := &plan.Project{In: in}
	for _, i := range g.Perm(len(s))[:1+g.IntN(len(s))] {
		p.Cols = append(p.Cols, plan.Column{Field: s[i], Expr: expr.FieldAt(s, i)})
	}
	add := func(t record.Type, size int, source string) {
		name := p.Schema().Unique("new")
		p.Cols = append(p.Cols, plan.Column{Field: record.New(name, t, size), Expr: checked(source, s)})
	}
	if i := g.fieldOf(s, isNumber); i >= 0 {
		add(record.Double, 0, "["+s[i].Name+"] * 2 + 1")
		add(record.Int32, 0, "IF "+g.condition(s)+" THEN ["+s[i].Name+"] ELSE 3 ENDIF")
	}
	if i := g.fieldOf(s, isText); i >= 0 {
		add(record.VWString, 3, "["+s[i].Name+"] + 'x'")
	}
	return p
}

func (g *generator) sortKeys(s record.Schema) []plan.SortKey {
	var keys []plan.SortKey
	for _, i := range g.Perm(len(s))[:1+g.IntN(min(len(s), 2))] {
		keys = append(keys, plan.SortKey{Col: i, Desc: g.IntN(2) == 0})
	}
	return keys
}

func (g *generator) some(s record.Schema, most int) []int {
	return g.Perm(len(s))[:g.IntN(min(len(s), most)+1)]
}

func (g *generator) slice(in plan.Node) plan.Node {
	modes := []plan.SliceMode{plan.First, plan.Last, plan.Skip, plan.EveryNth, plan.Percent}
	n := &plan.Slice{In: in, Mode: modes[g.IntN(len(modes))], N: float64(1 + g.IntN(4)), Group: g.some(in.Schema(), 2)}
	if n.Mode == plan.Percent {
		n.N *= 20
	}
	return n
}

func (g *generator) window(in plan.Node) plan.Node {
	s := in.Schema()
	n := &plan.Window{In: in, Partition: g.some(s, 2)}
	if g.IntN(2) == 0 {
		n.Order = g.sortKeys(s)
	}
	add := func(c plan.WindowCol) {
		c.Field.Name = n.Schema().Unique("w")
		n.Cols = append(n.Cols, c)
	}
	whole := record.New("", record.Int64, 0)
	for range 1 + g.IntN(3) {
		i := g.IntN(len(s))
		switch g.IntN(8) {
		case 0, 1:
			add(plan.WindowCol{Field: whole, Func: plan.RowNumber})
		case 2:
			add(plan.WindowCol{Field: whole, Func: []plan.WindowFunc{plan.Rank, plan.DenseRank}[g.IntN(2)]})
		case 3:
			add(plan.WindowCol{Field: whole, Func: plan.Count})
		case 4:
			add(plan.WindowCol{Field: s[i], Func: plan.Lag, Arg: i, Offset: []int{-2, -1, 1, 2}[g.IntN(4)]})
		case 5:
			add(plan.WindowCol{Field: s[i], Func: []plan.WindowFunc{plan.FirstValue, plan.LastValue}[g.IntN(2)], Arg: i})
		case 6:
			add(plan.WindowCol{Field: whole, Func: plan.Ntile, Offset: 1 + g.IntN(3)})
		case 7:
			if j := g.fieldOf(s, isNumber); j >= 0 {
				f := record.New("", record.Double, 0)
				if s[j].Type.IsInteger() {
					f = whole
				}
				add(plan.WindowCol{Field: f, Func: []plan.WindowFunc{plan.RunningSum, plan.StrictSum}[g.IntN(2)], Arg: j})
			}
		}
	}
	if len(n.Cols) == 0 {
		add(plan.WindowCol{Field: whole, Func: plan.RowNumber})
	}
	return n
}

func (g *generator) aggregate(in plan.Node) plan.Node {
	s := in.Schema()
	n := &plan.Aggregate{In: in, Keys: g.some(s, 2), EmptyRow: g.IntN(2) == 0}
	add := func(f record.Field, fn plan.AggFunc, arg int) {
		f.Name = n.Schema().Unique("a")
		a := plan.Agg{Field: f, Func: fn, Arg: arg, Separator: ",", Percentile: 25}
		if g.IntN(5) == 0 {
			a.Where = checked(g.condition(s), s)
		}
		n.Aggs = append(n.Aggs, a)
	}
	whole, double := record.New("", record.Int64, 0), record.New("", record.Double, 0)
	counts := []plan.AggFunc{plan.AggCount, plan.AggCountNonNull, plan.AggCountNull, plan.AggCountDistinct, plan.AggCountDistinctNonNull, plan.AggCountBlank, plan.AggCountNonBlank}
	same := []plan.AggFunc{plan.AggMin, plan.AggMax, plan.AggFirst, plan.AggLast, plan.AggMode}
	numbers := []plan.AggFunc{plan.AggAvg, plan.AggStdDev, plan.AggVariance, plan.AggMedian, plan.AggPercentile, plan.AggAvgNo0}
	texts := []plan.AggFunc{plan.AggConcat, plan.AggLongest, plan.AggShortest}
	add(whole, counts[g.IntN(len(counts))], g.IntN(len(s)))
	i := g.IntN(len(s))
	add(s[i], same[g.IntN(len(same))], i)
	if i := g.fieldOf(s, isNumber); i >= 0 {
		add(double, numbers[g.IntN(len(numbers))], i)
		sum := double
		if s[i].Type.IsInteger() {
			sum = whole
		}
		add(sum, plan.AggSum, i)
	}
	if i := g.fieldOf(s, isText); i >= 0 {
		f := record.New("", record.VWString, record.MaxVWString)
		add(f, texts[g.IntN(len(texts))], i)
	}
	return n
}

// join pairs two relations by fields of one type, or by position.
func (g *generator) join(left, right plan.Node) *plan.Join {
	ls, rs := left.Schema(), right.Schema()
	n := &plan.Join{Left: left, Right: right, Kind: []plan.JoinKind{plan.Inner, plan.Inner, plan.LeftOuter, plan.FullOuter, plan.Anti, plan.Cross}[g.IntN(6)], KeepLeft: g.IntN(3) == 0}
	for i, f := range rs {
		f.Name = fmt.Sprintf("r%d_%d", len(ls), i)
		n.RenamedRight = append(n.RenamedRight, f)
	}
	if n.Kind == plan.Cross {
		return n
	}
	for range 2 {
		i := g.IntN(len(ls))
		if j := g.fieldOf(rs, func(f record.Field) bool { return f.Type == ls[i].Type || isNumber(f) && isNumber(ls[i]) }); j >= 0 {
			n.LeftKeys, n.RightKeys = append(n.LeftKeys, i), append(n.RightKeys, j)
		}
	}
	if len(n.LeftKeys) == 0 {
		n.ByPosition = true
	}
	return n
}

// union puts two streams together where the second can be brought to the types
// of the first.
func (g *generator) union(a, b plan.Node) *plan.Union {
	as, bs := a.Schema(), b.Schema()
	p := &plan.Project{In: b}
	for _, f := range as {
		c := plan.Column{Field: f, Expr: checked("Null()", bs)}
		if j := g.fieldOf(bs, func(x record.Field) bool { return x.Type == f.Type && x.Size == f.Size }); j >= 0 {
			c.Expr = expr.FieldAt(bs, j)
		}
		p.Cols = append(p.Cols, c)
	}
	return &plan.Union{In: []plan.Node{a, p}}
}

// merge puts branches of one stream, or the outputs of one join, together in the
// order of what they come from.
func (g *generator) merge(in plan.Node) plan.Node {
	if g.IntN(3) == 0 {
		if j := g.join(in, g.plan(1)); !j.ByPosition && len(j.LeftKeys) > 0 {
			inner, alone := *j, *j
			inner.Kind, inner.KeepLeft, alone.Kind, alone.KeepLeft = plan.Inner, false, plan.Anti, false
			u := g.union(g.anchored(&inner), g.anchored(&alone))
			u.From = []*plan.Origin{{At: &inner, Keys: j.LeftKeys}, {At: &alone, Keys: j.LeftKeys}}
			return u
		}
	}
	u := g.union(g.branch(in), g.branch(in))
	from := &plan.Origin{At: in}
	u.From = []*plan.Origin{from, from}
	return u
}

// branch is a stream whose records come from those of in, one by one.
func (g *generator) branch(in plan.Node) plan.Node {
	for range g.IntN(4) {
		switch g.IntN(8) {
		case 0, 1:
			in = g.filter(in)
		case 2:
			in = g.project(in)
		case 6:
			p := passOn(in).(*plan.Apply)
			p.Each = true
			in = p
		case 7:
			in = repeat(in)
		case 3:
			in = g.unnest(in)
		case 4:
			in = &plan.Window{In: in, Cols: []plan.WindowCol{{Field: record.New(in.Schema().Unique("place"), record.Int64, 0), Func: plan.RowNumber}}}
		case 5:
			in = &plan.Slice{In: in, Mode: plan.First, N: float64(g.IntN(9))}
		}
		in = g.anchored(in)
		g.made = append(g.made, in)
	}
	return in
}

// repeat gives the first record not at all, the second once, the third twice, and
// so on from the beginning. It says late what they come from.
func repeat(in plan.Node) plan.Node {
	return &plan.Apply{In: []plan.Node{in}, Fields: in.Schema(), Name: "repeat", Each: true,
		Run: func(ctx context.Context, ins []record.Reader, out record.Writer) error {
			all, err := record.ReadAll(ctx, ins[0], 0)
			if err != nil {
				return err
			}
			b := record.NewBatch(all.Schema, 0)
			var from []int64
			write := func() error {
				if n, ok := out.(plan.Noter); ok {
					n.Note(from)
				}
				err := out.Write(ctx, b)
				b, from = record.NewBatch(all.Schema, 0), nil
				return err
			}
			for i := range all.Len {
				for range i % 3 {
					values := make([]any, len(all.Cols))
					for j := range values {
						values[j] = all.Value(i, j)
					}
					b.Append(values...)
					if from = append(from, int64(i)); b.Len == 4 {
						if err := write(); err != nil {
							return err
						}
					}
				}
			}
			if b.Len == 0 {
				return nil
			}
			return write()
		}}
}

// anchored marks a relation as the output of a tool, or not.
func (g *generator) anchored(n plan.Node) plan.Node {
	if g.IntN(2) == 0 {
		return n
	}
	g.tools++
	return &plan.Anchor{In: n, Tool: diag.Tool{ID: g.tools, Name: "Some"}, Name: "Output"}
}

func (g *generator) unnest(in plan.Node) plan.Node {
	s := in.Schema()
	into := record.New(s.Unique("item"), record.VWString, 40)
	if i := g.fieldOf(s, isText); i >= 0 && g.IntN(2) == 0 {
		n := &plan.Unnest{In: in, List: &plan.SplitList{Col: i, Delims: []string{",", ",;", ""}[g.IntN(3)]}, Into: into, Replace: -1, KeepEmpty: g.IntN(2) == 0}
		if g.IntN(2) == 0 {
			n.Replace, n.Into.Name = i, s[i].Name
		}
		return n
	}
	i := g.IntN(len(s))
	same := []int{i}
	for j := range s {
		if j != i && s[j].Type == s[i].Type && s[j].Size == s[i].Size {
			same = append(same, j)
		}
	}
	f := s[i]
	f.Name = s.Unique("value")
	return &plan.Unnest{In: in, List: &plan.FieldsList{Cols: same, Name: record.New(s.Unique("name"), record.VWString, 40)}, Into: f, Replace: -1}
}
