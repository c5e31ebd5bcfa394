//go:build cgo

package compile

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"kickoff/internal/fn"
	"kickoff/record"
	"kickoff/workflow"
)

// A pipeline is a random document of the nine tools that most workflows are made
// of, over random tables. Each step knows its configuration as a document has it,
// and computes its outputs from its inputs by itself.
type pipeline struct {
	tables []*table
	steps  []*stage
	browse map[ref]bool // outputs that a Browse shows, beside those that nothing reads
}

// stage is a tool. Its inputs are outputs of earlier steps, or tables.
type stage struct {
	tool    string // as in compiletest's short documents, or "table"
	config  string
	inputs  []ref
	anchors []string
	apply   func(in []*table) ([]*table, error) // one for each anchor
}

// ref is an output of a step.
type ref struct{ step, anchor int }

// table is a relation in memory. rough marks fields whose last digits depend on
// the order of computing; they are compared with tolerance, and never computed with.
type table struct {
	fields record.Schema
	rows   [][]any
	rough  map[string]bool
}

var pipelineNow = time.Date(2024, 2, 29, 13, 14, 15, 678_901_000, time.UTC)

// maker makes a pipeline.
type maker struct {
	*rand.Rand
	p    *pipeline
	outs map[ref]*table // what each output has, since a step's cost depends on it
	free []ref          // outputs, the latest ones last
	made int            // names of fields given
	lib  *fn.Library
}

// makePipeline makes the pipeline of a seed.
func makePipeline(seed uint64, lib *fn.Library) *pipeline {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 9)), p: &pipeline{}, outs: make(map[ref]*table), lib: lib}
	rows := m.IntN(13)
	switch n := m.IntN(400); {
	case n == 0:
		rows = 125_000 // more than a row group
	case n < 12:
		rows = 2_000 + m.IntN(3_000) // more than a vector
	case n < 100:
		rows = 13 + m.IntN(60)
	}
	tables := 1 + m.IntN(3)
	for i := range tables {
		n := rows
		if i > 0 {
			n = min(rows, m.IntN(200)) // the other side of joins
		}
		m.table(n)
	}
	for range 1 + m.IntN(7) {
		for range 20 { // some steps do not fit what there is
			if s := m.step(); s != nil && m.add(s) {
				break
			}
		}
	}
	// Where few outputs are shown, several tools are one statement.
	m.p.browse = make(map[ref]bool)
	share := pickOne(m.Rand, 0, 0, 3, 10)
	for _, r := range m.free {
		m.p.browse[r] = m.IntN(10) < share
	}
	return m.p
}

// add computes a step and takes it where that goes, and does not grow too much.
func (m *maker) add(s *stage) bool {
	in, most := make([]*table, len(s.inputs)), 0
	for i, r := range s.inputs {
		in[i] = m.outs[r]
		most = max(most, len(in[i].rows))
	}
	out, err := s.apply(in)
	if err != nil {
		return false
	}
	for _, t := range out {
		if len(t.rows) > 2*most+500 || len(t.fields) == 0 || len(t.fields) > 25 {
			return false
		}
	}
	m.p.steps = append(m.p.steps, s)
	for i, t := range out {
		r := ref{len(m.p.steps) - 1, i}
		m.outs[r] = t
		m.free = append(m.free, r)
	}
	return true
}

// input picks an output, mostly a late one.
func (m *maker) input() (ref, *table) {
	at := len(m.free) - 1 - int(math.Abs(m.NormFloat64())*2)
	r := m.free[max(at, 0)]
	return r, m.outs[r]
}

func (m *maker) name() string {
	m.made++
	odd := []string{"f", "Größe ", "two words ", "it's ", `q"q `, "Left_", "SELECT ", "c", "%", "a/b "}
	return fmt.Sprintf("%s%d", odd[m.IntN(len(odd))], m.made)
}

// fields of tables, with all types but those of objects in space.
func (m *maker) field() record.Field {
	types := []record.Type{record.Bool, record.Byte, record.Int16, record.Int32, record.Int64, record.FixedDecimal, record.Float, record.Double, record.Double,
		record.String, record.WString, record.VString, record.VWString, record.VWString, record.Date, record.Time, record.DateTime, record.Blob}
	f := record.New(m.name(), types[m.IntN(len(types))], 40)
	if f.Type == record.FixedDecimal {
		f.Size, f.Scale = 19, 6
		if m.IntN(2) == 0 {
			f.Size, f.Scale = 8, 2
		}
	}
	return f
}

// table makes a source.
func (m *maker) table(n int) {
	t := &table{rough: make(map[string]bool)}
	for range 1 + m.IntN(5) {
		t.fields = append(t.fields, m.field())
	}
	few := m.IntN(3) > 0 // many equal values
	for range n {
		row := make([]any, len(t.fields))
		for i, f := range t.fields {
			if m.IntN(7) > 0 {
				row[i] = m.value(f, few)
			}
		}
		t.rows = append(t.rows, row)
	}
	at := len(m.p.tables)
	m.p.tables = append(m.p.tables, t)
	s := &stage{tool: "table", config: fmt.Sprint(at), anchors: []string{"Output"}}
	p := m.p
	s.apply = func([]*table) ([]*table, error) { return []*table{p.tables[at]}, nil }
	m.p.steps = append(m.p.steps, s)
	r := ref{len(m.p.steps) - 1, 0}
	m.outs[r] = t
	m.free = append(m.free, r)
}

var oddTexts = []string{"", " ", "a", "A", "b", "B", "a,b", "ä", "Ä", "A\u0308", "zz", "10", "9", "1e3", "-0", "0012", "2020-02-29", "2020-02-29 23:59:59", "a\tb\nc", "it's", `"`, "%", "[x]", "\x00", "ß", "İ"}
var wideTexts = []string{"\U0001F600", "漢字", "e\u0301", "ﬁ", "\u200b", "Ω", "ǅ"}

func pickOne[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// value makes a value, one of a few or one of many, some of them at the edges.
func (m *maker) value(f record.Field, few bool) any {
	odd := m.IntN(12) == 0
	switch f.Type {
	case record.Bool:
		return m.IntN(2) == 0
	case record.Byte, record.Int16, record.Int32, record.Int64:
		bits := map[record.Type]int{record.Byte: 8, record.Int16: 15, record.Int32: 31, record.Int64: 63}[f.Type]
		top := int64(1)<<(bits-1) - 1 + int64(1)<<(bits-1)
		switch {
		case odd && f.Type == record.Byte:
			return pickOne(m.Rand, int64(0), 127, 128, 255)
		case odd:
			return pickOne(m.Rand, top, -top-1, top-1, -top, 0, -1)
		case f.Type == record.Byte:
			return int64(m.IntN(5))
		case few:
			return int64(m.IntN(7) - 2)
		}
		return int64(m.IntN(30_000) - 15_000)
	case record.Float, record.Double:
		switch {
		case odd && f.Type == record.Double:
			return pickOne(m.Rand, math.NaN(), math.Copysign(0, -1), 0, 1e300, -1e300, 5e-324, math.Inf(1), math.Inf(-1), 0.1, 1e16, 123456789.125, -1e-7)
		case odd:
			return pickOne(m.Rand, math.Copysign(0, -1), 0, float64(float32(0.1)), math.MaxFloat32, 1<<24)
		case few:
			return float64(m.IntN(9)-3) / 4
		}
		return float64(m.IntN(1_000_000)-500_000) / 8
	case record.FixedDecimal:
		n := int64(m.IntN(9)-3) * 25
		if odd {
			n = pickOne[int64](m.Rand, 0, 999_99, -999_99, 1, -1)
		}
		s := fmt.Sprintf("%d.%02d", absolute(n)/100, absolute(n)%100) + strings.Repeat("0", f.Scale-2)
		if n < 0 {
			s = "-" + s
		}
		return s
	case record.Date:
		if odd {
			return pickOne(m.Rand, date(1400, 1, 1), date(9999, 12, 31), date(1582, 10, 15), date(1969, 12, 31), date(2024, 2, 29))
		}
		return date(2020, 1, 1+m.IntN(60))
	case record.Time:
		return int64(m.IntN(4)*6*3600+m.IntN(2)*59) * 1_000_000
	case record.DateTime:
		if odd {
			return pickOne(m.Rand, date(1400, 1, 1), date(9999, 12, 31), date(1970, 1, 1))*86_400_000_000 + 86_399_000_000
		}
		return date(2020, 1, 1+m.IntN(10))*86_400_000_000 + int64(m.IntN(3))*30_250_000
	case record.Blob:
		return []byte(pickOne(m.Rand, "", "\x00", "abc", "\xff\xfe"))
	}
	switch {
	case odd && m.IntN(10) == 0 && f.Type.IsWide() && len(m.p.tables) == 0:
		f.Size = 3000
		return strings.Repeat("lång ", 8)
	case f.Type.IsWide() && (odd || m.IntN(4) == 0):
		return pickOne(m.Rand, wideTexts...)
	case few:
		return latin(pickOne(m.Rand, oddTexts[:11]...), f)
	}
	return latin(pickOne(m.Rand, oddTexts...), f)
}

// latin leaves out what a narrow field cannot hold.
func latin(s string, f record.Field) string {
	return strings.Map(func(r rune) rune {
		if r > 0xff && !f.Type.IsWide() {
			return -1
		}
		return r
	}, s)
}

func absolute(n int64) int64 { return max(n, -n) }

func date(y, month, d int) int64 {
	return time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// pick chooses fields of a table that fit.
func (m *maker) pick(t *table, most int, fits func(record.Field) bool) []int {
	var list []int
	for _, i := range m.Perm(len(t.fields)) {
		if f := t.fields[i]; len(list) < most && !t.rough[f.Name] && (fits == nil || fits(f)) {
			list = append(list, i)
		}
	}
	return list
}

func notObject(f record.Field) bool { return f.Type != record.Blob }

// el makes an element of attributes and children.
func el(name string, attrs []string, children ...*workflow.Element) *workflow.Element {
	e := &workflow.Element{Name: name, Children: children}
	for i := 0; i < len(attrs); i += 2 {
		e.SetAttr(attrs[i], attrs[i+1])
	}
	return e
}

func textEl(name, text string) *workflow.Element { return &workflow.Element{Name: name, Text: text} }

func xml(list ...*workflow.Element) string {
	var b strings.Builder
	for _, e := range list {
		b.WriteString(e.XML())
	}
	return b.String()
}

// fieldList makes <Field ATTR="name"/> for some fields.
func fieldList(t *table, attr string, fields []int) []*workflow.Element {
	var list []*workflow.Element
	for _, i := range fields {
		list = append(list, el("Field", []string{attr, t.fields[i].Name}))
	}
	return list
}

// step makes a tool over what there is, or nil.
func (m *maker) step() *stage {
	switch m.IntN(12) {
	case 0, 1:
		return m.formula()
	case 2, 3:
		return m.filter()
	case 4:
		return m.choose()
	case 5:
		return m.sort()
	case 6:
		return m.sample()
	case 7:
		return m.unique()
	case 8:
		return m.union()
	case 9, 10:
		return m.join()
	}
	return m.summarize()
}
