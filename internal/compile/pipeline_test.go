//go:build cgo

package compile

import (
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"kickoff/internal/compile/compiletest"
	"kickoff/internal/engine"
	"kickoff/internal/engine/duckdb"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

var (
	pipelines     = flag.Int("pipelines", 2000, "how many random pipelines are run")
	pipelinesFrom = flag.Uint64("pipelines-from", 0, "the seed of the first")
)

func (m *maker) context() context.Context { return context.Background() }

// perSession is how many pipelines one session runs: opening one costs more than
// a small pipeline does.
const perSession = 200

// TestPipelines runs random documents through the compiler and the engine, and
// through an interpreter that does what the reference of the tools says: every
// output anchor must have the same fields, records and order, and be counted right.
func TestPipelines(t *testing.T) {
	r := &pipelineRunner{t: t, lib: fn.New(fn.Options{Now: pipelineNow, Seed: 1})}
	defer func() { r.close() }()
	tools, rows := make(map[string]int), 0
	for i := range uint64(*pipelines) {
		seed := *pipelinesFrom + i
		if i%perSession == 0 {
			r.open()
		}
		p := makePipeline(seed, r.lib)
		for _, s := range p.steps {
			tools[s.tool]++
		}
		for _, in := range p.tables {
			rows += len(in.rows)
		}
		if i > 0 && i%1000 == 0 {
			t.Logf("%d pipelines", i)
		}
		if diff := r.try(p); diff != "" {
			p, diff = r.shrink(p, diff)
			t.Errorf("seed %d: %s\n%s", seed, diff, p)
			r.open()
		}
	}
	t.Logf("%d pipelines, %d records, tools %v", *pipelines, rows, tools)
}

type pipelineRunner struct {
	t       *testing.T
	lib     *fn.Library
	session engine.Session
	counts  map[string]int64
}

func (r *pipelineRunner) close() {
	if r.session != nil {
		r.session.Close()
	}
}

func (r *pipelineRunner) open() {
	r.close()
	var err error
	r.session, err = duckdb.Engine{}.Open(context.Background(), engine.Options{TempDir: r.t.TempDir(), Now: pipelineNow, Threads: 2, Events: func(e engine.Event) {
		if c, ok := e.(*engine.Counted); ok {
			r.counts[fmt.Sprint(c.Tool.ID, " ", c.Anchor)] += c.Records
		}
	}})
	if err != nil {
		r.t.Fatal(err)
	}
}

// document writes the pipeline as a document; step n is tool n+1.
func (p *pipeline) document() []byte {
	d := el("D", nil)
	for i, s := range p.steps {
		config := s.config
		e := el("T", []string{"id", fmt.Sprint(i + 1), "tool", s.tool})
		if s.tool == "table" {
			e = el("T", []string{"id", fmt.Sprint(i + 1), "plugin", "Test.Table"})
			config = "<Table>" + s.config + "</Table>"
		}
		if rest, ok := strings.CutPrefix(config, "@joinByRecordPos=True "); ok {
			config = rest
			e.SetAttr("byPosition", "True")
		}
		children, err := workflow.ParseFragment(config)
		if err != nil {
			panic(fmt.Sprintf("%v: %s", err, config))
		}
		e.Children = children
		d.Children = append(d.Children, e)
		for n, in := range s.inputs {
			to := "Input"
			if s.tool == "Join" {
				to = []string{"Left", "Right"}[n]
			}
			c := el("C", []string{"from", fmt.Sprintf("%d.%s", in.step+1, p.steps[in.step].anchors[in.anchor]), "to", fmt.Sprintf("%d.%s", i+1, to)})
			if s.tool == "Union" {
				c.SetAttr("name", fmt.Sprintf("#%d", n+1))
			}
			d.Children = append(d.Children, c)
		}
		for n, a := range s.anchors {
			if !p.browse[ref{i, n}] {
				continue
			}
			id := 1000 + 10*i + n
			d.Children = append(d.Children, el("T", []string{"id", fmt.Sprint(id), "tool", "BrowseV2"}),
				el("C", []string{"from", fmt.Sprintf("%d.%s", i+1, a), "to", fmt.Sprintf("%d.Input", id)}))
		}
	}
	doc := compiletest.Expand(d)
	for _, n := range doc.Child("Nodes").Children {
		for _, s := range d.Children {
			if s.Name == "T" && s.Attr("id") == n.Attr("ToolID") && s.Attr("byPosition") != "" {
				n.Child("Properties/Configuration").SetAttr("joinByRecordPos", "True")
			}
		}
	}
	return []byte(doc.XML())
}

// reads reports whether a step reads an output.
func (p *pipeline) reads(r ref) bool {
	for _, s := range p.steps {
		if slices.Contains(s.inputs, r) {
			return true
		}
	}
	return false
}

// expected computes all outputs.
func (p *pipeline) expected() (map[ref]*table, error) {
	all := make(map[ref]*table)
	for i, s := range p.steps {
		in := make([]*table, len(s.inputs))
		for n, r := range s.inputs {
			in[n] = all[r]
		}
		out, err := s.apply(in)
		if err != nil {
			return nil, err
		}
		for n, t := range out {
			all[ref{i, n}] = t
		}
	}
	return all, nil
}

// try runs a pipeline and says what differs, or "".
func (r *pipelineRunner) try(p *pipeline) string {
	want, err := p.expected()
	if err != nil {
		return ""
	}
	ctx := context.Background()
	doc, err := workflow.Parse(p.document())
	if err != nil {
		r.t.Fatal(err)
	}
	source := tool.Tool{Name: "Table", Plugins: []string{"Test.Table"}, Out: []tool.Anchor{{Name: "Output"}}, Compile: func(c *tool.Context) (tool.Outputs, error) {
		var at int
		fmt.Sscan(c.Config.String("Table"), &at)
		t := p.tables[at]
		if at%2 == 1 {
			return tool.Outputs{"Output": &plan.Read{Fields: t.fields, Name: "a file", Open: func(context.Context) (record.Reader, error) { return &tableReader{table: t}, nil }}}, nil
		}
		return tool.Outputs{"Output": &plan.Values{Fields: t.fields, Rows: t.rows}}, nil
	}}
	var warned []string
	run := &tool.Run{Session: r.session, Now: pipelineNow, Report: func(m engine.Message) { warned = append(warned, m.Text) }}
	prog, err := Compile(ctx, doc, Options{Tools: append(tool.All(), &source), Run: run})
	if err != nil {
		return fmt.Sprintf("compile: %v", err)
	}
	r.counts = make(map[string]int64)
	got := make(map[string]*collector)
	var sinks []engine.Sink
	for _, s := range prog.Streams {
		c := &collector{fields: s.Node.Schema()}
		got[fmt.Sprint(s.Tool.ID, " ", s.Anchor)] = c
		sinks = append(sinks, engine.Sink{Tool: s.Tool, In: s.Node, Open: func(context.Context) (record.Writer, error) { return c, nil }})
	}
	if err := r.session.Run(ctx, sinks); err != nil {
		return fmt.Sprintf("run: %v", err)
	}
	for i, s := range p.steps {
		for n, a := range s.anchors {
			name := fmt.Sprint(i+1, " ", a)
			c, t := got[name], want[ref{i, n}]
			if c == nil && (p.browse[ref{i, n}] || !p.reads(ref{i, n})) {
				return name + " is missing"
			}
			if c != nil {
				if diff := differ(t, c); diff != "" {
					return fmt.Sprintf("tool %s (%s): %s", name, s.tool, diff)
				}
			}
			if count, ok := r.counts[name]; !ok || count != int64(len(t.rows)) {
				return fmt.Sprintf("tool %s (%s): counted %d records (%v), want %d", name, s.tool, count, ok, len(t.rows))
			}
		}
	}
	return ""
}

// differ compares what was got with what was wanted, record by record.
func differ(t *table, c *collector) string {
	shape := func(s record.Schema) string {
		var b strings.Builder
		for _, f := range s {
			fmt.Fprintf(&b, "%q %s %d.%d, ", f.Name, f.Type, f.Size, f.Scale)
		}
		return b.String()
	}
	if g, w := shape(c.fields), shape(t.fields); g != w {
		return fmt.Sprintf("fields\n got %s\nwant %s", g, w)
	}
	for i := range max(len(t.rows), len(c.rows)) {
		if i >= len(t.rows) || i >= len(c.rows) {
			return fmt.Sprintf("%d records, want %d", len(c.rows), len(t.rows))
		}
		for j, f := range t.fields {
			if !sameValue(c.rows[i][j], t.rows[i][j], t.rough[f.Name]) {
				return fmt.Sprintf("record %d, field %q: got %#v, want %#v\n got %v\nwant %v", i+1, f.Name, c.rows[i][j], t.rows[i][j], c.rows[i], t.rows[i])
			}
		}
	}
	return ""
}

func sameValue(g, w any, rough bool) bool {
	x, ok1 := g.(float64)
	y, ok2 := w.(float64)
	if ok1 && ok2 {
		return orderFloats(x, y) == 0 || rough && (math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y), 1) || beyond(x) || beyond(y))
	}
	return fmt.Sprintf("%T %v", g, g) == fmt.Sprintf("%T %v", w, w)
}

// beyond reports whether a sum has gone where the order of its summands decides.
func beyond(x float64) bool { return math.IsNaN(x) || math.Abs(x) > 1e150 }

// tableReader hands a table out in batches.
type tableReader struct {
	*table
	at int
}

func (r *tableReader) Schema() record.Schema { return r.fields }
func (r *tableReader) Close() error          { return nil }

// collector keeps what is written to it.
type collector struct {
	fields record.Schema
	rows   [][]any
}

func (c *collector) Close() error { return nil }
func (c *collector) Write(_ context.Context, b *record.Batch) error {
	for row := range b.Len {
		values := make([]any, len(b.Cols))
		for i := range values {
			values[i] = b.Value(row, i)
			if v, ok := values[i].([]byte); ok {
				values[i] = append([]byte{}, v...)
			}
		}
		c.rows = append(c.rows, values)
	}
	return nil
}
