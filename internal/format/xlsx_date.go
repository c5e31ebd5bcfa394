package format

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const dayMicros = 86400_000_000

// serialMicros turns the serial number of a date into microseconds since 1970.
// Day 1 is 1900-01-01; Excel counts a 29 February 1900 that never was, so that
// its days from 60 on are those since 1899-12-30. In the other epoch day 0 is
// 1904-01-01. Without fraction the time is rounded to seconds.
func serialMicros(v float64, epoch04, fraction bool) (int64, bool) {
	if math.IsNaN(v) || v < 0 || v >= 2958466 { // 9999-12-31
		return 0, false
	}
	base := -25569.0 // 1899-12-30
	switch {
	case epoch04:
		base = -24107
	case v < 60:
		base = -25568
	}
	day, part := math.Modf(v)
	unit := 1e3 // milliseconds, finer ones are noise
	if !fraction {
		unit = 1e6
	}
	return int64(base+day)*dayMicros + int64(math.Round(part*dayMicros/unit)*unit), true
}

// moment is the date that a number with such a format means, and what of a date and
// a time it has. The number says so, whatever its format shows; only 0, which is
// midnight and a day of its own, is what its format makes of it.
func (c *xlsxCell) moment(epoch04 bool) (us int64, kind dateKind, ok bool) {
	us, ok = serialMicros(c.num, epoch04, c.format.fraction)
	switch {
	case c.num == 0 && c.format.kind == dateOnly, c.num >= 1 && us%dayMicros == 0:
		kind = dateOnly
	case c.num < 1:
		kind = timeOnly
	default:
		kind = dateAndTime
	}
	return us, kind, ok
}

// isoCell reads the value of a cell of type d: ISO 8601 text.
func isoCell(c *xlsxCell, s string) error {
	for _, f := range []struct {
		layout string
		kind   dateKind
	}{
		{"2006-01-02", dateOnly}, {"2006-01-02T15:04:05.999999999", dateAndTime}, {"15:04:05.999999999", timeOnly},
	} {
		t, err := time.Parse(f.layout, strings.TrimSuffix(s, "Z"))
		if err != nil {
			continue
		}
		c.kind, c.format = numberCell, numberFormat{f.kind, true}
		if f.kind == timeOnly {
			c.num = t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24
		} else {
			c.num = float64(t.UnixMicro())/dayMicros + 25569
		}
		return nil
	}
	return fmt.Errorf("date %q", s)
}
