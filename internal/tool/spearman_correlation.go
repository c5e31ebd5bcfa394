package tool

import (
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
)

// spearmanCorrelationTool stands in for the macro of that name.
var spearmanCorrelationTool = Tool{
	Name:    "Spearman Correlation",
	Macros:  []string{"SpearmanCorrCoeff.yxmc"},
	In:      []Anchor{{Name: "Field Selection"}},
	Out:     []Anchor{{Name: "Output16"}},
	Doc:     "Gives the correlation of the ranks of two numeric fields, over all records or for each group. Records where one of them is Null are left out.",
	Differs: "Equal values have the mean of their ranks, with a warning; how the macro ranks them is not set down anywhere.",
	Options: []Option{
		{Path: "*", Doc: "how the macro calls its questions is not set down anywhere: the first two fields of the input that answers name are correlated, and a third is the group where an answer is True. The result has the name that the schema in the document gives the output's one number", NotYet: "documents without that schema"},
	},
	Compile: compileSpearmanCorrelation,
}

func compileSpearmanCorrelation(c *Context) (Outputs, error) {
	in := c.Input("Field Selection")
	s := in.Schema()
	named, err := c.mentioned(s)
	if err != nil {
		return nil, err
	}
	if len(named) < 2 {
		return nil, c.Errorf(diag.BadConfig, "", "the answers name %d fields of the input, and two are correlated", len(named))
	}
	for _, p := range named[:2] {
		if !isNumber(s[p].Type) {
			return nil, c.Errorf(diag.BadType, "", "the field %q of type %s is not numeric", s[p].Name, s[p].Type)
		}
	}
	var group []int
	grouped := false
	for _, e := range c.Config.All("Value") {
		grouped = grouped || strings.EqualFold(strings.TrimSpace(e.Text), "true")
	}
	if grouped {
		if len(named) != 3 {
			return nil, c.Errorf(diag.Unsupported, "", "the answers name %d fields, and which of them is the group is not known", len(named))
		}
		if _, err := c.groupable("", s[named[2]].Name, s); err != nil {
			return nil, err
		}
		group = named[2:]
	} else if len(named) > 2 {
		c.Warnf("the answers name %d fields; the first two, %q and %q, are correlated", len(named), s[named[0]].Name, s[named[1]].Name)
	}
	out, at, err := c.spearmanSchema(s, group)
	if err != nil {
		return nil, err
	}
	all, x := c.asNumber(in, named[0])
	all, y := c.asNumber(all, named[1])
	return Outputs{"Output16": c.groupwise(sorted(all, group), group, out, func(e *emitter, b *record.Batch) error {
		xs, ys := both(b, x, y)
		rx, tiedX := ranks(xs)
		ry, tiedY := ranks(ys)
		if tiedX || tiedY {
			c.Warnf("some values of %q or %q are equal, and have the mean of their ranks", s[named[0]].Name, s[named[1]].Name)
		}
		for i := range out {
			if i == at {
				e.putNumber(at, pearson(rx, ry))
			} else {
				e.copy(i, b, 0, group[0])
			}
		}
		return e.done()
	})}, nil
}

// spearmanSchema is the schema of the result, which only the document knows, and
// the place of the coefficient in it.
func (c *Context) spearmanSchema(s record.Schema, group []int) (out record.Schema, at int, err error) {
	cached := c.Cached["Output16"]
	at = -1
	for i, f := range cached {
		switch {
		case len(group) > 0 && strings.EqualFold(f.Name, s[group[0]].Name):
			out = append(out, s[group[0]])
		case (f.Type == record.Double || f.Type == record.Float || f.Type == record.FixedDecimal) && at < 0:
			at = i
			out = append(out, record.New(f.Name, record.Double, 0))
		default:
			return nil, 0, c.Errorf(diag.Unsupported, "", "the field %q of the output, as the document has it, is not known", f.Name)
		}
	}
	if at < 0 || len(out) != len(group)+1 {
		err := c.Errorf(diag.Unsupported, "", "how the macro calls its result is known only from the schema in the document, which has none for the output")
		err.(*diag.Diagnostic).Hint = "run the workflow once in the product and save it, which writes the schema"
		return nil, 0, err
	}
	return out, at, nil
}
