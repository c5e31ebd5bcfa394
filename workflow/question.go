package workflow

import (
	"strconv"
	"strings"

	"kickoff/record"
)

// QuestionType is the Type element of a question. The API's names are these
// with "Question" before them (API reference 8.6).
type QuestionType string

// The types that take an answer.
const (
	TextBox       QuestionType = "TextBox"
	ListBox       QuestionType = "ListBox" // a list box or, where Multiple is false, a drop-down
	NumericUpDown QuestionType = "NumericUpDown"
	BooleanGroup  QuestionType = "BooleanGroup" // a check box
	RadioGroup    QuestionType = "RadioGroup"   // one radio button
	Date          QuestionType = "Date"
	FileBrowse    QuestionType = "FileBrowse"
	FolderBrowse  QuestionType = "FolderBrowse"
	Tree          QuestionType = "Tree"
	MapInput      QuestionType = "Map"
)

// The types that lay out the form or belong to macros. They take no answer.
const (
	Tab          QuestionType = "Tab"
	Label        QuestionType = "Label"
	LabelGroup   QuestionType = "LabelGroup"
	Link         QuestionType = "Link"
	MacroInput   QuestionType = "MacroInput"
	MacroOutput  QuestionType = "MacroOutput"
	ControlParam QuestionType = "ControlParam" // answered by the control input of a batch macro
)

// Question is one element of an app's or a macro's interface.
type Question struct {
	Type        QuestionType
	Name        string // what answers refer to
	Description string // what the user reads
	ToolID      int
	Questions   []*Question // inside a tab or a group

	Default    string
	HasDefault bool

	// Of a ListBox and a Tree:
	Multiple bool
	// Items are the choices where the document knows them: written by hand, or
	// the fields of a tool whose schema it has cached. Nil where they come from
	// elsewhere; then any answer is accepted.
	Items []Item
	// Mode says where the choices come from: Manual, Field, MacroField, File, ...
	Mode string
	// AllSelected says that all items are chosen unless the user says otherwise.
	AllSelected bool
	// Custom says that chosen items are joined as Start a Separator b End; a list
	// without it is written as a=True,b=False.
	Custom                bool
	Start, Separator, End string
	// FieldTool and FieldAnchor say which tool's fields are the items.
	FieldTool   int
	FieldAnchor string
	FieldTypes  []record.Type // only fields of these types
	FieldOrNone bool          // "none" is a choice
	Min, Max    string        // of a NumericUpDown, as written
	Increment   string
	Decimals    int
	Password    bool // of a TextBox: not shown
	Multiline   bool
	Hidden      bool
	SaveAs      bool // of a FileBrowse: a file to be written
	Element     *Element
}

// Item is one choice of a list.
type Item struct{ Label, Value string }

// manualSeparator stands between label and value of an item written by hand.
// Designer writes it where its user typed a colon.
const manualSeparator = "5419541n5148905f1n0941f5809"

// Asks reports whether the question takes an answer from the user.
func (q *Question) Asks() bool {
	switch q.Type {
	case TextBox, ListBox, NumericUpDown, BooleanGroup, RadioGroup, Date, FileBrowse, FolderBrowse, Tree, MapInput:
		return true
	}
	return false
}

// Questions lists the questions that take an answer, in the order of the form.
func (d *Document) Questions() []*Question {
	var all []*Question
	d.Runtime.WalkQuestions(func(q *Question) {
		if q.Asks() {
			all = append(all, q)
		}
	})
	return all
}

// WalkQuestions calls visit for every question, groups before what they hold.
func (r *Runtime) WalkQuestions(visit func(*Question)) { walkQuestions(r.Questions, visit) }

func walkQuestions(qs []*Question, visit func(*Question)) {
	for _, q := range qs {
		visit(q)
		walkQuestions(q.Questions, visit)
	}
}

func readQuestions(e *Element) []*Question {
	if e == nil {
		return nil
	}
	var all []*Question
	for _, c := range e.Children {
		if c.Name != "Question" {
			continue
		}
		q := &Question{
			Type: QuestionType(c.Value("Type")), Name: c.String("Name"), Description: c.String("Description"),
			ToolID: integer(c.Value("ToolId")), Questions: readQuestions(c.Child("Questions")),
			Multiple: c.Bool("Multiple", false), Mode: c.Value("Mode"),
			AllSelected: c.Bool("Multiple_Default", false), Custom: c.Bool("Multiple_Custom", false),
			Start: c.String("Multiple_Start"), Separator: c.String("Multiple_Separator"), End: c.String("Multiple_End"),
			FieldOrNone: c.Bool("Field_IncludeNone", false),
			Min:         c.Value("Minimum"), Max: c.Value("Maximum"), Increment: c.Value("Increment"), Decimals: integer(c.Value("Decimals")),
			Password: c.Bool("Password", false), Multiline: c.Bool("Multiline", false), Hidden: c.Bool("Hidden", false),
			SaveAs: c.Bool("SaveAs", false), Element: c,
		}
		if d := c.Child("Default"); d != nil {
			q.Default, q.HasDefault = d.Text, true
			if v, ok := d.LookupAttr("value"); ok {
				q.Default = v
			}
		}
		switch q.Mode {
		case "Manual":
			q.Items = manualItems(c.String("Manual_Values"))
		case "Field":
			q.FieldTool, q.FieldAnchor = integer(c.Value("Field_ToolId")), c.Value("Field_Connection")
			q.FieldTypes = fieldTypes(c.Value("Field_FilterTypes"))
		case "MacroField":
			q.FieldTool, q.FieldAnchor = integer(c.Value("MacroField_InputTool")), "Output"
			q.FieldTypes = fieldTypes(c.Value("MacroField_FilterTypes"))
		}
		all = append(all, q)
	}
	return all
}

// manualItems reads the lines of a list written by hand: "label:value", or one
// text that is both.
func manualItems(text string) []Item {
	items := []Item{}
	sep := ":"
	if strings.Contains(text, manualSeparator) {
		sep = manualSeparator
	}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" {
			continue
		}
		label, value, ok := strings.Cut(line, sep)
		if !ok {
			label, value = line, line
		}
		items = append(items, Item{strings.TrimSpace(label), strings.TrimSpace(value)})
	}
	return items
}

func fieldTypes(list string) []record.Type {
	var types []record.Type
	for _, name := range strings.Split(list, ",") {
		if t, ok := record.ParseType(strings.TrimSpace(name)); ok {
			types = append(types, t)
		}
	}
	return types
}

// fillItems gives lists of fields their items, from the schemas that the
// document has cached.
func (d *Document) fillItems() {
	d.Runtime.WalkQuestions(func(q *Question) {
		if q.Items != nil || q.FieldTool == 0 {
			return
		}
		n := d.Node(q.FieldTool)
		if n == nil {
			return
		}
		s, ok := n.Schemas[q.FieldAnchor]
		if !ok {
			return
		}
		q.Items = q.FieldItems(s)
	})
}

// FieldItems lists the fields of a schema that the question offers.
func (q *Question) FieldItems(s record.Schema) []Item {
	items := []Item{}
	if q.FieldOrNone {
		items = append(items, Item{"[None]", ""})
	}
	for _, f := range s {
		if len(q.FieldTypes) > 0 && !contains(q.FieldTypes, f.Type) {
			continue
		}
		items = append(items, Item{f.Name, f.Name})
	}
	return items
}

func contains(types []record.Type, t record.Type) bool {
	for _, x := range types {
		if x == t {
			return true
		}
	}
	return false
}

// DefaultValue returns the text that actions take when the user says nothing,
// and false where the document does not say what that is: then the tools keep
// what they are configured with.
func (q *Question) DefaultValue() (string, bool) {
	switch q.Type {
	case BooleanGroup, RadioGroup:
		return boolText(strings.EqualFold(q.Default, "true")), true
	case TextBox:
		return q.Default, true
	case ListBox, Tree:
		if q.Multiple && q.AllSelected && q.Items != nil {
			return q.join(q.Items), true
		}
		if !q.Multiple && q.Default != "" {
			if it, err := q.item(q.Default); err == nil {
				return it.Value, true // it may be named by its label
			}
		}
	}
	return q.Default, q.Default != ""
}

// join writes chosen items as the document wants a list.
func (q *Question) join(chosen []Item) string {
	var parts []string
	if q.Custom {
		for _, it := range chosen {
			parts = append(parts, it.Value)
		}
		return q.Start + strings.Join(parts, q.Separator) + q.End
	}
	all := q.Items
	if all == nil {
		all = chosen
	}
	for _, it := range all {
		on := false
		for _, c := range chosen {
			on = on || c == it
		}
		parts = append(parts, it.Value+"="+boolText(on))
	}
	return strings.Join(parts, ",")
}

func boolText(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// Value turns an answer as users and the API give it into the text that actions
// take. It returns an error where the answer does not fit the question.
//
// Check boxes and radio buttons take True or False in any case, 1 or 0, yes or
// no; dates YYYY-MM-DD; numbers plain decimals within the bounds; lists the value
// or the label of an item, several as a JSON array of them or as one item a line
// or, where no item holds one, between commas.
func (q *Question) Value(answer string) (string, error) {
	switch q.Type {
	case BooleanGroup, RadioGroup:
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "true", "1", "yes":
			return "True", nil
		case "false", "0", "no", "":
			return "False", nil
		}
		return "", errorAt(0, "%q is neither True nor False", answer)
	case NumericUpDown:
		return q.number(strings.TrimSpace(answer))
	case Date:
		s := strings.TrimSpace(answer)
		if !validDate(s) {
			return "", errorAt(0, "%q is no date of the form YYYY-MM-DD", answer)
		}
		return s, nil
	case ListBox, Tree:
		return q.list(answer)
	case MapInput:
		return "", errorAt(0, "maps cannot be answered here")
	}
	return answer, nil
}

func (q *Question) number(s string) (string, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n != n || n > 1e300 || n < -1e300 {
		return "", errorAt(0, "%q is no number", s)
	}
	if lo, err := strconv.ParseFloat(q.Min, 64); err == nil && n < lo {
		return "", errorAt(0, "%s is below the minimum of %s", s, q.Min)
	}
	if hi, err := strconv.ParseFloat(q.Max, 64); err == nil && n > hi {
		return "", errorAt(0, "%s is above the maximum of %s", s, q.Max)
	}
	text := strconv.FormatFloat(n, 'f', -1, 64)
	if _, frac, ok := strings.Cut(text, "."); ok && len(frac) > q.Decimals {
		return "", errorAt(0, "%s has more than the %d decimals allowed", s, q.Decimals)
	}
	return text, nil
}
