package tool

import (
	"fmt"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// summarizeTool aggregates records by groups.
var summarizeTool = Tool{
	Name:    "Summarize",
	Plugins: []string{"AlteryxSpatialPluginsGui.Summarize.Summarize", "AlteryxBasePluginsGui.Summarize.Summarize"},
	Entry:   "AlteryxSummarize",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives one record for each distinct value of the grouping fields, sorted by them, with aggregates of the other fields. Null is a value of its own in a group, and is passed over in sums.",
	Differs: "An empty stream gives no record, also without grouping fields.",
	Options: []Option{
		{Path: "SummarizeFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "SummarizeFields/SummarizeField/@field", Doc: "the field"},
		{Path: "SummarizeFields/SummarizeField/@action", Doc: "GroupBy, Sum, Count, CountNonNull, CountNull, CountDistinct, CountDistinctNonNull, CountBlank, CountNonBlank, Min, Max, First, Last, Avg, StdDev, Variance, Median, Mode, Percentile and their forms without zeros (AvgNo0 ...), Concat, Longest, Shortest, Prod, and of spatial objects SpatialObjCombine, SpatialObjIntersect, SpatialObjCentroid, SpatialObjConvexHull, SpatialObjBoundingRect", NotYet: "reporting and finance actions"},
		{Path: "SummarizeFields/SummarizeField/@rename", Doc: "the name of the result"},
		{Path: "SummarizeFields/SummarizeField/Separator", Doc: "what stands between the values of Concat; \\n, \\t and \\r are understood"},
		{Path: "SummarizeFields/SummarizeField/Concat_Start", Doc: "what stands before the values of Concat"},
		{Path: "SummarizeFields/SummarizeField/Concat_End", Doc: "what stands after the values of Concat"},
		{Path: "SummarizeFields/SummarizeField/Percentile", Doc: "0 to 100"},
	},
	Compile: compileSummarize,
}

// argument says what an aggregate takes and gives.
type argument uint8

const (
	anyToCount  argument = iota // any field, gives Int64
	sameType                    // any field but blobs, gives its type
	numberToSum                 // a number, gives Int64 or Double
	toDouble                    // a number, gives Double
	textToText                  // a text, gives its type
	textToCount                 // a text, gives Int64
	toConcat                    // any field as text
)

// action is an aggregate by its name in documents.
type action struct {
	fn  plan.AggFunc
	arg argument
}

// actions are the aggregates, by their names in lower case.
var actions = map[string]action{
	"sum": {plan.AggSum, numberToSum}, "count": {plan.AggCount, anyToCount},
	"countnonnull": {plan.AggCountNonNull, anyToCount}, "countnull": {plan.AggCountNull, anyToCount},
	"countdistinct": {plan.AggCountDistinct, anyToCount}, "countdistinctnonnull": {plan.AggCountDistinctNonNull, anyToCount},
	"countblank": {plan.AggCountBlank, textToCount}, "countnonblank": {plan.AggCountNonBlank, textToCount},
	"min": {plan.AggMin, sameType}, "max": {plan.AggMax, sameType},
	"first": {plan.AggFirst, sameType}, "last": {plan.AggLast, sameType},
	"avg": {plan.AggAvg, toDouble}, "avgno0": {plan.AggAvgNo0, toDouble},
	"stddev": {plan.AggStdDev, toDouble}, "variance": {plan.AggVariance, toDouble},
	"median": {plan.AggMedian, toDouble}, "mode": {plan.AggMode, sameType},
	"percentile": {plan.AggPercentile, toDouble}, "concat": {plan.AggConcat, toConcat},
	"longest": {plan.AggLongest, textToText}, "shortest": {plan.AggShortest, textToText},
	"prod": {plan.AggProduct, toDouble}, "product": {plan.AggProduct, toDouble},
	"medianno0": {plan.AggMedianNo0, toDouble}, "percentileno0": {plan.AggPercentileNo0, toDouble}, "pctlno0": {plan.AggPercentileNo0, toDouble},
	"stddevno0": {plan.AggStdDevNo0, toDouble}, "varianceno0": {plan.AggVarianceNo0, toDouble},
	"modeno0": {plan.AggModeNo0, sameType}, "countno0": {plan.AggCountNo0, anyToCount},
	"minno0": {plan.AggMinNo0, sameType}, "maxno0": {plan.AggMaxNo0, sameType},
}

func compileSummarize(c *Context) (Outputs, error) {
	in := c.Input("Input")
	a := &aggregator{c: c, in: in.Schema(), cols: sames(in.Schema())}
	entries := c.Config.All("SummarizeFields/SummarizeField")
	if len(entries) == 0 {
		return nil, c.Errorf(diag.BadConfig, "SummarizeFields", "there is no field to summarize")
	}
	var out record.Schema
	var from []int // position of the key, or of the aggregate as -1-n
	objects := make(map[int]string)
	for i, e := range entries {
		at := fmt.Sprintf("SummarizeFields/SummarizeField[%d]", i+1)
		name := strings.TrimSpace(e.Attr("action"))
		var f record.Field
		if strings.EqualFold(name, "GroupBy") {
			p, err := c.Field(at+"/@field", e.Attr("field"), a.in)
			if err != nil {
				return nil, err
			}
			if t := a.in[p].Type; t == record.SpatialObj || t == record.Blob {
				return nil, c.Errorf(diag.BadType, at+"/@field", "a field of type %s cannot be grouped by", t)
			}
			f = a.in[p]
			from = append(from, len(a.keys))
			a.keys = append(a.keys, p)
		} else {
			agg, err := a.add(at, name, e)
			if err != nil {
				return nil, err
			}
			f = agg.Field
			if spatialAggregates[strings.ToLower(name)] != nil {
				objects[len(out)] = strings.ToLower(name)
			}
			from = append(from, -len(a.aggs))
		}
		if rename := e.Attr("rename"); rename != "" {
			f.Name = rename
		}
		f.Name = out.Unique(f.Name)
		out = append(out, f)
	}
	// The aggregates stand behind the keys, which may be fewer than the entries.
	for i, p := range from {
		if p < 0 {
			from[i] = len(a.keys) - p - 1
		}
	}
	n := a.node(in)
	cols := make([]plan.Column, len(from))
	for i, p := range from {
		cols[i] = same(n.Schema(), p)
		cols[i].Field = out[i]
	}
	n = c.project(n, cols)
	if len(objects) > 0 {
		n = c.together(n, objects)
	}
	return Outputs{"Output": n}, nil
}

// aggregator collects keys and aggregates over a relation. Arguments that need
// another type are computed in columns of their own.
type aggregator struct {
	c    *Context
	in   record.Schema
	cols []plan.Column
	keys []int
	aggs []plan.Agg
}

func (a *aggregator) node(in plan.Node) plan.Node {
	if len(a.cols) > len(a.in) {
		in = a.c.project(in, a.cols)
	}
	// Names inside do not matter, but must differ.
	all := fieldsOf(a.cols)
	fields := make(record.Schema, 0, len(a.keys)+len(a.aggs))
	for _, k := range a.keys {
		fields = append(fields, all[k])
	}
	for i := range a.aggs {
		a.aggs[i].Field.Name = fields.Unique(a.aggs[i].Field.Name)
		fields = append(fields, a.aggs[i].Field)
	}
	return &plan.Aggregate{In: in, Keys: a.keys, Aggs: a.aggs}
}

// add adds an aggregate. at is the place of its entry e.
func (a *aggregator) add(at, name string, e *workflow.Element) (*plan.Agg, error) {
	if spatialAggregates[strings.ToLower(name)] != nil {
		return a.addSpatial(at, name, e.Attr("field"))
	}
	act, ok := actions[strings.ToLower(name)]
	if !ok {
		err := a.c.unsupported(at+"/@action", name)
		if strings.HasPrefix(name, "Rpt") {
			err.(*diag.Diagnostic).Hint = "reporting actions do not run here"
		}
		return nil, err
	}
	agg := plan.Agg{Func: act.fn}
	source := e.Attr("field")
	if act.fn != plan.AggCount || a.in.Index(source) >= 0 {
		p, err := a.c.Field(at+"/@field", source, a.in)
		if err != nil {
			return nil, err
		}
		agg.Arg = p
	}
	agg.Field = record.New("Count", record.Int64, 0)
	if act.fn != plan.AggCount {
		if err := a.argument(at, name, act.arg, &agg); err != nil {
			return nil, err
		}
		agg.Field.Name = name + "_" + source
	}
	if act.arg == toConcat {
		agg.Separator = unescape(e.String("Separator"))
		agg.Start, agg.End = unescape(e.String("Concat_Start")), unescape(e.String("Concat_End"))
	}
	if act.fn == plan.AggPercentile || act.fn == plan.AggPercentileNo0 {
		p, err := strconv.ParseFloat(e.Value("Percentile"), 64)
		if err != nil || p < 0 || p > 100 {
			return nil, a.c.Errorf(diag.BadConfig, at+"/Percentile", "%q is not a number from 0 to 100", e.Value("Percentile"))
		}
		agg.Percentile = p
	}
	a.aggs = append(a.aggs, agg)
	return &agg, nil
}

// argument sets the argument and the type of an aggregate.
func (a *aggregator) argument(at, name string, kind argument, agg *plan.Agg) error {
	f := a.in[agg.Arg]
	wrong := func() error {
		return a.c.Errorf(diag.BadType, at, "%s cannot be computed of the field %q of type %s", name, f.Name, f.Type)
	}
	if (f.Type == record.SpatialObj || f.Type == record.Blob) && kind != anyToCount && agg.Func != plan.AggFirst && agg.Func != plan.AggLast {
		return wrong()
	}
	switch kind {
	case sameType:
		agg.Field = f
	case numberToSum, toDouble:
		if f.Type.IsDate() {
			return wrong()
		}
		agg.Field = record.New("", record.Double, 0)
		switch {
		case f.Type.IsString():
			agg.Arg = a.as(agg.Arg, record.New("", record.Double, 0))
		case kind == numberToSum && f.Type.IsInteger():
			agg.Field.Type = record.Int64
		case kind == numberToSum && f.Type == record.FixedDecimal:
			// Room for ten more digits, which is ten thousand million summands.
			agg.Field = f
			agg.Field.Size = min(f.Size+10, 50)
		case f.Type == record.Bool:
			agg.Arg = a.as(agg.Arg, record.New("", record.Int64, 0))
			if kind == numberToSum {
				agg.Field.Type = record.Int64
			}
		}
	case textToText, textToCount, toConcat:
		if !f.Type.IsString() {
			f = record.Field{Name: f.Name, Type: record.VString, Size: record.MaxVString}
			agg.Arg = a.as(agg.Arg, f)
		}
		switch {
		case kind == textToText:
			agg.Field = f
		case kind == toConcat && f.Type.IsWide():
			agg.Field = record.New("", record.VWString, record.MaxVWString)
		case kind == toConcat:
			agg.Field = record.New("", record.VString, record.MaxVString)
		}
	}
	return nil
}

// as adds a column with a field's values as another type, and returns where.
func (a *aggregator) as(p int, f record.Field) int {
	f.Name = fieldsOf(a.cols).Unique(a.in[p].Name)
	col := same(a.in, p)
	col.Field = f
	a.cols = append(a.cols, col)
	return len(a.cols) - 1
}

// unescape reads \n, \t, \r and \\ in a separator.
func unescape(s string) string {
	return strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\r", `\\`, `\`).Replace(s)
}
