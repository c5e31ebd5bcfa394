package tool

import (
	"fmt"
	"unicode/utf8"

	"kickoff/internal/engine"
	"kickoff/record"
)

// conversionLimit is how many conversion errors an operator reports for a field.
const conversionLimit = 10

// cutter returns a function that cuts a text to a field's size, and reports
// that it does.
func (c *Context) cutter(f record.Field) func(string) string {
	reported := 0
	return func(s string) string {
		if len(s) <= f.Size || utf8.RuneCountInString(s) <= f.Size {
			return s
		}
		if reported++; reported <= conversionLimit {
			c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.Conversion, Text: fmt.Sprintf("%s: %q is cut to %d characters", f.Name, shorten(s), f.Size)})
		}
		return string([]rune(s)[:f.Size])
	}
}
