// Package tool holds the tools of the workflow language, one file each. A tool
// turns its configuration and its input relations into plan nodes. Tools never
// write SQL.
package tool

import (
	"kickoff/internal/plan"
)

// Tool describes one tool. The documentation and the checks are derived from it.
type Tool struct {
	Name    string   // as users know it, "Text To Columns"
	Plugins []string // GuiSettings/@Plugin, the usual one first
	Entry   string   // EngineSettings/@EngineDllEntryPoint, or ""
	Macros  []string // base names of shipped macros that this tool stands in for
	In, Out []Anchor
	Doc     string // one or two sentences in the user's words
	// Differs says where the result is known to differ from the product's, or "".
	Differs string
	Options []Option
	// Strict refuses options that are not in the list, instead of warning: for
	// tools whose documents are known in part only.
	Strict bool
	// Compile makes the tool's relations. It returns nil outputs for a sink.
	Compile func(c *Context) (Outputs, error)
}

// Anchor is an input or output of a tool.
type Anchor struct {
	Name     string
	Optional bool // an input that may be left unconnected
	Multi    bool // an input that takes several connections (#1, #2, ...)
}

// Option is one option of a tool's configuration.
type Option struct {
	Path   string // as in the document: "SortInfo/Field/@order"; see Tool.strange for *
	Doc    string // what it does, and its values
	NotYet string // why it does not run here, or ""
}

// Outputs are the relations a tool gives, by output anchor.
type Outputs map[string]plan.Node

// Input is one connection into an anchor.
type Input struct {
	Name string // the connection's name, "#1", or ""
	Node plan.Node
}

// Arrival is the order in which the records of several streams come to a tool:
// those of one stream, or those of the parts by what they come from, or part after
// part where From is nil (see plan.Union).
type Arrival struct {
	Stream int // the position of the input, where there are no Parts
	Parts  []*Arrival
	From   []*plan.Origin
}
