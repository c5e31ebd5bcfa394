package tool

import (
	"context"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
)

// dynamicReplaceTool replaces values by a table of conditions.
var dynamicReplaceTool = Tool{
	Name:    "Dynamic Replace",
	Plugins: []string{"AlteryxBasePluginsGui.DynamicReplace.DynamicReplace"},
	Entry:   "AlteryxDynamicReplace",
	In:      []Anchor{{Name: "Input"}, {Name: "Expressions"}},
	Out:     []Anchor{{Name: "Output"}, {Name: "Counts"}},
	Doc:     "Replaces the values of fields by those of a table: for each field, the value of the first condition that is true. Where none is, the value becomes Null.",
	Options: []Option{
		{Path: "Field_FieldName", Doc: "the field of the table with the fields' names"},
		{Path: "Field_Expression", Doc: "its field with the conditions"},
		{Path: "Field_OutputValue", Doc: "its field with the new values"},
		{Path: "ValueIsExpression", Doc: "True: the new values are expressions"},
		{Path: "Unmatched_Behavior", Doc: "Allow, Warn or Error: what happens to values for which no condition is true"},
		{Path: "FieldTypeMode", Doc: "Autofield: the type follows from the new values; Keep: fields keep their types; Specify: OutputFieldType"},
		{Path: "OutputFieldType/@type", Doc: "the type of Specify"},
		{Path: "OutputFieldType/@size", Doc: "its size"},
		{Path: "OutputFieldType/@scale", Doc: "its decimals"},
	},
	Compile: compileDynamicReplace,
}

// maxConditions bounds the table of conditions.
const maxConditions = 100_000

// replacement is a line of the table.
type replacement struct {
	cond  *eval.Frame
	value fn.Value
	from  *eval.Frame // where the value is an expression
}

// dynamicReplace is a Dynamic Replace at work.
type dynamicReplace struct {
	c         *Context
	out       record.Schema
	rules     map[int][]replacement // by field
	unmatched string
	name      record.Field // of the names of the fields
}

func compileDynamicReplace(c *Context) (Outputs, error) {
	in, table := c.Input("Input"), c.Input("Expressions")
	r := &dynamicReplace{c: c, out: append(record.Schema(nil), in.Schema()...), rules: make(map[int][]replacement)}
	var err error
	if r.unmatched, err = c.choice("Unmatched_Behavior", "Warn", "Allow", "Error"); err != nil {
		return nil, err
	}
	value, err := r.load(table, in.Schema())
	if err != nil {
		return nil, err
	}
	out := &plan.Apply{In: []plan.Node{in}, Fields: r.out, Name: c.Tool.Name, Run: r.run}
	r.name.Name, value.Name = "FieldName", "OutputValue"
	counts := &plan.Apply{In: []plan.Node{out}, Name: c.Tool.Name, Fields: record.Schema{r.name, value, record.New("Count", record.Int64, 0)}}
	counts.Run = func(ctx context.Context, in []record.Reader, w record.Writer) error {
		return r.count(ctx, in[0], w, counts.Fields)
	}
	return Outputs{"Output": out, "Counts": counts}, nil
}

// load reads the table and compiles its lines. It returns the field of the new
// values.
func (r *dynamicReplace) load(table plan.Node, in record.Schema) (value record.Field, err error) {
	c, ts := r.c, table.Schema()
	var cols [3]int
	for i, option := range []string{"Field_FieldName", "Field_Expression", "Field_OutputValue"} {
		if cols[i], err = c.Field(option, c.Config.String(option), ts); err != nil {
			return value, err
		}
	}
	if r.name = ts[cols[0]]; !r.name.Type.IsString() {
		r.name = record.Field{Type: record.VWString, Size: record.MaxVWString}
	}
	rows, err := c.Rows(table, maxConditions+1)
	if err != nil {
		return value, err
	}
	if rows.Len > maxConditions {
		return value, c.Errorf(diag.Limit, "Field_Expression", "there are more than %d conditions", maxConditions)
	}
	computed := c.Config.Bool("ValueIsExpression", false)
	values := make(map[int][]string)
	for row := range rows.Len {
		name := eval.At(rows, row, cols[0]).Text()
		p, err := c.Field("Field_FieldName", name, in)
		if err != nil {
			return value, err
		}
		line := replacement{value: eval.At(rows, row, cols[2])}
		if line.cond, err = r.compile("Field_Expression", eval.At(rows, row, cols[1]).Text(), in, p, nil); err != nil {
			return value, err
		}
		if computed {
			if line.from, err = r.compile("Field_OutputValue", line.value.Text(), in, p, &r.out[p]); err != nil {
				return value, err
			}
		}
		r.rules[p] = append(r.rules[p], line)
		values[p] = append(values[p], line.value.Text())
	}
	return r.types(ts[cols[2]], values, computed)
}

// compile compiles a text of the table for a field. A condition has no target.
func (r *dynamicReplace) compile(option, source string, in record.Schema, p int, target *record.Field) (*eval.Frame, error) {
	n, err := r.c.ExprEnv(option, source, expr.Env{Schema: in, CurrentField: &p})
	if err != nil {
		return nil, err
	}
	if target != nil && expr.KindOf(n.Type()) == expr.KindObject {
		return nil, r.c.Errorf(diag.BadType, option, "the expression %q gives no text and no number", source)
	}
	prog, err := r.c.program(option, source, n)
	if err != nil {
		return nil, err
	}
	return prog.Frame(), nil
}

// types gives the fields their types, and returns the one of all new values.
func (r *dynamicReplace) types(value record.Field, values map[int][]string, computed bool) (record.Field, error) {
	mode, err := r.c.choice("FieldTypeMode", "Autofield", "Keep", "Specify", "Specified", "Manual")
	if err != nil {
		return value, err
	}
	if computed && mode == "Autofield" {
		return value, r.c.Errorf(diag.Unsupported, "FieldTypeMode", "Autofield with values that are expressions is not supported")
	}
	e := r.c.Config.Child("OutputFieldType")
	all := record.Field{}
	for p := range r.out {
		if r.rules[p] == nil {
			continue
		}
		f := r.out[p]
		switch {
		case mode == "Keep":
		case mode != "Autofield":
			if f, err = r.c.fieldType("OutputFieldType/@type", "", e.Attr("type"), e.Attr("size")); err != nil {
				return value, err
			}
		case value.Type.IsString():
			f = format.InferColumn(values[p], nil)
		default:
			f = value
		}
		r.out[p].Type, r.out[p].Size, r.out[p].Scale = f.Type, f.Size, f.Scale
		if all.Type == record.Invalid {
			all = r.out[p]
		}
		all = common(all, r.out[p])
	}
	if all.Type == record.Invalid {
		all = value
	}
	return all, nil
}

func (r *dynamicReplace) run(ctx context.Context, in []record.Reader, w record.Writer) error {
	e, report := newEmitter(ctx, r.out, w), r.c.conversions()
	missed := make(map[int]int)
	err := eachBatch(ctx, in[0], func(b *record.Batch) error {
		for row := range b.Len {
			for p := range r.out {
				if r.rules[p] == nil {
					e.copy(p, b, row, p)
					continue
				}
				v, found, err := r.value(b, row, r.rules[p])
				if err != nil {
					return err
				}
				if !found {
					if missed[p]++; r.unmatched == "Error" {
						return r.c.Errorf(diag.Failed, "Unmatched_Behavior", "no condition is true for the field %q", r.out[p].Name)
					}
				}
				e.put(p, report.assign(v, r.out[p]))
			}
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for p := range r.out {
		if missed[p] > 0 && r.unmatched == "Warn" {
			r.c.Warnf("%s: no condition is true for %d values, which become Null", r.out[p].Name, missed[p])
		}
	}
	return e.flush()
}

// value is the new value that the first true condition gives.
func (r *dynamicReplace) value(b *record.Batch, row int, rules []replacement) (v fn.Value, found bool, err error) {
	for _, rule := range rules {
		ok, err := rule.cond.Eval(b, row)
		if err != nil {
			return v, false, r.c.Errorf(diag.Failed, "Field_Expression", "%v", err)
		}
		if !ok.IsTrue() {
			continue
		}
		if rule.from == nil {
			return rule.value, true, nil
		}
		if v, err = rule.from.Eval(b, row); err != nil {
			return v, false, r.c.Errorf(diag.Failed, "Field_OutputValue", "%v", err)
		}
		return v, true, nil
	}
	return v, false, nil
}

// count counts the new values of each field, in the order in which they came.
func (r *dynamicReplace) count(ctx context.Context, in record.Reader, w record.Writer, out record.Schema) error {
	type tally struct {
		value fn.Value
		n     int64
	}
	tallies, order := make(map[int]map[string]*tally), make(map[int][]*tally)
	err := eachBatch(ctx, in, func(b *record.Batch) error {
		for p := range r.rules {
			if tallies[p] == nil {
				tallies[p] = make(map[string]*tally)
			}
			for row := range b.Len {
				k := string(appendKeys(nil, b, row, []int{p}))
				t := tallies[p][k]
				if t == nil {
					t = &tally{value: eval.At(b, row, p)}
					tallies[p][k] = t
					order[p] = append(order[p], t)
				}
				t.n++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	e, report := newEmitter(ctx, out, w), r.c.conversions()
	for p := range r.out {
		for _, t := range order[p] {
			e.text(0, r.out[p].Name)
			e.put(1, report.assign(t.value, out[1]))
			e.int(2, t.n)
			if err := e.done(); err != nil {
				return err
			}
		}
	}
	return e.flush()
}
