package format

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"kickoff/record"
)

// analyse reads the whole area for its names, types and last row.
func (r *xlsxReader) analyse(ctx context.Context) error {
	s, err := r.book.open(r.area.sheet)
	if err != nil {
		return err
	}
	defer s.Close()
	var cols []columnFacts
	var names []string
	r.first = r.area.row1
	if !r.opt.FirstRowData {
		r.first++
	}
	used := 0
	for n := 0; ; n++ {
		row, cells, err := s.next()
		if err == io.EOF || r.area.row2 > 0 && row > r.area.row2 {
			break
		}
		if err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if row < r.area.row1 {
			continue
		}
		if s.hasCells() && row >= r.first {
			used = row
		}
		for i := range cells {
			c := &cells[i]
			at := c.col - r.area.col1
			if at < 0 || r.area.col2 > 0 && c.col > r.area.col2 {
				continue
			}
			for len(cols) <= at {
				cols, names = append(cols, columnFacts{}), append(names, "")
			}
			if row < r.first {
				names[at] = r.cellText(c)
				continue
			}
			r.last = row
			cols[at].add(c, r)
		}
	}
	if r.area.col2 > 0 {
		for len(cols) < r.area.col2-r.area.col1+1 {
			cols, names = append(cols, columnFacts{}), append(names, "")
		}
	}
	if len(cols) == 0 {
		return fmt.Errorf("there is nothing in it, so %w", ErrEmpty)
	}
	if len(cols) > r.opt.Limits.Fields {
		return fmt.Errorf("%d columns, the limit is %d", len(cols), r.opt.Limits.Fields)
	}
	// Rows of blank cells that have a format belong to the sheet too, as the
	// product reads it, unless somebody has coloured a million of them.
	if used > r.last && int64(used-r.first+1)*int64(len(cols)) <= r.opt.Limits.Cells {
		r.last = used
	}
	if n := int64(r.last-r.first+1) * int64(len(cols)); n > r.opt.Limits.Cells {
		return fmt.Errorf("the area that holds values is %d rows by %d columns, above the limit of %d cells; give a range, such as `Sheet1$A1:C999`",
			r.last-r.first+1, len(cols), r.opt.Limits.Cells)
	}
	for i, name := range uniqueNames(names, func(n int) string { return "F" + strconv.Itoa(n) }) {
		r.schema = append(r.schema, cols[i].field(name))
	}
	return nil
}

// columnFacts are what the cells of a column have in common.
type columnFacts struct {
	numbers, dates, bools, texts bool
	days, clocks                 bool // of dates: some have a day, some a time of day
	wide                         bool
	size                         int
}

func (f *columnFacts) add(c *xlsxCell, r *xlsxReader) {
	switch {
	case c.kind == textCell:
		f.texts = true
	case c.kind == boolCell:
		f.bools = true
	case c.format.kind == plainNumber:
		f.numbers = true
	default:
		_, kind, ok := c.moment(r.book.epoch04)
		if !ok {
			f.numbers = true // a date that Excel shows as #####
			return
		}
		f.dates = true
		f.days = f.days || kind != timeOnly
		f.clocks = f.clocks || kind != dateOnly
	}
	if c.kind == textCell {
		n := 0
		for _, ch := range c.str {
			n++
			if ch > 0xFF {
				f.wide = true
			}
		}
		f.size = max(f.size, n)
	}
}

// field decides the type of the column.
func (f *columnFacts) field(name string) record.Field {
	kinds := 0
	for _, k := range []bool{f.numbers, f.dates, f.bools, f.texts} {
		if k {
			kinds++
		}
	}
	switch {
	case kinds != 1 || f.texts:
		t := record.VString
		if f.wide {
			t = record.VWString
		}
		return record.New(name, t, max(255, f.size))
	case f.numbers:
		return record.New(name, record.Double, 0)
	case f.bools:
		return record.New(name, record.Bool, 0)
	case !f.clocks:
		return record.New(name, record.Date, 0)
	case !f.days:
		return record.New(name, record.Time, 0)
	}
	return record.New(name, record.DateTime, 0)
}
