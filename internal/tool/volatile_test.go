package tool

import (
	"context"
	"testing"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// volatileCases are the configurations of tools that draw random numbers.
var volatileCases = []struct {
	tool   *Tool
	config string
}{
	{&filterTool, `<Configuration><Mode>Custom</Mode><Expression>Rand() &lt; 0.5</Expression></Configuration>`},
	{&formulaTool, `<Configuration><FormulaFields><FormulaField field="r" type="Double" size="8" expression="Rand()"/></FormulaFields></Configuration>`},
	{&multiFieldFormulaTool, `<Configuration><FieldType>Numeric</FieldType><Fields><Field name="id"/></Fields><Expression>RandInt(1000000)</Expression><CopyOutput value="False"/><ChangeFieldType value="False"/></Configuration>`},
	{&multiRowFormulaTool, `<Configuration><UpdateField value="False"/><CreateField_Name>r</CreateField_Name><CreateField_Type>Double</CreateField_Type><OtherRows>Empty</OtherRows><NumRows value="1"/><Expression>Rand() + [Row-1:id]</Expression><GroupByFields/></Configuration>`},
	{&multiRowFormulaTool, `<Configuration><UpdateField value="False"/><CreateField_Name>r</CreateField_Name><CreateField_Type>Double</CreateField_Type><OtherRows>Empty</OtherRows><NumRows value="1"/><Expression>Rand() + [Row-1:r]</Expression><GroupByFields/></Configuration>`},
}

func TestVolatileOnPlainEngine(t *testing.T) { testVolatile(t, plain.Engine{}) }

// testVolatile reads each output twice, each time by itself: both readings must
// find the same records, and of all outputs together each record once.
func testVolatile(t *testing.T, e engine.Engine) {
	const records = 500
	in := &plan.Values{Fields: record.Schema{record.New("id", record.Int32, 0)}}
	for i := range int64(records) {
		in.Rows = append(in.Rows, []any{i})
	}
	for _, tc := range volatileCases {
		t.Run(tc.tool.Name, func(t *testing.T) {
			ctx := context.Background()
			session, err := e.Open(ctx, engine.Options{TempDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			config, err := workflow.ParseElement([]byte(tc.config))
			if err != nil {
				t.Fatal(err)
			}
			c := &Context{Context: ctx, Tool: diag.Tool{ID: 1, Name: tc.tool.Name}, Config: config,
				Inputs: map[string][]Input{"Input": {{Node: in}}}, Outputs: map[string]bool{"Output": true, "True": true, "False": true},
				Run: &Run{Session: session, Report: func(engine.Message) {}}}
			outs, err := tc.tool.Build(c)
			if err != nil {
				t.Fatal(err)
			}
			total := 0
			for anchor, n := range outs {
				first, err := c.Rows(n, 2*records)
				if err != nil {
					t.Fatal(err)
				}
				second, err := c.Rows(n, 2*records)
				if err != nil {
					t.Fatal(err)
				}
				if first.Len != second.Len {
					t.Fatalf("%s gives %d records, then %d", anchor, first.Len, second.Len)
				}
				for row := range first.Len {
					for col := range first.Cols {
						if a, b := first.Value(row, col), second.Value(row, col); a != b {
							t.Fatalf("%s, record %d: %v, then %v", anchor, row, a, b)
						}
					}
				}
				total += first.Len
			}
			if total != records {
				t.Errorf("%d records of %d", total, records)
			}
		})
	}
}
