// Package compiletest writes documents for tests.
package compiletest

import (
	"strings"

	"kickoff/workflow"
)

// Expand writes a document out: <T id="1" tool="Sort">CONFIG</T> is a Node of the
// plugin AlteryxBasePluginsGui.Sort.Sort, or of another where plugin is given;
// <C from="1.Output" to="2.Input"/> is a Connection; <Meta> holds cached fields.
func Expand(e *workflow.Element) *workflow.Element {
	doc := &workflow.Element{Name: "AlteryxDocument", Attrs: []workflow.Attr{{Name: "yxmdVer", Value: "2021.4"}}}
	nodes, conns := child(doc, "Nodes"), child(doc, "Connections")
	for _, c := range e.Children {
		switch c.Name {
		case "T":
			nodes.Children = append(nodes.Children, longNode(c))
		case "C":
			from, to := c.Attr("from"), c.Attr("to")
			x := child(conns, "Connection")
			if name, ok := c.LookupAttr("name"); ok {
				x.SetAttr("name", name)
			}
			for _, end := range [][2]string{{"Origin", from}, {"Destination", to}} {
				id, anchor, _ := strings.Cut(end[1], ".")
				e := child(x, end[0])
				e.SetAttr("ToolID", id)
				e.SetAttr("Connection", anchor)
			}
		default:
			doc.Children = append(doc.Children, c)
		}
	}
	return doc
}

func longNode(c *workflow.Element) *workflow.Element {
	n := &workflow.Element{Name: "Node"}
	n.SetAttr("ToolID", c.Attr("id"))
	gui := child(n, "GuiSettings")
	props := child(n, "Properties")
	config := child(props, "Configuration")
	plugin := c.Attr("plugin")
	if name := c.Attr("tool"); name != "" {
		plugin = "AlteryxBasePluginsGui." + name + "." + name
	}
	if plugin != "" {
		gui.SetAttr("Plugin", plugin)
	}
	if m := c.Attr("macro"); m != "" {
		child(n, "EngineSettings").SetAttr("Macro", m)
	}
	if entry := c.Attr("entry"); entry != "" {
		child(n, "EngineSettings").SetAttr("EngineDllEntryPoint", entry)
	}
	for _, x := range c.Children {
		switch x.Name {
		case "T":
			inside := n.Child("ChildNodes")
			if inside == nil {
				inside = child(n, "ChildNodes")
			}
			inside.Children = append(inside.Children, longNode(x))
		case "Meta":
			m := child(props, "MetaInfo")
			m.SetAttr("connection", x.Attr("of"))
			info := child(m, "RecordInfo")
			info.Children = x.Children
		default:
			config.Children = append(config.Children, x)
		}
	}
	return n
}

func child(e *workflow.Element, name string) *workflow.Element {
	c := &workflow.Element{Name: name}
	e.Children = append(e.Children, c)
	return c
}
