package format

import "strings"

// dateKind says what a number format makes of a number.
type dateKind uint8

const (
	plainNumber dateKind = iota
	dateOnly
	timeOnly
	dateAndTime
)

// numberFormat is what matters of the format of a cell.
type numberFormat struct {
	kind dateKind
	// fraction: parts of a second are shown. Else a date is rounded to seconds.
	fraction bool
}

// readStyles returns the kind of each cell style. A workbook may have no styles.
func (w *workbook) readStyles(part string) ([]numberFormat, error) {
	if part == "" {
		return nil, nil
	}
	var v struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(part, &v); err != nil {
		return nil, err
	}
	codes := map[int]string{}
	for _, f := range v.Formats {
		codes[f.ID] = f.Code
	}
	kinds := make([]numberFormat, len(v.Cells))
	for i, c := range v.Cells {
		if code, ok := codes[c.Format]; ok {
			kinds[i] = formatKind(code)
		} else {
			kinds[i] = numberFormat{builtinKind(c.Format), c.Format == 47}
		}
	}
	return kinds, nil
}

// builtinKind is the kind of a number format without a code (ECMA-376 part 1,
// 18.8.30, with the East Asian ones).
func builtinKind(id int) dateKind {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return dateOnly
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return timeOnly
	case id == 22:
		return dateAndTime
	}
	return plainNumber
}

// formatKind is the kind of a format code: which of y m d and h s its first
// section holds outside quotes, escapes and brackets. An m beside h or s stands
// for minutes, which says nothing that h and s do not say.
func formatKind(code string) numberFormat {
	var date, clock, month, fraction bool
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch code[i] {
		case '"':
			if k := strings.IndexByte(code[i+1:], '"'); k >= 0 {
				i += k + 1
			}
		case '\\', '_', '*':
			i++
		case '[':
			k := strings.IndexByte(code[i:], ']')
			if k < 0 {
				return numberFormat{}
			}
			if in := strings.ToLower(code[i+1 : i+k]); strings.Trim(in, "h") == "" || strings.Trim(in, "m") == "" || strings.Trim(in, "s") == "" {
				clock = true // elapsed time
			}
			i += k
		case 'y', 'Y', 'd', 'D':
			date = true
		case 'm', 'M':
			month = true
		case 'h', 'H', 's', 'S':
			clock = true
			fraction = fraction || strings.HasPrefix(code[i+1:], ".0")
		case 'G', 'g':
			// General, or an era, which comes with a year.
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				return numberFormat{}
			}
		case 'A', 'a':
			if strings.HasPrefix(strings.ToUpper(code[i:]), "AM/PM") {
				i += 4
			}
		}
	}
	switch {
	case date && clock:
		return numberFormat{dateAndTime, fraction}
	case date, month && !clock:
		return numberFormat{dateOnly, false}
	case clock:
		return numberFormat{timeOnly, fraction}
	}
	return numberFormat{}
}
