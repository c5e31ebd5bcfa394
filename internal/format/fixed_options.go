package format

import (
	"encoding/xml"
	"fmt"
	"strings"

	"kickoff/record"
)

// DecodeFixed reads the options of Input and Output Data format 21. The fields stand in
// the element FlatFileXML, whose inner XML (or text with the XML escaped) is
// given as the option of this name.
func DecodeFixed(o Options) (FixedOptions, error) {
	r := newOptionReader(o)
	f := FixedOptions{EOL: "\r\n"}
	cp := r.text("CodePage", "28591")
	var err error
	if f.CodePage, err = ParseCodePage(cp); err != nil {
		r.fail("CodePage", cp, err.Error())
	}
	text := r.text("FlatFileXML", "")
	if text == "" {
		r.fail("FlatFileXML", "", "the fields of the file are not described")
		return f, r.err
	}
	var v struct {
		File *flatFile  `xml:"file"`
		In   []flatItem `xml:"fields>field"`
	}
	if err := xml.Unmarshal([]byte(wrapFlat(text)), &v); err != nil {
		r.fail("FlatFileXML", text, err.Error())
		return f, r.err
	}
	if v.File != nil {
		switch e := strings.ToLower(v.File.EOL); e {
		case "none":
			f.NoLineEnds, f.EOL = true, ""
		case "cr", "mac":
			f.LineEnd, f.EOL = '\r', "\r"
		case "lf", "unix":
			f.EOL = "\n"
		case "", "crlf", "auto", "win":
		default:
			r.fail("eoltype", v.File.EOL, "not known")
		}
		yes := func(s string) bool { return strings.EqualFold(s, "true") || s == "1" || strings.EqualFold(s, "t") }
		f.AllowShort, f.AllowLong, f.Trim = yes(v.File.Short), yes(v.File.Long), yes(v.File.Trim)
	}
	for _, x := range v.In {
		t := record.VString
		if x.Type != "" {
			var ok bool
			if t, ok = record.ParseType(x.Type); !ok || t == record.Blob || t == record.SpatialObj || t == record.FixedDecimal {
				r.fail("FlatFileXML", x.Name, fmt.Sprintf("the field type %q is not one that text is read as", x.Type))
			}
		}
		f.Fields = append(f.Fields, FixedField{x.Name, x.Length, t})
	}
	r.ignore("FixedWidthFile")
	return f, r.done()
}

type flatFile struct {
	EOL   string `xml:"eoltype,attr"`
	Short string `xml:"allowShortLines,attr"`
	Long  string `xml:"allowLongLines,attr"`
	Trim  string `xml:"trimWhiteSpace,attr"`
}

type flatItem struct {
	Name   string `xml:"name,attr"`
	Type   string `xml:"type,attr"`
	Length int    `xml:"length,attr"`
}

// wrapFlat puts the description below one element, whether the flatfile element
// is given or what is in it.
func wrapFlat(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "<flatfile") {
		return s
	}
	return "<flatfile>" + s + "</flatfile>"
}
