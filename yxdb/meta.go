package yxdb

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"kickoff/record"
)

// parseMeta reads the RecordInfo element, which may stand inside MetaInfo.
func parseMeta(text string) (record.Schema, error) {
	dec := xml.NewDecoder(strings.NewReader(text))
	// The text is decoded already, whatever its declaration says.
	dec.CharsetReader = nil
	dec.Strict = true
	var s record.Schema
	for {
		tok, err := dec.Token()
		if err != nil {
			if len(s) > 0 {
				return s, nil
			}
			return nil, fmt.Errorf("%w: field list: %v", ErrCorrupt, err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if t.Name.Local == "Field" {
				f, err := parseField(t.Attr)
				if err != nil {
					return nil, err
				}
				if len(s) == maxFields {
					return nil, fmt.Errorf("%w: more than %d fields", ErrCorrupt, maxFields)
				}
				s = append(s, f)
			}
		case xml.EndElement:
			if t.Name.Local == "RecordInfo" {
				if len(s) == 0 {
					return nil, fmt.Errorf("%w: no fields", ErrCorrupt)
				}
				return s, nil
			}
		}
	}
}

func parseField(attrs []xml.Attr) (record.Field, error) {
	var f record.Field
	typ := ""
	for _, a := range attrs {
		switch a.Name.Local {
		case "name":
			f.Name = a.Value
		case "type":
			typ = a.Value
		case "size":
			// Some writers put "width.scale" here.
			w, sc, both := strings.Cut(a.Value, ".")
			f.Size, _ = strconv.Atoi(w)
			if both {
				f.Scale, _ = strconv.Atoi(sc)
			}
		case "scale":
			f.Scale, _ = strconv.Atoi(a.Value)
		case "source":
			f.Source = a.Value
		case "description":
			f.Description = a.Value
		}
	}
	var ok bool
	if f.Type, ok = record.ParseType(typ); !ok {
		return f, fmt.Errorf("%w: field %q has the type %q", ErrUnsupported, f.Name, typ)
	}
	if n := record.FixedSize(f.Type); n > 0 && (f.Size < n || !f.Type.IsDate()) {
		f.Size = n
	}
	if f.Size < 0 || hasFixedSize(f.Type) && f.Size > 1<<20 || hasFixedSize(f.Type) && f.Size == 0 {
		return f, fmt.Errorf("%w: field %q has the size %d", ErrCorrupt, f.Name, f.Size)
	}
	return f, nil
}

// hasFixedSize reports the types whose size is their width in the record.
func hasFixedSize(t record.Type) bool {
	return t == record.String || t == record.WString || t == record.FixedDecimal || t.IsDate()
}

// formatMeta prints the field list as the classic format holds it.
func formatMeta(s record.Schema) string {
	var b strings.Builder
	b.WriteString("<RecordInfo>\n")
	attr := func(name, value string) {
		b.WriteString(" " + name + `="`)
		xml.EscapeText(&b, []byte(value))
		b.WriteByte('"')
	}
	for _, f := range s {
		b.WriteString("\t<Field")
		attr("name", f.Name)
		// Dates and times with more digits of a second are wider than usual.
		if n := record.FixedSize(f.Type); n == 0 || f.Type.IsDate() && f.Size != n {
			attr("size", strconv.Itoa(f.Size))
		}
		if f.Type == record.FixedDecimal {
			attr("scale", strconv.Itoa(f.Scale))
		}
		if f.Source != "" {
			attr("source", f.Source)
		}
		if f.Description != "" {
			attr("description", f.Description)
		}
		attr("type", f.Type.String())
		b.WriteString("/>\n")
	}
	b.WriteString("</RecordInfo>\n")
	return b.String()
}
