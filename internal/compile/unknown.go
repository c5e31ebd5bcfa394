package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kickoff/internal/diag"
	"kickoff/workflow"
)

// family is a group of tools that this engine does not run.
type family struct {
	prefix string // of the plugin, in lower case
	kind   string // what they are
	hint   string // what to use instead
	view   bool   // what they make is only looked at
}

// families are the groups that documents hold most often, longest prefix first.
var families = []family{
	{prefix: "alteryxspatialpluginsgui.", kind: "a spatial tool", hint: "of the spatial tools, Buffer, Create Points, Distance, Find Nearest, Map Input, Poly-Build, Poly-Split, Spatial Info, Spatial Match, Spatial Process and Trade Area run here"},
	{prefix: "portfoliopluginsgui.composerrender", kind: "a reporting tool", hint: "reports are not made here; write the data with Output Data"},
	{prefix: "portfoliopluginsgui.", kind: "a reporting tool", hint: "reports are not made here; write the data with Output Data", view: true},
	{prefix: "lockingui.", kind: "an in-database tool", hint: "read the table with Input Data and use the ordinary tool of the same name"},
	{prefix: "alteryxrplugingui.", kind: "an R tool", hint: "R does not run here; most preparation can be said with Formula, Summarize and Multi-Row Formula"},
	{prefix: "jupytercode", kind: "a Python tool", hint: "Python does not run here; most preparation can be said with Formula, Summarize and Multi-Row Formula"},
	{prefix: "alteryxbasepluginsgui.interactivechart", kind: "a chart", hint: "charts are not drawn here; write the data with Output Data", view: true},
	{prefix: "plotly", kind: "a chart", hint: "charts are not drawn here; write the data with Output Data", view: true},
	{prefix: "alteryxbasepluginsgui.email", kind: "the Email tool", hint: "mail is not sent here; write the data with Output Data"},
	{prefix: "alteryxconnectorgui.", kind: "a connector", hint: "fetch the data beforehand and read it with Input Data"},
	{prefix: "alteryxguitoolkit.", kind: "an interface tool", hint: ""},
}

// onScreen reports whether a tool makes a report or a chart that is only looked
// at: nothing follows it but tools of that kind and Browse. What is rendered to a
// file is more than a view.
func (g *graph) onScreen(n *workflow.Node) bool {
	if !isView(n) {
		return false
	}
	for id := range g.reach(g.out[n.ToolID]) {
		if to := g.byID[id]; !isView(to) && !isBrowse(to) {
			return false
		}
	}
	return true
}

func isView(n *workflow.Node) bool {
	f := familyOf(n)
	return f != nil && f.view
}

// familyOf is the group of a tool that does not run here, or nil.
func familyOf(n *workflow.Node) *family {
	id := lower(cmp.Or(n.Plugin, n.Entry))
	for i := range families {
		if strings.HasPrefix(id, families[i].prefix) {
			return &families[i]
		}
	}
	return nil
}

// needy are the plugins, in lower case, that do nothing without records.
var needy = []string{"alteryxbasepluginsgui.", "alteryxspatialpluginsgui.", "portfoliopluginsgui.", "alteryxguitoolkit.", "plotly"}

// inert reports whether a tool that does not run here makes no difference: no
// records reach it, and what follows it is nothing but Browses and its like. That
// holds for tools that need records; macros, programs and connectors may do work
// without any.
func (f *frame) inert(n *workflow.Node) bool {
	passive := slices.ContainsFunc(needy, func(prefix string) bool { return strings.HasPrefix(lower(n.Plugin), prefix) })
	if n.Macro != "" || !passive || !f.idle(n) {
		return false
	}
	for id := range f.g.reach(f.g.out[n.ToolID]) {
		if to := f.g.byID[id]; !isBrowse(to) && (to.Macro != "" || f.b.find.known(to) != nil || f.b.find.shipped(to) != nil) {
			return false
		}
	}
	return true
}

// idle reports whether no records come to a node: nothing is connected to it, or
// only what is switched off.
func (f *frame) idle(n *workflow.Node) bool {
	for _, e := range f.g.in[n.ToolID] {
		if f.states[e.From] != Pruned {
			return false
		}
	}
	return true
}

// pluginName makes a name for people of a plugin that no tool has:
// "AlteryxSpatialPluginsGui.MakeGrid.MakeGrid" is "Make Grid".
func pluginName(n *workflow.Node) string {
	name := n.Plugin
	if name == "" {
		name = strings.TrimPrefix(n.Entry, "Alteryx")
	}
	if name == "" {
		return "a tool without a name"
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	var b strings.Builder
	lowerBefore := false
	for _, r := range name {
		upper := r >= 'A' && r <= 'Z'
		if upper && lowerBefore {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		lowerBefore = r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return b.String()
}

// unknown is the diagnostic for a node that is no tool of ours.
func unknown(t diag.Tool, n *workflow.Node) error {
	id := cmp.Or(n.Plugin, n.Entry)
	d := &diag.Diagnostic{Code: diag.UnknownTool, Tool: t, Msg: fmt.Sprintf("the tool %s does not run here", id)}
	if fam := familyOf(n); fam != nil {
		d.Msg = fmt.Sprintf("%s (%s) does not run here", fam.kind, id)
		d.Hint = fam.hint
	}
	if id == "" {
		d.Msg = "the document does not say what tool this is"
	}
	return d
}
