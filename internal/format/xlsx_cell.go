package format

import (
	"fmt"
	"math"
	"strconv"

	"github.com/xuri/excelize/v2"

	"kickoff/record"
)

// dateStyles makes the cell styles of dates.
func dateStyles(book *excelize.File) (map[record.Type]int, error) {
	m := map[record.Type]int{}
	for t, code := range map[record.Type]string{record.Date: "yyyy-mm-dd", record.DateTime: "yyyy-mm-dd hh:mm:ss", record.Time: "hh:mm:ss"} {
		id, err := book.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			return nil, err
		}
		m[t] = id
	}
	return m, nil
}

// cell is the value of a cell: nil, bool, int64, float64 (dates too, as serial
// numbers) or text.
func (w *xlsxWriter) cell(b *record.Batch, row, i int, rec int64) any {
	c := &b.Cols[i]
	if c.IsNull(row) {
		return nil
	}
	t := w.schema[i].Type
	switch {
	case t == record.Bool:
		return c.Ints[row] != 0
	case t == record.FixedDecimal:
		return decimalCell(c.Strings[row])
	case t.Kind() == record.KindFloat:
		if v := c.Floats[row]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			return cellNumber(v)
		}
		return string(AppendValue(nil, t, c, row))
	case t.IsDate():
		us := c.Ints[row]
		switch t {
		case record.Date:
			us *= dayMicros
		case record.Time:
			return cellNumber(float64(us) / dayMicros)
		}
		// Days before 1 March 1900 are counted otherwise by other programs: as text.
		if serial := float64(us)/dayMicros + 25569; serial >= 61 {
			return cellNumber(serial)
		}
		return string(AppendValue(nil, t, c, row))
	case t.IsString():
		s, was := cutText(c.Strings[row], maxCellText, true)
		if was && w.opt.Notify != nil {
			w.opt.Notify(Notice{Record: rec, Field: w.schema[i].Name, Text: fmt.Sprintf("cut to the %d characters that a cell holds", maxCellText)})
		}
		return s
	}
	if v := c.Ints[row]; v <= maxExact && v >= -maxExact {
		return v
	}
	return string(AppendValue(nil, t, c, row))
}

// cellNumber is v with the fifteen digits that Excel keeps, rounded: excelize cuts
// off what is beyond them.
func cellNumber(v float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return v // the largest numbers, which would be rounded to infinity
	}
	return short
}

// decimalCell is a decimal as a number where that keeps its digits.
func decimalCell(s string) any {
	var f inference
	f.all = allCandidates
	if s != "" && f.fits(s)&(maybeDouble|maybeInt) != 0 {
		var v float64
		if _, err := fmt.Sscan(s, &v); err == nil {
			return v
		}
	}
	return s
}
