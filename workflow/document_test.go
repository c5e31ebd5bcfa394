package workflow

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

func TestDocument(t *testing.T) {
	d, err := ReadFile("testdata/sales.yxwz")
	if err != nil {
		t.Fatal(err)
	}
	if d.Version != "2021.4" || !d.AMP || d.Meta.Name != "Sales by region" || d.Meta.Author != "A. Analyst" || d.Runtime.Module != ModuleApp {
		t.Errorf("head: %+v %+v", d.Version, d.Meta)
	}
	input := d.Node(1)
	if input.Name != "Regions" || input.Annotation != "two regions" || input.X != 54 || input.Y != 162.5 || input.Entry != "AlteryxTextInput" {
		t.Errorf("tool 1: %+v", input)
	}
	cells := input.Config.All("Data/r")[0].All("c")
	if cells[0].Text != "North & East" || cells[1].Text != " " {
		t.Errorf("cells: %q %q", cells[0].Text, cells[1].Text)
	}
	want := record.Schema{
		{Name: "region", Type: record.String, Size: 12, Source: "TextInput:"},
		{Name: "amount", Type: record.FixedDecimal, Size: 19, Scale: 4},
		{Name: "day", Type: record.Date, Size: 10},
	}
	if diff := cmp.Diff(want, input.Schemas["Output"]); diff != "" {
		t.Error(diff)
	}
	box := d.Node(7)
	if !box.Disabled() || len(box.Children) != 1 || box.Children[0].MacroBase() != "totals" {
		t.Errorf("container: %+v", box)
	}
	conn := []Connection{{Name: "#1", From: 1, FromAnchor: "Output", To: 8, ToAnchor: "Input", Wireless: true, Line: 58}}
	if diff := cmp.Diff(conn, d.Connections); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Constant{{"User", "Rate", "1.19", true}}, d.Constants); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{1}, d.Runtime.ShownOutputs); diff != "" {
		t.Error(diff)
	}
	actions := []ActionBlock{
		{True: []Action{{Type: "UpdateValue", ToolID: 20, Mode: "Simple", Replace: true, ReplaceText: "North", Destination: "1/Data/r/c", Line: 82}}},
		{ToolID: 21, Expression: "[#1]", True: []Action{{Type: "DeleteTool", ToolID: 22, Target: 8, Line: 97}}},
	}
	if diff := cmp.Diff(actions, d.Runtime.Actions); diff != "" {
		t.Error(diff)
	}
}

// A list's default is a value or a label, or what the list no longer has.
func TestListDefault(t *testing.T) {
	for _, c := range []struct{ def, want string }{
		{"b", "b"}, {"Letter B", "b"}, {"c", "c"}, {"", ""},
	} {
		q := &Question{Type: ListBox, Default: c.def, Items: []Item{{"Letter A", "a"}, {"Letter B", "b"}}}
		if got, ok := q.DefaultValue(); got != c.want || ok != (c.want != "") {
			t.Errorf("%q: %q, %v", c.def, got, ok)
		}
	}
}

func TestQuestions(t *testing.T) {
	d, err := ReadFile("testdata/sales.yxwz")
	if err != nil {
		t.Fatal(err)
	}
	qs := make(map[string]*Question)
	var order []string
	for _, q := range d.Questions() {
		qs[q.Name] = q
		order = append(order, q.Name)
	}
	if diff := cmp.Diff([]string{"Regions", "Field", "Days", "Totals", "From"}, order); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Item{{"North", "N"}, {"South", "S"}, {"Far East, and more", "Far East, and more"}}, qs["Regions"].Items); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Item{{"[None]", ""}, {"amount", "amount"}}, qs["Field"].Items); diff != "" {
		t.Error(diff)
	}
	defaults := map[string]string{}
	for name, q := range qs {
		if v, ok := q.DefaultValue(); ok {
			defaults[name] = v
		}
	}
	if diff := cmp.Diff(map[string]string{"Regions": `"N","S","Far East, and more"`, "Days": "5", "Totals": "False"}, defaults); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct{ question, answer, want, err string }{
		{"Regions", `["North","S"]`, `"N","S"`, ""},
		{"Regions", `[{"key":"N","value":"true"},{"key":"S","value":"false"}]`, `"N"`, ""},
		{"Regions", "North, South", `"N","S"`, ""},
		{"Regions", "Far East, and more", `"Far East, and more"`, ""},
		{"Regions", "North\nFar East, and more", `"N","Far East, and more"`, ""},
		{"Regions", "", `""`, ""},
		{"Regions", "West", "", `"West" is not one of the choices: North, South, Far East, and more`},
		{"Field", "AMOUNT", "amount", ""},
		{"Field", "region", "", `"region" is not one of the choices: [None], amount`},
		{"Days", " 7.50 ", "7.5", ""},
		{"Days", "32", "", "32 is above the maximum of 31"},
		{"Days", "0", "", "0 is below the minimum of 1"},
		{"Days", "7.25", "", "7.25 has more than the 1 decimals allowed"},
		{"Days", "x", "", `"x" is no number`},
		{"Days", "NaN", "", `"NaN" is no number`},
		{"Totals", "TRUE", "True", ""},
		{"Totals", "maybe", "", `"maybe" is neither True nor False`},
		{"From", "2024-02-29", "2024-02-29", ""},
		{"From", "2023-02-29", "", `"2023-02-29" is no date of the form YYYY-MM-DD`},
	} {
		got, err := qs[c.question].Value(c.answer)
		if text := errText(err); got != c.want || text != c.err {
			t.Errorf("%s: Value(%q) = %q, %q; want %q, %q", c.question, c.answer, got, text, c.want, c.err)
		}
	}
}

func TestSeveralAnswers(t *testing.T) {
	d, err := ReadFile("testdata/sales.yxwz")
	if err != nil {
		t.Fatal(err)
	}
	qs := d.Questions()
	if got, err := qs[0].Values([]string{"North", "Far East, and more"}); err != nil || got != `"N","Far East, and more"` {
		t.Errorf("Values = %q, %v", got, err)
	}
	if _, err := qs[0].Values([]string{"North", "West"}); err == nil {
		t.Error("an item that is none was accepted")
	}
	if _, err := qs[1].Values([]string{"amount", "amount"}); errText(err) != "the question takes one answer, not 2" {
		t.Error(err)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestListWithoutCustomFormat(t *testing.T) {
	q := &Question{Type: ListBox, Multiple: true, Items: []Item{{"a", "a"}, {"b", "b"}}}
	if got, err := q.Value("b"); err != nil || got != "a=False,b=True" {
		t.Errorf("Value = %q, %v", got, err)
	}
}

func TestParseErrors(t *testing.T) {
	node := func(id string) string { return `<Node ToolID="` + id + `"/>` }
	doc := func(nodes string) string { return "<AlteryxDocument><Nodes>\n" + nodes + "</Nodes></AlteryxDocument>" }
	for name, c := range map[string]struct{ in, want string }{
		"empty":         {" \n", "the document is empty"},
		"not XML":       {"PK..", "line 1: the document is not XML; it may be locked or encrypted"},
		"other root":    {"<html/>", "line 1: not a workflow document: the root element is <html>"},
		"cut off":       {"<AlteryxDocument>\n<Nodes>", "line 2: not well-formed XML: unexpected EOF"},
		"crossed":       {"<AlteryxDocument>\n<a></b>", "line 2: not well-formed XML: element <a> closed by </b>"},
		"two roots":     {"<AlteryxDocument/><b/>", "line 1: a second root element <b>"},
		"text after":    {"<AlteryxDocument/>x", "line 1: text outside the root element"},
		"doctype":       {"<!DOCTYPE x [<!ENTITY a 'b'>]><AlteryxDocument/>", "line 1: document type declarations and entities are not accepted"},
		"entity":        {"<AlteryxDocument>&lol;</AlteryxDocument>", "line 1: not well-formed XML: invalid character entity &lol;"},
		"encoding":      {"<?xml version='1.0' encoding='ebcdic'?><AlteryxDocument/>", `line 1: not well-formed XML: opening charset "ebcdic": the encoding is not known`},
		"no id":         {doc("<Node/>"), `line 2: a tool has the id "", which is no positive number`},
		"id twice":      {doc(node("3") + "\n" + node("3")), "line 3: tool 3 is there twice; the first stands at line 2"},
		"bad connector": {"<AlteryxDocument><Connections>\n<Connection><Origin ToolID='1'/></Connection></Connections></AlteryxDocument>", "line 2: a connection does not say which tools it connects"},
		"deep":          {strings.Repeat("<a>", 1100), "line 1: elements are nested deeper than 1000"},
	} {
		_, err := Parse([]byte(c.in))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := ParseLimited([]byte(doc(node("1")+node("2"))), Limits{Elements: 3}); errText(err) != "line 2: the document has more than 3 elements" {
		t.Error(err)
	}
	if _, err := ParseLimited([]byte(doc(node("1"))), Limits{Document: 10}); err == nil {
		t.Error("a document above the limit was accepted")
	}
}

func TestEncodings(t *testing.T) {
	text := `<?xml version="1.0" encoding="utf-16"?><AlteryxDocument yxmdVer="ü😀"/>`
	le := &bytes.Buffer{}
	for _, u := range utf16.Encode([]rune(text)) {
		le.Write([]byte{byte(u), byte(u >> 8)})
	}
	be := make([]byte, le.Len())
	for i := 0; i < len(be); i += 2 {
		be[i], be[i+1] = le.Bytes()[i+1], le.Bytes()[i]
	}
	utf8 := strings.Replace(text, "utf-16", "UTF-8", 1)
	for name, in := range map[string][]byte{
		"UTF-8": []byte(utf8), "UTF-8 with BOM": []byte("\ufeff" + utf8),
		"UTF-16LE": le.Bytes(), "UTF-16BE": be,
		"UTF-16LE with BOM": append([]byte{0xFF, 0xFE}, le.Bytes()...), "UTF-16BE with BOM": append([]byte{0xFE, 0xFF}, be...),
	} {
		if d, err := Parse(in); err != nil || d.Version != "ü😀" {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
	if d, err := Parse([]byte("<?xml version='1.0' encoding='iso-8859-1'?><AlteryxDocument yxmdVer='\xe4'/>")); err != nil || d.Version != "ä" {
		t.Errorf("Latin-1: %v, %v", d, err)
	}
	if d, err := Parse([]byte("<?xml version='1.0' encoding='Windows-1252'?><AlteryxDocument yxmdVer='\x80'/>")); err != nil || d.Version != "€" {
		t.Errorf("Windows-1252: %v, %v", d, err)
	}
	if _, err := Parse(append([]byte{0xFF, 0xFE}, '<')); err == nil {
		t.Error("half a character was accepted")
	}
}

// Control characters are in documents as references, which XML does not allow.
func TestControls(t *testing.T) {
	in := "<a x='&#x1F;&#31;&#10;'>&#xb;&amp;&#0;<b><![CDATA[&#x1F;]]>&#x001f;</b></a>"
	if _, err := ParseElement([]byte(in)); err == nil {
		t.Error("the character 0 was accepted")
	}
	e, err := ParseElement([]byte(strings.Replace(in, "&#0;", "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Attr("x") + "|" + e.Text + "|" + e.Value("b"); got != "\x1f\x1f\n|\v&|&#x1F;\x1f" {
		t.Errorf("%q", got)
	}
	if again, err := ParseElement([]byte(e.XML())); err != nil || again.XML() != e.XML() {
		t.Errorf("%s: %v", e.XML(), err)
	}
	if _, err := ParseElement([]byte("<a>\U0010FF1F&#x1F;</a>")); err == nil {
		t.Error("a control character beside one that stands for it was accepted")
	}
}

func TestXML(t *testing.T) {
	e := &Element{Name: "a", Attrs: []Attr{{"x", "1 < 2 & \"3\"\n\t\r"}}, Children: []*Element{{Name: "b", Text: " <&>\r\n "}, {Name: "c"}}}
	got, err := ParseElement([]byte(e.XML()))
	if err != nil {
		t.Fatal(err)
	}
	clear := func(e *Element) *Element {
		e.Line = 0
		for _, c := range e.Children {
			c.Line = 0
		}
		return e
	}
	if diff := cmp.Diff(e, clear(got)); diff != "" {
		t.Error(diff)
	}
	c := e.Clone()
	c.Children[0].Text = "other"
	c.SetAttr("X", "y")
	if e.Children[0].Text == "other" || e.Attr("x") == "y" || c.Attr("x") != "y" {
		t.Error("a clone shares its content")
	}
	if e, err := ParseElement([]byte(`<c xml:space="preserve" space="x">  </c>`)); err != nil || e.Text != "  " || len(e.Attrs) != 1 || e.Attr("space") != "x" {
		t.Errorf("xml:space: %+v, %v", e, err)
	}
	if es, err := ParseFragment(`<f n="1"/> text <g/>`); err != nil || len(es) != 2 || es[1].Name != "g" {
		t.Errorf("fragment: %v, %v", es, err)
	}
	if _, err := ParseFragment(`</fragment><x/><fragment>`); err == nil {
		t.Error("a fragment that closes its element was accepted")
	}
}

func ExampleParse() {
	d, err := Parse([]byte(`<AlteryxDocument yxmdVer="2023.1"><Nodes>
		<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.Sort.Sort"/></Node>
	</Nodes></AlteryxDocument>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	d.Walk(func(n *Node, _ []*Node) { fmt.Println(n.ToolID, n.Plugin) })
	// Output: 1 AlteryxBasePluginsGui.Sort.Sort
}
