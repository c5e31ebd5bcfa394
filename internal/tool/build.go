package tool

import (
	"slices"
	"sort"
	"strings"

	"kickoff/internal/diag"
	"kickoff/workflow"
)

// Build compiles one use of the tool. It checks that the inputs it needs are
// connected and warns of options that it does not know, or refuses them, then
// calls Compile.
func (t *Tool) Build(c *Context) (Outputs, error) {
	for _, a := range t.In {
		if !a.Optional && len(c.Inputs[a.Name]) == 0 {
			return nil, &diag.Diagnostic{Code: diag.BadGraph, Tool: c.Tool,
				Msg: "nothing is connected to the input " + a.Name}
		}
		if !a.Multi && len(c.Inputs[a.Name]) > 1 {
			return nil, &diag.Diagnostic{Code: diag.BadGraph, Tool: c.Tool,
				Msg: "the input " + a.Name + " takes one connection"}
		}
	}
	for _, path := range t.strange(c.Config) {
		if t.Strict {
			return nil, c.Errorf(diag.Unsupported, path, "the option is not known here, and may change the result")
		}
		c.Warnf("the option %s is not known and has no effect", path)
	}
	return t.Compile(c)
}

// strange lists the options of a configuration that the tool's table does not
// have, each path once. A path of the table that ends in * stands for all that
// start with it, one that ends in /** for all that is below.
func (t *Tool) strange(config *workflow.Element) []string {
	known, open := make(map[string]bool), make(map[string]bool)
	var starts []string
	for _, o := range t.Options {
		if start, ok := strings.CutSuffix(o.Path, "*"); ok && !strings.HasSuffix(start, "/*") {
			starts = append(starts, start)
			continue
		}
		path, all := strings.CutSuffix(o.Path, "/**")
		open[path] = all
		for p := path; p != ""; p = p[:max(0, strings.LastIndexByte(p, '/'))] {
			known[p] = true
		}
	}
	found := make(map[string]bool)
	var walk func(e *workflow.Element, at string)
	walk = func(e *workflow.Element, at string) {
		for _, a := range e.Attrs {
			// value, like the text, is how an element is written, not an option
			// of its own.
			if p := at + "@" + a.Name; !known[p] && !strings.EqualFold(a.Name, "value") {
				found[p] = true
			}
		}
		for _, child := range e.Children {
			p := at + child.Name
			answer := answerPath(child)
			switch {
			case known[answer]:
			case slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(p, start) }):
			case !known[p] && answer != "":
				found[answer] = true
			case !known[p]:
				found[p] = true
			case !open[p]:
				walk(child, p+"/")
			}
		}
	}
	walk(config, "")
	paths := make([]string, 0, len(found))
	for p := range found {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	return paths
}

// answerPath is the option's path of an answer in the call of a shipped macro,
// and "" for any other element.
func answerPath(e *workflow.Element) string {
	if e.Name != "Value" || e.Attr("name") == "" {
		return ""
	}
	return "Value[@name='" + e.Attr("name") + "']"
}
