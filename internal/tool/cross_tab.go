package tool

import (
	"context"
	"slices"
	"sort"
	"strings"
	"unicode"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// crossTabTool turns records into fields.
var crossTabTool = Tool{
	Name:    "Cross Tab",
	Plugins: []string{"AlteryxBasePluginsGui.CrossTab.CrossTab"},
	Entry:   "AlteryxCrossTab",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Differs: "What the product calls the fields of XRow and XCol, and what stands in the grouping fields of TotRow, is not set down anywhere: the fields begin with the method's name, and the record has Total in its grouping texts and Null in the others. A warning says so.",
	Doc:     "Gives a record for each group, with a field for each value of the header field. The fields stand in the order of a dictionary, with numbers by their value; in names, what is no letter, digit or _ becomes _.",
	Options: []Option{
		{Path: "GroupFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupFields/Field/@field", Doc: "a field to group by"},
		{Path: "HeaderField/@field", Doc: "the field whose values become names of fields"},
		{Path: "DataField/@field", Doc: "the field whose values go there"},
		{Path: "Methods/Method/@method", Doc: "Sum, Avg, Count (CountWithNulls), Concat, First, Last; XRow and XCol: the part of the record's or the field's total in percent; TotCol: a last field Total; TotRow: a last record of totals"},
		{Path: "Methods/Separator", Doc: "what stands between the values of Concat"},
		{Path: "Methods/FieldSize", Doc: "the size of the fields of Concat"},
		{Path: "RetainSpecChars", Doc: "True: names keep all their characters"},
	},
	Compile: compileCrossTab,
}

// maxCrossTab bounds the fields that a Cross Tab may make.
const maxCrossTab = 20_000

// crossMethod is a way to put the values of one cell together.
type crossMethod struct {
	name     string // as in the document
	fn       plan.AggFunc
	prefixed bool // the name of the method stands before the header always
	part     part
}

// part says what the cells of a method are parts of, in percent.
type part uint8

const (
	ofNothing part = iota
	ofRow
	ofColumn
)

// crossMethods are the ways, by their names in lower case.
var crossMethods = map[string]crossMethod{
	"sum": {name: "Sum", fn: plan.AggSum}, "avg": {name: "Avg", fn: plan.AggAvg, prefixed: true},
	"count": {name: "Count", fn: plan.AggCountNonNull, prefixed: true}, "countnonnulls": {name: "Count", fn: plan.AggCountNonNull, prefixed: true},
	"xrow": {name: "XRow", fn: plan.AggSum, prefixed: true, part: ofRow}, "xcol": {name: "XCol", fn: plan.AggSum, prefixed: true, part: ofColumn},
	"countwithnulls": {name: "CountWithNulls", fn: plan.AggCount, prefixed: true},
	"concat":         {name: "Concat", fn: plan.AggConcat}, "first": {name: "First", fn: plan.AggFirst}, "last": {name: "Last", fn: plan.AggLast},
}

func compileCrossTab(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	group, err := c.fieldList("GroupFields/Field", "field", s)
	if err != nil {
		return nil, err
	}
	header, err := c.Field("HeaderField/@field", c.Config.Child("HeaderField").Attr("field"), s)
	if err != nil {
		return nil, err
	}
	data, err := c.Field("DataField/@field", c.Config.Child("DataField").Attr("field"), s)
	if err != nil {
		return nil, err
	}
	x := &crossTab{c: c, agg: aggregator{c: c, in: s, cols: sames(s)}, groups: len(group)}
	if err := x.methods(data); err != nil {
		return nil, err
	}
	// The header as text, since its values are names.
	text := record.New("", record.VWString, record.MaxVWString)
	late := s[header].Type.IsInteger() && !slices.Contains(group, header)
	name := header
	if !late {
		name = x.agg.as(header, text)
	}
	x.agg.keys = append(append([]int(nil), group...), name)
	all := x.agg.node(in)
	if late {
		// Whole numbers and their texts make the same groups, and the cells are fewer than the records.
		cols := sames(all.Schema())
		text.Name = cols[len(group)].Field.Name
		cols[len(group)].Field = text
		all = c.project(all, cols)
	}
	cells, err := c.Query(all)
	if err != nil {
		return nil, err
	}
	if err := x.readHeaders(cells); err != nil {
		return nil, err
	}
	x.layOut(cells.Fields)
	if x.bottom || slices.ContainsFunc(x.ways, func(m crossMethod) bool { return m.part != ofNothing }) {
		c.Warnf("what the product calls percents and the record of totals is not known; look at what reads them")
		if err := x.sumUp(cells); err != nil {
			return nil, err
		}
	}
	return Outputs{"Output": &plan.Apply{In: []plan.Node{cells}, Fields: x.out, Name: c.Tool.Name, Run: x.pivot}}, nil
}

// crossTab is a Cross Tab at work. The engine aggregates the records to cells,
// one for each group and header, which pivot then puts side by side.
type crossTab struct {
	c       *Context
	agg     aggregator
	groups  int           // grouping fields
	ways    []crossMethod // one for each aggregate
	total   bool          // the last aggregate is the sum for the field Total
	bottom  bool          // a last record has the totals
	whole   []float64     // the total of each field, where a method needs it
	headers []string      // in the order of the fields
	null    bool          // the last header is Null
	place   map[string]int
	out     record.Schema
}

// methods reads the ways to put values together.
func (x *crossTab) methods(data int) error {
	c, f := x.c, x.agg.in[data]
	for _, e := range c.Config.All("Methods/Method") {
		name := e.Attr("method")
		if strings.EqualFold(name, "TotCol") {
			x.total = true
			continue
		}
		if strings.EqualFold(name, "TotRow") {
			x.bottom = true
			continue
		}
		m, ok := crossMethods[strings.ToLower(name)]
		if !ok {
			return c.unsupported("Methods/Method/@method", name)
		}
		agg := plan.Agg{Func: m.fn, Arg: data, Field: record.New("Count", record.Int64, 0)}
		kind := map[plan.AggFunc]argument{plan.AggSum: numberToSum, plan.AggAvg: toDouble, plan.AggConcat: toConcat, plan.AggFirst: sameType, plan.AggLast: sameType}[m.fn]
		if m.part != ofNothing {
			kind = toDouble
		}
		if err := x.agg.argument("Methods", m.name, kind, &agg); err != nil {
			return err
		}
		if m.fn == plan.AggConcat {
			agg.Separator = unescape(c.Config.String("Methods/Separator"))
			size, err := c.integer("Methods/FieldSize", 2048)
			if err != nil {
				return err
			}
			agg.Field.Size = int(min(size, int64(agg.Field.Size)))
		}
		agg.Field.Name = m.name + "_" + f.Name
		x.agg.aggs, x.ways = append(x.agg.aggs, agg), append(x.ways, m)
	}
	if len(x.ways) == 0 {
		return c.Errorf(diag.BadConfig, "Methods", "there is no method to put values together")
	}
	if err := x.knowable(); err != nil {
		return err
	}
	if x.total {
		agg := plan.Agg{Func: plan.AggSum, Arg: data}
		if err := x.agg.argument("Methods", "TotCol", toDouble, &agg); err != nil {
			return err
		}
		agg.Field.Name = "Total"
		x.agg.aggs = append(x.agg.aggs, agg)
	}
	return nil
}

// readHeaders finds the distinct headers of the cells, in their order.
func (x *crossTab) readHeaders(cells *plan.Table) error {
	b, err := x.c.Rows(&plan.Aggregate{In: cells, Keys: []int{x.groups}}, maxCrossTab+1)
	if err != nil {
		return err
	}
	if b.Len > maxCrossTab {
		return x.c.Errorf(diag.Limit, "HeaderField", "there are more than %d headers", maxCrossTab)
	}
	for row := range b.Len {
		if b.Cols[0].IsNull(row) {
			x.null = true
		} else {
			x.headers = append(x.headers, b.Cols[0].Strings[row])
		}
	}
	sort.SliceStable(x.headers, func(i, j int) bool { return naturalLess(x.headers[i], x.headers[j]) })
	for i := 1; i < len(x.headers); i++ {
		if a, b := x.headers[i-1], x.headers[i]; strings.EqualFold(a, b) {
			return x.c.Errorf(diag.Failed, "HeaderField", "the headers %q and %q differ only in case", a, b)
		}
	}
	x.place = make(map[string]int, len(x.headers))
	for i, h := range x.headers {
		x.place[h] = i
	}
	return nil
}

// width is the number of fields of one method.
func (x *crossTab) width() int {
	if x.null {
		return len(x.headers) + 1
	}
	return len(x.headers)
}

// at is the place of a record's header, which stands in column col.
func (x *crossTab) at(b *record.Batch, row, col int) int {
	if b.Cols[col].IsNull(row) {
		return len(x.headers)
	}
	return x.place[b.Cols[col].Strings[row]]
}

// layOut makes the schema: the groups, for each method the headers, the total.
func (x *crossTab) layOut(cells record.Schema) {
	x.out = append(x.out, cells[:x.groups]...)
	names := append([]string(nil), x.headers...)
	if x.null {
		names = append(names, "[Null]")
	}
	retain := x.c.Config.Bool("RetainSpecChars", false)
	for i, m := range x.ways {
		for _, name := range names {
			f := cells[x.groups+1+i]
			if m.prefixed { // counts, averages and parts are Doubles all
				f = record.New("", record.Double, 0)
			}
			f.Name, f.Source, f.Description = name, "", ""
			if m.prefixed || len(x.ways) > 1 || x.total || x.bottom {
				f.Name = m.name + "_" + name
			}
			if !retain {
				f.Name = plainName(f.Name)
			}
			f.Name = x.out.Unique(f.Name)
			x.out = append(x.out, f)
		}
	}
	if x.total {
		x.out = append(x.out, record.New(x.out.Unique("Total"), record.Double, 0))
	}
}

// pivot puts the cells of a group, which follow each other, into one record.
func (x *crossTab) pivot(ctx context.Context, in []record.Reader, w record.Writer) error {
	e := newEmitter(ctx, x.out, w)
	width := x.width()
	cuts := x.cuts()
	values := make([]any, len(x.out))
	var key, last []byte
	open := false
	end := func() error {
		x.parts(values)
		for i, v := range values {
			switch known := v.(type) {
			case int64:
				if x.out[i].Type == record.Double {
					v = float64(known)
				}
			case string:
				if cuts[i] != nil {
					v = cuts[i](known)
				}
			}
			e.value(i, v)
		}
		clear(values)
		return e.done()
	}
	err := eachBatch(ctx, in[0], func(b *record.Batch) error {
		for row := range b.Len {
			key = appendKey(key[:0], b, row, x.groups)
			if open && string(key) != string(last) {
				if err := end(); err != nil {
					return err
				}
				open = false
			}
			if !open {
				open, last = true, append(last[:0], key...)
				for i := range x.groups {
					values[i] = b.Value(row, i)
				}
			}
			at := x.at(b, row, x.groups)
			for i := range x.ways {
				values[x.groups+i*width+at] = b.Value(row, x.groups+1+i)
			}
			if x.total {
				total := b.Value(row, x.groups+1+len(x.ways))
				if sum, ok := values[len(values)-1].(float64); ok && total != nil {
					total = sum + total.(float64)
				} else if ok {
					total = sum
				}
				values[len(values)-1] = total
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if open {
		if err := end(); err != nil {
			return err
		}
		if x.bottom {
			for i, v := range x.totals() {
				e.value(i, v)
			}
			if err := e.done(); err != nil {
				return err
			}
		}
	}
	return e.flush()
}

// cuts are what brings the texts of Concat to the size that the document gives
// their fields ("up to the specified field length", says the vendor's help).
func (x *crossTab) cuts() []func(string) string {
	cuts := make([]func(string) string, len(x.out))
	for i, m := range x.ways {
		if m.fn != plan.AggConcat {
			continue
		}
		for at := range x.width() {
			to := x.groups + i*x.width() + at
			cuts[to] = x.c.cutter(x.out[to])
		}
	}
	return cuts
}

// plainName replaces what is no letter, digit or _ in a name by _.
func plainName(s string) string {
	if s == "" {
		return "_"
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, s)
}
