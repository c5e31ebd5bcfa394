package tool

import (
	"context"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kickoff/internal/eval"
	"kickoff/internal/plan"
	"kickoff/record"
)

// basicDataProfileTool describes what stands in each field.
var basicDataProfileTool = Tool{
	Name:    "Basic Data Profile",
	Plugins: []string{"AlteryxBasePluginsGui.BasicDataProfile.BasicDataProfile"},
	Entry:   "AlteryxBasicDataProfile",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a record for each fact of each field: its name, type and size, how many values are Null, blank or different, the least and the greatest, their lengths or their mean.",
	Differs: "What the product calls the facts is known from its help only, in part from translations; a warning says so. Where a field has more than 10000 different values, their number is Null.",
	Compile: compileBasicDataProfile,
}

// maxUnique is up to how many different values of a field are counted.
const maxUnique = 10_000

func compileBasicDataProfile(c *Context) (Outputs, error) {
	in := c.Input("Input")
	c.Warnf("what the product calls the facts of a field is not known exactly; look at what reads them by name")
	wide := func(name string) record.Field { return record.New(name, record.VWString, record.MaxVWString) }
	out := record.Schema{wide("FieldName"), wide("Name"), wide("Value")}
	return Outputs{"Output": &plan.Apply{In: []plan.Node{in}, Fields: out, Name: c.Tool.Name,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
			s := in[0].Schema()
			facts := make([]fieldProfile, len(s))
			for i, f := range s {
				facts[i] = fieldProfile{field: f, different: make(map[string]bool)}
			}
			err := eachBatch(ctx, in[0], func(b *record.Batch) error {
				for row := range b.Len {
					for col := range facts {
						facts[col].add(b, row, col)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			e := newEmitter(ctx, out, w)
			for i := range facts {
				if err := facts[i].write(e); err != nil {
					return err
				}
			}
			return e.flush()
		}}}, nil
}

// fieldProfile is what has been seen of a field.
type fieldProfile struct {
	field                     record.Field
	nulls, values             int64
	different                 map[string]bool // nil beyond maxUnique
	mean, square, sum         float64
	least, most               string // as text, of texts and dates
	low, high                 float64
	blank, leading, trailing  int64
	surrounded, length        int64
	longest, shortest         string
	longestSize, shortestSize int
}

func (p *fieldProfile) add(b *record.Batch, row, col int) {
	if b.Cols[col].IsNull(row) {
		p.nulls++
		return
	}
	p.values++
	v := eval.At(b, row, col)
	s := v.Text()
	if p.different != nil {
		if p.different[s] = true; len(p.different) > maxUnique {
			p.different = nil
		}
	}
	switch t := p.field.Type; {
	case t.IsNumeric():
		x := v.Float()
		if p.values == 1 || x < p.low {
			p.low = x
		}
		if p.values == 1 || x > p.high {
			p.high = x
		}
		p.sum += x
		delta := x - p.mean
		p.mean += delta / float64(p.values)
		p.square += delta * (x - p.mean)
	case t.IsString(), t.IsDate(), t == record.Bool:
		if p.values == 1 || s < p.least {
			p.least = s
		}
		if p.values == 1 || s > p.most {
			p.most = s
		}
		if t.IsString() {
			p.addText(s)
		}
	}
}

func (p *fieldProfile) addText(s string) {
	n := utf8.RuneCountInString(s)
	p.length += int64(n)
	if p.values == 1 || n > p.longestSize {
		p.longest, p.longestSize = s, n
	}
	if n == 0 {
		p.blank++
		return
	}
	if p.shortestSize == 0 || n < p.shortestSize {
		p.shortest, p.shortestSize = s, n
	}
	before := strings.TrimLeftFunc(s, unicode.IsSpace) != s
	behind := strings.TrimRightFunc(s, unicode.IsSpace) != s
	switch {
	case before && behind:
		p.surrounded++
	case before:
		p.leading++
	case behind:
		p.trailing++
	}
}

// write gives the facts that fit the field's type.
func (p *fieldProfile) write(e *emitter) error {
	var failed error
	fact := func(name string, value any) {
		e.text(0, p.field.Name)
		e.text(1, name)
		switch v := value.(type) {
		case int64:
			e.text(2, strconv.FormatInt(v, 10))
		case float64:
			e.text(2, strconv.FormatFloat(v, 'g', -1, 64))
		case string:
			e.text(2, v)
		default:
			e.null(2)
		}
		if err := e.done(); err != nil && failed == nil {
			failed = err
		}
	}
	// some is a fact that there is only where there are values.
	some := func(name string, value any) {
		if p.values == 0 {
			value = nil
		}
		fact(name, value)
	}
	info := factsOf(p.field)
	fact("Name", p.field.Name)
	fact("Data Type", p.field.Type.String())
	fact("Size", int64(p.field.Size))
	fact("Source", info[4])
	fact("Description", info[5])
	fact("Null", p.nulls)
	fact("Non-Null", p.values)
	switch t := p.field.Type; {
	case t.IsString():
		fact("Blank", p.blank)
		fact("Values with Leading Whitespace", p.leading)
		fact("Values with Trailing Whitespace", p.trailing)
		fact("Values with Both Whitespace", p.surrounded)
		some("Average Length", float64(p.length)/float64(max(p.values, 1)))
		some("Longest Length", int64(p.longestSize))
		some("Longest Value", p.longest)
		some("Shortest (Non Blank) Length", int64(p.shortestSize))
		some("Shortest Value", p.shortest)
		some("Min", p.least)
		some("Max", p.most)
	case t.IsNumeric():
		some("Min", p.low)
		some("Max", p.high)
		some("Average", p.mean)
		some("Sum", p.sum)
		if p.values > 1 {
			fact("Standard Deviation", math.Sqrt(p.square/float64(p.values-1)))
		} else {
			fact("Standard Deviation", nil)
		}
	case t.IsDate(), t == record.Bool:
		some("Min", p.least)
		some("Max", p.most)
	}
	if p.different != nil {
		fact("Unique", int64(len(p.different)))
	} else {
		fact("Unique", nil)
	}
	return failed
}
