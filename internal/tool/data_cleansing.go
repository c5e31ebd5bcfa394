package tool

import (
	"regexp"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// dataCleansingTool stands in for the macro of that name.
var dataCleansingTool = Tool{
	Name:    "Data Cleansing",
	Plugins: []string{"CustomMacroGui.CleanseMacro"},
	Macros:  []string{"Cleanse.yxmc"},
	In:      []Anchor{{Name: "Input2"}},
	Out:     []Anchor{{Name: "Output26"}},
	Doc:     "Cleans fields: removes empty records and fields, replaces Null, removes blanks, letters, digits or punctuation, and changes case.",
	Options: []Option{
		{Path: "Value[@name='List Box (11)']", Doc: "the fields to clean, in quotes with commas between them"},
		{Path: "Value[@name='Check Box (135)']", Doc: "True: records in which every field is Null are removed"},
		{Path: "Value[@name='Check Box (136)']", Doc: "True: fields that are Null in every record are removed"},
		{Path: "Value[@name='Check Box (84)']", Doc: "True: Null text becomes empty"},
		{Path: "Value[@name='Check Box (117)']", Doc: "True: Null numbers become 0"},
		{Path: "Value[@name='Check Box (15)']", Doc: "True: blanks at both ends are removed"},
		{Path: "Value[@name='Check Box (109)']", Doc: "True: runs of white space become one blank"},
		{Path: "Value[@name='Check Box (122)']", Doc: "True: all white space is removed"},
		{Path: "Value[@name='Check Box (53)']", Doc: "True: letters are removed"},
		{Path: "Value[@name='Check Box (58)']", Doc: "True: digits are removed"},
		{Path: "Value[@name='Check Box (70)']", Doc: "True: punctuation is removed"},
		{Path: "Value[@name='Check Box (77)']", Doc: "True: case is changed"},
		{Path: "Value[@name='Drop Down (81)']", Doc: "upper, lower or title"},
	},
	Compile: compileDataCleansing,
}

// The patterns of what is removed. Full-width forms and symbols count too, as in
// the macro.
const (
	letters     = `[[:alpha:]]`
	digitsToo   = "[0-9０-９]"
	punctuation = "[[:punct:]¡-©«¬®-±´¶-¸»¿×÷‐-‧‰-⁞₠-₿℀-⅏←-⯿、-〿！-／：-＠［-｀｛-･￠-￦]"
)

func compileDataCleansing(c *Context) (Outputs, error) {
	in := c.Input("Input2")
	s := in.Schema()
	var err error
	if c.yes("Check Box (135)") {
		if in, err = c.withoutEmptyRecords(in); err != nil {
			return nil, err
		}
	}
	cols := sames(s)
	for _, name := range quotedList(c.question("List Box (11)")) {
		p := s.Index(name)
		if p < 0 {
			c.Warnf("the field %q is not in the input", name)
			continue
		}
		value, err := c.cleansed(s, p)
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		if cols[p].Expr, err = c.tree("", value, s); err != nil {
			return nil, err
		}
	}
	if c.yes("Check Box (136)") {
		var kept []int
		if in, kept, err = c.filledFields(in); err != nil {
			return nil, err
		}
		filled := make([]plan.Column, len(kept))
		for i, p := range kept {
			filled[i] = cols[p]
		}
		cols = filled
	}
	return Outputs{"Output26": c.project(in, cols)}, nil
}

// cleansed is the clean value of a field, or nil where nothing is to be done. The
// steps follow each other as in the macro.
func (c *Context) cleansed(s record.Schema, p int) (expr.Node, error) {
	field := expr.FieldAt(s, p)
	if s[p].Type.IsNumeric() && c.yes("Check Box (117)") {
		return call("IIF", call("IsNull", field), whole(0), field), nil
	}
	if !s[p].Type.IsString() {
		return nil, nil
	}
	var value expr.Node = field
	steps := 0
	step := func(question string, n func() expr.Node) {
		if c.yes(question) {
			value = n()
			steps++
		}
	}
	remove := func(pattern, by string) func() expr.Node {
		return func() expr.Node { return call("REGEX_Replace", value, text(pattern), text(by)) }
	}
	if c.yes("Check Box (77)") {
		functions := map[string]string{"upper": "Uppercase", "lower": "LowerCase", "title": "TitleCase"}
		to := strings.ToLower(strings.TrimSpace(c.question("Drop Down (81)")))
		if functions[to] == "" {
			return nil, c.Errorf(diag.Unsupported, "Value[@name='Drop Down (81)']", "the value %q is not supported", to)
		}
		value = call(functions[to], value)
		steps++
	}
	step("Check Box (53)", remove(letters, ""))
	step("Check Box (58)", remove(digitsToo, ""))
	step("Check Box (70)", remove(punctuation, ""))
	step("Check Box (109)", remove(`\s+`, " "))
	step("Check Box (15)", func() expr.Node { return call("Trim", value, text(" \n\r\u00a0")) })
	step("Check Box (122)", remove(`\s+`, ""))
	switch {
	case c.yes("Check Box (84)"):
		return call("IIF", call("IsNull", field), text(""), value), nil
	case steps == 0:
		return nil, nil
	}
	// The patterns would turn Null into empty text.
	return call("IIF", call("IsNull", field), call("Null"), value), nil
}

// withoutEmptyRecords removes records in which every field is Null.
func (c *Context) withoutEmptyRecords(in plan.Node) (plan.Node, error) {
	s := in.Schema()
	if len(s) == 0 { // nor any record
		return in, nil
	}
	var some expr.Node
	for p := range s {
		n := expr.Node(&expr.Unary{Op: expr.Not, X: call("IsNull", expr.FieldAt(s, p))})
		if some != nil {
			n = infix(expr.Or, some, n)
		}
		some = n
	}
	cond, err := c.tree("", some, s)
	if err != nil {
		return nil, err
	}
	return &plan.Filter{In: in, Cond: cond}, nil
}

// filledFields keeps a relation, and lists the fields that hold any value.
func (c *Context) filledFields(in plan.Node) (plan.Node, []int, error) {
	kept, err := c.Query(in)
	if err != nil {
		return nil, nil, err
	}
	s := in.Schema()
	a := &plan.Aggregate{In: kept, EmptyRow: true}
	for p := range s {
		a.Aggs = append(a.Aggs, plan.Agg{Field: record.New(s[p].Name, record.Int64, 0), Func: plan.AggCountNonNull, Arg: p})
	}
	counts, err := c.Rows(a, 1)
	if err != nil {
		return nil, nil, err
	}
	var filled []int
	for p := range s {
		// A stream without records says nothing of its fields.
		if kept.Rows == 0 || counts.Cols[p].Ints[0] > 0 {
			filled = append(filled, p)
		}
	}
	return kept, filled, nil
}

// quotedList reads names in quotes with commas between them, as list boxes of
// macros give them; a name in quotes may hold a comma. Or they are ticked.
func quotedList(s string) []string {
	if strings.HasSuffix(s, "=True") || strings.HasSuffix(s, "=False") {
		return tickedList(s)
	}
	var list []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimLeft(s, ", \r\n\t") {
		if rest, ok := strings.CutPrefix(s, `"`); ok {
			name, after, _ := strings.Cut(rest, `"`)
			list, s = append(list, name), after
			continue
		}
		name, after, _ := strings.Cut(s, ",")
		list, s = append(list, strings.TrimSpace(name)), after
	}
	return list
}

// tick matches one "name=True" of a list; names may hold commas and equals signs.
var tick = regexp.MustCompile(`=(True|False)(,|$)`)

// tickedList reads the names in "a=True,b=False" that are ticked, the form in
// which a list box writes its choices where the macro's author set no other.
func tickedList(s string) []string {
	var names []string
	for s != "" {
		m := tick.FindStringSubmatchIndex(s)
		if m == nil {
			break
		}
		if s[m[2]:m[3]] == "True" {
			names = append(names, s[:m[0]])
		}
		s = s[m[1]:]
	}
	return names
}
