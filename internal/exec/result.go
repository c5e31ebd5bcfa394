package exec

import (
	"bytes"
	"encoding/json"
	"os"

	"kickoff/internal/compile"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
)

// Result is how a run ended: the content of result.json.
type Result struct {
	Status      string    `json:"status"`      // always "Completed"
	Disposition string    `json:"disposition"` // "Success" or "Error"
	Seconds     float64   `json:"seconds"`
	Tools       []Tool    `json:"tools"`
	Messages    []Message `json:"messages"`
	Streams     []Stream  `json:"streams"`
	Outputs     []Output  `json:"outputs"`
}

// Tool is one enabled tool of the document; the tools inside macros are listed
// by the id of the call.
type Tool struct {
	ToolID int    `json:"toolId"`
	Tool   string `json:"tool"`
	// Path leads to a tool inside a macro: the ids of the calls and its own.
	Path    []int    `json:"path,omitempty"`
	Ran     bool     `json:"ran"`
	Anchors []Anchor `json:"anchors"`
}

// Anchor is an output anchor of a tool that ran. Records is left out where the
// engine had no need to count.
type Anchor struct {
	Anchor  string `json:"anchor"`
	Records *int64 `json:"records,omitempty"`
}

// Message is a line of the log. Status is as in the API (reference, section 8.8):
// 1 information, 2 warning, 3 error, 5 field conversion error, 8 file input, 9
// file output. ToolID is -1 for the workflow as a whole.
type Message struct {
	ToolID int    `json:"toolId"`
	Status int    `json:"status"`
	Text   string `json:"text"`
}

// Stream is the csv file with the records of an output anchor.
type Stream struct {
	ToolID  int     `json:"toolId"`
	Anchor  string  `json:"anchor"`
	File    string  `json:"file"` // relative to the output folder, with slashes
	Records int64   `json:"records"`
	Fields  []Field `json:"fields"`
}

// Field is a field of a stream.
type Field struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Size  int    `json:"size"`
	Scale int    `json:"scale"`
}

// Output is a file that the workflow wrote.
type Output struct {
	ToolID  int    `json:"toolId"`
	Name    string `json:"name"`
	File    string `json:"file"` // relative to the output folder, with slashes
	Records int64  `json:"records"`
}

// Success reports whether the run ended without an error.
func (r *Result) Success() bool { return r.Disposition == "Success" }

// ToolID is a tool's id as messages carry it: that of the call for a tool inside
// a macro, -1 for the document itself.
func ToolID(t diag.Tool) int {
	if t.ID == 0 {
		return -1
	}
	return t.ID
}

func (r *Result) write(file string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o666)
}

// result puts together what is known at the end of a run.
func (x *execution) result() *Result {
	r := &Result{Status: "Completed", Disposition: "Success", Tools: []Tool{}, Messages: []Message{}, Streams: []Stream{}, Outputs: []Output{}}
	if x.log.failed {
		r.Disposition = "Error"
	}
	ran := x.ran()
	if x.prog != nil {
		for _, t := range x.prog.Tools {
			r.Tools = append(r.Tools, x.tool(t, ran))
		}
	}
	for _, m := range x.log.all {
		r.Messages = append(r.Messages, Message{ToolID(m.Tool), int(m.Status), m.Text})
	}
	for _, s := range x.streams {
		if !s.done {
			continue
		}
		st := Stream{ToolID: s.Tool.ID, Anchor: s.Anchor, File: s.file, Records: s.records, Fields: []Field{}}
		for _, f := range s.Node.Schema() {
			st.Fields = append(st.Fields, Field{f.Name, f.Type.String(), f.Size, f.Scale})
		}
		r.Streams = append(r.Streams, st)
	}
	if x.files != nil {
		r.Outputs = append(r.Outputs, x.files.written...)
	}
	return r
}

// ran finds the tools whose work was done: those whose output is part of a
// relation that was computed, and those that took records to their end.
func (x *execution) ran() map[string]bool {
	ran := make(map[string]bool)
	mark := func(n plan.Node) {
		plan.Walk(n, func(n plan.Node) {
			if a, ok := n.(*plan.Anchor); ok {
				ran[a.Tool.String()] = true
			}
		})
	}
	if x.prog == nil {
		return ran
	}
	for _, n := range x.prog.Done {
		mark(n)
	}
	for _, s := range x.done {
		ran[s.Tool.String()] = true
		mark(s.In)
	}
	return ran
}

func (x *execution) tool(t *compile.Tool, ran map[string]bool) Tool {
	key := t.Diag.String()
	done := ran[key]
	if t.Sink && !t.Effect && t.State == compile.Compiled {
		done = len(x.done) > 0 || len(x.prog.Done) > 0 // a Browse shows what was computed
	}
	out := Tool{ToolID: t.Diag.ID, Tool: t.Diag.Name, Path: t.Diag.Path, Ran: done, Anchors: []Anchor{}}
	if !done {
		return out
	}
	for _, name := range t.Anchors {
		a := Anchor{Anchor: name}
		if n, ok := x.log.count(t.Diag, name); ok {
			a.Records = &n
		}
		for _, s := range x.streams {
			if s.done && s.Tool.String() == key && s.Anchor == name {
				a.Records = &s.records
			}
		}
		out.Anchors = append(out.Anchors, a)
	}
	return out
}

var _ engine.Session = (*tracked)(nil)
