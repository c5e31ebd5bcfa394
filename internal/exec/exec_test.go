package exec

import (
	"archive/zip"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/internal/spatial"
	"kickoff/internal/tool"
	"kickoff/record"
)

// counting is a document with a macro of two tools, one of which gets no records
// on purpose, and a Test tool that holds or not.
func counting(expect string) string {
	return `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"/><Properties><Configuration><NumRows value="2"/><Fields><Field name="id"/></Fields><Data><r><c>1</c></r><r><c>2</c></r></Data></Configuration></Properties></Node>
<Node ToolID="2"><GuiSettings/><EngineSettings Macro="above.yxmc"/></Node>
<Node ToolID="5"><GuiSettings Plugin="AlteryxBasePluginsGui.Test.Test"/><Properties><Configuration><Tests><Test><Name>how many</Name><Connection>#1</Connection><Type>RecCountValue</Type><Value>` + expect + `</Value></Test></Tests></Configuration></Properties></Node>
<Node ToolID="6"><GuiSettings Plugin="AlteryxBasePluginsGui.Sort.Sort"/><Properties><Configuration><SortInfo locale="0"><Field field="id" order="Ascending"/></SortInfo></Configuration></Properties></Node>
</Nodes><Connections>
<Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="In"/></Connection>
<Connection name="#1"><Origin ToolID="2" Connection="Out"/><Destination ToolID="5" Connection="Input"/></Connection>
</Connections></AlteryxDocument>`
}

const aboveMacro = `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.MacroInput.MacroInput"/><Properties><Configuration><Name>In</Name></Configuration></Properties></Node>
<Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.Filter.Filter"/><Properties><Configuration><Expression>[id] &gt; 1</Expression><Mode>Custom</Mode></Configuration></Properties></Node>
<Node ToolID="3"><GuiSettings Plugin="AlteryxBasePluginsGui.MacroOutput.MacroOutput"/><Properties><Configuration><Name>Out</Name></Configuration></Properties></Node>
</Nodes><Connections>
<Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection>
<Connection><Origin ToolID="2" Connection="True"/><Destination ToolID="3" Connection="Input"/></Connection>
</Connections><Properties><RuntimeProperties><ModuleType>Macro</ModuleType></RuntimeProperties></Properties></AlteryxDocument>`

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func run(t *testing.T, document string, change func(*Request)) *Result {
	t.Helper()
	r := Request{Document: document, OutDir: filepath.Join(t.TempDir(), "out"), Now: time.Now(), Policy: tool.Policy{ReadAnywhere: true}}
	if change != nil {
		change(&r)
	}
	result, err := Run(context.Background(), plain.Engine{}, r)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(r.OutDir, "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	var written Result
	if err := json.Unmarshal(data, &written); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(*result, written); d != "" {
		t.Errorf("result.json differs from the result:\n%s", d)
	}
	return result
}

func TestTools(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"main.yxmd": counting("1"), "above.yxmc": aboveMacro})
	r := run(t, filepath.Join(dir, "main.yxmd"), nil)
	if !r.Success() {
		t.Errorf("messages %v", r.Messages)
	}
	ran := make(map[string]bool)
	for _, x := range r.Tools {
		key := x.Tool
		if len(x.Path) > 0 {
			key = "inside " + key
		}
		ran[key] = x.Ran
	}
	want := map[string]bool{
		"Text Input": true, "above": true, "inside Macro Input": true, "inside Filter": true, "inside Macro Output": true,
		"Test": true, "Sort": false, // nothing is connected to it
	}
	if d := cmp.Diff(want, ran); d != "" {
		t.Error(d)
	}
}

func TestFailedTest(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"main.yxmd": counting("7"), "above.yxmc": aboveMacro})
	r := run(t, filepath.Join(dir, "main.yxmd"), nil)
	if r.Success() {
		t.Error("a test that failed is no error")
	}
	var text string
	for _, m := range r.Messages {
		if m.Status == int(engine.Error) && m.ToolID == 5 {
			text = m.Text
		}
	}
	if !strings.Contains(text, "how many") {
		t.Errorf("messages %v", r.Messages)
	}
}

// The main document of a package stands at its root or in a folder beside what it
// needs.
func TestPackage(t *testing.T) {
	reading := `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.DbFileInput.DbFileInput"/><Properties><Configuration><File FileFormat="0">..\data\a.csv</File></Configuration></Properties></Node>
</Nodes><Connections/></AlteryxDocument>`
	for name, files := range map[string]map[string]string{
		"root":            {"main.yxmd": counting("1"), "_externals/1/Above.yxmc": aboveMacro},
		"macro beside it": {"flow/main.yxmd": counting("1"), "macros/above.yxmc": aboveMacro},
		"data beside it":  {"flow/main.yxmd": reading, "data/a.csv": "x\n1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "p.yxzp")
			pack(t, file, files)
			tmp := t.TempDir()
			// A package may be run where nothing outside it may be read.
			r := run(t, file, func(r *Request) { r.TempDir, r.Policy = tmp, tool.Policy{} })
			if !r.Success() {
				t.Errorf("messages %v", r.Messages)
			}
			if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func pack(t *testing.T, file string, files map[string]string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNoEngine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"main.yxmd": counting("1"), "above.yxmc": aboveMacro})
	r, err := Run(context.Background(), nil, Request{Document: filepath.Join(dir, "main.yxmd"), OutDir: t.TempDir(), Policy: tool.Policy{ReadAnywhere: true}})
	if err != nil || r.Success() {
		t.Errorf("%v, %v", r, err)
	}
}

// An output folder that cannot be made keeps a run from having a result.
func TestBadFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"taken": ""})
	if _, err := Run(context.Background(), plain.Engine{}, Request{Document: "x", OutDir: filepath.Join(dir, "taken")}); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestValues(t *testing.T) {
	ints := func(n int64) *record.Column { return &record.Column{Ints: []int64{n}} }
	floats := func(v float64) *record.Column { return &record.Column{Floats: []float64{v}} }
	texts := func(s string) *record.Column { return &record.Column{Strings: []string{s}} }
	for _, c := range []struct {
		t    record.Type
		c    *record.Column
		want string
	}{
		{record.Bool, ints(1), "True"}, {record.Bool, ints(0), "False"},
		{record.Int64, ints(math.MinInt64), "-9223372036854775808"},
		{record.Date, ints(19782), "2024-02-29"},
		{record.Time, ints(47655000000), "13:14:15"},
		{record.DateTime, ints(1709212455500000), "2024-02-29 13:14:15.5"},
		{record.Double, floats(1000000), "1000000"}, {record.Double, floats(0.1), "0.1"}, {record.Double, floats(1e21), "1e+21"},
		{record.Double, floats(1.5e-7), "1.5e-07"}, {record.Float, floats(float64(float32(0.1))), "0.1"},
		{record.VWString, texts(""), `""`}, {record.VWString, texts(`a "b", c`), `"a ""b"", c"`}, {record.VWString, texts("x\ny"), "\"x\ny\""},
		{record.FixedDecimal, texts("12.50"), "12.50"},
		{record.Blob, &record.Column{Bytes: [][]byte{{0, 1, 2}}}, "AAEC"},
		{record.SpatialObj, &record.Column{Bytes: [][]byte{spatial.Point(1.5, -2).Encode()}}, `"{ ""type"": ""Point"", ""coordinates"": [ 1.5, -2.0 ] }"`},
	} {
		if got := string(appendValue(nil, c.t, c.c, 0)); got != c.want {
			t.Errorf("%s: %s, want %s", c.t, got, c.want)
		}
	}
}

// A job computes what feeds nothing too, without keeping it: its errors are the job's.
func TestBrowsed(t *testing.T) {
	document := func(expression string) string {
		return `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"/><Properties><Configuration><NumRows value="1"/><Fields><Field name="t"/></Fields><Data><r><c>a(</c></r></Data></Configuration></Properties></Node>
<Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.Formula.Formula"/><Properties><Configuration><FormulaFields><FormulaField field="m" type="Bool" size="1" expression="` + expression + `"/></FormulaFields></Configuration></Properties></Node>
</Nodes><Connections><Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection></Connections></AlteryxDocument>`
	}
	for expression, ok := range map[string]bool{`REGEX_Match([t], [t])`: false, `REGEX_Match([t], 'a.')`: true} {
		dir := t.TempDir()
		write(t, dir, map[string]string{"main.yxmd": document(expression)})
		r := run(t, filepath.Join(dir, "main.yxmd"), func(r *Request) { r.Browsed = true })
		if r.Success() != ok {
			t.Errorf("%s: disposition %s, messages %v", expression, r.Disposition, r.Messages)
		}
		if len(r.Streams) != 0 {
			t.Errorf("%s: streams %v, want none", expression, r.Streams)
		}
	}
}

// TestWarnedOnce finds what is said both when the document is looked at and when it runs.
func TestWarnedOnce(t *testing.T) {
	dir := t.TempDir()
	text := func(sort string) string {
		return `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"/><Properties><Configuration><NumRows value="1"/><Fields><Field name="id"/></Fields><Data><r><c>1</c></r></Data></Configuration></Properties></Node>
<Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.AlteryxSelect.AlteryxSelect"/><Properties><Configuration><SelectFields><SelectField field="gone" selected="True"/><SelectField field="*Unknown" selected="True"/></SelectFields></Configuration></Properties></Node>
<Node ToolID="3"><GuiSettings Plugin="AlteryxBasePluginsGui.Sort.Sort"/><Properties><Configuration><SortInfo><Field field="` + sort + `"/></SortInfo></Configuration></Properties></Node>
</Nodes><Connections>
<Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection>
<Connection><Origin ToolID="2" Connection="Output"/><Destination ToolID="3" Connection="Input"/></Connection>
</Connections></AlteryxDocument>`
	}
	write(t, dir, map[string]string{"runs.yxmd": text("id"), "fails.yxmd": text("gone")})
	for _, name := range []string{"runs.yxmd", "fails.yxmd"} {
		warned := 0
		for _, m := range run(t, filepath.Join(dir, name), nil).Messages {
			if m.ToolID == 2 && strings.Contains(m.Text, `"gone"`) {
				warned++
			}
		}
		if warned != 1 {
			t.Errorf("%s: warned %d times of the field that is not there", name, warned)
		}
	}
}

// twoOutputs runs a workflow with one record that tools 2 and 3 write.
func twoOutputs(t *testing.T, first, second string) *Result {
	t.Helper()
	dir := t.TempDir()
	output := func(id, file string) string {
		return `<Node ToolID="` + id + `"><GuiSettings Plugin="AlteryxBasePluginsGui.DbFileOutput.DbFileOutput"/><Properties><Configuration>` + file + `<FormatSpecificOptions/></Configuration></Properties></Node>`
	}
	write(t, dir, map[string]string{"main.yxmd": `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"/><Properties><Configuration><NumRows value="1"/><Fields><Field name="id"/></Fields><Data><r><c>1</c></r></Data></Configuration></Properties></Node>` +
		output("2", first) + output("3", second) + `
</Nodes><Connections><Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection>
<Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="3" Connection="Input"/></Connection></Connections></AlteryxDocument>`})
	return run(t, filepath.Join(dir, "main.yxmd"), nil)
}

// TestTables checks that each tool that writes a table of one file is told.
func TestTables(t *testing.T) {
	r := twoOutputs(t, `<File FileFormat="36">a.db|||one</File>`, `<File FileFormat="36">a.db|||two</File>`)
	var got []Message
	for _, m := range r.Messages {
		if m.Status == int(engine.FileOutput) {
			got = append(got, m)
		}
	}
	want := []Message{{2, int(engine.FileOutput), `1 record was written to "a.db"`}, {3, int(engine.FileOutput), `1 record was written to "a.db"`}}
	if d := cmp.Diff(want, got); d != "" || len(r.Outputs) != 1 {
		t.Errorf("outputs %v, %s", r.Outputs, d)
	}
}

// TestReplacedOutput checks that a file that two tools write is told, since what
// the first wrote is gone: here two paths of another machine have one name.
func TestReplacedOutput(t *testing.T) {
	r := twoOutputs(t, `<File FileFormat="0">C:\2020\a.csv</File>`, `<File FileFormat="0">C:\2021\a.csv</File>`)
	said := false
	for _, m := range r.Messages {
		said = said || m.Status == int(engine.Warning) && m.ToolID == 3 && m.Text == `"a.csv" was written by tool 2 (Output Data) before and is replaced`
	}
	if !said || len(r.Outputs) != 1 {
		t.Errorf("outputs %v, messages %v", r.Outputs, r.Messages)
	}
	several := `<MultiFile value="True"/><MultiFileField>id</MultiFileField><MultiFileType>Suffix</MultiFileType><KeepField>True</KeepField>`
	for _, c := range []struct {
		first, second, want string
	}{
		{`<File FileFormat="36">C:\2020\a.db|||t</File>`, `<File FileFormat="36">C:\2021\a.db|||u</File>`, `"C:\2021\a.db" is written to "a.db", as "C:\2020\a.db" was before`},
		{`<File FileFormat="25">.\a.xlsx|||t</File>`, `<File FileFormat="25">A.xlsx|||u</File>`, ""},
		{`<File FileFormat="36">a.db|||t</File>`, `<File FileFormat="36">.\a.db|||u</File>` + several, ""},
	} {
		got := ""
		for _, m := range twoOutputs(t, c.first, c.second).Messages {
			if m.Status == int(engine.Warning) {
				got += m.Text
			}
		}
		if got != strings.ReplaceAll(c.want, `\`, `\\`) {
			t.Errorf("%s, %s: %s", c.first, c.second, got)
		}
	}
}

// TestAnsweredOutput checks that a file is read which the workflow writes under the
// name that an answer gives, and that no earlier check misses.
func TestAnsweredOutput(t *testing.T) {
	dir := t.TempDir()
	file := func(id, kind, name string) string {
		return `<Node ToolID="` + id + `"><GuiSettings Plugin="AlteryxBasePluginsGui.` + kind + `"/><Properties><Configuration><File FileFormat="0">` + name + `</File><FormatSpecificOptions><HeaderRow>True</HeaderRow><Delimeter>,</Delimeter></FormatSpecificOptions></Configuration></Properties></Node>`
	}
	control := func(id, inside string) string {
		return `<Node ToolID="` + id + `"><GuiSettings Plugin="AlteryxGuiToolkit.ControlContainer.ControlContainer"/><ChildNodes>` + inside + `</ChildNodes></Node>`
	}
	write(t, dir, map[string]string{"main.yxwz": `<AlteryxDocument yxmdVer="2021.4"><Nodes>` +
		control("8", `<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"/><Properties><Configuration><NumRows value="1"/><Fields><Field name="id"/></Fields><Data><r><c>1</c></r></Data></Configuration></Properties></Node>`+
			file("2", "DbFileOutput.DbFileOutput", "template.csv")) +
		control("9", file("3", "DbFileInput.DbFileInput", "east.csv")+`<Node ToolID="4"><GuiSettings Plugin="AlteryxBasePluginsGui.Sort.Sort"/><Properties><Configuration><SortInfo locale="0"><Field field="id" order="Ascending"/></SortInfo></Configuration></Properties></Node>`) + `
</Nodes><Connections><Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection>
<Connection><Origin ToolID="3" Connection="Output"/><Destination ToolID="4" Connection="Input"/></Connection>
<Connection><Origin ToolID="8" Connection="Log"/><Destination ToolID="9" Connection="Control"/></Connection>
<Connection name="#1"><Origin ToolID="20" Connection="Question"/><Destination ToolID="30" Connection="Question"/></Connection></Connections>
<Properties><RuntimeProperties><Actions><NoCondition><True><Action><Type>UpdateValue</Type><ToolId value="30"/><Replace value="True"/><ReplaceText>template</ReplaceText><Destination>2/File</Destination></Action></True></NoCondition></Actions>
<Questions><Question><Type>TextBox</Type><Name>region</Name><ToolId value="20"/></Question></Questions><ModuleType>Wizard</ModuleType></RuntimeProperties></Properties></AlteryxDocument>`})
	r := run(t, filepath.Join(dir, "main.yxwz"), func(r *Request) { r.Answers = map[string][]string{"region": {"east"}} })
	if !r.Success() || len(r.Streams) != 1 || r.Streams[0].Records != 1 {
		t.Errorf("streams %v, messages %v", r.Streams, r.Messages)
	}
}

// TestSplitOutput checks that each of several files of one tool is told with
// the records that it has.
func TestSplitOutput(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"main.yxmd": `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"/><Properties><Configuration><NumRows value="3"/><Fields><Field name="id"/></Fields><Data><r><c>1</c></r><r><c>2</c></r><r><c>3</c></r></Data></Configuration></Properties></Node>
<Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.DbFileOutput.DbFileOutput"/><Properties><Configuration><File MaxRecords="2" FileFormat="0">a.csv</File><FormatSpecificOptions/><MultiFile value="False"/></Configuration></Properties></Node>
</Nodes><Connections><Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection></Connections></AlteryxDocument>`})
	r := run(t, filepath.Join(dir, "main.yxmd"), nil)
	want := []Output{{ToolID: 2, Name: "a.csv", File: "files/a.csv", Records: 2}, {ToolID: 2, Name: "a_1.csv", File: "files/a_1.csv", Records: 1}}
	if d := cmp.Diff(want, r.Outputs); d != "" {
		t.Error(d)
	}
}
