package tool

import (
	"slices"
	"strings"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// dateTimeTool turns dates into text and text into dates.
var dateTimeTool = Tool{
	Name:    "DateTime",
	Plugins: []string{"AlteryxBasePluginsGui.DateTime.DateTime"},
	Entry:   "AlteryxDateTime",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Turns a date into text, or text into a date, in a new field. Text that does not fit the format becomes Null.",
	Options: []Option{
		{Path: "IsFrom", Doc: "True: from date to text; False: from text to date"},
		{Path: "InputFieldName", Doc: "the field to convert"},
		{Path: "Format", Doc: "in words (dd, Month, yyyy, hh, mm, ss ...; from text, * is any character) or in specifiers (%d, %B ...)"},
		{Path: "OutputFieldName", Doc: "the name of the new field"},
		{Path: "Language", Doc: "whose names of days and months are meant: English, German, French, Spanish, Italian, Portuguese, Japanese or Chinese Simplified", NotYet: "other languages"},
	},
	Compile: compileDateTime,
}

func compileDateTime(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	col, err := c.Field("InputFieldName", c.Config.String("InputFieldName"), s)
	if err != nil {
		return nil, err
	}
	if _, err := c.choice("Language", dateLanguages...); err != nil {
		return nil, err
	}
	language := c.Config.Value("Language")
	format, err := c.required("Format")
	if err != nil {
		return nil, err
	}
	name := c.Config.String("OutputFieldName")
	if name == "" {
		name = "DateTime_Out"
	}
	pieces := dateFormat(format)
	out := record.Field{Name: s.Unique(name)}
	var value expr.Node
	if c.Config.Bool("IsFrom", false) {
		if s[col].Type == record.Time || !s[col].Type.IsDate() {
			return nil, c.Errorf(diag.BadType, "InputFieldName", "the field %q of type %s is no date", s[col].Name, s[col].Type)
		}
		value, out.Size = printDate(expr.FieldAt(s, col), pieces, language)
		out.Type = dateText(language)
	} else {
		if !s[col].Type.IsString() {
			return nil, c.Errorf(diag.BadType, "InputFieldName", "the field %q of type %s is no text", s[col].Name, s[col].Type)
		}
		specifiers := ""
		for _, p := range pieces {
			if p.specifier == "*" {
				specifiers += "%"
			}
			specifiers += p.specifier
		}
		out.Type = expr.FormatType(specifiers)
		out.Size = record.FixedSize(out.Type)
		value = call("DateTimeParse", inLanguage(language, expr.FieldAt(s, col), text(specifiers))...)
	}
	if value, err = c.tree("Format", value, s); err != nil {
		return nil, err
	}
	return Outputs{"Output": c.project(in, append(sames(s), plan.Column{Field: out, Expr: value}))}, nil
}

// dateLanguages are the languages by the names that documents have for them.
var dateLanguages = []string{"English", "German", "Deutsch", "French", "Français", "Spanish", "Español", "Italian", "Italiano", "Portuguese", "Português",
	"Japanese", "日本語", "Chinese", "Chinese Simplified", "Chinese (Simplified)", "Simplified Chinese", "简体中文", "中文"}

// dateText is the type of a date as text: wide where the names of the language are beyond
// Latin-1.
func dateText(language string) record.Type {
	for i, known := range dateLanguages {
		if strings.EqualFold(known, language) && i >= slices.Index(dateLanguages, "Japanese") {
			return record.WString
		}
	}
	return record.String
}

// inLanguage adds a language other than English to the arguments of a function
// that prints or reads dates.
func inLanguage(language string, args ...expr.Node) []expr.Node {
	if language == "" || strings.EqualFold(language, dateLanguages[0]) {
		return args
	}
	return append(args, text(language))
}

// datePiece is a piece of a format: a specifier as the functions know it, or
// other text. Where the product writes no leading zero, number is the function
// that gives the number.
type datePiece struct {
	specifier string
	number    string
	size      int // the longest output
}

// dateWords are the words of a format, longer ones before those they begin with.
var dateWords = []struct {
	word string
	datePiece
}{
	{"yyyy", datePiece{"%Y", "", 4}}, {"yy", datePiece{"%y", "", 2}},
	{"Month", datePiece{"%B", "", 9}}, {"Mon", datePiece{"%b", "", 3}},
	{"MMMM", datePiece{"%B", "", 9}}, {"MMM", datePiece{"%b", "", 3}},
	{"MM", datePiece{"%m", "", 2}}, {"M", datePiece{"%m", "DateTimeMonth", 2}},
	{"EEEE", datePiece{"%A", "", 9}}, {"day", datePiece{"%A", "", 9}}, {"dy", datePiece{"%a", "", 3}}, {"EEE", datePiece{"%a", "", 3}},
	{"dd", datePiece{"%d", "", 2}}, {"d", datePiece{"%d", "DateTimeDay", 2}},
	{"HH", datePiece{"%H", "", 2}}, {"H", datePiece{"%H", "DateTimeHour", 2}},
	{"hh", datePiece{"%H", "", 2}}, {"h", datePiece{"%H", "DateTimeHour", 2}},
	{"mm", datePiece{"%M", "", 2}}, {"ss", datePiece{"%S", "", 2}},
	{"AP", datePiece{"%p", "", 2}}, {"am", datePiece{"%p", "", 2}}, {"AM", datePiece{"%p", "", 2}},
}

// dateFormat reads a format. A % in it says that it is made of specifiers.
func dateFormat(format string) []datePiece {
	if strings.Contains(format, "%") {
		return []datePiece{{specifier: format, size: formatSize(format)}}
	}
	var pieces []datePiece
	half := false // a clock of twelve hours
	for format != "" {
		matched := false
		for _, w := range dateWords {
			if rest, ok := strings.CutPrefix(format, w.word); ok {
				half = half || w.specifier == "%p"
				pieces, format, matched = append(pieces, w.datePiece), rest, true
				break
			}
		}
		if !matched {
			r := []rune(format)[0]
			pieces = append(pieces, datePiece{specifier: string(r), size: 1})
			format = strings.TrimPrefix(format, string(r))
		}
	}
	if half {
		for i := range pieces {
			if pieces[i].specifier == "%H" {
				pieces[i].specifier, pieces[i].number = "%I", ""
			}
		}
	}
	return pieces
}

// formatSize is the longest text that a format of specifiers gives.
func formatSize(format string) int {
	sizes := map[byte]int{'Y': 4, 'A': 9, 'B': 9, 'a': 3, 'b': 3, 'h': 3, 'D': 8, 'T': 8, 'X': 11, 'x': 10, 'c': 24, 'j': 3, '%': 1, 'z': 6, 'Z': 40}
	n := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			n++
			continue
		}
		i++
		if size, ok := sizes[format[i]]; ok {
			n += size
		} else {
			n += 2
		}
	}
	return n
}

// printDate makes the expression that prints a date, and the longest text it
// gives.
func printDate(date expr.Node, pieces []datePiece, language string) (expr.Node, int) {
	var value expr.Node
	size := 0
	join := func(n expr.Node) {
		if value == nil {
			value = n
		} else {
			value = infix(expr.Add, value, n)
		}
	}
	specifiers := ""
	flush := func() {
		if specifiers != "" {
			join(call("DateTimeFormat", inLanguage(language, date, text(specifiers))...))
			specifiers = ""
		}
	}
	for _, p := range pieces {
		size += p.size
		if len(inLanguage(language)) > 0 {
			for _, name := range []string{"%A", "%B", "%a", "%b"} {
				size += 4 * strings.Count(p.specifier, name) // the longest is segunda-feira
			}
		}
		if p.number == "" {
			specifiers += p.specifier
			continue
		}
		flush()
		join(call("ToString", call(p.number, date)))
	}
	flush()
	// Text beside a Null date must not come through.
	return call("IIF", call("IsNull", date), call("Null"), value), size
}
