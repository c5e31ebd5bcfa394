//go:build cgo

package compile

import (
	"errors"
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

var errUnfit = errors.New("the step does not fit")

// typeAttrs are the type and size of a field as documents have them.
func typeAttrs(f record.Field) []string {
	size := fmt.Sprint(f.Size)
	if f.Type == record.FixedDecimal {
		size = fmt.Sprintf("%d.%d", f.Size, f.Scale)
	}
	return []string{"type", f.Type.String(), "size", size}
}

// retyped is a type that values of another can be put into.
func (m *maker) retyped(name string, kind expr.Kind) record.Field {
	for {
		f := m.field()
		f.Name = name
		if f.Type.IsString() {
			f.Size = pickOne(m.Rand, 1, 3, 40, 200)
		}
		if expr.KindOf(f.Type) == kind && f.Type != record.Blob {
			return f
		}
	}
}

func (m *maker) formula() *stage {
	from, in := m.input()
	s := &stage{tool: "Formula", inputs: []ref{from}, anchors: []string{"Output"}}
	type change struct {
		at   int
		to   record.Field
		node expr.Node
	}
	now := &table{fields: in.fields, rough: in.rough}
	var list []*workflow.Element
	var changes []change
	for range 1 + m.IntN(3) {
		e := m.expressions(now)
		source := e.late(e.both)
		n := e.nodes[source]
		kind := expr.KindOf(n.Type())
		if kind == expr.KindObject {
			return nil // no field that is made here takes it
		}
		if kind == expr.KindNull {
			kind = expr.KindNumber
		}
		c := change{at: len(now.fields), node: n, to: m.retyped(m.name(), kind)}
		if fields := m.pick(now, 1, func(f record.Field) bool { return expr.KindOf(f.Type) == kind }); len(fields) > 0 && m.IntN(3) == 0 {
			c.at = fields[0]
			c.to = now.fields[c.at]
		}
		if w, err := expr.CheckAssign(n, c.to); err != nil || w != "" {
			return nil
		}
		next := append(record.Schema(nil), now.fields...)
		if c.at == len(next) {
			next = append(next, c.to)
		}
		now = &table{fields: next, rough: in.rough}
		changes = append(changes, c)
		list = append(list, el("FormulaField", append([]string{"field", c.to.Name, "expression", source}, typeAttrs(c.to)...)))
	}
	s.config = xml(el("FormulaFields", nil, list...))
	s.apply = func(in []*table) ([]*table, error) {
		t := in[0]
		for _, c := range changes {
			v, err := m.values(c.node, t, &c.to)
			if err != nil {
				return nil, err
			}
			out := &table{fields: t.fields, rough: t.rough}
			if c.at == len(t.fields) {
				out.fields = append(append(record.Schema(nil), t.fields...), c.to)
			}
			for i, r := range t.rows {
				row := append(append([]any(nil), r...), nil)[:len(out.fields)]
				row[c.at] = v[i]
				out.rows = append(out.rows, row)
			}
			t = out
		}
		return []*table{t}, nil
	}
	return s
}

func (m *maker) filter() *stage {
	from, in := m.input()
	e := m.expressions(in)
	source := e.late(e.numbers)
	s := &stage{tool: "Filter", inputs: []ref{from}, anchors: []string{"True", "False"}, config: xml(textEl("Expression", source), textEl("Mode", "Custom"))}
	s.apply = func(in []*table) ([]*table, error) {
		v, err := m.values(e.nodes[source], in[0], nil)
		if err != nil {
			return nil, err
		}
		return []*table{only(in[0], func(i int) bool { return v[i] == true }), only(in[0], func(i int) bool { return v[i] != true })}, nil
	}
	return s
}

// choose is Select.
func (m *maker) choose() *stage {
	from, in := m.input()
	type entry struct {
		from int
		to   record.Field
		how  expr.Node
	}
	var list []*workflow.Element
	var entries []entry
	listed := make(map[int]bool)
	for _, i := range m.Perm(len(in.fields)) {
		f := in.fields[i]
		if m.IntN(5) == 0 {
			continue // not listed
		}
		listed[i] = true
		attrs, selected := []string{"field", f.Name}, m.IntN(5) > 0
		attrs = append(attrs, "selected", strings.ToUpper(fmt.Sprint(selected))[:1]+fmt.Sprint(selected)[1:])
		to := f
		if m.IntN(3) == 0 {
			to.Name = m.name()
			attrs = append(attrs, "rename", to.Name)
		}
		if m.IntN(3) == 0 && notObject(f) && !in.rough[f.Name] {
			t := m.retyped(to.Name, pickOne(m.Rand, expr.KindNumber, expr.KindText))
			to.Type, to.Size, to.Scale = t.Type, t.Size, t.Scale
			attrs = append(attrs, typeAttrs(to)...)
		}
		list = append(list, el("SelectField", attrs))
		if selected {
			entries = append(entries, entry{i, to, expr.FieldAt(in.fields, i)})
		}
	}
	others := m.IntN(4) > 0
	list = append(list, el("SelectField", []string{"field", "*Unknown", "selected", map[bool]string{true: "True", false: "False"}[others]}))
	if others {
		for i, f := range in.fields {
			if !listed[i] {
				entries = append(entries, entry{i, f, expr.FieldAt(in.fields, i)})
			}
		}
	}
	s := &stage{tool: "AlteryxSelect", inputs: []ref{from}, anchors: []string{"Output"}, config: xml(textEl("OrderChanged", "True"), el("SelectFields", nil, list...))}
	s.apply = func(in []*table) ([]*table, error) {
		out := &table{rough: make(map[string]bool), rows: make([][]any, len(in[0].rows))}
		for _, e := range entries {
			out.fields = append(out.fields, e.to)
			old := in[0].fields[e.from]
			same := old.Type == e.to.Type && old.Size == e.to.Size && old.Scale == e.to.Scale
			if in[0].rough[old.Name] {
				out.rough[e.to.Name] = true
			}
			v, err := m.values(e.how, in[0], &e.to)
			if err != nil {
				return nil, err
			}
			for i, r := range in[0].rows {
				if same {
					v[i] = r[e.from]
				}
				out.rows[i] = append(out.rows[i], v[i])
			}
		}
		return []*table{out}, nil
	}
	return s
}

func (m *maker) sort() *stage {
	from, in := m.input()
	dict := m.IntN(4) == 0
	var keys []sortKey
	var list []*workflow.Element
	for _, i := range m.pick(in, 1+m.IntN(3), notObject) {
		k := sortKey{i, m.IntN(2) == 0, dict && in.fields[i].Type.IsString()}
		keys = append(keys, k)
		list = append(list, el("Field", []string{"field", in.fields[i].Name, "order", map[bool]string{true: "Descending", false: "Ascending"}[k.down]}))
	}
	if len(keys) == 0 {
		return nil
	}
	s := &stage{tool: "Sort", inputs: []ref{from}, anchors: []string{"Output"}, config: xml(el("SortInfo", []string{"locale", map[bool]string{true: "1033", false: "0"}[dict]}, list...))}
	s.apply = func(in []*table) ([]*table, error) { return []*table{sorted(in[0], keys)}, nil }
	return s
}

func (m *maker) sample() *stage {
	from, in := m.input()
	group := m.pick(in, m.IntN(3), notObject)
	mode, n := pickOne(m.Rand, "First", "Last", "Skip", "Sample", "NPercent"), 1+m.IntN(5)
	if mode == "NPercent" {
		n *= 17
	}
	s := &stage{tool: "Sample", inputs: []ref{from}, anchors: []string{"Output"}, config: xml(textEl("Mode", mode), textEl("N", fmt.Sprint(n)), el("GroupFields", nil, fieldList(in, "name", group)...))}
	s.apply = func(in []*table) ([]*table, error) {
		t := ascending(in[0], group)
		keep := make(map[int]bool)
		for _, g := range groups(t, group) {
			for at, i := range g {
				switch mode {
				case "First":
					keep[i] = at < n
				case "Last":
					keep[i] = at >= len(g)-n
				case "Skip":
					keep[i] = at >= n
				case "Sample":
					keep[i] = at%n == 0 // the first of every n
				case "NPercent":
					keep[i] = (at+1)*100 <= len(g)*n
				}
			}
		}
		return []*table{only(t, func(i int) bool { return keep[i] })}, nil
	}
	return s
}

func (m *maker) unique() *stage {
	from, in := m.input()
	fields := m.pick(in, 1+m.IntN(3), notObject)
	if len(fields) == 0 {
		return nil
	}
	s := &stage{tool: "Unique", inputs: []ref{from}, anchors: []string{"Unique", "Duplicates"}, config: xml(el("UniqueFields", nil, fieldList(in, "field", fields)...))}
	s.apply = func(in []*table) ([]*table, error) {
		t := ascending(in[0], fields)
		first := make(map[int]bool)
		for _, g := range groups(t, fields) {
			first[g[0]] = true
		}
		return []*table{only(t, func(i int) bool { return first[i] }), only(t, func(i int) bool { return !first[i] })}, nil
	}
	return s
}

// union asks the tool for its schema, by streams without records: the values are
// what is judged.
func (m *maker) union() *stage {
	s := &stage{tool: "Union", anchors: []string{"Output"}}
	mode, keep := pickOne(m.Rand, "ByName", "ByName", "ByPos"), pickOne(m.Rand, "All", "All", "Subset")
	config := el("Configuration", nil, textEl("Mode", mode), textEl("ByName_ErrorMode", "Ignore"), textEl("ByName_OutputMode", keep))
	c := &tool.Context{Context: m.context(), Tool: diag.Tool{ID: 1, Name: "Union"}, Config: config, Inputs: make(map[string][]tool.Input), Run: &tool.Run{}}
	var in []*table
	for i := range 2 + m.IntN(2) {
		r, t := m.input()
		for _, f := range t.fields {
			if t.rough[f.Name] {
				return nil // no type is known to be that of rough values
			}
		}
		s.inputs = append(s.inputs, r)
		in = append(in, t)
		c.Inputs["Input"] = append(c.Inputs["Input"], tool.Input{Name: fmt.Sprintf("#%d", i+1), Node: &plan.Values{Fields: t.fields}})
	}
	var first []int
	if m.IntN(2) == 0 {
		first = m.Perm(len(in))
		order := el("OutputOrder", nil)
		for _, i := range first {
			order.Children = append(order.Children, textEl("Connection", fmt.Sprintf("#%d", i+1)))
		}
		config.Children = append(config.Children, el("SetOutputOrder", []string{"value", "True"}), order)
	} else {
		// Without a set order it depends on what the streams come from, which the
		// cases in testdata and the engine's tests judge.
		config.Children = append(config.Children, el("SetOutputOrder", []string{"value", "True"}))
		for i := range in {
			first = append(first, i)
		}
	}
	for _, x := range tool.All() {
		if x.Name != "Union" {
			continue
		}
		outs, err := x.Build(c)
		if err != nil {
			return nil
		}
		out := outs["Output"].Schema()
		s.config = xml(config.Children...)
		s.apply = func(in []*table) ([]*table, error) {
			t := &table{fields: out, rough: make(map[string]bool)}
			for _, at := range first {
				rows := make([][]any, len(in[at].rows))
				for i, f := range out {
					from := in[at].fields.Index(f.Name)
					if mode == "ByPos" {
						from = i
					}
					if from < 0 || from >= len(in[at].fields) {
						for r := range rows {
							rows[r] = append(rows[r], nil)
						}
						continue
					}
					v := make([]any, len(rows))
					old := in[at].fields[from]
					if old.Type == f.Type && old.Size == f.Size && old.Scale == f.Scale {
						for r := range v {
							v[r] = in[at].rows[r][from]
						}
					} else {
						var err error
						if v, err = m.values(expr.FieldAt(in[at].fields, from), in[at], &f); err != nil {
							return nil, err
						}
					}
					for r := range rows {
						rows[r] = append(rows[r], v[r])
					}
				}
				t.rows = append(t.rows, rows...)
			}
			return []*table{t}, nil
		}
		return s
	}
	return nil
}
