package compile

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
	"kickoff/workflow"
)

// checkFieldMaps refuses the call of a macro whose fields would have to be mapped
// to those of an input's template (tools reference, Macro Input, ShowFieldMap).
//
// How a call writes such a map down is not known from any document. Where the
// call's configuration has nothing but answers, no map was made, and fields are
// matched by name: then the records go in as they are.
func (f *frame) checkFieldMaps(n *workflow.Node, m *macro, in gathered) error {
	var mapped []*workflow.Node
	m.doc.Walk(func(n *workflow.Node, _ []*workflow.Node) {
		if n.Plugin == workflow.PluginMacroInput && n.Config.Bool("ShowFieldMap", false) {
			mapped = append(mapped, n)
		}
	})
	for _, input := range mapped {
		name := input.Config.Value("Name")
		var given record.Schema
		for anchor, all := range in.byAnchor {
			if strings.EqualFold(anchor, name) && len(all) > 0 {
				given = all[0].Node.Schema()
			}
		}
		if given == nil {
			continue // it gives its template
		}
		refused := func(format string, args ...any) error {
			return &diag.Diagnostic{Code: diag.Unsupported, Tool: f.tool(n),
				Msg:  fmt.Sprintf("the input %q of the macro maps fields, ", name) + fmt.Sprintf(format, args...),
				Hint: "rename the fields before the macro with a Select, and switch the field map of the macro input off"}
		}
		if option := f.unanswering(n, m); option != "" {
			return refused("and what the call holds in %s is not understood", option)
		}
		if in.guessed {
			continue // the fields are not certain before the data is there
		}
		template, ok := templateFields(input)
		if !ok {
			return refused("and the fields of its template are not known")
		}
		for _, field := range template {
			if given.Index(field) < 0 {
				return refused("and no field that comes in is called %q", field)
			}
		}
	}
	return nil
}

// unanswering finds what in the configuration of a call is no answer to a
// question of the macro.
func (f *frame) unanswering(n *workflow.Node, m *macro) string {
	asked := map[string]bool{"controlparams": true, "batchmacrogroupby": true}
	m.doc.Runtime.WalkQuestions(func(q *workflow.Question) { asked[lower(q.Name)] = true })
	for _, e := range f.substitute(n).Children {
		if e.Name != "Value" {
			return e.Name
		}
		if !asked[lower(e.Attr("name"))] {
			return fmt.Sprintf("Value[@name='%s']", e.Attr("name"))
		}
	}
	return ""
}

// templateFields lists the names of the fields of a macro input's template: those
// of its table, or those that the document has cached for its file.
func templateFields(input *workflow.Node) ([]string, bool) {
	if input.Config.Bool("UseFileInput", false) {
		s, ok := input.Schemas["Output"]
		return s.Names(), ok
	}
	var names []string
	for _, e := range input.Config.All("TextInput/Configuration/Fields/Field") {
		names = append(names, e.Attr("name"))
	}
	return names, len(names) > 0
}
