package tool

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
)

// multiFieldBinningTool stands in for the macro of that name.
var multiFieldBinningTool = Tool{
	Name:    "Multi-Field Binning",
	Macros:  []string{"MultiFieldBinning.yxmc", "MultiFieldBinning_v2.yxmc"},
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Adds for each chosen numeric field NAME a field NAME_Tile_Num with the number of the bin that its value falls into. The records keep their order.",
	Differs: "Bins of equal counts are numbered from the largest values down, those of equal intervals from the least values up, and a value on the limit of two intervals falls into the lower one; none of it is set down anywhere.",
	Options: []Option{
		{Path: "Value[@name='List Box (297)']", Doc: "the fields, as a=True,b=False or in quotes with commas between them"},
		{Path: "Value[@name='Radio Button (299)']", Doc: "True: bins with as many records each; Null is the least value"},
		{Path: "Value[@name='Numeric Up Down (298)']", Doc: "how many such bins"},
		{Path: "Value[@name='Radio Button (301)']", Doc: "True: bins of equal intervals between the least and the greatest value; of Null, Null"},
		{Path: "Value[@name='Numeric Up Down (300)']", Doc: "how many such bins"},
	},
	Compile: compileMultiFieldBinning,
}

func compileMultiFieldBinning(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	counts, intervals := c.yes("Radio Button (299)"), c.yes("Radio Button (301)")
	if counts == intervals {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='Radio Button (299)']", "one of equal records and equal intervals must be chosen")
	}
	number, bin, kind := "Numeric Up Down (298)", binsOfCounts, record.Int16
	if intervals {
		number, bin, kind = "Numeric Up Down (300)", binsOfIntervals, record.Int32
	}
	n, err := strconv.Atoi(strings.TrimSpace(c.question(number)))
	if err != nil || n < 1 || n > math.MaxInt16 {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='"+number+"']", "%q is no number of bins", c.question(number))
	}
	out := append(record.Schema(nil), s...)
	var cols []int
	for _, name := range quotedList(c.question("List Box (297)")) {
		p, err := c.Field("Value[@name='List Box (297)']", name, s)
		if err != nil {
			return nil, err
		}
		if !isNumber(s[p].Type) {
			return nil, c.Errorf(diag.BadType, "Value[@name='List Box (297)']", "the field %q of type %s is not numeric", name, s[p].Type)
		}
		out = append(out, record.New(out.Unique(s[p].Name+"_Tile_Num"), kind, 0))
		in, p = c.asNumber(in, p)
		cols = append(cols, p)
	}
	if len(cols) == 0 {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='List Box (297)']", "there is no field to make bins of")
	}
	return Outputs{"Output": c.groupwise(in, nil, out, func(e *emitter, b *record.Batch) error {
		bins := make([][]int64, len(cols))
		for i, col := range cols {
			bins[i] = bin(&b.Cols[col], b.Len, n)
		}
		for row := range b.Len {
			e.copies(b, row, len(s))
			for i := range bins {
				if bins[i][row] == noTile {
					e.null(len(s) + i)
				} else {
					e.int(len(s)+i, bins[i][row])
				}
			}
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})}, nil
}

// binsOfCounts shares values out to n bins with as many each, the largest first.
func binsOfCounts(c *record.Column, rows, n int) []int64 {
	order, bins := make([]int, rows), make([]int64, rows)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, b := order[i], order[j]
		if c.IsNull(a) || c.IsNull(b) {
			return !c.IsNull(a) && c.IsNull(b)
		}
		return c.Floats[a] > c.Floats[b]
	})
	for place, row := range order {
		bins[row] = int64(place)*int64(n)/int64(rows) + 1
	}
	return bins
}

// binsOfIntervals numbers n equal intervals between the least and the greatest value.
func binsOfIntervals(c *record.Column, rows, n int) []int64 {
	least, greatest := math.Inf(1), math.Inf(-1)
	for row := range rows {
		if !c.IsNull(row) {
			least, greatest = math.Min(least, c.Floats[row]), math.Max(greatest, c.Floats[row])
		}
	}
	bins, width := make([]int64, rows), (greatest-least)/float64(n)
	for row := range rows {
		switch {
		case c.IsNull(row):
			bins[row] = noTile
		case width > 0:
			bins[row] = min(max(int64(math.Ceil((c.Floats[row]-least)/width)), 1), int64(n))
		default:
			bins[row] = 1
		}
	}
	return bins
}
