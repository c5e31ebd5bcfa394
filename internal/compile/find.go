package compile

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/internal/tool"
	"kickoff/workflow"
)

// finder knows which tool a node is.
type finder struct {
	plugins, entries, macros map[string]*tool.Tool // names in lower case
}

func newFinder(tools []*tool.Tool) *finder {
	x := &finder{make(map[string]*tool.Tool), make(map[string]*tool.Tool), make(map[string]*tool.Tool)}
	for _, t := range tools {
		for _, p := range t.Plugins {
			x.plugins[lower(p)] = t
		}
		if t.Entry != "" {
			x.entries[lower(t.Entry)] = t
		}
		for _, m := range t.Macros {
			x.macros[strings.TrimSuffix(lower(m), ".yxmc")] = t
		}
	}
	return x
}

// found is what a node is: one of our tools, or a macro in a file.
type found struct {
	tool  *tool.Tool
	macro *macro
}

// macro is a macro's document.
type macro struct {
	doc  *workflow.Document
	file string // absolute
}

// known finds the tool that a node names by its plugin or else its entry point.
func (x *finder) known(n *workflow.Node) *tool.Tool {
	if t := x.plugins[lower(n.Plugin)]; t != nil {
		return t
	}
	return x.entries[lower(n.Entry)]
}

// shipped finds the tool that stands in for a macro of Designer's.
func (x *finder) shipped(n *workflow.Node) *tool.Tool {
	if n.Macro != "" {
		return x.macros[n.MacroBase()]
	}
	if m := inside(n); m != "" {
		return x.macros[(&workflow.Node{Macro: m}).MacroBase()]
	}
	return nil
}

// inside is the path of the macro in a tool made with the SDK, which names it as its
// entry point, or "".
func inside(n *workflow.Node) string {
	if n.Macro == "" && strings.HasSuffix(lower(n.Entry), ".yxmc") {
		return n.Entry
	}
	return ""
}

// name is what users call a node.
func (x *finder) name(n *workflow.Node) string {
	if t := x.known(n); t != nil {
		return t.Name
	}
	if t := x.shipped(n); t != nil {
		return t.Name
	}
	if n.Macro != "" {
		base := n.Macro[strings.LastIndexAny(n.Macro, `\/`)+1:]
		return strings.TrimSuffix(base, filepath.Ext(base))
	}
	return pluginName(n)
}

// tool finds what a node is. A macro's file is looked for where the document
// says; then the name is tried among the macros that come with Designer, which
// documents call without a folder; then among the files below the document.
func (x *finder) tool(f *frame, n *workflow.Node) (found, error) {
	if t := x.known(n); t != nil {
		return found{tool: t}, nil
	}
	written := cmp.Or(n.Macro, inside(n))
	if written == "" {
		return found{}, unknown(f.tool(n), n)
	}
	at, err := f.folder(f.dir).FindOne(written)
	if err != nil || at.Note != "" {
		if t := x.shipped(n); t != nil {
			return found{tool: t}, nil
		}
	}
	if top := f.top(); err != nil && top != f.dir {
		at, err = f.folder(top).FindOne(written)
	}
	var none *format.NotFoundError
	if errors.As(err, &none) {
		if n.Macro == "" {
			return found{}, unknown(f.tool(n), n)
		}
		return found{}, noMacro(f.tool(n), n, none)
	}
	if err != nil {
		return found{}, err
	}
	if at.Note != "" {
		f.b.say(engine.Message{Tool: f.tool(n), Status: engine.Info, Text: "macro " + at.Note})
	}
	m, err := f.load(n, at.Path)
	return found{macro: m}, err
}

// folder is where macros are looked for, and may be read: below a folder, and
// below that of the main document or of its package.
func (f *frame) folder(dir string) format.Folder {
	return format.Folder{Dir: dir, Roots: []string{f.top()}, Anywhere: f.b.o.Run.Policy.ReadAnywhere}
}

// load reads a macro's document.
func (f *frame) load(n *workflow.Node, file string) (*macro, error) {
	if slices.Contains(f.stack, file) {
		return nil, &diag.Diagnostic{Code: diag.BadGraph, Tool: f.tool(n),
			Msg: fmt.Sprintf("the macro %s calls itself", filepath.Base(file))}
	}
	if d, ok := f.b.macros[file]; ok {
		return &macro{d, file}, nil
	}
	in, err := f.folder(f.dir).Open(file)
	if err != nil {
		return nil, &diag.Diagnostic{Code: diag.NoMacro, Tool: f.tool(n), Msg: err.Error(), Err: err}
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	d, _, err := workflow.Read(in, info.Size(), workflow.Limits{})
	if err != nil {
		return nil, &diag.Diagnostic{Code: diag.BadDocument, Tool: f.tool(n), Err: err,
			Msg: fmt.Sprintf("the macro %s cannot be read: %v", filepath.Base(file), err)}
	}
	f.b.macros[file] = d
	return &macro{d, file}, nil
}

func noMacro(t diag.Tool, n *workflow.Node, why *format.NotFoundError) error {
	if why.Outside {
		return &diag.Diagnostic{Code: diag.Refused, Tool: t, Msg: fmt.Sprintf("the macro %s lies outside the workflow's folder", n.Macro)}
	}
	return &diag.Diagnostic{Code: diag.NoMacro, Tool: t,
		Msg:  fmt.Sprintf("the macro %s is not there", n.Macro),
		Hint: "put the macro's file beside the workflow, or publish both as a package (.yxzp)"}
}

// hasOutput reports whether a node has an output anchor of a name.
func (x *finder) hasOutput(f *frame, n *workflow.Node, anchor string) bool {
	if n.Plugin == workflow.PluginMacroInput {
		return strings.EqualFold(anchor, "Output")
	}
	if n.Plugin == workflow.PluginControlContainer {
		return strings.EqualFold(anchor, "Log")
	}
	w, err := x.tool(f, n)
	if err != nil {
		return true // it has been reported
	}
	if w.tool != nil {
		_, ok := anchorNamed(w.tool.Out, anchor)
		return ok
	}
	_, ok := anchorNamed(macroAnchors(w.macro.doc, workflow.PluginMacroOutput), anchor)
	return ok
}

// macroAnchors lists the inputs or the outputs of a macro. An input in a container
// that is switched off need not be connected, since nothing reads it.
func macroAnchors(d *workflow.Document, plugin string) []tool.Anchor {
	var all []tool.Anchor
	d.Walk(func(n *workflow.Node, in []*workflow.Node) {
		if n.Plugin == plugin {
			off := slices.ContainsFunc(in, (*workflow.Node).Disabled)
			all = append(all, tool.Anchor{Name: n.Config.Value("Name"), Optional: off || n.Config.Bool("Optional", false)})
		}
	})
	return all
}
