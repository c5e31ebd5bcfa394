package tool

import (
	"slices"
	"strings"

	"kickoff/expr"
	"kickoff/internal/plan"
	"kickoff/record"
)

// dateTimeNowTool stands in for the tool of that name, which is a macro.
var dateTimeNowTool = Tool{
	Name:    "Date Time Now",
	Plugins: []string{"DateTimeNow"},
	Macros:  []string{"DTNEngine.yxmc", "DateTimeNow.yxmc"},
	Out:     []Anchor{{Name: "DTN"}},
	Doc:     "Gives one record with the time at which the run began, as text.",
	Options: []Option{
		{Path: "Value[@name='Language']", Doc: "as in DateTime", NotYet: "other languages"},
		{Path: "Value[@name='OutputFormat']", Doc: "the format, as in DateTime; yyyy-MM-dd hh:mm:ss where it is empty"},
	},
	Compile: compileDateTimeNow,
}

func compileDateTimeNow(c *Context) (Outputs, error) {
	language := strings.TrimSpace(c.question("Language"))
	if language != "" && !slices.ContainsFunc(dateLanguages, func(known string) bool { return strings.EqualFold(known, language) }) {
		return nil, c.unsupported("Value[@name='Language']", language)
	}
	format := c.question("OutputFormat")
	if format == "" {
		format = "yyyy-MM-dd hh:mm:ss"
	}
	now := record.Schema{record.New("Now", record.DateTime, 0)}
	one := &plan.Values{Fields: now, Rows: [][]any{{localTime(c.Run.Now)}}}
	value, size := printDate(expr.FieldAt(now, 0), dateFormat(format), language)
	value, err := c.tree("Value[@name='OutputFormat']", value, now)
	if err != nil {
		return nil, err
	}
	return Outputs{"DTN": c.project(one, []plan.Column{{Field: record.New("DateTimeNow", dateText(language), size), Expr: value}})}, nil
}
