package tool

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
	"kickoff/workflow"
)

// selectRecordsTool stands in for the macro of that name.
var selectRecordsTool = Tool{
	Name:   "Select Records",
	Macros: []string{"SelectRecords.yxmc"},
	In:     []Anchor{{Name: "Input"}},
	Out:    []Anchor{{Name: "Output"}},
	Doc:    "Keeps the records with the given numbers.",
	Options: []Option{
		{Path: "Value[@name='Ranges']", Doc: "lines like 5, 3-9, -100 (up to 100) and 21+ (from 21 on); records count from 1"},
	},
	Compile: compileSelectRecords,
}

// question returns the answer that the call of a macro gives to a question.
func (c *Context) question(name string) string {
	if e := c.answer(name); e != nil {
		return e.Text
	}
	return ""
}

func (c *Context) answer(name string) *workflow.Element {
	for _, e := range c.Config.All("Value") {
		if strings.EqualFold(e.Attr("name"), name) {
			return e
		}
	}
	return nil
}

// yes reports whether the answer to a question is True.
func (c *Context) yes(name string) bool {
	return strings.EqualFold(strings.TrimSpace(c.question(name)), "true")
}

var rangePattern = regexp.MustCompile(`^(\d*)\s*([-+]?)\s*(\d*)$`)

func compileSelectRecords(c *Context) (Outputs, error) {
	type span struct{ from, to int64 }
	var spans []span
	for _, line := range strings.FieldsFunc(c.question("Ranges"), func(r rune) bool { return r == '\n' || r == '\r' || r == ',' }) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		m := rangePattern.FindStringSubmatch(line)
		if m == nil || m[1]+m[3] == "" || m[2] == "+" && m[3] != "" || m[2] == "" && m[3] != "" {
			return nil, c.Errorf(diag.BadConfig, "Value[@name='Ranges']", "%q is no range of records", line)
		}
		s := span{1, math.MaxInt64}
		if m[1] != "" {
			s.from, _ = strconv.ParseInt(m[1], 10, 64)
			if m[2] == "" {
				s.to = s.from
			}
		}
		if m[3] != "" {
			s.to, _ = strconv.ParseInt(m[3], 10, 64)
		}
		spans = append(spans, s)
	}
	if len(spans) == 0 {
		return nil, c.Errorf(diag.BadConfig, "Value[@name='Ranges']", "there is no range of records")
	}
	in := c.Input("Input")
	return Outputs{"Output": c.each(in, in.Schema(), func() func(*emitter, *record.Batch, int) error {
		var at int64
		return func(e *emitter, b *record.Batch, row int) error {
			at++
			for _, s := range spans {
				if at >= s.from && at <= s.to {
					e.copies(b, row, len(b.Cols))
					return e.done()
				}
			}
			return nil
		}
	})}, nil
}
