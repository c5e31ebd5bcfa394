package tool

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/record"
)

// oversampleFieldTool stands in for the macro of that name.
var oversampleFieldTool = Tool{
	Name:    "Oversample Field",
	Macros:  []string{"Oversample_Field.yxmc"},
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Leaves out records at random, so that those with a given value of a field are a given part of all. Records with the value stay, and all keep their order.",
	Differs: "Other records are left out than in the product, whose random numbers are its own. Where the value has its part already, nothing is left out.",
	Options: []Option{
		{Path: "Value[@name='Selected_Field']", Doc: "the field"},
		{Path: "Value[@name='Oversample_Value']", Doc: "the value, as text"},
		{Path: "Value[@name='Desired_Pct']", Doc: "percent of the records that have the value afterwards"},
	},
	Compile: compileOversampleField,
}

func compileOversampleField(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	col, err := c.Field("Value[@name='Selected_Field']", c.question("Selected_Field"), s)
	if err != nil {
		return nil, err
	}
	if s[col].Type.Kind() == record.KindBytes {
		return nil, c.Errorf(diag.BadType, "Value[@name='Selected_Field']", "values of type %s cannot be compared with text", s[col].Type)
	}
	written := strings.TrimSpace(c.question("Desired_Pct"))
	percent, err := strconv.ParseFloat(written, 64)
	if err != nil || !(percent > 0 && percent <= 100) {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='Desired_Pct']", "%q is not a percentage above 0", written)
	}
	value := c.question("Oversample_Value")
	return Outputs{"Output": c.groupwise(in, nil, s, func(e *emitter, b *record.Batch) error {
		kept := make([]bool, b.Len)
		var rest []int
		for row := range b.Len {
			v := eval.At(b, row, col)
			if kept[row] = !v.IsNull() && v.Text() == value; !kept[row] {
				rest = append(rest, row)
			}
		}
		if len(rest) == b.Len && b.Len > 0 {
			c.Warnf("no record has the value %q in the field %q", value, s[col].Name)
		}
		room := math.Floor(float64(b.Len-len(rest)) * (100 - percent) / percent) // may be beyond an int
		rnd := rand.New(rand.NewPCG(uint64(c.Run.Seed), uint64(c.Tool.ID)))
		rnd.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		rest = rest[:int(min(room, float64(len(rest))))]
		for _, row := range rest {
			kept[row] = true
		}
		for row := range b.Len {
			if !kept[row] {
				continue
			}
			e.copies(b, row, len(s))
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})}, nil
}
