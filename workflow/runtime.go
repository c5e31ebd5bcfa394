package workflow

import (
	"strconv"
	"strings"
)

// ModuleType says what kind of document it is.
type ModuleType string

// The module types. A plain workflow often has none.
const (
	ModuleWorkflow ModuleType = ""
	ModuleMacro    ModuleType = "Macro"
	ModuleApp      ModuleType = "Wizard"
)

// Runtime is what makes a document an app or a macro: Properties/RuntimeProperties.
type Runtime struct {
	Module    ModuleType
	Questions []*Question // tabs and groups hold theirs
	// Actions are the blocks of actions, in document order.
	Actions   []ActionBlock
	Batch     *Batch     // nil but for a batch macro
	Iterative *Iterative // nil but for an iterative macro
	// ShownOutputs are the tools whose results an app shows at its end.
	ShownOutputs []int
	// Chain is the app that follows this one, or "".
	Chain string
}

// OutputMode says how the outputs of the runs of a batch or iterative macro are
// put together.
type OutputMode string

// The output modes.
const (
	AllSame    OutputMode = "AllSame"    // all schemas must be equal
	AutoByName OutputMode = "AutoByName" // as Union by name
	AutoByPos  OutputMode = "AutoByPos"  // as Union by position
)

// Batch describes a batch macro: one run for each record of the control input.
type Batch struct {
	Mode   OutputMode
	Params []BatchParam
}

// BatchParam is a value that each run of a batch macro takes from its record.
type BatchParam struct{ Name, Description string }

// Iterative describes an iterative macro: the records of Output are the Input of
// the next run.
type Iterative struct {
	Mode          OutputMode
	Input, Output string // names of the macro input and output of the loop
	Limit         int    // runs at most; 0 is none given
	// LimitBehavior is "Error", "Warn" or "Ignore".
	LimitBehavior string
}

// ActionBlock holds actions that are carried out always (Expression "") or
// depending on a condition.
type ActionBlock struct {
	ToolID     int    // the Condition tool, or 0
	Expression string // the condition
	True, Else []Action
}

// Action is a change that an answer makes to the document before it runs.
type Action struct {
	Type        string // UpdateValue, UpdateValueFormula, UpdateRawXml, Dynamic, Error, ...
	Description string // of an Error: its text
	ToolID      int    // the Action tool
	Mode        string // Simple, Expression
	Expression  string
	Destination string // "3/Data/r/c"
	Mapping     string // of a Dynamic: which of Designer's default mappings
	// Replace says that only the occurrences of ReplaceText in the value are
	// replaced.
	Replace     bool
	ReplaceText string
	Variable    string // which of several connected questions is meant
	OuterXML    bool   // UpdateRawXml replaces the element and not only its content
	// Target is the tool that DeleteTool, UpdateSelect, UpdateInput and
	// UpdateOutput change, or 0.
	Target int
	Line   int
}

func readRuntime(e *Element) (Runtime, error) {
	r := Runtime{Module: ModuleType(e.Value("ModuleType")), Chain: e.Value("Wiz_ChainRunWizard")}
	if e == nil {
		return r, nil
	}
	r.Questions = readQuestions(e.Child("Questions"))
	if a := e.Child("Actions"); a != nil {
		for _, block := range a.Children {
			b := ActionBlock{
				ToolID: integer(block.Value("ToolId")), Expression: block.String("Expression"),
				True: readActions(block.Child("True")), Else: readActions(block.Child("False")),
			}
			if block.Name == "NoCondition" {
				b.ToolID, b.Expression = 0, ""
			}
			r.Actions = append(r.Actions, b)
		}
	}
	if b := e.Child("BatchMacro"); b != nil {
		r.Batch = &Batch{Mode: OutputMode(b.Value("OutputMode"))}
		for _, p := range b.All("ControlParams/ControlParam") {
			r.Batch.Params = append(r.Batch.Params, BatchParam{p.Value("Name"), p.Value("Description")})
		}
	}
	if i := e.Child("IterativeMacro"); i != nil {
		r.Iterative = &Iterative{
			Mode: OutputMode(i.Value("OutputMode")), Input: i.Value("Input"), Output: i.Value("Output"),
			Limit: integer(i.Value("IterationLimit")), LimitBehavior: i.Value("LimitBehavior"),
		}
	}
	for _, t := range e.All("Wiz_OpenOutputTools/Tool") {
		if strings.EqualFold(t.Attr("Selected"), "true") {
			r.ShownOutputs = append(r.ShownOutputs, integer(t.Attr("ToolID")))
		}
	}
	return r, nil
}

func readActions(e *Element) []Action {
	if e == nil {
		return nil
	}
	var all []Action
	for _, a := range e.Children {
		act := Action{
			Type: a.Value("Type"), Description: a.String("Description"), ToolID: integer(a.Value("ToolId")), Mode: a.Value("Mode"),
			Expression: a.String("Expression"), Destination: a.Value("Destination"), Mapping: a.String("Mapping"),
			Replace: a.Bool("Replace", false), ReplaceText: a.String("ReplaceText"), Variable: a.String("Variable"),
			OuterXML: a.Bool("OuterXml", false), Line: a.Line,
		}
		for _, name := range []string{"DeleteTool", "SelectTool", "InputTool", "OutputTool"} {
			if id := integer(a.Value(name)); id > 0 {
				act.Target = id
			}
		}
		all = append(all, act)
	}
	return all
}

// integer reads a whole number; what is none is 0.
func integer(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}
