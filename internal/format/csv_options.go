package format

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kickoff/record"
)

// QuoteMode says which quotes keep a delimiter from ending a field.
type QuoteMode uint8

// The quote modes; the document's option is IgnoreQuotes ("ignore delimiters in").
const (
	DoubleQuotes QuoteMode = iota
	SingleQuotes
	AutoQuotes // whichever of the two opens the field
	NoQuotes   // quotes are text
)

// CSVOptions are the options of reading delimited text (tools reference, Input
// Data format 0). DefaultCSV gives the document's defaults.
type CSVOptions struct {
	CodePage CodePage
	// Delimiter is one character; "" means none: a whole line is one field.
	Delimiter string
	// Header: the first line read holds the names. Else they are Field_1, Field_2 …
	Header bool
	// FirstLine is the first line to read, from 1.
	FirstLine int64
	// FieldLen is the size of every field in characters; longer values are cut
	// with a Notice.
	FieldLen int
	Quotes   QuoteMode
	// IgnoreErrors turns a line with too few or too many fields into a Notice:
	// missing fields are Null, those too many are dropped.
	IgnoreErrors bool
	// RecordLimit ends the reading after that many records; 0 means none.
	RecordLimit int64
	// Cached are the names that the fields had when the document was saved; nil
	// where it does not say.
	Cached []string
	Limits Limits
	// Notify is told what was cut, dropped or filled. May be nil.
	Notify func(Notice)
}

// name is the name of a field by its heading. Blanks around it are part of it, as
// they are around values and in the headings of workbooks. Nothing documents that,
// so where the document shows that the product dropped them they are dropped.
func (o CSVOptions) name(heading string) string {
	switch bare := strings.TrimSpace(heading); {
	case bare == "", bare != heading && slices.Contains(o.Cached, bare) && !slices.Contains(o.Cached, heading):
		return bare
	}
	return heading
}

// DefaultCSV returns the options that an Input Data tool starts with.
func DefaultCSV() CSVOptions {
	return CSVOptions{CodePage: Latin1, Delimiter: ",", Header: true, FirstLine: 1, FieldLen: 254}
}

// DecodeCSV reads the options of Input Data format 0. An option that is not
// known, or a value that cannot be used, is an *OptionError.
//
// QuoteRecordBreak and its absence mean the same here: a line break inside
// quotes belongs to the field. An unclosed quote is an error with its line.
func DecodeCSV(o Options) (CSVOptions, error) {
	c := DefaultCSV()
	r := newOptionReader(o)
	cp := r.text("CodePage", "28591")
	var err error
	if c.CodePage, err = ParseCodePage(cp); err != nil {
		r.fail("CodePage", cp, err.Error())
	}
	c.Delimiter = r.delimiter(",")
	c.Header = r.boolean("HeaderRow", true)
	c.FirstLine = r.number("ImportLine", 1, 1, 1<<40)
	// Documents hold sizes beyond the type's own limit; they mean "no limit".
	c.FieldLen = int(min(r.number("FieldLen", 254, 1, 1<<40), record.MaxVString))
	c.IgnoreErrors = r.boolean("IgnoreErrors", false)
	switch v := r.text("IgnoreQuotes", "DoubleQuotes"); strings.ToLower(v) {
	case "doublequotes", "false":
		c.Quotes = DoubleQuotes
	case "singlequotes":
		c.Quotes = SingleQuotes
	case "auto":
		c.Quotes = AutoQuotes
	case "none", "true":
		c.Quotes = NoQuotes
	default:
		r.fail("IgnoreQuotes", v, "not DoubleQuotes, SingleQuotes, Auto or None")
	}
	r.boolean("QuoteRecordBreak", false)
	r.ignore("QuoteFieldNames")
	return c, r.done()
}

// delimiter reads Delimeter (so spelt in documents): one character, or an escape.
func (r *optionReader) delimiter(def string) string {
	v, ok := r.take("Delimeter")
	if w, also := r.take("Delimiter"); also && !ok {
		v, ok = w, true
	}
	if !ok || v == "" {
		return def
	}
	switch v {
	case `\0`:
		return ""
	case `\t`:
		return "\t"
	case `\n`, `\r\n`, `\r`:
		return "\n"
	case `\s`:
		return " "
	case `\\`:
		return `\`
	}
	if utf8.RuneCountInString(v) != 1 {
		r.fail("Delimeter", v, `not one character, \t, \n, \s or \0`)
		return def
	}
	return v
}

// FieldType is the type that every field of a file of this code page has.
func (o CSVOptions) FieldType() record.Type {
	if o.CodePage.IsWide() {
		return record.VWString
	}
	return record.VString
}
