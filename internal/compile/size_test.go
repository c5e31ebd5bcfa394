//go:build cgo

package compile

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"kickoff/internal/compile/compiletest"
	"kickoff/internal/engine"
	"kickoff/internal/engine/duckdb"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

// Documents that are wide, long or deep.
var large = []struct {
	name     string
	document func(b *strings.Builder)
	records  int64 // of the first Browse
}{
	{"5,000 fields", wideDocument, 10},
	{"500 tools in a chain", func(b *strings.Builder) {
		textInput(b, 1, 10, 100)
		for i := 2; i <= 500; i++ {
			switch i % 4 {
			case 0:
				fmt.Fprintf(b, `<T id="%d" tool="Filter"><Expression>[f0] &gt;= %d OR True</Expression><Mode>Custom</Mode></T>`, i, -i)
			case 1:
				fmt.Fprintf(b, `<T id="%d" tool="Sort"><SortInfo locale="0"><Field field="f%d" order="Ascending"/></SortInfo></T>`, i, i%10)
			case 2:
				fmt.Fprintf(b, `<T id="%d" tool="AlteryxSelect"><SelectFields><SelectField field="f3" selected="True" rename="f3"/></SelectFields></T>`, i)
			case 3:
				fmt.Fprintf(b, `<T id="%d" tool="Formula"><FormulaFields><FormulaField field="f1" type="Double" size="8" expression="[f1] + IF [f2] &gt; 3 THEN %d ELSE Length(ToString([f3])) ENDIF"/></FormulaFields></T>`, i, i)
			}
			from := "Output"
			if (i-1)%4 == 0 && i > 2 {
				from = "True"
			}
			fmt.Fprintf(b, `<C from="%d.%s" to="%d.Input"/>`, i-1, from, i)
		}
		b.WriteString(`<T id="501" tool="BrowseV2"/><C from="500.True" to="501.Input"/>`)
	}, 100},
	{"300 formulas over one another", func(b *strings.Builder) {
		textInput(b, 1, 3, 100)
		b.WriteString(`<T id="2" tool="Formula"><FormulaFields>`)
		for i := range 300 {
			fmt.Fprintf(b, `<FormulaField field="f0" type="Double" size="8" expression="[f0] + [f0] / %d"/>`, i+2)
		}
		b.WriteString(`</FormulaFields></T><T id="3" tool="BrowseV2"/><C from="1.Output" to="2.Input"/><C from="2.Output" to="3.Input"/>`)
	}, 100},
	{"200 containers in one another", func(b *strings.Builder) {
		for i := range 200 {
			fmt.Fprintf(b, `<T id="%d" plugin="AlteryxGuiToolkit.ToolContainer.ToolContainer">`, 1000+i)
		}
		textInput(b, 1, 2, 2)
		b.WriteString(strings.Repeat("</T>", 200) + `<T id="3" tool="BrowseV2"/><C from="1.Output" to="3.Input"/>`)
	}, 2},
	{"a Text Input of 2,000 by 100", func(b *strings.Builder) {
		textInput(b, 1, 100, 2000)
		b.WriteString(`<T id="2" tool="Sort"><SortInfo locale="0"><Field field="f7" order="Ascending"/></SortInfo></T><T id="3" tool="BrowseV2"/><C from="1.Output" to="2.Input"/><C from="2.Output" to="3.Input"/>`)
	}, 2000},
	{"a cell of 10 MB", func(b *strings.Builder) {
		b.WriteString(`<T id="1" tool="TextInput"><NumRows value="1"/><Fields><Field name="t"/></Fields><Data><r><c>` + strings.Repeat("0123456789", 1<<20) + `</c></r></Data></T>`)
		b.WriteString(`<T id="2" tool="Formula"><FormulaFields><FormulaField field="n" type="Int64" size="8" expression="Length([t])"/></FormulaFields></T><T id="3" tool="BrowseV2"/><C from="1.Output" to="2.Input"/><C from="2.Output" to="3.Input"/>`)
	}, 1},
	{"a Union of 100", func(b *strings.Builder) {
		b.WriteString(`<T id="1000" tool="Union"><Mode>ByName</Mode></T><T id="1001" tool="BrowseV2"/><C from="1000.Output" to="1001.Input"/>`)
		for i := range 100 {
			textInput(b, i+1, 10, 20)
			fmt.Fprintf(b, `<T id="%d" tool="Filter"><Expression>[f0] &gt;= 0</Expression><Mode>Custom</Mode></T><C from="%d.Output" to="%d.Input"/><C name="#%d" from="%d.True" to="1000.Input"/>`, 200+i, i+1, 200+i, i+1, 200+i)
		}
	}, 2000},
	{"a Join Multiple of 20", func(b *strings.Builder) {
		b.WriteString(`<T id="1000" tool="JoinMultiple"><JoinFields>`)
		for i := range 20 {
			fmt.Fprintf(b, `<JoinInfo connection="#%d"><Field field="f0"/></JoinInfo>`, i+1)
		}
		b.WriteString(`</JoinFields></T><T id="1001" tool="BrowseV2"/><C from="1000.Output" to="1001.Input"/>`)
		for i := range 20 {
			textInput(b, i+1, 5, 50)
			fmt.Fprintf(b, `<C name="#%d" from="%d.Output" to="1000.Input"/>`, i+1, i+1)
		}
	}, 50},
}

// textInput writes a Text Input of whole numbers; the first field has the
// record's number.
func textInput(b *strings.Builder, id, fields, records int) {
	fmt.Fprintf(b, `<T id="%d" tool="TextInput"><NumRows value="%d"/><Fields>`, id, records)
	for i := range fields {
		fmt.Fprintf(b, `<Field name="f%d"/>`, i)
	}
	b.WriteString("</Fields><Data>")
	for r := range records {
		b.WriteString("<r>")
		for i := range fields {
			fmt.Fprintf(b, "<c>%d</c>", r+i*(r%7))
		}
		b.WriteString("</r>")
	}
	b.WriteString("</Data></T>")
}

// wideDocument is ten tools over 5,000 fields.
func wideDocument(b *strings.Builder) {
	textInput(b, 1, 5000, 20)
	b.WriteString(`
<T id="2" tool="Formula"><FormulaFields><FormulaField field="sum" type="Double" size="8" expression="[f1] + [f2]"/></FormulaFields></T>
<T id="3" tool="Filter"><Expression>[sum] &gt; 3</Expression><Mode>Custom</Mode></T>
<T id="4" tool="Sort"><SortInfo locale="0"><Field field="f7" order="Descending"/></SortInfo></T>
<T id="5" tool="AlteryxSelect"><SelectFields><SelectField field="f9" selected="False"/><SelectField field="*Unknown" selected="True"/></SelectFields></T>
<T id="6" tool="RecordID"><FieldName>RecordID</FieldName><StartValue>1</StartValue><FieldType>Int32</FieldType><FieldSize>6</FieldSize><Position>0</Position></T>
<T id="7" tool="Unique"><UniqueFields><Field field="f0"/></UniqueFields></T>
<T id="8" tool="Sample"><Mode>First</Mode><N>10</N></T>
<T id="9" tool="Join"><JoinInfo connection="Left"><Field field="f0"/></JoinInfo><JoinInfo connection="Right"><Field field="f0"/></JoinInfo></T>
<T id="10" tool="Union"><Mode>ByName</Mode></T>
<T id="11" tool="Summarize"><SummarizeFields><SummarizeField field="f0" action="GroupBy"/><SummarizeField field="f4" action="Sum" rename="s"/></SummarizeFields></T>
<T id="12" tool="BrowseV2"/>
<C from="1.Output" to="2.Input"/><C from="2.Output" to="3.Input"/><C from="3.True" to="4.Input"/><C from="4.Output" to="5.Input"/>
<C from="5.Output" to="6.Input"/><C from="6.Output" to="7.Input"/><C from="7.Unique" to="8.Input"/><C from="8.Output" to="9.Left"/>
<C from="3.True" to="9.Right"/><C name="#1" from="8.Output" to="10.Input"/><C name="#2" from="9.Join" to="10.Input"/>
<C from="10.Output" to="11.Input"/><C from="11.Output" to="12.Input"/>`)
}

// TestLarge compiles and runs large documents: neither the compiler nor the
// statements may be slow with their size, or too deep for the engine.
func TestLarge(t *testing.T) {
	for _, c := range large {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("<D>")
			c.document(&b)
			b.WriteString("</D>")
			e, err := workflow.ParseElement([]byte(b.String()))
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			doc, err := workflow.Parse([]byte(compiletest.Expand(e).XML()))
			if err != nil {
				t.Fatal(err)
			}
			ctx := context.Background()
			s, err := duckdb.Engine{}.Open(ctx, engine.Options{TempDir: t.TempDir(), Memory: 2 << 30, Events: func(engine.Event) {}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			o := Options{Tools: tool.All(), Run: &tool.Run{Session: s, Report: func(engine.Message) {}}}
			if p := Check(ctx, doc, o); len(p.Diags) > 0 {
				t.Fatal(p.Diags)
			}
			checked := time.Since(began)
			p, err := Compile(ctx, doc, o)
			if err != nil {
				t.Fatal(err)
			}
			compiled := time.Since(began)
			var sinks []engine.Sink
			var browsed *rowCount
			for _, st := range p.Streams {
				n := &rowCount{}
				if st.Browsed {
					browsed = n
				}
				sinks = append(sinks, engine.Sink{Tool: st.Tool, In: st.Node, Open: func(context.Context) (record.Writer, error) { return n, nil }})
			}
			if err := s.Run(ctx, sinks); err != nil {
				t.Fatal(err)
			}
			all := time.Since(began)
			t.Logf("checked after %v, compiled after %v, run after %v", checked, compiled, all)
			if browsed == nil || browsed.n != c.records {
				t.Errorf("%v records, want %d", browsed, c.records)
			}
			if all > 3*time.Minute { // a few seconds where nothing else runs
				t.Errorf("it took %v", all)
			}
		})
	}
}

// rowCount counts what is written to it.
type rowCount struct{ n int64 }

func (c *rowCount) Close() error { return nil }
func (c *rowCount) Write(_ context.Context, b *record.Batch) error {
	c.n += int64(b.Len)
	return nil
}
