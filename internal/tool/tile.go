package tool

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// tileTool numbers the tiles that records fall into.
var tileTool = Tool{
	Name:    "Tile",
	Plugins: []string{"AlteryxBasePluginsGui.Tile.Tile"},
	Entry:   "AlteryxTile",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Differs: "How SmartTile rounds the limits in verbose names is not set down anywhere: here to whole numbers where the deviation is above 10, else to four digits. Where several ends of a tile of EqualSum are as close to an equal sum, it takes the first.",
	Doc:     "Adds the number of the tile that a record falls into and its place there. Where records do not divide evenly, the larger tiles are spread.",
	Options: []Option{
		{Path: "Method", Doc: "EqualRecords: tiles with as many records each; UniqueValue: a tile for each value; Manual: between given limits; SmartTile: by the distance from the mean in standard deviations, 0 within half of one; EqualSum: tiles with about the same sum of a field"},
		{Path: "EqualRecords/NumTiles", Doc: "the number of tiles"},
		{Path: "EqualRecords/EqualRecordsSortField", Doc: "the field that records are sorted by first: numbers descending, others ascending"},
		{Path: "EqualRecords/EqualRecordsGroupField", Doc: "records with equal values here stay in one tile"},
		{Path: "EqualRecords/SortLocale", Doc: "0: sorted by code point; any other: as in a dictionary"},
		{Path: "UniqueValue/UniqueFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "UniqueValue/UniqueFields/Field/@field", Doc: "a field whose values make the tiles"},
		{Path: "UniqueValue/UniqueFields/Field/@name", Doc: "the same, as some versions write it"},
		{Path: "UniqueValue/DontSort", Doc: "True: records keep their order, and tiles are numbered as values appear"},
		{Path: "Manual/Field", Doc: "the field that is compared with the limits"},
		{Path: "Manual/Cutoffs", Doc: "the limits, one on a line; a value that equals one is below it"},
		{Path: "GroupFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "GroupFields/Field/@name", Doc: "tiles are made within groups of equal values"},
		{Path: "EqualSum/NumTiles", Doc: "the number of tiles"},
		{Path: "EqualSum/SumField", Doc: "the number whose sum is the same in each tile, as far as whole records in their order allow; Null counts as 0"},
		{Path: "EqualSum/**", Doc: "any other option of the method", NotYet: "a field to sort by"},
		{Path: "SmartTile/Field", Doc: "the number whose distance from the mean makes the tiles"},
		{Path: "SmartTile/NameField", Doc: "None, Name or Verbose: a field Tile_Name with Average, Above Average, High ..., with Verbose also the limits of the tile"},
	},
	Compile: compileTile,
}

func compileTile(c *Context) (Outputs, error) {
	in := c.Input("Input")
	group, err := c.fieldList("GroupFields/Field", "name", in.Schema())
	if err != nil {
		return nil, err
	}
	method, err := c.choice("Method", "EqualRecords", "EqualSum", "UniqueValue", "Manual", "SmartTile")
	if err != nil {
		return nil, err
	}
	var out plan.Node
	switch method {
	case "EqualRecords":
		out, err = c.equalRecords(in, group)
	case "EqualSum":
		out, err = c.equalSum(in, group)
	case "UniqueValue":
		out, err = c.uniqueValue(in, group)
	case "Manual":
		out, err = c.manualTile(in, group)
	case "SmartTile":
		out, err = c.smartTile(in, group)
	}
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": out}, nil
}

// noTile is the tile of a record without a value: its number is Null.
const noTile = math.MinInt64

// tiled adds the fields of Tile to those of s, with which the fields of in begin.
// tiles gives the tile of each record of a group; name, which may be nil, its name.
func (c *Context) tiled(s record.Schema, in plan.Node, group []int, num record.Type, tiles func(b *record.Batch) []int64, name func(tile int64) string) plan.Node {
	out := append(record.Schema(nil), s...)
	out = append(out, record.New(out.Unique("Tile_Num"), num, 0))
	out = append(out, record.New(out.Unique("Tile_SequenceNum"), record.Int32, 0))
	if name != nil {
		out = append(out, record.New(out.Unique("Tile_Name"), record.VString, 255))
	}
	return c.groupwise(in, group, out, func(e *emitter, b *record.Batch) error {
		seen := make(map[int64]int64)
		for row, tile := range tiles(b) {
			e.copies(b, row, len(s))
			if tile == noTile {
				e.null(len(s))
			} else {
				e.int(len(s), tile)
			}
			seen[tile]++
			e.int(len(s)+1, seen[tile])
			switch {
			case name != nil && tile == noTile:
				e.null(len(s) + 2)
			case name != nil:
				e.text(len(s)+2, name(tile))
			}
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Context) equalRecords(in plan.Node, group []int) (plan.Node, error) {
	s := in.Schema()
	n, err := c.tileCount("EqualRecords/NumTiles")
	if err != nil {
		return nil, err
	}
	var keys []plan.SortKey
	for _, g := range group {
		keys = append(keys, plan.SortKey{Col: g})
	}
	locale := c.Config.Value("EqualRecords/SortLocale")
	if name := c.Config.String("EqualRecords/EqualRecordsSortField"); name != "" {
		col, err := c.Field("EqualRecords/EqualRecordsSortField", name, s)
		if err != nil {
			return nil, err
		}
		keys = append(keys, plan.SortKey{Col: col, Desc: s[col].Type.IsNumeric(), Dictionary: locale != "" && locale != "0" && s[col].Type.IsString()})
	}
	var together []int
	if name := c.Config.String("EqualRecords/EqualRecordsGroupField"); name != "" {
		col, err := c.Field("EqualRecords/EqualRecordsGroupField", name, s)
		if err != nil {
			return nil, err
		}
		together = append(together, col)
	}
	if len(keys) > 0 {
		in = &plan.Sort{In: in, Keys: keys}
	}
	return c.tiled(in.Schema(), in, group, tileType(n), func(b *record.Batch) []int64 {
		tiles := make([]int64, b.Len)
		for row := range tiles {
			tiles[row] = int64(row)*n/int64(b.Len) + 1
		}
		// Equal values go to the tile of the last of them.
		for row := b.Len - 2; row >= 0 && len(together) > 0; row-- {
			if sameValues(b, row, row+1, together) {
				tiles[row] = tiles[row+1]
			}
		}
		return tiles
	}, nil), nil
}

// tileCount reads how many tiles there are.
func (c *Context) tileCount(option string) (int64, error) {
	n, err := c.integer(option, 0)
	if err == nil && (n < 1 || n > 1<<31-1) {
		err = c.Errorf(diag.BadConfig, option, "%d is no number of tiles", n)
	}
	return n, err
}

// tileType is the type of the numbers of n tiles.
func tileType(n int64) record.Type {
	if n > 1<<15-1 {
		return record.Int32
	}
	return record.Int16
}

func (c *Context) uniqueValue(in plan.Node, group []int) (plan.Node, error) {
	fields, err := c.fieldList("UniqueValue/UniqueFields/Field", "field", in.Schema())
	if err == nil && len(fields) == 0 {
		fields, err = c.fieldList("UniqueValue/UniqueFields/Field", "name", in.Schema())
	}
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, c.Errorf(diag.BadConfig, "UniqueValue/UniqueFields", "there is no field to make tiles of")
	}
	if c.Config.Bool("UniqueValue/DontSort", false) {
		in = sorted(in, group)
	} else {
		in = sorted(in, append(append([]int(nil), group...), fields...))
	}
	return c.tiled(in.Schema(), in, group, record.Int32, func(b *record.Batch) []int64 {
		tiles, known := make([]int64, b.Len), make(map[string]int64)
		for row := range tiles {
			k := string(appendKeys(nil, b, row, fields))
			if known[k] == 0 {
				known[k] = int64(len(known) + 1)
			}
			tiles[row] = known[k]
		}
		return tiles
	}, nil), nil
}

func (c *Context) manualTile(in plan.Node, group []int) (plan.Node, error) {
	s := in.Schema()
	in, col, err := c.tileNumber("Manual/Field", in)
	if err != nil {
		return nil, err
	}
	var limits []float64
	for _, line := range strings.Fields(c.Config.String("Manual/Cutoffs")) {
		x, err := strconv.ParseFloat(line, 64)
		if err != nil {
			return nil, c.Errorf(diag.BadConfig, "Manual/Cutoffs", "%q is not a number", line)
		}
		limits = append(limits, x)
	}
	sort.Float64s(limits)
	return c.tiled(s, sorted(in, group), group, record.Int32, func(b *record.Batch) []int64 {
		tiles := make([]int64, b.Len)
		for row := range tiles {
			tiles[row] = noTile
			if column := &b.Cols[col]; !column.IsNull(row) {
				tiles[row] = int64(sort.SearchFloat64s(limits, column.Floats[row])) + 1
			}
		}
		return tiles
	}, nil), nil
}

// tileNumber adds the number that tiles are made of as a Double, and says where.
func (c *Context) tileNumber(option string, in plan.Node) (plan.Node, int, error) {
	s := in.Schema()
	col, err := c.Field(option, c.Config.String(option), s)
	if err != nil {
		return nil, 0, err
	}
	if !s[col].Type.IsNumeric() {
		return nil, 0, c.Errorf(diag.BadType, option, "the field %q of type %s is no number", s[col].Name, s[col].Type)
	}
	cols := append(sames(s), same(s, col))
	cols[len(s)].Field = record.New(s.Unique(s[col].Name), record.Double, 0)
	return c.project(in, cols), len(s), nil
}

// smartTile numbers tiles by the distance from the mean of the group.
func (c *Context) smartTile(in plan.Node, group []int) (plan.Node, error) {
	s := in.Schema()
	named, err := c.choice("SmartTile/NameField", "None", "Name", "Verbose")
	if err != nil {
		return nil, err
	}
	in, col, err := c.tileNumber("SmartTile/Field", in)
	if err != nil {
		return nil, err
	}
	var mean, deviation float64
	tiles := func(b *record.Batch) []int64 {
		column := &b.Cols[col]
		n, square := 0.0, 0.0
		mean = 0
		for row := range b.Len {
			if !column.IsNull(row) {
				n++
				delta := column.Floats[row] - mean
				mean += delta / n
				square += delta * (column.Floats[row] - mean)
			}
		}
		deviation = math.Sqrt(square / max(1, n-1))
		tiles := make([]int64, b.Len)
		for row := range tiles {
			switch {
			case column.IsNull(row):
				tiles[row] = noTile
			case deviation > 0:
				tiles[row] = int64(math.Floor((column.Floats[row]-mean)/deviation + 0.5))
			}
		}
		return tiles
	}
	var name func(tile int64) string
	switch named {
	case "Name":
		name = tileName
	case "Verbose":
		name = func(tile int64) string {
			low, high := mean+(float64(tile)-0.5)*deviation, mean+(float64(tile)+0.5)*deviation
			return fmt.Sprintf("%s (%s to %s)", tileName(tile), tileLimit(low, deviation), tileLimit(high, deviation))
		}
	}
	return c.tiled(s, sorted(in, group), group, record.Int32, tiles, name), nil
}

// tileName is the word for a tile of SmartTile.
func tileName(tile int64) string {
	names := []string{"Extremely Low", "Low", "Below Average", "Average", "Above Average", "High", "Extremely High"}
	return names[min(max(tile, -3), 3)+3]
}

func tileLimit(x, deviation float64) string {
	if deviation > 10 {
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}
