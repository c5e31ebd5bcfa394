package tool

import (
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
	"kickoff/workflow"
)

// pearsonCorrelationTool correlates each of some fields with each.
var pearsonCorrelationTool = Tool{
	Name:    "Pearson Correlation",
	Plugins: []string{"AlteryxBasePluginsGui.PearsonCorrelation.PearsonCorrelation"},
	Entry:   "AlteryxPearsonCorrelation",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a record for each chosen numeric field, with its name and its correlation with each of them, or their sample covariances. Null where a field does not vary.",
	Differs: "A pair of fields is computed from the records where neither is Null, with a warning; the vendor says only that there should be no Null.",
	Options: []Option{
		{Path: "*", Doc: "how the configuration is written is not set down anywhere: every element that names a field of the input, and is not marked as not selected, chooses it, and the word Correlation or Covariance in one says what is computed. Where the document holds the schema of the output, the first field has its name, else FieldName"},
	},
	Compile: compilePearsonCorrelation,
}

func compilePearsonCorrelation(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	chosen, err := c.mentioned(s)
	if err != nil {
		return nil, err
	}
	if len(chosen) < 2 {
		return nil, c.Errorf(diag.BadConfig, "", "the configuration names %d fields of the input, and two are the least", len(chosen))
	}
	measure := correlation
	switch covers := measures(c.Config); {
	case covers["covariance"] == covers["correlation"]:
		return nil, c.Errorf(diag.Unsupported, "", "the configuration does not say whether correlations or covariances are asked for")
	case covers["covariance"]:
		measure = covariance
	}
	out := record.Schema{c.pearsonNames(s, chosen)}
	var cols []int
	all := in
	for _, p := range chosen {
		if !isNumber(s[p].Type) {
			return nil, c.Errorf(diag.BadType, "", "the field %q of type %s is not numeric", s[p].Name, s[p].Type)
		}
		out = append(out, record.New(out.Unique(s[p].Name), record.Double, 0))
		all, p = c.asNumber(all, p)
		cols = append(cols, p)
	}
	return Outputs{"Output": c.groupwise(all, nil, out, func(e *emitter, b *record.Batch) error {
		for i, col := range cols {
			for row := range b.Len {
				if b.Cols[col].IsNull(row) {
					c.Warnf("the field %q has Null, which is left out", s[chosen[i]].Name)
					break
				}
			}
		}
		for i, x := range cols {
			e.text(0, s[chosen[i]].Name)
			for j, y := range cols {
				e.putNumber(j+1, measure(b, x, y))
			}
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})}, nil
}

// pearsonNames is the field of the fields' names, which only the document names.
func (c *Context) pearsonNames(s record.Schema, chosen []int) record.Field {
	cached := c.Cached["Output"]
	known := len(cached) == len(chosen)+1 && cached[0].Type.IsString()
	for i := range chosen {
		known = known && strings.EqualFold(cached[i+1].Name, s[chosen[i]].Name)
	}
	if known {
		return cached[0]
	}
	if len(cached) > 0 {
		c.Warnf("the result has other fields than the schema in the document, %s", strings.Join(cached.Names(), ", "))
	} else {
		c.Warnf("how the first field of the result is called is known only from the schema in the document, which has none; it is called FieldName")
	}
	return record.New("FieldName", record.VWString, 255)
}

// measures are the words for what is computed that a configuration holds: as a
// text, or as the name of what is True.
func measures(config *workflow.Element) map[string]bool {
	found := make(map[string]bool)
	var walk func(e *workflow.Element)
	walk = func(e *workflow.Element) {
		texts := []string{e.Text}
		for _, a := range e.Attrs {
			texts = append(texts, a.Value)
		}
		for _, word := range []string{"correlation", "covariance"} {
			for _, text := range texts {
				text = strings.ToLower(strings.TrimSpace(text))
				if strings.HasSuffix(text, word) || text == "true" && strings.Contains(strings.ToLower(e.Name), word) {
					found[word] = true
				}
			}
		}
		for _, child := range e.Children {
			walk(child)
		}
	}
	for _, child := range config.Children {
		walk(child)
	}
	return found
}
